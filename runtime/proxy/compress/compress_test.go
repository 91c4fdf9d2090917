package compress_test

import (
	"bytes"
	"io"
	"strings"
	"testing"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/proxy/compress"
	"stackgen.dev/runtime/proxy/proxytest"
)

var page = strings.Repeat("<p>Hello, world! This is a page that compresses well.</p>\n", 100)

// decode undoes a coding.
func decode(t *testing.T, coding, body string) string {
	t.Helper()
	var r io.Reader = strings.NewReader(body)
	var err error
	switch coding {
	case "gzip":
		r, err = gzip.NewReader(r)
	case "br":
		r = brotli.NewReader(r)
	case "zstd":
		r, err = zstd.NewReader(r)
	}
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("%s: %v", coding, err)
	}
	return string(b)
}

// described is an application that answers with fields ("Name: value") and a body.
func described(status int, body string, fields ...string) gateway.HandlerFunc {
	return func(x *gateway.Exchange) {
		x.Response.Status = status
		for _, f := range fields {
			name, value, _ := strings.Cut(f, ": ")
			x.Response.Header.Add(name, value)
		}
		if body != "" {
			x.Response.Text(body)
		}
	}
}

// Ensure that what is compressed, and how, follows client, type and size.
func TestCompress(t *testing.T) {
	html := "Content-Type: text/html; charset=utf-8"
	for _, tt := range []struct {
		name    string
		layer   compress.Compress
		app     gateway.HandlerFunc
		request []string
		coding  string
		vary    string
	}{
		{"zstd is preferred", compress.Compress{}, described(200, page, html), []string{"Accept-Encoding: gzip, br, zstd"}, "zstd", "Accept-Encoding"},
		{"then brotli", compress.Compress{}, described(200, page, html), []string{"Accept-Encoding: gzip, br"}, "br", "Accept-Encoding"},
		{"gzip", compress.Compress{}, described(200, page, html), []string{"Accept-Encoding: gzip"}, "gzip", "Accept-Encoding"},
		{"the site's order", compress.Compress{Encodings: []string{"gzip", "br"}}, described(200, page, html), []string{"Accept-Encoding: gzip, br, zstd"}, "gzip", "Accept-Encoding"},
		{"the client's weights", compress.Compress{}, described(200, page, html), []string{"Accept-Encoding: zstd;q=0.2, br;q=0.3, gzip;q=0.9"}, "gzip", "Accept-Encoding"},
		{"a refused coding", compress.Compress{}, described(200, page, html), []string{"Accept-Encoding: zstd;q=0, gzip"}, "gzip", "Accept-Encoding"},
		{"anything", compress.Compress{}, described(200, page, html), []string{"Accept-Encoding: *"}, "zstd", "Accept-Encoding"},
		{"plain preferred", compress.Compress{}, described(200, page, html), []string{"Accept-Encoding: identity, gzip;q=0.5"}, "", "Accept-Encoding"},
		{"nothing asked for", compress.Compress{}, described(200, page, html), nil, "", "Accept-Encoding"},
		{"another type", compress.Compress{}, described(200, page, "Content-Type: image/png"), []string{"Accept-Encoding: gzip"}, "", ""},
		{"no type", compress.Compress{}, described(200, page), []string{"Accept-Encoding: gzip"}, "", ""},
		{"types of the site", compress.Compress{Types: []string{"image/*"}}, described(200, page, "Content-Type: image/x"), []string{"Accept-Encoding: gzip"}, "gzip", "Accept-Encoding"},
		{"too small", compress.Compress{}, described(200, "tiny", html), []string{"Accept-Encoding: gzip"}, "", "Accept-Encoding"},
		{"small enough for the site", compress.Compress{MinSize: 1}, described(200, strings.Repeat("a", 200), html), []string{"Accept-Encoding: gzip"}, "gzip", "Accept-Encoding"},
		{"what does not get smaller", compress.Compress{MinSize: 1}, described(200, "xyz", html), []string{"Accept-Encoding: gzip"}, "", "Accept-Encoding"},
		{"never twice", compress.Compress{}, described(200, page, html, "Content-Encoding: gzip"), []string{"Accept-Encoding: br"}, "gzip", ""},
		{"no-transform", compress.Compress{}, described(200, page, html, "Cache-Control: public, no-transform"), []string{"Accept-Encoding: br"}, "", ""},
		{"a part", compress.Compress{}, described(206, page, html, "Content-Range: bytes 0-1/2"), []string{"Accept-Encoding: br"}, "", ""},
		{"an error page", compress.Compress{}, described(404, page, html), []string{"Accept-Encoding: br"}, "br", "Accept-Encoding"},
		{"Vary is joined", compress.Compress{}, described(200, page, html, "Vary: Cookie"), []string{"Accept-Encoding: br"}, "br", "Cookie|Accept-Encoding"},
		{"Vary has it already", compress.Compress{}, described(200, page, html, "Vary: cookie, accept-encoding"), []string{"Accept-Encoding: br"}, "br", "cookie, accept-encoding"},
		{"with a cookie gzip, padded", compress.Compress{}, described(200, page, html), []string{"Accept-Encoding: br, gzip", "Cookie: a=b"}, "gzip", "Accept-Encoding"},
		{"with a cookie, and no gzip", compress.Compress{}, described(200, page, html), []string{"Accept-Encoding: br", "Cookie: a=b"}, "", "Accept-Encoding"},
		{"with a cookie, and skipped", compress.Compress{Secrets: "skip"}, described(200, page, html), []string{"Accept-Encoding: gzip", "Cookie: a=b"}, "", "Accept-Encoding"},
		{"with a cookie, and no matter", compress.Compress{Secrets: "compress"}, described(200, page, html), []string{"Accept-Encoding: br", "Cookie: a=b"}, "br", "Accept-Encoding"},
		{"public in spite of a cookie", compress.Compress{}, described(200, page, html, "Cache-Control: public"), []string{"Accept-Encoding: br", "Cookie: a=b"}, "br", "Accept-Encoding"},
		{"an answer that sets a cookie", compress.Compress{}, described(200, page, html, "Set-Cookie: a=b"), []string{"Accept-Encoding: br"}, "", "Accept-Encoding"},
		{"without a body", compress.Compress{}, described(204, "", html), []string{"Accept-Encoding: br"}, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p := proxytest.New(t, nil, tt.app, tt.layer)
			a := proxytest.Ask(t, p, "GET /", tt.request...)
			if got := a.Field("Content-Encoding"); got != tt.coding {
				t.Fatalf("the coding is %q, want %q", got, tt.coding)
			}
			if got := a.Field("Vary"); got != tt.vary {
				t.Errorf("Vary %q, want %q", got, tt.vary)
			}
			if tt.name == "never twice" {
				return
			}
			plain := proxytest.Ask(t, proxytest.New(t, nil, tt.app), "GET /").Body
			if got := decode(t, tt.coding, a.Body); got != plain {
				t.Errorf("%d bytes came out of %d", len(got), len(plain))
			}
		})
	}
}

