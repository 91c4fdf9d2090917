package caches

import (
	"container/list"
	"context"
	"sync"
	"time"
)

// Memory keeps values in the process: what was not used for longest makes room
// for what is new (LocMemCache). Worker processes do not share it.
type Memory struct {
	max int64
	now func() time.Time

	mu    sync.Mutex
	size  int64
	byKey map[string]*list.Element
	order *list.List // the most recent first
}

type memoryItem struct {
	key   string
	value []byte
	ends  time.Time // zero for never
}

// itemCost is about what an entry needs beside key and value, in bytes.
const itemCost = 160

// DefaultMemory is how many bytes a Memory holds unless it is told.
const DefaultMemory = 64 << 20

// NewMemory makes a cache of at most max bytes; 0 is DefaultMemory. now is the clock, nil is time.Now.
func NewMemory(max int64, now func() time.Time) *Memory {
	if max == 0 {
		max = DefaultMemory
	}
	if now == nil {
		now = time.Now
	}
	return &Memory{max: max, now: now, byKey: map[string]*list.Element{}, order: list.New()}
}

func (i *memoryItem) cost() int64 { return int64(len(i.key)+len(i.value)) + itemCost }

// find returns the live entry of a key.
func (m *Memory) find(key string) *list.Element {
	e := m.byKey[key]
	if e == nil {
		return nil
	}
	if ends := e.Value.(*memoryItem).ends; !ends.IsZero() && !m.now().Before(ends) {
		m.drop(e)
		return nil
	}
	return e
}

func (m *Memory) drop(e *list.Element) {
	item := m.order.Remove(e).(*memoryItem)
	delete(m.byKey, item.key)
	m.size -= item.cost()
}

func (m *Memory) put(key string, value []byte, ttl time.Duration) {
	if e := m.byKey[key]; e != nil {
		m.drop(e)
	}
	item := &memoryItem{key: key, value: append([]byte(nil), value...)}
	if ttl > 0 {
		item.ends = m.now().Add(ttl)
	}
	if ttl < 0 || item.cost() > m.max {
		return
	}
	m.byKey[key] = m.order.PushFront(item)
	for m.size += item.cost(); m.size > m.max; {
		m.drop(m.order.Back())
	}
}

// Get returns a value.
func (m *Memory) Get(_ context.Context, key string) ([]byte, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.find(key)
	if e == nil {
		return nil, false, nil
	}
	m.order.MoveToFront(e)
	return e.Value.(*memoryItem).value, true, nil
}

// Set keeps a copy of a value. One that is larger than the cache is not kept.
func (m *Memory) Set(_ context.Context, key string, value []byte, ttl time.Duration) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.put(key, value, ttl)
	return nil
}

// Add keeps a value where the key is free.
func (m *Memory) Add(_ context.Context, key string, value []byte, ttl time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.find(key) != nil {
		return false, nil
	}
	m.put(key, value, ttl)
	return true, nil
}

// Touch gives a value another age.
func (m *Memory) Touch(_ context.Context, key string, ttl time.Duration) (bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.find(key)
	if e == nil {
		return false, nil
	}
	item := e.Value.(*memoryItem)
	switch {
	case ttl < 0:
		m.drop(e)
	case ttl == 0:
		item.ends = time.Time{}
	default:
		item.ends = m.now().Add(ttl)
	}
	return true, nil
}

// Incr adds to the number under a key.
func (m *Memory) Incr(_ context.Context, key string, delta int64) (int64, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	e := m.find(key)
	if e == nil {
		return 0, ErrNoKey
	}
	item := e.Value.(*memoryItem)
	sum, value, err := add(item.value, delta)
	if err != nil {
		return 0, err
	}
	m.size += int64(len(value) - len(item.value))
	item.value = value // a new one: readers have the old
	return sum, nil
}

// Delete forgets a value.
func (m *Memory) Delete(_ context.Context, key string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if e := m.byKey[key]; e != nil {
		m.drop(e)
	}
	return nil
}

// Clear forgets everything.
func (m *Memory) Clear(context.Context) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	clear(m.byKey)
	m.order.Init()
	m.size = 0
	return nil
}

var (
	_ Cache       = (*Memory)(nil)
	_ Incrementer = (*Memory)(nil)
)
