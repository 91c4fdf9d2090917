//go:build e2e

package e2e

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"stackgen.dev/internal/porttest"
)

// nameServer answers by UDP on loopback, until the test ends. What it knows may change.
type nameServer struct {
	address string
	away    atomic.Bool
	a       atomic.Pointer[map[string][]netip.Addr]
	srv     map[string][]dnsmessage.SRVResource
}

func startNameServer(t *testing.T, a map[string][]netip.Addr, srv map[string][]dnsmessage.SRVResource) *nameServer {
	t.Helper()
	l, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	n := &nameServer{address: l.LocalAddr().String(), srv: srv}
	n.a.Store(&a)
	go func() {
		buf := make([]byte, 2<<10)
		for {
			size, from, err := l.ReadFrom(buf)
			if err != nil {
				return
			}
			if answer := n.answer(buf[:size]); answer != nil && !n.away.Load() {
				l.WriteTo(answer, from)
			}
		}
	}()
	return n
}

func (n *nameServer) answer(question []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(question) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	m.Header = dnsmessage.Header{ID: m.ID, Response: true}
	m.Additionals = nil
	head := dnsmessage.ResourceHeader{Name: q.Name, Class: q.Class, TTL: 1}
	addresses, known := (*n.a.Load())[q.Name.String()]
	services := n.srv[q.Name.String()]
	switch {
	case q.Type == dnsmessage.TypeA:
		for _, a := range addresses {
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &dnsmessage.AResource{A: a.As4()}})
		}
	case q.Type == dnsmessage.TypeSRV:
		for i := range services {
			m.Answers = append(m.Answers, dnsmessage.Resource{Header: head, Body: &services[i]})
		}
	}
	if !known && services == nil {
		m.RCode = dnsmessage.RCodeNameError
	}
	b, _ := m.Pack()
	return b
}

// Ensure that servers are found by DNS: each address a server of its own, new ones when the time of the old is
// over, the old ones while the name server is away, and those of SRV records with ports and backups.
func TestServersByName(t *testing.T) {
	saying := func(address, word string) string {
		return backend(t, "tcp", address, func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, word) })
	}
	_, port, _ := net.SplitHostPort(saying(porttest.Free(t).String(), "a"))
	saying("127.0.0.2:"+port, "b")
	saying("127.0.0.3:"+port, "c")
	at := func(list ...string) (out []netip.Addr) {
		for _, a := range list {
			out = append(out, netip.MustParseAddr(a))
		}
		return out
	}
	target := func(text string) dnsmessage.Name { return dnsmessage.MustNewName(text) }
	var n uint16
	fmt.Sscan(port, &n)
	dns := startNameServer(t, map[string][]netip.Addr{"api.test.": at("127.0.0.1", "127.0.0.2"), "one.test.": at("127.0.0.1"), "three.test.": at("127.0.0.3")},
		map[string][]dnsmessage.SRVResource{"_http._tcp.found.test.": {{Priority: 1, Port: n, Target: target("one.test.")}, {Priority: 9, Port: n, Target: target("three.test.")}}})
	dir := t.TempDir()
	create(t, dir, "site.hcl", `
site "named" {}
proxy {
  location "/" { forward = upstream.api }
  location "/found/" { forward = upstream.found }
  location "/missing/" { forward = upstream.missing }
}
upstream "api" {
  resolver = ["`+dns.address+`"]
  server "all" { url = "http://api.test:`+port+`" }
}
upstream "found" {
  resolver = ["`+dns.address+`"]
  server "all" {
    url     = "http://found.test"
    service = "http"
  }
}
upstream "missing" {
  resolver = ["`+dns.address+`"]
  server "all" { url = "http://missing.test" }
}
`)
	build(t, dir)
	s := start(t, dir)
	c := browser(t)
	seen := func(path string) string {
		words := map[string]bool{}
		for range 6 {
			words[s.get(c, path).expect(t, path, 200).body] = true
		}
		out := ""
		for _, w := range []string{"a", "b", "c"} {
			if words[w] {
				out += w
			}
		}
		return out
	}
	if got := seen("/"); got != "ab" {
		t.Errorf("two addresses: %s", got)
	}
	if got := seen("/found/"); got != "a" {
		t.Errorf("a service with a backup: %s", got)
	}
	s.get(c, "/missing/").expect(t, "a name that there is not", 503)
	dns.away.Store(true)
	moved := map[string][]netip.Addr{"api.test.": at("127.0.0.3")}
	dns.a.Store(&moved)
	if got := seen("/"); got != "ab" {
		t.Errorf("while the name server is away: %s", got)
	}
	dns.away.Store(false)
	s.wait("the new address", func() bool { return seen("/") == "c" })
}

