package cache_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/proxy/cache"
	"stackgen.dev/runtime/proxy/proxytest"
)

// origin is a server whose answers tests write: "200", "404 Cache-Control: max-age=60 | ETag: \"a\"".
type origin struct {
	t      *testing.T
	clock  *proxytest.Clock
	answer string
	asked  int
	last   string // the request's own fields that conditions are
}

// serve answers with a body that counts, so that an answer made now is told from one that is kept.
func (o *origin) serve(x *gateway.Exchange) {
	o.asked++
	o.last = fmt.Sprintf("%s inm=%s ims=%s range=%s", x.Request.Method, x.Request.Header.Get("If-None-Match"), x.Request.Header.Get("If-Modified-Since"), x.Request.Header.Get("Range"))
	status, fields, _ := strings.Cut(o.answer, " ")
	fmt.Sscan(status, &x.Response.Status)
	for _, f := range strings.Split(fields, " | ") {
		if name, value, ok := strings.Cut(f, ": "); ok {
			value = strings.ReplaceAll(value, "NOW", o.date(0))
			x.Response.Header.Add(name, value)
		}
	}
	if x.Response.Status != 304 && x.Response.Status != 204 {
		x.Response.Bytes(fmt.Appendf(nil, "body %d", o.asked))
	}
}

// date is a moment some time from now, as a field has it.
func (o *origin) date(d time.Duration) string {
	return o.clock.T.Add(d).UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")
}

func setUp(t *testing.T, c cache.Cache, answer string) (*origin, *proxy.Proxy) {
	clock := proxytest.NewClock()
	o := &origin{t: t, clock: clock, answer: answer}
	return o, proxytest.New(t, clock, o.serve, c)
}

