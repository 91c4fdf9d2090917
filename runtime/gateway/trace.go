package gateway

import (
	"context"
	"time"
)

// TraceContext says where in a trace a request stands (W3C Trace Context). The
// zero TraceContext stands in none.
type TraceContext struct {
	// TraceID names the trace, SpanID the piece of it that waits for the request.
	TraceID [16]byte
	SpanID  [8]byte
	// Sampled says that the sender keeps what it notes of the trace.
	Sampled bool
	// State is what tracing systems hand on to each other (tracestate).
	State string
}

// Valid reports whether it stands in a trace.
func (c TraceContext) Valid() bool { return c.TraceID != [16]byte{} && c.SpanID != [8]byte{} }

// SpanKind says who waits for what in a [Span].
type SpanKind uint8

// The kinds of OpenTelemetry.
const (
	InternalSpan SpanKind = iota // work within a process
	ServerSpan                   // a request that came
	ClientSpan                   // a request to somebody else
)

// Tracer follows requests through the tiers. It is safe for concurrent use.
type Tracer interface {
	// Start begins a span that continues the trace of parent, a new one where parent
	// stands in none. A zero at is now.
	Start(kind SpanKind, name string, parent TraceContext, at time.Time) Span
	// Within begins a span beneath the one that ctx carries; nil where nobody will see it.
	Within(ctx context.Context, kind SpanKind, name string) Span
	// Close hands on what has ended, and ends the tracer.
	Close(ctx context.Context) error
}

// Span is a piece of the work on a request: when it began and ended, and what is
// noted of it. One goroutine uses it at a time, and not after End.
type Span interface {
	// Trace is where the span stands, for who continues the trace elsewhere.
	Trace() TraceContext
	// Recording reports whether what is noted will be seen by anybody.
	Recording() bool
	// Context is ctx with the span as the one that Go code of the project begins its own beneath.
	Context(ctx context.Context) context.Context
	// Start begins a span beneath this one.
	Start(kind SpanKind, name string) Span
	// SetName gives another name, SetString and SetInt note an attribute.
	SetName(name string)
	SetString(key, value string)
	SetInt(key string, value int)
	// Fail says that the work failed; why may be empty.
	Fail(why string)
	// End ends it.
	End()
}

// Span is the span that is under way, nil where nobody follows requests.
func (x *Exchange) Span() Span { return x.span }

// SetSpan has s be the span that is under way. The request's context carries it from
// then on.
func (x *Exchange) SetSpan(s Span) {
	x.span = s
	if x.ctx != nil && s != nil {
		x.ctx = s.Context(x.ctx)
	}
}
