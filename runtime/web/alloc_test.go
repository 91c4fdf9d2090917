package web_test

import (
	"context"
	"testing"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/web"
)

// exchange is a request as an engine keeps it, to be served again and again.
func exchange(path string) *gateway.Exchange {
	x := new(gateway.Exchange)
	x.Bind(nil, context.Background())
	refill(x, path)
	return x
}

func refill(x *gateway.Exchange, path string) {
	x.Request.Method, x.Request.Path = "GET", []byte(path)
	x.Request.Host, x.Request.Scheme = []byte("testserver"), "http"
}

func serveAllocs(t *testing.T, view web.Handler, path string, layers ...web.Middleware) float64 {
	t.Helper()
	app, err := web.New(web.Config{
		Routes: []web.Route{
			{Pattern: "/", View: &web.View{Handler: view, Methods: []string{"GET"}}},
			{Pattern: "/posts/<slug:slug>/", View: &web.View{Handler: view}},
		},
		Middleware: layers,
	})
	if err != nil {
		t.Fatal(err)
	}
	x := exchange(path)
	body := x.Request.Path
	return testing.AllocsPerRun(200, func() {
		x.Request.Path = body
		x.Request.Method = "GET"
		app.Serve(x)
		x.Finish()
	})
}

func TestAllocations(t *testing.T) {
	text := func(*web.Request) (*web.Response, error) { return web.Text("Hello"), nil }
	page := func(r *web.Request) (*web.Response, error) {
		return r.Page("hello.html", nil, hello)
	}
	pass := func(next web.Handler) web.Handler {
		return func(r *web.Request) (*web.Response, error) { return next(r) }
	}
	tests := []struct {
		name   string
		view   web.Handler
		path   string
		layers []web.Middleware
		most   float64
	}{
		{"text", text, "/", nil, 1},
		{"page", page, "/", nil, 0},
		{"page behind five layers", page, "/", []web.Middleware{pass, pass, pass, pass, pass}, 0},
		{"capture", func(r *web.Request) (*web.Response, error) {
			if r.Arg("slug") != "a" {
				t.Error(r.Arg("slug"))
			}
			return r.Page("hello.html", nil, hello)
		}, "/posts/a/", nil, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := serveAllocs(t, tt.view, tt.path, tt.layers...); got > tt.most {
				t.Errorf("%v allocations, want at most %v", got, tt.most)
			}
		})
	}
}

func hello(b []byte, _ *web.Request) ([]byte, error) { return append(b, "<p>Hello</p>"...), nil }

func BenchmarkText(b *testing.B) {
	app, err := web.New(web.Config{Routes: []web.Route{{Pattern: "/", View: &web.View{
		Handler: func(*web.Request) (*web.Response, error) { return web.Text("Hello"), nil }}}}})
	if err != nil {
		b.Fatal(err)
	}
	x := exchange("/")
	path := x.Request.Path
	b.ReportAllocs()
	for b.Loop() {
		x.Request.Path, x.Request.Method = path, "GET"
		app.Serve(x)
		x.Finish()
	}
}
