package proxy

import (
	"testing"

	"stackgen.dev/runtime/gateway"
)

func TestHosts(t *testing.T) {
	tests := []struct {
		name     string
		declared []string
		local    bool
		host     string
		want     bool
	}{
		{"the name", []string{"example.com"}, false, "example.com", true},
		{"the port does not count", []string{"example.com"}, false, "example.com:8443", true},
		{"case does not count", []string{"Example.com"}, false, "EXAMPLE.COM", true},
		{"one trailing dot does not count", []string{"example.com"}, false, "example.com.", true},
		{"another name", []string{"example.com"}, false, "example.org", false},
		{"a longer name", []string{"example.com"}, false, "evil-example.com", false},
		{"a name below", []string{"example.com"}, false, "www.example.com", false},
		{"wildcard", []string{"*.example.com"}, false, "www.example.com", true},
		{"wildcard, deeper", []string{"*.example.com"}, false, "a.b.example.com", true},
		{"wildcard is not the name itself", []string{"*.example.com"}, false, "example.com", false},
		{"wildcard needs the dot", []string{"*.example.com"}, false, "evilexample.com", false},
		{"every name", []string{"*"}, false, "anything.test", true},
		{"no name", []string{"*"}, false, "", false},
		{"nothing declared", nil, false, "example.com", false},
		{"loopback is not declared", []string{"example.com"}, false, "localhost", false},
		{"local: localhost", []string{"example.com"}, true, "localhost:8000", true},
		{"local: below localhost", nil, true, "blog.localhost", true},
		{"local: IPv4", nil, true, "127.0.0.1:8000", true},
		{"local: all of 127/8", nil, true, "127.9.9.9", true},
		{"local: IPv6", nil, true, "[::1]:8000", true},
		{"local: mapped", nil, true, "[::ffff:127.0.0.1]", true},
		{"local: another machine", nil, true, "10.0.0.1", false},
		{"local: a name that only begins so", nil, true, "127.0.0.1.evil.test", false},
		{"a bad port", []string{"example.com"}, false, "example.com:80a", false},
		{"an open bracket", nil, true, "[::1", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, err := newHosts(tt.declared, tt.local)
			if err != nil {
				t.Fatal(err)
			}
			if got := h.accepts([]byte(tt.host)); got != tt.want {
				t.Errorf("accepts(%q) = %v", tt.host, got)
			}
		})
	}
}

func TestHostsThatCannotBe(t *testing.T) {
	for _, name := range []string{"", "*.", "a*.example.com", "http://example.com", "a b"} {
		if _, err := newHosts([]string{name}, false); err == nil {
			t.Errorf("%q was accepted", name)
		}
	}
}

func TestUndeclaredHostIsMisdirected(t *testing.T) {
	app := text(func(x *gateway.Exchange) string { return string(x.Request.Host) })
	p := newProxy(t, Config{Hosts: []string{"*.example.com", "example.com"}, App: app, Locations: []Location{{Path: "/", Action: Forward{App: true}}}})
	if a := ask(t, p, "GET /", "Host: evil.test"); a.status != 421 {
		t.Errorf("another host got %d", a.status)
	}
	if a := ask(t, p, "GET / HTTP/1.0"); a.status != 200 || a.body != "example.com" {
		t.Errorf("HTTP/1.0 without a Host got %d %q, not the first name declared", a.status, a.body)
	}
}
