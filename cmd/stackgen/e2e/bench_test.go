//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"

	"stackgen.dev/runtime/model/postgres/pgtest"
)

// Ensure that the page of fortunes and the rows of worlds are what the rules of
// the TechEmpower benchmarks ask for, the page byte for byte, on both databases.
func TestBenchDatabases(t *testing.T) {
	const want = `<!DOCTYPE html><html><head><title>Fortunes</title></head><body><table><tr><th>id</th><th>message</th></tr>` +
		`<tr><td>11</td><td>&lt;script&gt;alert(&quot;This should not be displayed in a browser alert box.&quot;);&lt;/script&gt;</td></tr>` +
		`<tr><td>4</td><td>A bad random number generator: 1, 1, 1, 1, 1, 4.33e+67, 1, 1, 1</td></tr>` +
		`<tr><td>5</td><td>A computer program does what you tell it to do, not what you want it to do.</td></tr>` +
		`<tr><td>2</td><td>A computer scientist is someone who fixes things that aren&#x27;t broken.</td></tr>` +
		`<tr><td>8</td><td>A list is only as strong as its weakest link. — Donald Knuth</td></tr>` +
		`<tr><td>0</td><td>Additional fortune added at request time.</td></tr>` +
		`<tr><td>3</td><td>After enough decimal places, nobody gives a damn.</td></tr>` +
		`<tr><td>7</td><td>Any program that runs right is obsolete.</td></tr>` +
		`<tr><td>10</td><td>Computers make very fast, very accurate mistakes.</td></tr>` +
		`<tr><td>6</td><td>Emacs is a nice operating system, but I prefer UNIX. — Tom Christaensen</td></tr>` +
		`<tr><td>9</td><td>Feature: A bug with seniority.</td></tr>` +
		`<tr><td>1</td><td>fortune: No such file or directory</td></tr>` +
		`<tr><td>12</td><td>フレームワークのベンチマーク</td></tr></table></body></html>`
	dir := project(t, "bench")
	build(t, dir)
	pg, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pg.Stop)
	c := browser(t)
	for _, test := range []struct{ engine, url string }{{"SQLite", "sqlite:data/bench.db"}, {"PostgreSQL", pg.URL("postgres")}} {
		t.Run(test.engine, func(t *testing.T) {
			t.Setenv("DATABASE_URL", test.url)
			run(t, dir, "./site", "migrate")
			s := start(t, dir)
			for range 2 {
				got := s.get(c, "/fortunes").expect(t, "the page", 200)
				if got.body != want {
					t.Errorf("got\n%s\nwant\n%s", got.body, want)
				}
				if kind := got.header.Get("Content-Type"); kind != "text/html; charset=utf-8" || got.header.Get("Date") == "" {
					t.Errorf("the header is %v", got.header)
				}
			}
			worldsOf(t, s, c)
		})
	}
}

// worldsOf asks for rows in each of the ways that there are.
func worldsOf(t *testing.T, s *site, c *http.Client) {
	t.Helper()
	type world struct{ ID, RandomNumber int }
	decode := func(path string, v any) {
		t.Helper()
		got := s.get(c, path).expect(t, path, 200)
		if kind := got.header.Get("Content-Type"); kind != "application/json" {
			t.Errorf("%s is of type %s", path, kind)
		}
		if err := json.Unmarshal([]byte(got.body), v); err != nil {
			t.Errorf("%s: %v in %s", path, err, got.body)
		}
	}
	var one world
	decode("/db", &one)
	if one.RandomNumber != one.ID*7919%10000+1 {
		t.Errorf("the row is %+v", one)
	}
	for _, path := range []string{"/queries", "/updates", "/cached"} {
		for query, want := range map[string]int{"": 1, "?n=": 1, "?n=x": 1, "?n=0": 1, "?n=-3": 1, "?n=20": 20, "?n=501": 500, "?n=99999999999999999999": 500} {
			var list []world
			decode(path+query, &list)
			if len(list) != want {
				t.Errorf("%s%s: %d rows, want %d", path, query, len(list), want)
			}
			for _, w := range list {
				if w.ID < 1 || w.ID > 10000 || w.RandomNumber < 1 || w.RandomNumber > 10000 {
					t.Errorf("%s%s: %+v is no row", path, query, w)
				}
			}
		}
	}
	// What an update answers is what is stored: hundreds of rows no longer have their first number.
	var list []world
	decode("/queries?n=500", &list)
	changed := 0
	for _, w := range list {
		if w.RandomNumber != w.ID*7919%10000+1 {
			changed++
		}
	}
	if changed == 0 {
		t.Error("no row of 500 is changed, after more than 1,000 of 10,000 were")
	}
}

// Ensure that the site that is measured answers as whoever measures it expects:
// an echo for every method, a page to GET and POST, files under plain names,
// and an upstream from the environment, whose prefix is taken off.
func TestBenchSite(t *testing.T) {
	upstream := backend(t, "tcp", "127.0.0.1:0", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		b, _ := io.ReadAll(r.Body)
		fmt.Fprintf(w, "%s %s %d", r.Method, r.URL.RequestURI(), len(b))
	}))
	dir := project(t, "bench")
	build(t, dir)
	s := start(t, dir, "UPSTREAM_URL=http://"+upstream)
	c := browser(t)

	plain := s.get(c, "/plaintext").expect(t, "the small answer", 200)
	if plain.body != "Hello, World!" || plain.header.Get("Set-Cookie") != "" || plain.header.Get("X-Frame-Options") != "" {
		t.Errorf("the small answer is %q with %v", plain.body, plain.header)
	}
	json := s.get(c, "/json").expect(t, "an object", 200)
	if strings.TrimSpace(json.body) != `{"message":"Hello, World!"}` || json.header.Get("Content-Type") != "application/json" {
		t.Errorf("the object is %q, %s", json.body, json.header.Get("Content-Type"))
	}
	for _, method := range []string{"POST", "PUT", "PATCH", "DELETE"} {
		if got := s.ask(c, method, "/echo", strings.Repeat("x", 100_000)).expect(t, "the echo of "+method, 200); got.body != "100000" {
			t.Errorf("%s: the echo counted %q", method, got.body)
		}
	}
	if got := s.get(c, "/echo").expect(t, "the echo of nothing", 200); got.body != "0" {
		t.Errorf("the echo of nothing counted %q", got.body)
	}
	s.get(c, "/").expect(t, "the page", 200).contains(t, "the page", "Hello, World!")
	s.ask(c, "POST", "/", "a=b").expect(t, "the page to a form", 200).contains(t, "the page to a form", "Hello, World!")
	for name, size := range map[string]int{"/static/1k.txt": 1 << 10, "/static/100k.txt": 100 << 10} {
		if got := s.get(c, name).expect(t, name, 200); len(got.body) != size {
			t.Errorf("%s has %d bytes", name, len(got.body))
		}
	}
	s.get(c, "/proxy/a/b?q=1").expect(t, "the upstream", 200).contains(t, "what the upstream saw", "GET /a/b?q=1 0")
	s.ask(c, "POST", "/proxy/", "body").expect(t, "a post to the upstream", 200).contains(t, "what the upstream saw", "POST / 4")
}
