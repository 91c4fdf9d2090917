package proxy

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"stackgen.dev/runtime/gateway"
)

// testAssets are a style sheet in all variants and a picture in none.
func testAssets(t testing.TB) *Assets {
	t.Helper()
	files := fstest.MapFS{
		"static/css/site.abc123.css":     {Data: []byte("body { color: red }")},
		"static/css/site.abc123.css.zst": {Data: []byte("ZSTD")},
		"static/css/site.abc123.css.br":  {Data: []byte("BROTLI")},
		"static/css/site.abc123.css.gz":  {Data: []byte("GZIP!")},
		"static/logo.def456.png":         {Data: []byte("PNG")},
	}
	a, err := NewAssets(files, []Asset{
		{Name: "css/site.css", Hashed: "css/site.abc123.css", File: "static/css/site.abc123.css", Size: 19, Hash: "abc123"},
		{Name: "logo.png", Hashed: "logo.def456.png", File: "static/logo.def456.png", Type: "image/png", Size: 3, Hash: "def456"},
	})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func TestStatic(t *testing.T) {
	p := newProxy(t, Config{Locations: []Location{
		{Path: "/static/", Action: Static{Assets: testAssets(t), Expires: 24 * time.Hour}},
		{Path: "= /logo.png", Action: Static{Assets: testAssets(t)}},
	}})
	const immutable = "public, max-age=86400, immutable"
	tests := []struct {
		name, line string
		fields     []string
		status     int
		body       string
		header     map[string]string
	}{
		{"hashed name", "GET /static/css/site.abc123.css", nil, 200, "body { color: red }", map[string]string{
			"Cache-Control": immutable, "Content-Type": "text/css; charset=utf-8", "ETag": `"abc123"`,
			"Vary": "Accept-Encoding", "Accept-Ranges": "bytes", "Content-Encoding": "",
		}},
		{"plain name", "GET /static/css/site.css", nil, 200, "body { color: red }", map[string]string{"Cache-Control": "no-cache", "ETag": `"abc123"`}},
		{"the best variant", "GET /static/css/site.css", []string{"Accept-Encoding: gzip, br, zstd"}, 200, "ZSTD", map[string]string{
			"Content-Encoding": "zstd", "ETag": `"abc123-zst"`, "Vary": "Accept-Encoding", "Content-Type": "text/css; charset=utf-8",
		}},
		{"the variant asked for", "GET /static/css/site.css", []string{"Accept-Encoding: gzip, br;q=0.2"}, 200, "GZIP!", map[string]string{
			"Content-Encoding": "gzip", "ETag": `"abc123-gz"`,
		}},
		{"304 of the variant", "GET /static/css/site.css", []string{"Accept-Encoding: br", `If-None-Match: "abc123-br"`}, 304, "", map[string]string{
			"ETag": `"abc123-br"`, "Vary": "Accept-Encoding", "Cache-Control": "no-cache", "Content-Type": "", "Content-Encoding": "",
		}},
		{"another variant's tag", "GET /static/css/site.css", []string{"Accept-Encoding: br", `If-None-Match: "abc123"`}, 200, "BROTLI", nil},
		{"a range of the variant", "GET /static/css/site.css", []string{"Accept-Encoding: br", "Range: bytes=1-2"}, 206, "RO", map[string]string{
			"Content-Encoding": "br", "Content-Range": "bytes 1-2/6",
		}},
		{"no variants, no Vary", "GET /static/logo.png", []string{"Accept-Encoding: br"}, 200, "PNG", map[string]string{"Vary": "", "Content-Type": "image/png"}},
		{"exact location", "GET /logo.png", nil, 200, "PNG", nil},
		{"not there", "GET /static/none.css", nil, 404, "", nil},
		{"variants have no name of their own", "GET /static/css/site.abc123.css.gz", nil, 404, "", nil},
		{"the folder", "GET /static/", nil, 404, "", nil},
		{"climbing out", "GET /static/..%2flogo.png", nil, 404, "", nil},
		{"another method", "POST /static/logo.png", nil, 405, "", map[string]string{"Allow": "GET, HEAD"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := ask(t, p, tt.line, tt.fields...)
			if a.status != tt.status {
				t.Fatalf("got %d, want %d", a.status, tt.status)
			}
			if tt.status < 400 && a.body != tt.body {
				t.Errorf("body %q, want %q", a.body, tt.body)
			}
			for name, want := range tt.header {
				if got := a.field(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
		})
	}
}

func TestHashedName(t *testing.T) {
	a := testAssets(t)
	for name, want := range map[string]string{"css/site.css": "css/site.abc123.css", "none.js": "none.js"} {
		if got := a.Hashed(name); got != want {
			t.Errorf("%s is %s, want %s", name, got, want)
		}
	}
}

func TestAssetsWithoutVariantsAreServedAsTheyAre(t *testing.T) {
	a, err := NewAssets(fstest.MapFS{"a.js": {Data: []byte("x")}}, []Asset{{Name: "a.js", File: "a.js", Size: 1, Hash: "h"}})
	if err != nil {
		t.Fatal(err)
	}
	p := newProxy(t, Config{Locations: []Location{{Path: "/", Action: Static{Assets: a}}}})
	if a := ask(t, p, "GET /a.js", "Accept-Encoding: gzip, br, zstd"); a.body != "x" || a.field("Content-Encoding") != "" {
		t.Errorf("got %q as %q", a.body, a.field("Content-Encoding"))
	}
}

func TestLargeAssets(t *testing.T) {
	big := strings.Repeat("0123456789", maxAssetInMemory/10+1)
	a, err := NewAssets(fstest.MapFS{"a.bin": {Data: []byte(big)}}, []Asset{{Name: "a.bin", File: "a.bin", Size: int64(len(big)), Hash: "h"}})
	if err != nil {
		t.Fatal(err)
	}
	if a.assets["a.bin"].variants[identity].reader == nil {
		t.Error("it is held in memory")
	}
	p := newProxy(t, Config{Locations: []Location{{Path: "/", Action: Static{Assets: a}}}})
	if got := ask(t, p, "GET /a.bin"); got.body != big {
		t.Errorf("got %d bytes, want %d", len(got.body), len(big))
	}
	if got := ask(t, p, "GET /a.bin", "Range: bytes=-3"); got.body != big[len(big)-3:] {
		t.Errorf("the last three bytes are %q", got.body)
	}
}

func TestAssetTablesThatCannotBe(t *testing.T) {
	files := fstest.MapFS{"a": {Data: []byte("x")}}
	tests := map[string][]Asset{
		"missing file":          {{Name: "b", File: "b", Hash: "h"}},
		"another size":          {{Name: "a", File: "a", Size: 2, Hash: "h"}},
		"no hash":               {{Name: "a", File: "a", Size: 1}},
		"a hash that no tag is": {{Name: "a", File: "a", Size: 1, Hash: `"`}},
		"twice":                 {{Name: "a", File: "a", Size: 1, Hash: "h"}, {Name: "a", File: "a", Size: 1, Hash: "h"}},
	}
	for name, table := range tests {
		if _, err := NewAssets(files, table); err == nil {
			t.Errorf("%s: was accepted", name)
		}
	}
}

// A hit costs no memory: not for the match, the negotiation, the id or the header.
func TestAStaticHitAllocatesNothing(t *testing.T) {
	p := newProxy(t, Config{
		Hosts:   []string{"example.com"},
		Headers: Headers{Set: []Field{{"X-Content-Type-Options", "nosniff"}}},
		Locations: []Location{
			{Path: "/static/", Action: Static{Assets: testAssets(t)}},
		},
	})
	for _, fields := range [][]string{
		{"Accept-Encoding: gzip, deflate, br, zstd"},
		{"Accept-Encoding: gzip, deflate, br, zstd", `If-None-Match: "abc123-zst"`},
	} {
		x := exchange(t, "GET /static/css/site.abc123.css", fields...)
		allocs := testing.AllocsPerRun(1000, func() {
			x.Request.ID = ""
			x.Response.Reset()
			p.Serve(x)
		})
		if allocs > poolAllocs {
			t.Errorf("%q: %v allocations", fields, allocs)
		}
		if x.Response.Header.Get("ETag") == nil || x.Response.Kind() == gateway.FileBody {
			t.Error("it was no hit")
		}
	}
}

func TestMediaTypes(t *testing.T) {
	for name, want := range map[string]string{
		"a.html": "text/html; charset=utf-8", "A.JS": "text/javascript; charset=utf-8", "a.b.svg": "image/svg+xml; charset=utf-8",
		"x.json": "application/json", "x.woff2": "font/woff2", "README": octetStream, "dir.css/file": octetStream, "a.unknown": octetStream,
	} {
		if got := MediaType(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}

// Ensure that index.html answers for its folder, and for the location itself.
func TestStaticIndex(t *testing.T) {
	files := fstest.MapFS{"index.1.html": {Data: []byte("home")}, "docs/index.2.html": {Data: []byte("docs")}}
	a, err := NewAssets(files, []Asset{
		{Name: "index.html", Hashed: "index.1.html", Size: 4, Hash: "1"},
		{Name: "docs/index.html", Hashed: "docs/index.2.html", Size: 4, Hash: "2"},
	})
	if err != nil {
		t.Fatal(err)
	}
	p := newProxy(t, Config{Locations: []Location{{Path: "/", Action: Static{Assets: a}}}})
	for _, tt := range []struct {
		path           string
		status         int
		body, location string
	}{
		{"/", 200, "home", ""},
		{"/index.html", 200, "home", ""},
		{"/docs/", 200, "docs", ""},
		{"/docs", 301, "", "/docs/"},
		{"/nothing/", 404, "", ""},
	} {
		got := ask(t, p, "GET "+tt.path)
		if got.status != tt.status || tt.status == 200 && got.body != tt.body || got.field("Location") != tt.location {
			t.Errorf("%s: got %d %q to %q", tt.path, got.status, got.body, got.field("Location"))
		}
	}
}
