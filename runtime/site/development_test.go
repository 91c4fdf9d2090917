package site

import (
	"net/netip"
	"testing"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
)

// seen keeps the client that a request is said to be of.
type seen struct{ client netip.AddrPort }

func (s *seen) Serve(x *gateway.Exchange) { s.client = x.Request.Client }

// Ensure that a page whose name was made to lead to a developer's machine is no client of that
// machine, where the site answers to every name.
func TestForeignNamesAreFarAway(t *testing.T) {
	for _, tt := range []struct {
		site, host string
		near       bool
	}{
		{"*", "localhost:8000", true}, {"*", "Site.LOCALHOST", true}, {"*", "localhost.", true}, {"*", "127.0.0.1:8000", true}, {"*", "[::1]:8000", true}, {"*", "192.168.1.7", true},
		{"*", "evil.example", false}, {"*", "evil.example:8000", false}, {"*", "localhost.evil.example", false}, {"*", "", false},
		{"blog.example.com", "blog.example.com", true}, // other names are refused by the proxy
	} {
		s := &settings{debug: true, Definition: Definition{Proxy: proxy.Config{Hosts: []string{tt.site}}}}
		var got seen
		x := &gateway.Exchange{}
		x.Request.Host = []byte(tt.host)
		x.Request.Header.Add(clientField, "127.0.0.1:4711")
		s.behindDevelopment(&got).Serve(x)
		if near := got.client == netip.MustParseAddrPort("127.0.0.1:4711"); near != tt.near || !got.client.IsValid() {
			t.Errorf("site %s, Host %q: the client is %s", tt.site, tt.host, got.client)
		}
	}
}
