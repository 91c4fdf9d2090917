//go:build e2e

package e2e

import (
	"compress/gzip"
	"encoding/hex"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"syscall"
	"testing"

	collector "go.opentelemetry.io/proto/otlp/collector/trace/v1"
	common "go.opentelemetry.io/proto/otlp/common/v1"
	trace "go.opentelemetry.io/proto/otlp/trace/v1"
	"google.golang.org/protobuf/proto"
)

// otlp is a collector of traces, over HTTP with protobuf.
type otlp struct {
	url string

	mu    sync.Mutex
	spans []collected
	key   string // of the last request
	away  bool   // answers 503
	calls int
}

// collected is a span with the process it came from.
type collected struct {
	*trace.Span
	process, service string
}

func newOTLP(t *testing.T) *otlp {
	c := new(otlp)
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.calls++
		if c.away {
			w.WriteHeader(400)
			return
		}
		body := io.Reader(r.Body)
		if r.Header.Get("Content-Encoding") == "gzip" {
			z, err := gzip.NewReader(body)
			if err != nil {
				t.Error(err)
				return
			}
			body = z
		}
		b, err := io.ReadAll(body)
		var request collector.ExportTraceServiceRequest
		if err == nil {
			err = proto.Unmarshal(b, &request)
		}
		if err != nil || r.URL.Path != "/v1/traces" || r.Header.Get("Content-Type") != "application/x-protobuf" {
			t.Errorf("the collector gets %s of %s: %v", r.URL, r.Header.Get("Content-Type"), err)
			return
		}
		c.key = r.Header.Get("X-Key")
		for _, rs := range request.ResourceSpans {
			for _, ss := range rs.ScopeSpans {
				for _, span := range ss.Spans {
					c.spans = append(c.spans, collected{span, attrOf(rs.Resource.Attributes, "stackgen.process"), attrOf(rs.Resource.Attributes, "service.name")})
				}
			}
		}
		w.Header().Set("Content-Type", "application/x-protobuf")
	}))
	t.Cleanup(s.Close)
	c.url = s.URL
	return c
}

// attrOf is an attribute as text, "" where there is none.
func attrOf(attrs []*common.KeyValue, key string) string {
	for _, a := range attrs {
		if a.Key == key {
			if v, ok := a.Value.Value.(*common.AnyValue_IntValue); ok {
				return fmt.Sprint(v.IntValue)
			}
			return a.Value.GetStringValue()
		}
	}
	return ""
}

func (c collected) attr(key string) string { return attrOf(c.Attributes, key) }

// find waits for the span that a test is true of.
func (c *otlp) find(s *site, what string, is func(collected) bool) (found collected) {
	s.t.Helper()
	s.wait(what, func() bool {
		c.mu.Lock()
		defer c.mu.Unlock()
		for _, span := range c.spans {
			if is(span) {
				found = span
				return true
			}
		}
		return false
	})
	return found
}

// child waits for a span beneath another one.
func (c *otlp) child(s *site, of collected, name string) collected {
	s.t.Helper()
	return c.find(s, name+" beneath "+of.Name, func(x collected) bool {
		return x.Name == name && string(x.ParentSpanId) == string(of.SpanId) && string(x.TraceId) == string(of.TraceId)
	})
}

const tracedSite = `site "traced" {}

variable "collector" {
  default = "http://127.0.0.1:4318"
  env     = "COLLECTOR"
}
variable "api" {
  default = "http://127.0.0.1:9001"
  env     = "API_URL"
}

tracing {
  endpoint = var.collector
  headers  = { X-Key = "k" }
  delay    = "50ms"
}

proxy {
  trusted_proxies = ["127.0.0.0/8"]
  access_log      = "json"
  location "/api/" { forward = upstream.api }
  location "/"     { forward = app }
}

upstream "api" {
  server "away" { url = "http://127.0.0.1:1" }
  server "main" { url = var.api }
}

workers {
  mode  = "MODE"
  count = 1
}

database { url = "sqlite:data/traced.db" }

model "note" {
  field "title" { type = char(20) }
}

view "notes" { handler = go.views.Notes }
view "broken" { handler = go.views.Broken }

route "/notes/<int:id>/" { view = view.notes }
route "/broken/"         { view = view.broken }
`

