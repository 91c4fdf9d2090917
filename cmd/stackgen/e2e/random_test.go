//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// Ensure that nothing a client sends is answered as if it were the site's own mistake: requests of every method to every
// route, with captures, queries, bodies and fields that are wrong in every way that comes to mind, from a
// visitor and from somebody who may do everything. STACKGEN_FUZZ_REQUESTS says how many for each example.
func TestRandomRequests(t *testing.T) {
	requests := 1200
	if n, err := strconv.Atoi(os.Getenv("STACKGEN_FUZZ_REQUESTS")); err == nil {
		requests = n
	}
	seed := uint64(7)
	if n, err := strconv.ParseUint(os.Getenv("STACKGEN_FUZZ_SEED"), 10, 64); err == nil {
		seed = n
	}
	for _, tt := range []struct {
		example string
		account string // where it is made, for who may do everything
	}{{"members", "ada"}, {"resource", ""}, {"library", ""}, {"albums", ""}, {"journal", ""}, {"contact", ""}} {
		t.Run(tt.example, func(t *testing.T) {
			dir := project(t, tt.example)
			build(t, dir)
			if tt.account != "" {
				superuser(t, dir, tt.account, "analytical engine no. 1")
			}
			s := start(t, dir, "CACHE_URL=memory:", "EMAIL_URL=memory:")
			f := &randomRequests{t: t, site: s, rand: rand.New(rand.NewPCG(seed, uint64(len(tt.example)))), routes: routesOf(t, dir)}
			f.begin()
			if tt.account != "" {
				f.login(tt.account, "analytical engine no. 1")
			}
			reached := map[int]int{}
			requests := requests
			if tt.account != "" {
				requests /= 3 // hashing a password takes its time
			}
			for i := range requests {
				if i == requests*3/4 {
					f.begin() // the rest as a stranger
				}
				reached[f.one()]++
			}
			t.Logf("%d routes, answers by status: %v", len(f.routes), reached)
			if reached[200] == 0 || reached[404] == 0 {
				t.Errorf("the requests reach nothing: %v", reached)
			}
			for line := range strings.Lines(s.Log()) {
				if strings.Contains(line, "panic") || strings.Contains(line, "level=ERROR") {
					t.Errorf("the log says: %.600s", line)
				}
			}
		})
	}
}

// routesOf are the patterns of a site.
func routesOf(t *testing.T, dir string) (patterns []string) {
	t.Helper()
	for line := range strings.Lines(run(t, dir, "./site", "routes")) {
		if word, _, _ := strings.Cut(strings.TrimSpace(line), " "); strings.HasPrefix(word, "/") {
			patterns = append(patterns, word)
		}
	}
	if len(patterns) == 0 {
		t.Fatal("the site has no routes")
	}
	return append(patterns, "/static/x.css", "/nowhere/")
}

// randomRequests sends them.
type randomRequests struct {
	t       *testing.T
	site    *site
	rand    *rand.Rand
	routes  []string
	cookies map[string]string
	names   []string // of form fields that pages have shown
}

// begin forgets who the visitor is.
func (f *randomRequests) begin() {
	f.cookies = map[string]string{}
	for _, r := range f.routes {
		if !strings.Contains(r, "<") {
			f.send("GET", r, nil, "")
		}
	}
}

func (f *randomRequests) login(name, password string) {
	body := url.Values{"username": {name}, "password": {password}}.Encode()
	if status := f.send("POST", "/accounts/login/", []string{"Content-Type", "application/x-www-form-urlencoded", "X-CSRFToken", f.cookies["csrftoken"], "Origin", f.site.url}, body); status != 302 {
		f.t.Fatalf("the login answers %d", status)
	}
	f.send("GET", "/", nil, "")
	for _, r := range f.routes {
		if !strings.Contains(r, "<") {
			f.send("GET", r, nil, "")
		}
	}
}

func pick[T any](f *randomRequests, list []T) T { return list[f.rand.IntN(len(list))] }

// odd are values that something may stumble over.
var odd = []string{
	"", " ", "0", "-1", "1", "2", "3", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "99999999999999999999999999", "1e400", "NaN", "Infinity", "-0", "0x10",
	"٣", "true", "on", "null", "[]", "{}", "[[[[", `{"a":`, `"`, "'", "' OR 1=1 --", "<script>", "{{ 7 }}", "%", "%00", "%ff", "\x00", "\xff\xfe", "\u202e", "é", "\U0001f600", "a\r\nSet-Cookie: x=1",
	"2026-02-29", "2026-13-01", "0000-00-00", "9999-12-31", "10000-01-01", "2026-03-29T02:30:00", "24:00", "12:60:61", "1 day, 1:1:1", "P1Y", "../../etc/passwd", "..%2f..%2f", "//evil.example", "http://[::1", "a@b", "a@[::1]",
	"00000000-0000-0000-0000-000000000000", "zzzzzzzz-0000", "title", "-title", "-id", "id,id,id", "__class__", "project__name", "created__gte", "x__isnull", "last", "draft", "a,b,,c",
	strings.Repeat("a", 300), strings.Repeat("9", 400), strings.Repeat("(", 2000), strings.Repeat("ß", 1000),
}

