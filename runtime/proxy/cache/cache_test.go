package cache_test

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/proxy/cache"
	"stackgen.dev/runtime/proxy/proxytest"
)

// Ensure that conditional and range requests are answered from what is kept, and
// that the origin is asked for the whole.
func TestPartsOfWhatIsKept(t *testing.T) {
	for _, warm := range []bool{true, false} {
		for _, tt := range []struct {
			name, fields string
			status       int
			body, field  string
		}{
			{"the whole", "", 200, "body 1", "Content-Type=text/plain"},
			{"If-None-Match that matches", `If-None-Match: "a"`, 304, "", `ETag="a"`},
			{"a weak one", `If-None-Match: W/"a"`, 304, "", ""},
			{"If-None-Match that does not", `If-None-Match: "b"`, 200, "body 1", ""},
			{"If-Modified-Since", "If-Modified-Since: Sat, 14 Mar 2026 02:00:00 GMT", 304, "", ""},
			{"If-Match that does not", `If-Match: "b"`, 412, "", ""},
			{"a part", "Range: bytes=0-3", 206, "body", "Content-Range=bytes 0-3/6"},
			{"the end", "Range: bytes=-1", 206, "1", "Content-Range=bytes 5-5/6"},
			{"If-Range that matches", "Range: bytes=0-3 | If-Range: \"a\"", 206, "body", ""},
			{"If-Range that does not", "Range: bytes=0-3 | If-Range: \"b\"", 200, "body 1", ""},
			{"beyond the end", "Range: bytes=9-", 416, "", "Content-Range=bytes */6"},
		} {
			t.Run(fmt.Sprintf("%s, warm: %v", tt.name, warm), func(t *testing.T) {
				o, p := setUp(t, cache.Cache{}, `200 ETag: "a" | Last-Modified: Sat, 14 Mar 2026 02:00:00 GMT | Content-Type: text/plain | Cache-Control: max-age=60`)
				if warm {
					proxytest.Ask(t, p, "GET /a")
				}
				var fields []string
				if tt.fields != "" {
					fields = strings.Split(tt.fields, " | ")
				}
				a := proxytest.Ask(t, p, "GET /a", fields...)
				if a.Status != tt.status || tt.status < 300 && a.Body != tt.body {
					t.Errorf("got %d %q", a.Status, a.Body)
				}
				if name, value, ok := strings.Cut(tt.field, "="); ok && a.Field(name) != value {
					t.Errorf("%s is %q", name, a.Field(name))
				}
				if o.asked != 1 || o.last != "GET inm= ims= range=" {
					t.Errorf("the origin was asked %d times, at last with %s", o.asked, o.last)
				}
			})
		}
	}
}

// Ensure that of many who want the same one asks, whatever kind the body is.
func TestCollapsing(t *testing.T) {
	for _, kind := range []string{"bytes", "reader", "stream"} {
		t.Run(kind, func(t *testing.T) {
			var asked atomic.Int64
			release := make(chan struct{})
			p := proxytest.New(t, nil, func(x *gateway.Exchange) {
				asked.Add(1)
				<-release
				x.Response.Header.Add("Cache-Control", "max-age=60")
				switch kind {
				case "bytes":
					x.Response.Text("hello")
				case "reader":
					x.Response.Reader(strings.NewReader("hello"), 5)
				case "stream":
					x.Response.Stream(func(w gateway.BodyWriter) error { _, err := io.WriteString(w, "hello"); return err })
				}
			}, cache.Cache{})
			var all sync.WaitGroup
			for range 20 {
				all.Go(func() {
					if a := proxytest.Ask(t, p, "GET /a"); a.Body != "hello" || a.Err != nil {
						t.Errorf("got %q, %v", a.Body, a.Err)
					}
				})
			}
			for asked.Load() == 0 {
				time.Sleep(time.Millisecond)
			}
			close(release)
			all.Wait()
			if n := asked.Load(); n != 1 {
				t.Errorf("the origin was asked %d times", n)
			}
		})
	}
}

