package middleware_test

import (
	"regexp"
	"testing"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/middleware"
	"stackgen.dev/runtime/web/webtest"
)

// Ensure that answers carry what django-cors-headers documents: for preflights and
// others, by origin, with and without credentials.
func TestCORS(t *testing.T) {
	const app, evil = "https://app.example.com", "https://evil.example.com"
	one := middleware.CORS{Origins: []string{app, "null"}}
	preflight := [][2]string{{"Access-Control-Request-Method", "PUT"}}
	for _, tt := range []struct {
		name                 string
		cors                 middleware.CORS
		method, path, origin string
		more                 [][2]string
		body                 string // "view" where the view answered
		allow                string // Access-Control-Allow-Origin
		others               map[string]string
	}{
		{"no origin", one, "GET", "/", "", nil, "view", "", map[string]string{"Vary": "Origin"}},
		{"one that may", one, "GET", "/", app, nil, "view", app, map[string]string{"Vary": "Origin", "Access-Control-Allow-Methods": "", "Access-Control-Allow-Credentials": ""}},
		{"one that may not", one, "GET", "/", evil, nil, "view", "", map[string]string{"Vary": "Origin"}},
		{"null, which is named", one, "GET", "/", "null", nil, "view", "null", nil},
		{"another scheme", one, "GET", "/", "http://app.example.com", nil, "view", "", nil},
		{"a longer name", one, "GET", "/", app + ".evil.com", nil, "view", "", nil},
		{"a preflight", one, "OPTIONS", "/", app, preflight, "", app, map[string]string{
			"Access-Control-Allow-Methods": "DELETE, GET, OPTIONS, PATCH, POST, PUT", "Access-Control-Max-Age": "86400",
			"Access-Control-Allow-Headers": "accept, authorization, content-type, user-agent, x-csrftoken, x-requested-with"}},
		{"a preflight that may not", one, "OPTIONS", "/", evil, preflight, "", "", map[string]string{"Access-Control-Allow-Methods": ""}},
		{"OPTIONS that is no preflight", one, "OPTIONS", "/", app, nil, "view", app, map[string]string{"Access-Control-Max-Age": "86400"}},
		{"every origin", middleware.CORS{AllOrigins: true}, "GET", "/", evil, nil, "view", "*", nil},
		{"every origin with credentials", middleware.CORS{AllOrigins: true, Credentials: true}, "GET", "/", evil, nil, "view", evil, map[string]string{"Access-Control-Allow-Credentials": "true"}},
		{"an expression", middleware.CORS{OriginExpressions: []*regexp.Regexp{regexp.MustCompile(`https://\w+\.example\.com`)}}, "GET", "/", app, nil, "view", app, nil},
		{"an expression in the midst", middleware.CORS{OriginExpressions: []*regexp.Regexp{regexp.MustCompile(`https://\w+\.example\.com`)}}, "GET", "/", app + ".evil.com", nil, "view", "", nil},
		{"another path", middleware.CORS{AllOrigins: true, Paths: regexp.MustCompile(`^/api/`)}, "GET", "/", app, nil, "view", "", map[string]string{"Vary": ""}},
		{"that path", middleware.CORS{AllOrigins: true, Paths: regexp.MustCompile(`^/api/`)}, "GET", "/api/", app, nil, "view", "*", nil},
		{"what scripts may read", middleware.CORS{AllOrigins: true, Expose: []string{"ETag", "X-Total"}}, "GET", "/", app, nil, "view", "*", map[string]string{"Access-Control-Expose-Headers": "ETag, X-Total"}},
		{"methods, headers and age", middleware.CORS{AllOrigins: true, Methods: []string{"GET"}, Headers: []string{"x-own"}, PreflightAge: time.Minute}, "OPTIONS", "/", app, preflight, "", "*",
			map[string]string{"Access-Control-Allow-Methods": "GET", "Access-Control-Allow-Headers": "x-own", "Access-Control-Max-Age": "60"}},
		{"no age", middleware.CORS{AllOrigins: true, PreflightAge: -1}, "OPTIONS", "/", app, preflight, "", "*", map[string]string{"Access-Control-Max-Age": ""}},
		{"a private network", middleware.CORS{AllOrigins: true, PrivateNetwork: true}, "OPTIONS", "/", app, append([][2]string{{"Access-Control-Request-Private-Network", "true"}}, preflight...), "", "*",
			map[string]string{"Access-Control-Allow-Private-Network": "true"}},
		{"a private network that stays so", middleware.CORS{AllOrigins: true}, "OPTIONS", "/", app, append([][2]string{{"Access-Control-Request-Private-Network", "true"}}, preflight...), "", "*",
			map[string]string{"Access-Control-Allow-Private-Network": ""}},
	} {
		view := &web.View{Handler: func(*web.Request) (*web.Response, error) { return web.Text("view"), nil }}
		site, err := web.New(web.Config{Middleware: []web.Middleware{tt.cors.Wrap}, Routes: []web.Route{{Pattern: "/", View: view}, {Pattern: "/api/", View: view}}})
		if err != nil {
			t.Fatal(err)
		}
		fields := tt.more
		if tt.origin != "" {
			fields = append([][2]string{{"Origin", tt.origin}}, fields...)
		}
		p := webtest.New(site).Do(webtest.Request{Method: tt.method, Target: tt.path, Header: fields})
		if p.Status != 200 || p.Body != tt.body || p.Header("Access-Control-Allow-Origin") != tt.allow {
			t.Errorf("%s: %d %q, origin %q; want %q and %q", tt.name, p.Status, p.Body, p.Header("Access-Control-Allow-Origin"), tt.body, tt.allow)
		}
		for name, want := range tt.others {
			if got := p.Header(name); got != want {
				t.Errorf("%s: %s is %q, not %q", tt.name, name, got, want)
			}
		}
	}
}
