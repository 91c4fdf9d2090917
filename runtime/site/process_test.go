package site

import (
	"bufio"
	"log/slog"
	"net"
	"net/http"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/server"
	"stackgen.dev/runtime/server/supervisor"
)

// patience bounds every wait of the tests.
const patience = time.Minute

// serving serves on a socket until the test ends.
func serving(t *testing.T, config server.Config, network, address string) net.Addr {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	engine := server.New(config)
	done := make(chan error, 1)
	go func() { done <- engine.Serve(l) }()
	t.Cleanup(func() {
		engine.Close()
		<-done
	})
	return l.Addr()
}

// behindProxy is the address of a proxy process with one worker process, in
// this one.
func behindProxy(t *testing.T, app gateway.HandlerFunc) string {
	t.Helper()
	s := &settings{log: slog.New(slog.DiscardHandler)}
	s.Workers.Timeout = patience
	socket := filepath.Join(t.TempDir(), "w")
	serving(t, s.workerEngine(app), "unix", socket)
	workers, err := proxy.NewUpstream(proxy.UpstreamConfig{Name: "workers", Workers: true})
	if err != nil {
		t.Fatal(err)
	}
	lists, quit := make(chan supervisor.WorkerList, 1), make(chan struct{})
	lists <- supervisor.WorkerList{Addresses: []string{"unix:" + socket}}
	beside := s.follow(workers, lists, func(supervisor.WorkerList) {}, quit) // the list is in use from here on
	front, err := proxy.New(proxy.Config{Hosts: []string{"*"}, App: workers, Locations: []proxy.Location{{Path: "/", Action: proxy.Forward{App: true}}}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		close(quit)
		beside() // ends with the process
		front.Close()
	})
	return serving(t, s.engine(front), "tcp", "127.0.0.1:0").String()
}

// What the proxy process lets pass, a worker reads: its own additions, and an
// encoding that makes the target longer, never turn a good request into a bad one.
func TestWorkersReadWhatTheProxyPasses(t *testing.T) {
	address := behindProxy(t, func(x *gateway.Exchange) { x.Response.Text("hello") })
	const line, host = "GET / HTTP/1.1\r\n", "Host: a.example\r\n"
	tests := []struct {
		name, head string
		status     int
	}{
		{"as many fields as there may be", line + host + strings.Repeat("X-A: b\r\n", 99), 200},
		{"one more", line + host + strings.Repeat("X-A: b\r\n", 100), 431},
		{"a head as large as it may be", line + host + "X-A: " + strings.Repeat("b", 16<<10-len(line+host+"X-A: \r\n\r\n")) + "\r\n", 200},
		{"a path that is encoded", "GET /" + strings.Repeat("\xc3\xa4", 8000) + " HTTP/1.1\r\n" + host, 200},
		{"a query that is encoded", "GET /?" + strings.Repeat("\xff", 16000) + " HTTP/1.1\r\n" + host, 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c, err := net.Dial("tcp", address)
			if err != nil {
				t.Fatal(err)
			}
			defer c.Close()
			c.SetDeadline(time.Now().Add(patience))
			if _, err := c.Write([]byte(tt.head + "\r\n")); err != nil {
				t.Fatal(err)
			}
			res, err := http.ReadResponse(bufio.NewReader(c), nil)
			if err != nil {
				t.Fatal(err)
			}
			res.Body.Close()
			if res.StatusCode != tt.status {
				t.Errorf("status %d, want %d", res.StatusCode, tt.status)
			}
		})
	}
}

// A proxy process that serves has its workers: one that begins before it knows
// them would answer 503.
func TestFollowWaitsForTheFirstWorkers(t *testing.T) {
	address := behindProxy(t, func(x *gateway.Exchange) { x.Response.Text("hello") })
	res, err := (&http.Client{Timeout: patience}).Get("http://" + address)
	if err != nil {
		t.Fatal(err)
	}
	res.Body.Close()
	if res.StatusCode != 200 {
		t.Errorf("status %d", res.StatusCode)
	}
}
