package web_test

import (
	"errors"
	"fmt"
	"log/slog"
	"testing"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/webtest"
)

// Ensure that a site's templates answer failures, and a plain page where one fails itself.
func TestErrorTemplates(t *testing.T) {
	show := func(b []byte, _ *web.Request, c map[string]any) ([]byte, error) {
		return fmt.Appendf(b, "%v:%v", c["status"], c["exception"]), nil
	}
	app, err := web.New(web.Config{
		Log: slog.New(slog.DiscardHandler),
		Templates: map[string]web.Template{
			"404.html": show, "500.html": show,
			"403.html": func([]byte, *web.Request, map[string]any) ([]byte, error) { return nil, errors.New("broken") },
		},
		ErrorViews: map[int]web.ErrorView{
			403: web.ErrorTemplate("403.html"), 404: web.ErrorTemplate("404.html"), 500: web.ErrorTemplate("500.html"),
		},
		Routes: []web.Route{{Pattern: "/<str:what>/", View: &web.View{Handler: func(r *web.Request) (*web.Response, error) {
			switch r.Arg("what") {
			case "missing":
				return nil, web.NotFound.With("no such post")
			case "forbidden":
				return nil, web.Forbidden
			}
			return nil, errors.New("a secret")
		}}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		path, body string
		status     int
	}{
		{"/missing/", "404:no such post", 404},
		{"/a/b/c", "404:", 404},
		{"/fail/", "500:", 500},
	}
	for _, tt := range tests {
		if got := webtest.Do(app, "GET", tt.path); got.Status != tt.status || got.Body != tt.body {
			t.Errorf("%s: %d %q", tt.path, got.Status, got.Body)
		}
	}
	if got := webtest.Do(app, "GET", "/forbidden/"); got.Status != 500 || got.Header("Content-Type") != "text/html; charset=utf-8" {
		t.Error("a template that fails:", got.Status, got.Body)
	}
}
