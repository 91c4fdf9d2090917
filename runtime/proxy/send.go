package proxy

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync/atomic"
	"time"

	"stackgen.dev/runtime/gateway"
)

// early is the beginning of an answer that came while the request was still
// being sent: "413, stop it" for example.
type early struct {
	bytes []byte
	err   error
}

// send sends the request. It fails only when there is no point in waiting for
// an answer: a server may well have answered and closed while we were writing.
func (t *trip) send() error {
	if t.sendsAtOnce() {
		n, err := t.write(t.out)
		return t.judgeWrite(n, err)
	}
	t.listening = t.listen()
	n, err := t.write(t.out)
	if err == nil {
		err = t.sendBody()
	} else if err = t.judgeWrite(n, err); err == nil {
		err = errStopSending
	}
	t.first = t.listening.end()
	t.listening = nil
	if t.stopped = err != nil; is(err, errStopSending) || len(t.first.bytes) > 0 {
		return nil // an answer, or its absence, is what counts now
	}
	return err
}

// errStopSending says that the server takes no more of the request.
var errStopSending = errors.New("the server takes no more of the request")

// write sends b within the time that a server has to take it.
func (t *trip) write(b []byte) (int, error) {
	t.conn.SetWriteDeadline(t.within(t.f.send))
	if t.listening != nil && t.listening.answered.Load() {
		return 0, errStopSending
	}
	return t.conn.Write(b)
}

// within is the moment a step may take until: so long, and not beyond the
// exchange's deadline.
func (t *trip) within(d time.Duration) time.Time { return t.until(time.Now(), d) }

// until is within from a moment on.
func (t *trip) until(now time.Time, d time.Duration) time.Time {
	at := now.Add(d)
	if limit := t.x.Deadline; !limit.IsZero() && limit.Before(at) {
		return limit
	}
	return at
}

// judgeWrite sorts what became of writing the beginning of the request.
func (t *trip) judgeWrite(n int, err error) error {
	switch {
	case err == nil:
		return nil
	case timedOut(err):
		return fmt.Errorf("send: %w: %w", errTimeout, err)
	case n == 0:
		return fmt.Errorf("%w: %w", errNothingSent, err)
	}
	return nil // the answer, or its absence, will tell
}

// listener waits for an early answer beside the sending.
type listener struct {
	t        *trip
	answered atomic.Bool
	done     chan early
}

// listen begins to wait. Until end, nobody else may read from the connection.
func (t *trip) listen() *listener {
	l := &listener{t: t, done: make(chan early, 1)}
	c := t.conn
	c.readUntil(time.Time{})
	go func() {
		buf := make([]byte, 1<<10)
		n, err := c.Read(buf)
		for err == nil && n < len(buf) && interim(buf[:n]) {
			var more int
			more, err = c.Read(buf[n:])
			n += more
		}
		l.answered.Store(!timedOut(err) || !interim(buf[:n]))
		c.SetWriteDeadline(longAgo)
		if client, ok := t.x.Request.Body.(gateway.Interrupter); ok && t.streams() && !timedOut(err) {
			client.Interrupt() // it may be a while until it sends on
		}
		l.done <- early{buf[:n], err}
	}()
	return l
}

// interim reports whether b is nothing but interim responses (RFC 9110, section
// 15.2), of which the last may be incomplete: a server that sends those still wants
// the whole request. A switch of protocols is an answer.
func interim(b []byte) bool {
	for len(b) > 0 {
		const start = "HTTP/1.1 1"
		if n := min(len(b), len(start)); string(b[:n]) != start[:n] || bytes.HasPrefix(b, switching) {
			return false
		}
		end := bytes.Index(b, headEnd)
		if end < 0 {
			return true
		}
		b = b[end+len(headEnd):]
	}
	return true
}

var (
	switching = []byte("HTTP/1.1 101")
	headEnd   = []byte("\r\n\r\n")
)

// end stops waiting and returns what came.
func (l *listener) end() early {
	l.t.conn.readUntil(longAgo)
	e := <-l.done
	if timedOut(e.err) {
		e.err = nil
	}
	return e
}

// longAgo as a deadline makes a read or write that waits return at once.
var longAgo = time.Unix(1, 0)

// sendBody sends what is not in t.out: the spooled body, or the client's as it arrives.
func (t *trip) sendBody() error {
	r := &t.x.Request
	chunked := r.Trailer.Len() > 0
	t.chunks.Reset((*bodyWire)(t))
	var err error
	switch {
	case t.streams():
		t.streamed, chunked = true, r.ContentLength < 0
		err = t.copyBody(r.Body, chunked)
	default:
		if err = t.sendPiece(t.body.memory, chunked); err == nil && t.body.file != nil {
			err = t.copyBody(t.body.rest(), chunked)
		}
	}
	if err == nil && chunked {
		cleanTrailer(&r.Trailer)
		err = t.judgeBody(t.chunks.Close(&r.Trailer))
	}
	return err
}

func (t *trip) copyBody(src io.Reader, chunked bool) error {
	buf := make([]byte, 32<<10)
	for {
		n, err := src.Read(buf)
		if serr := t.sendPiece(buf[:n], chunked); serr != nil {
			return serr
		}
		if err == io.EOF {
			return nil
		}
		if is(err, gateway.ErrBodyInterrupted) {
			return errStopSending
		}
		if err != nil {
			return fmt.Errorf("%w: %w", errClientBody, err)
		}
	}
}

func (t *trip) sendPiece(p []byte, chunked bool) (err error) {
	switch {
	case len(p) == 0:
		return nil
	case chunked:
		_, err = t.chunks.Write(p)
	default:
		_, err = t.write(p)
	}
	return t.judgeBody(err)
}

// judgeBody sorts what became of writing a part of the body. An answer that
// came meanwhile is the reason for a failure, and no failure.
func (t *trip) judgeBody(err error) error {
	switch {
	case err == nil:
		return nil
	case !t.listening.answered.Load() && timedOut(err):
		return fmt.Errorf("send: %w: %w", errTimeout, err)
	}
	return errStopSending
}

// bodyWire writes a body to the server, each piece within the time for it.
type bodyWire trip

func (w *bodyWire) Write(p []byte) (int, error) { return (*trip)(w).write(p) }

// is is errors.Is, short because run asks so often.
func is(err, target error) bool { return errors.Is(err, target) }

var _ io.Writer = (*bodyWire)(nil)
