package route_test

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"stackgen.dev/runtime/web/route"
)

func compile(t testing.TB, routes []route.Route, own ...*route.Converter) *route.Table {
	t.Helper()
	table, err := route.Compile(routes, own...)
	if err != nil {
		t.Fatal(err)
	}
	return table
}

func TestMatch(t *testing.T) {
	table := compile(t, []route.Route{
		{Pattern: "/"},
		{Pattern: "/posts/new/"},
		{Pattern: "/posts/<slug:slug>/"},
		{Pattern: "/posts/<slug:slug>/edit/"},
		{Pattern: "/posts/newest/"}, // hidden by the slug above
		{Pattern: "/f/<str:name>"},
		{Pattern: "/d/<path:rest>"},
		{Pattern: "/d/<path:rest>/end"}, // hidden by the path above
		{Pattern: "/deep/<path:a>/x/<path:b>/y/<path:c>/z"},
		{Pattern: "/shop/", Include: []route.Route{
			{Pattern: "/cart/"},
			{Pattern: "<int:id>/"},
		}},
	})
	tests := []struct {
		name, path, want string
		captures         string
	}{
		{"root", "/", "/", ""},
		{"literal before capture in file order", "/posts/new/", "/posts/new/", ""},
		{"capture", "/posts/newer/", "/posts/<slug:slug>/", "slug=newer"},
		{"first match wins over a longer literal", "/posts/newest/", "/posts/<slug:slug>/", "slug=newest"},
		{"capture, then more", "/posts/a/edit/", "/posts/<slug:slug>/edit/", "slug=a"},
		{"no slash, no match", "/posts/a", "", ""},
		{"encoded slash does not enter a str", "/f/a%2Fb", "", ""},
		{"encoded slash enters a path", "/d/a%2Fb", "/d/<path:rest>", "rest=a/b"},
		{"encoded percent", "/f/50%25", "/f/<str:name>", "name=50%"},
		{"what was encoded twice is decoded once", "/f/a%252Fb", "/f/<str:name>", "name=a%2Fb"},
		{"broken UTF-8", "/f/\xff", "", ""},
		{"several paths", "/deep/1/2/x/3/y/4/z", "/deep/<path:a>/x/<path:b>/y/<path:c>/z", "a=1/2 b=3 c=4"},
		{"group and pattern share a slash", "/shop/cart/", "/shop/cart/", ""},
		{"group", "/shop/7/", "/shop/<int:id>/", "id=7"},
		{"integer beyond 64 bits", "/shop/92233720368547758080/", "", ""},
		{"empty", "", "", ""},
		{"star", "*", "", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var m route.Match
			got, captures := "", []string{}
			if table.Match([]byte(tt.path), &m) {
				got = m.Entry().Pattern
				for _, name := range m.Entry().Captures {
					text, _ := m.Capture(name)
					captures = append(captures, name+"="+text)
				}
			}
			if got != tt.want || strings.Join(captures, " ") != tt.captures {
				t.Errorf("got %q %v, want %q %s", got, captures, tt.want, tt.captures)
			}
		})
	}
}

func TestMatchStaysLinear(t *testing.T) {
	table := compile(t, []route.Route{{Pattern: "/<path:a>/b/<path:c>/b/<path:d>/b/<path:e>/end"}})
	var m route.Match
	if table.Match([]byte("/"+strings.Repeat("b/", 4000)+"no"), &m) {
		t.Error("matched")
	}
}

func TestOwnConverter(t *testing.T) {
	year := &route.Converter{
		Name: "year", Regex: regexp.MustCompile(`[0-9]{4}`),
		Accept: func(text string) bool { return text != "0000" },
		Format: func(v any) (string, error) {
			n, ok := v.(int)
			if !ok {
				return "", fmt.Errorf("%T is no year", v)
			}
			return fmt.Sprintf("%04d", n), nil
		},
	}
	table := compile(t, []route.Route{{Pattern: "/<year:y>/", Name: "year"}}, year)
	for path, want := range map[string]bool{"/2026/": true, "/0000/": false, "/20260/": false, "/226/": false} {
		var m route.Match
		if got := table.Match([]byte(path), &m); got != want {
			t.Errorf("%s: %v", path, got)
		}
	}
	if url, err := table.Reverse("year", 33); err != nil || url != "/0033/" {
		t.Error(url, err)
	}
	if _, err := table.Reverse("year", "x"); err == nil {
		t.Error("a string reversed")
	}
}

