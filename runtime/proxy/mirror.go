package proxy

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"sync/atomic"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Mirror sends a copy of requests that are forwarded to another upstream, and throws its
// answers away (mirror): a version that is tried with everybody's requests and nobody's answers.
type Mirror struct {
	// Upstream is the name of one of Config.Upstreams.
	Upstream string
	// Percent is the share of requests that are copied; 0 means all.
	Percent int
	// MaxBody is the largest body that is copied, in bytes; requests with a larger one are not
	// copied. 0 means 1 MiB.
	MaxBody int64
	// Concurrent is how many copies may be on their way; while there are as many, requests are not
	// copied. 0 means 100.
	Concurrent int
}

// mirrorLimit bounds how long a copy may take.
const mirrorLimit = time.Minute

// mirror is a compiled Mirror.
type mirror struct {
	next    handler
	copy    *forward
	percent int
	maxBody int64
	slots   chan struct{}
	late    atomic.Int64 // copies that were not made since the log last said so
	said    atomic.Int64 // when, in seconds
	chance  func(n int) int
}

func (m *Mirror) compile(p *Proxy, l *location, f Forward, next handler) (handler, error) {
	if m.Percent < 0 || m.Percent > 100 || m.MaxBody < 0 || m.Concurrent < 0 {
		return nil, fmt.Errorf("mirror: a number is not one that can be")
	}
	f.App, f.Upstream, f.Unbuffered = false, m.Upstream, false
	way, err := f.compileOne(p, l)
	if err != nil {
		return nil, fmt.Errorf("mirror: %w", err)
	}
	return &mirror{next: next, copy: way, percent: orDefault(m.Percent, 100), maxBody: orDefault(m.MaxBody, 1<<20),
		slots: make(chan struct{}, orDefault(m.Concurrent, 100)), chance: rand.IntN}, nil
}

func (m *mirror) serve(p *Proxy, x *gateway.Exchange, v visit) {
	if m.chance(100) < m.percent && !x.Request.BodyTooLarge() {
		m.mirror(p, x, v)
	}
	m.next.serve(p, x, v)
}

// mirror sends a copy on its way.
func (m *mirror) mirror(p *Proxy, x *gateway.Exchange, v visit) {
	select {
	case m.slots <- struct{}{}:
	default:
		m.skipped(p)
		return
	}
	r := &x.Request
	var body []byte
	if r.Body != nil {
		x.MayBlock()
		var whole bool
		if body, whole = m.readBody(r); !whole {
			<-m.slots
			return
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), mirrorLimit)
	sub := SubRequest(x, ctx)
	sub.Deadline = time.Time{}
	if r.Body != nil {
		for _, name := range [...]string{"Content-Type", "Content-Encoding"} {
			if value := r.Header.Get(name); value != nil {
				sub.Request.Header.AddBytes(name, bytes.Clone(value))
			}
		}
		sub.Request.Body, sub.Request.ContentLength = bytes.NewReader(body), int64(len(body))
	}
	var span gateway.Span // the request may be over before its copy is
	if s := x.Span(); s != nil && s.Recording() {
		span = s.Start(gateway.InternalSpan, "mirror")
		sub.SetSpan(span)
	}
	go func() {
		defer func() {
			if value := recover(); value != nil {
				p.log.Error("proxy: the copy of a request panics", "panic", value)
			}
			sub.Finish()
			if span != nil {
				span.End()
			}
			cancel()
			<-m.slots
		}()
		m.copy.serve(p, sub, v)
		discard(sub)
	}()
}

// skipped says now and then that copies are not made.
func (m *mirror) skipped(p *Proxy) {
	m.late.Add(1)
	now := p.now().Unix()
	if said := m.said.Load(); now-said >= 60 && m.said.CompareAndSwap(said, now) {
		p.log.LogAttrs(context.Background(), slog.LevelWarn, "proxy: requests are not mirrored, as too many copies are on their way",
			slog.String("upstream", m.copy.upstream.config.Name), slog.Int64("requests", m.late.Swap(0)))
	}
}

// readBody reads the body where it is small enough, and leaves the request with one that
// begins anew.
func (m *mirror) readBody(r *gateway.Request) (body []byte, whole bool) {
	if r.ContentLength > m.maxBody {
		return nil, false
	}
	body, err := io.ReadAll(io.LimitReader(r.Body, m.maxBody+1))
	whole = err == nil && int64(len(body)) <= m.maxBody
	r.Body = &begun{start: bytes.NewReader(body), rest: r.Body, err: err, ended: whole}
	return body, whole
}

// begun is a body of which the beginning has been read already.
type begun struct {
	start *bytes.Reader
	rest  io.Reader
	err   error // that reading ended with
	ended bool  // there is no rest
}

func (b *begun) Read(p []byte) (int, error) {
	switch {
	case b.start.Len() > 0:
		return b.start.Read(p)
	case b.ended:
		return 0, io.EOF
	case b.err != nil:
		return 0, b.err
	}
	return b.rest.Read(p)
}

// Interrupt implements gateway.Interrupter.
func (b *begun) Interrupt() {
	if i, ok := b.rest.(gateway.Interrupter); ok {
		i.Interrupt()
	}
}

// discard reads an answer that nobody gets to its end, as a client would.
func discard(x *gateway.Exchange) {
	body := x.Response.Body()
	switch x.Response.Kind() {
	case gateway.ReaderBody:
		io.Copy(io.Discard, struct{ io.Reader }{body.Reader})
	case gateway.StreamBody:
		body.Stream(new(nobody))
	}
}

// nobody takes everything.
type nobody struct{ trailer gateway.Header }

func (*nobody) Write(p []byte) (int, error) { return len(p), nil }

// Flush implements gateway.BodyWriter.
func (*nobody) Flush() error { return nil }

// Trailer implements gateway.BodyWriter.
func (n *nobody) Trailer() *gateway.Header { return &n.trailer }

var (
	_ gateway.BodyWriter  = (*nobody)(nil)
	_ gateway.Interrupter = (*begun)(nil)
)
