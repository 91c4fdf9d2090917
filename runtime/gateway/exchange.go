package gateway

import (
	"context"
	"sync/atomic"
	"time"
)

// Handler answers requests. Serve reads x.Request, describes x.Response and
// returns; it keeps no reference to x. A panic is the engine's to answer (500).
type Handler interface {
	Serve(x *Exchange)
}

// HandlerFunc is a function as a Handler.
type HandlerFunc func(x *Exchange)

// Serve calls f.
func (f HandlerFunc) Serve(x *Exchange) { f(x) }

// Engine is what an Exchange can ask of the engine that runs it.
type Engine interface {
	// Watch asks the engine to call gone when the client has left. It is
	// called at most once an exchange, and only if a context was wanted; nil takes the wish back.
	Watch(gone func())
	// Inform sends an interim response (1xx) at once: 103 Early Hints.
	// Protocols without interim responses ignore it.
	Inform(status int, header *Header) error
}

// DeadlineWatcher is what an [Engine] also is that answers in place of a handler
// which overstays its deadline.
type DeadlineWatcher interface {
	// WatchDeadline replaces the moment by which Serve has to return.
	WatchDeadline(t time.Time)
}

// Yielder is what an [Engine] also is that calls handlers where they hold up
// other connections.
type Yielder interface {
	// Yield lets the other connections go on, on another goroutine.
	Yield()
}

// Cooperative marks a [Handler] that calls Exchange.MayBlock before it waits for
// anything. Engines that drive many connections on one goroutine call it there;
// any other handler they give a goroutine first.
type Cooperative interface {
	Handler
	// Cooperates reports whether the handler keeps that promise as it is set up now.
	Cooperates() bool
}

// Cooperates reports whether h calls Exchange.MayBlock before it waits.
func Cooperates(h Handler) bool {
	c, ok := h.(Cooperative)
	return ok && c.Cooperates()
}

// Exchange is one request and the response being built for it.
type Exchange struct {
	Request  Request
	Response Response

	// Deadline is when the handler has to be done; zero means no limit. It is a
	// plain time, checked by who waits: no timer runs unless a context is made.
	// Tiers change it with SetDeadline, so that the engine hears of it.
	Deadline time.Time
	// Start is when the first byte of the request was there.
	Start time.Time
	// Sent counts the bytes of body written to the client, for the log.
	Sent int64
	// Route is what the application matched, as the site file writes it, for
	// logs and metrics; empty when nothing did.
	Route string
	// Location is the location of the proxy that passed the request on, as the site file writes it; "" where none did.
	Location string
	// Notes is what the outermost tier keeps of the exchange for its logs and figures;
	// nobody else's to touch. It stays with x for the next request.
	Notes any

	engine Engine
	span   Span
	base   context.Context
	ctx    context.Context
	cancel context.CancelFunc
	after  []func(*Exchange)
	// wanted says that the request goes on without its client.
	wanted *atomic.Bool
}

// Context returns the request's context. It is made when first asked for: it
// ends at the Deadline, when the client leaves, and when the response has been
// sent. It is never reused, so goroutines may keep it.
func (x *Exchange) Context() context.Context {
	if x.ctx != nil {
		return x.ctx
	}
	base := x.base
	if base == nil {
		base = context.Background()
	}
	if x.Deadline.IsZero() {
		x.ctx, x.cancel = context.WithCancel(base)
	} else {
		x.ctx, x.cancel = context.WithDeadline(base, x.Deadline)
	}
	if x.engine != nil {
		if x.wanted == nil {
			x.wanted = new(atomic.Bool)
		}
		wanted, cancel := x.wanted, x.cancel
		x.engine.Watch(func() {
			if !wanted.Load() {
				cancel()
			}
		})
	}
	if x.span != nil {
		x.ctx = x.span.Context(x.ctx)
	}
	return x.ctx
}

// Prolong is for who has taken the connection over, and stays for longer than any answer takes: the
// request's context has no deadline any more, and ends when end is called, when the engine's time is
// over, and with the exchange. Who reads from the connection sees the client leave, and calls end. A
// context that was made before ends now.
func (x *Exchange) Prolong() (end context.CancelFunc) {
	x.Deadline = time.Time{}
	if x.cancel != nil {
		if x.engine != nil {
			x.engine.Watch(nil)
		}
		x.cancel()
	}
	base := x.base
	if base == nil {
		base = context.Background()
	}
	x.ctx, x.cancel = context.WithCancel(base)
	end = x.cancel
	if x.span != nil {
		x.ctx = x.span.Context(x.ctx)
	}
	return end
}

// OutliveClient has the context not end any more when the client leaves: others
// wait for what is under way. Whoever says so finds out by writing that the client has left, and
// sees to it that the exchange is over when the others have what they wait for.
func (x *Exchange) OutliveClient() {
	if x.wanted == nil {
		x.wanted = new(atomic.Bool)
	}
	x.wanted.Store(true)
}

// SetDeadline sets Deadline and has the engine watch it: when the handler has
// not returned by then, the engine answers 503 with Retry-After in its place.
// It counts until Serve returns; a body that streams is not cut off by it. A
// context that was made before keeps the deadline it was made with.
func (x *Exchange) SetDeadline(t time.Time) {
	x.Deadline = t
	if w, ok := x.engine.(DeadlineWatcher); ok {
		w.WatchDeadline(t)
	}
}

// MayBlock says that what follows may wait for something: another process, a
// disk, a lock. The engine has other connections go on meanwhile. It costs less
// than a microsecond, the second time nothing.
func (x *Exchange) MayBlock() {
	if y, ok := x.engine.(Yielder); ok {
		y.Yield()
	}
}

// Inform sends an interim response, where the protocol has them.
func (x *Exchange) Inform(status int, header *Header) error {
	if x.engine == nil {
		return nil
	}
	return x.engine.Inform(status, header)
}

// After has fn called when the response has been sent, last added first: for
// logs and for giving back what the body needed.
func (x *Exchange) After(fn func(*Exchange)) { x.after = append(x.after, fn) }

// Bind ties the exchange to an engine and to the context that ends with it.
// Engines call it once, when they make the exchange.
func (x *Exchange) Bind(engine Engine, base context.Context) {
	x.engine, x.base = engine, base
}

// Finish ends the exchange: runs what After collected, cancels the context,
// closes what is left of the body, and makes x ready for the next request.
// Engines call it when the response has been written or given up.
func (x *Exchange) Finish() {
	for i := len(x.after) - 1; i >= 0; i-- {
		fn := x.after[i]
		x.after[i] = nil
		fn(x)
	}
	x.after = x.after[:0]
	x.wanted = nil // a late word of the engine's is about this request
	if x.cancel != nil {
		x.cancel()
		x.ctx, x.cancel = nil, nil
	}
	x.Request.reset()
	x.Response.recycle()
	x.Deadline, x.Start = time.Time{}, time.Time{}
	x.Sent, x.Route, x.Location = 0, "", ""
	x.span = nil
}
