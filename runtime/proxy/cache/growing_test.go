package cache_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/netip"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
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

// tap is an origin whose answer comes as tests let it: parts of a megabyte or
// so, an error, the end.
type tap struct {
	parts chan string // closed at the end
	err   error       // what the end is, nil for a good one
	size  int64       // announced; -1 streams
	asked atomic.Int64
	more  string // fields beside the lifetime, "Name: value"
}

func newTap(size int64) *tap { return &tap{parts: make(chan string, 64), size: size} }

// Serve implements gateway.Handler.
func (o *tap) Serve(x *gateway.Exchange) {
	o.asked.Add(1)
	x.Response.Header.Add("Cache-Control", "max-age=60")
	x.Response.Header.Add("ETag", `"whole"`)
	if name, value, ok := strings.Cut(o.more, ": "); ok {
		x.Response.Header.Add(name, value)
	}
	if o.size >= 0 {
		x.Response.Reader(&tapReader{o: o}, o.size)
		return
	}
	x.Response.Stream(func(w gateway.BodyWriter) error {
		for part := range o.parts {
			if _, err := io.WriteString(w, part); err != nil {
				return err
			}
		}
		w.Trailer().Add("X-Sum", "1")
		return o.err
	})
}

type tapReader struct {
	o    *tap
	rest string
}

// Read implements io.Reader.
func (r *tapReader) Read(p []byte) (int, error) {
	if r.rest == "" {
		part, ok := <-r.o.parts
		if !ok {
			if r.o.err != nil {
				return 0, r.o.err
			}
			return 0, io.EOF
		}
		r.rest = part
	}
	n := copy(p, r.rest)
	r.rest = r.rest[n:]
	return n, nil
}

// reading is a client that has its answer's head and takes the body piece by piece.
type reading struct {
	t     *testing.T
	x     *gateway.Exchange
	body  io.Reader
	ended chan struct{} // of a stream
	got   bytes.Buffer
}

// ask has a request served and leaves the body to be read.
func ask(t *testing.T, p *proxy.Proxy, line string, fields ...string) *reading {
	t.Helper()
	x := proxytest.Request(t, line, fields...)
	p.Serve(x)
	r := &reading{t: t, x: x}
	switch x.Response.Kind() {
	case gateway.StreamBody:
		in, out := io.Pipe()
		r.body, r.ended = in, make(chan struct{})
		stream := x.Response.Body().Stream
		go func() {
			defer close(r.ended)
			out.CloseWithError(stream(pipeWriter{out, new(gateway.Header)}))
		}()
	case gateway.ReaderBody:
		r.body = x.Response.Body().Reader
	case gateway.BytesBody:
		r.body = bytes.NewReader(x.Response.Body().Bytes)
	default:
		t.Fatalf("%s has no body: %d", line, x.Response.Status)
	}
	return r
}

type pipeWriter struct {
	*io.PipeWriter
	trailer *gateway.Header
}

func (w pipeWriter) Flush() error             { return nil }
func (w pipeWriter) Trailer() *gateway.Header { return w.trailer }

// take reads n bytes.
func (r *reading) take(n int64) {
	r.t.Helper()
	if m, err := io.CopyN(&r.got, r.body, n); err != nil {
		r.t.Fatalf("after %d of %d bytes: %v", m, n, err)
	}
}

// rest reads to the end and is done.
func (r *reading) rest() (string, error) {
	_, err := io.Copy(&r.got, r.body)
	r.leave()
	return r.got.String(), err
}

// leave is done with the answer, read or not.
func (r *reading) leave() {
	if c, ok := r.body.(*io.PipeReader); ok {
		c.Close()
		<-r.ended
	}
	r.x.Finish()
}

// kinds are the ways in which a body comes and is kept.
func kinds(t *testing.T, test func(t *testing.T, size func(int) int64, c cache.Cache)) {
	for _, known := range []bool{true, false} {
		for _, disk := range []bool{true, false} {
			t.Run(fmt.Sprintf("length known: %v, disk: %v", known, disk), func(t *testing.T) {
				c := cache.Cache{Name: "growing", Memory: 32 << 20, LockTimeout: time.Minute}
				if disk {
					c.Disk = 64 << 20
				}
				size := func(n int) int64 { return -1 }
				if known {
					size = func(n int) int64 { return int64(n) }
				}
				test(t, size, c)
			})
		}
	}
}

