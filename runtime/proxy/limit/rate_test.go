package limit_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/proxy/limit"
	"stackgen.dev/runtime/proxy/proxytest"
)

func hello(x *gateway.Exchange) { x.Response.Text("hello") }

// Ensure that a rate and its burst are held to, request by request, as time goes by.
func TestRate(t *testing.T) {
	for _, tt := range []struct {
		name  string
		limit limit.Rate
		// steps are moments after the first request, and what each gets.
		steps string
		want  string
	}{
		{"one a second", limit.Rate{Requests: 1, Per: time.Second}, "0ms 0ms 999ms 1s 1s 2s", "200 429 429 200 429 200"},
		{"two a second are evenly spread", limit.Rate{Requests: 2, Per: time.Second}, "0ms 0ms 500ms 500ms 1s", "200 429 200 429 200"},
		{"a burst of two", limit.Rate{Requests: 1, Per: time.Second, Burst: 2}, "0s 0s 0s 0s 1s 1s", "200 200 200 429 200 429"},
		{"a burst fills again", limit.Rate{Requests: 1, Per: time.Second, Burst: 2}, "0s 0s 0s 3s 3s 3s 3s", "200 200 200 200 200 200 429"},
		{"refused requests do not count", limit.Rate{Requests: 1, Per: time.Second}, "0s 0s 0s 0s 0s 1s", "200 429 429 429 429 200"},
		{"thirty a minute", limit.Rate{Requests: 30, Per: time.Minute}, "0s 1s 2s 3s 4s", "200 429 200 429 200"},
		{"a clock that is set back locks nobody out", limit.Rate{Requests: 1, Per: time.Second}, "1h 0s 0s 1s", "200 200 429 200"},
		{"a dry run refuses nobody", limit.Rate{Requests: 1, Per: time.Second, DryRun: true}, "0s 0s 0s", "200 200 200"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			clock := proxytest.NewClock()
			begin := clock.T
			p := proxytest.New(t, clock, hello, tt.limit)
			var got []string
			for _, step := range strings.Fields(tt.steps) {
				d, err := time.ParseDuration(step)
				if err != nil {
					t.Fatal(err)
				}
				clock.T = begin.Add(d)
				got = append(got, fmt.Sprint(proxytest.Ask(t, p, "GET /").Status))
			}
			if s := strings.Join(got, " "); s != tt.want {
				t.Errorf("got %s, want %s", s, tt.want)
			}
		})
	}
}

// Ensure that who is refused hears when to come again, rounded up.
func TestRetryAfter(t *testing.T) {
	clock := proxytest.NewClock()
	p := proxytest.New(t, clock, hello, limit.Rate{Requests: 1, Per: 10 * time.Second})
	proxytest.Ask(t, p, "GET /")
	clock.Advance(1500 * time.Millisecond)
	if a := proxytest.Ask(t, p, "GET /"); a.Status != 429 || a.Field("Retry-After") != "9" {
		t.Errorf("status %d, Retry-After %q", a.Status, a.Field("Retry-After"))
	}
}

