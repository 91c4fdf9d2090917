package proxy

import (
	"strings"
	"testing"

	"stackgen.dev/runtime/gateway"
)

func TestHeaderRulesMerge(t *testing.T) {
	app := gateway.HandlerFunc(func(x *gateway.Exchange) {
		x.Response.Header.Add("Server", "app")
		x.Response.Header.Add("X-Frame-Options", "app")
		x.Response.Header.Add("X-App", "1")
	})
	outer := Headers{Set: []Field{{"X-Frame-Options", "DENY"}, {"X-Outer", "1"}}, Add: []Field{{"Link", "<a>"}}, Remove: []string{"Server"}}
	tests := []struct {
		name, path string
		want       string // of Server, X-Frame-Options, X-Outer, X-App, Link
	}{
		{"the proxy's alone", "/plain", ",DENY,1,1,<a>"},
		{"both levels count", "/both", ",SAMEORIGIN,1,,<a>|<b>"},
		{"a level may take back", "/back", ",,1,1,"},
		{"no location", "/none", ",DENY,1,,<a>"},
	}
	p := newProxy(t, Config{App: app, Headers: outer, Locations: []Location{
		{Path: "/plain", Action: Forward{App: true}},
		{Path: "/both", Action: Forward{App: true}, Headers: Headers{
			Set: []Field{{"x-frame-options", "SAMEORIGIN"}}, Add: []Field{{"Link", "<b>"}}, Remove: []string{"X-App"},
		}},
		{Path: "/back", Action: Forward{App: true}, Headers: Headers{Remove: []string{"Link", "X-Frame-Options"}}},
	}})
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := ask(t, p, "GET "+tt.path)
			var got []string
			for _, name := range []string{"Server", "X-Frame-Options", "X-Outer", "X-App", "Link"} {
				got = append(got, a.field(name))
			}
			if g := strings.Join(got, ","); g != tt.want {
				t.Errorf("got %s, want %s", g, tt.want)
			}
		})
	}
}

func TestRequestRulesReachTheApplication(t *testing.T) {
	app := text(func(x *gateway.Exchange) string {
		return string(x.Request.Header.Get("X-Env")) + "," + string(x.Request.Header.Get("X-Debug"))
	})
	p := newProxy(t, Config{App: app, RequestHeaders: Headers{Set: []Field{{"X-Env", "prod"}}}, Locations: []Location{
		{Path: "/", Action: Forward{App: true}, RequestHeaders: Headers{Remove: []string{"X-Debug"}}},
	}})
	if a := ask(t, p, "GET /", "X-Env: test", "X-Debug: 1"); a.body != "prod," {
		t.Errorf("the application saw %q", a.body)
	}
}

func TestRequestID(t *testing.T) {
	app := text(func(x *gateway.Exchange) string { return x.Request.ID })
	trusting := newProxy(t, Config{App: app, TrustedProxies: networks("192.0.2.0/24"), Locations: []Location{{Path: "/", Action: Forward{App: true}}}})
	strict := newProxy(t, Config{App: app, Locations: []Location{{Path: "/", Action: Forward{App: true}}}})
	tests := []struct {
		name string
		p    *Proxy
		id   string
		kept bool
	}{
		{"from a trusted proxy", trusting, "abc-123", true},
		{"from anybody", strict, "abc-123", false},
		{"too long", trusting, strings.Repeat("a", 65), false},
		{"with a quote", trusting, `a"b`, false},
		{"with a space", trusting, "a b", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := ask(t, tt.p, "GET /", "X-Request-ID: "+tt.id)
			if (a.body == tt.id) != tt.kept {
				t.Errorf("%q became %q", tt.id, a.body)
			}
			if a.field("X-Request-ID") != a.body || a.body == "" {
				t.Errorf("the response says %q, the application saw %q", a.field("X-Request-ID"), a.body)
			}
		})
	}
	seen := map[string]bool{}
	for range 1000 {
		id := strict.ids.next()
		if len(id) != idLength || seen[id] {
			t.Fatalf("id %q is repeated or of the wrong length", id)
		}
		seen[id] = true
	}
}
