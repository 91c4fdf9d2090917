package proxy

import (
	"net/netip"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Followed is an application whose part in a request is a span of its own: beneath the
// proxy's in the same process, and otherwise beneath what the traceparent of a proxy in another
// one says, which is believed as [Trusted] believes. It stands outside of Trusted.
func Followed(app gateway.Handler, tracer gateway.Tracer, networks ...netip.Prefix) gateway.Handler {
	return &followed{app: app, tracer: tracer, trusted: prefixes(networks)}
}

// followed is what Followed returns.
type followed struct {
	app     gateway.Handler
	tracer  gateway.Tracer
	trusted prefixes
}

var _ gateway.Cooperative = (*followed)(nil)

// Cooperates implements [gateway.Cooperative].
func (f *followed) Cooperates() bool { return gateway.Cooperates(f.app) }

// Serve implements [gateway.Handler].
func (f *followed) Serve(x *gateway.Exchange) {
	outer := x.Span()
	if outer != nil && !outer.Recording() {
		f.app.Serve(x)
		return
	}
	s := f.begin(x, outer)
	x.SetSpan(s)
	done := false
	end := func(x *gateway.Exchange) {
		switch {
		case !s.Recording():
		case !done:
			s.SetString("error.type", "panic")
			s.Fail("the application panicked")
		default:
			describeRequest(s, x, x.Route)
			noteStatus(s, status(x), 500)
			if outer == nil {
				s.SetString("url.path", string(gateway.AppendPath(nil, x.Request.Path)))
				s.SetString("stackgen.request.id", x.Request.ID)
			}
		}
		s.End()
		x.SetSpan(outer)
	}
	defer func() {
		if !done {
			end(x)
		}
	}()
	f.app.Serve(x)
	done = true
	switch x.Response.Kind() {
	case gateway.ReaderBody, gateway.StreamBody, gateway.TakeoverBody:
		x.After(end) // the view goes on while the answer is sent
	default:
		end(x)
	}
}

// begin begins the span of a request.
func (f *followed) begin(x *gateway.Exchange, outer gateway.Span) gateway.Span {
	r := &x.Request
	if outer != nil {
		return outer.Start(gateway.InternalSpan, traceMethod(r.Method))
	}
	var parent gateway.TraceContext
	if !r.Client.IsValid() || f.trusted.contain(r.Client.Addr()) {
		parent = traceContext(&r.Header)
	}
	dropTraceContext(&r.Header)
	return f.tracer.Start(gateway.ServerSpan, traceMethod(r.Method), parent, time.Time{})
}
