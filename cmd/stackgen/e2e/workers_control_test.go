//go:build e2e

package e2e

import (
	"io"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"syscall"
	"testing"

	"stackgen.dev/runtime/server/supervisor"
)

// Ensure the site's owner sees and steers it by its commands.
func TestControlCommands(t *testing.T) {
	s := startWorkers(t, "process", "METRICS=127.0.0.1:0")
	s.get(browser(t), "/echo").expect(t, "the site", 200)
	must := func(args ...string) string {
		t.Helper()
		out, err := s.command(args...)
		if err != nil {
			t.Fatalf("%v: %v\n%s", args, err, out)
		}
		return out
	}
	table := must("status")
	for _, want := range []string{"shop, process, serving, supervisor ", "PROCESS", "MEMORY", "worker 0", "worker 1", "proxy 0", "ready", " MB"} {
		if !strings.Contains(table, want) {
			t.Errorf("status lacks %q:\n%s", want, table)
		}
	}
	s.wait("the figures of the request", func() bool {
		st := decodeStatus(t, must("status", "--json"))
		var requests, timed int64
		for _, p := range st.Processes {
			if p.Role == supervisor.RoleWorker {
				requests += p.Requests
				timed += p.Total.Duration.Count()
				if p.Memory < 1<<20 {
					return false
				}
			}
		}
		return st.PID == s.cmd.Process.Pid && requests == 1 && timed == 1
	})

	for sig, says := range map[syscall.Signal]string{
		syscall.SIGUSR1: `process="worker 1"`, syscall.SIGWINCH: "WINCH is ignored: there is no upgrade",
	} {
		s.signal(sig)
		if sig == syscall.SIGUSR1 {
			s.waitLog(`msg="USR1: the site logs to standard output and standard error; whoever reads those turns the files over" ` + says)
			continue
		}
		s.waitLog(says)
	}

	must("scale", "4")
	s.settled("process", 4)
	before := s.serving("process")
	must("drain", "2")
	s.wait("another worker 2", func() bool {
		now := s.serving("process")
		return len(now) == 4 && now[2] != before[2] && now[1] == before[1]
	})
	if out := must("reload"); out != "reloaded\n" {
		t.Errorf("reload: %s", out)
	}
	s.settled("process", 2) // as the site file says

	for _, tt := range []struct {
		args []string
		want string
	}{
		{[]string{"scale", "0"}, "at least 1 is needed"},
		{[]string{"scale", "many"}, "give the number of workers"},
		{[]string{"scale"}, "give the number of workers"},
		{[]string{"scale", "100000"}, "at most"},
		{[]string{"drain", "99"}, "no process that serves is worker 99"},
	} {
		if out, err := s.command(tt.args...); err == nil || !strings.Contains(out, tt.want) {
			t.Errorf("%v: %v\n%s", tt.args, err, out)
		}
	}
	info, err := os.Stat(filepath.Join(s.dir, "data", "control.sock"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the control socket: %v, %v", info.Mode(), err)
	}
	if out := must("stop"); out != "stopped\n" {
		t.Errorf("stop: %s", out)
	}
	if code := s.stop(0); code != 0 {
		t.Errorf("exit status %d", code)
	}
	for _, hook := range []string{"on_starting", "when_ready", "post_worker_init", "worker_exit", "on_exit"} {
		if !strings.Contains(s.Log(), "hook="+hook) {
			t.Errorf("hook %s did not run", hook)
		}
	}
	if out, err := s.command("status"); err == nil || !strings.Contains(out, "no site answers") {
		t.Errorf("status of nothing: %v\n%s", err, out)
	}
}

// metricsURL is where the site says that Prometheus finds it.
var metricsURL = regexp.MustCompile(`msg=metrics url=(\S+)`)

// Ensure Prometheus finds busy workers, waits, durations, restarts and memory, in
// both modes, and nothing else on that address.
func TestMetrics(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			s := startWorkers(t, mode)
			s.waitLog("msg=metrics")
			url := metricsURL.FindStringSubmatch(s.Log())[1]
			s.get(browser(t), "/echo").expect(t, "the site", 200)
			s.signal(syscall.SIGHUP)
			s.waitLog("msg=reloaded")
			s.settled(mode, workersOf(mode))
			file := filepath.Join(t.TempDir(), "busy")
			busy := make(chan answer, 1)
			go func() { busy <- s.tryGet("/bad/wait?file=" + file) }()
			role := `role="` + string(applicationRole(mode)) + `"`
			text := ""
			s.wait("the figures", func() bool {
				resp, err := http.Get(url)
				if err != nil {
					return false
				}
				defer resp.Body.Close()
				b, err := io.ReadAll(resp.Body)
				text = string(b)
				return err == nil && resp.StatusCode == 200 && regexp.MustCompile(`stackgen_worker_busy_requests\{`+role+`,index="\d"\} 1\n`).MatchString(text)
			})
			os.Remove(file)
			<-busy
			for _, want := range []string{
				`stackgen_workers\{state="ready"\} ` + []string{"1", "2"}[btoi(mode == "process")] + "\n",
				`stackgen_worker_memory_bytes\{` + role + `,index="0"\} \d`,
				`stackgen_request_duration_seconds_bucket\{` + role + `,index="0",le="\+Inf"\} \d`,
				`stackgen_request_queue_seconds_count\{` + role + `,index="0"\} \d`,
				`stackgen_restarts_total\{reason="reload"\} [1-9]`,
				`stackgen_restarts_total\{reason="memory_limit"\} 0\n`,
				`# TYPE stackgen_worker_requests_total counter\n`,
			} {
				if !regexp.MustCompile(want).MatchString(text) {
					t.Errorf("no match for %s in\n%s", want, text)
				}
			}
			resp, err := http.Get(strings.TrimSuffix(url, "metrics") + "echo")
			if err != nil {
				t.Fatal(err)
			}
			resp.Body.Close()
			if resp.StatusCode != 404 {
				t.Errorf("the site's pages answer on the address for metrics: %d", resp.StatusCode)
			}
		})
	}
}

// Ensure the example serves, is measured, and calls its hooks.
func TestWorkersExample(t *testing.T) {
	dir := project(t, "workers")
	build(t, dir)
	s := start(t, dir, "METRICS_ADDRESS=127.0.0.1:0")
	s.get(browser(t), "/").expect(t, "the report", 200).contains(t, "the report", "Written by process ")
	for _, text := range []string{"ready for visitors", "worker warmed up", "msg=metrics"} {
		s.waitLog(text)
	}
	if code := s.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("exit status %d", code)
	}
	if !strings.Contains(s.Log(), "worker finished") {
		t.Error("the hook worker_exit did not run")
	}
	create(t, dir, "maintenance", "")
	if out, err := s.command("serve", "--listen", "127.0.0.1:0"); err == nil || !strings.Contains(out, "hook on_starting: the file maintenance is there") {
		t.Errorf("a start that a hook refuses: %v\n%s", err, out)
	}
}