// Ensure that entity tags become weak, ranges are no longer offered, and HEAD and
// 304 agree with GET.
func TestCompressHead(t *testing.T) {
	app := described(200, page, "Content-Type: text/html", `ETag: "v1"`, "Accept-Ranges: bytes")
	p := proxytest.New(t, nil, app, compress.Compress{})
	get := proxytest.Ask(t, p, "GET /", "Accept-Encoding: br")
	head := proxytest.Ask(t, p, "HEAD /", "Accept-Encoding: br")
	for _, a := range []proxytest.Answer{get, head} {
		if a.Field("ETag") != `W/"v1"` || a.Field("Accept-Ranges") != "" || a.Field("Content-Encoding") != "br" || a.Field("Content-Length") != "" {
			t.Errorf("the header is %v", a.Header.Fields())
		}
	}
	plain := proxytest.Ask(t, p, "GET /")
	if plain.Field("ETag") != `"v1"` || plain.Field("Accept-Ranges") != "bytes" {
		t.Errorf("uncompressed: %v", plain.Header.Fields())
	}
	unchanged := proxytest.New(t, nil, described(304, "", `ETag: "v1"`), compress.Compress{})
	if a := proxytest.Ask(t, unchanged, "GET /", "Accept-Encoding: br"); a.Field("ETag") != `W/"v1"` || a.Field("Vary") != "Accept-Encoding" || a.Field("Content-Encoding") != "" {
		t.Errorf("304: %v", a.Header.Fields())
	}
}