func front(t *testing.T, data string, app gateway.Handler, c cache.Cache, log *slog.Logger) *proxy.Proxy {
	t.Helper()
	return proxytest.NewConfig(t, nil, proxy.Config{Data: data, App: app, Log: log,
		Locations: []proxy.Location{{Path: "/", Action: proxy.Forward{App: true}, Layers: []proxy.Layer{c}}}})
}

const part = 300 << 10 // more than is held in memory where there is a disk

// text is n bytes that are nowhere the same.
func text(n int) string {
	b := make([]byte, 0, n+20)
	for i := 0; len(b) < n; i++ {
		b = append(strconv.AppendInt(b, int64(i), 10), ' ')
	}
	return string(b[:n])
}

// Ensure that those who come while an answer is on its way have what has come of it at once,
// and the rest as it comes, from one request to the origin.
func TestReadingAlong(t *testing.T) {
	kinds(t, func(t *testing.T, size func(int) int64, c cache.Cache) {
		body := text(3 * part)
		o := newTap(size(len(body)))
		p := front(t, t.TempDir(), o, c, nil)
		first := ask(t, p, "GET /a")
		o.parts <- body[:part]
		first.take(part)
		second := ask(t, p, "GET /a")
		second.take(part)
		o.parts <- body[part : 2*part]
		second.take(1)
		for buf := make([]byte, 4*part); second.got.Len() < 2*part; { // nothing is held back to fill a buffer
			n, err := second.body.Read(buf)
			if err != nil {
				t.Fatal(err)
			}
			second.got.Write(buf[:n])
		}
		third := ask(t, p, "GET /a")
		third.take(2 * part)
		o.parts <- body[2*part:]
		close(o.parts)
		for i, r := range []*reading{third, first, second} {
			if got, err := r.rest(); err != nil || got != body {
				t.Errorf("reader %d: %d bytes, %v", i, len(got), err)
			}
		}
		again := proxytest.Ask(t, p, "GET /a")
		if again.Body != body || !strings.HasPrefix(again.Field("Cache-Status"), "stackgen; hit") || o.asked.Load() != 1 {
			t.Errorf("again: %d bytes, %s, asked %d times", len(again.Body), again.Field("Cache-Status"), o.asked.Load())
		}
	})
}

// Ensure that one who reads nothing keeps nobody waiting, be it the first or
// another, and gets the whole when he reads.
func TestSlowReaders(t *testing.T) {
	kinds(t, func(t *testing.T, size func(int) int64, c cache.Cache) {
		body := text(2 * part)
		o := newTap(size(len(body)))
		p := front(t, t.TempDir(), o, c, nil)
		first := ask(t, p, "GET /a")
		o.parts <- body[:part]
		if size(1) < 0 {
			first.take(1) // a stream begins with its client
		}
		slow := ask(t, p, "GET /a")
		fast := ask(t, p, "GET /a")
		o.parts <- body[part:]
		close(o.parts)
		if got, err := fast.rest(); err != nil || got != body {
			t.Errorf("the fast one: %d bytes, %v", len(got), err)
		}
		if got, err := slow.rest(); err != nil || got != body {
			t.Errorf("the slow one: %d bytes, %v", len(got), err)
		}
		if got, err := first.rest(); err != nil || got != body {
			t.Errorf("the first: %d bytes, %v", len(got), err)
		}
		if o.asked.Load() != 1 {
			t.Errorf("asked %d times", o.asked.Load())
		}
	})
}

