package proxy

import (
	"net/netip"
	"testing"

	"stackgen.dev/runtime/gateway"
)

func networks(list ...string) (p []netip.Prefix) {
	for _, s := range list {
		p = append(p, netip.MustParsePrefix(s))
	}
	return p
}

func TestClientBehindTrustedProxies(t *testing.T) {
	trusted := networks("192.0.2.0/24", "2001:db8::/32")
	tests := []struct {
		name   string
		peer   string
		fields []string
		client string
		scheme string
	}{
		{"nothing said", "192.0.2.1:1", nil, "192.0.2.1:1", "http"},
		{"a stranger's word counts for nothing", "198.51.100.7:1", []string{"X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https"}, "198.51.100.7:1", "http"},
		{"one proxy", "192.0.2.1:1", []string{"X-Forwarded-For: 203.0.113.9", "X-Forwarded-Proto: https"}, "203.0.113.9:0", "https"},
		{"with a port", "192.0.2.1:1", []string{"X-Forwarded-For: 203.0.113.9:99"}, "203.0.113.9:99", "http"},
		{"rightmost that is not trusted", "192.0.2.1:1", []string{"X-Forwarded-For: 10.0.0.1, 203.0.113.9, 192.0.2.2"}, "203.0.113.9:0", "http"},
		{"several fields are one list", "192.0.2.1:1", []string{"X-Forwarded-For: 203.0.113.9", "X-Forwarded-For: 192.0.2.2"}, "203.0.113.9:0", "http"},
		{"all trusted", "192.0.2.1:1", []string{"X-Forwarded-For: 192.0.2.3, 192.0.2.2"}, "192.0.2.3:0", "http"},
		{"what cannot be read ends the chain", "192.0.2.1:1", []string{"X-Forwarded-For: 203.0.113.9, evil, 192.0.2.2"}, "192.0.2.2:0", "http"},
		{"empty elements", "192.0.2.1:1", []string{"X-Forwarded-For: , 203.0.113.9, ,"}, "203.0.113.9:0", "http"},
		{"IPv6", "[2001:db8::1]:1", []string{"X-Forwarded-For: [2620::5]:88"}, "[2620::5]:88", "http"},
		{"IPv6 without brackets", "192.0.2.1:1", []string{"X-Forwarded-For: 2620::5"}, "[2620::5]:0", "http"},
		{"the last scheme is the peer's own word", "192.0.2.1:1", []string{"X-Forwarded-Proto: https, http"}, "192.0.2.1:1", "http"},
		{"an unknown scheme", "192.0.2.1:1", []string{"X-Forwarded-Proto: gopher"}, "192.0.2.1:1", "http"},
		{"Forwarded", "192.0.2.1:1", []string{`Forwarded: for="[2620::5]:47011";proto=https;by=192.0.2.1`}, "[2620::5]:47011", "https"},
		{"Forwarded, several", "192.0.2.1:1", []string{`Forwarded: for=10.0.0.1, for=203.0.113.9;proto=http, For=192.0.2.7;Proto=HTTPS`}, "203.0.113.9:0", "https"},
		{"Forwarded with a name", "192.0.2.1:1", []string{`Forwarded: for=203.0.113.9, for=_hidden`}, "192.0.2.1:1", "http"},
		{"Forwarded, malformed", "192.0.2.1:1", []string{`Forwarded: for="203.0.113.9`}, "192.0.2.1:1", "http"},
		{"X-Forwarded-For before Forwarded", "192.0.2.1:1", []string{"Forwarded: for=203.0.113.1", "X-Forwarded-For: 203.0.113.2"}, "203.0.113.2:0", "http"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var got gateway.Request
			app := gateway.HandlerFunc(func(x *gateway.Exchange) {
				got = gateway.Request{Client: x.Request.Client, Scheme: x.Request.Scheme}
				for _, f := range x.Request.Header.Fields() {
					if provenanceOf(f.Name) == consumed {
						t.Errorf("the application sees %s", f.Name)
					}
				}
			})
			p := newProxy(t, Config{App: app, TrustedProxies: trusted, Locations: []Location{{Path: "/", Action: Forward{App: true}}}})
			x := exchange(t, "GET /", tt.fields...)
			x.Request.Client = netip.MustParseAddrPort(tt.peer)
			p.Serve(x)
			if got.Client.String() != tt.client || got.Scheme != tt.scheme {
				t.Errorf("got %s %s, want %s %s", got.Client, got.Scheme, tt.client, tt.scheme)
			}
		})
	}
}

func TestDropProvenance(t *testing.T) {
	for _, trusted := range []bool{false, true} {
		var h gateway.Header
		for _, name := range []string{"X-Forwarded-For", "a", "x-real-ip", "FORWARDED", "X-Forwarded-Prefix", "X-Forwarded-For", "b", "X-Request-Id"} {
			h.Add(name, "v")
		}
		dropProvenance(&h, trusted)
		var left string
		for _, f := range h.Fields() {
			left += string(f.Name) + " "
		}
		want := "a b "
		if trusted {
			want = "a X-Forwarded-Prefix b "
		}
		if left != want {
			t.Errorf("trusted %v: %q is left, want %q", trusted, left, want)
		}
	}
}

func FuzzForwardedFor(f *testing.F) {
	for _, s := range []string{"1.2.3.4", "1.2.3.4:5, [::1]:6", ", ,", "::1", "[::1", "1.2.3.4, evil, 192.0.2.2"} {
		f.Add(s)
	}
	trusted := prefixes(networks("192.0.2.0/24"))
	f.Fuzz(func(t *testing.T, value string) {
		var r gateway.Request
		r.Client = peerAddress
		r.Header.Add("X-Forwarded-For", value)
		c := trusted.client(&r)
		if !c.IsValid() || c.Addr().Zone() != "" {
			t.Errorf("%q names client %v", value, c)
		}
	})
}

func FuzzForwarded(f *testing.F) {
	for _, s := range []string{"for=1.2.3.4", `for="[::1]:5";proto=https, for=x`, ";,;", `for="`, "a=b;;c=d,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, value string) {
		hops, ok := parseForwarded(nil, []byte(value))
		if ok && len(hops) == 0 {
			t.Errorf("%q is well formed and has no element", value)
		}
		for _, h := range hops {
			if a, ok := parseNode(h.node); ok && !a.IsValid() {
				t.Errorf("%q has node %q", value, h.node)
			}
		}
	})
}