// Ensure that answers are kept if RFC 9111, section 3, lets a shared cache keep
// them, and only then.
func TestStoring(t *testing.T) {
	const f = "Cache-Control: max-age=60"
	for _, tt := range []struct {
		section, name string
		request       string // fields, with " | " between them
		answer        string
		kept          bool
	}{
		{"3", "max-age", "", "200 " + f, true},
		{"3", "s-maxage", "", "200 Cache-Control: s-maxage=60", true},
		{"3", "public and max-age", "", "200 Cache-Control: public, max-age=60", true},
		{"3", "Expires", "", "200 Date: NOW | Expires: Sat, 14 Mar 2026 13:00:00 GMT", true},
		{"3", "nothing said, nothing to guess by", "", "200", false},
		{"3", "Last-Modified to guess by", "", "200 Last-Modified: Sat, 14 Mar 2026 02:00:00 GMT", true},
		{"3", "status 203", "", "203 " + f, true},
		{"3", "status 204", "", "204 " + f, true},
		{"3", "status 300", "", "300 " + f, true},
		{"3", "status 301", "", "301 Location: /b | " + f, true},
		{"3", "status 302", "", "302 Location: /b | " + f, true},
		{"3", "status 302 without a lifetime", "", "302 Location: /b | Last-Modified: Sat, 14 Mar 2026 02:00:00 GMT", false},
		{"3", "status 303", "", "303 Location: /b | " + f, true},
		{"3", "status 307", "", "307 Location: /b | " + f, true},
		{"3", "status 308", "", "308 Location: /b | " + f, true},
		{"3", "status 404", "", "404 " + f, true},
		{"3", "status 405", "", "405 " + f, true},
		{"3", "status 410", "", "410 " + f, true},
		{"3", "status 414", "", "414 " + f, true},
		{"3", "status 451", "", "451 " + f, true},
		{"3", "status 501", "", "501 " + f, true},
		{"3", "status 500 with a lifetime", "", "500 " + f, true},
		{"3", "status 503 with a lifetime", "", "503 " + f, true},
		{"3", "status 500 without one", "", "500 Last-Modified: Sat, 14 Mar 2026 02:00:00 GMT", false},
		{"3", "status 403 without one", "", "403 Last-Modified: Sat, 14 Mar 2026 02:00:00 GMT", false},
		{"3", "a status that nobody knows", "", "299 " + f, false},
		{"3", "a status of the client's fault that is not known", "", "418 " + f, false},
		{"3.3", "206 is a part", "", "206 Content-Range: bytes 0-1/10 | " + f, false},
		{"3.3", "a part in a 200", "", "200 Content-Range: bytes 0-1/10 | " + f, false},
		{"5.2.2.5", "no-store", "", "200 Cache-Control: no-store", false},
		{"5.2.2.5", "no-store beside a lifetime", "", "200 Cache-Control: max-age=60, no-store", false},
		{"5.2.2.5", "no-store in another line", "", "200 " + f + " | Cache-Control: no-store", false},
		{"5.2.2.5", "no-store in capitals", "", "200 Cache-Control: MAX-AGE=60, No-Store", false},
		{"5.2.2.3", "must-understand beside no-store", "", "200 Cache-Control: max-age=60, no-store, must-understand", true},
		{"5.2.2.3", "must-understand of an unknown status", "", "299 Cache-Control: max-age=60, no-store, must-understand", false},
		{"5.2.2.7", "private", "", "200 Cache-Control: private, max-age=60", false},
		{"5.2.2.7", "private names fields", "", `200 Cache-Control: private="X-User", max-age=60 | X-User: bob`, true},
		{"5.2.2.7", "private names no field", "", `200 Cache-Control: private="", max-age=60`, false},
		{"5.2.1.5", "request no-store", "Cache-Control: no-store", "200 " + f, false},
		{"3.5", "Authorization", "Authorization: Bearer x", "200 " + f, false},
		{"3.5", "Authorization and public", "Authorization: Bearer x", "200 Cache-Control: public, max-age=60", true},
		{"3.5", "Authorization and s-maxage", "Authorization: Bearer x", "200 Cache-Control: s-maxage=60", true},
		{"3.5", "Authorization and must-revalidate", "Authorization: Bearer x", "200 Cache-Control: must-revalidate, max-age=60", true},
		{"3.5", "Authorization and proxy-revalidate", "Authorization: Bearer x", "200 Cache-Control: proxy-revalidate, max-age=60", false},
		{"3.5", "Authorization and Expires", "Authorization: Bearer x", "200 Date: NOW | Expires: Sat, 14 Mar 2026 13:00:00 GMT", false},
		{"7.3", "Set-Cookie", "", "200 Set-Cookie: a=b | " + f, false},
		{"7.3", "Set-Cookie and public", "", "200 Set-Cookie: a=b | Cache-Control: public, max-age=60", false},
		{"7.3", "Set-Cookie that the origin lets go", "", `200 Set-Cookie: a=b | Cache-Control: no-cache="Set-Cookie", max-age=60`, true},
		{"7.3", "a cookie and a lifetime", "Cookie: a=b", "200 " + f, true},
		{"7.3", "a cookie and a guess", "Cookie: a=b", "200 Last-Modified: Sat, 14 Mar 2026 02:00:00 GMT", false},
		{"7.3", "a cookie, a guess and public", "Cookie: a=b", "200 Cache-Control: public | Last-Modified: Sat, 14 Mar 2026 02:00:00 GMT", true},
		{"4.1", "Vary: *", "", "200 Vary: * | " + f, false},
		{"4.1", "* among others", "", "200 Vary: Accept, * | " + f, false},
		{"4.1", "Vary", "", "200 Vary: Accept | " + f, true},
		{"4.2", "max-age=0 and nothing to ask by", "", "200 Cache-Control: max-age=0", false},
		{"4.2", "Expires in the past", "", "200 Date: NOW | Expires: Sat, 14 Mar 2026 11:00:00 GMT", false},
		{"5.3", "Expires: 0", "", "200 Expires: 0", false},
		{"5.3", "Expires that is no date", "", "200 Expires: tomorrow", false},
		{"5.3", "Expires twice", "", "200 Expires: Sat, 14 Mar 2026 13:00:00 GMT | Expires: Sat, 14 Mar 2026 13:00:00 GMT", false},
		{"5.3", "max-age counts before Expires", "", "200 Expires: 0 | " + f, true},
		{"5.3", "Expires in the form of RFC 850", "", "200 Date: NOW | Expires: Saturday, 14-Mar-26 13:00:00 GMT", true},
		{"5.3", "Expires in the form of asctime", "", "200 Date: NOW | Expires: Sat Mar 14 13:00:00 2026", true},
		{"5.2", "s-maxage counts before max-age", "", "200 Cache-Control: max-age=60, s-maxage=0", false},
		{"5.2", "max-age counts for nothing beside s-maxage", "", "200 Cache-Control: max-age=0, s-maxage=60", true},
		{"5.2", "a number that is none", "", "200 Cache-Control: max-age=soon", false},
		{"5.2", "a number below zero", "", "200 Cache-Control: max-age=-1", false},
		{"5.2", "a fraction", "", "200 Cache-Control: max-age=60.5", false},
		{"5.2", "no number", "", "200 Cache-Control: max-age", false},
		{"5.2", "in quotes", "", `200 Cache-Control: max-age="60"`, true},
		{"5.2", "two numbers, the smaller counts", "", "200 Cache-Control: max-age=60, max-age=0", false},
		{"5.2", "white space", "", "200 Cache-Control:  ,  max-age=60 , ,", true},
		{"5.2", "an unknown directive", "", "200 Cache-Control: immutable, community=\"no-store, private\", max-age=60", true},
		{"1.2.2", "a number too large to hold", "", "200 Cache-Control: max-age=99999999999999999999", true},
		{"5.2.3", "a directive's name within another's", "", "200 Cache-Control: x-no-store, max-age=60", true},
		{"4.2.3", "an Age as large as the lifetime", "", "200 Age: 60 | " + f, false},
		{"4.2.3", "an Age below it", "", "200 Age: 59 | " + f, true},
		{"4.2.2", "a query and a guess", "?", "200 Last-Modified: Sat, 14 Mar 2026 02:00:00 GMT", false},
		{"4.2.2", "a query and a lifetime", "?", "200 " + f, true},
	} {
		t.Run(tt.section+" "+tt.name, func(t *testing.T) {
			o, p := setUp(t, cache.Cache{}, tt.answer)
			line := "GET /a"
			if tt.request == "?" {
				line, tt.request = "GET /a?b", ""
			}
			var fields []string
			if tt.request != "" {
				fields = strings.Split(tt.request, " | ")
			}
			first := proxytest.Ask(t, p, line, fields...)
			again := proxytest.Ask(t, p, line)
			if kept := o.asked == 1; kept != tt.kept {
				t.Fatalf("kept: %v, want %v; Cache-Status %s, then %s", kept, tt.kept, first.Field("Cache-Status"), again.Field("Cache-Status"))
			}
			if tt.kept && (first.Status != again.Status || first.Body != again.Body || again.Field("Age") == "" || !strings.HasPrefix(again.Field("Cache-Status"), "stackgen; hit")) {
				t.Errorf("first %d %q, again %d %q with %v", first.Status, first.Body, again.Status, again.Body, again.Header.Fields())
			}
			if tt.kept && (again.Field("X-User") != "" || again.Field("Set-Cookie") != "") {
				t.Errorf("fields that are not to be kept were: %v", again.Header.Fields())
			}
		})
	}
}

