package proxy

import (
	"io"
	"log/slog"
	"net/netip"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/porttest"
)

// front starts a proxy before an upstream of these servers: "/" is buffered,
// "/stream/" is not, "/strip/" loses its prefix.
func front(t testing.TB, u UpstreamConfig, urls ...string) (p *Proxy, address string) {
	t.Helper()
	p = newProxy(t, frontConfig(u, urls...))
	return p, serveOn(t, p)
}

func frontConfig(u UpstreamConfig, urls ...string) Config {
	u.Name = "u"
	if u.Keepalive == 0 {
		u.Keepalive = 32
	}
	for _, url := range urls {
		u.Servers = append(u.Servers, Server{URL: url})
	}
	return Config{
		Hosts:     []string{"*"},
		Upstreams: []UpstreamConfig{u},
		Locations: []Location{
			{Path: "/", Action: Forward{Upstream: "u"}},
			{Path: "/stream/", Action: Forward{Upstream: "u", Unbuffered: true}},
			{Path: "/strip/", Action: Forward{Upstream: "u", StripPrefix: true}},
		},
	}
}

const ok = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok"

// recorder is a server that answers everything with ok and tells what it got.
func recorder(t testing.TB, network string) (url string, got chan *received) {
	got = make(chan *received, 100)
	return script(t, network, func(c *scriptConn) {
		for r := c.request(); r != nil; r = c.request() {
			got <- r
			c.say(ok)
		}
	}), got
}

