package middleware_test

import (
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/caches"
	"stackgen.dev/runtime/web/middleware"
	"stackgen.dev/runtime/web/sessions"
	"stackgen.dev/runtime/web/webtest"
)

func TestSecurityHeaders(t *testing.T) {
	hsts := middleware.Security{HSTS: time.Hour, HSTSSubdomains: true, HSTSPreload: true}
	tests := []struct {
		name   string
		layer  middleware.Security
		secure bool
		header string
		want   string
	}{
		{"nosniff", middleware.Security{}, false, "X-Content-Type-Options", "nosniff"},
		{"referrer policy", middleware.Security{}, false, "Referrer-Policy", "same-origin"},
		{"another referrer policy", middleware.Security{ReferrerPolicy: "no-referrer"}, false, "Referrer-Policy", "no-referrer"},
		{"no referrer policy", middleware.Security{ReferrerPolicy: "off"}, false, "Referrer-Policy", ""},
		{"opener policy", middleware.Security{}, false, "Cross-Origin-Opener-Policy", "same-origin"},
		{"no HSTS unless it is asked for", middleware.Security{}, true, "Strict-Transport-Security", ""},
		{"no HSTS without TLS", hsts, false, "Strict-Transport-Security", ""},
		{"HSTS", hsts, true, "Strict-Transport-Security", "max-age=3600; includeSubDomains; preload"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client := webtest.New(site(t, tt.layer.Wrap))
			client.Secure = tt.secure
			if got := client.Get("/").Header(tt.header); got != tt.want {
				t.Errorf("%s: %q, want %q", tt.header, got, tt.want)
			}
		})
	}
}

func TestLayersLeaveWhatTheViewSet(t *testing.T) {
	view := func(*web.Request) (*web.Response, error) {
		p := web.Text("ok")
		p.SetHeader("X-Frame-Options", "SAMEORIGIN")
		p.SetHeader("Referrer-Policy", "origin")
		return p, nil
	}
	app, err := web.New(web.Config{
		Routes:     []web.Route{{Pattern: "/", View: &web.View{Handler: view}}},
		Middleware: []web.Middleware{middleware.Security{}.Wrap, middleware.Clickjacking{}.Wrap},
	})
	if err != nil {
		t.Fatal(err)
	}
	got := webtest.Do(app, "GET", "/")
	if got.Header("X-Frame-Options") != "SAMEORIGIN" || got.Header("Referrer-Policy") != "origin" {
		t.Error(got.Fields)
	}
}

func TestClickjacking(t *testing.T) {
	if got := webtest.Do(site(t, middleware.Clickjacking{}.Wrap), "GET", "/nosuch").Header("X-Frame-Options"); got != "DENY" {
		t.Error(got)
	}
}

func TestSession(t *testing.T) {
	client := webtest.New(site(t, middleware.Session{}.Wrap))
	if got := client.Get("/"); len(got.All("Set-Cookie")) > 0 || got.Header("Vary") != "" {
		t.Error("a view that does not look at the session has one:", got.Fields)
	}
	first := client.Get("/count/")
	if first.Header("Vary") != "Cookie" {
		t.Error("Vary:", first.Header("Vary"))
	}
	for _, want := range []string{"HttpOnly", "SameSite=Lax", "Max-Age=1209600", "Path=/"} {
		if !strings.Contains(first.Header("Set-Cookie"), want) {
			t.Errorf("%s lacks %s", first.Header("Set-Cookie"), want)
		}
	}
	if strings.Contains(first.Header("Set-Cookie"), "Secure") {
		t.Error("Secure without TLS")
	}
	if got := client.Get("/count/").Body; got != "||" {
		t.Error(got)
	}
	if got := client.Get("/fail/"); got.Status != 500 || len(got.All("Set-Cookie")) > 0 {
		t.Error("the session of a failure was saved:", got.Fields)
	}
	if got := client.Get("/count/").Body; got != "|||" {
		t.Error(got)
	}
	client.Get("/logout/")
	if client.Cookie("sessionid") != "" {
		t.Error("logging out leaves the cookie")
	}
	if got := client.Get("/count/").Body; got != "|" {
		t.Error(got)
	}
}

// Ensure that a session's own age comes before the site's word that sessions end
// with the browser: "remember me".
func TestSessionRemembered(t *testing.T) {
	remember := func(next web.Handler) web.Handler {
		return func(r *web.Request) (*web.Response, error) {
			if r.Path() == "/count/" {
				r.Session().SetExpiry(time.Hour)
			}
			return next(r)
		}
	}
	for _, tt := range []struct {
		path, want string
		there      bool
	}{{"/count/", "Max-Age=3600", true}, {"/forget/", "Max-Age", false}} {
		app, err := web.New(web.Config{
			Keys:       []string{"a key for tests"},
			Routes:     []web.Route{{Pattern: "/count/", View: &web.View{Handler: count}}, {Pattern: "/forget/", View: &web.View{Handler: count}}},
			Middleware: []web.Middleware{middleware.Session{ExpireAtClose: true}.Wrap, remember},
		})
		if err != nil {
			t.Fatal(err)
		}
		if got := webtest.New(app).Get(tt.path).Header("Set-Cookie"); strings.Contains(got, tt.want) != tt.there {
			t.Errorf("%s: %s", tt.path, got)
		}
	}
}

// Ensure that saving with every request keeps the sessions that there are, and
// makes none for a key that is nobody's.
func TestSessionSaveEveryRequest(t *testing.T) {
	store := sessions.NewStored(caches.NewMemory(0, nil))
	client := webtest.New(site(t, middleware.Session{Store: store, SaveEveryRequest: true}.Wrap))
	if got := client.Get("/"); got.Header("Set-Cookie") != "" || got.Header("Vary") != "" {
		t.Error("without a session:", got.Fields)
	}
	client.SetCookie("sessionid", "abcdefghabcdefghabcdefghabcdefgh")
	if got := client.Get("/").Header("Set-Cookie"); !strings.HasPrefix(got, "sessionid=;") {
		t.Error("a key that is nobody's:", got)
	}
	client.Get("/count/")
	if got := client.Get("/").Header("Set-Cookie"); !strings.Contains(got, "Max-Age=1209600") {
		t.Error("a session that is there:", got)
	}
}

func TestSessionCookieIsSecureUnderTLS(t *testing.T) {
	client := webtest.New(site(t, middleware.Session{}.Wrap))
	client.Secure = true
	if got := client.Get("/count/").Header("Set-Cookie"); !strings.HasSuffix(got, "; Secure") {
		t.Error(got)
	}
}

func TestForgedSessionCookieIsDropped(t *testing.T) {
	client := webtest.New(site(t, middleware.Session{}.Wrap))
	client.SetCookie("sessionid", "eyJuIjo5fQ:1w1QcI:forged")
	if got := client.Get("/count/").Body; got != "|" {
		t.Error(got)
	}
}