// Ensure that answers are fresh as long as RFC 9111, section 4.2, says, and not longer.
func TestFreshness(t *testing.T) {
	for _, tt := range []struct {
		section, name, answer string
		config                cache.Cache
		after                 time.Duration
		fresh                 bool
	}{
		{"4.2.1", "within max-age", "200 Cache-Control: max-age=60", cache.Cache{}, 59 * time.Second, true},
		{"4.2.1", "at its end", "200 Cache-Control: max-age=60", cache.Cache{}, 60 * time.Second, false},
		{"4.2.1", "beyond it", "200 Cache-Control: max-age=60", cache.Cache{}, time.Hour, false},
		{"4.2.1", "within s-maxage", "200 Cache-Control: max-age=1, s-maxage=60", cache.Cache{}, 59 * time.Second, true},
		{"4.2.1", "beyond s-maxage", "200 Cache-Control: max-age=600, s-maxage=60", cache.Cache{}, 60 * time.Second, false},
		{"4.2.1", "before Expires", "200 Date: NOW | Expires: Sat, 14 Mar 2026 12:01:00 GMT", cache.Cache{}, 59 * time.Second, true},
		{"4.2.1", "after Expires", "200 Date: NOW | Expires: Sat, 14 Mar 2026 12:01:00 GMT", cache.Cache{}, 60 * time.Second, false},
		{"4.2.1", "Expires counts from Date", "200 Date: Sat, 14 Mar 2026 11:59:30 GMT | Expires: Sat, 14 Mar 2026 12:00:30 GMT", cache.Cache{}, 29 * time.Second, true},
		{"4.2.1", "and Date counts as age", "200 Date: Sat, 14 Mar 2026 11:59:30 GMT | Expires: Sat, 14 Mar 2026 12:00:30 GMT", cache.Cache{}, 30 * time.Second, false},
		{"4.2.1", "Expires without Date", "200 Expires: Sat, 14 Mar 2026 12:01:00 GMT", cache.Cache{}, 59 * time.Second, true},
		{"4.2.2", "a tenth of its age", "200 Date: NOW | Last-Modified: Sat, 14 Mar 2026 02:00:00 GMT", cache.Cache{}, 59 * time.Minute, true},
		{"4.2.2", "beyond that", "200 Date: NOW | Last-Modified: Sat, 14 Mar 2026 02:00:00 GMT", cache.Cache{}, 61 * time.Minute, false},
		{"4.2.2", "a day at most", "200 Date: NOW | Last-Modified: Mon, 14 Mar 2016 02:00:00 GMT", cache.Cache{}, 25 * time.Hour, false},
		{"4.2.2", "a change in the future", "200 Date: NOW | Last-Modified: Sun, 15 Mar 2026 02:00:00 GMT", cache.Cache{}, time.Second, false},
		{"4.2.2", "the site's time", "200", cache.Cache{TTL: time.Minute}, 59 * time.Second, true},
		{"4.2.2", "beyond the site's time", "200 ETag: \"a\"", cache.Cache{TTL: time.Minute}, 60 * time.Second, false},
		{"4.2.2", "the origin's word counts before the site's", "200 Cache-Control: max-age=10", cache.Cache{TTL: time.Minute}, 11 * time.Second, false},
		{"4.2.2", "the site's time is for errors too", "404", cache.Cache{TTL: time.Minute}, 59 * time.Second, true},
		{"4.2.2", "but not for all", "503", cache.Cache{TTL: time.Minute}, time.Second, false},
		{"4.2.3", "Age counts", "200 Age: 50 | Cache-Control: max-age=60", cache.Cache{}, 9 * time.Second, true},
		{"4.2.3", "to the second", "200 Age: 50 | Cache-Control: max-age=60", cache.Cache{}, 10 * time.Second, false},
		{"4.2.3", "Date counts where it is older", "200 Age: 1 | Date: Sat, 14 Mar 2026 11:59:10 GMT | Cache-Control: max-age=60", cache.Cache{}, 10 * time.Second, false},
		{"4.2.3", "a Date in the future does not", "200 Date: Sat, 14 Mar 2026 12:30:00 GMT | Cache-Control: max-age=60", cache.Cache{}, 59 * time.Second, true},
		{"4.2.3", "an Age that is no number does not", "200 Age: old | Cache-Control: max-age=60", cache.Cache{}, 59 * time.Second, true},
		{"4.2.3", "of a list the first counts", "200 Age: 50, 1 | Cache-Control: max-age=60", cache.Cache{}, 11 * time.Second, false},
		{"5.2.2.4", "no-cache is asked about always", "200 ETag: \"a\" | Cache-Control: no-cache, max-age=60", cache.Cache{}, 0, false},
		{"5.2.2.4", "no-cache that names a field", "200 Cache-Control: no-cache=\"X-A\", max-age=60", cache.Cache{}, 59 * time.Second, true},
		{"5.2.2.2", "must-revalidate while fresh", "200 Cache-Control: must-revalidate, max-age=60", cache.Cache{}, 59 * time.Second, true},
		{"5.2.2.2", "must-revalidate beyond", "200 Cache-Control: must-revalidate, max-age=60", cache.Cache{StaleWhileRevalidate: time.Hour}, 60 * time.Second, false},
		{"5.2.2.8", "proxy-revalidate beyond", "200 Cache-Control: proxy-revalidate, max-age=60", cache.Cache{StaleWhileRevalidate: time.Hour}, 60 * time.Second, false},
		{"5.2.2.10", "s-maxage forbids what is stale", "200 Cache-Control: s-maxage=60", cache.Cache{StaleWhileRevalidate: time.Hour}, 60 * time.Second, false},
		{"5861-3", "stale-while-revalidate of the origin", "200 Cache-Control: max-age=60, stale-while-revalidate=30", cache.Cache{}, 89 * time.Second, true},
		{"5861-3", "beyond it", "200 Cache-Control: max-age=60, stale-while-revalidate=30", cache.Cache{}, 90 * time.Second, false},
		{"5861-3", "of the site", "200 Cache-Control: max-age=60", cache.Cache{StaleWhileRevalidate: 30 * time.Second}, 89 * time.Second, true},
		{"5861-3", "the origin's counts before the site's", "200 Cache-Control: max-age=60, stale-while-revalidate=0", cache.Cache{StaleWhileRevalidate: 30 * time.Second}, 70 * time.Second, false},
	} {
		t.Run(tt.section+" "+tt.name, func(t *testing.T) {
			o, p := setUp(t, tt.config, tt.answer)
			proxytest.Ask(t, p, "GET /a")
			o.clock.Advance(tt.after)
			a := proxytest.Ask(t, p, "GET /a")
			if fresh := a.Body == "body 1"; fresh != tt.fresh {
				t.Errorf("fresh after %s: %v, want %v; Cache-Status %s", tt.after, fresh, tt.fresh, a.Field("Cache-Status"))
			}
		})
	}
}

