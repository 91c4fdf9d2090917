package web_test

import (
	"fmt"
	"io"
	"net/http"
	"testing"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/webtest"
)

func TestFromHTTP(t *testing.T) {
	client := one(t, web.FromHTTP(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		w.Header().Set("X-Kind", r.Method)
		w.WriteHeader(201)
		fmt.Fprintf(w, "%s %s", r.URL.RequestURI(), body)
	})))
	got := client.Do(webtest.Request{Method: "PUT", Target: "/v/?a=1", ContentType: "text/plain", Body: "hello"})
	if got.Status != 201 || got.Body != "/v/?a=1 hello" || got.Header("X-Kind") != "PUT" {
		t.Error(got.Status, got.Body, got.Fields)
	}
}

func TestHTTPMiddleware(t *testing.T) {
	layer := web.HTTPMiddleware(func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if r.URL.Query().Has("stop") {
				http.Error(w, "stopped", http.StatusTeapot)
				return
			}
			w.Header().Set("X-Outer", "yes")
			next.ServeHTTP(w, r)
		})
	})
	app := app("/", func(r *web.Request) (*web.Response, error) {
		if r.Query().Has("missing") {
			return nil, web.NotFound
		}
		p := web.Text("inner")
		p.SetCookie(web.Cookie{Name: "a", Value: "b"})
		return p, nil
	}, layer)
	tests := []struct {
		target, body, outer string
		status              int
	}{
		{"/", "inner", "yes", 200},
		{"/?stop", "stopped\n", "", 418},
	}
	for _, tt := range tests {
		got := webtest.Do(app, "GET", tt.target)
		if got.Status != tt.status || got.Body != tt.body || got.Header("X-Outer") != tt.outer {
			t.Errorf("%s: %d %q %v", tt.target, got.Status, got.Body, got.Fields)
		}
	}
	if got := webtest.Do(app, "GET", "/"); got.Header("Set-Cookie") == "" {
		t.Error("the cookie of the inner answer is gone")
	}
	if got := webtest.Do(app, "GET", "/?missing"); got.Status != 404 || got.Header("X-Outer") != "yes" {
		t.Error(got.Status)
	}
}
