package cache_test

import (
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/proxy/cache"
	"stackgen.dev/runtime/proxy/proxytest"
)

// rule is a rule, by section, and what it comes to in examples.
type rule struct {
	section, says string
	examples      []example
}

// example is one case of a rule, in the words of what is special about it.
type example struct {
	name string
	run  func(t *testing.T)
}

// What many answers say: fresh for a minute.
const (
	f    = "Cache-Control: max-age=60"
	andF = " | " + f
	old  = `200 ETag: "a" | Last-Modified: Sat, 14 Mar 2026 02:00:00 GMT | Cache-Control: max-age=60 | X-A: old | Content-Type: text/plain`
)

// origin is a server whose answers tests write: "200", "404 Cache-Control: max-age=60 | ETag: \"a\"".
type origin struct {
	clock  *proxytest.Clock
	answer string
	delay  time.Duration // that an answer takes
	asked  int
	last   string // the request's own fields that conditions are
	size   int64  // of the body as it is announced, where it is read; 0 has the body at once
	broken error  // the end of such a body
}

// serve answers with a body that counts, so that an answer made now is told from one that is kept.
func (o *origin) serve(x *gateway.Exchange) {
	o.asked++
	o.clock.Advance(o.delay)
	o.last = fmt.Sprintf("%s inm=%s ims=%s range=%s", x.Request.Method, x.Request.Header.Get("If-None-Match"), x.Request.Header.Get("If-Modified-Since"), x.Request.Header.Get("Range"))
	status, fields, _ := strings.Cut(o.answer, " ")
	fmt.Sscan(status, &x.Response.Status)
	for _, f := range strings.Split(fields, " | ") {
		if name, value, ok := strings.Cut(f, ":"); ok {
			value = strings.ReplaceAll(strings.TrimPrefix(value, " "), "NOW", o.date(0))
			x.Response.Header.Add(name, value)
		}
	}
	body := fmt.Sprintf("body %d", o.asked)
	switch {
	case x.Response.Status == 304 || x.Response.Status == 204 || x.Request.Method == "HEAD":
	case o.size > 0:
		x.Response.Reader(&brokenReader{strings.NewReader(body), o.broken}, o.size)
	case o.size < 0:
		x.Response.Stream(func(w gateway.BodyWriter) error { io.WriteString(w, body); return o.broken })
	default:
		x.Response.Text(body)
	}
}

type brokenReader struct {
	io.Reader
	end error
}

func (r *brokenReader) Read(p []byte) (int, error) {
	n, err := r.Reader.Read(p)
	if err == io.EOF && r.end != nil {
		err = r.end
	}
	return n, err
}

// date is a moment some time from now, as a field has it.
func (o *origin) date(d time.Duration) string {
	return o.clock.T.Add(d).UTC().Format("Mon, 02 Jan 2006 15:04:05 GMT")
}

func setUp(t *testing.T, c cache.Cache, answer string) (*origin, *proxy.Proxy) {
	clock := proxytest.NewClock()
	o := &origin{clock: clock, answer: answer}
	return o, proxytest.New(t, clock, o.serve, c)
}

// send has a request served that is written as "GET /a | Field: value". "Scheme: https"
// sets its scheme, "Content: x" its content.
func send(t *testing.T, p *proxy.Proxy, request string) proxytest.Answer {
	t.Helper()
	parts := strings.Split(request, " | ")
	var fields []string
	scheme, content := "http", ""
	for _, f := range parts[1:] {
		switch name, value, _ := strings.Cut(f, ": "); name {
		case "Scheme":
			scheme = value
		case "Content":
			content = value
		case "":
		default:
			fields = append(fields, f)
		}
	}
	x := proxytest.Request(t, parts[0], fields...)
	x.Request.Scheme = scheme
	if content != "" {
		x.Request.Body, x.Request.ContentLength = strings.NewReader(content), int64(len(content))
	}
	p.Serve(x)
	return proxytest.Collect(x)
}

// has compares a field of an answer: "Name=value", all lines joined by "|".
func has(t *testing.T, a proxytest.Answer, field string) {
	t.Helper()
	if name, value, ok := strings.Cut(field, "="); ok && a.Field(name) != value {
		t.Errorf("%s is %q, want %q", name, a.Field(name), value)
	}
}

// store: what the origin answers to a request (its fields; "?" is one with a query) is kept, or not.
func store(name, request, answer string, kept bool) example {
	return example{name, func(t *testing.T) {
		o, p := setUp(t, cache.Cache{}, answer)
		line, fields := "GET /a", request
		if request == "?" {
			line, fields = "GET /a?b", ""
		}
		first := send(t, p, line+" | "+fields)
		again := send(t, p, line)
		if got := o.asked == 1; got != kept {
			t.Fatalf("kept: %v, want %v; Cache-Status %s, then %s", got, kept, first.Field("Cache-Status"), again.Field("Cache-Status"))
		}
		if kept && (first.Status != again.Status || first.Body != again.Body || again.Field("Age") == "" || !strings.HasPrefix(again.Field("Cache-Status"), "stackgen; hit")) {
			t.Errorf("first %d %q, again %d %q with %v", first.Status, first.Body, again.Status, again.Body, again.Header.Fields())
		}
		if kept && (again.Field("X-User") != "" || again.Field("Set-Cookie") != "") {
			t.Errorf("fields that are not to be kept were: %v", again.Header.Fields())
		}
	}}
}