// Ensure that what a request says of its answer's age counts (RFC 9111, section 5.2.1).
func TestRequestDirectives(t *testing.T) {
	for _, tt := range []struct {
		section, name, request, answer string
		after                          time.Duration
		want                           string // "hit", "asked" or "504"
	}{
		{"5.2.1.1", "max-age that holds", "Cache-Control: max-age=30", "200 Cache-Control: max-age=60", 30 * time.Second, "hit"},
		{"5.2.1.1", "max-age that does not", "Cache-Control: max-age=30", "200 Cache-Control: max-age=60", 31 * time.Second, "asked"},
		{"5.2.1.1", "max-age=0", "Cache-Control: max-age=0", "200 Cache-Control: max-age=60", time.Second, "asked"},
		{"5.2.1.2", "max-stale of any time", "Cache-Control: max-stale", "200 Cache-Control: max-age=60", time.Hour, "hit"},
		{"5.2.1.2", "max-stale that holds", "Cache-Control: max-stale=30", "200 Cache-Control: max-age=60", 90 * time.Second, "hit"},
		{"5.2.1.2", "max-stale that does not", "Cache-Control: max-stale=30", "200 Cache-Control: max-age=60", 91 * time.Second, "asked"},
		{"5.2.1.2", "max-stale against must-revalidate", "Cache-Control: max-stale", "200 Cache-Control: max-age=60, must-revalidate", 61 * time.Second, "asked"},
		{"5.2.1.3", "min-fresh that holds", "Cache-Control: min-fresh=30", "200 Cache-Control: max-age=60", 30 * time.Second, "hit"},
		{"5.2.1.3", "min-fresh that does not", "Cache-Control: min-fresh=30", "200 Cache-Control: max-age=60", 31 * time.Second, "asked"},
		{"5.2.1.4", "no-cache", "Cache-Control: no-cache", "200 Cache-Control: max-age=60", time.Second, "asked"},
		{"5.2.1.5", "no-store does not forbid what is kept", "Cache-Control: no-store", "200 Cache-Control: max-age=60", time.Second, "hit"},
		{"5.2.1.7", "only-if-cached and it is", "Cache-Control: only-if-cached", "200 Cache-Control: max-age=60", time.Second, "hit"},
		{"5.2.1.7", "only-if-cached and it is stale", "Cache-Control: only-if-cached", "200 Cache-Control: max-age=60", time.Hour, "504"},
		{"5.2.1.7", "only-if-cached and it is not", "Cache-Control: only-if-cached", "200 Cache-Control: no-store", 0, "504"},
		{"5.4", "Pragma: no-cache", "Pragma: no-cache", "200 Cache-Control: max-age=60", time.Second, "asked"},
		{"5.4", "Pragma counts for nothing beside Cache-Control", "Pragma: no-cache | Cache-Control: max-age=30", "200 Cache-Control: max-age=60", time.Second, "hit"},
	} {
		t.Run(tt.section+" "+tt.name, func(t *testing.T) {
			o, p := setUp(t, cache.Cache{}, tt.answer)
			proxytest.Ask(t, p, "GET /a")
			o.clock.Advance(tt.after)
			a := proxytest.Ask(t, p, "GET /a", strings.Split(tt.request, " | ")...)
			got := "hit"
			switch {
			case a.Status == 504:
				got = "504"
			case o.asked == 2:
				got = "asked"
			}
			if got != tt.want {
				t.Errorf("got %s, want %s; Cache-Status %s", got, tt.want, a.Field("Cache-Status"))
			}
		})
	}
}