var parameters = []string{"page", "page_size", "ordering", "search", "next", "q", "id", "title", "title__in", "due__gte", "priority", "done", "format", "project", "x\x00", "a[b]", "", "limit", "offset", "token"}

// value is one of those, or several in one.
func (f *randomRequests) value() string {
	v := pick(f, odd)
	for f.rand.IntN(6) == 0 {
		v += pick(f, odd)
	}
	return v
}

var capture = regexp.MustCompile(`<[^>]*>`)

// target is a route's path with something in place of its captures, and a query.
func (f *randomRequests) target() string {
	path := capture.ReplaceAllStringFunc(pick(f, f.routes), func(string) string {
		if f.rand.IntN(2) == 0 {
			return pick(f, []string{"1", "2", "a", "one", "2026", "12"})
		}
		return url.PathEscape(f.value())
	})
	switch f.rand.IntN(15) {
	case 0:
		path = strings.TrimSuffix(path, "/")
	case 1:
		path += url.PathEscape(f.value())
	case 2:
		path = strings.Replace(path, "/", "//", 1)
	case 3:
		path = strings.ReplaceAll(path, "/", "/./")
	}
	var query []string
	for f.rand.IntN(2) == 0 {
		query = append(query, url.QueryEscape(pick(f, parameters))+"="+url.QueryEscape(f.value()))
	}
	if f.rand.IntN(20) == 0 {
		query = append(query, pick(f, []string{"%", "&&&", "=", "a=%zz", ";", "%00=%00", strings.Repeat("a&", 1500)}))
	}
	if len(query) > 0 {
		path += "?" + strings.Join(query, "&")
	}
	return path
}

// name is a form field that a page has shown, or another.
func (f *randomRequests) name() string {
	if len(f.names) > 0 && f.rand.IntN(5) > 0 {
		return pick(f, f.names)
	}
	return pick(f, parameters)
}

// body is a form, a multipart body, JSON or none of those, with its type.
func (f *randomRequests) body() (contentType, body string) {
	switch f.rand.IntN(5) {
	case 0, 1:
		values := url.Values{}
		if len(f.names) > 0 && f.rand.IntN(2) == 0 {
			for _, name := range f.names {
				values.Set(name, f.value())
			}
		}
		for range f.rand.IntN(8) {
			values.Add(f.name(), f.value())
		}
		return "application/x-www-form-urlencoded", f.cut(values.Encode())
	case 2:
		var b strings.Builder
		for range f.rand.IntN(8) {
			file := ""
			if f.rand.IntN(3) == 0 {
				file = `; filename="` + pick(f, []string{"a.txt", "a.png", "", "../x.png", "a\\\"b.pdf", strings.Repeat("n", 400) + ".png"}) + `"`
			}
			fmt.Fprintf(&b, "--B\r\nContent-Disposition: form-data; name=\"%s\"%s\r\n%s\r\n%s\r\n", f.name(), file,
				pick(f, []string{"", "Content-Type: image/png\r\n", "Content-Type: \x01\r\n", "Content-Transfer-Encoding: base64\r\n", "X:"}), pick(f, append(odd, "\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR")))
		}
		return pick(f, []string{"multipart/form-data; boundary=B", "multipart/form-data", "multipart/form-data; boundary=" + strings.Repeat("B", 80), "multipart/mixed; boundary=B"}), f.cut(b.String() + "--B--\r\n")
	case 3:
		var b strings.Builder
		b.WriteByte('{')
		for i := range f.rand.IntN(6) {
			if i > 0 {
				b.WriteByte(',')
			}
			fmt.Fprintf(&b, "%q:%s", f.name(), pick(f, []string{"1", "-1", "1e999", "null", "true", `""`, `"2026-02-30"`, "[]", "{}", "[1,[2,[3]]]", `"\u0000"`, `"\ud800"`, "12345678901234567890123", strings.Repeat("[", 100), "0.1"}))
		}
		return pick(f, []string{"application/json", "application/json; charset=utf-8", "application/json; charset=latin-9", "application/merge-patch+json"}), f.cut(b.String() + "}")
	}
	return pick(f, []string{"", "text/plain", "application/octet-stream", ";", "application/x-www-form-urlencoded; charset=utf-16", "a/b; c=\""}), f.value()
}

func (f *randomRequests) cut(s string) string {
	if len(s) > 0 && f.rand.IntN(10) == 0 {
		return s[:f.rand.IntN(len(s))]
	}
	return s
}