// Ensure that a large answer on its way, and many who are slow to take it, are
// not in memory where there is a disk.
func TestGrowingTakesNoMemory(t *testing.T) {
	const size = 16 << 20
	o := newTap(size)
	p := front(t, t.TempDir(), o, cache.Cache{Name: "large", Disk: 1 << 30, MaxObject: 64 << 20}, nil)
	piece := strings.Repeat("0123456789abcdef", 64<<10)
	before := heap()
	first := ask(t, p, "GET /a")
	var slow []*reading
	for range 30 {
		slow = append(slow, ask(t, p, "GET /a"))
	}
	for range size / len(piece) {
		o.parts <- piece
		first.take(int64(len(piece)))
		first.got.Reset()
	}
	if grown := heap() - before; grown > 4<<20 {
		t.Errorf("an answer of %d MB with 30 slow readers holds %d KB of memory", size>>20, grown>>10)
	}
	close(o.parts)
	first.rest()
	for _, r := range slow {
		r.take(int64(len(piece)))
		if r.got.String() != piece {
			t.Error("a slow reader gets something else")
		}
		r.leave()
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

// Ensure that others get the answer although the client who asked for it leaves.
func TestTheFirstLeaves(t *testing.T) {
	kinds(t, func(t *testing.T, size func(int) int64, c cache.Cache) {
		body := text(2 * part)
		o := newTap(size(len(body)))
		p := front(t, t.TempDir(), o, c, nil)
		first := ask(t, p, "GET /a")
		o.parts <- body[:part]
		first.take(10)
		second := ask(t, p, "GET /a")
		second.take(10)
		gone := make(chan struct{})
		go func() { first.leave(); close(gone) }() // it ends when the answer is there for the others
		o.parts <- body[part:]
		close(o.parts)
		if got, err := second.rest(); err != nil || got != body {
			t.Errorf("%d bytes, %v", len(got), err)
		}
		<-gone
		if a := proxytest.Ask(t, p, "GET /a"); a.Body != body || o.asked.Load() != 1 {
			t.Errorf("later: %d bytes, asked %d times", len(a.Body), o.asked.Load())
		}
	})
}

// Ensure that an answer which breaks off breaks off for all who read it, and is
// neither kept nor left lying on the disk.
func TestAnAnswerBreaksOff(t *testing.T) {
	kinds(t, func(t *testing.T, size func(int) int64, c cache.Cache) {
		body := text(2 * part)
		data := t.TempDir()
		o := newTap(size(2 * len(body)))
		o.err = errBroken
		p := front(t, data, o, c, nil)
		first := ask(t, p, "GET /a")
		o.parts <- body
		first.take(part)
		second := ask(t, p, "GET /a")
		second.take(part)
		close(o.parts)
		for i, r := range []*reading{first, second} {
			if got, err := r.rest(); !errors.Is(err, errBroken) {
				t.Errorf("reader %d: %d bytes, %v", i, len(got), err)
			}
		}
		if files, _ := filepath.Glob(filepath.Join(data, "cache", "*", "*")); len(files) > 0 {
			t.Errorf("left lying: %v", files)
		}
		proxytest.Ask(t, p, "GET /a")
		if o.asked.Load() != 2 {
			t.Errorf("asked %d times", o.asked.Load())
		}
	})
}

// Ensure that a panic on the way is the panic of the request that asked, and
// nobody else's answer.
func TestAnAnswerPanics(t *testing.T) {
	begun, release := make(chan struct{}), make(chan struct{})
	p := front(t, t.TempDir(), gateway.HandlerFunc(func(x *gateway.Exchange) {
		x.Response.Header.Add("Cache-Control", "max-age=60")
		x.Response.Stream(func(w gateway.BodyWriter) error {
			io.WriteString(w, "beginning")
			close(begun)
			<-release
			panic("boom")
		})
	}), cache.Cache{}, nil)
	first := proxytest.Request(t, "GET /a")
	p.Serve(first)
	ended := make(chan any)
	go func() {
		defer func() { ended <- recover() }()
		first.Response.Body().Stream(pipeWriter{discardPipe(), new(gateway.Header)})
	}()
	<-begun
	second := ask(t, p, "GET /a")
	second.take(9)
	close(release)
	if v, ok := (<-ended).(*gateway.Panic); !ok || v.Value != "boom" || !strings.Contains(string(v.Stack), "TestAnAnswerPanics") {
		t.Errorf("the first panicked with %v", v)
	}
	first.Finish()
	if _, err := second.rest(); err == nil {
		t.Error("the other's answer did not break off")
	}
}

func discardPipe() *io.PipeWriter {
	in, out := io.Pipe()
	go io.Copy(io.Discard, in)
	return out
}

// Ensure that what turns out too large to keep comes whole to who takes it, keeps
// nobody waiting for one who does not, and is not kept.
func TestGrowingTooLarge(t *testing.T) {
	for _, disk := range []bool{true, false} {
		t.Run(fmt.Sprintf("disk: %v", disk), func(t *testing.T) {
			t.Parallel()
			data := t.TempDir()
			c := cache.Cache{Name: "small", MaxObject: 2 * part, LockTimeout: 5 * time.Second}
			if disk {
				c.Disk = 64 << 20
			}
			body := text(4 * part)
			o := newTap(-1)
			p := front(t, data, o, c, nil)
			first := ask(t, p, "GET /a")
			o.parts <- body[:part]
			first.take(part)
			second, never := ask(t, p, "GET /a"), ask(t, p, "GET /a")
			second.take(part)
			never.take(1)
			done := make(chan struct{})
			go func() {
				defer close(done)
				if got, err := second.rest(); err != nil || got != body {
					t.Errorf("the second: %d bytes, %v", len(got), err)
				}
			}()
			go func() {
				for i := 1; i < 4; i++ {
					o.parts <- body[i*part : (i+1)*part]
				}
				close(o.parts)
			}()
			if got, err := first.rest(); err != nil || got != body {
				t.Errorf("the first: %d bytes, %v", len(got), err)
			}
			<-done
			if got, err := never.rest(); err == nil {
				t.Errorf("who took nothing got %d bytes and no error", len(got))
			}
			if files, _ := filepath.Glob(filepath.Join(data, "cache", "*", "*")); len(files) > 0 {
				t.Errorf("left lying: %v", files)
			}
			if a := ask(t, p, "GET /a"); o.asked.Load() != 2 {
				t.Errorf("asked %d times", o.asked.Load())
			} else {
				a.leave()
			}
		})
	}
}

// Ensure that a disk that cannot be written to costs nobody an answer, is told once and counted.
func TestGrowingWithoutADisk(t *testing.T) {
	for _, size := range []int64{4 * part, -1} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			data := t.TempDir()
			var log lockedBuffer
			o := newTap(size)
			p := front(t, data, o, cache.Cache{Name: "full", Disk: 64 << 20}, slog.New(slog.NewTextHandler(&log, nil)))
			if err := os.RemoveAll(filepath.Join(data, "cache")); err != nil {
				t.Fatal(err)
			}
			body := text(4 * part)
			first := ask(t, p, "GET /a")
			o.parts <- body
			close(o.parts)
			if got, err := first.rest(); err != nil || got != body {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			if use := p.Figures().Caches[0]; use.Failures != 1 || use.Disk != 0 || use.Entries != 0 {
				t.Errorf("counted %+v", use)
			}
			if n := strings.Count(log.String(), "cache: answers are not kept on the disk"); n != 1 {
				t.Errorf("told %d times:\n%s", n, log.String())
			}
		})
	}
}

type lockedBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (b *lockedBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.Write(p)
}

func (b *lockedBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.b.String()
}

// Ensure that what is purged or changed while it is on its way is not kept.
func TestPurgedOnTheWay(t *testing.T) {
	for _, line := range []string{"PURGE /a", "PURGE /*", "PURGE / | Cache-Tag: t", "POST /a"} {
		t.Run(line, func(t *testing.T) {
			body := text(2 * part)
			o := newTap(int64(len(body)))
			o.more = "Cache-Tag: t"
			p := front(t, t.TempDir(), gateway.HandlerFunc(func(x *gateway.Exchange) {
				if x.Request.Method == "GET" {
					o.Serve(x)
				}
			}), cache.Cache{Name: "p", Disk: 64 << 20, Purge: []netip.Prefix{netip.MustParsePrefix("0.0.0.0/0")}}, nil)
			first := ask(t, p, "GET /a")
			o.parts <- body[:part]
			first.take(part)
			request := strings.Split(line, " | ")
			proxytest.Ask(t, p, request[0], request[1:]...)
			o.parts <- body[part:]
			if got, err := first.rest(); err != nil || got != body {
				t.Errorf("%d bytes, %v", len(got), err)
			}
			o.parts <- body
			if again, err := ask(t, p, "GET /a").rest(); again != body || err != nil || o.asked.Load() != 2 {
				t.Errorf("again: %d bytes, %v, asked %d times", len(again), err, o.asked.Load())
			}
		})
	}
}