// Ensure that requests get answers to requests like theirs (RFC 9111, sections 2 and 4.1).
func TestSelecting(t *testing.T) {
	const f = " | Cache-Control: max-age=60"
	for _, tt := range []struct {
		section, name string
		answer        string
		first, second string // "LINE | field | field"
		same          bool
	}{
		{"2", "the same", "200 A: b" + f, "GET /a", "GET /a", true},
		{"2", "another path", "200 A: b" + f, "GET /a", "GET /b", false},
		{"2", "another query", "200 A: b" + f, "GET /a?x=1", "GET /a?x=2", false},
		{"2", "no query", "200 A: b" + f, "GET /a?", "GET /a", true},
		{"2", "another host", "200 A: b" + f, "GET /a", "GET /a | Host: other.example", false},
		{"2", "the host in capitals", "200 A: b" + f, "GET /a", "GET /a | Host: EXAMPLE.com", true},
		{"2", "the path in another encoding", "200 A: b" + f, "GET /%61", "GET /a", true},
		{"2", "an encoded slash is another path", "200 A: b" + f, "GET /a%2Fb", "GET /a/b", false},
		{"2", "HEAD by what GET got", "200 A: b" + f, "GET /a", "HEAD /a", true},
		{"2", "GET not by what HEAD got", "200 A: b" + f, "HEAD /a", "GET /a", false},
		{"4.1", "the field is the same", "200 Vary: Accept" + f, "GET /a | Accept: x", "GET /a | Accept: x", true},
		{"4.1", "the field is another", "200 Vary: Accept" + f, "GET /a | Accept: x", "GET /a | Accept: y", false},
		{"4.1", "the field is missing", "200 Vary: Accept" + f, "GET /a | Accept: x", "GET /a", false},
		{"4.1", "the field was missing", "200 Vary: Accept" + f, "GET /a", "GET /a | Accept: x", false},
		{"4.1", "missing in both", "200 Vary: Accept" + f, "GET /a", "GET /a", true},
		{"4.1", "another field does not count", "200 Vary: Accept" + f, "GET /a", "GET /a | Accept-Language: de", true},
		{"4.1", "white space does not count", "200 Vary: Accept" + f, "GET /a | Accept: x, y", "GET /a | Accept: x,y", true},
		{"4.1", "lines do not count", "200 Vary: Accept" + f, "GET /a | Accept: x, y", "GET /a | Accept: x | Accept: y", true},
		{"4.1", "order counts", "200 Vary: Accept" + f, "GET /a | Accept: x, y", "GET /a | Accept: y, x", false},
		{"4.1", "the name in capitals", "200 Vary: ACCEPT" + f, "GET /a | accept: x", "GET /a | Accept: y", false},
		{"4.1", "several fields", "200 Vary: Accept, X-A" + f, "GET /a | Accept: x | X-A: 1", "GET /a | Accept: x | X-A: 2", false},
		{"4.1", "fields in two lines", "200 Vary: Accept | Vary: X-A" + f, "GET /a | Accept: x | X-A: 1", "GET /a | Accept: x | X-A: 2", false},
		{"4.1", "codings in capitals", "200 Vary: Accept-Encoding" + f, "GET /a | Accept-Encoding: GZIP", "GET /a | Accept-Encoding: gzip", true},
		{"4.1", "a cookie that counts", "200 Vary: Cookie" + f, "GET /a | Cookie: u=1", "GET /a | Cookie: u=2", false},
		{"3.5", "somebody with a password gets what is everybody's", "200 A: b" + f, "GET /a", "GET /a | Authorization: x", true},
	} {
		t.Run(tt.section+" "+tt.name, func(t *testing.T) {
			o, p := setUp(t, cache.Cache{}, tt.answer)
			first, second := strings.Split(tt.first, " | "), strings.Split(tt.second, " | ")
			proxytest.Ask(t, p, first[0], first[1:]...)
			a := proxytest.Ask(t, p, second[0], second[1:]...)
			if same := o.asked == 1; same != tt.same {
				t.Errorf("the same: %v, want %v; Cache-Status %s", same, tt.same, a.Field("Cache-Status"))
			}
		})
	}
}

