package limit

import (
	"context"
	"fmt"
	"io"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
)

// Bandwidth limits how fast an answer is sent (limit_rate).
type Bandwidth struct {
	// Rate is in bytes a second.
	Rate int64
	// After is how many bytes are sent as fast as they go before that (limit_rate_after).
	After int64
}

// Start implements [proxy.Layer].
func (b Bandwidth) Start(e *proxy.Environment) (proxy.LayerHandler, error) {
	if b.Rate < 1 || b.After < 0 {
		return nil, fmt.Errorf("limit_rate: %d bytes a second after %d cannot be", b.Rate, b.After)
	}
	return &bandwidthHandler{rate: b.Rate, after: b.After, now: e.Now, sleep: sleep}, nil
}

type bandwidthHandler struct {
	rate, after int64
	now         func() time.Time
	sleep       func(context.Context, time.Duration) error
}

// Serve implements [proxy.LayerHandler]. It puts a stream in the place of the body.
func (h *bandwidthHandler) Serve(x *gateway.Exchange, next proxy.Next) {
	next.Serve(x)
	r := &x.Response
	if length := r.Length(); x.Request.Method == "HEAD" || length >= 0 && length <= h.after {
		return
	}
	b := r.Body()
	switch r.Kind() {
	case gateway.StreamBody:
		x.MayBlock()
		ctx := x.Context()
		r.Stream(func(w gateway.BodyWriter) error {
			return b.Stream(&pacedWriter{w, pace{h: h, ctx: ctx}})
		})
	default:
		if body := r.Detach(); body != nil {
			x.MayBlock()
			r.Reader(&pacedReader{body, pace{h: h, ctx: x.Context()}}, b.Length)
		}
	}
}

// pace says when how much may go.
type pace struct {
	h     *bandwidthHandler
	ctx   context.Context
	begun time.Time
	sent  int64
}

// portions is how many times a second something is sent at the limit.
const portions = 10

// allow waits until something may go, and returns how much, at least a byte.
func (p *pace) allow() (int64, error) {
	if p.sent < p.h.after {
		return p.h.after - p.sent, nil
	}
	now := p.h.now()
	if p.begun.IsZero() {
		p.begun = now
	}
	portion := max(p.h.rate/portions, 1)
	due := p.begun.Add(time.Duration(float64(p.sent-p.h.after) / float64(p.h.rate) * float64(time.Second)))
	if wait := due.Sub(now); wait > 0 {
		if err := p.h.sleep(p.ctx, wait); err != nil {
			return 0, err
		}
	}
	return portion, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

type pacedReader struct {
	src  io.ReadCloser
	pace pace
}

// Read implements io.Reader.
func (r *pacedReader) Read(b []byte) (int, error) {
	n, err := r.pace.allow()
	if err != nil {
		return 0, err
	}
	if int64(len(b)) > n {
		b = b[:n]
	}
	got, err := r.src.Read(b)
	r.pace.sent += int64(got)
	return got, err
}

// Close implements io.Closer.
func (r *pacedReader) Close() error { return r.src.Close() }

type pacedWriter struct {
	gateway.BodyWriter
	pace pace
}

// Write implements io.Writer.
func (w *pacedWriter) Write(b []byte) (int, error) {
	done := 0
	for len(b) > 0 {
		n, err := w.pace.allow()
		if err != nil {
			return done, err
		}
		part := b[:min(int64(len(b)), n)]
		m, err := w.BodyWriter.Write(part)
		done += m
		w.pace.sent += int64(m)
		if err == nil && w.pace.sent > w.pace.h.after {
			err = w.Flush()
		}
		if err != nil {
			return done, err
		}
		b = b[m:]
	}
	return done, nil
}

var (
	_ proxy.Layer        = Bandwidth{}
	_ proxy.LayerHandler = (*bandwidthHandler)(nil)
	_ gateway.BodyWriter = (*pacedWriter)(nil)
)
