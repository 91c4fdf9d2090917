package websocket_test

import (
	"bufio"
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"testing"

	"stackgen.dev/runtime/server"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/websocket"
)

// serving is a view on an engine, at the address that is returned.
func serving(tb testing.TB, v websocket.View) string {
	tb.Helper()
	app, err := web.New(web.Config{
		Keys: []string{"a key of some length for the test"}, Log: slog.New(slog.DiscardHandler),
		Routes: []web.Route{{Pattern: "/", View: &web.View{Name: "chat", Handler: v.Handler()}}},
	})
	if err != nil {
		tb.Fatal(err)
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		tb.Fatal(err)
	}
	engine := server.New(server.Config{Handler: app, Log: slog.New(slog.DiscardHandler)})
	go engine.Serve(l)
	tb.Cleanup(func() { engine.Close() })
	return l.Addr().String()
}

// connect opens a WebSocket without a library.
func connect(tb testing.TB, address string) (net.Conn, *bufio.Reader) {
	tb.Helper()
	nc, err := net.Dial("tcp", address)
	if err != nil {
		tb.Fatal(err)
	}
	tb.Cleanup(func() { nc.Close() })
	io.WriteString(nc, "GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	in := bufio.NewReaderSize(nc, 256)
	if res, err := http.ReadResponse(in, nil); err != nil || res.StatusCode != 101 {
		tb.Fatalf("%v, %v", res, err)
	}
	return nc, in
}

const echoed = "\x81\x05Hello"

// exchange sends a message and reads the echo.
func exchange(tb testing.TB, nc net.Conn, in *bufio.Reader) {
	io.WriteString(nc, "\x81\x85\x00\x00\x00\x00Hello")
	b := make([]byte, len(echoed))
	if _, err := io.ReadFull(in, b); err != nil || string(b) != echoed {
		tb.Fatalf("%q, %v", b, err)
	}
}

// BenchmarkEcho is a message there and back, over a socket.
func BenchmarkEcho(b *testing.B) {
	nc, in := connect(b, serving(b, websocket.View{Serve: echo}))
	b.ReportAllocs()
	for b.Loop() {
		exchange(b, nc, in)
	}
}

// BenchmarkIdle says what a connection that has said something takes while it is silent, with its
// client's end (some 1,500 bytes), in bytes/conn.
func BenchmarkIdle(b *testing.B) {
	const connections = 2000
	address := serving(b, websocket.View{Serve: echo})
	taken := func() uint64 {
		runtime.GC()
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapInuse + m.StackInuse
	}
	before := taken()
	kept := make([]net.Conn, connections)
	for i := range kept {
		nc, in := connect(b, address)
		exchange(b, nc, in)
		kept[i] = nc
	}
	b.ReportMetric(float64(taken()-before)/connections, "bytes/conn")
	b.ReportMetric(0, "ns/op")
	runtime.KeepAlive(kept)
}