// Ensure that changes make what is kept go (RFC 9111, section 4.4).
func TestInvalidation(t *testing.T) {
	for _, tt := range []struct {
		name, line, answer string
		gone               bool
	}{
		{"POST", "POST /a", "200", true},
		{"PUT", "PUT /a", "204", true},
		{"DELETE", "DELETE /a", "204", true},
		{"PATCH", "PATCH /a", "200", true},
		{"an unknown method", "FROB /a", "200", true},
		{"a redirect", "POST /a", "303 Location: /b", true},
		{"GET", "GET /a?other", "200", false},
		{"OPTIONS", "OPTIONS /a", "200", false},
		{"HEAD", "HEAD /a", "200", false},
		{"one that was refused", "POST /a", "403", false},
		{"one that failed", "POST /a", "500", false},
		{"of another path", "POST /b", "200", false},
		{"that leads here", "POST /b", "303 Location: /a", true},
		{"whose content is here", "POST /b", "200 Content-Location: /a", true},
		{"that leads here by its whole name", "POST /b", "201 Location: http://example.com/a", true},
		{"that leads to another host", "POST /b", "201 Location: http://other.example/a", false},
		{"that names another host by its path", "POST /b", "201 Location: //other.example/a", false},
		{"a path that is not normal", "POST /b", "201 Location: /x/../a", true},
	} {
		t.Run("4.4 "+tt.name, func(t *testing.T) {
			o, p := setUp(t, cache.Cache{}, "200 Cache-Control: max-age=60")
			proxytest.Ask(t, p, "GET /a")
			o.answer = tt.answer
			proxytest.Ask(t, p, tt.line)
			o.answer = "200 Cache-Control: max-age=60"
			a := proxytest.Ask(t, p, "GET /a")
			if gone := a.Body != "body 1"; gone != tt.gone {
				t.Errorf("gone: %v, want %v; Cache-Status %s", gone, tt.gone, a.Field("Cache-Status"))
			}
		})
	}
}

