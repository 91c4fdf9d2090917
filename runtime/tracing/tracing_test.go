package tracing

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"go.opentelemetry.io/otel/sdk/trace"

	"stackgen.dev/runtime/gateway"
)

// exporter is a collector that a test opens and shuts.
type exporter struct {
	mu     sync.Mutex
	names  []string
	err    error
	opened chan struct{} // nil does not hold anybody up
}

func (e *exporter) ExportSpans(ctx context.Context, spans []trace.ReadOnlySpan) error {
	if e.opened != nil {
		select {
		case <-e.opened:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.err != nil {
		return e.err
	}
	for _, s := range spans {
		e.names = append(e.names, s.Name())
	}
	return nil
}

func (e *exporter) Shutdown(context.Context) error { return nil }

// queued is a tracer whose spans go to an exporter.
func queued(e *exporter, size int, log *slog.Logger) (*tracer, *queue) {
	q := newQueue(e, size, 4, time.Hour, log)
	p := trace.NewTracerProvider(trace.WithSpanProcessor(q))
	return &tracer{p, p.Tracer("test")}, q
}

func (t *tracer) span(name string) {
	t.Start(gateway.ServerSpan, name, gateway.TraceContext{}, time.Time{}).End()
}

// Ensure that a collector that takes nothing holds up nobody, that what is lost is counted and told once, and that
// the rest goes out at the end.
func TestQueueIsBounded(t *testing.T) {
	var log bytes.Buffer
	e := &exporter{opened: make(chan struct{})}
	tr, _ := queued(e, 8, slog.New(slog.NewTextHandler(&log, nil)))
	for range 100 { // the exporter holds 4, the batch none, the queue 8
		tr.span("early")
	}
	close(e.opened)
	if err := tr.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if n := len(e.names); n < 8 || n > 16 {
		t.Errorf("%d spans arrived", n)
	}
	if n := strings.Count(log.String(), "spans are lost"); n < 1 || n > 2 {
		t.Errorf("it is told %d times:\n%s", n, log.String())
	}
}

// Ensure that a collector that fails is told of with its reason, and that a Close that cannot wait ends.
func TestCollectorFails(t *testing.T) {
	var log bytes.Buffer
	e := &exporter{err: errors.New("no room here")}
	tr, q := queued(e, 100, slog.New(slog.NewTextHandler(&log, nil)))
	for range 3 {
		tr.span("lost")
	}
	if err := q.ForceFlush(context.Background()); err != nil {
		t.Fatal(err)
	}
	tr.Close(context.Background())
	if got := log.String(); !strings.Contains(got, "not_taken=3 no_room=0") || !strings.Contains(got, "no room here") {
		t.Errorf("the log says:\n%s", got)
	}
	tr.span("too late") // a span that ends after the tracer does no harm

	e = &exporter{opened: make(chan struct{})}
	tr, _ = queued(e, 100, slog.New(slog.DiscardHandler))
	tr.span("stuck")
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	if err := tr.Close(ctx); !errors.Is(err, context.Canceled) {
		t.Errorf("%v", err)
	}
}

// Ensure that a trace is continued with its state, that its sender decides whether it is kept, and that
// contexts carry spans.
func TestTracer(t *testing.T) {
	e := new(exporter)
	q := newQueue(e, 100, 10, time.Hour, slog.New(slog.DiscardHandler))
	p := trace.NewTracerProvider(trace.WithSpanProcessor(q), trace.WithSampler(trace.ParentBased(trace.NeverSample())))
	tr := &tracer{p, p.Tracer("test")}
	parent := gateway.TraceContext{TraceID: [16]byte{1}, SpanID: [8]byte{2}, Sampled: true, State: "a=1"}
	s := tr.Start(gateway.ServerSpan, "kept", parent, time.Time{})
	if c := s.Trace(); c.TraceID != parent.TraceID || c.SpanID == parent.SpanID || !c.Sampled || c.State != "a=1" || !s.Recording() {
		t.Errorf("%+v", c)
	}
	inner := tr.Within(s.Context(context.Background()), gateway.ClientSpan, "inner")
	if inner == nil || inner.Trace().TraceID != parent.TraceID {
		t.Fatal("a context carries no span")
	}
	inner.End()
	s.Start(gateway.InternalSpan, "below").End()
	s.End()
	if tr.Within(context.Background(), gateway.ClientSpan, "x") != nil {
		t.Error("a span without a request")
	}
	parent.Sampled = false
	if s := tr.Start(gateway.ServerSpan, "not kept", parent, time.Time{}); s.Recording() || s.Trace().Sampled || s.Trace().SpanID == parent.SpanID || !s.Trace().Valid() {
		t.Errorf("%+v", s.Trace())
	}
	if s := tr.Start(gateway.ServerSpan, "of its own", gateway.TraceContext{}, time.Time{}); s.Recording() || !s.Trace().Valid() {
		t.Errorf("%+v", s.Trace())
	}
	tr.Close(context.Background())
	if got := strings.Join(e.names, " "); got != "inner below kept" {
		t.Errorf("exported: %s", got)
	}
}

// Ensure that Open says what cannot be, and that spans go to v1/traces below the endpoint with the fields.
func TestOpen(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	for _, e := range []Exporter{{Endpoint: "localhost:4318"}, {Endpoint: "http://u:p@h"}, {Endpoint: "http://h", Ratio: 2}, {Endpoint: "http://h", Ratio: -1},
		{Endpoint: "http://h", Queue: -1}, {Endpoint: "http://h", Headers: []Header{{"a", "b\r\nc"}}}} {
		if _, err := e.Open("test", log); err == nil {
			t.Errorf("%+v is opened", e)
		}
	}
	seen := make(chan *http.Request, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { seen <- r }))
	defer s.Close()
	tr, err := Exporter{Endpoint: s.URL + "/otlp/", Ratio: 1, Headers: []Header{{"X-Key", "k"}}}.Open("test", log)
	if err != nil {
		t.Fatal(err)
	}
	tr.Start(gateway.ServerSpan, "a", gateway.TraceContext{}, time.Time{}).End()
	if err := tr.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	if r := <-seen; r.URL.Path != "/otlp/v1/traces" || r.Header.Get("X-Key") != "k" || r.Header.Get("Content-Encoding") != "gzip" {
		t.Errorf("%s %v", r.URL, r.Header)
	}
}

// Ensure that what a client sends that is no UTF-8 costs no spans: OTLP's strings have to be, and one that is
// not would have the whole batch refused.
func TestWhatIsNoText(t *testing.T) {
	seen := make(chan string, 1)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		in, err := gzip.NewReader(r.Body)
		if err != nil {
			t.Error(err)
			return
		}
		body, _ := io.ReadAll(in)
		seen <- string(body)
	}))
	defer s.Close()
	tr, err := Exporter{Endpoint: s.URL, Ratio: 1}.Open("test", slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	sp := tr.Start(gateway.ServerSpan, "na\xffme", gateway.TraceContext{}, time.Time{})
	sp.SetName("na\xfeme")
	sp.SetString("user_agent.original", "mad\xffe")
	sp.Fail("wh\xffy")
	sp.End()
	tr.Start(gateway.ServerSpan, "innocent", gateway.TraceContext{}, time.Time{}).End()
	if err := tr.Close(context.Background()); err != nil {
		t.Fatal(err)
	}
	select {
	case body := <-seen:
		for _, part := range []string{"innocent", "na\ufffdme", "mad\ufffde", "wh\ufffdy"} {
			if !strings.Contains(body, part) {
				t.Errorf("%q did not arrive", part)
			}
		}
	default:
		t.Error("nothing arrived")
	}
}
