package route_test

import (
	"strings"
	"testing"

	"stackgen.dev/runtime/web/route"
)

func TestMatchHost(t *testing.T) {
	table := compile(t, []route.Route{
		{Pattern: "/first/", Name: "first"},
		{Pattern: "/", Host: "api.example.com", Name: "api", Include: []route.Route{
			{Pattern: "", Name: "api_home"},
			{Pattern: "first/", Name: "api_first"},
			{Pattern: "posts/<int:id>/", Name: "api_post"},
			{Pattern: "^old/([0-9]+)/$", Regex: true, Name: "api_old"},
		}},
		{Pattern: "/<slug:page>/", Host: "<slug:team>.example.com", Name: "team_page"},
		{Pattern: "/any/below", Host: "*.example.com", Name: "below"},
		{Pattern: "/<yyyy:year>/", Host: "<yyyy:of>.archive.example.com", Name: "archive"},
		{Pattern: "/", Name: "home"},
		{Pattern: "/posts/<int:id>/", Name: "post"},
	}, yyyy.Converter())
	for _, tt := range []struct{ name, host, path, want, captures string }{
		{"a bound route", "api.example.com", "/posts/7/", "api_post", "id=7"},
		{"the same path elsewhere", "example.com", "/posts/7/", "post", "id=7"},
		{"the first in file order is for every host", "api.example.com", "/first/", "first", ""},
		{"the bound root", "api.example.com", "/", "api_home", ""},
		{"the root elsewhere", "www.example.com", "/", "home", ""},
		{"no host", "", "/", "home", ""},
		{"port, capitals and a final dot", "API.Example.com.:8443", "/", "api_home", ""},
		{"a bound expression", "api.example.com", "/old/12/", "api_old", "0=12"},
		{"a bound expression elsewhere", "b.example.com", "/old/12/", "", ""},
		{"a captured label, in small letters", "Blue-1.example.com", "/about/", "team_page", "team=blue-1 page=about"},
		{"a label that the converter refuses", "a!b.example.com", "/about/", "", ""},
		{"one label and not two", "a.b.example.com", "/about/", "", ""},
		{"below", "a.b.example.com", "/any/below", "below", ""},
		{"below and not the name itself", "example.com", "/any/below", "", ""},
		{"another name that ends so", "notexample.com", "/any/below", "", ""},
		{"an own converter", "2026.archive.example.com", "/1999/", "archive", "of=2026 year=1999"},
		{"an own converter that refuses", "0000.archive.example.com", "/1999/", "", ""},
		{"an address", "[::1]:80", "/", "home", ""},
		{"nothing but dots", "...", "/", "home", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var m route.Match
			got, captures := "", []string{}
			if table.MatchHost([]byte(tt.host), []byte(tt.path), &m) {
				got = m.Entry().Name
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
	var m route.Match
	if table.MatchHost([]byte("2026.archive.example.com"), []byte("/1999/"), &m); m.Entry().Address != "<yyyy:of>.archive.example.com/<yyyy:year>/" {
		t.Error(m.Entry().Address)
	}
	if of, _ := m.Value("of"); of != 2026 {
		t.Error(of)
	}
	for _, tt := range []struct {
		name string
		args []any
		want string
	}{
		{"home", nil, "/"},
		{"api_home", nil, "//api.example.com/"},
		{"api_post", []any{7}, "//api.example.com/posts/7/"},
		{"api_old", []any{12}, "//api.example.com/old/12/"},
		{"team_page", []any{"blue", "about"}, "//blue.example.com/about/"},
		{"archive", []any{2026, 33}, "//2026.archive.example.com/0033/"},
		{"team_page", []any{"blue_", "about"}, "//blue_.example.com/about/"},
		{"team_page", []any{"-blue", "about"}, ""},
		{"team_page", []any{"evil.example/x", "about"}, ""},
		{"team_page", []any{strings.Repeat("a", 64), "about"}, ""},
		{"team_page", []any{"about"}, ""},
		{"below", nil, "/any/below"}, // on the host that the client is on
	} {
		if got, err := table.Reverse(tt.name, tt.args...); got != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("%s %v: %q, %v", tt.name, tt.args, got, err)
		}
	}
	if got, err := table.ReverseNamed("team_page", map[string]any{"team": "blue", "page": "about"}); got != "//blue.example.com/about/" {
		t.Error(got, err)
	}
	if got, err := table.ReverseWith(route.Options{Prefix: "/app/", Query: "a=1"}, "api_post", []any{7}, nil); got != "//api.example.com/app/posts/7/?a=1" {
		t.Error(got, err)
	}
	if got := route.HostLabel("a.evil.example/"); got != "-" {
		t.Error(got)
	}
}

func TestCompileRefusesHosts(t *testing.T) {
	for host, want := range map[string]string{
		"api..example.com":        `host "api..example.com": "" is no label`,
		"api.example.com:80":      `host "api.example.com:80": "com:80" is no label`,
		"x<a>.example.com":        `host "x<a>.example.com": "x<a>" is no label`,
		"<a>x.example.com":        `host "<a>x.example.com": a capture is a whole label, and there are 4 at most`,
		"<nosuch:a>.example.com":  `host "<nosuch:a>.example.com": route "<nosuch:a>": there is no converter "nosuch"`,
		"<a>.<b>.<c>.<d>.<e>.com": `host "<a>.<b>.<c>.<d>.<e>.com": a capture is a whole label, and there are 4 at most`,
	} {
		if _, err := route.Compile([]route.Route{{Pattern: "/", Host: host}}); err == nil || err.Error() != want {
			t.Errorf("%s: %v", host, err)
		}
	}
}

// Ensure that a host costs no memory.
func TestMatchHostDoesNotAllocate(t *testing.T) {
	routes := manyRoutes(100)
	routes = append(routes, route.Route{Pattern: "/api/", Host: "api.example.com"})
	table := compile(t, routes)
	var m route.Match
	host, path := []byte("API.example.com:8443"), []byte("/api/")
	if n := testing.AllocsPerRun(100, func() {
		if !table.MatchHost(host, path, &m) {
			t.Fatal("no match")
		}
	}); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

func FuzzMatchHost(f *testing.F) {
	table := compile(f, []route.Route{
		{Pattern: "/", Host: "<slug:team>.example.com"}, {Pattern: "/", Host: "<yyyy:y>.<int:n>.example.com"}, {Pattern: "/", Host: "*.example.org"},
	}, yyyy.Converter())
	f.Add("a.example.com:80")
	f.Add("2026.1.example.com.")
	f.Fuzz(func(t *testing.T, host string) {
		var m route.Match
		if !table.MatchHost([]byte(host), []byte("/"), &m) {
			return
		}
		for _, name := range m.Entry().Captures {
			if text, ok := m.Capture(name); !ok || text == "" || strings.Contains(text, ".") {
				t.Errorf("%q: %s is %q", host, name, text)
			}
		}
	})
}