// Ensure that a stream without end goes on for a while when its client has left, and not for ever.
func TestAStreamThatNobodyReads(t *testing.T) {
	clock := &lockedClock{t: time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)}
	o := newTap(-1)
	p := proxytest.NewConfig(t, nil, proxy.Config{Now: clock.Now, App: o,
		Locations: []proxy.Location{{Path: "/", Action: proxy.Forward{App: true}, Layers: []proxy.Layer{cache.Cache{}}}}})
	first := ask(t, p, "GET /a")
	o.parts <- "one"
	first.take(3)
	gone := make(chan struct{})
	go func() { first.leave(); close(gone) }()
	for len(o.parts) > 0 || !errors.Is(readAll(first), io.ErrClosedPipe) {
		time.Sleep(time.Millisecond)
	}
	for ended := false; !ended; {
		clock.advance(time.Minute)
		select {
		case o.parts <- "more":
		case <-gone:
			ended = true
		}
	}
}

func readAll(r *reading) error { _, err := r.body.Read(make([]byte, 1)); return err }

// Ensure that those who want another variant share a request of their own.
func TestVariantsOnTheWay(t *testing.T) {
	var asked atomic.Int64
	release := make(chan struct{})
	p := front(t, t.TempDir(), gateway.HandlerFunc(func(x *gateway.Exchange) {
		asked.Add(1)
		coding := string(x.Request.Header.Get("Accept-Encoding"))
		x.Response.Header.Add("Cache-Control", "max-age=60")
		x.Response.Header.Add("Vary", "Accept-Encoding")
		x.Response.Reader(&heldReader{release, strings.NewReader(coding)}, int64(len(coding)))
	}), cache.Cache{LockTimeout: time.Minute}, nil)
	var all sync.WaitGroup
	for i := range 30 {
		coding := []string{"gzip", "br", "zstd"}[i%3]
		all.Go(func() {
			if a := proxytest.Ask(t, p, "GET /a", "Accept-Encoding: "+coding); a.Body != coding || a.Err != nil {
				t.Errorf("%s: got %q, %v", coding, a.Body, a.Err)
			}
		})
	}
	for asked.Load() < 3 {
		time.Sleep(time.Millisecond)
	}
	close(release)
	all.Wait()
	// Who comes when one variant is just kept, and his own is on its way as the first of all, asks once more.
	if n := asked.Load(); n > 5 {
		t.Errorf("the origin was asked %d times for three variants", n)
	}
}

type heldReader struct {
	release chan struct{}
	io.Reader
}

func (r *heldReader) Read(p []byte) (int, error) { <-r.release; return r.Reader.Read(p) }

// Ensure that parts and conditions are answered from what is on its way.
func TestPartsOnTheWay(t *testing.T) {
	body := text(2 * part)
	o := newTap(int64(len(body)))
	p := front(t, t.TempDir(), o, cache.Cache{Name: "parts", Disk: 64 << 20}, nil)
	first := ask(t, p, "GET /a", "Range: bytes=5-14")
	o.parts <- body[:part]
	if got, err := io.ReadAll(first.body); err != nil || string(got) != body[5:15] || first.x.Response.Status != 206 {
		t.Errorf("the first: %d %q, %v", first.x.Response.Status, got, err)
	}
	if a := proxytest.Ask(t, p, "GET /a", `If-None-Match: "whole"`); a.Status != 304 {
		t.Errorf("a condition: %d", a.Status)
	}
	if a := proxytest.Ask(t, p, "GET /a", "Range: bytes=100-109"); a.Status != 206 || a.Body != body[100:110] {
		t.Errorf("a part that is there: %d %q", a.Status, a.Body)
	}
	end := ask(t, p, "GET /a", "Range: bytes=-10")
	o.parts <- body[part:]
	if got, err := end.rest(); err != nil || got != body[len(body)-10:] {
		t.Errorf("a part that was to come: %q, %v", got, err)
	}
	first.leave()
	if a := proxytest.Ask(t, p, "GET /a"); a.Body != body || o.asked.Load() != 1 {
		t.Errorf("the whole: %d bytes, asked %d times", len(a.Body), o.asked.Load())
	}
}

