package proxy

import (
	"io"
	"log/slog"
	"net"
	"os"
	"sync"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
)

// slowClient is how long a client may take for a part of an answer before the
// rest is read ahead of it. Faster ones pay nothing for it: what the server sends
// goes on at once, through no memory but the engine's.
const slowClient = 20 * time.Millisecond

// ahead is the body of an answer on its way to a client. Once the client turns
// out to be slow, a goroutine reads the rest from the server, into memory and
// then a file, so that no worker is held up by the line of its client (proxy_buffering).
type ahead struct {
	read   func(p []byte) (int, error) // from the server
	judge  func(error) error           // hears of the end, and may word it otherwise
	timer  *time.Timer                 // runs while the client has a part, if armed
	armed  bool
	memory int   // how much is held in memory, in bytes; 0 holds nothing
	file   int64 // how much beside it in a file
	folder string
	log    *slog.Logger

	mu      sync.Mutex
	changed sync.Cond
	started bool
	exited  chan struct{}
	server  net.Conn
	closed  bool
	err     error // the end, for after what is held
	held    []byte
	spill   *os.File
	broken  bool // there is no file to be had
	// Bytes [next, size) of what was held since it was last empty have not been taken.
	next, size int64
}

// begin readies a for the body of an answer, which comes over a connection.
func (a *ahead) begin(server net.Conn) {
	a.server = server
	a.changed.L = &a.mu
	a.armed, a.started, a.closed, a.broken, a.err = false, false, false, false, nil
	a.next, a.size = 0, 0
}

// Read reads on: from the server, or from what has been read of it.
func (a *ahead) Read(p []byte) (int, error) {
	if a.armed && !a.timer.Stop() {
		return a.take(p)
	}
	a.armed = false
	n, err := a.read(p)
	if err != nil {
		return n, a.end(err)
	}
	a.arm()
	return n, nil
}

// end notes that nothing more comes from the server.
func (a *ahead) end(err error) error {
	a.server = nil
	return a.judge(err)
}

// arm begins the time that the client has for a part.
func (a *ahead) arm() {
	switch {
	case a.memory == 0:
	case a.timer == nil:
		a.armed, a.timer = true, time.AfterFunc(slowClient, a.drain)
	default:
		a.armed = true
		a.timer.Reset(slowClient)
	}
}

// more reports whether more can be read without waiting for the server, of
// whose answer in has buffered some.
func (a *ahead) more(in *http1.Reader) bool {
	if a.armed && !a.timer.Stop() {
		a.mu.Lock()
		defer a.mu.Unlock()
		return a.next < a.size
	}
	buffered := len(in.Buffered()) > 0
	if a.armed {
		a.timer.Reset(slowClient)
	}
	return buffered
}

// take reads from what is held, and waits where that is nothing.
func (a *ahead) take(p []byte) (n int, err error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for a.next == a.size && a.err == nil {
		a.changed.Wait()
	}
	switch {
	case a.next == a.size:
		return 0, a.err
	case a.next < int64(len(a.held)):
		n = copy(p, a.held[a.next:])
	default:
		p = p[:min(int64(len(p)), a.size-a.next)]
		n, err = a.spill.ReadAt(p, a.next-int64(len(a.held)))
		if n > 0 {
			err = nil
		}
	}
	if a.next += int64(n); a.next == a.size {
		a.held, a.next, a.size = a.held[:0], 0, 0
		a.changed.Broadcast()
	}
	return n, err
}

// drain reads what is left of the answer. It has the server's side of the trip
// for itself from when the timer went off until it closes exited.
func (a *ahead) drain() {
	a.mu.Lock()
	a.started, a.exited = true, make(chan struct{})
	a.held = make([]byte, 0, a.memory)
	a.changed.Broadcast()
	a.mu.Unlock()
	defer close(a.exited)
	buf := make([]byte, min(32<<10, a.memory))
	for {
		n, err := a.read(buf)
		if !a.store(buf[:n]) {
			err = net.ErrClosed
		}
		if err == nil {
			continue
		}
		if !a.release() {
			err = net.ErrClosed
		}
		err = a.judge(err)
		a.mu.Lock()
		a.err = err
		a.changed.Broadcast()
		a.mu.Unlock()
		return
	}
}

// release takes the connection out of Close's reach. It reports whether it has
// not been closed yet.
func (a *ahead) release() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.server = nil
	return !a.closed
}

// store holds b, and waits while there is no room for it. It reports whether
// anybody wants more.
func (a *ahead) store(b []byte) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(b) > 0 && !a.closed {
		n, err := a.hold(b)
		b = b[n:]
		switch {
		case err != nil:
			// As if files were not allowed: memory does.
			a.broken = true
			a.log.Error("proxy: an answer cannot be held in a file", "error", err)
		case n == 0:
			a.changed.Wait()
		default:
			a.changed.Broadcast()
		}
	}
	return !a.closed
}

// hold appends to what is held, as far as there is room; the lock is held too.
func (a *ahead) hold(b []byte) (n int, err error) {
	if a.size == int64(len(a.held)) {
		n = min(len(b), a.memory-len(a.held))
		a.held = append(a.held, b[:n]...)
		a.size += int64(n)
		b = b[n:]
	}
	at := a.size - int64(len(a.held))
	b = b[:min(int64(len(b)), max(a.file-at, 0))]
	if len(b) == 0 || a.broken {
		return n, nil
	}
	if a.spill == nil {
		if a.spill, err = spoolFile(a.folder, "stackgen-answer-*"); err != nil {
			return n, err
		}
	}
	m, err := a.spill.WriteAt(b, at)
	a.size += int64(m)
	return n + m, err
}

// Close gives up what is left. Afterwards nobody reads from the server any more.
func (a *ahead) Close() error {
	if a.armed && !a.timer.Stop() {
		a.mu.Lock()
		for !a.started {
			a.changed.Wait() // it is just beginning
		}
		a.closed = true
		if a.server != nil {
			a.server.Close()
		}
		a.changed.Broadcast()
		a.mu.Unlock()
		<-a.exited
	}
	a.armed, a.started = false, false
	if a.spill != nil {
		a.spill.Close()
	}
	a.server, a.spill, a.held = nil, nil, nil // only slow clients need memory
	return nil
}

// answersStream reports whether an answer is one that must not be held: its parts
// mean something when they come (X-Accel-Buffering is nginx's word for it).
func answersStream(h *gateway.Header) bool {
	if mediaType := h.Get("Content-Type"); len(mediaType) >= len(eventStream) && gateway.EqualFold(mediaType[:len(eventStream)], eventStream) {
		return true
	}
	return gateway.EqualFold(h.Get("X-Accel-Buffering"), "no")
}

const eventStream = "text/event-stream"

var _ io.ReadCloser = (*ahead)(nil)