// Ensure that what is stale is asked about, and that a 304 makes it fresh again
// with the fields it brings (RFC 9111, sections 3.2 and 4.3).
func TestValidation(t *testing.T) {
	const old = `200 ETag: "a" | Last-Modified: Sat, 14 Mar 2026 02:00:00 GMT | Cache-Control: max-age=60 | X-A: old | Content-Type: text/plain`
	for _, tt := range []struct {
		section, name, first, then string
		asks                       string // what the origin is asked with
		body, fields               string // "name=value"
		hitAfter                   bool
	}{
		{"4.3.1", "with both validators", old, `304 ETag: "a" | Cache-Control: max-age=60`, `GET inm="a" ims=Sat, 14 Mar 2026 02:00:00 GMT range=`, "body 1", "X-A=old", true},
		{"4.3.1", "with an entity tag", `200 ETag: "a" | Cache-Control: max-age=60`, `304 ETag: "a" | Cache-Control: max-age=60`, `GET inm="a" ims= range=`, "body 1", "", true},
		{"4.3.1", "with a weak one", `200 ETag: W/"a" | Cache-Control: max-age=60`, `304 ETag: W/"a" | Cache-Control: max-age=60`, `GET inm=W/"a" ims= range=`, "body 1", "", true},
		{"4.3.1", "with nothing to ask by", `200 Cache-Control: max-age=60`, `200 Cache-Control: max-age=60`, `GET inm= ims= range=`, "body 2", "", true},
		{"4.3.3", "a new answer", old, `200 ETag: "b" | X-A: new | Cache-Control: max-age=60`, "", "body 2", "X-A=new", true},
		{"4.3.3", "a new answer that is not kept", old, `200 ETag: "b" | X-A: new | Cache-Control: no-store`, "", "body 2", "X-A=new", false},
		{"4.3.3", "an error", old, `500 X-A: new`, "", "body 2", "X-A=new", false},
		{"4.3.3", "gone", old, `404 X-A: new`, "", "body 2", "X-A=new", false},
		{"3.2", "a field is updated", old, `304 X-A: new | Cache-Control: max-age=60`, "", "body 1", "X-A=new", true},
		{"3.2", "a field is added", old, `304 X-B: new | Cache-Control: max-age=60`, "", "body 1", "X-B=new", true},
		{"3.2", "the type is not", old, `304 Content-Type: text/html | Cache-Control: max-age=60`, "", "body 1", "Content-Type=text/plain", true},
		{"3.2", "the coding is not", old, `304 Content-Encoding: br | Cache-Control: max-age=60`, "", "body 1", "Content-Encoding=", true},
		{"3.2", "the length is not", old, `304 Content-Length: 99 | Cache-Control: max-age=60`, "", "body 1", "Content-Length=", true},
		{"3.2", "a cookie is not", old, `304 Set-Cookie: a=b | Cache-Control: max-age=60`, "", "body 1", "Set-Cookie=", true},
		{"4.3.4", "the lifetime is the new one", old, `304 Cache-Control: max-age=0`, "", "body 1", "", false},
		{"4.3.4", "without a word it is as before", old, `304 ETag: "a"`, "", "body 1", "", true},
		{"4.3.4", "about another answer", old, `304 ETag: "z" | Cache-Control: max-age=60`, "", "", "", false},
	} {
		t.Run(tt.section+" "+tt.name, func(t *testing.T) {
			o, p := setUp(t, cache.Cache{}, tt.first)
			proxytest.Ask(t, p, "GET /a")
			o.clock.Advance(2 * time.Minute)
			o.answer = tt.then
			a := proxytest.Ask(t, p, "GET /a")
			if tt.asks != "" && o.last != tt.asks {
				t.Errorf("asked with %q, want %q", o.last, tt.asks)
			}
			if a.Body != tt.body && tt.body != "" {
				t.Errorf("the body is %q, want %q; %v", a.Body, tt.body, a.Field("Cache-Status"))
			}
			if name, value, ok := strings.Cut(tt.fields, "="); ok && a.Field(name) != value {
				t.Errorf("%s is %q, want %q", name, a.Field(name), value)
			}
			before := o.asked
			o.clock.Advance(time.Second)
			proxytest.Ask(t, p, "GET /a")
			if hit := o.asked == before; hit != tt.hitAfter {
				t.Errorf("then a hit: %v, want %v", hit, tt.hitAfter)
			}
		})
	}
}

