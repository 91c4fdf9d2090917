package proxy

import (
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"math/big"
	"strings"
	"testing"

	"stackgen.dev/runtime/gateway"
)

// values has each template as the value of a response's field.
func values(t *testing.T, all map[string]Template) *Proxy {
	var h Headers
	for name, template := range all {
		h.SetMade = append(h.SetMade, MadeField{name, template})
	}
	return newProxy(t, Config{
		App: text(func(x *gateway.Exchange) string {
			x.Response.Status = 404
			x.Response.Header.Add("X-From", "app")
			return "body"
		}),
		Headers:   h,
		Locations: []Location{{Path: "~ ^/(a.*)$", Rewrite: Template{{Text: "/other"}}, Action: Forward{App: true}}, {Path: "/", Action: Redirect{To: literal("/x")}}},
	})
}

// Ensure that values are made from the request and the answer.
func TestHeaderValues(t *testing.T) {
	p := values(t, map[string]Template{
		"V-Path": attr(RequestPath), "V-Query": attr(RequestQuery), "V-URI": attr(RequestURI), "V-Host": attr(RequestHost), "V-Field": attr(RequestHeader + "X-A"),
		"V-Cookie": attr(RequestCookie + "c"), "V-Client": attr(ClientAddress), "V-Status": attr(ResponseStatus), "V-From": attr(ResponseHeader + "X-From"),
		"V-Text": {{Text: "a "}, {Attr: RequestMethod}, {Text: " b"}}, "V-Place": attr(ResponsePlace), "V-ID": attr(RequestID), "V-Missing": attr(RequestHeader + "X-B"),
	})
	got := ask(t, p, "GET /a%20b?q=1", "X-A: 1", "Cookie: c=2")
	for name, want := range map[string]string{
		"V-Path": "/a%20b", "V-Query": "q=1", "V-URI": "/a%20b?q=1", "V-Host": "example.com", "V-Field": "1", "V-Cookie": "2", "V-Client": "192.0.2.1", "V-Status": "404",
		"V-From": "app", "V-Text": "a GET b", "V-Place": "~ ^/(a.*)$", "V-ID": got.field("X-Request-ID"), "V-Missing": "",
	} {
		if got.field(name) != want {
			t.Errorf("%s is %q, want %q", name, got.field(name), want)
		}
	}
	if got.header.Has("V-Missing") {
		t.Error("a value that is missing has a field")
	}
	if got := ask(t, p, "GET /b"); got.field("V-Status") != "302" || got.header.Has("V-From") {
		t.Errorf("of a redirect: %q %q", got.field("V-Status"), got.field("V-From"))
	}
}

// Ensure that no client can end a field or begin another one.
func TestHeaderValuesCannotInject(t *testing.T) {
	p := newProxy(t, Config{Locations: []Location{{
		Path: "~ ^/(?s)(.*)$", Action: Redirect{To: literal("/")},
		Headers: Headers{SetMade: []MadeField{{"V-Path", attr(RequestPath)}, {"V-Group", attr("match.1")}, {"V-User", attr(ClientUser)},
			{"V-Subject", attr(ClientCertSubject)}}},
	}}})
	x := exchange(t, "GET /")
	x.Request.Path = []byte("/a\r\nX-Evil: 1\x00\x7f\t") // which no engine of ours lets through
	x.Request.RemoteUser = "a\r\nX-Evil"
	cert := &x509.Certificate{Subject: pkix.Name{CommonName: "a\r\nX-Evil: 1"}, SerialNumber: big.NewInt(1)}
	x.Request.TLS = &tls.ConnectionState{VerifiedChains: [][]*x509.Certificate{{cert}}}
	p.Serve(x)
	got := collect(t, x)
	for _, f := range got.header.Fields() {
		if strings.ContainsAny(string(f.Value), "\r\n\x00\x7f\t") || strings.Contains(string(f.Name), "Evil") {
			t.Errorf("%s: %q", f.Name, f.Value)
		}
	}
	for name, want := range map[string]string{"V-Path": "/a%0D%0AX-Evil:%201%00%7F%09", "V-Group": "a%0D%0AX-Evil: 1%00%7F%09", "V-User": "a%0D%0AX-Evil"} {
		if got.field(name) != want {
			t.Errorf("%s is %q, want %q", name, got.field(name), want)
		}
	}
}