// Ensure that when the client who asked leaves before there is an answer, one of those who
// wait asks in its place, and only one.
func TestTheFirstLeavesBeforeTheAnswer(t *testing.T) {
	var asked atomic.Int64
	p := front(t, t.TempDir(), gateway.HandlerFunc(func(x *gateway.Exchange) {
		if asked.Add(1) == 1 {
			<-x.Context().Done()
			x.Response.Status = 499
			return
		}
		x.Response.Header.Add("Cache-Control", "max-age=60")
		x.Response.Text("hello")
	}), cache.Cache{LockTimeout: time.Minute}, nil)
	first := proxytest.Request(t, "GET /a")
	ctx, leave := context.WithCancel(t.Context())
	first.Bind(nil, ctx)
	var all sync.WaitGroup
	all.Go(func() { p.Serve(first); first.Finish() })
	for asked.Load() == 0 {
		time.Sleep(time.Millisecond)
	}
	for range 10 {
		all.Go(func() {
			if a := proxytest.Ask(t, p, "GET /a"); a.Body != "hello" {
				t.Errorf("got %d %q", a.Status, a.Body)
			}
		})
	}
	leave()
	all.Wait()
	if n := asked.Load(); n != 2 {
		t.Errorf("the origin was asked %d times", n)
	}
}

// Ensure that an answer fetched in the background is kept on the disk, however large.
func TestRefreshOfALargeAnswer(t *testing.T) {
	clock := &lockedClock{t: time.Date(2026, 3, 14, 12, 0, 0, 0, time.UTC)}
	var asked atomic.Int64
	p := proxytest.NewConfig(t, nil, proxy.Config{Now: clock.Now, Data: t.TempDir(), App: gateway.HandlerFunc(func(x *gateway.Exchange) {
		body := text(2*part) + fmt.Sprint(asked.Add(1))
		x.Response.Header.Add("Cache-Control", "max-age=60, stale-while-revalidate=600")
		x.Response.Reader(strings.NewReader(body), int64(len(body)))
	}), Locations: []proxy.Location{{Path: "/", Action: proxy.Forward{App: true}, Layers: []proxy.Layer{cache.Cache{Name: "r", Disk: 64 << 20}}}}})
	proxytest.Ask(t, p, "GET /a")
	clock.advance(2 * time.Minute)
	for deadline := time.Now().Add(time.Minute); !strings.HasSuffix(proxytest.Ask(t, p, "GET /a").Body, " 2") &&
		!strings.HasSuffix(proxytest.Ask(t, p, "GET /a").Body, "2"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the newer answer did not come")
		}
	}
	if n := asked.Load(); n != 2 {
		t.Errorf("the origin was asked %d times", n)
	}
}

// Ensure that many readers, leavers and breakers together get what is theirs, and that
// nothing is left afterwards.
func TestGrowingUnderLoad(t *testing.T) {
	before := runtime.NumGoroutine()
	t.Run("load", func(t *testing.T) {
		var n atomic.Int64
		body := func(path string) string { return strings.Repeat(path+"\n", 90_000) }
		p := front(t, t.TempDir(), gateway.HandlerFunc(func(x *gateway.Exchange) {
			x.Response.Header.Add("Cache-Control", "max-age=60")
			b := body(string(x.Request.Path))
			switch n.Add(1) % 4 {
			case 0:
				x.Response.Reader(io.MultiReader(strings.NewReader(b[:len(b)/2]), broken{}), int64(len(b)))
			case 1:
				x.Response.Stream(func(w gateway.BodyWriter) error {
					_, err := io.Copy(struct{ io.Writer }{w}, strings.NewReader(b))
					return err
				})
			default:
				x.Response.Reader(strings.NewReader(b), int64(len(b)))
			}
		}), cache.Cache{Name: "load", Memory: 1 << 20, Disk: 4 << 20}, nil)
		var all sync.WaitGroup
		var whole atomic.Int64
		for i := range 12 {
			all.Go(func() {
				for j := range 20 {
					path := fmt.Sprintf("/%d", (i/4+j)%12)
					r := ask(t, p, "GET "+path)
					if (i+j)%5 == 0 {
						io.CopyN(io.Discard, r.body, 1000)
						r.leave()
						continue
					}
					got, err := r.rest()
					if err == nil && got != body(path) {
						t.Errorf("%s: %d bytes that are another's: %.20q", path, len(got), got)
					}
					if err == nil {
						whole.Add(1)
					}
				}
			})
		}
		all.Wait()
		if whole.Load() < 50 {
			t.Errorf("only %d came through", whole.Load())
		}
		if use := p.Figures().Caches[0]; use.Memory > 1<<20 || use.Disk > 4<<20 || use.Failures != 0 {
			t.Errorf("the cache holds %+v", use)
		}
	})
	for runtime.NumGoroutine() > before {
		runtime.Gosched()
	}
}

