package proxy

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/server"
)

// Ensure that a tunnel through which nothing goes takes its two sockets and no other descriptor:
// there may be as many as a process can have.
func TestSilentTunnelsHoldNoPipes(t *testing.T) {
	const tunnels = 100
	serve := func(h gateway.Handler) string {
		s := server.New(server.Config{Handler: h})
		l, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		go s.Serve(l)
		t.Cleanup(func() { s.Close() })
		return l.Addr().String()
	}
	back := serve(gateway.HandlerFunc(mixedBackend))
	front := serve(newProxy(t, frontConfig(UpstreamConfig{}, "http://"+back)))
	open := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		if os.IsNotExist(err) {
			return 0 // where nobody tells there are no pipes either
		}
		if err != nil {
			t.Fatal(err)
		}
		return len(entries)
	}

	before := open()
	for i := range tunnels {
		c, err := net.Dial("tcp", front)
		if err != nil {
			t.Fatal(err)
		}
		defer c.Close()
		c.SetDeadline(time.Now().Add(testLimit))
		fmt.Fprintf(c, "GET /upgrade HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n")
		in := bufio.NewReader(c)
		res, err := http.ReadResponse(in, nil)
		if err != nil || res.StatusCode != 101 {
			t.Fatalf("%v, %v", res, err)
		}
		for n := range 3 {
			text := fmt.Sprintf("message %d of %d", n, i)
			io.WriteString(c, text)
			back := make([]byte, len(text))
			if _, err := io.ReadFull(in, back); err != nil || string(back) != text {
				t.Fatalf("%q came back as %q, %v", text, back, err)
			}
		}
	}
	// Each has a client, a server and two sockets between them; pipes are kept for those that are busy.
	if now, most := open(), before+4*tunnels+2*maxIdlePipes+16; now > most {
		t.Errorf("%d descriptors for %d tunnels, at most %d expected", now, tunnels, most)
	}
}