// Ensure that those who wait for an origin that fails are told so by its one answer, which is not kept, and
// that who comes next waits for the next answer: a few requests reach it, however many there are.
func TestAFailingOriginIsAskedByFew(t *testing.T) {
	for name, describe := range map[string]gateway.HandlerFunc{
		"bytes":  func(x *gateway.Exchange) { x.Response.Text("out of order") },
		"reader": func(x *gateway.Exchange) { x.Response.Reader(strings.NewReader("out of order"), 12) },
		"stream": func(x *gateway.Exchange) {
			x.Response.Stream(func(w gateway.BodyWriter) error { _, err := io.WriteString(w, "out of order"); return err })
		},
	} {
		t.Run(name, func(t *testing.T) {
			var asked, come atomic.Int64
			const clients, rounds = 20, 3
			p := proxytest.New(t, nil, func(x *gateway.Exchange) {
				asked.Add(1)
				for come.Load()%clients != 0 {
					time.Sleep(time.Millisecond)
				}
				time.Sleep(50 * time.Millisecond) // what has come may take a moment to wait
				x.Response.Status = 503
				x.Response.Header.Add("Retry-After", "7")
				describe(x)
			}, cache.Cache{LockTimeout: time.Minute})
			for range rounds {
				var all sync.WaitGroup
				for range clients {
					all.Go(func() {
						come.Add(1)
						a := proxytest.Ask(t, p, "GET /a")
						if a.Status != 503 || a.Body != "out of order" || a.Field("Retry-After") != "7" || a.Field("Age") != "" || a.Err != nil {
							t.Errorf("got %d %q, Retry-After %q, Age %q, %v", a.Status, a.Body, a.Field("Retry-After"), a.Field("Age"), a.Err)
						}
					})
				}
				all.Wait()
			}
			// Who comes when an answer has just been given out asks for the next.
			if n := asked.Load(); n < rounds || n > rounds*clients/2 {
				t.Errorf("the origin was asked %d times by %d clients", n, rounds*clients)
			}
		})
	}
}

// Ensure that an error which may be somebody's own is nobody else's.
func TestErrorsOfOneUserAreNotShared(t *testing.T) {
	for name, ask := range map[string]struct {
		fields []string
		answer func(x *gateway.Exchange)
	}{
		"cookie":        {[]string{"Cookie: a=b"}, func(*gateway.Exchange) {}},
		"authorization": {[]string{"Authorization: Basic x"}, func(*gateway.Exchange) {}},
		"private":       {nil, func(x *gateway.Exchange) { x.Response.Header.Add("Cache-Control", "private") }},
		"no-store":      {nil, func(x *gateway.Exchange) { x.Response.Header.Add("Cache-Control", "no-store") }},
		"set-cookie":    {nil, func(x *gateway.Exchange) { x.Response.Header.Add("Set-Cookie", "a=b") }},
		"vary":          {nil, func(x *gateway.Exchange) { x.Response.Header.Add("Vary", "*") }},
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int64
			p := proxytest.New(t, nil, func(x *gateway.Exchange) {
				n := asked.Add(1)
				x.Response.Status = 500
				ask.answer(x)
				x.Response.Bytes(fmt.Appendf(nil, "error %d", n))
			}, cache.Cache{LockTimeout: time.Minute})
			var all sync.WaitGroup
			var seen sync.Map
			for range 10 {
				all.Go(func() {
					a := proxytest.Ask(t, p, "GET /a", ask.fields...)
					if _, twice := seen.LoadOrStore(a.Body, true); twice || a.Status != 500 {
						t.Errorf("%d %q is another one's", a.Status, a.Body)
					}
				})
			}
			all.Wait()
		})
	}
}

// Ensure that nobody waits for what is not kept: not for a private answer, not for
// one that breaks off, not for one that panics.
func TestNobodyWaitsInVain(t *testing.T) {
	for name, describe := range map[string]gateway.HandlerFunc{
		"private": func(x *gateway.Exchange) { x.Response.Header.Add("Cache-Control", "private"); x.Response.Text("mine") },
		"broken off": func(x *gateway.Exchange) {
			x.Response.Header.Add("Cache-Control", "max-age=60")
			x.Response.Reader(io.MultiReader(strings.NewReader("hel"), broken{}), 5)
		},
		"a stream broken off": func(x *gateway.Exchange) {
			x.Response.Header.Add("Cache-Control", "max-age=60")
			x.Response.Stream(func(w gateway.BodyWriter) error { io.WriteString(w, "hel"); return errBroken })
		},
		"shorter than announced": func(x *gateway.Exchange) {
			x.Response.Header.Add("Cache-Control", "max-age=60")
			x.Response.Reader(strings.NewReader("hel"), 5)
		},
		"panic": func(x *gateway.Exchange) { panic("boom") },
	} {
		t.Run(name, func(t *testing.T) {
			var asked atomic.Int64
			p := proxytest.New(t, nil, func(x *gateway.Exchange) { asked.Add(1); describe(x) }, cache.Cache{LockTimeout: time.Minute})
			begin := time.Now()
			for range 3 {
				func() {
					defer func() { recover() }()
					proxytest.Ask(t, p, "GET /a")
				}()
			}
			if asked.Load() != 3 || time.Since(begin) > 30*time.Second {
				t.Errorf("asked %d times within %s", asked.Load(), time.Since(begin))
			}
		})
	}
}

