package auth_test

import (
	"context"
	"log/slog"
	"testing"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/auth"
	"stackgen.dev/runtime/web/middleware"
)

// visits serves the same anonymous page again and again, through the usual
// onion with users, or bare.
func visits(t testing.TB, layers ...web.Middleware) func() {
	page := &web.View{Handler: func(r *web.Request) (*web.Response, error) { return r.Text("hello"), nil }}
	app, err := web.New(web.Config{
		Keys: []string{"a key for tests"}, Log: slog.New(slog.DiscardHandler), Middleware: layers, Routes: []web.Route{{Pattern: "/", View: page}},
	})
	if err != nil {
		t.Fatal(err)
	}
	x := new(gateway.Exchange)
	x.Bind(nil, context.Background())
	return func() {
		x.Request.Method, x.Request.Path, x.Request.Scheme = "GET", []byte("/"), "http"
		x.Request.Host = []byte("testserver")
		x.Request.Header.Add("Host", "testserver")
		x.Request.Header.Add("Accept", "*/*")
		app.Serve(x)
		x.Finish()
	}
}

func stack() []web.Middleware {
	return []web.Middleware{
		middleware.Security{}.Wrap, middleware.Session{}.Wrap, middleware.Common{}.Wrap, middleware.CSRF{}.Wrap,
		auth.New(auth.Layer{}).Wrap, middleware.Message{}.Wrap, middleware.Clickjacking{}.Wrap,
	}
}

// Ensure that the onion costs an anonymous page at most ten allocations over the bare answer.
func TestStackAllocations(t *testing.T) {
	bare, whole := testing.AllocsPerRun(200, visits(t)), testing.AllocsPerRun(200, visits(t, stack()...))
	if whole-bare > 10 {
		t.Errorf("%v allocations with the layers, %v without", whole, bare)
	}
}

func BenchmarkBare(b *testing.B) { benchmark(b, visits(b)) }

func BenchmarkStack(b *testing.B) { benchmark(b, visits(b, stack()...)) }

func benchmark(b *testing.B, visit func()) {
	b.ReportAllocs()
	for b.Loop() {
		visit()
	}
}