func TestWhatIsForwarded(t *testing.T) {
	url, got := recorder(t, "tcp")
	_, address := front(t, UpstreamConfig{}, url)
	const forwarded = "X-Forwarded-For: 127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\nX-Forwarded-Proto: http\r\n" +
		"X-Forwarded-Host: blog.test:8000\r\nX-Forwarded-Port: 8000\r\n"
	tests := []struct {
		name, request string
		line          string
		fields        string // before those of forwarded
		after         string // those after
	}{
		{"nothing special", "GET /a?b=c HTTP/1.1\r\nHost: blog.test:8000\r\nAccept: */*\r\nX-A: 1\r\nx-a: 2\r\n\r\n",
			"GET /a?b=c", "Accept: */*\r\nX-A: 1\r\nx-a: 2\r\n", ""},
		{"the path is normalised and encoded again", "GET /a/../b%20c/%2f%25/%61?q=%zz HTTP/1.1\r\nHost: blog.test:8000\r\n\r\n",
			"GET /b%20c/%2F%25/a?q=%zz", "", ""},
		{"strip_prefix", "GET /strip/x/y?z HTTP/1.1\r\nHost: blog.test:8000\r\n\r\n", "GET /x/y?z", "", ""},
		{"strip_prefix leaves the root", "GET /strip/ HTTP/1.1\r\nHost: blog.test:8000\r\n\r\n", "GET /", "", ""},
		{"hop-by-hop fields", "GET / HTTP/1.1\r\nHost: blog.test:8000\r\nConnection: keep-alive, X-Private\r\nKeep-Alive: 5\r\nX-Private: 1\r\n" +
			"Proxy-Connection: x\r\nProxy-Authorization: x\r\nTE: gzip\r\nUpgrade: h2c\r\nHTTP2-Settings: x\r\nX-Public: 1\r\n\r\n",
			"GET /", "X-Public: 1\r\n", ""},
		{"trailers are asked for where the client does", "GET / HTTP/1.1\r\nHost: blog.test:8000\r\nTE: trailers, gzip\r\nConnection: TE\r\n\r\n",
			"GET /", "", "Connection: TE\r\nTE: trailers\r\n"},
		{"fields that servers misread", "GET / HTTP/1.1\r\nHost: blog.test:8000\r\nProxy: evil\r\nX_Forwarded_For: evil\r\nA-B: 1\r\n\r\n",
			"GET /", "A-B: 1\r\n", ""},
		{"a stranger's word about itself", "GET / HTTP/1.1\r\nHost: blog.test:8000\r\nX-Forwarded-For: 1.1.1.1\r\nX-Real-Ip: 1.1.1.1\r\nX-Forwarded-Proto: https\r\n" +
			"X-Forwarded-Host: evil.test\r\nX-Forwarded-Port: 1\r\nX-Forwarded-Prefix: /evil\r\nX-Request-Id: evil\r\n\r\n",
			"GET /", "", ""},
		{"Forwarded is replaced", "GET / HTTP/1.1\r\nHost: blog.test:8000\r\nForwarded: for=1.1.1.1\r\n\r\n",
			"GET /", "", "Forwarded: for=127.0.0.1;host=\"blog.test:8000\";proto=http\r\n"},
		{"Expect is answered here", "POST / HTTP/1.1\r\nHost: blog.test:8000\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\nhi",
			"POST /", "", "Content-Length: 2\r\n"},
		{"an empty body", "POST / HTTP/1.1\r\nHost: blog.test:8000\r\n\r\n", "POST /", "", "Content-Length: 0\r\n"},
		{"a chunked body gets its length", "PUT / HTTP/1.1\r\nHost: blog.test:8000\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
			"PUT /", "", "Content-Length: 2\r\n"},
		{"a trailer stays one", "PUT / HTTP/1.1\r\nHost: blog.test:8000\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 9\r\n\r\n",
			"PUT /", "Trailer: X-Sum\r\n", "Transfer-Encoding: chunked\r\n"},
		{"a stranger's word in a trailer", "PUT / HTTP/1.1\r\nHost: blog.test:8000\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n" +
			"X-Forwarded-For: 1.1.1.1\r\nForwarded: for=1.1.1.1\r\nX-Forwarded-User: evil\r\nX_Sum: 1\r\n\r\n",
			"PUT /", "", "Content-Length: 2\r\n"},
		{"a stranger's word in an unbuffered trailer", "PUT /stream/ HTTP/1.1\r\nHost: blog.test:8000\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n" +
			"X-Forwarded-For: 1.1.1.1\r\n\r\n", "PUT /stream/", "", "Transfer-Encoding: chunked\r\n"},
		{"unbuffered, with its length", "PUT /stream/ HTTP/1.1\r\nHost: blog.test:8000\r\nContent-Length: 2\r\n\r\nhi", "PUT /stream/", "", "Content-Length: 2\r\n"},
		{"unbuffered, chunked", "PUT /stream/ HTTP/1.1\r\nHost: blog.test:8000\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\n\r\n",
			"PUT /stream/", "", "Transfer-Encoding: chunked\r\n"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := dial(t, address)
			c.send(tt.request)
			a := c.read("GET")
			for a.status == 100 {
				a = c.read("GET")
			}
			r := <-got
			id := "X-Request-ID: " + a.field("X-Request-ID") + "\r\n"
			own, rest, _ := strings.Cut(tt.after, "Forwarded:")
			if rest != "" {
				rest = "Forwarded:" + rest
			}
			want := tt.line + " HTTP/1.1\r\nHost: blog.test:8000\r\n" + tt.fields + forwarded + rest + id + own
			if r.head+"\r\n" != want {
				t.Errorf("got\n%s\n\nwant\n%s", r.head, want)
			}
			if strings.Contains(tt.request, "hi") && r.body != "hi" {
				t.Errorf("the body is %q", r.body)
			}
			if strings.Contains(tt.fields, "Trailer") && string(r.Trailer.Get("X-Sum")) != "9" {
				t.Errorf("the trailer is lost")
			}
			if n := r.Trailer.Count("X-Forwarded-For"); n > 0 {
				t.Errorf("the trailer says where the request came from")
			}
			if a.status != 200 || a.body != "ok" {
				t.Errorf("answered %d %q", a.status, a.body)
			}
		})
	}
}

func TestATrustedProxyIsContinued(t *testing.T) {
	url, got := recorder(t, "tcp")
	c := frontConfig(UpstreamConfig{}, url)
	c.TrustedProxies = networks("127.0.0.0/8")
	c.RequestHeaders = Headers{Set: []Field{{"Host", "inner.test"}, {"X-Env", "prod"}}}
	client := dial(t, serveOn(t, newProxy(t, c)))
	client.send("GET / HTTP/1.1\r\nHost: a.test\r\nX-Forwarded-For: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: b.test\r\n" +
		"X-Forwarded-Port: 444\r\nX-Forwarded-Prefix: /app\r\nX-Request-ID: outer-1\r\nForwarded: for=203.0.113.9\r\n\r\n")
	a := client.read("GET")
	want := "GET / HTTP/1.1\r\nHost: inner.test\r\nX-Forwarded-Prefix: /app\r\nX-Env: prod\r\nX-Forwarded-For: 203.0.113.9, 127.0.0.1\r\n" +
		"X-Real-IP: 203.0.113.9\r\nX-Forwarded-Proto: https\r\nX-Forwarded-Host: b.test\r\nX-Forwarded-Port: 444\r\n" +
		"Forwarded: for=203.0.113.9, for=127.0.0.1;host=\"a.test\";proto=https\r\nX-Request-ID: outer-1"
	if r := <-got; r.head != want {
		t.Errorf("got\n%s\n\nwant\n%s", r.head, want)
	}
	if a.field("X-Request-ID") != "outer-1" {
		t.Errorf("the answer has id %q", a.field("X-Request-ID"))
	}
}

