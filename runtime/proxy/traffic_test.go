package proxy

import (
	"fmt"
	"io"
	"strings"
	"testing"

	"stackgen.dev/runtime/gateway"
)

// trafficConfig forwards to an upstream that says "main", beside one that says "new".
func trafficConfig(t *testing.T, f Forward) (c Config, main, next chan *received) {
	t.Helper()
	saying := func(word string) (string, chan *received) {
		got := make(chan *received, 1000)
		return script(t, "tcp", func(c *scriptConn) {
			for r := c.request(); r != nil; r = c.request() {
				got <- r
				c.say(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(word), word))
			}
		}), got
	}
	a, main := saying("main")
	b, next := saying("new")
	f.Upstream = "main"
	return Config{Hosts: []string{"*"}, Upstreams: []UpstreamConfig{
		{Name: "main", Keepalive: 4, Servers: []Server{{URL: a}}}, {Name: "new", Keepalive: 4, Servers: []Server{{URL: b}}},
	}, Locations: []Location{{Path: "/", Action: f}}}, main, next
}

// Shares by chance, by a key, and by the cookie that keeps clients where they are.
func TestSplit(t *testing.T) {
	branches := []Branch{{Name: "next", Upstream: "new", Percent: 20}}
	t.Run("by chance", func(t *testing.T) {
		c, _, _ := trafficConfig(t, Forward{Split: &Split{Branches: branches}})
		p := newProxy(t, c)
		n := 0
		p.locations.root.dir.handler.(*split).chance = func(int) int { n++; return n % 100 }
		counts := map[string]int{}
		for range 100 {
			a := ask(t, p, "GET /")
			counts[a.body]++
			if a.field("Set-Cookie") != "" {
				t.Fatalf("a cookie: %s", a.field("Set-Cookie"))
			}
		}
		if counts["new"] != 20 || counts["main"] != 80 {
			t.Errorf("got %v", counts)
		}
	})
	t.Run("by a key", func(t *testing.T) {
		c, _, _ := trafficConfig(t, Forward{Split: &Split{Branches: branches, Key: Template{{Attr: RequestHeader + "X-Key"}}}})
		p := newProxy(t, c)
		counts := map[string]int{}
		for i := range 300 {
			first, again := ask(t, p, "GET /", fmt.Sprintf("X-Key: %d", i)), ask(t, p, "GET /other", fmt.Sprintf("X-Key: %d", i))
			if first.body != again.body {
				t.Fatalf("key %d went to %s and %s", i, first.body, again.body)
			}
			counts[first.body]++
		}
		if n := counts["new"]; n < 30 || n > 90 {
			t.Errorf("got %v", counts)
		}
	})
	t.Run("by a cookie", func(t *testing.T) {
		c, _, _ := trafficConfig(t, Forward{Split: &Split{Cookie: "way", Branches: append(branches, Branch{Name: "old", Upstream: "new"})}})
		p := newProxy(t, c)
		at := 99
		p.locations.root.dir.handler.(*split).chance = func(int) int { return at }
		for _, tt := range []struct {
			name, cookie string
			at           int
			want, set    string
		}{
			{"the first time", "", 99, "main", "way=main; Path=/; HttpOnly; SameSite=Lax"},
			{"the first time of another", "", 0, "new", "way=next; Path=/; HttpOnly; SameSite=Lax"},
			{"with main", "way=main", 0, "main", ""},
			{"with a share", "a=b; way=next", 99, "new", ""},
			{"with one that takes nobody new", "way=old", 99, "new", ""},
			{"with one that there is not", "way=gone", 99, "main", "way=main; Path=/; HttpOnly; SameSite=Lax"},
		} {
			at = tt.at
			var fields []string
			if tt.cookie != "" {
				fields = append(fields, "Cookie: "+tt.cookie)
			}
			if a := ask(t, p, "GET /", fields...); a.body != tt.want || a.field("Set-Cookie") != tt.set {
				t.Errorf("%s: %s sets %q", tt.name, a.body, a.field("Set-Cookie"))
			}
		}
	})
	for name, s := range map[string]Split{
		"no name":        {Branches: []Branch{{Upstream: "new"}}},
		"main":           {Branches: []Branch{{Name: "main", Upstream: "new"}}},
		"too much":       {Branches: []Branch{{Name: "a", Upstream: "new", Percent: 60}, {Name: "b", Upstream: "new", Percent: 41}}},
		"less than none": {Branches: []Branch{{Name: "a", Upstream: "new", Percent: -1}}},
		"no upstream":    {Branches: []Branch{{Name: "a", Upstream: "missing"}}},
		"bad cookie":     {Cookie: "a b"},
		"bad key":        {Key: Template{{Attr: "request.nothing"}}},
	} {
		c, _, _ := trafficConfig(t, Forward{Split: &s})
		if _, err := New(c); err == nil {
			t.Errorf("%s passes", name)
		}
	}
}

