package server

import (
	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
)

// streamBuffer is how much a stream collects before it is sent without a
// Flush, in bytes.
const streamBuffer = 8 << 10

// streamWriter is the [gateway.BodyWriter] of the connection.
type streamWriter struct {
	conn    *conn
	how     delivery
	left    int64  // with deliverLength: bytes still to be written
	pending []byte // not yet sent, without framing
	frame   []byte
	trailer gateway.Header
	err     error
}

var _ gateway.BodyWriter = (*streamWriter)(nil)

// sendStream sends the head and lets write send the body.
func (c *conn) sendStream(write func(gateway.BodyWriter) error, how delivery) error {
	if err := c.write(c.out); err != nil {
		return err
	}
	w := &c.stream
	w.how, w.err = how, nil
	w.pending = w.pending[:0]
	w.trailer.Reset()
	if err := c.callStream(write); err != nil {
		return err
	}
	if err := w.Flush(); err != nil {
		return err
	}
	switch {
	case how == deliverLength && w.left > 0:
		return errShortBody
	case how != deliverChunked:
		return nil
	}
	w.frame = http1.AppendLastChunk(w.frame[:0], &w.trailer)
	return c.write(w.frame)
}

// callStream runs the handler's stream; its panic is an abort, as the head is out.
func (c *conn) callStream(write func(gateway.BodyWriter) error) (err error) {
	returned := false
	defer func() {
		if !returned {
			c.server.logPanic(recover(), &c.exchange)
			err = errAborted
		}
	}()
	err = write(&c.stream)
	returned = true
	return err
}

// Write collects p, and sends when enough has come together.
func (w *streamWriter) Write(p []byte) (int, error) {
	if w.err != nil {
		return 0, w.err
	}
	if w.how == deliverLength {
		if int64(len(p)) > w.left {
			return 0, errLongBody
		}
		w.left -= int64(len(p))
	}
	if len(w.pending)+len(p) <= streamBuffer {
		w.pending = append(w.pending, p...)
		return len(p), nil
	}
	if err := w.Flush(); err != nil {
		return 0, err
	}
	if len(p) <= streamBuffer {
		w.pending = append(w.pending, p...)
		return len(p), nil
	}
	for rest := p; len(rest) > 0; {
		piece := rest[:min(len(rest), writePiece)]
		if err := w.send(piece); err != nil {
			return len(p) - len(rest), err
		}
		rest = rest[len(piece):]
	}
	return len(p), nil
}

// Flush sends what has been collected.
func (w *streamWriter) Flush() error {
	if w.err != nil {
		return w.err
	}
	if len(w.pending) == 0 {
		return nil
	}
	err := w.send(w.pending)
	w.pending = w.pending[:0]
	return err
}

func (w *streamWriter) send(p []byte) error {
	b := p
	if w.how == deliverChunked {
		w.frame = http1.AppendChunk(w.frame[:0], p)
		b = w.frame
	}
	if w.err = w.conn.write(b); w.err == nil {
		w.conn.exchange.Sent += int64(len(p))
	}
	return w.err
}

// Trailer implements [gateway.BodyWriter].
func (w *streamWriter) Trailer() *gateway.Header { return &w.trailer }