// Ensure that an answer which is whole before those who wait hear that it has begun is nobody else's: who asks
// right behind it has a flight of his own.
func TestWholeAtOnce(t *testing.T) {
	app := gateway.HandlerFunc(func(x *gateway.Exchange) {
		x.Response.Header.Add("Cache-Control", "no-cache")
		x.Response.Header.Add("ETag", strconv.Quote(strconv.FormatInt(time.Now().UnixNano(), 10)))
		x.Response.Reader(strings.NewReader("whole"), 5)
	})
	p := front(t, t.TempDir(), app, cache.Cache{Name: "at once"}, slog.New(slog.DiscardHandler))
	var clients sync.WaitGroup
	for range 16 {
		clients.Go(func() {
			for range 300 {
				if a := proxytest.Ask(t, p, "GET /a"); a.Status != 200 || a.Body != "whole" {
					t.Errorf("%d %q", a.Status, a.Body)
					return
				}
			}
		})
	}
	clients.Wait()
}

// Ensure that the file of an answer takes the place of no other one's: its name holds so much chance that it comes
// once. With 32 bits a cache of 100,000 files had one overwritten with every 40,000 answers, by that to another address.
func TestFileNames(t *testing.T) {
	data := t.TempDir()
	app := gateway.HandlerFunc(func(x *gateway.Exchange) {
		x.Response.Header.Add("Cache-Control", "max-age=60")
		x.Response.Reader(strings.NewReader(text(part)), part)
	})
	p := front(t, data, app, cache.Cache{Name: "names", Disk: 64 << 20}, nil)
	for i := range 10 {
		proxytest.Ask(t, p, fmt.Sprintf("GET /%d", i))
	}
	files, err := filepath.Glob(data + "/cache/*/*")
	if err != nil || len(files) != 10 {
		t.Fatal(files, err)
	}
	for _, f := range files {
		if len(filepath.Base(f)) < 24 {
			t.Errorf("%s may come again", f)
		}
	}
}

// Ensure that a request goes to the origin by itself where the answers on their way depend on this field here and on
// that one there, each time with another value than its own: there is no going round among them.
func TestAnswersThatDependOnThisAndThat(t *testing.T) {
	asked, end := make(chan string, 8), make(chan struct{})
	app := gateway.HandlerFunc(func(x *gateway.Exchange) {
		x.Response.Header.Add("Cache-Control", "max-age=60")
		x.Response.Header.Add("Vary", string(x.Request.Header.Get("Depends")))
		x.Response.Reader(readerFunc(func(p []byte) (int, error) { <-end; return 0, io.EOF }), -1)
		asked <- string(x.Request.Header.Get("A"))
	})
	p := front(t, t.TempDir(), app, cache.Cache{Name: "round", LockTimeout: time.Hour}, nil)
	for _, fields := range [][]string{{"A: 1", "Depends: A"}, {"A: 2", "B: 1", "Depends: B"}, {"A: 3", "Depends: A"}} {
		r := ask(t, p, "GET /a", fields...)
		defer r.leave()
		<-asked
	}
	last := make(chan *reading)
	go func() { last <- ask(t, p, "GET /a", "A: 2", "B: 3", "Depends: A") }()
	select {
	case <-asked:
	case <-time.After(time.Minute):
		t.Error("the request goes round")
	}
	close(end)
	(<-last).leave()
}

type readerFunc func(p []byte) (int, error)

// Read implements io.Reader.
func (f readerFunc) Read(p []byte) (int, error) { return f(p) }
