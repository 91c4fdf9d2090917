//go:build e2e

package e2e

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// Ensure that an edge keeps what it may, compresses it, gives it when the origin
// fails, mixes no visitors, purges, and has it still after a restart.
func TestCDN(t *testing.T) {
	var asked atomic.Int64
	var broken atomic.Bool
	release := make(chan struct{})
	page := strings.Repeat("<p>a page that compresses well</p>\n", 100)
	origin := backend(t, "tcp", "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
		n := asked.Add(1)
		if broken.Load() {
			w.WriteHeader(500)
			return
		}
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		switch {
		case r.Method != "GET":
			w.WriteHeader(204)
		case r.URL.Path == "/slow":
			w.Header().Set("Cache-Control", "max-age=600")
			w.Header().Set("Cache-Tag", "news, slow")
			w.Header().Set("Content-Length", strconv.Itoa(2<<20))
			w.Write(make([]byte, 1<<20))
			w.(http.Flusher).Flush()
			<-release
			w.Write(make([]byte, 1<<20))
		case r.URL.Path == "/language":
			w.Header().Set("Cache-Control", "max-age=600")
			w.Header().Set("Vary", "Accept-Language")
			fmt.Fprintf(w, "in %s", r.Header.Get("Accept-Language"))
		case r.URL.Path == "/brief":
			w.Header().Set("CDN-Cache-Control", "max-age=1, stale-while-revalidate=600")
			w.Header().Set("Cache-Control", "no-store")
			fmt.Fprintf(w, "brief %d", n)
		case strings.HasPrefix(r.URL.Path, "/mine"):
			w.Header().Set("Cache-Control", "private")
			fmt.Fprintf(w, "for %s", r.Header.Get("Cookie"))
		case strings.HasPrefix(r.URL.Path, "/short"):
			w.Header().Set("Cache-Control", "max-age=0, stale-while-revalidate=0, stale-if-error=600")
			w.Header().Set("ETag", `"s"`)
			fmt.Fprint(w, "short")
		case strings.HasSuffix(r.URL.Path, ".css"):
			fmt.Fprint(w, "body{}")
		default:
			w.Header().Set("Cache-Control", "max-age=600")
			w.Header().Set("ETag", `"p"`)
			fmt.Fprintf(w, "%s%d", page, n)
		}
	})
	dir := project(t, "cdn")
	build(t, dir)
	s := start(t, dir, "ORIGIN_URL=http://"+origin)
	c := browser(t)

	first := s.get(c, "/a").expect(t, "a page", 200)
	again := s.get(c, "/a").expect(t, "the page again", 200)
	if again.body != first.body || again.header.Get("Age") == "" || !strings.HasPrefix(again.header.Get("Cache-Status"), "stackgen; hit") || len(again.header["Date"]) != 1 {
		t.Errorf("the page again: %v", again.header)
	}
	zipped := s.get(c, "/a", "Accept-Encoding: gzip").expect(t, "compressed", 200)
	r, err := gzip.NewReader(strings.NewReader(zipped.body))
	if err != nil {
		t.Fatalf("%v: %v", zipped.header, err)
	}
	if plain, err := io.ReadAll(r); err != nil || string(plain) != first.body || zipped.header.Get("ETag") != `W/"p"` || zipped.header.Get("Vary") != "Accept-Encoding" {
		t.Errorf("compressed: %d bytes, %v, %v", len(plain), err, zipped.header)
	}
	s.get(c, "/a", `If-None-Match: W/"p"`).expect(t, "unchanged", 304)
	s.get(c, "/a", "Range: bytes=3-5").expect(t, "a part", 206)
	if asked.Load() != 1 {
		t.Errorf("the origin was asked %d times for one page", asked.Load())
	}

	// Nobody gets what is somebody else's.
	s.get(c, "/mine", "Cookie: who=alice").contains(t, "alice's page", "for who=alice")
	s.get(c, "/mine", "Cookie: who=bob").contains(t, "bob's page", "for who=bob")
	if got := s.get(c, "/a", "Cookie: sessionid=1"); got.body == first.body || got.header.Get("Cache-Status") != "stackgen; fwd=bypass" {
		t.Errorf("with a session: %v", got.header)
	}

	// What says nothing about itself is kept where the site says so.
	before := asked.Load()
	s.get(c, "/x.css")
	s.get(c, "/x.css")
	if asked.Load() != before+1 {
		t.Errorf("a stylesheet was asked for %d times", asked.Load()-before)
	}

	// Whatever is said behind the question mark of a stylesheet, it is the same.
	s.get(c, "/x.css?utm=1")
	if asked.Load() != before+1 {
		t.Error("a stylesheet's query makes another one of it")
	}

	// Each language is kept by itself.
	for _, language := range []string{"de", "en", "de", "en"} {
		if got := s.get(c, "/language", "Accept-Language: "+language); got.body != "in "+language {
			t.Errorf("in %s: %s", language, got.body)
		}
	}
	if asked.Load() != before+3 {
		t.Errorf("two languages were asked for %d times", asked.Load()-before-1)
	}

	// Of many one asks, and the others have what is there before it is whole.
	var all sync.WaitGroup
	var halves atomic.Int64
	before = asked.Load()
	for range 10 {
		all.Go(func() {
			req, err := http.NewRequest("GET", s.url+"/slow", nil)
			if err != nil {
				t.Error(err)
				return
			}
			req.Header.Set("Accept-Encoding", "identity") // half a gzip is not half of what is in it
			resp, err := http.DefaultClient.Do(req)
			if err != nil {
				t.Error(err)
				return
			}
			defer resp.Body.Close()
			n, err := io.CopyN(io.Discard, resp.Body, 1<<20)
			halves.Add(1)
			if err != nil {
				t.Errorf("the first half: %d bytes, %v", n, err)
				return
			}
			rest, err := io.Copy(io.Discard, resp.Body)
			if err != nil || n+rest != 2<<20 {
				t.Errorf("read along: %d bytes, %v", n+rest, err)
			}
		})
	}
	s.wait("ten clients to have the first half", func() bool { return halves.Load() == 10 })
	close(release)
	all.Wait()
	if asked.Load() != before+1 {
		t.Errorf("the origin was asked %d times for ten clients", asked.Load()-before)
	}
	run(t, dir, "./site", "purge", "--tag", "news")
	s.get(c, "/slow").expect(t, "what was purged by a tag of its own", 200)
	if asked.Load() != before+2 {
		t.Error("the purge of a tag purged nothing")
	}

	// A word for this cache alone; what is stale by it goes out while a newer one is fetched.
	brief := s.get(c, "/brief").expect(t, "a brief page", 200)
	if brief.header.Get("Cache-Control") != "no-store" || !strings.Contains(brief.header.Get("Cache-Status"), "stored") {
		t.Errorf("a brief page: %v", brief.header)
	}
	time.Sleep(2100 * time.Millisecond) // a ttl is whole seconds
	if got := s.get(c, "/brief"); got.body != brief.body || !strings.HasPrefix(got.header.Get("Cache-Status"), "stackgen; hit; ttl=-") {
		t.Errorf("stale: %q, %v", got.body, got.header)
	}
	s.wait("the newer one", func() bool { got := s.get(c, "/brief"); return got.status == 200 && got.body != brief.body })

	// Who asks too often is told so; pages are not counted with it.
	refused := 0
	s.wait("ten refusals", func() bool {
		if s.get(c, "/api/x").status == 429 {
			refused++
		}
		return refused == 10
	})
	s.get(c, "/a").expect(t, "a page meanwhile", 200)
	s.get(c, "/status").expect(t, "the status page", 200).contains(t, "it", "Caches", "hit")

	// A change makes the page go, and so does a purge.
	s.ask(c, "POST", "/a", "x").expect(t, "a change", 204)
	if got := s.get(c, "/a"); got.body == first.body {
		t.Error("the page is the one from before the change")
	}
	s.ask(c, "PURGE", "/a", "").expect(t, "a purge", 200).contains(t, "it", "purged 1")
	s.get(c, "/a")
	s.ask(c, "PURGE", "/", "", "Cache-Tag: pages").expect(t, "a purge by tag", 200)

	// The origin fails: what is kept stands in. After a restart it is there still.
	s.get(c, "/short").expect(t, "a page of a moment", 200)
	last := s.get(c, "/a").expect(t, "the page", 200)
	broken.Store(true)
	s.get(c, "/short").expect(t, "the page of a moment", 200).contains(t, "it", "short")
	s.get(c, "/b").expect(t, "what was never asked for", 500)
	if got := s.get(c, "/short"); !strings.Contains(got.header.Get("Cache-Status"), "fwd=stale; fwd-status=500") {
		t.Errorf("what stands in says %v", got.header)
	}
	if status := s.stop(syscall.SIGTERM); status != 0 {
		t.Errorf("the site ended with %d", status)
	}
	s = start(t, dir, "ORIGIN_URL=http://"+origin)
	if got := s.get(c, "/a").expect(t, "the page after a restart", 200); got.body != last.body {
		t.Errorf("after a restart: %v", got.header)
	}
	s.get(c, "/short").expect(t, "the page of a moment after a restart", 200).contains(t, "it", "short")
}
