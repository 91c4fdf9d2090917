//go:build e2e

package e2e

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"stackgen.dev/runtime/server/supervisor"
)

// Ensure TERM answers every connection that was established before it: those
// being served and those that nobody has accepted yet. That holds for TERM to all
// processes at once, too, as systemd sends it (KillMode=control-group).
func TestTermServesTheBacklog(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			for cycle := range cycles(t) {
				s := startWorkers(t, mode, "COUNT=1")
				file := filepath.Join(t.TempDir(), "busy")
				busy := make(chan answer, 1)
				go func() { busy <- s.tryGet("/bad/wait?file=" + file) }()
				s.wait("a busy worker", func() bool { _, err := os.Stat(file); return err == nil })

				// The serving process stands still, so that connections wait in the queue.
				pid := s.front(mode)
				kill(t, pid, syscall.SIGSTOP)
				var queued []*bufio.Reader
				for i := range 20 {
					nc, err := net.Dial("tcp", strings.TrimPrefix(s.url, "http://"))
					if err != nil {
						t.Fatal(err)
					}
					defer nc.Close()
					nc.SetDeadline(time.Now().Add(patience))
					if i%2 == 0 { // the others say nothing
						fmt.Fprint(nc, "GET /echo HTTP/1.1\r\nHost: localhost\r\n\r\n")
					}
					queued = append(queued, bufio.NewReader(nc))
				}
				if cycle%2 == 1 {
					for _, p := range s.status().Processes {
						kill(t, p.PID, syscall.SIGTERM)
					}
				}
				s.signal(syscall.SIGTERM)
				s.waitLog("signal=terminated")
				kill(t, pid, syscall.SIGCONT)
				for i, in := range queued {
					if i%2 != 0 {
						continue // it has sent nothing, and may be closed
					}
					resp, err := http.ReadResponse(in, nil)
					if err != nil {
						t.Fatalf("queued connection %d: %v", i, err)
					}
					if resp.StatusCode != 200 {
						t.Errorf("queued connection %d: status %d", i, resp.StatusCode)
					}
				}
				os.Remove(file)
				if a := <-busy; a.status != 200 || a.body != "waited" {
					t.Errorf("the busy worker answered %d %s", a.status, a.body)
				}
				if code := s.stop(syscall.SIGTERM); code != 0 {
					t.Errorf("exit status %d", code)
				}
			}
		})
	}
}

// front is the process that accepts from the public listeners.
func (s *site) front(mode string) (pid int) {
	s.t.Helper()
	role := supervisor.RoleServe
	if mode == "process" {
		role = supervisor.RoleProxy
	}
	s.wait("the process that accepts", func() bool { // no number is a group of processes, with the test among them
		pid = s.ready(role)[0]
		return pid != 0
	})
	return pid
}

// Ensure a second TERM, INT and QUIT are quick, and exit with 0.
func TestQuickStops(t *testing.T) {
	for name, signals := range map[string][]syscall.Signal{
		"TERM twice": {syscall.SIGTERM, syscall.SIGTERM}, "INT": {syscall.SIGINT}, "QUIT": {syscall.SIGQUIT},
	} {
		t.Run(name, func(t *testing.T) {
			s := startWorkers(t, "process")
			file := filepath.Join(t.TempDir(), "busy")
			go s.tryGet("/bad/wait?file=" + file)
			s.wait("a busy worker", func() bool { _, err := os.Stat(file); return err == nil })
			for i, sig := range signals {
				s.signal(sig)
				s.wait("the signal", func() bool { return strings.Count(s.Log(), "msg=signal") > i })
			}
			if code := s.stop(0); code != 0 {
				t.Errorf("exit status %d", code)
			}
		})
	}
}

// Ensure the command to stop quickly does not wait for requests.
func TestQuickStopCommand(t *testing.T) {
	s := startWorkers(t, "process", "GRACEFUL=10m")
	file := filepath.Join(t.TempDir(), "busy")
	go s.tryGet("/bad/wait?file=" + file)
	s.wait("a busy worker", func() bool { _, err := os.Stat(file); return err == nil })
	if out, err := s.command("stop", "--quick"); err != nil || out != "stopped\n" {
		t.Errorf("stop --quick: %v\n%s", err, out)
	}
	if code := s.stop(0); code != 0 {
		t.Errorf("exit status %d", code)
	}
}

// Ensure a stream of events lives through a HUP until the drain limit, and
// through a TERM, and is then ended by its own handler, well-formed.
func TestStreamsOutliveReload(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode+" TERM", func(t *testing.T) {
			s := startWorkers(t, mode, "GRACEFUL=1s")
			resp, err := http.Get(s.url + "/events")
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			s.signal(syscall.SIGTERM)
			all, err := io.ReadAll(resp.Body)
			if err != nil || !strings.HasSuffix(string(all), "event: bye\ndata: \n\n") {
				t.Errorf("the stream ended with %v and %q", err, all[max(len(all)-40, 0):])
			}
			if code := s.stop(0); code != 0 {
				t.Errorf("exit status %d", code)
			}
		})
		t.Run(mode, func(t *testing.T) {
			s := startWorkers(t, mode, "GRACEFUL=2s")
			resp, err := http.Get(s.url + "/events")
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			lines := bufio.NewReader(resp.Body)
			first, err := lines.ReadString('\n')
			if err != nil {
				t.Fatal(err)
			}
			before := s.serving(mode)
			s.signal(syscall.SIGHUP)
			s.waitLog("msg=reloaded")
			// The old process goes on with its stream beside the new one.
			if now := s.serving(mode); !allNew(before, now, workersOf(mode)) {
				t.Errorf("processes %v after %v", now, before)
			}
			last, after := first, 0
			for {
				line, err := lines.ReadString('\n')
				if err == io.EOF {
					break
				}
				if err != nil {
					t.Errorf("the stream is cut off: %v", err)
					break
				}
				if strings.TrimSpace(line) != "" {
					last = line
					after++
				}
			}
			if after < 10 {
				t.Errorf("the stream ended after %d events", after)
			}
			if last != "data: \n" {
				t.Errorf("the last line is %q, not that of the farewell", last)
			}
			s.wait("the old process to leave", func() bool { return len(s.status().Processes) == len(before)+btoi(mode == "process") })
		})
	}
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

// Ensure the processes finish and go when their supervisor is killed, the proxy
// before the workers, and that the same address is served again by a site that is
// started at once, while they may still have it.
func TestKilledSupervisor(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := workersFolder(t, mode)
			s := start(t, dir)
			file := filepath.Join(t.TempDir(), "busy")
			busy := make(chan answer, 1)
			go func() { busy <- s.tryGet("/bad/wait?file=" + file) }()
			s.wait("a busy worker", func() bool { _, err := os.Stat(file); return err == nil })
			s.cmd.Process.Kill()
			address := strings.TrimPrefix(s.url, "http://")
			next := exec.Command("./site", "serve", "--listen", address)
			next.Dir = dir
			again := begin(t, dir, next)
			again.get(browser(t), "/echo").expect(t, "the next site", 200)
			os.Remove(file)
			if a := <-busy; a.status != 200 || a.body != "waited" {
				t.Errorf("the request in flight was answered %d %s", a.status, a.body)
			}
			select { // its processes held the log
			case <-s.done:
				s.done <- nil
			case <-time.After(patience):
				t.Error("the processes live on")
			}
		})
	}
}
