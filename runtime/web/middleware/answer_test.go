package middleware_test

import (
	"compress/gzip"
	"fmt"
	"io"
	"log/slog"
	"regexp"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/caches"
	"stackgen.dev/runtime/web/language"
	"stackgen.dev/runtime/web/messages"
	"stackgen.dev/runtime/web/middleware"
	"stackgen.dev/runtime/web/sessions"
	"stackgen.dev/runtime/web/webtest"
)

// around puts layers around one view at "/".
func around(t *testing.T, view web.Handler, layers ...web.Middleware) *webtest.Client {
	t.Helper()
	app, err := web.New(web.Config{
		Keys: []string{"a key for tests"}, Log: slog.New(slog.DiscardHandler), Middleware: layers,
		Routes: []web.Route{{Pattern: "/", View: &web.View{Handler: view}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return webtest.New(app)
}

// What the documentation of UpdateCacheMiddleware says is kept, and what not.
func TestPageCache(t *testing.T) {
	tests := []struct {
		name   string
		change func(r *web.Request, p *web.Response)
		method string
		header [][2]string
		kept   bool
	}{
		{"a page", nil, "GET", nil, true},
		{"a HEAD is not, a GET after it is", nil, "HEAD", nil, false},
		{"a POST", nil, "POST", nil, false},
		{"with Authorization", nil, "GET", [][2]string{{"Authorization", "Basic x"}}, false},
		{"not found", func(_ *web.Request, p *web.Response) { p.Status = 404 }, "GET", nil, false},
		{"private", func(_ *web.Request, p *web.Response) { p.SetHeader("Cache-Control", "Private") }, "GET", nil, false},
		{"private for some fields", func(_ *web.Request, p *web.Response) { p.SetHeader("Cache-Control", `private="X"`) }, "GET", nil, false},
		{"no-store", func(_ *web.Request, p *web.Response) { p.SetHeader("Cache-Control", "public, no-store") }, "GET", nil, false},
		{"no-cache", func(_ *web.Request, p *web.Response) { p.SetHeader("Cache-Control", "no-cache") }, "GET", nil, false},
		{"no age", func(_ *web.Request, p *web.Response) { p.SetHeader("Cache-Control", "max-age=0") }, "GET", nil, false},
		{"an age of its own", func(_ *web.Request, p *web.Response) { p.SetHeader("Cache-Control", "max-age=60") }, "GET", nil, true},
		{"varies by everything", func(_ *web.Request, p *web.Response) { p.Vary("*") }, "GET", nil, false},
		{"sets a cookie", func(_ *web.Request, p *web.Response) { p.SetCookie(web.Cookie{Name: "a"}) }, "GET", nil, false},
		{"shows a token of a form", func(r *web.Request, _ *web.Response) { r.CSRFToken() }, "GET", nil, false},
		{"shows a nonce", func(r *web.Request, _ *web.Response) { r.CSPNonce() }, "GET", nil, false},
		{"shows messages", func(r *web.Request, _ *web.Response) { r.Messages().Show() }, "GET", nil, false},
		{"varies by a field that is the same", func(_ *web.Request, p *web.Response) { p.Vary("X-Kind") }, "GET", [][2]string{{"X-Kind", "1"}}, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := 0
			cache := middleware.PageCache{Cache: caches.NewMemory(0, nil)}
			client := around(t, func(r *web.Request) (*web.Response, error) {
				n++
				p := web.HTML(fmt.Sprint(n))
				p.SetHeader("X-Made", fmt.Sprint(n))
				if tt.change != nil {
					tt.change(r, p)
				}
				return p, nil
			}, cache.Update, cache.Fetch)
			request := webtest.Request{Method: tt.method, Target: "/?a=1", Header: tt.header}
			client.Do(request)
			got := client.Do(request)
			if (n == 1) != tt.kept {
				t.Fatalf("the view ran %d times", n)
			}
			if tt.kept && (got.Body != "1" || got.Header("X-Made") != "1" || got.Header("Age") == "" || got.Header("Expires") == "" || !strings.Contains(got.Header("Cache-Control"), "max-age=")) {
				t.Error(got.Status, got.Body, got.Fields)
			}
		})
	}
}

func TestPageCacheKeepsVisitorsApart(t *testing.T) {
	cache := middleware.PageCache{Cache: caches.NewMemory(0, nil), TTL: time.Minute}
	client := around(t, func(r *web.Request) (*web.Response, error) {
		p := web.Text(r.Header("X-Name") + r.Query().Get("q"))
		p.Vary("X-Name")
		return p, nil
	}, cache.Page)
	for range 2 {
		for _, name := range []string{"ada", "grace"} {
			for _, q := range []string{"1", "2"} {
				got := client.Do(webtest.Request{Target: "/?q=" + q, Header: [][2]string{{"X-Name", name}}})
				if got.Body != name+q {
					t.Errorf("%s sees %s", name+q, got.Body)
				}
			}
		}
	}
}

func TestGZip(t *testing.T) {
	long := strings.Repeat("<p>Hello</p>", 200)
	tests := []struct {
		name, accept, body string
		packed, vary       bool
	}{
		{"asked for", "br, gzip", long, true, true},
		{"refused", "gzip;q=0", long, false, true},
		{"refused in digits", "gzip;q=0.000", long, false, true},
		{"not asked for", "br", long, false, true},
		{"short", "gzip", "Hello", false, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client := around(t, func(*web.Request) (*web.Response, error) {
				p := web.HTML(tt.body)
				p.SetHeader("ETag", `"x"`)
				return p, nil
			}, middleware.GZip{}.Wrap)
			got := client.Do(webtest.Request{Target: "/", Header: [][2]string{{"Accept-Encoding", tt.accept}}})
			if (got.Header("Content-Encoding") == "gzip") != tt.packed || (got.Header("Vary") == "Accept-Encoding") != tt.vary {
				t.Fatal(got.Fields)
			}
			if !tt.packed {
				return
			}
			zr, err := gzip.NewReader(strings.NewReader(got.Body))
			if err != nil {
				t.Fatal(err)
			}
			plain, err := io.ReadAll(zr)
			if err != nil || string(plain) != tt.body || got.Header("ETag") != `W/"x"` {
				t.Error(len(plain), err, got.Header("ETag"))
			}
		})
	}
}

func TestCSP(t *testing.T) {
	layer := middleware.CSP{
		Policy: []middleware.CSPDirective{
			{Name: "default-src", Sources: []string{"'self'"}},
			{Name: "script-src", Sources: []string{"'self'", middleware.CSPNonce}},
			{Name: "style-src", Sources: []string{middleware.CSPNonce}},
			{Name: "upgrade-insecure-requests"},
		},
		ReportOnly: []middleware.CSPDirective{{Name: "img-src", Sources: []string{"https:"}}},
	}
	plain := around(t, func(*web.Request) (*web.Response, error) { return web.HTML(""), nil }, layer.Wrap).Get("/")
	if got := plain.Header("Content-Security-Policy"); got != "default-src 'self'; script-src 'self'; upgrade-insecure-requests" {
		t.Error(got)
	}
	if got := plain.Header("Content-Security-Policy-Report-Only"); got != "img-src https:" {
		t.Error(got)
	}
	client := around(t, func(r *web.Request) (*web.Response, error) { return web.HTML(r.CSPNonce()), nil }, layer.Wrap)
	first, second := client.Get("/"), client.Get("/")
	if !strings.Contains(first.Header("Content-Security-Policy"), "style-src 'nonce-"+first.Body+"'") || first.Body == second.Body || len(first.Body) < 22 {
		t.Error(first.Body, second.Body, first.Fields)
	}
	own := around(t, func(*web.Request) (*web.Response, error) {
		p := web.HTML("")
		p.SetHeader("Content-Security-Policy", "default-src 'none'")
		return p, nil
	}, layer.Wrap).Get("/")
	if got := own.Header("Content-Security-Policy"); got != "default-src 'none'" {
		t.Error(got)
	}
}

func TestLocale(t *testing.T) {
	set := language.New([]string{"en", "de"}, "en")
	view := func(r *web.Request) (*web.Response, error) { return web.Text(r.Language()), nil }
	client := around(t, view, middleware.Locale{Languages: set}.Wrap)
	got := client.Do(webtest.Request{Target: "/", Header: [][2]string{{"Accept-Language", "de-AT,en;q=0.5"}}})
	if got.Body != "de" || got.Header("Content-Language") != "de" || got.Header("Vary") != "Accept-Language" {
		t.Error(got.Body, got.Fields)
	}
	client.SetCookie("django_language", "en")
	if got := client.Do(webtest.Request{Target: "/", Header: [][2]string{{"Accept-Language", "de"}}}); got.Body != "en" {
		t.Error("the cookie does not count:", got.Body)
	}
	chosen := around(t, view, middleware.Locale{Languages: set, Chosen: true}.Wrap)
	if got := chosen.Get("/").Header("Vary"); got != "Accept-Language, Cookie" {
		t.Error("where visitors choose by cookie, Vary is", got)
	}
}

func TestMessages(t *testing.T) {
	long := strings.Repeat("x", 4000)
	view := func(r *web.Request) (*web.Response, error) {
		if text := r.Query().Get("say"); text != "" {
			r.Messages().Add(messages.Debug, "hidden")
			r.Messages().Add(messages.Success, text, "big")
			return web.Redirect("/"), nil
		}
		var b strings.Builder
		for _, m := range r.Messages().Show() {
			fmt.Fprintf(&b, "[%s: %s]", m.Tags(), m)
		}
		return web.Text(b.String()), nil
	}
	for name, layers := range map[string][]web.Middleware{
		"cookie":   {middleware.Message{}.Wrap},
		"fallback": {middleware.Session{}.Wrap, middleware.Message{}.Wrap},
	} {
		t.Run(name, func(t *testing.T) {
			client := around(t, view, layers...)
			client.Get("/?say=saved")
			client.Get("/?say=twice")
			if got := client.Get("/").Body; got != "[big success: saved][big success: twice]" {
				t.Error(got)
			}
			if got := client.Get("/").Body; got != "" {
				t.Error("shown again:", got)
			}
			client.Get("/?say=" + "a&x=" + long)
			client.SetCookie("messages", "forged")
			if got := client.Get("/").Body; got != "" {
				t.Error("a forged cookie is believed:", got)
			}
		})
	}
}

func TestMessageThatDoesNotFitGoesToTheSession(t *testing.T) {
	var text strings.Builder // random enough not to be compressed
	for i := range 900 {
		fmt.Fprintf(&text, "%x", i*i*2654435761)
	}
	view := func(r *web.Request) (*web.Response, error) {
		if r.Query().Has("say") {
			r.Messages().Add(messages.Info, "small")
			r.Messages().Add(messages.Info, text.String())
			return web.Text(""), nil
		}
		return web.Text(fmt.Sprint(r.Messages().Show())), nil
	}
	client := around(t, view, middleware.Session{}.Wrap, middleware.Message{}.Wrap)
	if got := client.Get("/?say=1"); got.Status != 200 || got.Header("Set-Cookie") == "" {
		t.Error("a session that no browser would keep:", got.Status, got.Fields)
	}
	client = around(t, view, middleware.Session{Store: sessions.NewStored(caches.NewMemory(0, nil))}.Wrap, middleware.Message{}.Wrap)
	client.Get("/?say=1")
	if got := client.Get("/").Body; got != "[small "+text.String()+"]" {
		t.Error(len(got))
	}
	if got := client.Get("/").Body; got != "[]" {
		t.Error("shown again")
	}
}

func TestSSLRedirect(t *testing.T) {
	layer := middleware.Security{SSLRedirect: true, HSTS: time.Hour, HSTSSubdomains: true, HSTSPreload: true, RedirectExempt: []*regexp.Regexp{regexp.MustCompile(`^health`)}}
	view := func(*web.Request) (*web.Response, error) { return web.Text("ok"), nil }
	client := around(t, view, layer.Wrap)
	if got := client.Get("/?a=1"); got.Status != 301 || got.Header("Location") != "https://testserver/?a=1" || got.Header("Strict-Transport-Security") != "" {
		t.Error(got.Status, got.Fields)
	}
	if got := client.Get("/health/"); got.Status != 404 {
		t.Error("an exempt path:", got.Status)
	}
	client.Secure = true
	if got := client.Get("/"); got.Header("Strict-Transport-Security") != "max-age=3600; includeSubDomains; preload" {
		t.Error(got.Fields)
	}
}

func TestDisallowedUserAgent(t *testing.T) {
	layer := middleware.Common{DisallowedUserAgents: []*regexp.Regexp{regexp.MustCompile(`(?i)badbot`)}}
	client := around(t, func(*web.Request) (*web.Response, error) { return web.Text("ok"), nil }, layer.Wrap)
	for agent, status := range map[string]int{"BadBot/1": 403, "Browser": 200} {
		if got := client.Do(webtest.Request{Target: "/", Header: [][2]string{{"User-Agent", agent}}}); got.Status != status {
			t.Error(agent, got.Status)
		}
	}
}