// Ensure that each key counts by itself, and what counts as one key.
func TestRateKeys(t *testing.T) {
	header := proxy.Template{{Attr: "request.header.X-Key"}}
	for _, tt := range []struct {
		name        string
		key         proxy.Template
		first, next []string
		want        int
	}{
		{"the same address", nil, nil, nil, 429},
		{"another address", nil, nil, []string{"From: 192.0.2.9"}, 200},
		{"IPv6 of the same /64", nil, []string{"From: 2001:db8:1:2::1"}, []string{"From: 2001:db8:1:2:ffff::9"}, 429},
		{"IPv6 of another /64", nil, []string{"From: 2001:db8:1:2::1"}, []string{"From: 2001:db8:1:3::1"}, 200},
		{"IPv4 within IPv6 is IPv4", nil, []string{"From: ::ffff:192.0.2.5"}, []string{"From: 192.0.2.5"}, 429},
		{"the address named", proxy.Template{{Attr: proxy.ClientAddress}}, []string{"From: 2001:db8::1"}, []string{"From: 2001:db8::2"}, 429},
		{"the same header", header, []string{"X-Key: a"}, []string{"X-Key: a", "From: 192.0.2.9"}, 429},
		{"another header", header, []string{"X-Key: a"}, []string{"X-Key: b"}, 200},
		{"without the header", header, nil, nil, 200},
		{"the same cookie", proxy.Template{{Attr: "request.cookie.id"}}, []string{"Cookie: x=1; id=7"}, []string{"Cookie: id=7"}, 429},
		{"another cookie", proxy.Template{{Attr: "request.cookie.id"}}, []string{"Cookie: id=7"}, []string{"Cookie: xid=7; id=8"}, 200},
		{"two parts", proxy.Template{{Attr: "request.host"}, {Text: " "}, {Attr: "request.header.X-Key"}}, []string{"Host: A.example:80", "X-Key: k"}, []string{"Host: a.example", "X-Key: k"}, 429},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := proxytest.New(t, proxytest.NewClock(), hello, limit.Rate{Requests: 1, Per: time.Hour, Key: tt.key})
			proxytest.Ask(t, p, "GET /", tt.first...)
			if got := proxytest.Ask(t, p, "GET /", tt.next...).Status; got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

// Ensure that memory stays bounded whatever keys come, and that those who were
// pushed out are let in and not locked out.
func TestRateIsBounded(t *testing.T) {
	clock := proxytest.NewClock()
	p := proxytest.New(t, clock, hello, limit.Rate{Requests: 1, Per: time.Hour, Keys: 64})
	for i := range 10_000 {
		from := fmt.Sprintf("From: 10.%d.%d.%d", i>>16&255, i>>8&255, i&255)
		if got := proxytest.Ask(t, p, "GET /", from).Status; got != 200 {
			t.Fatalf("new key %d got %d", i, got)
		}
	}
}

// Ensure that many goroutines together get exactly what the limit allows.
func TestRateTogether(t *testing.T) {
	p := proxytest.New(t, proxytest.NewClock(), hello, limit.Rate{Requests: 1, Per: time.Hour, Burst: 99})
	var served atomic.Int64
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			for range 100 {
				if proxytest.Ask(t, p, "GET /").Status == 200 {
					served.Add(1)
				}
			}
		})
	}
	all.Wait()
	if got := served.Load(); got != 100 {
		t.Errorf("%d requests were served, want 100", got)
	}
}

// Ensure that the state outlives the process, holds for two of them together, and
// that a file which is none of ours is put away.
func TestRateIsKept(t *testing.T) {
	clock := proxytest.NewClock()
	data := t.TempDir()
	config := proxy.Config{Data: data, App: gateway.HandlerFunc(hello), Locations: []proxy.Location{
		{Path: "/", Action: proxy.Forward{App: true}, Layers: []proxy.Layer{limit.Rate{Name: "a/../b", Requests: 2, Per: time.Hour, Burst: 1}}},
	}}
	path := filepath.Join(data, "limits", "a_.._b.rate")
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	first := proxytest.NewConfig(t, clock, config)
	second := proxytest.NewConfig(t, clock, config)
	a, b := proxytest.Ask(t, first, "GET /").Status, proxytest.Ask(t, second, "GET /").Status
	first.Close()
	third := proxytest.NewConfig(t, clock, config)
	if c := proxytest.Ask(t, third, "GET /").Status; a != 200 || b != 200 || c != 429 {
		t.Errorf("got %d, %d and after a restart %d", a, b, c)
	}
}

// Ensure that a burst with delay is served at the rate.
func TestRateDelays(t *testing.T) {
	p := proxytest.New(t, nil, hello, limit.Rate{Requests: 50, Per: time.Second, Burst: 5, Delay: true})
	begin := time.Now()
	for range 5 {
		if got := proxytest.Ask(t, p, "GET /").Status; got != 200 {
			t.Fatalf("got %d", got)
		}
	}
	if took := time.Since(begin); took < 60*time.Millisecond {
		t.Errorf("five requests at fifty a second were answered within %s", took)
	}
}

// Ensure that whatever the order of requests, none beyond the rate is served in any window.
func TestRateRandomly(t *testing.T) {
	clock := proxytest.NewClock()
	const burst, gap = 3, 100 * time.Millisecond
	p := proxytest.New(t, clock, hello, limit.Rate{Requests: 10, Per: time.Second, Burst: burst})
	var served []time.Time
	for range 2000 {
		clock.Advance(time.Duration(rand.IntN(60)) * time.Millisecond)
		if proxytest.Ask(t, p, "GET /").Status == 200 {
			served = append(served, clock.T)
		}
	}
	for i := range served {
		for j := i; j < len(served); j++ {
			if most := int(served[j].Sub(served[i])/gap) + burst + 1; j-i+1 > most {
				t.Fatalf("%d requests within %s, at most %d", j-i+1, served[j].Sub(served[i]), most)
			}
		}
	}
	if len(served) < 500 {
		t.Errorf("only %d were served", len(served))
	}
}