var errBroken = errors.New("broken off")

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, errBroken }

// Ensure that a stale answer goes out at once while a newer one is fetched, once.
func TestBackgroundUpdate(t *testing.T) {
	var asked atomic.Int64
	release := make(chan struct{}, 10)
	clock := &lockedClock{t: time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)}
	p := proxytest.NewConfig(t, nil, proxy.Config{Now: clock.Now, App: gateway.HandlerFunc(func(x *gateway.Exchange) {
		n := asked.Add(1)
		if n > 1 {
			<-release
		}
		x.Response.Header.Add("Cache-Control", "max-age=60, stale-while-revalidate=600")
		x.Response.Bytes(fmt.Appendf(nil, "body %d", n))
	}), Locations: []proxy.Location{{Path: "/", Action: proxy.Forward{App: true}, Layers: []proxy.Layer{cache.Cache{}}}}})
	proxytest.Ask(t, p, "GET /a")
	clock.advance(2 * time.Minute)
	for range 5 {
		if a := proxytest.Ask(t, p, "GET /a"); a.Body != "body 1" {
			t.Fatalf("got %q", a.Body)
		}
	}
	release <- struct{}{}
	deadline := time.Now().Add(time.Minute)
	for proxytest.Ask(t, p, "GET /a").Body != "body 2" {
		if time.Now().After(deadline) {
			t.Fatal("the newer answer did not come")
		}
		time.Sleep(time.Millisecond)
	}
	if n := asked.Load(); n != 2 {
		t.Errorf("the origin was asked %d times", n)
	}
}

type lockedClock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *lockedClock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *lockedClock) advance(d time.Duration) {
	c.mu.Lock()
	c.t = c.t.Add(d)
	c.mu.Unlock()
}

