package middleware_test

import (
	"fmt"
	"io"
	"log/slog"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/caches"
	"stackgen.dev/runtime/web/middleware"
	"stackgen.dev/runtime/web/sessions"
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

// FuzzCSRF: a post gets through with the token that belongs to its cookie, and else 403; never anything else.
func FuzzCSRF(f *testing.F) {
	const secret = "abcdefghijklmnopqrstuvwxyz012345"
	f.Add(secret, secret, "", "", "", false)
	f.Add(secret, "", "csrfmiddlewaretoken="+secret, "http://testserver", "", false)
	f.Add("x", strings.Repeat("a", 64), "csrfmiddlewaretoken=%ff", "null", "http://[", true)
	f.Add(strings.Repeat("a", 64), "é", "", "https://testserver", "https://testserver/", true)
	app, err := web.New(web.Config{
		Keys: []string{"k"}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Middleware: []web.Middleware{middleware.CSRF{TrustedOrigins: []string{"https://*.example.com"}}.Wrap},
		Routes: []web.Route{{Pattern: "/", View: &web.View{Handler: func(*web.Request) (*web.Response, error) { return web.Text("in"), nil }}}},
	})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, cookie, token, body, from, referer string, secure bool) {
		c := webtest.New(app)
		c.Secure = secure
		r := webtest.Request{Method: "POST", Target: "/", ContentType: "application/x-www-form-urlencoded", Body: body}
		for _, field := range [][2]string{{"Cookie", "csrftoken=" + cookie}, {"X-CSRFToken", token}, {"Origin", from}, {"Referer", referer}} {
			if value := sendable(field[1]); value != "" {
				r.Header = append(r.Header, [2]string{field[0], value})
			}
		}
		got := c.Do(r)
		if got.Status != 200 && got.Status != 403 && got.Status != 400 {
			t.Fatalf("%d", got.Status)
		}
		if got.Status == 200 && (len(cookie) < 32 || len(token) < 32 && !strings.Contains(body, "csrfmiddlewaretoken=")) {
			t.Errorf("cookie %q, token %q, body %q got through", cookie, token, body)
		}
	})
}

// FuzzSession: a session cookie that the site did not make is no session, and its view runs as for a stranger.
func FuzzSession(f *testing.F) {
	for _, seed := range []string{"", "x", strings.Repeat("a", 32), "eyJhIjoxfQ:1tXyZ:abc", ".eJw:1:2", "a:b:c:d", strings.Repeat("é", 40), "\"x\"", "%00"} {
		f.Add(seed)
	}
	var apps []*web.App
	for _, store := range []sessions.Store{sessions.NewSignedCookie([]string{"k"}, time.Hour), sessions.NewStored(caches.NewMemory(0, nil))} {
		app, err := web.New(web.Config{
			Keys: []string{"k"}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Middleware: []web.Middleware{middleware.Session{Store: store}.Wrap},
			Routes: []web.Route{{Pattern: "/", View: &web.View{Handler: func(r *web.Request) (*web.Response, error) {
				if names := r.Session().Names(); len(names) > 0 {
					return nil, fmt.Errorf("the cookie %q is a session: %v", r.Cookie("sessionid"), names)
				}
				r.Session().Set("seen", true)
				return web.Text("in"), nil
			}}}},
		})
		if err != nil {
			f.Fatal(err)
		}
		apps = append(apps, app)
	}
	f.Fuzz(func(t *testing.T, cookie string) {
		for _, app := range apps {
			got := webtest.New(app).Do(webtest.Request{Target: "/", Header: [][2]string{{"Cookie", "sessionid=" + sendable(cookie)}}})
			if got.Status != 200 {
				t.Errorf("%q: %d", cookie, got.Status)
			}
		}
	})
}