// Ensure that a site speaks HTTP/2 to its upstreams, trailers both ways, and answers a call of gRPC while it is
// being asked; that a share of the clients goes elsewhere and stays there; and that copies are sent.
func TestHTTP2SplitAndMirror(t *testing.T) {
	protocols := new(http.Protocols)
	protocols.SetUnencryptedHTTP2(true)
	upper := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/grpc")
		w.(http.Flusher).Flush()
		buf := make([]byte, 64)
		for {
			n, err := r.Body.Read(buf)
			w.Write(bytes.ToUpper(buf[:n]))
			w.(http.Flusher).Flush()
			if err != nil {
				break
			}
		}
		w.Header().Set(http.TrailerPrefix+"Grpc-Status", "0")
		w.Header().Set(http.TrailerPrefix+"X-Proto", r.Proto)
	}))
	upper.Config.Protocols = protocols
	upper.Start()
	t.Cleanup(upper.Close)
	copies := make(chan string, 100)
	shadow := backend(t, "tcp", "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		copies <- r.Method + " " + r.RequestURI + " " + string(body)
		w.WriteHeader(500)
	})
	saying := func(word string) string {
		return backend(t, "tcp", "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) { io.WriteString(w, word) })
	}
	dir := t.TempDir()
	create(t, dir, "site.hcl", `
site "traffic" {}
proxy {
  location "/grpc/" { forward = upstream.grpc }
  location "/split/" {
    forward      = upstream.old
    split_cookie = "way"
    split "next" {
      upstream = upstream.new
      percent  = 50
    }
  }
  location "/mirror/" {
    strip_prefix = true
    forward      = upstream.old
    mirror { upstream = upstream.shadow }
  }
}
upstream "grpc" {
  http_version = "2"
  server "main" { url = "`+upper.URL+`" }
}
upstream "old" {
  server "main" { url = "http://`+saying("old")+`" }
}
upstream "new" {
  server "main" { url = "http://`+saying("new")+`" }
}
upstream "shadow" {
  server "main" { url = "http://`+shadow+`" }
}
`)
	build(t, dir)
	s := start(t, dir)

	client := &http.Client{Transport: &http.Transport{Protocols: protocols}, Timeout: patience}
	r, w := io.Pipe()
	req, _ := http.NewRequest("POST", s.url+"/grpc/chat", r)
	req.Header.Set("Content-Type", "application/grpc")
	req.Header.Set("TE", "trailers")
	resp, err := client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	for _, word := range []string{"ping", "pong"} {
		io.WriteString(w, word)
		got := make([]byte, 4)
		if _, err := io.ReadFull(resp.Body, got); err != nil || string(got) != strings.ToUpper(word) {
			t.Fatalf("got %q, %v", got, err)
		}
	}
	w.Close()
	if _, err := io.ReadAll(resp.Body); err != nil || resp.Trailer.Get("Grpc-Status") != "0" || resp.Trailer.Get("X-Proto") != "HTTP/2.0" {
		t.Errorf("the end of the call: %v, %v", resp.Trailer, err)
	}

	counts := map[string]int{}
	for range 40 {
		c := browser(t)
		first := s.get(c, "/split/").expect(t, "the first visit", 200)
		if again := s.get(c, "/split/"); again.body != first.body || again.header.Get("Set-Cookie") != "" {
			t.Errorf("%s, then %s: %v", first.body, again.body, again.header)
		}
		counts[first.body]++
	}
	if counts["old"] == 0 || counts["new"] == 0 {
		t.Errorf("40 clients: %v", counts)
	}
	c := browser(t)
	if got := s.ask(c, "POST", "/mirror/a?b", "hello").expect(t, "a request that is copied", 200); got.body != "old" {
		t.Errorf("got %q", got.body)
	}
	if got := <-copies; got != "POST /a?b hello" {
		t.Errorf("the copy: %s", got)
	}
	out, _ := try(dir, stackgen, "routes", "site.hcl", "GET", "/split/")
	if !strings.Contains(out, `split "next": 50 requests in a hundred go to upstream.new`) {
		t.Errorf("routes: %s", out)
	}
}
