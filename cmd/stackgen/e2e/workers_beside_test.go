//go:build e2e

package e2e

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

// Ensure an upgrade, taken back at first and then done twice in a row, keeps the
// unix socket, and hands pidfile and service manager over: the manager never hears of an
// end, nor of another main process before the old one leaves.
func TestUpgradesHandOver(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := workersFolder(t, mode)
			socket, pidfile, m := filepath.Join(t.TempDir(), "s"), filepath.Join(dir, "site.pid"), newManager(t)
			cmd := exec.Command("./site", "serve", "--listen", "unix:"+socket, "--pidfile", "site.pid")
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "NOTIFY_SOCKET="+m.path, "WATCHDOG_USEC=100000")
			s := begin(t, dir, cmd)
			first := s.cmd.Process.Pid
			t.Cleanup(func() { stopUpgraded(t, s) })
			client := http.Client{Timeout: patience, Transport: &http.Transport{
				DisableKeepAlives: true,
				DialContext:       func(context.Context, string, string) (net.Conn, error) { return net.Dial("unix", socket) },
			}}
			serves := func(when string) {
				t.Helper()
				resp, err := client.Get("http://localhost/echo")
				if err != nil {
					t.Fatalf("%s: %v", when, err)
				}
				defer resp.Body.Close()
				if b, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != 200 {
					t.Fatalf("%s: status %d, %v\n%s", when, resp.StatusCode, err, b)
				}
			}
			held := func(path string) int {
				b, err := os.ReadFile(path)
				if err != nil {
					return 0
				}
				pid, _ := strconv.Atoi(strings.TrimSpace(string(b)))
				return pid
			}
			upgrade := func(current, count int) (next int) {
				t.Helper()
				kill(t, current, syscall.SIGUSR2)
				s.wait("the new supervisor", func() bool { return strings.Count(s.Log(), "msg=\"upgraded: ") == count })
				next = s.status().Upgrade
				if held(pidfile) != current || held(pidfile+".2") != next || next == 0 {
					t.Errorf("the pidfiles hold %d and %d beside, the supervisors are %d and %d", held(pidfile), held(pidfile+".2"), current, next)
				}
				if m.heard(fmt.Sprint("MAINPID=", next)) {
					t.Error("the manager knows the new supervisor before the old one leaves")
				}
				return next
			}
			serves("at first")

			next := upgrade(first, 1)
			kill(t, next, syscall.SIGTERM)
			s.waitLog("the upgrade is taken back")
			serves("taken back")
			if _, err := os.Stat(pidfile + ".2"); !os.IsNotExist(err) || held(pidfile) != first {
				t.Errorf("the pidfile holds %d, not %d, and the one beside it: %v", held(pidfile), first, err)
			}
			for current, count := first, 2; count <= 3; count++ {
				next := upgrade(current, count)
				kill(t, current, syscall.SIGTERM)
				s.wait("the pidfile of the new supervisor", func() bool { return held(pidfile) == next && held(pidfile+".2") == 0 })
				s.wait("the manager to know it", func() bool { return m.heard(fmt.Sprint("MAINPID=", next)) })
				s.wait("its place at the control socket", func() bool { return s.status().PID == next })
				serves("upgraded")
				current = next
			}
			if m.heard("STOPPING=1") {
				t.Error("the manager heard of an end")
			}
			if out, err := s.command("stop"); err != nil {
				t.Errorf("stop: %v\n%s", err, out)
			}
			if !m.heard("STOPPING=1") {
				t.Error("the manager did not hear of the end")
			}
			for _, path := range []string{socket, pidfile, pidfile + ".2"} {
				if _, err := os.Stat(path); !os.IsNotExist(err) {
					t.Errorf("%s is left behind: %v", path, err)
				}
			}
		})
	}
}
