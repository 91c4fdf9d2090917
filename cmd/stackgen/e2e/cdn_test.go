//go:build e2e

package e2e

import (
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
)

// Ensure that an edge keeps what it may, compresses it, gives it when the origin
// fails, mixes no visitors, purges, and has it still after a restart.
func TestCDN(t *testing.T) {
	var asked atomic.Int64
	var broken atomic.Bool
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
		case strings.HasPrefix(r.URL.Path, "/mine"):
			w.Header().Set("Cache-Control", "private")
			fmt.Fprintf(w, "for %s", r.Header.Get("Cookie"))
		case strings.HasPrefix(r.URL.Path, "/short"):
			w.Header().Set("Cache-Control", "max-age=0, stale-if-error=600")
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
	if status := s.stop(syscall.SIGTERM); status != 0 {
		t.Errorf("the site ended with %d", status)
	}
	s = start(t, dir, "ORIGIN_URL=http://"+origin)
	if got := s.get(c, "/a").expect(t, "the page after a restart", 200); got.body != last.body {
		t.Errorf("after a restart: %v", got.header)
	}
	s.get(c, "/short").expect(t, "the page of a moment after a restart", 200).contains(t, "it", "short")
}
