package proxy

import (
	"fmt"
	"testing"

	"stackgen.dev/runtime/gateway"
)

func TestLocationMatching(t *testing.T) {
	patterns := []string{"/", "/static/", "/old", "/old/deep/", "= /", "= /favicon.ico", "/a/", "= /a", "/b/", "/b", "= /c/", "/é/"}
	tests := []struct{ path, want string }{
		{"/", "= /"},
		{"/x", "/"},
		{"/favicon.ico", "= /favicon.ico"},
		{"/favicon.ico/x", "/"},
		{"/static/", "/static/"},
		{"/static/css/site.css", "/static/"},
		{"/static", "/static/ with a slash"},
		{"/statical", "/"},
		{"/old", "/old"},
		{"/old/", "/old"},
		{"/old/x", "/old"},
		{"/older", "/"},
		{"/old/deep", "/old/deep/ with a slash"},
		{"/old/deep/", "/old/deep/"},
		{"/old/deep/x/y", "/old/deep/"},
		{"/old/deeper", "/old"},
		{"/a", "= /a"},
		{"/a/", "/a/"},
		{"/b", "/b"},
		{"/b/", "/b/"},
		{"/b/x", "/b/"},
		{"/c", "/"},
		{"/c/", "= /c/"},
		{"/c/x", "/"},
		{"//static/x", "/"},
		{"/static//x", "/static/"},
		{"/é/x", "/é/"},
	}
	var tree locations
	for _, pattern := range patterns {
		path, exact, err := parsePattern(pattern)
		if err != nil {
			t.Fatal(err)
		}
		if err := tree.add(&location{pattern: pattern, path: path, exact: exact}); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range tests {
		t.Run(tt.path, func(t *testing.T) {
			l, slash := tree.find([]byte(tt.path))
			got := l.pattern
			if slash {
				got += " with a slash"
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestLocationsThatCannotBe(t *testing.T) {
	app := text(func(*gateway.Exchange) string { return "" })
	tests := map[string][]Location{
		"no slash at the start":    {{Path: "static/", Action: Forward{App: true}}},
		"exact, no slash":          {{Path: "= x", Action: Forward{App: true}}},
		"twice":                    {{Path: "/a", Action: Forward{App: true}}, {Path: "/a", Action: Forward{App: true}}},
		"no action":                {{Path: "/a"}},
		"app and upstream":         {{Path: "/a", Action: Forward{App: true, Upstream: "u"}}},
		"neither":                  {{Path: "/a", Action: Forward{}}},
		"unknown upstream":         {{Path: "/a", Action: Forward{Upstream: "u"}}},
		"redirect with status 200": {{Path: "/a", Action: Redirect{To: Template{{Text: "/b"}}, Status: 200}}},
		"redirect to nowhere":      {{Path: "/a", Action: Redirect{}}},
		"redirect with a newline":  {{Path: "/a", Action: Redirect{To: Template{{Text: "/b\n"}}}}},
		"redirect with a wish":     {{Path: "/a", Action: Redirect{To: Template{{Attr: "request.mood"}}}}},
		"static without assets":    {{Path: "/a", Action: Static{}}},
		"files without a folder":   {{Path: "/a", Action: Files{Root: "/does/not/exist"}}},
		"a header that frames":     {{Path: "/a", Action: Forward{App: true}, Headers: Headers{Set: []Field{{"Content-Length", "5"}}}}},
		"a header with a newline":  {{Path: "/a", Action: Forward{App: true}, Headers: Headers{Set: []Field{{"X", "a\r\nY: b"}}}}},
		"a header without a name":  {{Path: "/a", Action: Forward{App: true}, Headers: Headers{Add: []Field{{"", "x"}}}}},
		"a forwarded header":       {{Path: "/a", Action: Forward{App: true}, RequestHeaders: Headers{Set: []Field{{"X-Forwarded-For", "x"}}}}},
	}
	for name, locations := range tests {
		t.Run(name, func(t *testing.T) {
			if _, err := New(Config{Hosts: []string{"*"}, App: app, Locations: locations}); err == nil {
				t.Error("was accepted")
			}
		})
	}
}

func TestSlashIsAdded(t *testing.T) {
	p := newProxy(t, Config{Locations: []Location{{Path: "/old/", Action: Redirect{To: Template{{Text: "/x"}}}}}})
	a := ask(t, p, "GET /old?a=b%20c")
	if a.status != 301 || a.field("Location") != "/old/?a=b%20c" {
		t.Errorf("got %d %q", a.status, a.field("Location"))
	}
}

func TestSlashRedirectStaysOnThisHost(t *testing.T) {
	p := newProxy(t, Config{Locations: []Location{{Path: "//evil.test/", Action: Redirect{To: Template{{Text: "/x"}}}}}})
	a := ask(t, p, "GET //evil.test")
	if a.status != 301 || a.field("Location") != "/evil.test/" {
		t.Errorf("got %d %q", a.status, a.field("Location"))
	}
}

func TestExplain(t *testing.T) {
	p := newProxy(t, Config{
		App:       text(func(*gateway.Exchange) string { return "" }),
		Upstreams: []UpstreamConfig{{Name: "legacy"}},
		Locations: []Location{
			{Path: "/media/", Action: Files{Root: t.TempDir()}},
			{Path: "/old/", Action: Forward{Upstream: "legacy"}},
			{Path: "= /favicon.ico", Action: Redirect{To: Template{{Text: "/static/f.ico"}}}},
		},
	})
	tests := []struct{ method, path, want string }{
		{"GET", "/old/x", `1 "/old/" forward legacy: location "/old/" is the longest that /old/x is in`},
		{"GET", "/old", `1 "/old/" slash : /old is location "/old/" without its slash: 301 to /old/`},
		{"GET", "/favicon.ico", `2 "= /favicon.ico" redirect : /favicon.ico is exactly location "= /favicon.ico"`},
		{"GET", "/none", `-1 ""  : no location matches /none: 404`},
	}
	for _, tt := range tests {
		e := p.Explain(tt.method, tt.path)
		if got := fmt.Sprintf("%d %q %s %s: %s", e.Index, e.Pattern, e.Action, e.Target, e.Reason); got != tt.want {
			t.Errorf("got  %s\nwant %s", got, tt.want)
		}
	}
	if e := p.Explain("POST", "/media/x"); e.Action != "files" || e.Reason != `location "/media/" is the longest that /media/x is in; it answers GET and HEAD, so POST gets 405` {
		t.Errorf("got %+v", e)
	}
}

func TestNoLocationNoMethodNoPath(t *testing.T) {
	p := newProxy(t, Config{})
	for line, want := range map[string]int{"GET /": 404, "OPTIONS *": 204, "CONNECT example.com:443": 405} {
		if a := ask(t, p, line, "Host: example.com:443"); a.status != want {
			t.Errorf("%s: %d, want %d", line, a.status, want)
		}
	}
}