// Ensure that each flush of a stream can be decoded by itself, whatever the coding.
func TestCompressStreams(t *testing.T) {
	for _, coding := range []string{"gzip", "br", "zstd"} {
		t.Run(coding, func(t *testing.T) {
			app := func(x *gateway.Exchange) {
				x.Response.Header.Add("Content-Type", "text/plain")
				x.Response.Stream(func(w gateway.BodyWriter) error {
					for _, s := range []string{"one\n", "two\n", "three\n"} {
						if _, err := io.WriteString(w, s); err != nil {
							return err
						}
						if err := w.Flush(); err != nil {
							return err
						}
					}
					w.Trailer().Add("X-Sum", "1")
					return nil
				})
			}
			p := proxytest.New(t, nil, app, compress.Compress{})
			x := proxytest.Request(t, "GET /", "Accept-Encoding: "+coding)
			p.Serve(x)
			s := &sink{t: t, coding: coding}
			if err := x.Response.Body().Stream(s); err != nil {
				t.Fatal(err)
			}
			x.Finish()
			if strings.Join(s.seen, "|") != "one\n|one\ntwo\n|one\ntwo\nthree\n" || s.trailer.Len() != 1 {
				t.Errorf("after each flush: %q", s.seen)
			}
			if got := decode(t, coding, s.String()); got != "one\ntwo\nthree\n" {
				t.Errorf("in the end: %q", got)
			}
		})
	}
}

// sink decodes what it has at each flush.
type sink struct {
	bytes.Buffer
	t       *testing.T
	coding  string
	seen    []string
	trailer gateway.Header
}

func (s *sink) Flush() error {
	var r io.Reader = bytes.NewReader(s.Bytes())
	switch s.coding {
	case "gzip":
		r, _ = gzip.NewReader(r)
	case "br":
		r = brotli.NewReader(r)
	case "zstd":
		r, _ = zstd.NewReader(r)
	}
	b, _ := io.ReadAll(r) // ends in the middle
	s.seen = append(s.seen, string(b))
	return nil
}

func (s *sink) Trailer() *gateway.Header { return &s.trailer }

// Ensure that a reader is compressed and closed, sent or not.
func TestCompressReaders(t *testing.T) {
	closed := 0
	app := func(x *gateway.Exchange) {
		x.Response.Header.Add("Content-Type", "text/plain")
		x.Response.Reader(&closer{strings.NewReader(page), &closed}, int64(len(page)))
	}
	p := proxytest.New(t, nil, app, compress.Compress{})
	a := proxytest.Ask(t, p, "GET /", "Accept-Encoding: gzip")
	if decode(t, a.Field("Content-Encoding"), a.Body) != page || closed != 1 {
		t.Errorf("%s, closed %d times", a.Field("Content-Encoding"), closed)
	}
	x := proxytest.Request(t, "GET /", "Accept-Encoding: gzip")
	p.Serve(x)
	x.Finish()
	if closed != 2 {
		t.Errorf("closed %d times", closed)
	}
}

type closer struct {
	io.Reader
	closed *int
}

func (c *closer) Close() error { *c.closed++; return nil }

// Ensure that answers with secrets in them differ in length.
func TestCompressPads(t *testing.T) {
	p := proxytest.New(t, nil, described(200, page, "Content-Type: text/html"), compress.Compress{})
	lengths := map[int]bool{}
	for range 50 {
		lengths[len(proxytest.Ask(t, p, "GET /", "Accept-Encoding: gzip", "Cookie: a=b").Body)] = true
	}
	if len(lengths) < 10 {
		t.Errorf("fifty answers have %d lengths", len(lengths))
	}
	same := map[int]bool{}
	for range 5 {
		same[len(proxytest.Ask(t, p, "GET /", "Accept-Encoding: gzip").Body)] = true
	}
	if len(same) != 1 {
		t.Errorf("five answers without secrets have %d lengths", len(same))
	}
}

func TestCompressRefused(t *testing.T) {
	for _, c := range []compress.Compress{{Encodings: []string{"deflate"}}, {Secrets: "maybe"}} {
		if _, err := c.Start(&proxy.Environment{}); err == nil {
			t.Errorf("%+v is accepted", c)
		}
	}
}

func BenchmarkCompress20K(b *testing.B) {
	body := strings.Repeat(page, 4)[:20<<10]
	for _, coding := range []string{"gzip", "br", "zstd"} {
		b.Run(coding, func(b *testing.B) {
			p := proxytest.New(b, nil, described(200, body, "Content-Type: text/html"), compress.Compress{})
			b.ReportAllocs()
			for b.Loop() {
				proxytest.Ask(b, p, "GET /", "Accept-Encoding: "+coding)
			}
		})
	}
}
