package proxy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
)

// patience is how long a server may be silent before the client is watched:
// answers that come at once pay nothing for the case that nobody wants them.
const patience = 100 * time.Millisecond

// receive reads the head of the answer, interim responses on the way.
func (t *trip) receive() error {
	limits := http1.Limits{Head: maxAnswerHead, Fields: maxAnswerFields}
	for interim := 0; ; {
		n, err := http1.ParseResponse(t.in.Buffered(), t.x.Request.Method, &t.resp, limits)
		switch {
		case err == http1.ErrIncomplete:
			if err := t.fill(interim > 0); err != nil {
				return err
			}
			continue
		case err != nil:
			return fmt.Errorf("%w: %w", errBadAnswer, err)
		case !t.resp.Interim():
			t.in.Hold(n)
			return nil
		}
		if interim++; interim > maxInterim {
			return fmt.Errorf("%w: too many interim responses", errBadAnswer)
		}
		if err := t.inform(); err != nil {
			return fmt.Errorf("%w: %w", errClientGone, err)
		}
		t.in.Discard(n)
	}
}

// fill reads more of the head. Begun says that the server has sent something before.
func (t *trip) fill(begun bool) error {
	begun = begun || len(t.in.Buffered()) > 0
	err := t.in.Fill()
	if errors.Is(err, http1.ErrBufferFull) {
		t.memory = make([]byte, min(4*cap(t.memory), maxAnswerHead+tripMemory))
		t.in.Grow(t.memory)
		err = t.in.Fill()
	}
	switch {
	case err == nil:
		return nil
	case is(err, errClientGone), is(err, errTimeout), is(err, errNothingSent):
		return err
	case begun:
		return fmt.Errorf("%w: the connection was closed in the middle of the head: %w", errBadAnswer, err)
	}
	return fmt.Errorf("%w: %w", errUnanswered, err)
}

// inform passes an interim response on, without what concerns the connection.
// A 100 is not: whether the client is to continue is the engine's to say, and the server
// was not asked.
func (t *trip) inform() error {
	if t.x.Request.Proto == gateway.HTTP10 || t.resp.Status == 100 {
		return nil
	}
	var h gateway.Header
	t.appendResponse(&h, &t.resp.Header)
	return t.x.Inform(t.resp.Status, &h)
}

// appendResponse adds the fields of a response that go further.
func (t *trip) appendResponse(out, h *gateway.Header) {
	listed := connectionLists(h)
	for _, f := range h.Fields() {
		if len(f.Name) == 14 && gateway.EqualFold(f.Name, "Content-Length") {
			continue
		}
		if http1.HopByHop(f.Name) || listed && http1.ConnectionListed(h, f.Name) {
			continue
		}
		out.AddBorrowed(f.Name, f.Value)
	}
}

// wire reads from the server: within the read timeout, and no longer than the
// client stays.
type wire trip

// Read implements io.Reader for the parser. Its errors are errTimeout,
// errClientGone, errNothingSent, io.EOF, or the connection's.
func (w *wire) Read(p []byte) (int, error) {
	t := (*trip)(w)
	if e := &t.first; len(e.bytes) > 0 || e.err != nil {
		if len(e.bytes) == 0 {
			return 0, e.err
		}
		n := copy(p, e.bytes)
		e.bytes = e.bytes[n:]
		return n, nil
	}
	if t.unsent {
		t.unsent = false
		n, err, done := t.ask(p)
		switch {
		case done:
			return n, err
		case timedOut(err):
			t.watch = watchClient(t.x.Context(), t.conn)
		}
	}
	return w.receive(p, nil, 0, time.Now())
}

// receive reads into p, or into a pipe up to n bytes.
func (w *wire) receive(p []byte, pipe *pipe, n int64, now time.Time) (int, error) {
	t := (*trip)(w)
	limit := t.until(now, t.f.read)
	if t.watch == nil {
		if soon := now.Add(2 * patience); soon.Before(limit) {
			t.conn.readSoon(now)
		} else {
			t.conn.readUntil(limit)
		}
		got, err := t.conn.read(p, pipe, n)
		if got > 0 || !timedOut(err) {
			return got, err
		}
		if !t.ahead.started {
			t.watch = watchClient(t.x.Context(), t.conn)
		}
		// Else whoever sends to the client notices when it leaves, and closes the connection.
	}
	t.conn.readUntil(limit)
	if t.clientLeft() {
		return 0, errClientGone
	}
	got, err := t.conn.read(p, pipe, n)
	switch {
	case got > 0:
		return got, nil
	case timedOut(err) && t.clientLeft():
		return 0, errClientGone
	case timedOut(err):
		return 0, fmt.Errorf("%w: no answer: %w", errTimeout, err)
	}
	return got, err
}

func (t *trip) clientLeft() bool { return t.watch != nil && t.watch.left.Load() }

// ask sends the request and reads the beginning of the answer. It is not done
// where the server lets one wait.
func (t *trip) ask(p []byte) (n int, err error, done bool) {
	if limit := t.until(t.asked, t.f.read); t.asked.Add(2 * patience).Before(limit) {
		t.conn.readSoon(t.asked)
	} else {
		t.conn.readUntil(limit)
	}
	sent, n, err := t.conn.ask(t.out, p, t.reused)
	switch {
	case n > 0:
		return n, nil, true
	case sent == len(t.out):
		return 0, err, err != nil && !timedOut(err)
	case err != nil && sent == 0 && !timedOut(err):
		return 0, fmt.Errorf("%w: %w", errNothingSent, err), true
	}
	n, err = t.write(t.out[sent:])
	err = t.judgeWrite(sent+n, err)
	return 0, err, err != nil
}

var _ io.Reader = (*wire)(nil)

// watch interrupts reading from a server when the client leaves.
type watch struct {
	left atomic.Bool
	stop func() bool // reports whether the watch never went off
}

// watchClient begins to watch. Left is set before the read is interrupted, and
// a reader looks at it after setting a deadline of its own: so neither is missed.
func watchClient(ctx context.Context, c *conn) *watch {
	w := new(watch)
	w.stop = context.AfterFunc(ctx, func() {
		if errors.Is(context.Cause(ctx), context.DeadlineExceeded) {
			return // the reads have that deadline themselves
		}
		w.left.Store(true)
		c.Conn.SetReadDeadline(longAgo)
	})
	return w
}

// keepAliveTimeout is what a server says of idle connections in
// "Keep-Alive: timeout=5" (RFC 2068, section 19.7.1.1), less a second for the way; 0 where it
// says nothing.
func keepAliveTimeout(h *gateway.Header) time.Duration {
	value := h.Get("Keep-Alive")
	for more := len(value) > 0; more; {
		var param []byte
		param, value, more = bytes.Cut(value, []byte(","))
		name, number, ok := bytes.Cut(bytes.Trim(param, " \t"), []byte("="))
		if !ok || !gateway.EqualFold(name, "timeout") || len(number) > 6 {
			continue
		}
		if n := digits(number); n >= 0 && len(number) > 0 {
			return max(time.Duration(n)*time.Second-time.Second, time.Millisecond)
		}
	}
	return 0
}
