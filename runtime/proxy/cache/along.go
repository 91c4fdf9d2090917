package cache

import (
	"fmt"
	"io"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
)

// along reads the body of an answer while it grows, and waits where nothing has come
// yet. One that is slow keeps nobody waiting, and nothing in memory.
type along struct {
	g     *growing
	first bool // of the request that asked for the answer

	// Guarded by the body's lock.
	next   int64 // what is read next
	late   bool
	closed bool
}

// Read implements io.Reader.
func (r *along) Read(p []byte) (int, error) {
	r.g.mu.Lock()
	at := r.next
	r.g.mu.Unlock()
	n, err := r.read(p, at)
	r.want(at + int64(n))
	return n, err
}

// ReadAt implements io.ReaderAt, for parts of an answer whose length is known.
func (r *along) ReadAt(p []byte, at int64) (n int, err error) {
	r.want(at)
	for n < len(p) && err == nil {
		var m int
		m, err = r.read(p[n:], at+int64(n))
		n += m
		r.want(at + int64(n))
	}
	return n, err
}

// want says what is read next: the filler waits for who takes what is kept nowhere.
func (r *along) want(next int64) {
	r.g.mu.Lock()
	defer r.g.mu.Unlock()
	r.next = next
	if r.g.lost {
		r.g.changed.Broadcast()
	}
}

// read reads something from a place on.
func (r *along) read(p []byte, at int64) (int, error) {
	g := r.g
	if len(p) == 0 {
		return 0, nil
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	for {
		switch {
		case r.late:
			return 0, errLate
		case at < g.held && g.file == nil:
			return copy(p, g.memory[at:]), nil
		case at < g.held:
			p, f, from := p[:min(int64(len(p)), g.held-at)], g.file, g.at+at
			g.mu.Unlock()
			n, err := f.ReadAt(p, from)
			g.mu.Lock()
			if n > 0 {
				err = nil
			} else if err == io.EOF {
				err = io.ErrUnexpectedEOF // somebody has cut the file
			}
			return n, err
		case at < g.size:
			from := int64(len(g.passing)) - (g.size - at)
			if from < 0 {
				return 0, errLate
			}
			return copy(p, g.passing[from:]), nil
		case g.err == io.EOF:
			return 0, io.EOF
		case g.err != nil && g.panicked != nil && r.first:
			panic(g.panicked)
		case g.err != nil:
			return 0, fmt.Errorf("cache: the answer broke off: %w", g.err)
		}
		g.changed.Wait()
	}
}

// caughtUp reports whether nothing can be read without waiting.
func (r *along) caughtUp() bool {
	r.g.mu.Lock()
	defer r.g.mu.Unlock()
	return r.next == r.g.size && r.g.err == nil
}

// relay passes a stream on, each part as it comes.
func (r *along) relay(w gateway.BodyWriter) error {
	buf := buffers.Get().(*[32 << 10]byte)
	defer buffers.Put(buf)
	for {
		n, err := r.Read(buf[:])
		if n > 0 {
			if _, err := w.Write(buf[:n]); err != nil {
				return err
			}
			if r.caughtUp() {
				if err := w.Flush(); err != nil {
					return err
				}
			}
		}
		if err == io.EOF {
			for _, f := range r.g.trailer.Fields() {
				w.Trailer().AddCopy(f.Name, f.Value)
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
}

// Close implements io.Closer.
func (r *along) Close() error {
	r.g.mu.Lock()
	closed := r.closed
	r.closed = true
	if delete(r.g.readers, r); len(r.g.readers) == 0 && !closed {
		r.g.left = r.g.h.now()
	}
	r.g.changed.Broadcast()
	r.g.mu.Unlock()
	if !closed {
		r.g.leave()
	}
	return nil
}

var (
	_ io.ReadCloser = (*along)(nil)
	_ proxy.File    = (*along)(nil)
)
