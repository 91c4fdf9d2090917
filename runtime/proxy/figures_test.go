package proxy

import (
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Ensure that requests are counted by the location that answers them, a panic of the
// application and paths that nobody knows included, and that nothing a client sends makes a figure.
func TestFiguresCountByLocation(t *testing.T) {
	now := testTime
	p := newProxy(t, Config{
		DurationBounds: []time.Duration{time.Millisecond, time.Second}, Hosts: []string{"example.com"}, Now: func() time.Time { return now },
		App: gateway.HandlerFunc(func(x *gateway.Exchange) {
			if string(x.Request.Path) == "/app/error" {
				x.Response.Status = 503
			}
			x.Response.Text("12345")
		}),
		Locations: []Location{
			{Path: "/app/", Action: Forward{App: true}},
			{Path: "/app/small", MaxBody: 1, Action: Forward{App: true}},
			{Path: "= /old", Action: Redirect{To: Template{{Text: "/app/"}}}},
		},
	})
	serve := func(line string, took time.Duration, fields ...string) {
		x := exchange(t, line, fields...)
		x.Start = now.Add(-took)
		p.Serve(x)
		collect(t, x)
	}
	serve("GET /app/a", 10*time.Microsecond)
	serve("GET /app/b?secret", 20*time.Millisecond)
	serve("GET /app/error?token=secret", 2*time.Second)
	serve("POST /app/small", 0, "Content-Length: 2")
	serve("GET /old", 0)
	serve("GET /nothing", 0)
	serve("GET /app/", 0, "Host: evil.example")

	f := p.Figures()
	got := map[string]LocationFigures{}
	var order []string
	for _, l := range f.Locations {
		got[l.Location] = l
		order = append(order, l.Location)
	}
	if strings.Join(order, " ") != "/app/ /app/small = /old none" {
		t.Errorf("the locations are %q", order)
	}
	app := got["/app/"]
	if app.Requests != 3 || app.Classes["2xx"] != 2 || app.Classes["5xx"] != 1 || app.Bytes != 15 {
		t.Errorf("/app/: %+v", app)
	}
	if c := app.Durations.Counts; len(c) != 3 || c[0] != 1 || c[1] != 1 || c[2] != 1 || app.Durations.Sum < 2.02 || app.Durations.Sum > 2.021 {
		t.Errorf("durations: %+v", app.Durations)
	}
	if got["/app/small"].Refused["max_body"] != 1 || got["= /old"].Classes["3xx"] != 1 {
		t.Errorf("the others: %+v", got)
	}
	if none := got["none"]; none.Requests != 2 || none.Refused["host"] != 1 {
		t.Errorf("none: %+v", none)
	}
	if len(f.Errors) != 1 || f.Errors[0].Path != "/app/error" || f.Errors[0].Location != "/app/" {
		t.Errorf("the errors: %+v", f.Errors)
	}
}

// Ensure that only so many errors are remembered, the last ones, and that none of them is long.
func TestRecentErrorsAreFew(t *testing.T) {
	p := newProxy(t, Config{DurationBounds: []time.Duration{time.Second}, Upstreams: []UpstreamConfig{{Name: "u"}},
		Locations: []Location{{Path: "/", Action: Forward{Upstream: "u"}}}})
	for range mostRecent + 5 {
		ask(t, p, "GET /first")
	}
	ask(t, p, "GET /"+strings.Repeat("x", 5000))
	all := p.Figures().Errors
	if len(all) != mostRecent || len(all[0].Path) > recentPath+3 || !strings.HasPrefix(all[0].Path, "/xxx") || all[1].Path != "/first" || all[0].Upstream != "u" {
		t.Errorf("%d errors, the first of %d bytes", len(all), len(all[0].Path))
	}
}
