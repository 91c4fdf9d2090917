package proxy

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// overHTTP2 is a client that speaks HTTP/2 with prior knowledge.
func overHTTP2(t *testing.T) *http.Client {
	p := new(http.Protocols)
	p.SetUnencryptedHTTP2(true)
	tr := &http.Transport{Protocols: p}
	t.Cleanup(tr.CloseIdleConnections)
	return &http.Client{Transport: tr, Timeout: testLimit}
}

// What comes by HTTP/2 is forwarded as the same HTTP/1.1 request.
func TestStrictHTTP2IsForwarded(t *testing.T) {
	const provenance = "X-Forwarded-For: 127.0.0.1\r\nX-Real-IP: 127.0.0.1\r\nX-Forwarded-Proto: http\r\nX-Forwarded-Host: blog.test\r\nX-Forwarded-Port: 80\r\n"
	tests := []struct {
		name, method, target string
		header               http.Header
		body                 string
		line, fields, behind string
	}{
		{"plain", "GET", "/a/../b%2fc?d", http.Header{"X-A": {"1", "2"}}, "", "GET /b%2Fc?d", "X-A: 1\r\nX-A: 2\r\n", ""},
		{"underscores and a stranger's word", "GET", "/", http.Header{"X_Real_IP": {"1"}, "X-Forwarded-For": {"1.1.1.1"}, "X-Real-IP": {"1"}, "Proxy": {"evil"}}, "", "GET /", "", ""},
		{"crumbs of cookies", "GET", "/", http.Header{"Cookie": {"a=1", "b=2"}}, "", "GET /", "Cookie: a=1; b=2\r\n", ""},
		{"body", "POST", "/", nil, "hello", "POST /", "", "Content-Length: 5\r\n\r\nhello"},
		{"body like a request", "POST", "/", nil, "0\r\n\r\nGET / HTTP/1.1\r\n\r\n", "POST /", "", "Content-Length: 23\r\n\r\n0\r\n\r\nGET / HTTP/1.1\r\n\r\n"},
	}
	tp := newTape(t)
	address := ways(t, tp)["buffered"]
	client := overHTTP2(t)
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			req, err := http.NewRequest(tt.method, "http://"+address+tt.target, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			req.Host = "blog.test"
			for name, values := range tt.header {
				req.Header[name] = values
			}
			req.Header["User-Agent"] = nil
			req.Header["Accept-Encoding"] = []string{"x"}
			res, err := client.Do(req)
			if err != nil {
				t.Fatal(err)
			}
			b, err := io.ReadAll(res.Body)
			if res.StatusCode != 200 || string(b) != "ok" || err != nil || res.ProtoMajor != 2 {
				t.Fatalf("answered %s %d %q, %v", res.Proto, res.StatusCode, b, err)
			}
			id := res.Header.Get("X-Request-ID")
			raw := strings.Replace(tp.of(t, id), "Accept-Encoding: x\r\n", "", 1)
			behind := tt.behind
			if behind == "" {
				behind = "\r\n"
			}
			want := tt.line + " HTTP/1.1\r\nHost: blog.test\r\n" + tt.fields + provenance + "X-Request-ID: " + id + "\r\n" + behind
			if raw != want {
				t.Errorf("forwarded as\n%q\nwant\n%q", raw, want)
			}
			if _, err := receiveHTTP(raw); err != nil {
				t.Errorf("net/http refuses it: %v", err)
			}
		})
	}
}

// A host that is not the site's is misdirected, and nothing is forwarded.
func TestStrictHTTP2Misdirected(t *testing.T) {
	tp := newTape(t)
	p := newProxy(t, Config{
		Hosts:     []string{"blog.test"},
		Upstreams: []UpstreamConfig{{Name: "u", Servers: []Server{{URL: tp.url}}}},
		Locations: []Location{{Path: "/", Action: Forward{Upstream: "u"}}},
	})
	address := serveOn(t, p)
	client := overHTTP2(t)
	for host, want := range map[string]int{"blog.test": 200, "BLOG.test:8080": 200, "evil.test": 421, "blog.test.evil": 421} {
		req, err := http.NewRequest("GET", "http://"+address+"/", nil)
		if err != nil {
			t.Fatal(err)
		}
		req.Host = host
		res, err := client.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		res.Body.Close()
		if res.StatusCode != want {
			t.Errorf("%s: %d, want %d", host, res.StatusCode, want)
		}
	}
	for range 2 {
		tp.next(t)
	}
	if len(tp.ended) > 0 {
		t.Errorf("forwarded: %q", <-tp.ended)
	}
}
