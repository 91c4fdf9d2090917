package proxy

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
)

// describe turns the head that has been read into the response.
func (t *trip) describe() error {
	r := &t.x.Response
	if t.h2 != nil {
		return t.describeHTTP2()
	}
	if t.resp.Status == 101 {
		return t.switchProtocols()
	}
	r.Status = t.resp.Status
	t.appendResponse(&r.Header, &t.resp.Header)
	if r.Status == 426 {
		t.appendRequired(&r.Header)
	}
	t.conn.timeout = keepAliveTimeout(&t.resp.Header)
	switch t.resp.Framing {
	case http1.FramingNone:
		if length := t.resp.Header.Get("Content-Length"); length != nil && (t.x.Request.Method == "HEAD" || r.Status == 304) {
			r.Header.AddBorrowed(fieldContentLength, length)
		}
		r.NoContent()
		t.ended()
	case http1.FramingLength:
		size := t.resp.ContentLength
		if b := t.in.Buffered(); int64(len(b)) >= size {
			// The whole answer is here: the server is free again at once.
			r.Bytes(b[:size])
			t.in.Discard(int(size))
			t.ended()
			return nil
		}
		t.length.Reset(&t.in, size)
		t.readAhead()
		if len(t.in.Buffered()) > 0 {
			r.Reader((*begunBody)(t), size)
		} else {
			r.Reader(t, size)
		}
	default:
		t.chunked.Reset(&t.in, &t.trailer)
		t.readAhead()
		r.Stream(t.stream)
	}
	return nil
}

var fieldContentLength = []byte("Content-Length")

// ended notes that the answer has been read to its end, and gives the
// connection back; one with more bytes than were announced is not used again.
func (t *trip) ended() {
	t.over = true
	t.letGo(!t.resp.Close && len(t.in.Buffered()) == 0 && len(t.first.bytes) == 0 && !t.stopped)
	t.leave()
}

// readAhead readies the body for reading, ahead of a slow client where that is wanted.
func (t *trip) readAhead() {
	a, c := &t.ahead, &t.u.config
	a.memory, a.file, a.folder, a.log = int(c.ResponseBuffer), c.MaxTempFile, t.spoolDir(), t.p.log
	if answersStream(&t.resp.Header) {
		a.memory = 0
	}
	a.begin(t.conn.Conn)
}

// readPart reads a part of the body from the server.
func (t *trip) readPart(p []byte) (int, error) {
	switch t.resp.Framing {
	case http1.FramingLength:
		return t.length.Read(p)
	case http1.FramingChunked:
		return t.chunked.Read(p)
	}
	return t.in.Read(p)
}

// Read reads the body of an answer of known length.
func (t *trip) Read(p []byte) (int, error) {
	if !t.ahead.armed && t.length.Left() == 0 {
		return 0, io.EOF
	}
	return t.ahead.Read(p)
}

// judgeRead notes the end of a body, and logs what cuts it short: the client sees
// only that its connection breaks off.
func (t *trip) judgeRead(err error) error {
	switch {
	case err == nil:
		return nil
	case err == io.EOF:
		t.ended()
		return err
	}
	if is(err, gateway.ErrBodyInvalid) { // the parser's word is about requests
		err = fmt.Errorf("%w: its chunked coding", errBadAnswer)
	}
	if !is(err, errClientGone) && !is(err, net.ErrClosed) {
		t.p.log.LogAttrs(context.Background(), slog.LevelError, "proxy: answer broken off",
			slog.String("id", t.x.Request.ID), slog.String("upstream", t.u.config.Name),
			slog.String("server", t.backend.label), slog.String("error", err.Error()))
		if is(err, errTimeout) {
			err = fmt.Errorf("proxy: upstream %s: %w", t.u.config.Name, err)
		}
	}
	t.letGo(false)
	t.leave()
	return err
}

// Close gives up what is left of a body.
func (t *trip) Close() error {
	t.ahead.Close()
	t.letGo(false)
	t.leave()
	return nil
}

// begunBody is a body whose beginning is here already, which its Len tells the
// engine: head and beginning then go out together.
type begunBody trip

// Read implements io.Reader.
func (b *begunBody) Read(p []byte) (int, error) { return (*trip)(b).Read(p) }

// Close implements io.Closer.
func (b *begunBody) Close() error { return (*trip)(b).Close() }

// Len is the number of bytes that can be read without waiting.
func (b *begunBody) Len() int { return len(b.in.Buffered()) }

// relayBuffer holds what is passed on piece by piece.
type relayBuffer [32 << 10]byte

// relayBuffer is one that goes back to u.relays.
func (u *Upstream) relayBuffer() *relayBuffer {
	if buf, ok := u.relays.Get().(*relayBuffer); ok {
		return buf
	}
	return new(relayBuffer)
}

// relay passes on an answer whose end is not known, each part as it comes: an
// event stream is never held back.
func (t *trip) relay(w gateway.BodyWriter) error {
	buf := t.u.relayBuffer()
	defer t.u.relays.Put(buf)
	defer t.ahead.Close()
	for {
		n, err := t.ahead.Read(buf[:])
		if n > 0 {
			if _, werr := w.Write(buf[:n]); werr != nil {
				return werr
			}
			if err == nil && !t.ahead.more(&t.in) {
				if werr := w.Flush(); werr != nil {
					return werr
				}
			}
		}
		if err == io.EOF {
			for _, f := range t.trailer.Fields() {
				w.Trailer().AddCopy(f.Name, f.Value)
			}
			return nil
		}
		if err != nil {
			return err
		}
	}
}

var (
	_ io.ReadCloser = (*trip)(nil)
	_ io.ReadCloser = (*begunBody)(nil)
)
