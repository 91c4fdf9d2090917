package access_test

import (
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"testing"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/proxy/access"
	"stackgen.dev/runtime/proxy/proxytest"
)

func seen(x *gateway.Exchange) {
	x.Response.Bytes(fmt.Appendf(nil, "user=%s groups=%s", x.Request.Header.Get("X-User"), x.Request.Header.Get("X_User")))
}

func networks(list ...string) (out []netip.Prefix) {
	for _, s := range list {
		out = append(out, netip.MustParsePrefix(s))
	}
	return out
}

// Ensure that the smallest network decides, in whatever order they stand.
func TestNetworks(t *testing.T) {
	for _, tt := range []struct {
		name        string
		allow, deny []netip.Prefix
		from        string
		want        int
	}{
		{"nothing said", nil, nil, "192.0.2.1", 200},
		{"let in", networks("192.0.2.0/24"), nil, "192.0.2.1", 200},
		{"not let in", networks("192.0.2.0/24"), nil, "198.51.100.1", 403},
		{"kept out", nil, networks("192.0.2.0/24"), "192.0.2.1", 403},
		{"not kept out", nil, networks("192.0.2.0/24"), "198.51.100.1", 200},
		{"kept out of what is let in", networks("10.0.0.0/8"), networks("10.1.0.0/16"), "10.1.2.3", 403},
		{"let in of what is kept out", networks("10.1.2.3/32"), networks("10.0.0.0/8"), "10.1.2.3", 200},
		{"beside that", networks("10.1.2.3/32"), networks("10.0.0.0/8"), "10.1.2.4", 403},
		{"IPv6", networks("2001:db8::/32"), nil, "2001:db8:1::1", 200},
		{"other IPv6", networks("2001:db8::/32"), nil, "2001:db9::1", 403},
		{"IPv4 within IPv6 is IPv4", nil, networks("192.0.2.0/24"), "::ffff:192.0.2.1", 403},
		{"host bits do not count", networks("192.0.2.77/24"), nil, "192.0.2.1", 200},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := proxytest.New(t, nil, seen, access.Networks{Allow: tt.allow, Deny: tt.deny})
			if got := proxytest.Ask(t, p, "GET /", "From: "+tt.from).Status; got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
	if _, err := (access.Networks{Allow: networks("10.0.0.0/8"), Deny: networks("10.0.0.0/8")}).Start(nil); err == nil {
		t.Error("a network that is let in and kept out is accepted")
	}
}

// Ensure that other methods get 405 and hear which there are.
func TestMethods(t *testing.T) {
	p := proxytest.New(t, nil, seen, access.Methods{"GET", "PUT"})
	for method, want := range map[string]int{"GET": 200, "HEAD": 200, "PUT": 200, "POST": 405, "PATCH": 405} {
		a := proxytest.Ask(t, p, method+" /")
		if a.Status != want || want == 405 && a.Field("Allow") != "GET, PUT, HEAD" {
			t.Errorf("%s: %d, Allow %q", method, a.Status, a.Field("Allow"))
		}
	}
}

// Ensure that the server that is asked decides, and that nobody speaks under its names.
func TestForwardAuth(t *testing.T) {
	var asked http.Header
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked = r.Header.Clone()
		asked.Set("Line", r.Method+" "+r.URL.RequestURI())
		switch r.Header.Get("Authorization") {
		case "good":
			w.Header().Set("X-User", "alice")
		case "unnamed":
		case "stream":
			w.(http.Flusher).Flush()
		case "broken":
			w.WriteHeader(500)
		case "login":
			w.Header().Set("Location", "/login")
			w.WriteHeader(302)
		default:
			w.Header().Set("WWW-Authenticate", "Bearer")
			w.WriteHeader(401)
			fmt.Fprint(w, "who are you?")
		}
	}))
	t.Cleanup(s.Close)
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	away := l.Addr().String()
	l.Close()
	config := func(url string) proxy.Config {
		return proxy.Config{
			App: gateway.HandlerFunc(seen), Upstreams: []proxy.UpstreamConfig{{Name: "auth", Servers: []proxy.Server{{URL: url}}}},
			Locations: []proxy.Location{{Path: "/", Action: proxy.Forward{App: true}, Layers: []proxy.Layer{
				access.ForwardAuth{Upstream: "auth", URI: "/verify?x=1", CopyHeaders: []string{"X-User"}}}}},
		}
	}
	p := proxytest.NewConfig(t, nil, config(s.URL))
	for _, tt := range []struct {
		name, authorization string
		status              int
		body                string
	}{
		{"let pass", "good", 200, "user=alice groups="},
		{"let pass without a name", "unnamed", 200, "user= groups="},
		{"an answer without a length", "stream", 200, "user= groups="},
		{"refused", "bad", 401, "who are you?"},
		{"sent elsewhere", "login", 302, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := proxytest.Ask(t, p, "POST /a?b", "Authorization: "+tt.authorization, "X-User: mallory", "x_user: mallory", "X-Original-URI: /harmless", "Content-Type: text/plain")
			if a.Status != tt.status || a.Body != tt.body {
				t.Errorf("got %d %q", a.Status, a.Body)
			}
			if asked.Get("Line") != "GET /verify?x=1" || asked.Get("X-Original-Method") != "POST" || asked.Get("X-Original-Uri") != "/a?b" || asked.Get("X-User") != "" || asked.Get("Content-Type") != "" {
				t.Errorf("asked with %v", asked)
			}
		})
	}
	if a := proxytest.Ask(t, p, "GET /", "Authorization: bad"); a.Field("WWW-Authenticate") != "Bearer" || a.Field("Cache-Control") != "no-store" {
		t.Errorf("the refusal has the fields %v", a.Header.Fields())
	}
	if a := proxytest.Ask(t, p, "GET /", "Authorization: broken"); a.Status != 502 {
		t.Errorf("a server that fails: %d", a.Status)
	}
	if a := proxytest.Ask(t, proxytest.NewConfig(t, nil, config("http://"+away)), "GET /", "X-User: mallory"); a.Status != 502 {
		t.Errorf("a server that is away: %d", a.Status)
	}
}
