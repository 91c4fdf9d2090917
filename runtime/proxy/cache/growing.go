package cache

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime/debug"
	"sync"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
)

// growing is the body of an answer while it comes: in memory at first, and from
// keptInMemory on in the file that it will be kept in. One goroutine, the filler's,
// writes it as fast as the origin sends; whoever wants the answer, the request that asked
// for it included, reads along at a pace of its own ([along]).
//
// What can no longer be kept (too large, a disk that is full) is passed on to those
// who are reading, a part at a time and held nowhere.
type growing struct {
	h      *handler
	e      *entry
	length int64 // announced, -1 where the end will tell
	// land lets those go on who wait for the whole; called once.
	land func(landing)

	mu      sync.Mutex
	changed sync.Cond // size, over or lost, or a reader that took something or went
	memory  []byte
	file    *os.File
	at      int64 // where the body begins in the file
	room    int64 // what is reserved for it on the disk, in bytes
	// Bytes [0, held) can be read from memory or file, [held, size) are in passing.
	held, size int64
	passing    []byte
	lost       bool  // it will not be kept
	err        error // the end: io.EOF where it is whole
	readers    map[*along]struct{}
	refs       int // readers, and the filler: who is last closes the file
	trailer    gateway.Header
	panicked   *gateway.Panic
	left       time.Time // when the last reader went; zero while there is one, or never was
}

// mostUnread is how long a body whose end nobody knows goes on to be kept when nobody reads it.
const mostUnread = time.Minute

var (
	errTooLarge = errors.New("cache: the answer is larger than what is kept")
	errNobody   = errors.New("cache: nobody wants the rest of an answer that is not kept")
	errLate     = errors.New("cache: the rest of an answer that is not kept was not taken in time")
)

// grow begins to keep an answer whose body is to come; nil where it is too large, or where
// the disk has no room for what it announces.
func (h *handler) grow(e *entry, length int64, land func(landing)) *growing {
	if length > h.config.MaxObject {
		return nil
	}
	if length >= 0 {
		e.size = length
	}
	g := &growing{h: h, e: e, length: length, land: land, refs: 1, readers: map[*along]struct{}{}}
	g.changed.L = &g.mu
	if h.config.Disk > 0 && length > keptInMemory {
		if err := g.spill(); err != nil {
			if err != errTooLarge {
				h.store.report(err)
			}
			g.forget()
			return nil
		}
	}
	return g
}

// fill has the body come to its end, on the goroutine that calls it.
func (g *growing) fill(pump func(w gateway.BodyWriter) error) {
	returned := false
	defer func() {
		if !returned {
			g.panic(&gateway.Panic{Value: recover(), Stack: debug.Stack()})
		}
		g.leave()
	}()
	err := pump(g)
	returned = true
	g.finish(err)
}

// panic has the request that asked panic in the filler's place, for the engine to log.
func (g *growing) panic(p *gateway.Panic) {
	g.mu.Lock()
	for r := range g.readers {
		if r.first {
			g.panicked = p
		}
	}
	nobody := g.panicked == nil && !gateway.IsAbort(p)
	g.mu.Unlock()
	if nobody {
		g.h.store.log.Error("cache: what answers panicked, while nobody waited for it", "error", p)
	}
	g.finish(fmt.Errorf("cache: what answers panicked: %v", p.Value))
}

// Write implements io.Writer for the filler.
func (g *growing) Write(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	if g.length >= 0 && g.size+int64(len(b)) > g.length {
		return 0, fmt.Errorf("cache: a body is longer than announced")
	}
	if g.length < 0 && g.unread() > mostUnread {
		return 0, errNobody
	}
	if !g.lost {
		err := g.hold(b)
		if err == nil {
			return len(b), nil
		}
		g.lose(err)
	}
	return g.pass(b)
}

// unread is how long ago the last reader went.
func (g *growing) unread() time.Duration {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.left.IsZero() {
		return 0
	}
	return g.h.now().Sub(g.left)
}

// hold puts a part where it is kept: all of it, or nothing. What only the filler changes is
// read without the lock.
func (g *growing) hold(b []byte) error {
	n := int64(len(b))
	if g.size+n > g.h.config.MaxObject {
		return errTooLarge
	}
	if g.file == nil {
		small := g.size+n <= keptInMemory && g.length <= keptInMemory
		if g.h.config.Disk == 0 || small {
			if g.h.filling.Add(n) <= max(g.h.config.Memory, g.h.config.MaxObject) {
				g.mu.Lock()
				if g.memory == nil && g.length > 0 {
					g.memory = make([]byte, 0, max(n, min(g.length, keptInMemory)))
				}
				g.memory = append(g.memory, b...)
				g.grown(n)
				g.mu.Unlock()
				return nil
			}
			g.h.filling.Add(-n)
			if g.h.config.Disk == 0 {
				return errTooLarge
			}
		}
		if err := g.spill(); err != nil {
			return err
		}
	}
	if err := g.h.store.owned(); err != nil {
		return err
	}
	if g.length < 0 {
		if !g.h.store.reserve(n) {
			return errTooLarge
		}
		g.room += n
	}
	if _, err := g.file.WriteAt(b, g.at+g.size); err != nil {
		return err
	}
	g.mu.Lock()
	g.grown(n)
	g.mu.Unlock()
	return nil
}

// grown tells of n more bytes; the lock is held.
func (g *growing) grown(n int64) {
	g.size += n
	g.held = g.size
	g.changed.Broadcast()
}