// Ensure that answers on the disk outlive the process, head and all, that what is
// broken there is put away, and that large ones are read from there.
func TestDisk(t *testing.T) {
	data := t.TempDir()
	clock := proxytest.NewClock()
	asked := 0
	large := strings.Repeat("0123456789", 50_000)
	open := func() *proxy.Proxy {
		return proxytest.NewConfig(t, clock, proxy.Config{Data: data, App: gateway.HandlerFunc(func(x *gateway.Exchange) {
			asked++
			x.Response.Header.Add("Cache-Control", "max-age=60")
			x.Response.Header.Add("ETag", `"e"`)
			x.Response.Header.Add("Vary", "Accept")
			if string(x.Request.Path) == "/large" {
				x.Response.Reader(strings.NewReader(large), int64(len(large)))
				return
			}
			x.Response.Text("small")
		}), Locations: []proxy.Location{{Path: "/", Action: proxy.Forward{App: true}, Layers: []proxy.Layer{cache.Cache{Name: "a", Disk: 10 << 20}}}}})
	}
	p := open()
	proxytest.Ask(t, p, "GET /small", "Accept: x")
	proxytest.Ask(t, p, "GET /large")
	proxytest.Ask(t, p, "GET /broken")
	if asked != 3 {
		t.Fatalf("asked %d times", asked)
	}
	if a := proxytest.Ask(t, p, "GET /large", "Range: bytes=499990-"); a.Status != 206 || a.Body != "0123456789" || asked != 3 {
		t.Errorf("a part of the large one: %d %q", a.Status, a.Body)
	}
	p.Close()
	files, err := filepath.Glob(filepath.Join(data, "cache", "*", "a*"))
	if err != nil || len(files) != 3 {
		t.Fatalf("files %v, %v", files, err)
	}
	for _, f := range files {
		b, err := os.ReadFile(f)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(b[:200]), "/broken") {
			if err := os.WriteFile(f, b[:len(b)-2], 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
	p = open()
	a := proxytest.Ask(t, p, "GET /small", "Accept: x")
	b := proxytest.Ask(t, p, "GET /large")
	if asked != 3 || a.Body != "small" || b.Body != large || a.Field("ETag") != `"e"` || a.Field("Vary") != "Accept" {
		t.Errorf("after a restart asked %d times; %q with %v; %d bytes", asked, a.Body, a.Header.Fields(), len(b.Body))
	}
	proxytest.Ask(t, p, "GET /small", "Accept: y")
	proxytest.Ask(t, p, "GET /broken")
	if asked != 5 {
		t.Errorf("asked %d times", asked)
	}
	// A file that somebody took away is fetched again.
	files, _ = filepath.Glob(filepath.Join(data, "cache", "*", "a*"))
	for _, f := range files {
		os.Remove(f)
	}
	if a := proxytest.Ask(t, p, "GET /large"); a.Body != large || asked != 6 {
		t.Errorf("after its file went: %d bytes, asked %d times", len(a.Body), asked)
	}
}

// Ensure that a disk on which nothing can be written costs nobody an answer.
func TestDiskFull(t *testing.T) {
	data := t.TempDir()
	o := &origin{clock: proxytest.NewClock(), answer: "200 Cache-Control: max-age=60"}
	p := proxytest.NewConfig(t, o.clock, proxy.Config{Data: data, App: gateway.HandlerFunc(o.serve),
		Locations: []proxy.Location{{Path: "/", Action: proxy.Forward{App: true}, Layers: []proxy.Layer{cache.Cache{Name: "a", Disk: 1 << 20}}}}})
	if err := os.RemoveAll(filepath.Join(data, "cache")); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(data, "cache"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if a := proxytest.Ask(t, p, "GET /a"); a.Status != 200 || a.Body != "body 1" {
			t.Errorf("got %d %q", a.Status, a.Body)
		}
	}
}

// Ensure that memory and disk stay within their bounds, and that what was used
// last stays.
func TestEviction(t *testing.T) {
	for _, disk := range []bool{false, true} {
		t.Run(fmt.Sprintf("disk: %v", disk), func(t *testing.T) {
			c := cache.Cache{Name: "e", Memory: 64 << 10}
			data := t.TempDir()
			if disk {
				c.Disk = 64 << 10
			}
			asked := 0
			p := proxytest.NewConfig(t, nil, proxy.Config{Data: data, App: gateway.HandlerFunc(func(x *gateway.Exchange) {
				asked++
				x.Response.Header.Add("Cache-Control", "max-age=60")
				x.Response.Bytes(make([]byte, 7<<10))
			}), Locations: []proxy.Location{{Path: "/", Action: proxy.Forward{App: true}, Layers: []proxy.Layer{c}}}})
			for i := range 100 {
				proxytest.Ask(t, p, "GET /keep")
				proxytest.Ask(t, p, fmt.Sprintf("GET /%d", i))
			}
			if asked != 101 {
				t.Errorf("asked %d times, want 101: what is used stays", asked)
			}
			files, _ := filepath.Glob(filepath.Join(data, "cache", "*", "a*"))
			if len(files) > 8 {
				t.Errorf("%d files of 8 KB within 64 KB", len(files))
			}
			proxytest.Ask(t, p, "GET /1")
			if asked != 102 {
				t.Error("what was not used for longest did not go")
			}
		})
	}
}

// Ensure that too large an answer is not kept, known before or not.
func TestMaxObject(t *testing.T) {
	for _, length := range []int64{100, -1} {
		asked := 0
		p := proxytest.New(t, nil, func(x *gateway.Exchange) {
			asked++
			x.Response.Header.Add("Cache-Control", "max-age=60")
			x.Response.Reader(strings.NewReader(strings.Repeat("x", 100)), length)
		}, cache.Cache{MaxObject: 99})
		for range 2 {
			if a := proxytest.Ask(t, p, "GET /"); len(a.Body) != 100 {
				t.Errorf("%d bytes", len(a.Body))
			}
		}
		if asked != 2 {
			t.Errorf("asked %d times", asked)
		}
	}
}

// Ensure that PURGE removes one address, many, or what is tagged, for those who may.
func TestPurge(t *testing.T) {
	o, p := setUp(t, cache.Cache{Purge: []netip.Prefix{netip.MustParsePrefix("192.0.2.0/24")}, Tags: []string{"site"}}, "200 Cache-Control: max-age=60 | Cache-Tag: one, two | Vary: Accept")
	fill := func() {
		for _, line := range []string{"GET /a/1", "GET /a/2", "GET /b"} {
			proxytest.Ask(t, p, line)
			proxytest.Ask(t, p, line, "Accept: x")
		}
		o.asked = 0
	}
	for _, tt := range []struct{ line, field, body string }{
		{"PURGE /a/1", "", "purged 2\n"}, {"PURGE /a/*", "", "purged 4\n"}, {"PURGE /none", "", "purged 0\n"},
		{"PURGE /", "Cache-Tag: two", "purged 6\n"}, {"PURGE /", "Cache-Tag: site", "purged 6\n"}, {"PURGE /", "Cache-Tag: three", "purged 0\n"},
	} {
		fill()
		var fields []string
		if tt.field != "" {
			fields = append(fields, tt.field)
		}
		if a := proxytest.Ask(t, p, tt.line, fields...); a.Status != 200 || a.Body != tt.body || o.asked != 0 {
			t.Errorf("%s %s: %d %q, the origin was asked %d times", tt.line, tt.field, a.Status, a.Body, o.asked)
		}
	}
	fill()
	if a := proxytest.Ask(t, p, "PURGE /a/1", "From: 198.51.100.1"); a.Status != 403 {
		t.Errorf("a stranger got %d", a.Status)
	}
	if proxytest.Ask(t, p, "GET /a/1"); o.asked != 0 {
		t.Error("a stranger purged")
	}
}

// Ensure that requests which the site leaves out are neither answered from what is
// kept nor kept, and that a key of the site's tells answers apart.
func TestBypassAndKey(t *testing.T) {
	o, p := setUp(t, cache.Cache{Bypass: proxy.Condition{Op: proxy.Not, Of: []proxy.Condition{{Op: proxy.Equal, Attr: "request.cookie.session", Values: []string{""}}}},
		Key: proxy.Template{{Attr: "request.path"}, {Attr: "request.header.X-Lang"}}}, "200 Cache-Control: max-age=60")
	proxytest.Ask(t, p, "GET /a")
	if a := proxytest.Ask(t, p, "GET /a", "Cookie: session=1"); a.Body != "body 2" || a.Field("Cache-Status") != "stackgen; fwd=bypass" {
		t.Errorf("bypassed: %q %s", a.Body, a.Field("Cache-Status"))
	}
	if a := proxytest.Ask(t, p, "GET /a?any", "Host: other.example"); a.Body != "body 1" {
		t.Errorf("the same key: %q", a.Body)
	}
	if a := proxytest.Ask(t, p, "GET /a", "X-Lang: de"); a.Body != "body 3" || o.asked != 3 {
		t.Errorf("another key: %q", a.Body)
	}
}

func BenchmarkHit(b *testing.B) {
	p := proxytest.New(b, nil, func(x *gateway.Exchange) {
		x.Response.Header.Add("Cache-Control", "max-age=3600")
		x.Response.Header.Add("Content-Type", "text/html")
		x.Response.Bytes(make([]byte, 4<<10))
	}, cache.Cache{})
	proxytest.Ask(b, p, "GET /")
	x := proxytest.Request(b, "GET /")
	b.ReportAllocs()
	for b.Loop() {
		p.Serve(x)
		x.Response.Reset()
	}
}

// Ensure that a clock that jumps neither makes what is kept live longer than it may by more than the
// jump, nor an age negative, nor anything wait, after a restart too.
func TestClockJumps(t *testing.T) {
	for name, jump := range map[string]time.Duration{"back": -time.Hour, "ahead": time.Hour} {
		t.Run(name, func(t *testing.T) {
			data := t.TempDir()
			o := &origin{clock: proxytest.NewClock(), answer: "200 Cache-Control: max-age=60"}
			open := func() *proxy.Proxy {
				return proxytest.NewConfig(t, o.clock, proxy.Config{Data: data, App: gateway.HandlerFunc(o.serve),
					Locations: []proxy.Location{{Path: "/", Action: proxy.Forward{App: true}, Layers: []proxy.Layer{cache.Cache{Name: "a", Disk: 1 << 20}}}}})
			}
			p := open()
			proxytest.Ask(t, p, "GET /a")
			o.clock.Advance(jump)
			for _, p := range []*proxy.Proxy{p, open()} {
				a := proxytest.Ask(t, p, "GET /a")
				if a.Status != 200 || strings.HasPrefix(a.Field("Age"), "-") || jump < 0 && a.Field("Age") != "0" || jump > 0 && a.Body == "body 1" {
					t.Errorf("after the jump: %d %q, Age %s", a.Status, a.Body, a.Field("Age"))
				}
			}
			o.clock.Advance(2*time.Minute + max(-jump, 0))
			if a := proxytest.Ask(t, p, "GET /a"); a.Body == "body 1" {
				t.Errorf("it outlives its time: %s", a.Field("Cache-Status"))
			}
		})
	}
}
