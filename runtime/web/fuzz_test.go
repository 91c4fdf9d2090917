package web_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/webtest"
)

// sendable takes what no server lets through out of a field's value.
func sendable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return -1
		}
		return r
	}, s)
}

// Whatever a client says it accepts, each type is accepted or not, and the one that is preferred is accepted.
func FuzzAccept(f *testing.F) {
	for _, seed := range []string{"*/*", "text/html;q=0.3, application/json;level=1", "text/*;q=0,*/*", "a/b/c;q=2,;", "text/html;q=1e9,a;b=\"", strings.Repeat("a/b,", 300)} {
		f.Add(seed)
	}
	types := []string{"text/html", "application/json", "text/plain; charset=utf-8"}
	client := one(f, func(r *web.Request) (*web.Response, error) {
		best := r.PreferredType(types...)
		accepted := false
		for _, t := range types {
			accepted = accepted || r.Accepts(t)
		}
		if accepted != (best != "") || best != "" && !r.Accepts(best) {
			return nil, fmt.Errorf("%q: prefers %q", r.Header("Accept"), best)
		}
		return web.Text(best), nil
	})
	f.Fuzz(func(t *testing.T, accept string) {
		if got := client.Do(webtest.Request{Target: "/v/", Header: [][2]string{{"Accept", sendable(accept)}}}); got.Status != 200 {
			t.Errorf("%q: %d", accept, got.Status)
		}
	})
}

// JSON of any depth and kind is read, or refused with a reason.
func FuzzJSON(f *testing.F) {
	for _, seed := range []string{`{"a":1}`, strings.Repeat("[", 65) + strings.Repeat("]", 65), `{"a":1e999}`, `"\ud800"`, "{\"a\":\"\x00\"}", `{} {}`, `{"a":{"a":`, "\ufeff{}", `[1,]`} {
		f.Add("application/json", seed)
	}
	f.Add("application/json; charset=utf-16", "{}")
	f.Add("text/plain", "{}")
	for _, into := range []func() any{func() any { return new(any) }, func() any { return new(struct{ A, B int }) }, func() any { return new([]string) }} {
		if err := (one(f, func(r *web.Request) (*web.Response, error) { return web.Text(""), r.JSON(into()) })).Do(webtest.Request{Method: "POST", Target: "/v/", ContentType: "application/json", Body: "7x"}); err.Status != 400 {
			f.Fatal(err.Status)
		}
	}
	client := one(f, func(r *web.Request) (*web.Response, error) {
		var v any
		var s struct{ A, B int }
		r.JSON(&s) // what stands beside its fields it does not look at
		return web.Text(""), r.JSON(&v)
	})
	f.Fuzz(func(t *testing.T, contentType, body string) {
		got := client.Do(webtest.Request{Method: "POST", Target: "/v/", ContentType: sendable(contentType), Body: body})
		if got.Status != 200 && got.Status != 400 && got.Status != 413 && got.Status != 415 {
			t.Errorf("%q %q: %d", contentType, body, got.Status)
		}
	})
}

// A cookie that nobody signed is no signed cookie; what was signed comes back as it was.
func FuzzSignedCookie(f *testing.F) {
	f.Add("value", "eyJhIjoxfQ:1tXyZ:abc")
	f.Add("", "::")
	f.Fuzz(func(t *testing.T, value, forged string) {
		app, err := web.New(web.Config{Keys: []string{"k"}, Log: slog.New(slog.DiscardHandler), Routes: []web.Route{{Pattern: "/v/", View: &web.View{Handler: func(r *web.Request) (*web.Response, error) {
			if got, err := r.SignedCookie("forged", "salt", 0); err == nil {
				t.Errorf("%q is believed: %q", forged, got)
			}
			if got, err := r.SignedCookie("c", "salt", 0); r.HasHeader("X-Second") && (err != nil || got != value) {
				t.Errorf("%q came back as %q, %v", value, got, err)
			}
			p := web.Text("")
			p.SetSignedCookie(r, web.Cookie{Name: "c", Value: value}, "salt")
			return p, nil
		}}}}})
		if err != nil {
			t.Fatal(err)
		}
		client := webtest.New(app)
		client.SetCookie("forged", sendable(strings.NewReplacer(";", "", ",", "").Replace(forged)))
		for _, header := range [][][2]string{nil, {{"X-Second", "1"}}} {
			if got := client.Do(webtest.Request{Target: "/v/", Header: header}); got.Status != 200 {
				t.Errorf("%q %q: %d", value, forged, got.Status)
			}
		}
	})
}

// A host is one of the site's or gets 400, and decides nothing else.
func FuzzHost(f *testing.F) {
	for _, seed := range []string{"example.com", "EXAMPLE.com.:80", "a.sub.example.com", "[::1]:80", "[::1", "example.com:80:80", "example.com@evil", "evil.example", "", ":", "example.com:999999"} {
		f.Add(seed)
	}
	app, err := web.New(web.Config{
		Keys: []string{"k"}, Log: slog.New(slog.DiscardHandler), Hosts: []string{"example.com", "*.sub.example.com"}, AllowLoopback: true,
		Routes: []web.Route{{Pattern: "/", View: &web.View{Handler: func(r *web.Request) (*web.Response, error) { return web.Text(r.AbsoluteURL("/x/")), nil }}}},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, host string) {
		c := webtest.New(app)
		c.Host = host
		switch got := c.Get("/"); got.Status {
		case 400:
		case 200:
			name := strings.ToLower(host)
			if !strings.Contains(name, "example.com") && !strings.Contains(name, "localhost") && !strings.Contains(name, "127.") && !strings.Contains(name, "::1") && !strings.Contains(name, "[") && !strings.HasSuffix(name, "localhost.") {
				t.Errorf("%q is a host of the site", host)
			}
			if strings.ContainsAny(host, "/@\\ <>\"'") {
				t.Errorf("%q is a host of the site", host)
			}
		default:
			t.Errorf("%q: %d", host, got.Status)
		}
	})
}