// spill goes on in a file. Where the length is known that is before anybody reads along, and
// the disk says whether it has the room.
func (g *growing) spill() error {
	want := max(g.length, g.size)
	if !g.h.store.reserve(want) {
		return errTooLarge
	}
	g.room = want
	f, at, err := g.h.store.create(g.e, want)
	if err != nil {
		return err
	}
	if _, err := f.WriteAt(g.memory, at); err != nil {
		f.Close()
		os.Remove(f.Name())
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.file, g.at = f, at
	g.h.filling.Add(-int64(len(g.memory)))
	g.memory = nil
	return nil
}

// lose gives up keeping the answer; those who read along get the rest of it.
func (g *growing) lose(err error) {
	if err != errTooLarge {
		g.h.store.report(err)
	}
	g.forget()
	g.mu.Lock()
	g.lost = true
	g.mu.Unlock()
	g.land(notKept)
}

// forget gives back the room that was taken.
func (g *growing) forget() {
	if g.file != nil {
		os.Remove(g.file.Name()) // who reads has it open
	}
	g.h.store.release(g.room)
	g.room = 0
}

// pass has those who read along take a part that is kept nowhere, and waits for them: as
// long as it takes for the request that asked for the answer, for others only so long.
func (g *growing) pass(b []byte) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.passing = b
	g.size += int64(len(b))
	g.changed.Broadcast()
	late := time.AfterFunc(g.h.config.LockTimeout, func() {
		g.mu.Lock()
		defer g.mu.Unlock()
		for r := range g.readers {
			if !r.first && r.next < g.size {
				r.late = true
				delete(g.readers, r)
			}
		}
		g.changed.Broadcast()
	})
	defer late.Stop()
	for g.wanted() {
		g.changed.Wait()
	}
	g.passing = nil
	if len(g.readers) == 0 {
		return 0, errNobody
	}
	return len(b), nil
}

// wanted reports whether somebody has yet to take what is being passed on; the lock is held.
func (g *growing) wanted() bool {
	for r := range g.readers {
		if r.next < g.size {
			return true
		}
	}
	return false
}

// Flush implements gateway.BodyWriter: readers flush when they have caught up.
func (g *growing) Flush() error { return nil }

// Trailer implements gateway.BodyWriter: the request that asked gets them, they are not kept.
func (g *growing) Trailer() *gateway.Header { return &g.trailer }

// finish notes that no more comes, and keeps what is whole.
func (g *growing) finish(err error) {
	if err == io.EOF {
		err = nil
	}
	if err == nil && g.length >= 0 && g.size != g.length {
		err = io.ErrUnexpectedEOF
	}
	if !g.lost {
		how := notKept
		if err != nil {
			g.forget()
		} else {
			how = g.keep()
		}
		defer g.land(how)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.h.filling.Add(-int64(len(g.memory)))
	if err == nil {
		err = io.EOF
	}
	g.err = err
	g.changed.Broadcast()
}

// keep puts what is whole into the store.
func (g *growing) keep() landing {
	if g.e.unkept {
		g.forget()
		return failed
	}
	if g.length < 0 {
		g.e.size = g.size
	}
	if g.file == nil {
		body := g.memory
		if cap(body) > len(body)+len(body)/4 {
			body = bytes.Clone(body)
		}
		return g.h.commit(g.e, body)
	}
	name, err := g.h.store.complete(g.file, g.e, g.at)
	g.h.store.report(err)
	if err != nil {
		g.forget()
		return notKept
	}
	g.h.store.release(g.room)
	g.room = 0
	return g.h.store.add(g.e, nil, name)
}

// leave is what the filler and each reader do at their end.
func (g *growing) leave() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.refs--; g.refs == 0 && g.file != nil {
		g.file.Close()
	}
}

// join is one more reader; nil where the answer can no longer be read from its beginning.
func (g *growing) join(first bool) *along {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.refs == 0 && g.file != nil || g.lost || g.err != nil && g.err != io.EOF {
		return nil
	}
	g.refs++
	r := &along{g: g, first: first}
	g.readers[r] = struct{}{}
	g.left = time.Time{}
	return r
}

// begin has the filler read the body of an answer in place of the client, who
// reads along. A stream begins when the client can take something, as streams do.
func (g *growing) begin(x *gateway.Exchange) {
	r := &x.Response
	// Others may want it although this client leaves; the exchange stays until it is filled.
	x.OutliveClient()
	x.Context()
	own := g.join(true)
	filled := make(chan struct{})
	started := false
	start := func(pump func(w gateway.BodyWriter) error) {
		started = true
		go func() {
			defer close(filled)
			g.fill(pump)
		}()
	}
	x.After(func(*gateway.Exchange) {
		own.Close()
		if !started {
			g.fill(func(gateway.BodyWriter) error { return errNobody })
			return
		}
		<-filled
	})
	if r.Kind() == gateway.StreamBody {
		stream := r.Body().Stream
		r.Stream(func(w gateway.BodyWriter) error {
			start(stream)
			return own.relay(w)
		})
		return
	}
	body := r.Detach()
	r.Reader(own, g.length)
	start(func(w gateway.BodyWriter) error {
		defer body.Close()
		return copyBody(w, body, g.length)
	})
}

// copyBody reads a body of a length, as far as it goes: who knows the length
// does not wait until the end is said.
func copyBody(w io.Writer, body io.Reader, length int64) error {
	buf := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buf)
	for done := int64(0); length < 0 || done < length; {
		n, err := body.Read(buf[:])
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return err
			}
			done += int64(n)
		}
		if err == io.EOF {
			break
		}
		if err != nil {
			return err
		}
	}
	return nil
}

var buffers = sync.Pool{New: func() any { return new([32 << 10]byte) }}

// take keeps an answer for which no client waits.
func (g *growing) take(x *gateway.Exchange) {
	g.fill(func(w gateway.BodyWriter) error { return proxy.Drain(x, w) })
}

var _ gateway.BodyWriter = (*growing)(nil)
