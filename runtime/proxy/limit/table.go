package limit

import (
	"crypto/rand"
	"encoding/binary"
	"fmt"
	"os"
	"path/filepath"
	"sync/atomic"
	"time"
	"unsafe"
)

const (
	// ways is how many keys share a place of the table.
	ways = 8
	// tableMagic begins a table's file; another layout needs another one.
	tableMagic = uint64(0x3130_6c67_7473) // "stgl01"
	// headerWords are magic, number of places, and the hash's key.
	headerWords = 8
	entryWords  = 2
)

// table remembers a moment for each of a bounded number of keys. It is used by
// many goroutines, and processes, at the same time, and has no lock that one of
// them could die with. An entry is a key's hash and its moment, in nanoseconds since 1970.
type table struct {
	words  []atomic.Uint64
	places uint64
	key    [2]uint64
	close  func() error
}

// openTable maps the table of a file for that many keys; without a path the
// table lives in memory.
func openTable(path string, keys int) (*table, error) {
	places := uint64(1)
	for places*ways < uint64(max(keys, ways)) {
		places *= 2
	}
	t := &table{places: places, close: func() error { return nil }}
	size := int(headerWords+places*ways*entryWords) * 8
	var memory []byte
	if path == "" {
		memory = make([]byte, size+8)
		memory = memory[(8-uintptr(unsafe.Pointer(&memory[0]))%8)%8:][:size]
	} else {
		var err error
		if memory, err = mapFile(path, size, places); err != nil {
			return nil, fmt.Errorf("limit: keep the state in %s: %w", path, err)
		}
		t.close = func() error { return unmap(memory) }
	}
	t.words = unsafe.Slice((*atomic.Uint64)(unsafe.Pointer(&memory[0])), size/8)
	if path == "" {
		writeHeader(memory, places)
	}
	t.key = [2]uint64{t.words[2].Load(), t.words[3].Load()}
	return t, nil
}

// writeHeader makes memory an empty table.
func writeHeader(memory []byte, places uint64) {
	binary.NativeEndian.PutUint64(memory[8:], places)
	rand.Read(memory[16:32])
	binary.NativeEndian.PutUint64(memory, tableMagic)
}

// mapFile maps a table's file, and makes it first where it is missing or of
// another size. A new one gets its name when it is whole, so that no process maps half of one.
func mapFile(path string, size int, places uint64) ([]byte, error) {
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return nil, err
	}
	for range 3 {
		f, err := os.OpenFile(path, os.O_RDWR, 0o600)
		if err == nil {
			var head [16]byte
			info, err := f.Stat()
			if err == nil && info.Size() == int64(size) {
				if _, err = f.ReadAt(head[:], 0); err == nil &&
					binary.NativeEndian.Uint64(head[:]) == tableMagic && binary.NativeEndian.Uint64(head[8:]) == places {
					memory, err := mapShared(f, size)
					f.Close()
					return memory, err
				}
			}
			f.Close()
			if err != nil {
				return nil, err
			}
		} else if !os.IsNotExist(err) {
			return nil, err
		}
		head := make([]byte, headerWords*8)
		writeHeader(head, places)
		fresh, err := os.CreateTemp(filepath.Dir(path), ".new-*")
		if err != nil {
			return nil, err
		}
		if _, err = fresh.Write(head); err == nil {
			err = reserve(fresh, int64(size))
		}
		if err == nil {
			err = os.Rename(fresh.Name(), path)
		}
		fresh.Close()
		if err != nil {
			os.Remove(fresh.Name())
			return nil, err
		}
	}
	return nil, fmt.Errorf("other processes of the site want another size")
}

// reserve gives a file its size on the disk. A mapped file with holes would end
// the process when the disk is full.
func reserve(f *os.File, size int64) error {
	zeros := make([]byte, 64<<10)
	for at := int64(headerWords * 8); at < size; at += int64(len(zeros)) {
		if _, err := f.WriteAt(zeros[:min(int64(len(zeros)), size-at)], at); err != nil {
			return err
		}
	}
	return nil
}

// slot finds the entry of a key, and makes room for one where it has none: the
// entry whose moment is longest past goes.
func (t *table) slot(hash uint64, now int64) *atomic.Uint64 {
	hash |= 1 // 0 is an empty entry
	place := t.words[headerWords+(hash>>1&(t.places-1))*ways*entryWords:][:ways*entryWords]
	for {
		var oldest, oldestKey uint64
		victim := -1
		for i := 0; i < len(place); i += entryWords {
			key := place[i].Load()
			if key == hash {
				return &place[i+1]
			}
			moment := place[i+1].Load()
			if key == 0 {
				moment = 0
			}
			if victim < 0 || moment < oldest {
				victim, oldest, oldestKey = i, moment, key
			}
		}
		// Who is pushed out before its time is forgiven, never the one who comes.
		if oldest > uint64(now) {
			place[victim+1].CompareAndSwap(oldest, 0)
		}
		if place[victim].CompareAndSwap(oldestKey, hash) {
			return &place[victim+1]
		}
	}
}

// take counts one request of a key: gap is the time between two at the rate,
// and slack how far ahead of it a key may be. Wait is how long until the request
// is in time by the rate; ok is false where it is too far ahead, and then wait is the time
// after which it would not be.
func (t *table) take(hash uint64, now time.Time, gap, slack time.Duration) (wait time.Duration, ok bool) {
	n := now.UnixNano()
	moment := t.slot(hash, n)
	for {
		old := moment.Load()
		next := max(int64(old), n)
		// A clock that was set back must not lock anybody out.
		if int64(old) > n+int64(slack+2*gap) {
			next = n
		}
		ahead := time.Duration(next - n)
		if ahead > slack {
			return ahead - slack, false
		}
		if moment.CompareAndSwap(old, uint64(next+int64(gap))) {
			return ahead, true
		}
	}
}

// hash is SipHash-1-3 of a key: keyed, so that nobody outside can find two keys that
// share an entry.
func (t *table) hash(b []byte) uint64 {
	v0, v1 := t.key[0]^0x736f6d6570736575, t.key[1]^0x646f72616e646f6d
	v2, v3 := t.key[0]^0x6c7967656e657261, t.key[1]^0x7465646279746573
	round := func() {
		v0 += v1
		v1 = v1<<13 | v1>>51
		v1 ^= v0
		v0 = v0<<32 | v0>>32
		v2 += v3
		v3 = v3<<16 | v3>>48
		v3 ^= v2
		v0 += v3
		v3 = v3<<21 | v3>>43
		v3 ^= v0
		v2 += v1
		v1 = v1<<17 | v1>>47
		v1 ^= v2
		v2 = v2<<32 | v2>>32
	}
	last := uint64(len(b)) << 56
	for ; len(b) >= 8; b = b[8:] {
		m := binary.LittleEndian.Uint64(b)
		v3 ^= m
		round()
		v0 ^= m
	}
	for i, c := range b {
		last |= uint64(c) << (8 * i)
	}
	v3 ^= last
	round()
	v0 ^= last
	v2 ^= 0xff
	round()
	round()
	round()
	return v0 ^ v1 ^ v2 ^ v3
}
