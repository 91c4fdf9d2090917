package server

import (
	"errors"
	"io"
	"os"
	"sync/atomic"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
)

// body is the request body as handlers read it: with the framing taken off,
// the size bounded, and slow clients given up.
type body struct {
	conn    *conn
	length  http1.LengthReader
	chunked http1.ChunkedReader
	request *gateway.Request
	// expect says that the client waits for 100 Continue.
	expect bool
	read   int64         // bytes read so far
	waited time.Duration // time spent waiting for them
	err    error         // what ended the body: io.EOF, or a failure
	// interrupted says that reading has to stop.
	interrupted atomic.Bool
}

// begin readies the body of r, and leaves r.Body nil if there is none.
func (b *body) begin(r *gateway.Request) {
	b.request, b.read, b.waited, b.err = r, 0, 0, nil
	b.interrupted.Store(false)
	switch {
	case r.ContentLength == 0:
		b.err, b.expect = io.EOF, false
		return
	case r.ContentLength > 0:
		b.length.Reset(&b.conn.in, r.ContentLength)
	default:
		b.chunked.Reset(&b.conn.in, &r.Trailer)
	}
	b.expect = http1.ExpectsContinue(r)
	r.Body = b
}

// ended reports whether the body has been read to its end.
func (b *body) ended() bool { return b.err == io.EOF }

// Read implements io.Reader for handlers.
func (b *body) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	if limit := b.request.MaxBody; limit > 0 {
		if b.request.ContentLength > limit || b.read > limit {
			return 0, gateway.ErrBodyTooLarge
		}
		// One byte more than allowed tells a body of just that size from a larger one.
		if room := limit - b.read + 1; int64(len(p)) > room {
			p = p[:room]
		}
	}
	if b.expect {
		b.expect = false
		if len(b.conn.in.Buffered()) == 0 {
			if err := b.conn.interim(continueLine); err != nil {
				b.fail(err)
				return 0, b.err
			}
		}
	}
	n, err := b.fetch(p)
	b.read += int64(n)
	if limit := b.request.MaxBody; limit > 0 && b.read > limit {
		return 0, gateway.ErrBodyTooLarge
	}
	return n, err
}

var continueLine = []byte("HTTP/1.1 100 Continue\r\n\r\n")

// fetch reads the next part, within the time that a client has for it. The
// handler's clock stands still meanwhile.
func (b *body) fetch(p []byte) (n int, err error) {
	c := b.conn
	if !c.arm(stepBody, c.server.config.BodyIdle) {
		b.fail(gateway.ErrBodyCut) // overdue: somebody else has answered
		return 0, b.err
	}
	if b.interrupted.Load() {
		c.disarm()
		b.fail(gateway.ErrBodyInterrupted)
		return 0, b.err
	}
	before := c.server.now()
	if b.request.ContentLength > 0 {
		n, err = b.length.Read(p)
	} else {
		n, err = b.chunked.Read(p)
	}
	waited := c.server.now() - before
	b.waited += time.Duration(waited)
	if c.deadline > 0 {
		c.deadline += waited
		c.exchange.Deadline = c.exchange.Deadline.Add(time.Duration(waited))
	}
	if !c.disarm() {
		if err == nil || err == io.EOF {
			c.revive() // the bytes came just as the time was over
		} else {
			c.limit.Store(noLimit) // reading is over, answering is not
			err = gateway.ErrBodyTimeout
			if b.interrupted.Load() {
				err = gateway.ErrBodyInterrupted
			}
		}
	}
	c.armServe()
	if err == nil && b.tooSlow(n) {
		err = gateway.ErrBodyTimeout
	}
	if err != nil {
		b.fail(err)
	}
	return n, b.err
}

// Interrupt implements [gateway.Interrupter]: the wait for the next part ends as if its
// time were over.
func (b *body) Interrupt() {
	b.interrupted.Store(true)
	if limit := b.conn.limit.Load(); limit > 0 && stepOf(limit) == stepBody {
		b.conn.expire(limit)
	}
}

// rateGrace is how long a body may be waited for before its rate counts.
const rateGrace = 10 * time.Second

func (b *body) tooSlow(n int) bool {
	rate := b.conn.server.config.MinRate
	return rate > 0 && b.waited > rateGrace && float64(b.read+int64(n)) < b.waited.Seconds()*float64(rate)
}

// fail ends the body; unless it has ended well the connection ends too.
func (b *body) fail(err error) {
	var refusal *gateway.Error
	switch {
	case err == io.EOF:
		b.err = err
		return
	case errors.As(err, &refusal):
		b.err = refusal
	case errors.Is(err, os.ErrDeadlineExceeded):
		b.err = gateway.ErrBodyTimeout
	default: // an end or a reset of the connection
		b.err = gateway.ErrBodyCut
	}
	b.conn.keep = false
}

// maxUnread is how much of a body that nobody wanted is read to keep the
// connection, in bytes.
const maxUnread = 256 << 10

// worthKeeping reports whether the connection can go on after the response,
// as far as is known before the rest of the body has been read.
func (b *body) worthKeeping() bool {
	switch {
	case b.err != nil:
		return b.err == io.EOF
	case b.expect:
		// The client may send the body all the same, or not: nobody can tell.
		return false
	}
	return b.request.ContentLength < 0 || b.length.Left() <= maxUnread
}

// finish reads what the handler has left of the body and reports whether that
// reached its end.
func (b *body) finish() bool {
	if b.err != nil || !b.worthKeeping() {
		return b.ended()
	}
	b.request.MaxBody = 0
	scratch := b.conn.server.copies.Get().(*[]byte)
	defer b.conn.server.copies.Put(scratch)
	for left := maxUnread; left > 0; {
		n, err := b.fetch(*scratch)
		if err != nil {
			return b.ended()
		}
		left -= n
	}
	return false
}

var (
	_ io.Reader           = (*body)(nil)
	_ gateway.Interrupter = (*body)(nil)
)
