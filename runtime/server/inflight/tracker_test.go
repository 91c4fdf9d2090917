package inflight

import (
	"bytes"
	"context"
	"io"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

// buffer is a log that several goroutines write to.
type buffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *buffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *buffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// request is an exchange for a path.
func request(path string, body io.Reader) *gateway.Exchange {
	x := &gateway.Exchange{}
	x.Bind(nil, context.Background())
	x.Request.Method, x.Request.Path, x.Request.ID, x.Request.Body = "GET", []byte(path), "id-1", body
	x.Start = time.Now()
	return x
}

// waitsHere is a handler with a name to look for in a stack.
func waitsHere(release <-chan struct{}) { <-release }

// Ensure an overdue request is logged once, with the stack of its own goroutine,
// and that the process is reported as stuck when the handler goes on.
func TestOverdue(t *testing.T) {
	var log buffer
	release, stuck := make(chan struct{}), make(chan struct{})
	tracker := New(Config{
		Timeout: 20 * time.Millisecond, Grace: 20 * time.Millisecond, Log: slog.New(slog.NewTextHandler(&log, nil)),
		Stuck: func() { close(stuck) },
		Handler: gateway.HandlerFunc(func(x *gateway.Exchange) {
			if string(x.Request.Path) == "/stuck" {
				waitsHere(release)
			}
		}),
	})
	stop, watched := make(chan struct{}), make(chan struct{})
	go func() {
		tracker.Watch(stop)
		close(watched)
	}()
	done := make(chan struct{})
	go func() {
		tracker.Serve(request("/stuck", nil))
		close(done)
	}()
	<-stuck
	close(stop)
	<-watched // what is quick may be slow on a busy machine
	tracker.Serve(request("/quick", nil))
	if got := tracker.InFlight(); len(got) != 1 || !strings.HasPrefix(got[0], "GET /stuck ") {
		t.Errorf("in flight: %v", got)
	}
	close(release)
	<-done
	text := log.String()
	if n := strings.Count(text, "request overdue"); n != 1 {
		t.Errorf("logged %d times:\n%s", n, text)
	}
	for _, want := range []string{"path=/stuck", "id=id-1", "inflight.waitsHere", "tracker_test.go", "ignores its deadline"} {
		if !strings.Contains(text, want) {
			t.Errorf("the log lacks %q:\n%s", want, text)
		}
	}
	if strings.Contains(text, "/quick") || strings.Contains(text, "testing.tRunner") {
		t.Errorf("the log tells of others:\n%s", text)
	}
	f := tracker.Figures()
	if f.Requests != 2 || f.Timeouts != 1 || f.Busy != 0 {
		t.Errorf("figures %+v", f)
	}
}

// slowBody yields a byte, then makes its reader wait for the release.
type slowBody struct{ release <-chan struct{} }

func (b slowBody) Read(p []byte) (int, error) {
	<-b.release
	return 0, io.EOF
}

// Ensure the time that a client takes for its body does not count.
func TestSlowBodyIsNotOverdue(t *testing.T) {
	var log buffer
	release := make(chan struct{})
	tracker := New(Config{Timeout: time.Minute, Log: slog.New(slog.NewTextHandler(&log, nil)),
		Handler: gateway.HandlerFunc(func(x *gateway.Exchange) { io.Copy(io.Discard, x.Request.Body) })})
	done := make(chan struct{})
	go func() {
		tracker.Serve(request("/upload", slowBody{release}))
		close(done)
	}()
	for waiting := false; !waiting; {
		for _, e := range tracker.running() {
			e.mu.Lock()
			waiting = !e.waiting.IsZero()
			e.mu.Unlock()
		}
	}
	tracker.look(time.Now().Add(time.Hour))
	close(release)
	<-done
	if log.String() != "" {
		t.Errorf("logged: %s", log.String())
	}
}

// Ensure a panic ends a request like an answer does, and that slow ones are logged.
func TestPanicAndSlow(t *testing.T) {
	var log buffer
	tracker := New(Config{Slow: time.Nanosecond, Log: slog.New(slog.NewTextHandler(&log, nil)),
		Handler: gateway.HandlerFunc(func(x *gateway.Exchange) { panic("no") })})
	func() {
		defer func() {
			if recover() == nil {
				t.Error("the panic is swallowed")
			}
		}()
		tracker.Serve(request("/panics", nil))
	}()
	f := tracker.Figures()
	if f.Busy != 0 || f.Slow != 1 || !strings.Contains(log.String(), "slow request") || !strings.Contains(log.String(), "path=/panics") {
		t.Errorf("figures %+v, log %s", f, log.String())
	}
}

// Ensure observations fall into the bucket whose bound they do not exceed.
func TestHistogram(t *testing.T) {
	var h Histogram
	for _, d := range []time.Duration{0, 500 * time.Microsecond, 501 * time.Microsecond, 30 * time.Second, time.Hour} {
		h.Observe(d)
	}
	counts, sum := h.Read()
	if counts[0] != 2 || counts[1] != 1 || counts[14] != 1 || counts[15] != 1 || sum < 3630 || sum > 3631 {
		t.Errorf("counts %v, sum %v", counts, sum)
	}
}

func BenchmarkServe(b *testing.B) {
	tracker := New(Config{Timeout: time.Second, Log: slog.New(slog.DiscardHandler), Handler: gateway.HandlerFunc(func(*gateway.Exchange) {})})
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		x := request("/", nil)
		for pb.Next() {
			tracker.Serve(x)
		}
	})
}
