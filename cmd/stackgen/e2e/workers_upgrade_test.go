//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// version is what the site's binary calls itself.
func (s *site) version() string {
	got := s.get(browser(s.t), "/echo").expect(s.t, "the echo", 200)
	fields := strings.Fields(got.body)
	return fields[len(fields)-1]
}

// Ensure HUP brings the binary that lies on disk now.
func TestReloadTakesTheNewBinary(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			s := startWorkers(t, mode)
			if v := s.version(); v != "one" {
				t.Fatalf("serves version %s", v)
			}
			l := startLoad(s)
			s.deploy(filepath.Join(s.dir, "site.two"))
			if out, err := s.command("reload"); err != nil || out != "reloaded\n" {
				t.Fatalf("reload: %v\n%s", err, out)
			}
			l.finish("a new binary on HUP")
			// What waited in a socket may have gone to a process that was leaving.
			s.wait("the new version", func() bool { return s.version() == "two" })
			s.settled(mode, workersOf(mode))
			if v := s.version(); v != "two" {
				t.Errorf("serves version %s", v)
			}
		})
	}
}

// Ensure a new binary that does not start leaves the old one serving, and that
// the log and the command say why.
func TestBrokenBinary(t *testing.T) {
	tests := []struct{ name, script, why string }{
		{"exits", "exit 3", "exit status 3"},
		{"is no program", "", "no such file"},
		{"is killed", "kill -9 $$", "SIGKILL"},
	}
	for _, mode := range modes {
		for _, tt := range tests {
			t.Run(mode+" "+tt.name, func(t *testing.T) {
				s := startWorkers(t, mode)
				l := startLoad(s)
				if tt.script == "" {
					if err := os.Remove(filepath.Join(s.dir, "site")); err != nil {
						t.Fatal(err)
					}
				} else {
					s.deployScript(tt.script)
				}
				before := s.serving(mode)
				s.signal(syscall.SIGHUP)
				s.waitLog("reload failed, the old binary keeps serving")
				s.signal(syscall.SIGUSR2)
				s.waitLog("upgrade failed, the old binary keeps serving")
				// A process that dies now comes back from the old binary.
				kill(t, before[0], syscall.SIGKILL)
				s.wait("a replacement", func() bool {
					now := s.serving(mode)
					return len(now) == workersOf(mode) && now[0] != before[0]
				})
				l.tolerate = func(f failure) bool { // of the one that was killed
					return mode == "inline" && f.status == 0 && f.method != "CONNECT" || f.method == "POST" && f.status == 502
				}
				l.finish("a broken binary")
				if v := s.version(); v != "one" {
					t.Errorf("serves version %s", v)
				}
				for _, line := range strings.Split(s.Log(), "\n") {
					if strings.Contains(line, "failed, the old binary") && !strings.Contains(line, tt.why) {
						t.Errorf("the log does not say %q: %s", tt.why, line)
					}
				}
				st := s.status()
				if st.State != "serving" {
					t.Errorf("the site is %s", st.State)
				}
			})
		}
	}
}

// Ensure a new version that refuses to start by itself says why on the way back.
func TestRefusingUpgrade(t *testing.T) {
	s := startWorkers(t, "process")
	s.deployScript(`BROKEN=start exec ./site.two "$@"`)
	s.signal(syscall.SIGUSR2)
	s.waitLog("upgrade failed, the old binary keeps serving")
	if !strings.Contains(s.Log(), "hook on_starting: permission denied") {
		t.Error("the log does not say why")
	}
	s.get(browser(t), "/echo").expect(t, "the old binary", 200)
}

// Ensure USR2 starts a second supervisor beside the first, that TERM to the old
// one finishes the upgrade, and that no request fails.
func TestUpgradeUnderLoad(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			s := startWorkers(t, mode)
			l := startLoad(s)
			current := s.status().PID
			t.Cleanup(func() { stopUpgraded(t, s) })
			for i := range cycles(t) {
				s.deploy(filepath.Join(s.dir, []string{"site.two", "site.one"}[i%2]))
				kill(t, current, syscall.SIGUSR2)
				s.wait("the new supervisor", func() bool {
					return strings.Count(s.Log(), "msg=\"upgraded: ") > i
				})
				next := s.status().Upgrade
				if next == 0 {
					t.Fatalf("no new supervisor: %+v", s.status())
				}
				kill(t, current, syscall.SIGTERM)
				s.wait("the new supervisor in the old one's place", func() bool { return s.status().PID == next && s.status().State == "serving" })
				current = next
			}
			l.finish("USR2")
			want := []string{"one", "two"}[cycles(t)%2]
			if v := s.version(); v != want {
				t.Errorf("serves version %s, not %s", v, want)
			}
		})
	}
}

// stopUpgraded stops the supervisor that has taken the place of the one that
// the test started.
func stopUpgraded(t *testing.T, s *site) {
	pid := s.status().PID
	if pid == 0 || pid == s.cmd.Process.Pid {
		return
	}
	kill(t, pid, syscall.SIGTERM)
	s.wait("the end of the new supervisor", func() bool { return s.status().PID == 0 })
}

// Ensure TERM to the new supervisor takes an upgrade back, also when WINCH has
// stopped the processes of the old one.
func TestUpgradeTakenBack(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			s := startWorkers(t, mode)
			l := startLoad(s)
			s.deploy(filepath.Join(s.dir, "site.two"))
			s.signal(syscall.SIGUSR2)
			s.waitLog("msg=\"upgraded: ")
			next := s.status().Upgrade
			s.signal(syscall.SIGWINCH)
			s.wait("the old processes to leave", func() bool { return s.status().State == "paused" && len(s.status().Processes) == 0 })
			if v := s.version(); v != "two" {
				t.Errorf("with the old binary paused, version %s serves", v)
			}
			s.signal(syscall.SIGHUP) // the old binary's processes come back: with what lies on disk
			s.settledBeside(mode)
			kill(t, next, syscall.SIGTERM)
			s.waitLog("the upgrade is taken back")
			s.settled(mode, workersOf(mode))
			l.finish("an upgrade taken back")
		})
	}
}

// settledBeside waits until all processes serve although another supervisor does, too.
func (s *site) settledBeside(mode string) {
	s.t.Helper()
	s.wait("the processes to come back", func() bool { return len(s.serving(mode)) == workersOf(mode) })
}

// Ensure the command upgrades in one step, and says why it cannot.
func TestUpgradeCommand(t *testing.T) {
	s := startWorkers(t, "process")
	l := startLoad(s)
	t.Cleanup(func() { stopUpgraded(t, s) })
	s.deployScript("exit 9")
	if out, err := try(s.dir, "./site.two", "upgrade"); err == nil || !strings.Contains(out, "exit status 9") {
		t.Errorf("a broken upgrade: %v\n%s", err, out)
	}
	s.deploy(filepath.Join(s.dir, "site.two"))
	if out, err := s.command("upgrade"); err != nil || out != "upgraded\n" {
		t.Fatalf("upgrade: %v\n%s", err, out)
	}
	s.wait("the new supervisor in the old one's place", func() bool { return s.status().State == "serving" && s.status().PID != s.cmd.Process.Pid })
	l.finish("the command upgrade")
	if v := s.version(); v != "two" {
		t.Errorf("serves version %s", v)
	}
}
