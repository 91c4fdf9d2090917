package gateway

import (
	"errors"
	"io"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"time"
)

// httpBody reads a request body from net/http, within MaxBody.
type httpBody struct {
	engine  *httpEngine
	request *http.Request
	read    int64
	waited  time.Duration
	err     error
	// interrupted says that reading has to stop.
	interrupted atomic.Bool
}

func (b *httpBody) Read(p []byte) (int, error) {
	if b.err != nil {
		return 0, b.err
	}
	q := &b.engine.exchange.Request
	if q.MaxBody > 0 {
		if q.BodyTooLarge() || b.read > q.MaxBody {
			return 0, ErrBodyTooLarge
		}
		if room := q.MaxBody - b.read + 1; int64(len(p)) > room {
			p = p[:room]
		}
	}
	if idle := b.engine.handler.BodyIdle; idle > 0 {
		b.engine.control.SetReadDeadline(time.Now().Add(idle))
	}
	if b.interrupted.Load() {
		b.err = ErrBodyInterrupted
		return 0, b.err
	}
	before := time.Now()
	n, err := b.request.Body.Read(p)
	b.waited += time.Since(before)
	if b.engine.handler.BodyIdle > 0 && !errors.Is(err, os.ErrDeadlineExceeded) {
		// The time that the handler takes until it reads on is not the client's, and
		// at the end nothing is left that could hold on to the exchange.
		b.engine.control.SetReadDeadline(time.Time{})
	}
	b.read += int64(n)
	if q.MaxBody > 0 && b.read > q.MaxBody {
		return 0, ErrBodyTooLarge
	}
	switch {
	case err != nil && b.interrupted.Load():
		err = ErrBodyInterrupted
	case err == io.EOF:
		addFields(&q.Trailer, b.request.Trailer)
	case errors.Is(err, os.ErrDeadlineExceeded):
		err = ErrBodyTimeout
	case err != nil && strings.Contains(err.Error(), "declared a Content-Length"):
		// HTTP/2 without as much DATA as it said (RFC 9113, section 8.1.1).
		// net/http has no type for that; the client is still there.
		err = ErrBodyInvalid
	case err == io.ErrUnexpectedEOF && b.request.ProtoMajor == 3:
		err = ErrBodyInvalid // the same by HTTP/3 (RFC 9114, section 4.1.2)
	case err != nil:
		err = ErrBodyCut
	case b.tooSlow():
		err = ErrBodyTimeout
	}
	b.err = err
	return n, err
}

// Interrupt implements [Interrupter].
func (b *httpBody) Interrupt() {
	b.interrupted.Store(true)
	b.engine.control.SetReadDeadline(longAgo)
}

// longAgo as a deadline makes a read that waits return at once.
var longAgo = time.Unix(1, 0)

// tooSlow reports whether the client sends less than it has to.
func (b *httpBody) tooSlow() bool {
	h := b.engine.handler
	return h.MinRate > 0 && b.waited > h.RateGrace && float64(b.read) < b.waited.Seconds()*float64(h.MinRate)
}

var _ Interrupter = (*httpBody)(nil)