func TestCookieCrumbsAreJoined(t *testing.T) {
	url, got := recorder(t, "tcp")
	p := newProxy(t, frontConfig(UpstreamConfig{}, url))
	x := exchange(t, "GET /", "Cookie: a=1", "Cookie: b=2")
	x.Request.Proto = gateway.HTTP2
	p.Serve(x)
	collect(t, x)
	if r := <-got; string(r.Header.Get("Cookie")) != "a=1; b=2" || r.Header.Count("Cookie") != 1 {
		t.Errorf("got %q", r.Header.Get("Cookie"))
	}
}

func TestAnswers(t *testing.T) {
	large := strings.Repeat("0123456789abcdef", 20_000)
	tests := []struct {
		name, method, script string
		status               int
		body                 string
		header               map[string]string
	}{
		{"with its length", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nX-A: 1\r\nX-A: 2\r\n\r\nhello", 200, "hello", map[string]string{"X-A": "1|2", "Content-Length": "5"}},
		{"large", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 320000\r\n\r\n" + large, 200, large, nil},
		{"chunked", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhel\r\n2\r\nlo\r\n0\r\n\r\n", 200, "hello", map[string]string{"Transfer-Encoding": "chunked"}},
		{"trailer", "GET", "HTTP/1.1 200 OK\r\nTrailer: X-Sum\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nhi\r\n0\r\nX-Sum: 7\r\n\r\n", 200, "hi", map[string]string{"X-Sum": "7"}},
		{"up to the end", "GET", "HTTP/1.1 200 OK\r\n\r\nhello", 200, "hello", nil},
		{"of HTTP/1.0", "GET", "HTTP/1.0 200 OK\r\n\r\nhello", 200, "hello", nil},
		{"empty", "GET", "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", 404, "", map[string]string{"Content-Length": "0"}},
		{"204", "DELETE", "HTTP/1.1 204 No Content\r\n\r\n", 204, "", nil},
		{"304", "GET", "HTTP/1.1 304 Not Modified\r\nETag: \"a\"\r\nContent-Length: 5\r\n\r\n", 304, "", map[string]string{"ETag": `"a"`}},
		{"HEAD", "HEAD", "HTTP/1.1 200 OK\r\nContent-Length: 12345\r\n\r\n", 200, "", map[string]string{"Content-Length": "12345"}},
		{"hop-by-hop fields", "GET", "HTTP/1.1 200 OK\r\nConnection: X-Private\r\nX-Private: 1\r\nKeep-Alive: timeout=5\r\nProxy-Authenticate: x\r\nContent-Length: 0\r\n\r\n", 200, "",
			map[string]string{"X-Private": "", "Keep-Alive": "", "Proxy-Authenticate": ""}},
		{"its own id is not passed on", "GET", "HTTP/1.1 200 OK\r\nX-Request-ID: theirs\r\nX-Request-ID: again\r\nContent-Length: 0\r\n\r\n", 200, "", nil},
		{"its date is", "GET", "HTTP/1.1 200 OK\r\nDate: Sat, 14 Mar 2026 12:00:00 GMT\r\nContent-Length: 0\r\n\r\n", 200, "", map[string]string{"Date": "Sat, 14 Mar 2026 12:00:00 GMT"}},
		{"more than announced", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil", 200, "ok", nil},
		{"a body after 204", "GET", "HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello", 502, "*", nil},
		{"nonsense", "GET", "SSH-2.0-OpenSSH\r\n", 502, "*", nil},
		{"no status", "GET", "HTTP/1.1 OK\r\n\r\n", 502, "*", nil},
		{"bare line feeds", "GET", "HTTP/1.1 200 OK\nContent-Length: 0\n\n", 502, "*", nil},
		{"folded", "GET", "HTTP/1.1 200 OK\r\nX-A: 1\r\n 2\r\nContent-Length: 0\r\n\r\n", 502, "*", nil},
		{"two lengths", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\nok!", 502, "*", nil},
		{"both framings", "GET", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 502, "*", nil},
		{"another coding", "GET", "HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 502, "*", nil},
		{"a head cut short", "GET", "HTTP/1.1 200 OK\r\nContent-Le", 502, "*", nil},
		{"a huge head", "GET", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("a", 70<<10) + "\r\nContent-Length: 0\r\n\r\n", 502, "*", nil},
		{"a large head", "GET", "HTTP/1.1 200 OK\r\nX: " + strings.Repeat("a", 60<<10) + "\r\nContent-Length: 2\r\n\r\nok", 200, "ok", nil},
		{"too many fields", "GET", "HTTP/1.1 200 OK\r\n" + strings.Repeat("X: 1\r\n", 300) + "\r\n", 502, "*", nil},
		{"101 unasked", "GET", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n", 502, "*", nil},
		{"interim without end", "GET", strings.Repeat("HTTP/1.1 102 Processing\r\n\r\n", 50), 502, "*", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url := script(t, "tcp", func(c *scriptConn) {
				for c.request() != nil {
					c.say(tt.script)
					if tt.method != "DELETE" { // which would not be sent twice
						return
					}
				}
			})
			_, address := front(t, UpstreamConfig{}, url)
			c := dial(t, address)
			c.send(tt.method + " / HTTP/1.1\r\nHost: a\r\n\r\n")
			a := c.read(tt.method)
			for a.status < 200 {
				a = c.read(tt.method)
			}
			if a.status != tt.status || tt.body != "*" && a.body != tt.body {
				t.Fatalf("got %d and %d bytes %.40q, want %d", a.status, len(a.body), a.body, tt.status)
			}
			for name, want := range tt.header {
				if got := a.field(name); got != want {
					t.Errorf("%s: %q, want %q", name, got, want)
				}
			}
			if id := a.field("X-Request-ID"); len(id) != idLength {
				t.Errorf("the answer has id %q", id)
			}
			// The client's connection goes on, whatever became of the server's.
			c.send(tt.method + " / HTTP/1.1\r\nHost: a\r\n\r\n")
			for a = c.read(tt.method); a.status < 200; a = c.read(tt.method) {
			}
			if a.status != tt.status || tt.body != "*" && a.body != tt.body {
				t.Errorf("the next request got %d %.40q", a.status, a.body)
			}
		})
	}
}

func TestAShortBodyBreaksTheClientOff(t *testing.T) {
	tests := []struct{ name, answer, log string }{
		{"length", "HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nhello", "unexpected EOF"},
		{"chunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n", "unexpected EOF"},
		{"chunked, in", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nhello", "unexpected EOF"},
		{"bad chunk", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\nxyz\r\n", "the answer is malformed: its chunked coding"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url := script(t, "tcp", func(c *scriptConn) {
				if c.request() != nil {
					c.say(tt.answer)
				}
			})
			logged := make(lines, 10)
			config := frontConfig(UpstreamConfig{}, url)
			config.Log = slog.New(slog.NewTextHandler(logged, nil))
			c := dial(t, serveOn(t, newProxy(t, config)))
			c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
			if a, err := c.tryRead("GET"); err == nil {
				t.Errorf("the client takes %q for the whole", a.body)
			}
			if line := <-logged; !strings.Contains(line, tt.log) {
				t.Errorf("the log says %q, want %q in it", line, tt.log)
			}
		})
	}
}

// lines is a log that hands out one line after the other.
type lines chan string

func (l lines) Write(p []byte) (int, error) {
	l <- string(p)
	return len(p), nil
}

func TestInterimResponsesArePassedOn(t *testing.T) {
	url := script(t, "tcp", func(c *scriptConn) {
		for c.request() != nil {
			c.say("HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\nConnection: X\r\nX: 1\r\n\r\n" + ok)
		}
	})
	_, address := front(t, UpstreamConfig{}, url)
	c := dial(t, address)
	c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	if a := c.read("GET"); a.status != 103 || a.field("Link") != "</a.css>" || a.field("X") != "" {
		t.Errorf("got %d, Link %q, X %q", a.status, a.field("Link"), a.field("X"))
	}
	if a := c.read("GET"); a.status != 200 || a.body != "ok" || a.field("Link") != "" {
		t.Errorf("got %d %q, Link %q", a.status, a.body, a.field("Link"))
	}
	old := dial(t, address)
	old.send("GET / HTTP/1.0\r\n\r\n")
	if a := old.read("GET"); a.status != 200 {
		t.Errorf("an HTTP/1.0 client got %d", a.status)
	}
}

func TestAStreamIsNotHeldBack(t *testing.T) {
	next := make(chan string)
	url := script(t, "tcp", func(c *scriptConn) {
		c.request()
		c.say("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nTransfer-Encoding: chunked\r\n\r\n")
		for event := range next {
			c.say(event)
		}
	})
	_, address := front(t, UpstreamConfig{}, url)
	c := dial(t, address)
	c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	for _, event := range []string{"data: 1\n\n", "data: 2\n\n"} {
		next <- "9\r\n" + event + "\r\n"
		for !strings.Contains(string(c.in.Buffered()), event) {
			if err := c.in.Fill(); err != nil {
				t.Fatalf("%q did not come: %v", event, err)
			}
		}
	}
	close(next)
}

func TestLargeBodiesAreSpooled(t *testing.T) {
	url, got := recorder(t, "unix")
	config := frontConfig(UpstreamConfig{}, url)
	config.SpoolDir = t.TempDir()
	address := serveOn(t, newProxy(t, config))
	for name, size := range map[string]int{"of a byte": 1, "as large as memory": spoolMemory, "one more": spoolMemory + 1, "large": 1 << 20} {
		for _, path := range []string{"/", "/stream/"} {
			t.Run(name+" "+path, func(t *testing.T) {
				body := strings.Repeat("x", size)
				c := dial(t, address)
				c.send("POST " + path + " HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n")
				for rest := body; rest != ""; {
					piece := rest[:min(len(rest), 0xfff)]
					rest = rest[len(piece):]
					c.send(string(hexLower(len(piece))) + "\r\n" + piece + "\r\n")
				}
				c.send("0\r\n\r\n")
				if a := c.read("POST"); a.status != 200 {
					t.Errorf("got %d", a.status)
				}
				if r := <-got; r.body != body {
					t.Errorf("the server got %d bytes of %d", len(r.body), size)
				}
			})
		}
	}
	if left, err := os.ReadDir(config.SpoolDir); err != nil || len(left) != 0 {
		t.Errorf("%d files are left: %v", len(left), err)
	}
}

func hexLower(n int) []byte {
	const digits = "0123456789abcdef"
	return []byte{digits[n>>8&15], digits[n>>4&15], digits[n&15]}
}

func TestNoServerIsEngagedBeforeTheBodyIsThere(t *testing.T) {
	url, got := recorder(t, "tcp")
	_, address := front(t, UpstreamConfig{}, url)
	c := dial(t, address)
	c.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nhello")
	other := dial(t, address)
	other.send("GET /other HTTP/1.1\r\nHost: a\r\n\r\n")
	other.read("GET")
	if r := <-got; string(r.Path) != "/other" {
		t.Errorf("the server got %s first", r.Path)
	}
	c.Close()
}

func TestBodiesThatAreRefused(t *testing.T) {
	url, _ := recorder(t, "tcp")
	config := frontConfig(UpstreamConfig{}, url)
	config.MaxBody = 100
	config.Locations = append(config.Locations, Location{Path: "/big/", MaxBody: 1000, Action: Forward{Upstream: "u"}})
	address := serveOn(t, newProxy(t, config))
	config.SpoolDir = "/does/not/exist"
	config.MaxBody = 0
	unwritable := serveOn(t, newProxy(t, config))
	body := strings.Repeat("x", 200)
	tests := []struct {
		name, address, request string
		status                 int
	}{
		{"announced", address, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 200\r\n\r\n" + body, 413},
		{"not announced", address, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nc8\r\n" + body + "\r\n0\r\n\r\n", 413},
		{"not announced, unbuffered", address, "POST /stream/ HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nc8\r\n" + body + "\r\n0\r\n\r\n", 413},
		{"where the location allows it", address, "POST /big/ HTTP/1.1\r\nHost: a\r\nContent-Length: 200\r\n\r\n" + body, 200},
		{"malformed", address, "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nxx\r\n", 400},
		{"no room to spool", unwritable, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 20000\r\n\r\n" + strings.Repeat("x", 20000), 500},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := dial(t, tt.address)
			c.send(tt.request)
			if a := c.read("POST"); a.status != tt.status {
				t.Errorf("got %d, want %d", a.status, tt.status)
			}
		})
	}
}

func TestAnAnswerBeforeTheRequestWasSent(t *testing.T) {
	for _, path := range []string{"/", "/stream/"} {
		t.Run(path, func(t *testing.T) {
			release := make(chan struct{})
			url := script(t, "tcp", func(c *scriptConn) {
				c.head()
				c.say("HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\n\r\nstop")
				<-release // and reads nothing more
			})
			defer close(release)
			_, address := front(t, UpstreamConfig{}, url)
			c := dial(t, address)
			const size = 16 << 20
			c.send("POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: 16777216\r\n\r\n")
			go io.CopyN(c.Conn, zeros{}, size)
			if a := c.read("POST"); a.status != 413 || a.body != "stop" {
				t.Errorf("got %d %q", a.status, a.body)
			}
		})
	}
}

// Ensure that an answer does not wait for a client that pauses in its body.
func TestAnEarlyAnswerWhileTheClientPauses(t *testing.T) {
	for _, framing := range []string{"Content-Length: 1000", "Transfer-Encoding: chunked"} {
		t.Run(framing, func(t *testing.T) {
			url := script(t, "tcp", func(c *scriptConn) {
				c.head()
				c.say("HTTP/1.1 413 Content Too Large\r\nContent-Length: 4\r\n\r\nstop")
				io.Copy(io.Discard, c.in)
			})
			_, address := front(t, UpstreamConfig{}, url)
			c := dial(t, address)
			c.send("POST /stream/ HTTP/1.1\r\nHost: a\r\n" + framing + "\r\n\r\n5\r\nbegun\r\n")
			if a := c.read("POST"); a.status != 413 || a.body != "stop" || a.field("Connection") != "close" {
				t.Errorf("got %d %q, Connection %q", a.status, a.body, a.field("Connection"))
			}
		})
	}
}

// Ensure that a server which sends interim responses gets the rest of the request.
func TestInterimResponsesWhileTheRequestIsSent(t *testing.T) {
	for _, path := range []string{"/", "/stream/"} {
		t.Run(path, func(t *testing.T) {
			body := strings.Repeat("0123456789abcdef", 1<<17) // more than sockets hold
			url := script(t, "tcp", func(c *scriptConn) {
				r := c.head()
				c.say("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hi")
				first := make([]byte, len(body)/2)
				io.ReadFull(c.in, first)
				c.say("nts\r\nLink: </a>\r\n\r\n")
				rest, _ := io.ReadAll(io.LimitReader(c.in, r.ContentLength-int64(len(first))))
				if string(first)+string(rest) == body {
					c.say(ok)
				}
			})
			_, address := front(t, UpstreamConfig{}, url)
			c := dial(t, address)
			c.send("POST " + path + " HTTP/1.1\r\nHost: a\r\nContent-Length: " + strconv.Itoa(len(body)) + "\r\n\r\n" + body)
			a := c.read("POST")
			for a.status == 103 {
				a = c.read("POST")
			}
			if a.status != 200 || a.body != "ok" {
				t.Errorf("got %d %q", a.status, a.body)
			}
		})
	}
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) {
	clear(p)
	return len(p), nil
}

func TestTimeouts(t *testing.T) {
	silent := func(answer string) string {
		return script(t, "tcp", func(c *scriptConn) {
			for c.request() != nil {
				c.say(answer)
			}
		})
	}
	tests := []struct {
		name, url string
		status    int
	}{
		{"silent", silent(""), 504},
		{"silent in the head", silent("HTTP/1.1 200 OK\r\n"), 504},
		{"refused", "http://" + porttest.Refusing(t).String(), 502},
		{"no socket", "unix:" + t.TempDir() + "/none", 502},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, address := front(t, UpstreamConfig{ReadTimeout: 150 * time.Millisecond}, tt.url)
			c := dial(t, address)
			c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
			if a := c.read("GET"); a.status != tt.status {
				t.Errorf("got %d, want %d", a.status, tt.status)
			}
		})
	}
}

func TestTheExchangesDeadlineCounts(t *testing.T) {
	url := script(t, "tcp", func(c *scriptConn) {
		for c.request() != nil {
		}
	})
	p := newProxy(t, frontConfig(UpstreamConfig{}, url))
	x := exchange(t, "GET /")
	x.Deadline = time.Now().Add(150 * time.Millisecond)
	p.Serve(x)
	if a := collect(t, x); a.status != 504 {
		t.Errorf("got %d", a.status)
	}
}

func TestAClientThatLeavesFreesTheServer(t *testing.T) {
	left := make(chan struct{})
	begun := make(chan struct{})
	url := script(t, "tcp", func(c *scriptConn) {
		c.request()
		close(begun)
		c.in.ReadByte() // until the proxy gives up
		close(left)
	})
	logged := make(chan string, 1)
	config := frontConfig(UpstreamConfig{}, url)
	config.AccessLog, config.AccessLogFormat = writerFunc(func(b []byte) { logged <- string(b) }), LogJSON
	c := dial(t, serveOn(t, newProxy(t, config)))
	c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
	<-begun
	c.Close()
	<-left
	if line := <-logged; !strings.Contains(line, `"status":499`) {
		t.Errorf("logged %s", line)
	}
}

type writerFunc func([]byte)

func (f writerFunc) Write(b []byte) (int, error) {
	f(b)
	return len(b), nil
}

func TestWorkersSeeWhatTheProxySaw(t *testing.T) {
	seen := make(chan string, 10)
	worker := Trusted(gateway.HandlerFunc(func(x *gateway.Exchange) {
		seen <- summary(&x.Request) + " id=" + x.Request.ID + " xff=" + string(x.Request.Header.Get("X-Forwarded-For")) +
			" under=" + string(x.Request.Header.Get("A_B"))
		x.Response.Text("from the worker")
	}), netip.MustParsePrefix("127.0.0.0/8"))
	workers, err := NewUpstream(UpstreamConfig{Name: "workers", Workers: true, Servers: []Server{{URL: "http://" + serveOn(t, worker)}}})
	if err != nil {
		t.Fatal(err)
	}
	config := Config{App: workers, TrustedProxies: networks("127.0.0.0/8"), Locations: []Location{{Path: "/", Action: Forward{App: true}}}}
	c := dial(t, serveOn(t, newProxy(t, config)))
	tests := []struct{ name, fields, want string }{
		{"a client by way of a trusted proxy", "X-Forwarded-For: 10.1.1.1, 203.0.113.9:99\r\nX-Forwarded-Proto: https\r\nX-Request-ID: r-1\r\nA_B: 1\r\n",
			"GET /p client=203.0.113.9:99 scheme=https host=blog.test:1 id=r-1 xff= under=1"},
		{"IPv6", "X-Forwarded-For: [2620::5]:7\r\nX-Request-ID: r-2\r\n", "GET /p client=[2620::5]:7 scheme=http host=blog.test:1 id=r-2 xff= under="},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c.send("GET /p HTTP/1.1\r\nHost: blog.test:1\r\n" + tt.fields + "\r\n")
			if a := c.read("GET"); a.status != 200 || a.body != "from the worker" {
				t.Errorf("got %d %q", a.status, a.body)
			}
			if got := <-seen; got != tt.want {
				t.Errorf("got  %s\nwant %s", got, tt.want)
			}
		})
	}
}

func TestTrustedBelievesUnixSocketsAndNobodyElse(t *testing.T) {
	var got string
	h := Trusted(gateway.HandlerFunc(func(x *gateway.Exchange) {
		got = summary(&x.Request)
		if x.Request.Header.Has("X-Forwarded-For") || x.Request.Header.Has("X-Request-ID") || x.Request.ID == "" {
			t.Errorf("the application reads the proxy's fields, or the id is missing: %q", x.Request.ID)
		}
	}))
	for peer, want := range map[string]string{
		"unix":         "GET / client=203.0.113.9:5 scheme=https host=example.com",
		"192.0.2.1:99": "GET / client=192.0.2.1:99 scheme=http host=example.com",
	} {
		x := exchange(t, "GET /", "X-Forwarded-For: 203.0.113.9:5", "X-Forwarded-Proto: https", "X-Request-ID: r-1")
		if x.Request.Client = (netip.AddrPort{}); peer != "unix" {
			x.Request.Client = netip.MustParseAddrPort(peer)
		}
		h.Serve(x)
		if got != want {
			t.Errorf("%s: got %s, want %s", peer, got, want)
		}
	}
}