func TestReverseSaysWhatIsNear(t *testing.T) {
	table := compile(t, []route.Route{{Pattern: "/p/<int:id>/", Name: "post_detail"}})
	_, err := table.Reverse("post_detial", 1)
	if want := `reverse "post_detial": no route has that name; did you mean "post_detail"?`; err == nil || err.Error() != want {
		t.Error(err)
	}
	_, err = table.Reverse("post_detail", "x")
	if want := `reverse "post_detail": arguments [x] fit none of /p/<int:id>/`; err == nil || err.Error() != want {
		t.Error(err)
	}
}

func TestCompileRefuses(t *testing.T) {
	for pattern, want := range map[string]string{
		"/<int:id":                        `route "/<int:id": a capture that begins with "<" is not closed`,
		"/<nosuch:id>/":                   `route "/<nosuch:id>/": there is no converter "nosuch"`,
		"/<int:1>/":                       `route "/<int:1>/": "1" is no name for a capture`,
		"/<int:a>/<str:a>/":               `route "/<int:a>/<str:a>/": two captures are called "a"`,
		"/< int:a >/":                     `route "/< int:a >/": there is no converter " int"`,
		strings.Repeat("/<a>", 1) + "/<>": `route "/<a>/<>": "" is no name for a capture`,
	} {
		if _, err := route.Compile([]route.Route{{Pattern: pattern}}); err == nil || err.Error() != want {
			t.Errorf("%s: %v", pattern, err)
		}
	}
}

func TestQuote(t *testing.T) {
	for _, tt := range []struct{ in, segment, rest string }{
		{"plain-1_.~", "plain-1_.~", "plain-1_.~"},
		{"a/b", "a%2Fb", "a/b"},
		{"a b?c#d%", "a%20b%3Fc%23d%25", "a%20b%3Fc%23d%25"},
		{"é", "%C3%A9", "%C3%A9"},
	} {
		if got := route.Segment(tt.in); got != tt.segment {
			t.Errorf("Segment(%q) = %q", tt.in, got)
		}
		if got := route.Rest(tt.in); got != tt.rest {
			t.Errorf("Rest(%q) = %q", tt.in, got)
		}
	}
	if got := route.Guard("//evil.example/"); got != "/%2Fevil.example/" {
		t.Error(got)
	}
}

func TestMatchDoesNotAllocate(t *testing.T) {
	table := compile(t, manyRoutes(1000))
	var m route.Match
	path := []byte("/section777/some-slug/12/")
	if n := testing.AllocsPerRun(100, func() {
		if !table.Match(path, &m) {
			t.Fatal("no match")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func manyRoutes(n int) []route.Route {
	var routes []route.Route
	for i := range n {
		routes = append(routes, route.Route{Pattern: "/section" + strconv.Itoa(i) + "/<slug:slug>/<int:id>/"})
	}
	return routes
}

func BenchmarkMatch(b *testing.B) {
	for _, n := range []int{10, 1000, 10000} {
		b.Run(strconv.Itoa(n), func(b *testing.B) {
			table := compile(b, manyRoutes(n))
			var m route.Match
			path := []byte("/section" + strconv.Itoa(n-1) + "/some-slug/12/")
			b.ReportAllocs()
			for b.Loop() {
				if !table.Match(path, &m) {
					b.Fatal("no match")
				}
			}
		})
	}
}

func FuzzMatch(f *testing.F) {
	table := compile(f, []route.Route{
		{Pattern: "/s/<str:s>/"}, {Pattern: "/m/<int:a>-<slug:b>.<uuid:c>"},
		{Pattern: "/p/<path:a>/x/<path:b>/"}, {Pattern: "/<slug:a>-<str:b>"},
		{Pattern: "/o/<tags:a>/<yyyy:b>.<share:c>"},
	}, yyyy.Converter(), tags.Converter(), share.Converter())
	f.Add("/o/a/b%2Fc/2026.50%25")
	f.Add("/s/a%2F/")
	f.Add("/p/a/x/x/x/b/")
	f.Fuzz(func(t *testing.T, path string) {
		var m route.Match
		if !table.Match([]byte(path), &m) {
			return
		}
		for _, name := range m.Entry().Captures {
			text, ok := m.Capture(name)
			if !ok || text == "" {
				t.Errorf("%q: capture %s is empty", path, name)
			}
		}
	})
}
