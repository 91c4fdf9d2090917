package tracing

import (
	"context"
	"strings"
	"time"

	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/codes"
	sdk "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"

	"stackgen.dev/runtime/gateway"
)

// tracer is a gateway.Tracer on OpenTelemetry's.
type tracer struct {
	provider *sdk.TracerProvider
	tracer   trace.Tracer
}

// kinds are a span's kinds in OpenTelemetry's terms.
var kinds = [...]trace.SpanKind{gateway.InternalSpan: trace.SpanKindInternal, gateway.ServerSpan: trace.SpanKindServer, gateway.ClientSpan: trace.SpanKindClient}

// Start implements gateway.Tracer.
func (t *tracer) Start(kind gateway.SpanKind, name string, parent gateway.TraceContext, at time.Time) gateway.Span {
	ctx := context.Background()
	if parent.Valid() {
		config := trace.SpanContextConfig{TraceID: parent.TraceID, SpanID: parent.SpanID, Remote: true}
		if parent.Sampled {
			config.TraceFlags = trace.FlagsSampled
		}
		if parent.State != "" {
			config.TraceState, _ = trace.ParseTraceState(parent.State) // checked by who read it
		}
		ctx = trace.ContextWithRemoteSpanContext(ctx, trace.NewSpanContext(config))
	}
	options := []trace.SpanStartOption{trace.WithSpanKind(kinds[kind])}
	if !at.IsZero() {
		options = append(options, trace.WithTimestamp(at))
	}
	_, s := t.tracer.Start(ctx, text(name), options...)
	return &span{t, s}
}

// Within implements gateway.Tracer.
func (t *tracer) Within(ctx context.Context, kind gateway.SpanKind, name string) gateway.Span {
	if !trace.SpanFromContext(ctx).IsRecording() {
		return nil
	}
	_, s := t.tracer.Start(ctx, text(name), trace.WithSpanKind(kinds[kind]))
	return &span{t, s}
}

// Close implements gateway.Tracer.
func (t *tracer) Close(ctx context.Context) error { return t.provider.Shutdown(ctx) }

// span is a gateway.Span on OpenTelemetry's.
type span struct {
	tracer *tracer
	span   trace.Span
}

// Trace implements gateway.Span.
func (s *span) Trace() gateway.TraceContext {
	c := s.span.SpanContext()
	return gateway.TraceContext{TraceID: c.TraceID(), SpanID: c.SpanID(), Sampled: c.IsSampled(), State: c.TraceState().String()}
}

// Recording implements gateway.Span.
func (s *span) Recording() bool { return s.span.IsRecording() }

// Context implements gateway.Span.
func (s *span) Context(ctx context.Context) context.Context {
	return trace.ContextWithSpan(ctx, s.span)
}

// Start implements gateway.Span.
func (s *span) Start(kind gateway.SpanKind, name string) gateway.Span {
	_, inner := s.tracer.tracer.Start(trace.ContextWithSpan(context.Background(), s.span), text(name), trace.WithSpanKind(kinds[kind]))
	return &span{s.tracer, inner}
}

// SetName implements gateway.Span.
func (s *span) SetName(name string) { s.span.SetName(text(name)) }

// SetString implements gateway.Span.
func (s *span) SetString(key, value string) { s.span.SetAttributes(attribute.String(key, text(value))) }

// SetInt implements gateway.Span.
func (s *span) SetInt(key string, value int) { s.span.SetAttributes(attribute.Int(key, value)) }

// Fail implements gateway.Span.
func (s *span) Fail(why string) { s.span.SetStatus(codes.Error, text(why)) }

// text is a string as OTLP takes it. Clients send what is no UTF-8, too, and one such string would cost
// the whole batch that it stands in.
func text(s string) string { return strings.ToValidUTF8(s, "\ufffd") }

// End implements gateway.Span.
func (s *span) End() { s.span.End() }

var (
	_ gateway.Tracer = (*tracer)(nil)
	_ gateway.Span   = (*span)(nil)
)
