//go:build e2e

package e2e

import (
	"bufio"
	"fmt"
	"net"
	"net/http"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Ensure clients that are slow to send, or say nothing, occupy no worker: the
// only one answers others, and hears of their requests when they are complete.
func TestSlowClientsHoldNoWorker(t *testing.T) {
	s := startWorkers(t, "process", "COUNT=1")
	const clients = 100
	var slow []net.Conn
	for i := range clients {
		nc, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
		if err != nil {
			t.Fatal(err)
		}
		defer nc.Close()
		nc.SetDeadline(time.Now().Add(patience))
		switch i % 4 {
		case 0: // says nothing
		case 1:
			fmt.Fprint(nc, "POST /echo HTTP/1.1\r\nHost: local")
		default:
			fmt.Fprint(nc, "POST /echo HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n12345")
			slow = append(slow, nc)
		}
	}
	s.get(browser(t), "/echo").expect(t, "another client", 200)
	count := func() (requests, busy int64) {
		for _, p := range s.status().Processes {
			if p.Role == applicationRole("process") {
				requests, busy = requests+p.Requests, busy+p.Busy
			}
		}
		return requests, busy
	}
	s.wait("the worker's figures", func() bool { n, _ := count(); return n > 0 })
	if n, busy := count(); n != 1 || busy != 0 {
		t.Errorf("the worker has begun %d requests, %d of them are not over", n, busy)
	}
	for i, nc := range slow {
		fmt.Fprint(nc, "67890")
		resp, err := http.ReadResponse(bufio.NewReader(nc), nil)
		if err != nil {
			t.Fatalf("slow client %d: %v", i, err)
		}
		resp.Body.Close()
		if resp.StatusCode != 200 {
			t.Errorf("slow client %d: status %d", i, resp.StatusCode)
		}
	}
	s.wait("all to be counted", func() bool { n, _ := count(); return n == int64(1+len(slow)) })
}

// Ensure an application tier on its own, whose workers share the listener,
// is reloaded and scaled without a failed request.
func TestTierUnderLoad(t *testing.T) {
	dir := workersFolder(t, "process")
	cmd := exec.Command("./site", "serve", "--tier", "app", "--bind", "127.0.0.1:0")
	cmd.Dir = dir
	s := begin(t, dir, cmd)
	l := startLoad(s)
	for range cycles(t) {
		before := s.serving("process")
		s.signal(syscall.SIGHUP)
		s.wait("new processes", func() bool { return allNew(before, s.serving("process"), 2) })
		s.settled("process", 2)
		s.signal(syscall.SIGTTIN)
		s.settled("process", 3)
		s.signal(syscall.SIGTTOU)
		s.settled("process", 2)
	}
	l.finish("HUP, TTIN and TTOU of an application tier")
}
