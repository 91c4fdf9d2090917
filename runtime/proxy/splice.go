package proxy

import (
	"errors"
	"io"
	"sync"
	"syscall"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
)

// pipeSize is how much a pipe holds, in bytes: what the kernel gives without asking.
const pipeSize = 64 << 10

// pipes keeps empty pipes for the next answer. The zero pipes is ready.
type pipes struct {
	mu   sync.Mutex
	idle []*pipe
	shut bool
}

// maxIdlePipes is how many pipes are kept; each is two descriptors.
const maxIdlePipes = 32

func (s *pipes) get() (*pipe, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if n := len(s.idle); n > 0 {
		p := s.idle[n-1]
		s.idle = s.idle[:n-1]
		return p, nil
	}
	return newPipe()
}

// put takes a pipe back that is empty.
func (s *pipes) put(p *pipe) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.shut || len(s.idle) == maxIdlePipes {
		p.close()
		return
	}
	s.idle = append(s.idle, p)
}

func (s *pipes) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.idle {
		p.close()
	}
	s.idle, s.shut = nil, true
}

// Splice implements [gateway.Splicer]: what the server sends goes to the
// client's socket, and no memory of ours has it. A client that is slow has the
// rest read ahead of it like any other; then it comes by Read.
func (t *trip) Splice(dst syscall.RawConn, n int64, sending func()) (int64, error) {
	a := &t.ahead
	if a.armed && !a.timer.Stop() {
		return 0, errors.ErrUnsupported
	}
	a.armed = false
	if !splicing || t.conn == nil || t.conn.raw == nil || len(t.in.Buffered()) > 0 || t.resp.Framing != http1.FramingLength {
		return 0, errors.ErrUnsupported
	}
	p, err := t.u.pipes.get()
	if err != nil {
		return 0, errors.ErrUnsupported // by way of memory it goes without descriptors
	}
	moved, err := (*wire)(t).receive(nil, p, min(n, t.length.Left()), time.Now())
	if err != nil {
		t.u.pipes.put(p)
		if err == io.EOF {
			err = io.ErrUnexpectedEOF
		}
		return 0, a.end(err)
	}
	t.length.Skip(int64(moved))
	if t.length.Left() == 0 {
		a.end(io.EOF)
	} else {
		a.arm()
	}
	sending()
	if err := p.drain(dst, moved); err != nil {
		p.close()
		return 0, err
	}
	t.u.pipes.put(p)
	return int64(moved), nil
}

// Splice implements [gateway.Splicer].
func (b *begunBody) Splice(dst syscall.RawConn, n int64, sending func()) (int64, error) {
	return (*trip)(b).Splice(dst, n, sending)
}

var (
	_ gateway.Splicer = (*trip)(nil)
	_ gateway.Splicer = (*begunBody)(nil)
)