// Ensure that a limit on what runs at a time counts what runs, and forgets what is over.
func TestConn(t *testing.T) {
	p := proxytest.New(t, nil, hello, limit.Conn{Connections: 2})
	first, second, third := proxytest.Request(t, "GET /"), proxytest.Request(t, "GET /"), proxytest.Request(t, "GET /")
	p.Serve(first)
	p.Serve(second)
	p.Serve(third)
	if first.Response.Status != 0 || second.Response.Status != 0 || third.Response.Status != 429 {
		t.Errorf("got %d, %d, %d", first.Response.Status, second.Response.Status, third.Response.Status)
	}
	if got := proxytest.Ask(t, p, "GET /", "From: 192.0.2.9").Status; got != 200 {
		t.Errorf("another client got %d", got)
	}
	third.Finish()
	first.Finish()
	if got := proxytest.Ask(t, p, "GET /").Status; got != 200 {
		t.Errorf("after one was over: %d", got)
	}
}

// Ensure that a body of every kind arrives whole, and no faster than it may.
func TestBandwidth(t *testing.T) {
	text := strings.Repeat("0123456789", 300)
	file := filepath.Join(t.TempDir(), "f")
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, describe := range map[string]func(x *gateway.Exchange){
		"bytes":  func(x *gateway.Exchange) { x.Response.Text(text) },
		"reader": func(x *gateway.Exchange) { x.Response.Reader(strings.NewReader(text), int64(len(text))) },
		"stream": func(x *gateway.Exchange) {
			x.Response.Stream(func(w gateway.BodyWriter) error { _, err := w.Write([]byte(text)); return err })
		},
		"file": func(x *gateway.Exchange) {
			f, err := os.Open(file)
			if err != nil {
				t.Error(err)
			}
			x.Response.File(f, 0, int64(len(text)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			p := proxytest.New(t, nil, describe, limit.Bandwidth{Rate: 10_000, After: 1000})
			begin := time.Now()
			a := proxytest.Ask(t, p, "GET /")
			if a.Body != text || a.Err != nil {
				t.Errorf("the body has %d bytes, %v", len(a.Body), a.Err)
			}
			if took := time.Since(begin); took < 90*time.Millisecond {
				t.Errorf("2000 bytes beyond the first 1000 at 10000 a second took %s", took)
			}
		})
	}
}

// Ensure that what cannot be is refused at the start.
func TestRefused(t *testing.T) {
	for _, layer := range []proxy.Layer{
		limit.Rate{}, limit.Rate{Requests: 1, Per: time.Second, Burst: -1}, limit.Rate{Requests: 1, Per: time.Second, Key: proxy.Template{{Attr: "request.nothing"}}},
		limit.Rate{Requests: 1 << 40, Per: time.Second}, limit.Conn{}, limit.Bandwidth{},
	} {
		if _, err := proxy.New(proxy.Config{App: gateway.HandlerFunc(hello), Locations: []proxy.Location{
			{Path: "/", Action: proxy.Forward{App: true}, Layers: []proxy.Layer{layer}}}}); err == nil {
			t.Errorf("%+v is accepted", layer)
		}
	}
}

func BenchmarkRate(b *testing.B) {
	p := proxytest.New(b, nil, hello, limit.Rate{Requests: 1e9, Per: time.Second, Burst: 1e6})
	x := proxytest.Request(b, "GET /")
	b.ReportAllocs()
	for b.Loop() {
		p.Serve(x)
		x.Response.Reset()
	}
}

// Ensure that a clock that jumps locks nobody out, and lets nobody in for long: what is known
// of the time before counts only as far as the rate goes.
func TestClockJumps(t *testing.T) {
	for name, jump := range map[string]time.Duration{"back": -time.Hour, "ahead": time.Hour} {
		t.Run(name, func(t *testing.T) {
			clock := proxytest.NewClock()
			p := proxytest.New(t, clock, hello, limit.Rate{Name: "jump", Requests: 1, Per: time.Minute, Burst: 1})
			statuses := func() (got []int) {
				for range 3 {
					got = append(got, proxytest.Ask(t, p, "GET /").Status)
				}
				return got
			}
			if got := statuses(); !slices.Equal(got, []int{200, 200, 429}) {
				t.Errorf("before: %v", got)
			}
			clock.Advance(jump)
			if got := statuses(); got[0] != 200 || got[2] != 429 {
				t.Errorf("after: %v", got)
			}
			clock.Advance(-jump)
			if got := statuses(); got[2] != 429 {
				t.Errorf("and back: %v", got)
			}
			clock.Advance(2 * time.Minute)
			if got := proxytest.Ask(t, p, "GET /").Status; got != 200 {
				t.Errorf("two minutes later: %d", got)
			}
		})
	}
}
