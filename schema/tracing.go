package schema

import (
	"fmt"
	"net/url"
	"reflect"
	"regexp"

	"github.com/hashicorp/hcl/v2"
	"github.com/zclconf/go-cty/cty"
)

// Tracing is where the site's spans go, and of which requests (OpenTelemetry).
type Tracing struct {
	// Endpoint is the collector's base address.
	Endpoint String
	Headers  StringMap
	// Service is the site's name in traces; that of the site where not written.
	Service String
	// Ratio is the share of traces that are kept, ParentBased has the sender of a trace decide of it.
	Ratio       Value[float64]
	ParentBased Bool
	// From is whose traces are continued: "trusted_proxies", "everyone" or "nobody".
	From           String
	Timeout, Delay Duration
	Queue          Int
	DeclRange      hcl.Range
}

func tracingBlock() *block {
	return &block{
		Type: "tracing", Once: true, Into: reflect.TypeFor[Tracing](),
		Doc:      "Tells an OpenTelemetry collector of requests over OTLP (HTTP with protobuf): a span at the listener, one for each attempt to have an upstream or a worker answer, one for the application and one for each statement of the database; a collector that is away costs spans and no request.",
		Ancestor: "nginx otel_exporter, OTEL_EXPORTER_OTLP_ENDPOINT",
		Example: `tracing {
  endpoint = "http://127.0.0.1:4318"
  ratio    = 0.1
}`,
		Attrs: []*attr{
			{Name: "endpoint", Type: stringType(), Default: `"http://127.0.0.1:4318"`, Bindable: true, Check: checkCollector, Ancestor: "nginx otel_exporter endpoint",
				Doc: "The collector's base address; spans go to v1/traces below it."},
			{Name: "headers", Type: stringMap{}, Bindable: true, Check: checkHeaderValue, Ancestor: "nginx otel_exporter header, OTEL_EXPORTER_OTLP_HEADERS",
				Doc: "Fields of each request to the collector, such as its key."},
			{Name: "service", Type: stringType(), Bindable: true, Check: checkNotEmpty, Ancestor: "nginx otel_service_name",
				Doc: "The site's name in traces; that of the site block when not written."},
			{Name: "ratio", Type: shareType(), Default: "1", Bindable: true, Ancestor: "OTEL_TRACES_SAMPLER_ARG",
				Doc: "The share of traces that are kept, from 0 to 1, by their ids; the others have ids in logs and are handed on, too."},
			{Name: "parent_based", Type: boolType(), Default: "true", Ancestor: "OTEL_TRACES_SAMPLER parentbased_traceidratio",
				Doc: "Whether of traces that are continued their sender decides, in place of ratio."},
			{Name: "from", Type: stringType(), Default: `"trusted_proxies"`, Enum: []string{"trusted_proxies", "everyone", "nobody"}, Ancestor: "nginx otel_trace_context",
				Doc: "Whose traceparent is continued; requests of others begin a trace of their own, and neither upstreams nor views see what those sent."},
			{Name: "timeout", Type: durationType(), Default: `"10s"`, Bindable: true, Check: checkPositive, Ancestor: "OTEL_EXPORTER_OTLP_TIMEOUT",
				Doc: "How long the collector may take to accept spans, repetitions included."},
			{Name: "delay", Type: durationType(), Default: `"5s"`, Bindable: true, Check: checkPositive, Ancestor: "nginx otel_exporter interval",
				Doc: "How long a span waits at most to be sent along with others; a process that ends sends its last ones first."},
			{Name: "queue", Type: intType(), Default: "2048", Bindable: true, Check: checkPositive, Ancestor: "OTEL_BSP_MAX_QUEUE_SIZE",
				Doc: "How many spans of a process wait at most; more are dropped, and the log says how many."},
		},
		Check: checkTracing,
	}
}

// shareType is a number from 0 to 1.
func shareType() scalar[float64] {
	return scalar[float64]{name: "number", want: cty.Number, convert: func(v cty.Value) (float64, *problem) {
		n, _ := v.AsBigFloat().Float64()
		if n < 0 || n > 1 {
			return 0, &problem{"Share out of range", fmt.Sprintf("%v is no share of a whole. Write a number from 0 to 1, such as 0.1 for every tenth.", n)}
		}
		return n, nil
	}}
}

func checkCollector(v any) *problem {
	text := v.(string)
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.RawQuery != "" || u.Fragment != "" || u.User != nil {
		return &problem{"Invalid address of a collector", fmt.Sprintf("%q is not the address of an OTLP collector. Write it as in \"http://127.0.0.1:4318\"; a key goes into headers.", redactURL(text))}
	}
	if otlpPath.MatchString(u.Path) {
		return &problem{"Path that is added", fmt.Sprintf("%q ends with v1/traces, which is added to the address. Take it away.", text)}
	}
	return nil
}

var otlpPath = regexp.MustCompile(`/v1/traces/?$`)

// checkTracing looks at the names of fields.
func checkTracing(d *decoder, s *scope) {
	t := s.owner.(*Tracing)
	for _, pair := range t.Headers {
		if bad := checkHeaderName(pair.Key); bad != nil {
			d.report(badValue(pair.Value.Range, bad, nil))
		} else if managedHeader(pair.Key) {
			d.report(managedField(pair.Key, pair.Value.Range))
		}
	}
}
