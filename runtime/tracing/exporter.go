package tracing

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path"
	"strings"
	"time"

	"go.opentelemetry.io/otel"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/otlp/otlptrace/otlptracehttp"
	"go.opentelemetry.io/otel/propagation"
	"go.opentelemetry.io/otel/sdk/resource"
	"go.opentelemetry.io/otel/sdk/trace"

	"stackgen.dev/runtime/gateway"
)

// Exporter says where spans go, and of which requests.
type Exporter struct {
	// Endpoint is the collector's base address, "http://127.0.0.1:4318"; spans go to
	// v1/traces below it.
	Endpoint string
	// Headers are fields of each request to it: a key, perhaps.
	Headers []Header
	// Service is the site's name in traces (service.name).
	Service string
	// Ratio is the share of traces that are kept, from 0 to 1, by their ids.
	Ratio float64
	// Independent has the ratio decide of traces that somebody else began as well, in place of
	// what their sender has decided.
	Independent bool
	// Timeout bounds one request to the collector; 0 means 10 seconds.
	Timeout time.Duration
	// Queue is how many spans wait at most; 0 means 2048. Delay is how long one waits at
	// most; 0 means 5 seconds.
	Queue int
	Delay time.Duration
}

// Header is a field.
type Header struct{ Name, Value string }

// exportBatch is how many spans go in one request at most.
const exportBatch = 512

// Open makes the tracer of a process, whose name goes with its spans. It connects to
// nothing: a site starts while its collector is away.
func (e Exporter) Open(process string, log *slog.Logger) (gateway.Tracer, error) {
	at, err := url.Parse(e.Endpoint)
	if err != nil || at.Scheme != "http" && at.Scheme != "https" || at.Host == "" || at.RawQuery != "" || at.Fragment != "" || at.User != nil {
		return nil, errors.New("tracing: the endpoint is no address such as http://127.0.0.1:4318")
	}
	if !(e.Ratio >= 0 && e.Ratio <= 1) || e.Timeout < 0 || e.Queue < 0 || e.Delay < 0 {
		return nil, fmt.Errorf("tracing: a ratio of %v, or a time or a size that is negative, cannot be", e.Ratio)
	}
	headers := map[string]string{}
	for _, h := range e.Headers {
		if strings.ContainsAny(h.Value, "\r\n") {
			return nil, fmt.Errorf("tracing: the value of %s holds a line's end", h.Name)
		}
		headers[h.Name] = h.Value
	}
	at.Path = path.Join("/", at.Path, "v1/traces")
	timeout := orDefault(e.Timeout, 10*time.Second)
	client, err := otlptracehttp.New(context.Background(),
		otlptracehttp.WithEndpointURL(at.String()), otlptracehttp.WithHeaders(headers), otlptracehttp.WithTimeout(timeout),
		otlptracehttp.WithCompression(otlptracehttp.GzipCompression),
		otlptracehttp.WithRetry(otlptracehttp.RetryConfig{Enabled: true, InitialInterval: time.Second, MaxInterval: 5 * time.Second, MaxElapsedTime: timeout}))
	if err != nil {
		return nil, fmt.Errorf("tracing: %w", err)
	}
	host, _ := os.Hostname() // goes without where there is none
	about := resource.NewSchemaless(
		attribute.String("service.name", e.Service),
		attribute.String("service.instance.id", fmt.Sprintf("%s/%d", host, os.Getpid())),
		attribute.String("host.name", host),
		attribute.Int("process.pid", os.Getpid()),
		attribute.String("stackgen.process", process),
		attribute.String("telemetry.sdk.language", "go"),
		attribute.String("telemetry.sdk.name", "opentelemetry"),
		attribute.String("telemetry.sdk.version", otel.Version()),
	)
	var sampler trace.Sampler = trace.TraceIDRatioBased(e.Ratio)
	if !e.Independent {
		sampler = trace.ParentBased(sampler)
	}
	queue := newQueue(client, orDefault(e.Queue, 2048), exportBatch, orDefault(e.Delay, 5*time.Second), log)
	provider := trace.NewTracerProvider(trace.WithResource(about), trace.WithSampler(sampler), trace.WithSpanProcessor(queue))
	otel.SetTracerProvider(provider)
	otel.SetTextMapPropagator(propagation.TraceContext{})
	otel.SetErrorHandler(otel.ErrorHandlerFunc(queue.complain))
	return &tracer{provider: provider, tracer: provider.Tracer("stackgen.dev")}, nil
}

func orDefault[T comparable](v, standard T) T {
	var zero T
	if v == zero {
		return standard
	}
	return v
}