// Ensure that what is kept stands in for errors as long as it may (RFC 5861, section 4).
func TestStaleIfError(t *testing.T) {
	for _, tt := range []struct {
		name, first, then string
		config            cache.Cache
		after             time.Duration
		kept              bool
	}{
		{"within", "200 Cache-Control: max-age=60, stale-if-error=60", "500", cache.Cache{}, 119 * time.Second, true},
		{"beyond", "200 Cache-Control: max-age=60, stale-if-error=60", "500", cache.Cache{}, 120 * time.Second, false},
		{"502", "200 Cache-Control: max-age=60, stale-if-error=60", "502", cache.Cache{}, 90 * time.Second, true},
		{"503", "200 Cache-Control: max-age=60, stale-if-error=60", "503", cache.Cache{}, 90 * time.Second, true},
		{"504", "200 Cache-Control: max-age=60, stale-if-error=60", "504", cache.Cache{}, 90 * time.Second, true},
		{"501 is no failure", "200 Cache-Control: max-age=60, stale-if-error=60", "501", cache.Cache{}, 90 * time.Second, false},
		{"404 is no failure", "200 Cache-Control: max-age=60, stale-if-error=60", "404", cache.Cache{}, 90 * time.Second, false},
		{"of the site", "200 Cache-Control: max-age=60", "500", cache.Cache{StaleIfError: time.Hour}, 90 * time.Second, true},
		{"not said", "200 Cache-Control: max-age=60", "500", cache.Cache{}, 90 * time.Second, false},
		{"against must-revalidate", "200 Cache-Control: max-age=60, must-revalidate", "500", cache.Cache{StaleIfError: time.Hour}, 90 * time.Second, false},
		{"against no-cache", "200 ETag: \"a\" | Cache-Control: no-cache", "500", cache.Cache{StaleIfError: time.Hour}, time.Second, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			o, p := setUp(t, tt.config, tt.first)
			proxytest.Ask(t, p, "GET /a")
			o.clock.Advance(tt.after)
			o.answer = tt.then
			a := proxytest.Ask(t, p, "GET /a")
			if kept := a.Body == "body 1" && a.Status == 200; kept != tt.kept {
				t.Errorf("stood in: %v, want %v; %d %s", kept, tt.kept, a.Status, a.Field("Cache-Status"))
			}
		})
	}
}
