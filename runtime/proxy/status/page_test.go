package status_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/proxy/cache"
	"stackgen.dev/runtime/proxy/limit"
	"stackgen.dev/runtime/proxy/proxytest"
	"stackgen.dev/runtime/proxy/status"
)

// hostile is what nobody should find in the page as it is.
const hostile = `<img src=x onerror=alert(1)>`

func page(t *testing.T, clock *proxytest.Clock) *proxy.Proxy {
	return proxytest.NewConfig(t, clock, proxy.Config{
		App:            gateway.HandlerFunc(func(x *gateway.Exchange) { x.Response.Status = 500; x.Response.Text("") }),
		DurationBounds: []time.Duration{time.Second},
		Upstreams:      []proxy.UpstreamConfig{{Name: "api", Servers: []proxy.Server{{Name: "a", URL: "http://127.0.0.1:1"}, {Name: "b", URL: "http://127.0.0.1:2", Down: true}}}},
		Status: func(context.Context) proxy.SiteStatus {
			return proxy.SiteStatus{Name: "shop", State: "serving", Mode: "process", Started: clock.T.Add(-26 * time.Hour),
				Processes:    []proxy.ProcessStatus{{Process: "worker 0", State: "ready", Memory: 52 << 20}},
				Certificates: []proxy.CertificateStatus{{Listener: "public", Name: "shop.example", Expires: clock.T.Add(3 * 24 * time.Hour)}, {Listener: "public", Name: "old.example", Problem: hostile}},
				Log:          []proxy.LogLine{{Time: clock.T, Level: "ERROR", Text: hostile}}}
		},
		Locations: []proxy.Location{
			{Path: "/", Action: proxy.Forward{App: true}},
			{Path: "/api/", Action: proxy.Forward{Upstream: "api"}, Layers: []proxy.Layer{limit.Conn{Connections: 9}, cache.Cache{}}},
			{Path: "/status", Action: proxy.Endpoint{Layer: status.Page{}}},
		},
	})
}

// Ensure that the page shows what there is, and text of others as text.
func TestPage(t *testing.T) {
	p := page(t, proxytest.NewClock())
	proxytest.Ask(t, p, "GET /x/"+"%3Cimg%20src=x%20onerror=alert(1)%3E")
	a := proxytest.Ask(t, p, "GET /status", "Accept: text/html")
	for _, want := range []string{
		"<h1>shop</h1>", "up 1 d 2 h", "/api/", "9 at a time", "worker 0", "52.0 MB", "3 d 0 h", "down", "GET /x/", "&lt;img src=x onerror=alert(1)&gt;",
		`<span class="pill warn">serving</span>`,
	} {
		if !strings.Contains(a.Body, want) {
			t.Errorf("the page does not hold %q", want)
		}
	}
	_, rest, _ := strings.Cut(a.Body, "<style>")
	styles, _, _ := strings.Cut(rest, "</style>")
	sum := sha256.Sum256([]byte(styles))
	if policy := a.Field("Content-Security-Policy"); !strings.Contains(policy, "style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"'") {
		t.Errorf("the policy %s does not let the page's own style in", policy)
	}
	if strings.Contains(a.Body, hostile) || strings.Contains(a.Body, "style=\"") || strings.Contains(a.Body, "ZgotmplZ") {
		t.Errorf("the page:\n%s", a.Body)
	}
	if strings.Contains(a.Body, "http-equiv") {
		t.Error("the page loads itself again unasked")
	}
	if again := proxytest.Ask(t, p, "GET /status?refresh=5", "Accept: text/html"); !strings.Contains(again.Body, `http-equiv="refresh" content="5"`) {
		t.Error("the page does not load itself again")
	}
}

// Ensure that programs get the same as JSON, and other methods nothing.
func TestJSON(t *testing.T) {
	p := page(t, proxytest.NewClock())
	a := proxytest.Ask(t, p, "GET /status", "Accept: application/json")
	var s status.Status
	if err := json.Unmarshal([]byte(a.Body), &s); err != nil || a.Field("Content-Type") != "application/json" || a.Field("Vary") != "Accept" {
		t.Fatalf("%v: %s", err, a.Body)
	}
	if s.Name != "shop" || len(s.Proxy.Upstreams) != 1 || s.Proxy.Upstreams[0].Servers[1].State != "down" || len(s.Proxy.Caches) != 1 || len(s.Certificates) != 2 {
		t.Errorf("%s", a.Body)
	}
	if a := proxytest.Ask(t, p, "DELETE /status"); a.Status != 405 || a.Field("Allow") != "GET, HEAD" {
		t.Errorf("DELETE: %d", a.Status)
	}
}

// Ensure that a page shows the same rows in the same order each time it is loaded.
func TestRefusalsStayInOrder(t *testing.T) {
	p := proxytest.NewConfig(t, proxytest.NewClock(), proxy.Config{
		DurationBounds: []time.Duration{time.Second},
		Locations: []proxy.Location{
			{Path: "/", Action: proxy.Endpoint{Layer: refusing{}}},
			{Path: "/status", Action: proxy.Endpoint{Layer: status.Page{}}},
		},
	})
	for _, by := range []string{"rate_limit", "access", "limit_conn", "basic_auth", "methods"} {
		proxytest.Ask(t, p, "GET /"+by)
	}
	for range 20 {
		body := proxytest.Ask(t, p, "GET /status", "Accept: text/html").Body
		last := 0
		for _, by := range []string{"access", "basic_auth", "limit_conn", "methods", "rate_limit"} {
			at := strings.Index(body, "<td>"+by+"</td>")
			if at < last {
				t.Fatalf("%s stands in another place", by)
			}
			last = at
		}
	}
}

// refusing is a layer that refuses as whoever the path names.
type refusing struct{}

func (r refusing) Start(*proxy.Environment) (proxy.LayerHandler, error) { return r, nil }

func (refusing) Serve(x *gateway.Exchange, next proxy.Next) {
	for _, by := range []proxy.Refusal{proxy.ByAccess, proxy.ByMethod, proxy.ByRateLimit, proxy.ByLimitConn, proxy.ByBasicAuth} {
		if string(x.Request.Path) == "/"+by.String() {
			proxy.NoteRefusal(x, by)
		}
	}
	next.Fail(x, 403, nil)
}
