//go:build e2e

package e2e

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"stackgen.dev/internal/porttest"
)

// Ensure HUP goes by the settings of the new binary, as gunicorn reads its file
// anew: more workers than before, and fewer, another graceful_timeout; that what was
// scaled by hand is forgotten, and that the log tells what a reload does not change.
func TestReloadTakesTheNewSettings(t *testing.T) {
	s := startWorkers(t, "process", "COUNT=2", "GRACEFUL=10m")
	s.settled("process", 2)
	s.signal(syscall.SIGTTIN)
	s.settled("process", 3)

	s.deployScript(`COUNT=5 GRACEFUL=300ms METRICS=127.0.0.1:1 exec ./site.two "$@"`)
	s.signal(syscall.SIGHUP)
	s.settled("process", 5)
	if v := s.version(); v != "two" {
		t.Errorf("serves version %s", v)
	}
	s.waitLog("setting=workers.metrics is=127.0.0.1:0 new=127.0.0.1:1")
	s.signal(syscall.SIGTTOU)
	s.settled("process", 4)

	s.deployScript(`COUNT=1 GRACEFUL=300ms exec ./site.two "$@"`)
	if out, err := s.command("reload"); err != nil {
		t.Fatalf("reload: %v\n%s", err, out)
	}
	s.settled("process", 1)

	file := filepath.Join(t.TempDir(), "busy")
	go s.tryGet("/bad/wait?file=" + file)
	s.wait("a busy worker", func() bool { _, err := os.Stat(file); return err == nil })
	if code := s.stop(syscall.SIGTERM); code != 0 { // in much less than ten minutes
		t.Errorf("exit status %d", code)
	}
}

// Ensure a worker that is added while a reload goes on is of the new binary, and
// that what is asked for meanwhile counts.
func TestScaleDuringReload(t *testing.T) {
	s := startWorkers(t, "process", "COUNT=2")
	s.settled("process", 2)
	// The new processes wait for a file before they are ready.
	gate := filepath.Join(t.TempDir(), "gate")
	s.deployScript(`while ! [ -e ` + gate + ` ]; do sleep 0.02; done; exec ./site.two "$@"`)
	s.signal(syscall.SIGHUP)
	s.wait("the reload", func() bool { return s.status().State == "reloading" })
	if out, err := try(s.dir, "./site.one", "scale", "4"); err != nil {
		t.Fatalf("scale: %v\n%s", err, out)
	}
	create(t, filepath.Dir(gate), "gate", "")
	s.settled("process", 4)
	for range 20 {
		if v := s.version(); v != "two" {
			t.Fatalf("a worker serves version %s", v)
		}
	}
}

// Ensure a site whose every worker fails to start ends with a status and the
// reason on standard error, in every topology.
func TestEveryWorkerFails(t *testing.T) {
	for mode, who := range map[string]string{"inline": "the serve process", "process": "every worker"} {
		t.Run(mode, func(t *testing.T) {
			cmd := exec.Command("./site", "serve", "--listen", "127.0.0.1:0")
			cmd.Dir, cmd.Env = workersFolder(t, mode), append(os.Environ(), "BROKEN=worker")
			out, err := cmd.CombinedOutput()
			want := "shop: supervisor: " + who + " failed to start: hook post_worker_init: i/o timeout\n"
			if cmd.ProcessState.ExitCode() != 1 || !strings.HasSuffix(string(out), want) {
				t.Errorf("%v, want at the end %q:\n%s", err, want, out)
			}
		})
	}
}

// Ensure a second site on the address or in the folder of another says so, and
// leaves that alone.
func TestTakenByAnother(t *testing.T) {
	s := startWorkers(t, "inline")
	for _, tt := range []struct{ address, data, want string }{
		{strings.TrimPrefix(s.url, "http://"), "elsewhere", `listener "listen": address already in use: 127.0.0.1:`},
		{"127.0.0.1:0", "data", "another site answers at data/control.sock, so the folder is taken"},
	} {
		out, err := s.command("serve", "--listen", tt.address, "--data", tt.data)
		if err == nil || !strings.Contains(out, tt.want) {
			t.Errorf("%s %s: %v\n%s", tt.address, tt.data, err, out)
		}
	}
	if st := s.status(); st.State != "serving" || st.PID != s.cmd.Process.Pid {
		t.Errorf("the first site is %+v", st)
	}
	s.get(browser(t), "/echo").expect(t, "the first site", 200)
}

// Ensure a site serves, is reloaded and stops although nothing can be written to its logs.
func TestLogsOnAFullDisk(t *testing.T) {
	address := porttest.Free(t).String()
	cmd := exec.Command("sh", "-c", "./site serve --listen "+address+" >/dev/full 2>/dev/full")
	cmd.Dir = workersFolder(t, "process")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	s := &site{t: t, url: "http://" + address, dir: cmd.Dir, cmd: cmd}
	t.Cleanup(func() {
		if pid := s.status().PID; pid != 0 {
			kill(t, pid, syscall.SIGKILL)
		}
	})
	s.settled("process", 2)
	before := s.serving("process")
	s.get(browser(t), "/echo").expect(t, "the site", 200)
	if out, err := s.command("reload"); err != nil {
		t.Errorf("reload: %v\n%s", err, out)
	}
	s.settled("process", 2)
	if now := s.serving("process"); !allNew(before, now, 2) {
		t.Errorf("processes %v after %v", now, before)
	}
	s.get(browser(t), "/echo").expect(t, "the site after a reload", 200)
	if out, err := s.command("stop"); err != nil {
		t.Errorf("stop: %v\n%s", err, out)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("exit: %v", err)
	}
}