const tracedViews = `package views

import (
	"fmt"

	"go.opentelemetry.io/otel"

	"stackgen.dev/runtime/web"

	"traced/gen/models"
)

// Notes counts them in a span of its own.
func Notes(r *web.Request) (*web.Response, error) {
	ctx, span := otel.Tracer("notes").Start(r.Context(), "count them")
	defer span.End()
	n, err := models.Notes(r.DB().With(ctx)).Count()
	if err != nil {
		return nil, err
	}
	return web.Text(fmt.Sprintf("%d notes, traceparent %q", n, r.Header("Traceparent"))), nil
}

// Broken panics.
func Broken(r *web.Request) (*web.Response, error) { panic("broken") }
`

// Ensure that a trace goes from whoever is trusted through proxy, upstream, worker, view and
// database, with the right links, in one process and in several, and that what has ended
// is sent at a reload and at the end.
func TestTracing(t *testing.T) {
	for _, mode := range []string{"inline", "process"} {
		t.Run(mode, func(t *testing.T) {
			c := newOTLP(t)
			seen := make(chan http.Header, 10)
			api := backend(t, "tcp", "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
				seen <- r.Header
				w.WriteHeader(404)
			})
			dir := t.TempDir()
			create(t, dir, "site.hcl", strings.Replace(tracedSite, "MODE", mode, 1))
			create(t, dir, "views/views.go", tracedViews)
			run(t, dir, stackgen, "migrate", "diff")
			build(t, dir)
			s := start(t, dir, "COLLECTOR="+c.url, "API_URL=http://"+api)
			client := browser(t)

			// Through the application, continuing a trace of somebody else's.
			const theirs = "0af7651916cd43dd8448eb211c80319c"
			s.get(client, "/notes/7/?token=hidden&page=2", "Traceparent: 00-"+theirs+"-b7ad6b7169203331-01", "Tracestate: vendor=x").
				expect(t, "notes", 200).contains(t, "what the view sees", `0 notes, traceparent ""`)
			server := c.find(s, "the proxy's span", func(x collected) bool {
				return hex.EncodeToString(x.TraceId) == theirs && hex.EncodeToString(x.ParentSpanId) == "b7ad6b7169203331"
			})
			for key, want := range map[string]string{"http.request.method": "GET", "url.path": "/notes/7/", "url.query": "token=***&page=2", "url.scheme": "http",
				"server.address": "127.0.0.1", "client.address": "127.0.0.1", "http.response.status_code": "200", "network.protocol.version": "1.1"} {
				if got := server.attr(key); got != want {
					t.Errorf("%s of the proxy's span is %q, want %q", key, got, want)
				}
			}
			if server.Kind != trace.Span_SPAN_KIND_SERVER || server.service != "traced" || server.TraceState != "vendor=x" || server.Status.GetCode() != trace.Status_STATUS_CODE_UNSET {
				t.Errorf("the proxy's span is %v of %s", server.Span, server.service)
			}
			above := server
			if mode == "process" {
				above = c.child(s, server, "GET")
				if above.Kind != trace.Span_SPAN_KIND_CLIENT || above.attr("stackgen.upstream") != "workers" || above.attr("network.transport") != "unix" {
					t.Errorf("the attempt is %v", above.Span)
				}
			}
			view := c.child(s, above, "GET /notes/<int:id>/")
			if process := strings.HasPrefix(view.process, "worker"); process != (mode == "process") || view.attr("http.route") != "/notes/<int:id>/" {
				t.Errorf("the application's span is %v of %s", view.Span, view.process)
			}
			own := c.child(s, view, "count them")
			query := c.child(s, own, "SELECT note")
			if query.attr("db.system.name") != "sqlite" || !strings.Contains(query.attr("db.query.text"), "COUNT(*)") || query.Kind != trace.Span_SPAN_KIND_CLIENT {
				t.Errorf("the query is %v", query.Span)
			}
			s.waitLog(`"trace_id":"` + theirs + `","span_id":"` + hex.EncodeToString(server.SpanId) + `"`)
			if c.key != "k" {
				t.Errorf("the collector's key is %q", c.key)
			}

			// To an upstream of which one server is away; each attempt is told apart.
			s.get(client, "/api/x").expect(t, "the api", 404)
			got := <-seen
			attempt := c.find(s, "the attempt that was answered", func(x collected) bool {
				return x.attr("http.response.status_code") == "404" && x.attr("stackgen.server") == "main"
			})
			if want := "00-" + hex.EncodeToString(attempt.TraceId) + "-" + hex.EncodeToString(attempt.SpanId) + "-01"; got.Get("Traceparent") != want {
				t.Errorf("the api sees traceparent %q, want %q", got.Get("Traceparent"), want)
			}
			if attempt.Status.GetCode() != trace.Status_STATUS_CODE_ERROR || attempt.attr("url.full") != "http://"+api+"/api/x" || attempt.attr("http.request.resend_count") != "1" {
				t.Errorf("the attempt is %v", attempt.Span)
			}
			parent := c.find(s, "its request", func(x collected) bool { return string(x.SpanId) == string(attempt.ParentSpanId) })
			if len(parent.ParentSpanId) != 0 || parent.Name != "GET /api/" || parent.Status.GetCode() == trace.Status_STATUS_CODE_ERROR {
				t.Errorf("the request is %v", parent.Span)
			}
			c.find(s, "the attempt that failed", func(x collected) bool {
				return string(x.ParentSpanId) == string(parent.SpanId) && x.attr("error.type") == "connect" && x.attr("stackgen.server") == "away"
			})

			// An error of the view, and a malformed traceparent, which begins a trace.
			s.get(client, "/broken/", "Traceparent: 00-"+theirs+"-0000000000000000-01").expect(t, "a view that panics", 500)
			broken := c.find(s, "its span", func(x collected) bool { return x.Name == "GET /broken/" && x.attr("error.type") == "500" })
			if broken.Status.GetCode() != trace.Status_STATUS_CODE_ERROR || hex.EncodeToString(broken.TraceId) == theirs {
				t.Errorf("its span is %v", broken.Span)
			}

			// Not sampled by its sender: nothing is recorded, the ids go on.
			s.get(client, "/api/quiet", "Traceparent: 00-11111111111111111111111111111111-2222222222222222-00").expect(t, "the api", 404)
			if got := (<-seen).Get("Traceparent"); !strings.HasPrefix(got, "00-11111111111111111111111111111111-") || !strings.HasSuffix(got, "-00") || strings.Contains(got, "2222222222222222") {
				t.Errorf("the api sees traceparent %q", got)
			}

			// A collector that takes nothing harms nobody, and the log says so; the last spans go out at the end.
			c.mu.Lock()
			c.away = true
			c.mu.Unlock()
			s.get(client, "/notes/1/").expect(t, "notes without a collector", 200)
			s.waitLog("tracing: spans are lost")
			c.mu.Lock()
			c.away = false
			c.mu.Unlock()
			before := run(t, dir, "./site", "status")
			s.get(client, "/notes/2/?before=reload").expect(t, "before a reload", 200)
			run(t, dir, "./site", "reload")
			s.wait("other processes", func() bool { return run(t, dir, "./site", "status") != before })
			s.get(client, "/notes/3/?before=end").expect(t, "before the end", 200)
			s.stop(syscall.SIGTERM)
			for _, query := range []string{"before=reload", "before=end"} {
				c.find(s, "the span of "+query, func(x collected) bool { return x.attr("url.query") == query })
			}
			c.mu.Lock()
			defer c.mu.Unlock()
			for _, span := range c.spans {
				if hex.EncodeToString(span.TraceId) == strings.Repeat("1", 32) {
					t.Errorf("%v was not to be recorded", span.Span)
				}
			}
		})
	}
}
