package proxy

import (
	"errors"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

// logLines serves requests and returns what was logged of them.
func logLines(t *testing.T, rules LogRules, format LogFormat, requests ...*gateway.Exchange) string {
	t.Helper()
	var out strings.Builder
	p := newProxy(t, Config{AccessLog: &out, AccessLogFormat: format, AccessLogRules: rules,
		App: gateway.HandlerFunc(func(x *gateway.Exchange) {
			x.Response.Header.Add("X-Kind", "page")
			x.Response.Header.Add("Set-Cookie", "sessionid=secret")
			x.Response.Header.Add("X-To", "https://host/#access_token=secret&state=1")
			if strings.HasPrefix(string(x.Request.Path), "/error") {
				x.Response.Status = 500
			}
			x.Response.Text("hello")
		}),
		Locations: []Location{
			{Path: "/", Action: Forward{App: true}},
			{Path: "~ ^/u/(.*)$", Rewrite: Template{{Text: "/elsewhere?x=y"}}, Action: Forward{App: true}},
		}})
	p.now = func() time.Time { return testTime }
	for _, x := range requests {
		x.Start = testTime.Add(-1500 * time.Millisecond)
		p.Serve(x)
		collect(t, x)
	}
	if err := p.Close(); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// template is one of texts in which {…} are attributes.
func template(text string) (t Template) {
	for {
		literal, rest, ok := strings.Cut(text, "{")
		if literal != "" {
			t = append(t, Part{Text: literal})
		}
		if !ok {
			return t
		}
		attr, after, _ := strings.Cut(rest, "}")
		t, text = append(t, Part{Attr: Attribute(attr)}), after
	}
}

// Ensure that a line of the site's own holds what came and what came of it, as the client asked, and no secret.
func TestOwnLogLine(t *testing.T) {
	tests := []struct{ name, template, line, want string }{
		{"nginx's", `{client.address} [{request.time_local}] "{request.method} {request.uri} {request.protocol}" {response.status} {response.bytes} {response.duration}`, "GET /a?b=c",
			`192.0.2.1 [14/Mar/2026:15:09:26 +0000] "GET /a?b=c HTTP/1.1" 200 5 1.500`},
		{"what a rewrite changes is as it came", "{request.path} {request.query} {response.location}", "GET /u/ada?q=1", `/u/ada q=1 ~ ^/u/(.*)$`},
		{"what is not there", "{response.upstream} {response.cache} {response.tries} {response.upstream_time} {request.header.Nothing} {response.refused_by}", "GET /", "- - 0 - - -"},
		{"fields of the answer", "{response.header.X-Kind} {response.header.Set-Cookie} {response.header.X-Request-ID}", "GET /", "page *** id-1"},
		{"secrets of the query", "{request.uri} {request.query.token} {request.query.q}", "GET /a?q=1&token=abc&Pass%77ord=x;sig=&API_KEY=z", `/a?q=1&token=***&Pass%77ord=***&API_KEY=*** *** 1`},
		{"secrets of the header", "{request.header.Authorization} {request.header.Cookie} {request.cookie.a} {request.cookie.none} {request.header.X-Own}", "GET /", "*** *** *** - ***"},
		{"the page that led here", "{request.header.Referer}", "GET /", "https://***@host/x?token=***&a=b"},
		{"secrets of an address in the query", "{request.uri} {request.query.next} {request.query.to}", "GET /a?next=%2Fr%3Fq%3D1%26token%3DSECRET%&to=%252Fr%253Ftoken%253DSECRET&x=%2Fr%3Fq%3D1",
			"/a?next=***&to=***&x=%2Fr%3Fq%3D1 *** ***"},
		{"secrets behind a number sign", "{response.header.X-To}", "GET /", "https://host/#access_token=***&state=1"},
		{"nobody forges a line", "{request.header.User-Agent}", "GET /", `a\x22 \x5C \x09\xC3\xA9`},
		{"the time", "{request.time}", "GET /", "2026-03-14T15:09:26.000Z"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			x := exchange(t, tt.line, "Authorization: Basic c2VjcmV0", "Cookie: a=secret; b=c", "X-Own: secret", "User-Agent: a\" \\ \té", "Referer: https://user:secret@host/x?token=1&a=b")
			x.Request.ID = "id-1"
			if got := logLines(t, LogRules{Template: template(tt.template), Secrets: []string{"x-own"}}, "", x); got != tt.want+"\n" {
				t.Errorf("got  %swant %s", got, tt.want)
			}
		})
	}
}

// Ensure that the formats which everybody has hold no secret either.
func TestFormatsHoldNoSecrets(t *testing.T) {
	for _, format := range []LogFormat{LogCombined, LogJSON} {
		x := exchange(t, "GET /reset?token=SECRET&page=2", "Referer: https://site/login?password=SECRET", "Cookie: SECRET", "Authorization: SECRET")
		if got := logLines(t, LogRules{}, format, x); strings.Contains(got, "SECRET") || !strings.Contains(got, "/reset?token=***&page=2") || !strings.Contains(got, "login?password=***") {
			t.Errorf("%s: %s", format, got)
		}
	}
}

// Ensure that conditions look at the request as it came and at the answer.
func TestLogConditions(t *testing.T) {
	only := func(op Operation, attr Attribute, values ...string) LogRules {
		return LogRules{Template: template("{request.path}"), When: Condition{Op: op, Attr: attr, Values: values}}
	}
	for _, tt := range []struct {
		name  string
		rules LogRules
		want  string
	}{
		{"errors", only(Prefix, "response.status", "5"), "/error\n"},
		{"a path", only(Equal, "request.path", "/u/x"), "/u/x\n"},
		{"a field of the answer", only(Equal, "response.header.X-Kind", "page"), "/a\n/u/x\n/error\n"},
		{"a location", only(Equal, "response.location", "/"), "/a\n/error\n"},
		{"nothing", only(Equal, "request.method", "PUT"), ""},
		{"a share of those without an error", LogRules{Template: template("{request.path}"), Percent: 1}, "/error\n"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var all []*gateway.Exchange
			for i, path := range []string{"/a", "/u/x", "/error"} {
				x := exchange(t, "GET "+path)
				x.Request.ID = "id-" + strconv.Itoa(i)
				all = append(all, x)
			}
			if got := logLines(t, tt.rules, "", all...); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// Ensure that a share is about that share, and the same requests each time.
func TestLogShare(t *testing.T) {
	count := func() (n int, all string) {
		var xs []*gateway.Exchange
		for i := range 2000 {
			x := exchange(t, "GET /")
			x.Request.ID = "id-" + strconv.Itoa(i)
			xs = append(xs, x)
		}
		all = logLines(t, LogRules{Template: template("{request.id}"), Percent: 10}, "", xs...)
		return strings.Count(all, "\n"), all
	}
	n, first := count()
	if _, again := count(); n < 120 || n > 280 || again != first {
		t.Errorf("%d of 2000 lines, the same again: %v", n, again == first)
	}
}

// Ensure that a log nobody reads costs lines and holds up no request.
func TestLogThatTakesNothing(t *testing.T) {
	var messages strings.Builder
	r, w := io.Pipe()
	a, err := newAccessLog(w, LogCombined, LogRules{}, slog.New(slog.NewTextHandler(&messages, nil)))
	if err != nil {
		t.Fatal(err)
	}
	x := exchange(t, "GET /"+strings.Repeat("a", 1000))
	for range 3 * mostPending / 1000 {
		a.record(x, testTime) // would never return if it waited
	}
	r.CloseWithError(errors.New("gone"))
	a.close()
	if !strings.Contains(messages.String(), "as the log takes them too slowly") {
		t.Errorf("the log says %q", messages.String())
	}
	if len(a.buf) > mostPending+2000 || cap(a.spare) > 2*logBatch {
		t.Errorf("%d bytes are held", len(a.buf))
	}
}

// Ensure that what a log cannot have is an error.
func TestLogRulesThatCannotBe(t *testing.T) {
	for _, rules := range []LogRules{
		{Template: template("{match.1}")}, {Template: template("{response.nothing}")}, {Template: template("{response.header.a b}")}, {Percent: 101}, {Percent: -1},
		{Buffer: 2 << 20}, {When: Condition{Op: Equal, Attr: "response.header.", Values: []string{"a"}}},
	} {
		if _, err := New(Config{AccessLog: io.Discard, AccessLogRules: rules}); err == nil {
			t.Errorf("%+v is taken", rules)
		}
	}
	if _, err := (Template{{Attr: ResponseStatus}}).compile(nil); err == nil {
		t.Error("a request that has no answer yet has a status")
	}
}

// FuzzRedacted holds that no value of a secret parameter gets into the log, whatever stands around it.
func FuzzRedacted(f *testing.F) {
	f.Add([]byte("/a?x=1&"), []byte("&y=2"))
	f.Add([]byte("https://u:p@h/?a;"), []byte(""))
	a := &accessLog{secrets: newSecrets(nil)}
	f.Fuzz(func(t *testing.T, before, after []byte) {
		if strings.Contains(string(before), "HIDDEN") || !strings.Contains(string(before), "?") || len(after) > 0 && after[0] != '&' {
			return
		}
		if last := before[len(before)-1]; last != '&' && last != '?' {
			return
		}
		if got := a.redacted(append(append(append([]byte(nil), before...), "token=HIDDEN"...), after...)); strings.Contains(string(got), "HIDDEN") && !strings.Contains(string(after), "HIDDEN") {
			t.Errorf("%q", got)
		}
	})
}