// fresh: some time after it came the answer is still given without asking, or not.
func fresh(name, answer string, config cache.Cache, after time.Duration, want bool) example {
	return example{name, func(t *testing.T) {
		o, p := setUp(t, config, answer)
		send(t, p, "GET /a")
		o.clock.Advance(after)
		a := send(t, p, "GET /a")
		if got := a.Body == "body 1"; got != want {
			t.Errorf("fresh after %s: %v, want %v; Cache-Status %s", after, got, want, a.Field("Cache-Status"))
		}
	}}
}

// delayed: the same of an answer that took some time.
func delayed(name, answer string, took, after time.Duration, want bool) example {
	return example{name, func(t *testing.T) {
		o, p := setUp(t, cache.Cache{}, answer)
		o.delay = took
		send(t, p, "GET /a")
		o.clock.Advance(after)
		a := send(t, p, "GET /a")
		if got := a.Body == "body 1"; got != want {
			t.Errorf("fresh after %s: %v, want %v; Cache-Status %s", after, got, want, a.Field("Cache-Status"))
		}
	}}
}

// ages: the Age that an answer is given with.
func ages(name, answer string, after time.Duration, want string) example {
	return example{name, func(t *testing.T) {
		o, p := setUp(t, cache.Cache{}, answer)
		send(t, p, "GET /a")
		o.clock.Advance(after)
		has(t, send(t, p, "GET /a"), "Age="+want)
	}}
}

// newest: of two kept answers that fit a request, the newer one is given.
func newest(name string) example {
	return example{name, func(t *testing.T) {
		o, p := setUp(t, cache.Cache{}, "200 Vary: X-A"+andF)
		send(t, p, "GET /a | X-A: 1")
		o.answer = "200 Vary: X-B" + andF
		send(t, p, "GET /a | X-A: 2 | X-B: 1")
		if a := send(t, p, "GET /a | X-A: 1 | X-B: 1"); a.Body != "body 2" || o.asked != 2 {
			t.Errorf("got %q, asked %d times", a.Body, o.asked)
		}
	}}
}

// asks: what becomes of a request with such fields some time after the answer came: "hit", "asked" or "504".
func asks(name, request, answer string, after time.Duration, want string) example {
	return example{name, func(t *testing.T) {
		o, p := setUp(t, cache.Cache{}, answer)
		send(t, p, "GET /a")
		o.clock.Advance(after)
		a := send(t, p, "GET /a | "+request)
		got := "hit"
		switch {
		case a.Status == 504:
			got = "504"
		case o.asked == 2:
			got = "asked"
		}
		if got != want {
			t.Errorf("got %s, want %s; Cache-Status %s", got, want, a.Field("Cache-Status"))
		}
	}}
}

// choose: what the first request got answers the second, or not.
func choose(name, answer, first, second string, same bool) example {
	return example{name, func(t *testing.T) {
		o, p := setUp(t, cache.Cache{}, answer)
		send(t, p, first)
		a := send(t, p, second)
		if got := o.asked == 1; got != same {
			t.Errorf("the same: %v, want %v; Cache-Status %s", got, same, a.Field("Cache-Status"))
		}
	}}
}

// change: a request that is answered so makes what is kept of /a go, or not.
func change(name, line, answer string, gone bool) example {
	return example{name, func(t *testing.T) {
		o, p := setUp(t, cache.Cache{}, "200 "+f)
		send(t, p, "GET /a")
		o.answer = answer
		send(t, p, line)
		o.answer = "200 " + f
		a := send(t, p, "GET /a")
		if got := a.Body != "body 1"; got != gone {
			t.Errorf("gone: %v, want %v; Cache-Status %s", got, gone, a.Field("Cache-Status"))
		}
	}}
}

// validate: an answer is stale, and the origin answers so when it is asked: with what it is asked ("" for
// anything), which body comes of it, with which field, and whether the next request is a hit.
func validate(name, first, then, asked, body, field string, hitAfter bool) example {
	return example{name, func(t *testing.T) {
		o, p := setUp(t, cache.Cache{}, first)
		send(t, p, "GET /a")
		o.clock.Advance(2 * time.Minute)
		o.answer = then
		a := send(t, p, "GET /a")
		if asked != "" && o.last != asked {
			t.Errorf("asked with %q, want %q", o.last, asked)
		}
		if a.Body != body && body != "" {
			t.Errorf("the body is %q, want %q; %v", a.Body, body, a.Field("Cache-Status"))
		}
		if a.Status == 304 {
			t.Error("a client that asked for nothing of the kind got 304")
		}
		has(t, a, field)
		before := o.asked
		o.clock.Advance(time.Second)
		send(t, p, "GET /a")
		if hit := o.asked == before; hit != hitAfter {
			t.Errorf("then a hit: %v, want %v", hit, hitAfter)
		}
	}}
}

