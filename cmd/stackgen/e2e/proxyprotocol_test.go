//go:build e2e

package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"stackgen.dev/runtime/server/proxyproto"
)

// Ensure that a listener takes the client's address from the PROXY header of who is trusted and of nobody else, and
// that servers which want one get it.
func TestProxyProtocol(t *testing.T) {
	inner, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { inner.Close() })
	go func() {
		for {
			nc, err := inner.Accept()
			if err != nil {
				return
			}
			go func() {
				defer nc.Close()
				h, err := proxyproto.Read(nc)
				req, rerr := http.ReadRequest(bufio.NewReader(nc))
				if err != nil || rerr != nil {
					fmt.Fprintf(nc, "HTTP/1.1 500 No\r\nConnection: close\r\n\r\n%v %v", err, rerr)
					return
				}
				text := fmt.Sprintf("header %s, field %s", h.Source.Addr(), req.Header.Get("X-Forwarded-For"))
				fmt.Fprintf(nc, "HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", len(text), text)
			}()
		}
	}()
	file := `
site "balanced" { domains = ["*"] }
proxy {
  listen "public" {
    address        = "127.0.0.1:0"
    proxy_protocol = ["%s"]
  }
  location "/" { forward = upstream.%s }
}
upstream "v1" {
  proxy_protocol = "v1"
  server "main" { url = "http://` + inner.Addr().String() + `" }
}
upstream "v2" {
  proxy_protocol = "v2"
  server "main" { url = "http://` + inner.Addr().String() + `" }
}
`
	ask := func(s *site, header string) string {
		nc, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		io.WriteString(nc, header+"GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
		b, _ := io.ReadAll(nc)
		_, body, _ := strings.Cut(string(b), "\r\n\r\n")
		status, _, _ := strings.Cut(string(b), "\r\n")
		return status + ": " + body
	}
	binary := string(proxyproto.Binary(nil, netip.MustParseAddrPort("[2001:db8::7]:4660"), netip.MustParseAddrPort("[2001:db8::1]:443")))
	for _, tt := range []struct {
		trusted, upstream string
		rows              [][2]string
	}{
		{"127.0.0.0/8", "v1", [][2]string{
			{"PROXY TCP4 192.0.2.7 192.0.2.1 4660 80\r\n", "HTTP/1.1 200 OK: header 192.0.2.7, field 192.0.2.7"},
			{binary, "HTTP/1.1 200 OK: header 2001:db8::7, field 2001:db8::7"},
			{"PROXY UNKNOWN\r\n", "HTTP/1.1 200 OK: header 127.0.0.1, field 127.0.0.1"},
			{"", ": "},
			{"PROXY TCP4 192.0.2.7 192.0.2.1 4660\r\n", ": "},
		}},
		{"192.0.2.0/24", "v2", [][2]string{
			{"", "HTTP/1.1 200 OK: header 127.0.0.1, field 127.0.0.1"},
			{"PROXY TCP4 192.0.2.7 192.0.2.1 4660 80\r\n", "HTTP/1.1 400 Bad Request: "},
		}},
	} {
		dir := t.TempDir()
		create(t, dir, "site.hcl", fmt.Sprintf(file, tt.trusted, tt.upstream))
		build(t, dir)
		cmd := exec.Command("./site", "serve")
		cmd.Dir = dir
		s := begin(t, dir, cmd)
		for _, row := range tt.rows {
			if got := ask(s, row[0]); !strings.HasPrefix(got, row[1]) || row[1] == ": " && got != ": " {
				t.Errorf("trusting %s, %q: %s", tt.trusted, row[0], got)
			}
		}
		if status := s.stop(syscall.SIGTERM); status != 0 {
			t.Errorf("the site ended with %d", status)
		}
	}
}