// fields are header fields that some tier reads, and what they may hold.
var fields = map[string][]string{
	"Accept":              {"*/*", "text/html", "application/json", "application/json;q=2", ";q", "a/b/c", strings.Repeat("a/b,", 500), "*/html", "text/html;q=0", "text/*;level=1;q=.5"},
	"Accept-Language":     {"de", "de;q=9", "*", strings.Repeat("x-", 300), "zh-Hant-TW", "en;q=0.0001", "-", "de_DE"},
	"Accept-Encoding":     {"gzip", "br;q=0", "*;q=0", ",", "zstd, gzip;q=1.0001"},
	"If-Modified-Since":   {"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "yesterday", "Thu, 99 Xxx 9999 99:99:99 GMT"},
	"If-Unmodified-Since": {"Sun, 06 Nov 1994 08:49:37 GMT", "0"},
	"If-None-Match":       {"*", `"x"`, `W/"x", "y"`, `"`, strings.Repeat(`"a",`, 1000)},
	"If-Match":            {"*", `"x"`, "x"},
	"If-Range":            {`"x"`, "Sun, 06 Nov 1994 08:49:37 GMT"},
	"Range":               {"bytes=0-", "bytes=-1", "bytes=5-1", "bytes=99999999999999999999-", "bytes=" + strings.Repeat("0-0,", 200), "lines=1-2"},
	"Origin":              {"null", "http://evil.example", "http://[::1", "https://", "//"},
	"Referer":             {"http://evil.example/", ":", "http://[", "https://127.0.0.1/"},
	"Authorization":       {"Basic", "Basic !!!", "Basic eA==", "Bearer x", "Digest username=\""},
	"X-CSRFToken":         {"", "x", strings.Repeat("a", 32), strings.Repeat("b", 64), "é"},
	"X-Forwarded-For":     {"127.0.0.1", "x", strings.Repeat("1,", 500)},
	"X-Requested-With":    {"XMLHttpRequest"},
	"X-Request-ID":        {"a b", strings.Repeat("x", 300)},
	"Content-Encoding":    {"gzip", "x"},
	"Expect":              {"100-continue"},
	"Upgrade":             {"websocket", "h2c"},
	"Sec-Fetch-Site":      {"cross-site", "x"},
}

var fieldNames = func() (names []string) {
	for name := range fields {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}()

// one sends a request and returns the status of the answer.
func (f *randomRequests) one() int {
	method := pick(f, []string{"GET", "GET", "GET", "HEAD", "POST", "POST", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND", "get"})
	var header []string
	for f.rand.IntN(2) == 0 {
		name := pick(f, fieldNames)
		header = append(header, name, pick(f, fields[name]))
	}
	body := ""
	if method != "GET" && method != "HEAD" || f.rand.IntN(10) == 0 {
		var contentType string
		contentType, body = f.body()
		header = append(header, "Content-Type", contentType)
		if f.rand.IntN(8) > 0 { // most get through to the view
			header = append(header, "X-CSRFToken", f.cookies["csrftoken"], "Origin", f.site.url)
		}
	}
	if f.rand.IntN(12) == 0 {
		header = append(header, "Cookie", pick(f, []string{"sessionid", "csrftoken", "messages", "django_language", "x"})+"="+pick(f, []string{"", "x", `"`, "%00", "a:b:c", strings.Repeat("a", 32), strings.Repeat("a", 3000), "eyJ9:1tXyZ:abc"})+pick(f, []string{"", ";", "; ;=", "; x"}))
	}
	return f.send(method, f.target(), header, body)
}

var inputName = regexp.MustCompile(`<(?:input|textarea|select)[^>]* name="([^"]+)"`)

// send sends one request, keeps the cookies of the answer, and notes the fields of its forms.
func (f *randomRequests) send(method, target string, header []string, body string) int {
	f.t.Helper()
	r, err := http.NewRequest(method, f.site.url+"/", bytes.NewReader([]byte(body)))
	if err != nil {
		f.t.Fatal(err)
	}
	path, query, _ := strings.Cut(target, "?")
	r.URL.Opaque, r.URL.RawQuery = "//"+r.URL.Host+path, query
	own := false
	for i := 0; i < len(header); i += 2 {
		value := strings.Map(func(c rune) rune {
			if c < ' ' || c == 0x7f {
				return -1
			}
			return c
		}, header[i+1])
		own = own || header[i] == "Cookie"
		r.Header.Set(header[i], value)
	}
	if !own {
		for name, value := range f.cookies {
			r.AddCookie(&http.Cookie{Name: name, Value: value})
		}
	}
	resp, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		f.t.Errorf("%s %q %q: %v", method, target, header, err)
		return 0
	}
	defer resp.Body.Close()
	page, err := io.ReadAll(resp.Body)
	if err != nil {
		f.t.Errorf("%s %q %q: %v", method, target, header, err)
	}
	if resp.StatusCode >= 500 && resp.StatusCode != 501 {
		f.t.Errorf("%s %q\n%q\n%q\nis answered by %s\n%.300s", method, target, header, body, resp.Status, page)
	}
	for _, c := range resp.Cookies() {
		if c.MaxAge >= 0 && c.Name == "csrftoken" || f.cookies["sessionid"] == "" && c.MaxAge >= 0 {
			f.cookies[c.Name] = c.Value // a logout of these requests is no logout
		}
	}
	for _, m := range inputName.FindAllStringSubmatch(string(page), -1) {
		if !slices.Contains(f.names, m[1]) && m[1] != "csrfmiddlewaretoken" && len(f.names) < 60 {
			f.names = append(f.names, m[1])
		}
	}
	return resp.StatusCode
}
