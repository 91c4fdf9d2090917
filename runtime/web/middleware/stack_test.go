package middleware_test

import (
	"context"
	"testing"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/middleware"
)

// stack is the usual onion.
func stack() []web.Middleware {
	return []web.Middleware{
		middleware.Security{}.Wrap, middleware.Session{}.Wrap, middleware.Common{}.Wrap,
		middleware.CSRF{}.Wrap, middleware.Message{}.Wrap, middleware.Clickjacking{}.Wrap,
	}
}

// visits serves the same anonymous request again and again.
func visits(t testing.TB) func() {
	app := site(t, stack()...)
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

func TestStackAllocations(t *testing.T) {
	if n := testing.AllocsPerRun(200, visits(t)); n > 10 {
		t.Errorf("%v allocations for an anonymous page, want at most 10", n)
	}
}

func BenchmarkStack(b *testing.B) {
	visit := visits(b)
	b.ReportAllocs()
	for b.Loop() {
		visit()
	}
}
