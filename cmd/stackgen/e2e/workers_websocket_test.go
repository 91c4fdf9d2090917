//go:build e2e

package e2e

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Ensure a WebSocket lives through a HUP until the drain limit, and that both
// ends are told then that the other is going away: code 1001.
func TestWebSocketsOutliveReload(t *testing.T) {
	serverSaw := make(chan uint16, 2)
	upstream := backend(t, "tcp", "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
		nc, in, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return
		}
		defer nc.Close()
		fmt.Fprint(nc, "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		for {
			opcode, payload, err := readFrame(in.Reader)
			if err != nil {
				return
			}
			if opcode == 8 {
				serverSaw <- binary.BigEndian.Uint16(payload)
				return
			}
			nc.Write(append([]byte{0x80 | opcode, byte(len(payload))}, payload...))
		}
	})
	dir := t.TempDir()
	create(t, dir, "site.hcl", `site "shop" {}
variable "upstream" {
  default = "http://127.0.0.1:1"
  env     = "UPSTREAM"
}
proxy {
  access_log = "off"
  location "/" { forward = upstream.chat }
}
upstream "chat" {
  server "a" { url = var.upstream }
}
workers { graceful_timeout = "4s" }
`)
	build(t, dir)
	s := start(t, dir, "UPSTREAM=http://"+upstream)
	nc, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	nc.SetDeadline(time.Now().Add(patience))
	in := bufio.NewReader(nc)
	fmt.Fprint(nc, "GET / HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	resp, err := http.ReadResponse(in, nil)
	if err != nil || resp.StatusCode != 101 {
		t.Fatalf("the upgrade: %v, %v", resp, err)
	}
	echo := func(text string) {
		t.Helper()
		nc.Write(append([]byte{0x81, 0x80 | byte(len(text)), 0, 0, 0, 0}, text...))
		if opcode, payload, err := readFrame(in); err != nil || opcode != 1 || string(payload) != text {
			t.Fatalf("the echo of %q: %d %q, %v", text, opcode, payload, err)
		}
	}
	echo("before")
	s.signal(syscall.SIGHUP)
	s.waitLog("msg=reloaded")
	echo("after")
	if opcode, payload, err := readFrame(in); err != nil || opcode != 8 || binary.BigEndian.Uint16(payload) != 1001 {
		t.Errorf("the end: opcode %d, %x, %v; want a close frame with 1001", opcode, payload, err)
	}
	select {
	case code := <-serverSaw:
		if code != 1001 {
			t.Errorf("the upstream was told %d", code)
		}
	case <-time.After(patience):
		t.Error("the upstream was told nothing")
	}
}

// readFrame reads a small WebSocket frame, and takes its mask off.
func readFrame(in *bufio.Reader) (opcode byte, payload []byte, err error) {
	head := make([]byte, 2)
	if _, err = io.ReadFull(in, head); err != nil {
		return 0, nil, err
	}
	var mask [4]byte
	if head[1]&0x80 != 0 {
		if _, err = io.ReadFull(in, mask[:]); err != nil {
			return 0, nil, err
		}
	}
	payload = make([]byte, head[1]&0x7f)
	_, err = io.ReadFull(in, payload)
	for i := range payload {
		payload[i] ^= mask[i%4]
	}
	return head[0] & 0x0f, payload, err
}
