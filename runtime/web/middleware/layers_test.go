package middleware_test

import (
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/middleware"
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
