package proxy

import (
	"net"
	"sync"
	"time"
)

// farewells are the connections to servers that are no longer waited for when the process
// has to end. One goroutine watches for all of them, and only while there are some:
// WebSockets are many, and silent. The zero farewells is ready.
type farewells struct {
	mu      sync.Mutex
	waiting map[net.Conn]struct{}
	nobody  chan struct{} // closed when the last has gone
}

// add has the connection's reads end when limit is closed, until it is removed.
func (f *farewells) add(c net.Conn, limit <-chan struct{}) {
	f.mu.Lock()
	defer f.mu.Unlock()
	select {
	case <-limit:
		c.SetReadDeadline(time.Unix(1, 0))
		return
	default:
	}
	if len(f.waiting) == 0 {
		f.waiting, f.nobody = map[net.Conn]struct{}{}, make(chan struct{})
		go f.watch(limit, f.nobody)
	}
	f.waiting[c] = struct{}{}
}

func (f *farewells) watch(limit, nobody <-chan struct{}) {
	select {
	case <-nobody:
		return
	case <-limit:
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	for c := range f.waiting {
		c.SetReadDeadline(time.Unix(1, 0))
	}
}

// remove forgets a connection that has ended.
func (f *farewells) remove(c net.Conn) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if _, ok := f.waiting[c]; !ok {
		return
	}
	delete(f.waiting, c)
	if len(f.waiting) == 0 {
		close(f.nobody)
	}
}