// A copy of each request goes elsewhere, body and all, and nobody waits for it; those that are too
// large do not, nor those beyond what may be on its way.
func TestMirror(t *testing.T) {
	c, main, next := trafficConfig(t, Forward{Mirror: &Mirror{Upstream: "new", MaxBody: 8, Concurrent: 1}})
	p := newProxy(t, c)
	x := exchange(t, "POST /a?b", "Content-Length: 5", "Content-Type: text/plain", "X-Secret: 1")
	x.Request.Body, x.Request.ContentLength = strings.NewReader("hello"), 5
	p.Serve(x)
	if a := collect(t, x); a.body != "main" {
		t.Errorf("got %q", a.body)
	}
	for name, got := range map[string]*received{"the request": <-main, "the copy": <-next} {
		if !strings.HasPrefix(got.head, "POST /a?b HTTP/1.1\r\n") || !strings.Contains(got.head, "Content-Type: text/plain\r\n") || string(got.body) != "hello" || !strings.Contains(got.head, "X-Forwarded-For: 192.0.2.1") {
			t.Errorf("%s: %s %q", name, got.head, got.body)
		}
	}
	x = exchange(t, "POST /large", "Content-Length: 9")
	x.Request.Body, x.Request.ContentLength = strings.NewReader("123456789"), 9
	p.Serve(x)
	if a := collect(t, x); a.body != "main" || string((<-main).body) != "123456789" {
		t.Errorf("a large one: %q", a.body)
	}
	x = exchange(t, "POST /larger", "Transfer-Encoding: chunked")
	x.Request.Body, x.Request.ContentLength = strings.NewReader("a body of unknown length"), -1
	p.Serve(x)
	if a := collect(t, x); a.body != "main" || string((<-main).body) != "a body of unknown length" {
		t.Errorf("a larger one: %q", a.body)
	}
	m := p.locations.root.dir.handler.(*mirror)
	m.slots <- struct{}{} // when the copies before are done
	ask(t, p, "GET /busy")
	<-main
	<-m.slots
	for ask(t, p, "GET /free"); ; ask(t, p, "GET /free") {
		<-main
		if got := <-next; strings.HasPrefix(got.head, "GET /free ") {
			break
		} else if !strings.HasPrefix(got.head, "GET /free ") {
			t.Fatalf("copied: %s", got.head)
		}
	}
}

// A body that breaks off while it is read for the copy breaks off for who answers, too.
func TestMirrorOfABrokenBody(t *testing.T) {
	c, _, next := trafficConfig(t, Forward{Mirror: &Mirror{Upstream: "new"}})
	p := newProxy(t, c)
	x := exchange(t, "POST /a", "Content-Length: 9")
	x.Request.Body, x.Request.ContentLength = io.MultiReader(strings.NewReader("1234"), broken{}), 9
	p.Serve(x)
	if a := collect(t, x); a.status != 499 {
		t.Errorf("got %d", a.status)
	}
	ask(t, p, "GET /after")
	if got := <-next; !strings.HasPrefix(got.head, "GET /after ") {
		t.Errorf("copied: %s", got.head)
	}
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, gateway.ErrBodyCut }