// Ensure that values of requests are made before any rule is applied, that an empty one is no field, and
// that a Host that cannot be one leaves the client's.
func TestRequestHeaderValues(t *testing.T) {
	came := make(chan string, 2)
	url := script(t, "tcp", func(c *scriptConn) {
		for {
			head := c.head()
			if head == nil {
				return
			}
			came <- head.head + "\r\n"
			c.say("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
		}
	})
	p := newProxy(t, Config{
		Upstreams: []UpstreamConfig{{Name: "u", Servers: []Server{{URL: url}}}},
		Locations: []Location{{Path: "/", Action: Forward{Upstream: "u"}, RequestHeaders: Headers{
			Remove:  []string{"X-Secret"},
			SetMade: []MadeField{{"X-Copy", attr(RequestHeader + "X-Secret")}, {"X-Swap", attr(RequestHeader + "X-Copy")}, {"Host", attr(RequestHeader + "X-Inner")}},
			AddMade: []MadeField{{"X-Add", Template{{Text: "f="}, {Attr: RequestHeader + "X-Secret"}}}},
		}}},
	})
	ask(t, p, "GET /", "X-Secret: s", "X-Copy: old", "X-Inner: in.example:8000")
	ask(t, p, "GET /", "X-Copy: old", "X-Inner: evil/path")
	seen := []string{<-came, <-came}
	for i, fields := range [][]string{{"Host: in.example:8000\r\n", "X-Copy: s\r\n", "X-Swap: old\r\n", "X-Add: f=s\r\n"}, {"Host: example.com\r\n", "X-Swap: old\r\n", "X-Add: f=\r\n"}} {
		for _, f := range fields {
			if !strings.Contains(seen[i], f) {
				t.Errorf("request %d has no %q:\n%s", i+1, f, seen[i])
			}
		}
	}
	if strings.Contains(seen[0], "X-Secret") || strings.Contains(seen[1], "X-Copy") {
		t.Errorf("fields that were taken away:\n%s\n%s", seen[0], seen[1])
	}
}

// Ensure that New refuses what no value can hold.
func TestHeaderValueErrors(t *testing.T) {
	for want, f := range map[string]MadeField{
		"nobody knows":        {"X", attr(ResponseBytes)},
		"a request has no":    {"X", attr("response.what")},
		"there is no map":     {"X", attr("map.what")},
		"a control character": {"X", literal("a\r\nb")},
	} {
		_, err := New(Config{Headers: Headers{AddMade: []MadeField{f}}})
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

// BenchmarkHeaderRules is what header rules cost: fixed ones, which look at no request, and made ones.
func BenchmarkHeaderRules(b *testing.B) {
	for name, rules := range map[string]Headers{
		"none":  {},
		"fixed": {Set: []Field{{"X-A", "1"}, {"X-B", "2"}}},
		"made":  {SetMade: []MadeField{{"X-A", attr(RequestHost)}, {"X-B", Template{{Text: "v="}, {Attr: ResponseStatus}}}}},
	} {
		b.Run(name, func(b *testing.B) {
			p := newProxy(b, Config{Headers: rules, Locations: []Location{{Path: "/", Action: Forward{App: true}}},
				App: cooperative(func(x *gateway.Exchange) { x.Response.Text("hello") })})
			x := exchange(b, "GET /")
			request := x.Request
			b.ReportAllocs()
			for b.Loop() {
				x.Request = request
				p.Serve(x)
				x.Finish()
			}
		})
	}
}

// cooperative is an application that waits for nothing.
type cooperative func(x *gateway.Exchange)

func (c cooperative) Serve(x *gateway.Exchange) { c(x) }

// Cooperates implements gateway.Cooperative.
func (cooperative) Cooperates() bool { return true }
