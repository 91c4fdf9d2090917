package proxy

import (
	"fmt"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

// said is a location whose redirect says that it answered, and with what.
func said(path, name string, when Condition, more ...Part) Location {
	return Location{Path: path, When: when, Action: Redirect{To: append(Template{{Text: name}}, more...)}}
}

func equal(attr Attribute, values ...string) Condition {
	return Condition{Op: Equal, Attr: attr, Values: values}
}

// Ensure that requests find their location in the one order there is: the exact
// path, the first pattern in the file, the longest prefix; conditions decide who takes part.
func TestChoose(t *testing.T) {
	p := newProxy(t, Config{Locations: []Location{
		said("/", "root", Condition{}),
		said("/api/", "api post", equal(RequestMethod, "POST", "PUT")),
		said("/api/", "api v2", Condition{Op: Prefix, Attr: "request.header.Accept", Values: []string{"application/vnd.v2"}}),
		said("/api/", "api", Condition{}),
		said("/api/inner/", "inside", Condition{Op: Within, Attr: ClientAddress, Values: []string{"10.0.0.0/8", "2001:db8::1"}}),
		said("= /exact", "exact beta", equal("request.cookie.beta", "1")),
		said("= /exact", "exact", Condition{}),
		said("~ ^/users/(?P<id>[0-9]+)(/.*)?$", "user ", Condition{}, Part{Attr: "match.id"}, Part{Attr: "match.2"}),
		said(`~* \.php$`, "php", Condition{Op: Not, Of: []Condition{equal("request.query.debug", "1")}}),
		said(`~ \.(php|PHP)$`, "second pattern", Condition{}),
		said("/users/7/long/prefix/", "prefix", Condition{}),
		said("/host/", "host", Condition{Op: All, Of: []Condition{
			{Op: Any, Of: []Condition{equal(RequestHost, "A.example"), {Op: Suffix, Attr: RequestHost, Values: []string{".b.example"}}}},
			{Op: Not, Of: []Condition{{Op: Contains, Attr: "request.header.User-Agent", Values: []string{"bot"}}}},
		}}),
		said("/re/", "re", Condition{Op: Matches, Attr: RequestPath, Values: []string{"^/re/[a-c]+$"}}),
		said("/only", "only", equal(RequestScheme, "https")),
	}})
	for _, tt := range []struct{ line, fields, want string }{
		{"GET /", "", "root"},
		{"GET /other", "", "root"},
		{"GET /api/x", "", "api"},
		{"POST /api/x", "", "api post"},
		{"PUT /api/x", "", "api post"},
		{"GET /api/x", "Accept: application/vnd.v2+json", "api v2"},
		{"POST /api/x", "Accept: application/vnd.v2+json", "api post"},
		{"GET /api", "", "/api/"},
		{"GET /api/inner/x", "", "api"},
		{"GET /exact", "", "exact"},
		{"GET /exact", "Cookie: a=b; beta=1", "exact beta"},
		{"GET /exact", "Cookie: alphabeta=1", "exact"},
		{"GET /exact/", "", "root"},
		{"GET /users/42", "", "user 42"},
		{"GET /users/42/a%20b", "", "user 42/a%20b"},
		{"GET /users/7/long/prefix/x", "", "user 7/long/prefix/x"},
		{"GET /users/x", "", "root"},
		{"GET /a.PHP", "", "php"},
		{"GET /a.php?debug=1", "", "second pattern"},
		{"GET /a.Php?debug=1", "", "root"},
		{"GET /host/", "Host: a.Example:8000", "host"},
		{"GET /host/", "Host: x.b.example", "host"},
		{"GET /host/", "Host: b.example", "root"},
		{"GET /host/", "Host: a.example\nUser-Agent: a bot", "root"},
		{"GET /re/abc", "", "re"},
		{"GET /re/abd", "", "root"},
		{"GET /only", "", "root"},
	} {
		t.Run(tt.line+" "+tt.fields, func(t *testing.T) {
			var fields []string
			if tt.fields != "" {
				fields = strings.Split(tt.fields, "\n")
			}
			if got := ask(t, p, tt.line, fields...).field("Location"); got != tt.want {
				t.Errorf("answered by %q, want %q", got, tt.want)
			}
		})
	}
	e := p.Explain("GET", "/api/x")
	if e.Pattern != "/api/" || fmt.Sprint(e.Skipped) != "[1 2]" || e.Index != 3 {
		t.Errorf("explained as %+v", e)
	}
}

// Ensure that what cannot be compiled is refused at the start.
func TestConditionsRefused(t *testing.T) {
	for _, c := range []Condition{
		{Op: "like"}, {Op: All}, {Op: Not, Of: []Condition{equal(RequestPath, "/"), equal(RequestPath, "/")}}, equal("request.nothing"),
		equal("request.header."), {Op: Matches, Attr: RequestPath, Values: []string{"("}}, {Op: Within, Attr: ClientAddress, Values: []string{"here"}},
		{Op: Any, Of: []Condition{{}}},
	} {
		if _, err := New(Config{Locations: []Location{said("/", "x", c)}}); err == nil {
			t.Errorf("%+v is accepted", c)
		}
	}
	if _, err := New(Config{Locations: []Location{said("/", "x", Condition{}), said("/", "y", equal(RequestPath, "/"))}}); err == nil {
		t.Error("a location behind one that always answers is accepted")
	}
	if _, err := New(Config{Locations: []Location{said("~ (", "x", Condition{})}}); err == nil {
		t.Error("a pattern that is none is accepted")
	}
}

// Ensure that a rewritten path is what the action gets, and nothing else.
func TestRewrite(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "f.txt"), []byte("file"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := newProxy(t, Config{
		App: text(func(x *gateway.Exchange) string { return string(x.Request.Path) + "?" + string(x.Request.Query) }),
		Locations: []Location{
			{Path: "~ ^/u/([^/]+)/(.*)$", Action: Forward{App: true}, Rewrite: Template{{Text: "/users/"}, {Attr: "match.2"}, {Text: "?name="}, {Attr: "match.1"}}},
			{Path: "/old/", Action: Forward{App: true}, Rewrite: Template{{Text: "/new"}, {Attr: RequestPath}}},
			{Path: "/deep/down/", Action: Files{Root: dir, OpenFileCache: -1}, Rewrite: Template{{Text: "/f.txt"}}},
			{Path: "~ ^/any/", Action: Files{Root: dir, OpenFileCache: -1}, Rewrite: Template{{Attr: "request.query.f"}}},
			{Path: `~ \.txt$`, Action: Files{Root: dir, OpenFileCache: -1}},
		},
	})
	for _, tt := range []struct {
		line   string
		status int
		body   string
	}{
		{"GET /u/bob/a/b?x=1", 200, "/users/a/b?name=bob"},
		{"GET /u/b%25b/a%2Fb?x=1", 200, "/users/a%2Fb?name=b%25b"},
		{"GET /old/x?y=1", 200, "/new/old/x?y=1"},
		{"GET /deep/down/x", 200, "file"},
		{"GET /f.txt", 200, "file"},
		{"GET /no.txt", 404, ""},
		{"GET /any/?f=/f.txt", 200, "file"},
		{"GET /any/?f=/../../etc/passwd", 400, ""},
		{"GET /any/?f=f.txt", 400, ""},
		{"GET /any/", 400, ""},
	} {
		t.Run(tt.line, func(t *testing.T) {
			a := ask(t, p, tt.line)
			if a.status != tt.status || tt.body != "" && a.body != tt.body {
				t.Errorf("got %d %q", a.status, a.body)
			}
		})
	}
}

// Ensure that the site's pages answer errors of its own making, and others' where it is asked to.
func TestSitesErrorPages(t *testing.T) {
	p := newProxy(t, Config{
		App: gateway.HandlerFunc(func(x *gateway.Exchange) {
			x.Response.Status = 404
			x.Response.Header.Add("ETag", `"x"`)
			x.Response.Header.Add("X-Kept", "yes")
			x.Response.Text("the application's")
		}),
		Headers:    Headers{Set: []Field{{"X-Frame-Options", "DENY"}}},
		ErrorPages: []ErrorPage{{Statuses: []int{404, 502}, Type: "text/plain", Body: []byte("site")}},
		Locations: []Location{
			{Path: "/a/", Action: Forward{App: true}},
			{Path: "/b/", Action: Forward{App: true}, InterceptErrors: true},
			{Path: "/c/", Action: Forward{App: true}, InterceptErrors: true, ErrorPages: []ErrorPage{{Statuses: []int{404}, Type: "text/plain", Body: []byte("location")}}},
		},
	})
	for path, want := range map[string]string{"/a/": "the application's", "/b/": "site", "/c/": "location", "/nowhere": "site"} {
		a := ask(t, p, "GET "+path)
		if a.status != 404 || a.body != want || a.field("X-Frame-Options") != "DENY" {
			t.Errorf("%s: %d %q %v", path, a.status, a.body, a.header.Fields())
		}
		if path == "/b/" && (a.field("ETag") != "" || a.field("X-Kept") != "yes" || a.field("Cache-Control") != "no-store") {
			t.Errorf("%s: %v", path, a.header.Fields())
		}
	}
}

// Ensure that a file closes the site, but for some, and opens it again.
func TestMaintenance(t *testing.T) {
	file := filepath.Join(t.TempDir(), "closed")
	clock := time.Unix(1e9, 0)
	p := newProxy(t, Config{
		Now: func() time.Time { return clock }, App: text(func(*gateway.Exchange) string { return "open" }),
		Maintenance: &Maintenance{File: file, Allow: prefixes{peerNetwork("10.0.0.0/8")}, RetryAfter: time.Minute},
		Locations:   []Location{{Path: "/", Action: Forward{App: true}}}, TrustedProxies: prefixes{peerNetwork("192.0.2.0/24")},
	})
	check := func(what string, want int, fields ...string) {
		t.Helper()
		a := ask(t, p, "GET /", fields...)
		if a.status != want || want == 503 && a.field("Retry-After") != "60" {
			t.Errorf("%s: %d, Retry-After %q", what, a.status, a.field("Retry-After"))
		}
	}
	check("no file", 200)
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	check("within the second", 200)
	clock = clock.Add(time.Second)
	check("closed", 503)
	check("let in", 200, "X-Forwarded-For: 10.1.1.1")
	if err := os.Remove(file); err != nil {
		t.Fatal(err)
	}
	clock = clock.Add(time.Second)
	check("open again", 200)
}

// passing is a layer that lets everything pass.
type passing struct{}

func (passing) Start(*Environment) (LayerHandler, error) { return passing{}, nil }
func (passing) Serve(x *gateway.Exchange, next Next)     { next.Serve(x) }

// Ensure that an answer can leave its body to an internal location, which nobody can ask.
func TestInternal(t *testing.T) {
	dir := t.TempDir()
	if err := os.WriteFile(filepath.Join(dir, "secret.pdf"), []byte("0123456789"), 0o600); err != nil {
		t.Fatal(err)
	}
	p := newProxy(t, Config{
		App: gateway.HandlerFunc(func(x *gateway.Exchange) {
			x.Response.Header.AddBytes(accelField, x.Request.Header.Get("Want"))
			x.Response.Header.Add("Content-Disposition", "attachment")
			x.Response.Header.Add("Set-Cookie", "a=b")
			x.Response.Header.Add("X-Inner", "1")
			x.Response.Text("not this")
		}),
		Locations: []Location{
			{Path: "/", Action: Forward{App: true}},
			{Path: "/protected/", Internal: true, Action: Files{Root: dir, OpenFileCache: -1}, Layers: []Layer{passing{}}},
		},
	})
	a := ask(t, p, "GET /x", "Want: /protected/secret.pdf", "Range: bytes=2-4")
	if a.status != 206 || a.body != "234" || a.field("Content-Disposition") != "attachment" || a.field("Set-Cookie") != "a=b" || a.field("X-Inner") != "" || a.field(accelField) != "" {
		t.Errorf("got %d %q %v", a.status, a.body, a.header.Fields())
	}
	if a := ask(t, p, "POST /x", "Want: /protected/secret.pdf"); a.status != 200 || a.body != "0123456789" {
		t.Errorf("after a POST: %d %q", a.status, a.body)
	}
	for want, status := range map[string]int{"/protected/../../etc/passwd": 500, "/other": 500, "/protected/no": 404, "relative": 500} {
		if a := ask(t, p, "GET /x", "Want: "+want); a.status != status || a.field(accelField) != "" || a.body == "not this" {
			t.Errorf("%s: %d %q", want, a.status, a.body)
		}
	}
	// From outside the path is the application's like any other.
	if a := ask(t, p, "GET /protected/secret.pdf", "Want: /protected/secret.pdf"); a.body != "0123456789" {
		t.Errorf("asked from outside: %q", a.body)
	}
}

func peerNetwork(s string) netip.Prefix { return netip.MustParsePrefix(s) }