// validateAsking: an answer is stale, and a client comes with a field of its own: what the origin is asked with, and the client's status.
func validateAsking(name, first, then, request, asked string, status int) example {
	return example{name, func(t *testing.T) {
		o, p := setUp(t, cache.Cache{}, first)
		send(t, p, "GET /a")
		o.clock.Advance(2 * time.Minute)
		o.answer = then
		if a := send(t, p, "GET /a | "+request); a.Status != status || o.last != asked {
			t.Errorf("got %d, want %d; asked with %q, want %q", a.Status, status, o.last, asked)
		}
	}}
}

// fails: some time after the first answer the origin fails so, and the first one stands in, or not.
func fails(name, first, then string, config cache.Cache, after time.Duration, kept bool) example {
	return example{name, func(t *testing.T) {
		o, p := setUp(t, config, first)
		send(t, p, "GET /a")
		o.clock.Advance(after)
		o.answer = then
		a := send(t, p, "GET /a")
		if got := a.Body == "body 1" && a.Status == 200; got != kept {
			t.Errorf("stood in: %v, want %v; %d %s", got, kept, a.Status, a.Field("Cache-Status"))
		}
	}}
}

// headed: an answer is stale, HEAD is answered so, then the origin is away: whether the first answer is still given.
func headed(name, first, then string, kept bool) example {
	return example{name, func(t *testing.T) {
		o, p := setUp(t, cache.Cache{}, first)
		send(t, p, "GET /a")
		o.clock.Advance(2 * time.Minute)
		o.answer = then
		send(t, p, "HEAD /a")
		o.answer = "502"
		a := send(t, p, "GET /a")
		if got := a.Body == "body 1"; got != kept {
			t.Errorf("given: %v, want %v; Cache-Status %s", got, kept, a.Field("Cache-Status"))
		}
	}}
}

// conditional: the status of a request with such fields for what is kept; "" is the usual answer.
func conditional(name, answer, request string, status int) example {
	return example{name, func(t *testing.T) {
		if answer == "" {
			answer = old
		}
		o, p := setUp(t, cache.Cache{}, answer)
		send(t, p, "GET /a")
		o.clock.Advance(time.Second)
		if a := send(t, p, "GET /a | "+request); a.Status != status || o.asked != 1 {
			t.Errorf("got %d, want %d; asked %d times", a.Status, status, o.asked)
		}
	}}
}

// carries: the field that an answer has when it is given from the cache.
func carries(name, answer, field string) example {
	return example{name, func(t *testing.T) {
		o, p := setUp(t, cache.Cache{}, answer)
		send(t, p, "GET /a")
		has(t, send(t, p, "GET /a"), field)
		if o.asked != 1 {
			t.Errorf("asked %d times", o.asked)
		}
	}}
}

// cut: a body that does not come to its end is not kept.
func cut(name string, size int64, end error) example {
	return example{name, func(t *testing.T) {
		o, p := setUp(t, cache.Cache{}, "200 "+f)
		o.size, o.broken = size, end
		send(t, p, "GET /a")
		o.size, o.broken = 0, nil
		if a := send(t, p, "GET /a"); a.Body != "body 2" {
			t.Errorf("got %q, Cache-Status %s", a.Body, a.Field("Cache-Status"))
		}
	}}
}

// whole: a client that asks for a part has the origin asked for all of it.
func whole(name, request string, status int, body string) example {
	return example{name, func(t *testing.T) {
		o, p := setUp(t, cache.Cache{}, old)
		a := send(t, p, "GET /a | "+request)
		if a.Status != status || body != "" && a.Body != body || o.last != "GET inm= ims= range=" {
			t.Errorf("got %d %q, asked with %q", a.Status, a.Body, o.last)
		}
		if a := send(t, p, "GET /a"); a.Body != "body 1" {
			t.Errorf("then %q", a.Body)
		}
	}}
}

// tells: Cache-Status of a second request, which comes some time later with such a field; what
// the origin says from then on may stand after "| then". "?first" is the first request's, "HEAD" a HEAD.
func tells(name, answer string, after time.Duration, request, want string) example {
	return example{name, func(t *testing.T) {
		answer, then, _ := strings.Cut(answer, " | then ")
		o, p := setUp(t, cache.Cache{Bypass: proxy.Condition{Op: proxy.Equal, Attr: "request.cookie.skip", Values: []string{"1"}}}, answer)
		a := send(t, p, "GET /a")
		if request != "?first" {
			o.clock.Advance(after)
			if then != "" {
				o.answer = then
			}
			line, fields := "GET /a", request
			if request == "HEAD" {
				line, fields = "HEAD /a", ""
			}
			a = send(t, p, line+" | "+fields)
		}
		has(t, a, "Cache-Status="+want)
	}}
}
