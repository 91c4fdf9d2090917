//go:build e2e

package e2e

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"stackgen.dev/internal/porttest"
)

// Ensure that a program on Node does all that behind the proxy, and that WebSockets reach it.
func TestNodeBehindUs(t *testing.T) {
	app, err := filepath.Abs("testdata/node/app.js")
	if err != nil {
		t.Fatal(err)
	}
	_, out := program(t, t.TempDir(), nil, "node", app)
	line, err := bufio.NewReader(out).ReadString('\n')
	m := regexp.MustCompile(`^listening (\d+)`).FindStringSubmatch(line)
	if err != nil || m == nil {
		t.Fatalf("%v: %q", err, line)
	}
	front := t.TempDir()
	create(t, front, "files/site.css", "body { margin: 0 }\n")
	s, c := forwardingSite(t, front, "http://127.0.0.1:"+m[1], `
  location "/static/" {
    files { root = "files" }
    headers { set = { "Cache-Control" = "max-age=3600" } }
  }`)
	behindAProxy(t, c, "/static/site.css", s.public(t)...)

	transport := c.Transport.(*http.Transport)
	plain, err := transport.Dial("tcp", "")
	if err != nil {
		t.Fatal(err)
	}
	config := transport.TLSClientConfig.Clone()
	config.ServerName, config.NextProtos = "www.example.com", nil
	socket := tls.Client(plain, config)
	defer socket.Close()
	socket.SetDeadline(time.Now().Add(patience))
	fmt.Fprint(socket, "GET /socket HTTP/1.1\r\nHost: www.example.com\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n"+
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	in := bufio.NewReader(socket)
	res, err := http.ReadResponse(in, nil)
	if err != nil || res.StatusCode != 101 || res.Header.Get("Sec-WebSocket-Accept") != "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" {
		t.Fatalf("%v %v", res, err)
	}
	for _, message := range []string{"Hello", "again", ""} {
		socket.Write(append([]byte{0x81, 0x80 | byte(len(message)), 0, 0, 0, 0}, message...))
		if opcode, payload, err := readFrame(in); err != nil || opcode != 1 || string(payload) != message {
			t.Fatalf("a message came back as %d %q, %v", opcode, payload, err)
		}
	}
}

// Ensure that a generated site behind nginx does the same, in each topology.
func TestBehindNginx(t *testing.T) {
	nginx, err := exec.LookPath("nginx")
	if err != nil {
		nginx = "/usr/sbin/nginx" // Debian puts it out of users' way
	}
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.CopyFS(dir, os.DirFS("testdata/behind")); err != nil {
				t.Fatal(err)
			}
			create(t, dir, "static/site.css", "body { margin: 0 }\n")
			if mode == "process" {
				edit(t, dir, "site.hcl", "middleware =", "workers {\n  mode  = \"process\"\n  count = 1\n}\n\nmiddleware =")
			}
			build(t, dir)
			s := start(t, dir)

			folder := t.TempDir()
			own := pair(t, folder, "www", nil, "www.example.com")
			listen := porttest.Free(t).String()
			conf, err := os.ReadFile("testdata/behind/nginx.conf")
			if err != nil {
				t.Fatal(err)
			}
			create(t, folder, "nginx.conf", strings.NewReplacer("FOLDER", folder, "LISTEN", listen, "BACKEND", strings.TrimPrefix(s.url, "http://")).Replace(string(conf)))
			program(t, folder, nil, nginx, "-p", folder, "-e", "stderr", "-c", filepath.Join(folder, "nginx.conf"))
			accepts(t, "tcp", listen)
			behindAProxy(t, remoteVisitor(t, listen, own), "/static/site.css", s.public(t)...)
		})
	}
}
