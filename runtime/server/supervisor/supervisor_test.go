package supervisor_test

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/server"
	"stackgen.dev/runtime/server/supervisor"
)

// patience bounds every wait; nothing waits that long unless it fails.
const patience = time.Minute

// The test binary is every program of these tests: without anything said it
// runs the tests, with planEnv it is a supervisor, and as a supervisor's child it is a site.
const (
	planEnv = "SUPERVISOR_TEST_PLAN"
	bootEnv = "SUPERVISOR_TEST_BOOT" // how children fail to start
)

func TestMain(m *testing.M) {
	if child, ok := supervisor.Inherited(); ok {
		os.Exit(runChild(child))
	}
	if text := os.Getenv(planEnv); text != "" {
		os.Exit(runSupervisor(text))
	}
	os.Exit(m.Run())
}

// testPlan is the part of a plan that the tests choose.
type testPlan struct {
	Mode     supervisor.Mode
	Workers  int
	Graceful time.Duration
	Boot     time.Duration
	Silence  time.Duration
	Address  string
	Status   string
}

func runSupervisor(text string) int {
	var p testPlan
	if err := json.Unmarshal([]byte(text), &p); err != nil {
		panic(err)
	}
	err := supervisor.Run(context.Background(), supervisor.Plan{
		Listeners: []supervisor.ListenSpec{{Name: "public", Address: p.Address}},
		Mode:      p.Mode, Workers: p.Workers, GracefulTimeout: p.Graceful, BootTimeout: p.Boot, Silence: p.Silence, Control: p.Status,
		Log: slog.New(slog.NewTextHandler(os.Stderr, nil)),
		Started: func(addresses map[string]string) {
			fmt.Println("started", addresses["public"])
		},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 3
	}
	fmt.Println("stopped")
	return 0
}

// runChild is the site: workers and the serving process answer with their pid
// and what they are asked to do; the proxy forwards.
func runChild(c *supervisor.Child) int {
	switch boot := os.Getenv(bootEnv); {
	case boot == "fail":
		c.Failed(errors.New("the database is missing"))
		return 1
	case boot == "exit":
		return 7
	case boot == "hang":
		<-c.Quit()
		return 0
	case boot == "one" && c.Index() == 0 && c.Role() == supervisor.RoleWorker:
		return 7
	}
	l, handler := c.Listener("public"), gateway.Handler(gateway.HandlerFunc(site))
	switch c.Role() {
	case supervisor.RoleWorker:
		l = c.WorkerListener()
	case supervisor.RoleProxy:
		handler = forwarder(c)
	}
	s := server.New(server.Config{Handler: handler})
	go s.Serve(l)
	c.Ready(supervisor.Settings{})
	c.Report(func() supervisor.Stats {
		st := s.Stats()
		return supervisor.Stats{Connections: st.Connections, Requests: st.Requests, Busy: st.Busy}
	})
	c.Wait(s.Shutdown)
	return 0
}

func site(x *gateway.Exchange) {
	switch string(x.Request.Path) {
	case "/crash":
		syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {}
	case "/slow":
		// Says that it has begun by way of a file, and ends when that is removed.
		path := string(x.Request.Query)
		os.WriteFile(path, nil, 0o600)
		for {
			if _, err := os.Stat(path); err != nil {
				break
			}
			time.Sleep(5 * time.Millisecond)
		}
	}
	x.Response.Bytes(fmt.Appendf(nil, "%d", os.Getpid()))
}

// forwarder sends each request to the first worker of the latest list that answers.
func forwarder(c *supervisor.Child) gateway.Handler {
	var mu sync.Mutex
	first := <-c.Workers()
	workers := first.Addresses
	c.Applied(first)
	next := 0
	go func() {
		for list := range c.Workers() {
			mu.Lock()
			workers = list.Addresses
			mu.Unlock()
			c.Applied(list)
		}
	}()
	return gateway.HandlerFunc(func(x *gateway.Exchange) {
		for range 3 {
			mu.Lock()
			address := workers[next%len(workers)]
			next++
			mu.Unlock()
			client := http.Client{Transport: &http.Transport{
				DisableKeepAlives: true,
				DialContext: func(context.Context, string, string) (net.Conn, error) {
					return net.Dial("unix", strings.TrimPrefix(address, "unix:"))
				}}}
			res, err := client.Get("http://worker" + string(x.Request.Target))
			if err != nil {
				continue
			}
			defer res.Body.Close()
			b, _ := io.ReadAll(res.Body)
			x.Response.Bytes(b)
			return
		}
		x.Response.Status = 502
	})
}

// running is a supervisor under test.
type running struct {
	t      *testing.T
	cmd    *exec.Cmd
	addr   string
	status string
	temp   string
	lines  chan string // of standard output; closed when every process has gone
	errors string      // the file of its standard error
	exited chan struct{}
}

// launch starts a supervisor process; start also waits until the site serves.
func launch(t *testing.T, p testPlan, env ...string) *running {
	t.Helper()
	if p.Address == "" {
		p.Address = "127.0.0.1:0"
	}
	p.Status = filepath.Join(t.TempDir(), "status.sock")
	text, err := json.Marshal(p)
	if err != nil {
		t.Fatal(err)
	}
	r := &running{t: t, cmd: exec.Command(os.Args[0]), status: p.Status, temp: t.TempDir(), lines: make(chan string, 100),
		errors: filepath.Join(t.TempDir(), "stderr"), exited: make(chan struct{})}
	r.cmd.Env = append(append(os.Environ(), planEnv+"="+string(text), "TMPDIR="+r.temp), env...)
	out, outWrite, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	// A file, as waiting for a pipe's end would be waiting for the children too.
	errWrite, err := os.Create(r.errors)
	if err != nil {
		t.Fatal(err)
	}
	r.cmd.Stdout, r.cmd.Stderr = outWrite, errWrite
	if err := r.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	outWrite.Close()
	errWrite.Close()
	go func() {
		defer close(r.lines)
		for s := bufio.NewScanner(out); s.Scan(); {
			r.lines <- s.Text()
		}
	}()
	go func() {
		r.cmd.Wait()
		close(r.exited)
	}()
	t.Cleanup(func() {
		r.cmd.Process.Signal(syscall.SIGQUIT)
		r.awaitExit()
		if t.Failed() {
			t.Logf("standard error:\n%s", r.stderr())
		}
	})
	return r
}

func start(t *testing.T, p testPlan, env ...string) *running {
	t.Helper()
	r := launch(t, p, env...)
	line := within(t, r.lines, "the start")
	addr, ok := strings.CutPrefix(line, "started ")
	if !ok {
		t.Fatalf("the supervisor said %q", line)
	}
	r.addr = addr
	return r
}

func (r *running) stderr() string {
	b, err := os.ReadFile(r.errors)
	if err != nil {
		r.t.Fatal(err)
	}
	return string(b)
}

// signal sends a signal and waits until it is seen: two of a kind at once are one.
func (r *running) signal(s syscall.Signal) {
	r.t.Helper()
	line := "msg=signal signal=" + s.String()
	if strings.Contains(line, "(") {
		line = fmt.Sprintf("msg=signal signal=%q", s.String())
	}
	before := strings.Count(r.stderr(), line)
	r.cmd.Process.Signal(s)
	for deadline := time.After(patience); strings.Count(r.stderr(), line) == before; {
		select {
		case <-deadline:
			r.t.Fatalf("signal %v was not seen", s)
		case <-r.exited:
			return
		case <-time.After(time.Millisecond):
		}
	}
}

// awaitExit waits for the supervisor's end and returns its exit status.
func (r *running) awaitExit() int {
	r.t.Helper()
	within(r.t, r.exited, "the supervisor's exit")
	return r.cmd.ProcessState.ExitCode()
}

func within[T any](t *testing.T, ch <-chan T, what string) T {
	t.Helper()
	select {
	case v := <-ch:
		return v
	case <-time.After(patience):
		t.Fatalf("waited in vain for %s", what)
		panic("unreachable")
	}
}

// get asks the site on a new connection.
func (r *running) get(path string) (body string, err error) {
	client := http.Client{Transport: &http.Transport{DisableKeepAlives: true}, Timeout: patience}
	res, err := client.Get("http://" + r.addr + path)
	if err != nil {
		return "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	if err == nil && res.StatusCode != 200 {
		err = fmt.Errorf("status %d", res.StatusCode)
	}
	return string(b), err
}

func (r *running) mustGet(path string) string {
	r.t.Helper()
	body, err := r.get(path)
	if err != nil {
		r.t.Fatalf("GET %s: %v", path, err)
	}
	return body
}

// processes asks the status socket until what it tells is as wanted.
func (r *running) processes(want string, is func([]supervisor.ProcessStatus) bool) []supervisor.ProcessStatus {
	r.t.Helper()
	deadline := time.After(patience)
	for {
		s, err := supervisor.ReadStatus(r.status)
		if err == nil && is(s.Processes) {
			return s.Processes
		}
		select {
		case <-deadline:
			r.t.Fatalf("no %s in time; status %+v, %v", want, s, err)
		case <-time.After(5 * time.Millisecond):
		}
	}
}

// ready are the pids of the processes of a role that serve.
func ready(all []supervisor.ProcessStatus, role supervisor.Role) []int {
	var pids []int
	for _, p := range all {
		if p.Role == role && p.State == "ready" {
			pids = append(pids, p.PID)
		}
	}
	return pids
}

// slow begins a request that goes on until the returned function is called;
// the channel then yields its answer.
func (r *running) slow() (release func(), answer <-chan string) {
	r.t.Helper()
	path := filepath.Join(r.t.TempDir(), "slow")
	answers := make(chan string, 1)
	go func() {
		body, err := r.get("/slow?" + path)
		if err != nil {
			body = err.Error()
		}
		answers <- body
	}()
	deadline := time.After(patience)
	for {
		if _, err := os.Stat(path); err == nil {
			break
		}
		select {
		case <-deadline:
			r.t.Fatal("the slow request did not begin")
		case <-time.After(5 * time.Millisecond):
		}
	}
	return func() { os.Remove(path) }, answers
}

var modes = []testPlan{{Mode: supervisor.ModeInline}, {Mode: supervisor.ModeProcess, Workers: 2}}

// Ensure a site serves in both modes, and that TERM finishes what is in flight.
func TestServeAndTerminate(t *testing.T) {
	for _, plan := range modes {
		t.Run(string(plan.Mode), func(t *testing.T) {
			r := start(t, plan)
			r.mustGet("/")
			release, answer := r.slow()
			r.signal(syscall.SIGTERM)
			for {
				// The port closes while the request is still in flight.
				if c, err := net.Dial("tcp", r.addr); err != nil {
					break
				} else {
					c.Close()
				}
			}
			select {
			case a := <-answer:
				t.Fatalf("answered before its time: %s", a)
			default:
			}
			release()
			if a := within(t, answer, "the slow answer"); strings.Trim(a, "0123456789") != "" {
				t.Errorf("the request in flight was answered %q", a)
			}
			if code := r.awaitExit(); code != 0 {
				t.Errorf("exit status %d, want 0", code)
			}
		})
	}
}

// Ensure a second TERM, INT and QUIT do not wait for requests.
func TestQuickStop(t *testing.T) {
	tests := map[string][]syscall.Signal{
		"second TERM": {syscall.SIGTERM, syscall.SIGTERM},
		"INT":         {syscall.SIGINT},
		"QUIT":        {syscall.SIGQUIT},
	}
	for name, signals := range tests {
		t.Run(name, func(t *testing.T) {
			r := start(t, testPlan{Mode: supervisor.ModeProcess, Workers: 1})
			_, answer := r.slow()
			for _, s := range signals {
				r.signal(s)
			}
			if code := r.awaitExit(); code != 0 {
				t.Errorf("exit status %d, want 0", code)
			}
			within(t, answer, "the end of the request")
		})
	}
}

// Ensure requests that outlast the graceful timeout do not hold up the stop.
func TestGracefulTimeout(t *testing.T) {
	r := start(t, testPlan{Mode: supervisor.ModeInline, Graceful: 50 * time.Millisecond})
	_, answer := r.slow()
	r.signal(syscall.SIGTERM)
	if code := r.awaitExit(); code != 0 {
		t.Errorf("exit status %d, want 0", code)
	}
	within(t, answer, "the end of the request")
}

// Ensure a killed worker is replaced while the site answers on.
func TestKilledWorker(t *testing.T) {
	r := start(t, testPlan{Mode: supervisor.ModeProcess, Workers: 2})
	before := ready(r.processes("two workers", func(all []supervisor.ProcessStatus) bool {
		return len(ready(all, supervisor.RoleWorker)) == 2
	}), supervisor.RoleWorker)
	syscall.Kill(before[0], syscall.SIGKILL)
	for range 50 {
		r.mustGet("/")
	}
	r.processes("replacement", func(all []supervisor.ProcessStatus) bool {
		now := ready(all, supervisor.RoleWorker)
		return len(now) == 2 && now[0] != before[0] && now[1] == before[1]
	})
}

// Ensure a request to the only worker waits in its socket while that is replaced.
func TestKilledOnlyWorker(t *testing.T) {
	r := start(t, testPlan{Mode: supervisor.ModeProcess, Workers: 1})
	pid := r.mustGet("/")
	r.get("/crash") // every try kills one
	if again := r.mustGet("/"); again == pid {
		t.Errorf("the dead process %s answers", pid)
	}
}

// Ensure the port stays open over the death of the process that serves it.
func TestKilledServer(t *testing.T) {
	r := start(t, testPlan{Mode: supervisor.ModeInline})
	pid := r.mustGet("/")
	if _, err := r.get("/crash"); err == nil {
		t.Error("the request that killed the process was answered")
	}
	if again := r.mustGet("/"); again == pid {
		t.Errorf("the dead process %s answers", pid)
	}
}

func TestKilledProxy(t *testing.T) {
	r := start(t, testPlan{Mode: supervisor.ModeProcess, Workers: 1})
	worker := r.mustGet("/")
	all := r.processes("proxy", func(all []supervisor.ProcessStatus) bool { return len(ready(all, supervisor.RoleProxy)) == 1 })
	syscall.Kill(ready(all, supervisor.RoleProxy)[0], syscall.SIGKILL)
	if again := r.mustGet("/"); again != worker {
		t.Errorf("worker %s answers, want the old one, %s", again, worker)
	}
}

// Ensure a site that cannot start says why and exits with a status.
func TestBootFailure(t *testing.T) {
	tests := []struct {
		name, boot string
		plan       testPlan
		reason     string
	}{
		{"inline", "fail", testPlan{}, "the serve process failed to start: the database is missing"},
		{"exit status", "exit", testPlan{}, "the serve process failed to start: exit status 7"},
		{"not ready in time", "hang", testPlan{Boot: 50 * time.Millisecond}, "the serve process failed to start: it was not ready after 50ms"},
		{"every worker", "fail", testPlan{Mode: supervisor.ModeProcess, Workers: 3}, "every worker failed to start: the database is missing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := launch(t, tt.plan, bootEnv+"="+tt.boot)
			if code := r.awaitExit(); code != 3 {
				t.Errorf("exit status %d, want 3", code)
			}
			if got := r.stderr(); !strings.Contains(got, tt.reason) {
				t.Errorf("standard error lacks %q:\n%s", tt.reason, got)
			}
		})
	}
}

// Ensure one worker that cannot start does not stop the others.
func TestOneWorkerFails(t *testing.T) {
	r := start(t, testPlan{Mode: supervisor.ModeProcess, Workers: 2}, bootEnv+"=one")
	for range 10 {
		r.mustGet("/")
	}
	r.processes("worker that keeps dying", func(all []supervisor.ProcessStatus) bool {
		for _, p := range all {
			if p.Role == supervisor.RoleWorker && p.Index == 0 && p.Deaths > 1 {
				return true
			}
		}
		return false
	})
}

func TestAddressInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	r := launch(t, testPlan{Address: l.Addr().String()})
	if code := r.awaitExit(); code != 3 {
		t.Errorf("exit status %d, want 3", code)
	}
	want := `listener "public": address already in use: ` + l.Addr().String()
	if got := r.stderr(); !strings.Contains(got, want) {
		t.Errorf("standard error lacks %q:\n%s", want, got)
	}
}

// Ensure HUP replaces every process, and that no request fails meanwhile.
func TestRoll(t *testing.T) {
	for _, plan := range modes {
		t.Run(string(plan.Mode), func(t *testing.T) {
			r := start(t, plan)
			pids := func(all []supervisor.ProcessStatus) (pids []int) {
				for _, role := range []supervisor.Role{supervisor.RoleServe, supervisor.RoleProxy, supervisor.RoleWorker} {
					pids = append(pids, ready(all, role)...)
				}
				return pids
			}
			count := 1
			if plan.Mode == supervisor.ModeProcess {
				count = 3
			}
			before := pids(r.processes("all processes", func(all []supervisor.ProcessStatus) bool { return len(pids(all)) == count }))
			release, answer := r.slow()
			r.signal(syscall.SIGHUP)
			r.processes("new processes", func(all []supervisor.ProcessStatus) bool {
				r.mustGet("/")
				now := pids(all)
				for _, p := range now {
					for _, old := range before {
						if p == old {
							return false
						}
					}
				}
				return len(now) == count
			})
			release()
			if a := within(t, answer, "the slow answer"); strings.Trim(a, "0123456789") != "" {
				t.Errorf("the request in flight was answered %q", a)
			}
		})
	}
}

func TestScale(t *testing.T) {
	r := start(t, testPlan{Mode: supervisor.ModeProcess, Workers: 1})
	workers := func(n int) func([]supervisor.ProcessStatus) bool {
		return func(all []supervisor.ProcessStatus) bool {
			r.mustGet("/")
			return len(ready(all, supervisor.RoleWorker)) == n
		}
	}
	r.signal(syscall.SIGTTIN)
	r.processes("second worker", workers(2))
	r.signal(syscall.SIGTTOU)
	r.processes("one worker", workers(1))
	r.signal(syscall.SIGTTOU) // one always stays
	r.signal(syscall.SIGTTIN)
	r.processes("second worker again", workers(2))
}

// Ensure TTIN and TTOU are refused aloud where there are no workers.
func TestScaleInline(t *testing.T) {
	r := start(t, testPlan{Mode: supervisor.ModeInline})
	r.signal(syscall.SIGTTIN)
	r.mustGet("/")
	for deadline := time.Now().Add(patience); !strings.Contains(r.stderr(), "TTIN and TTOU are ignored"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the log says nothing")
		}
	}
}

// Ensure a worker that gets TERM has another in its place before it leaves, and
// that a second TERM does not wait for one.
func TestTermToWorker(t *testing.T) {
	r := start(t, testPlan{Mode: supervisor.ModeProcess, Workers: 1})
	pid := r.mustGet("/")
	worker, err := strconv.Atoi(pid)
	if err != nil {
		t.Fatal(err)
	}
	release, answer := r.slow()
	syscall.Kill(worker, syscall.SIGTERM)
	r.processes("successor", func(all []supervisor.ProcessStatus) bool {
		now := ready(all, supervisor.RoleWorker)
		return len(now) == 1 && now[0] != worker
	})
	r.mustGet("/") // by either: they share the socket until the old one has left
	release()
	if a := within(t, answer, "the slow answer"); a != pid {
		t.Errorf("the request in flight was answered %q", a)
	}
	if log := r.stderr(); !strings.Contains(log, "reason=drain") || strings.Contains(log, "process died") {
		t.Errorf("the log:\n%s", log)
	}
}

// Ensure a site waits for an address that somebody is about to give up.
func TestAddressGivenUp(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := launch(t, testPlan{Address: l.Addr().String()})
	for deadline := time.Now().Add(patience); !strings.Contains(r.stderr(), "the address is in use, waiting for it"); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the log does not say what it waits for")
		}
	}
	l.Close()
	if line := within(t, r.lines, "the start"); line != "started "+l.Addr().String() {
		t.Errorf("the supervisor said %q", line)
	}
}

// Ensure children finish and exit when their supervisor is killed.
func TestSupervisorDies(t *testing.T) {
	for _, plan := range modes {
		t.Run(string(plan.Mode), func(t *testing.T) {
			r := start(t, plan)
			release, answer := r.slow()
			r.cmd.Process.Kill()
			within(t, r.exited, "the supervisor's death")
			release()
			if plan.Mode == supervisor.ModeInline {
				if a := within(t, answer, "the slow answer"); strings.Trim(a, "0123456789") != "" {
					t.Errorf("the request in flight was answered %q", a)
				}
			}
			// The children hold the supervisor's standard output.
			select {
			case line, open := <-r.lines:
				if open {
					t.Errorf("unexpected output %q", line)
				}
			case <-time.After(patience):
				t.Error("the children live on")
			}
			if left, _ := filepath.Glob(filepath.Join(r.temp, "stackgen-*")); len(left) > 0 {
				t.Errorf("left behind: %v", left)
			}
		})
	}
}

// Ensure a process that says nothing any more is killed and replaced.
func TestSilentWorker(t *testing.T) {
	r := start(t, testPlan{Mode: supervisor.ModeProcess, Workers: 2, Silence: 3 * time.Second})
	before := ready(r.processes("two workers", func(all []supervisor.ProcessStatus) bool {
		return len(ready(all, supervisor.RoleWorker)) == 2
	}), supervisor.RoleWorker)
	syscall.Kill(before[0], syscall.SIGSTOP)
	r.processes("replacement", func(all []supervisor.ProcessStatus) bool {
		now := ready(all, supervisor.RoleWorker) // a machine that is busy may silence the other one as well
		return len(now) == 2 && now[0] != before[0]
	})
	if got := r.stderr(); !strings.Contains(got, "it reported nothing for 3s") {
		t.Errorf("the log does not say why:\n%s", got)
	}
}

// Ensure requests are counted where the status shows them.
func TestStatus(t *testing.T) {
	r := start(t, testPlan{Mode: supervisor.ModeInline})
	r.mustGet("/")
	r.mustGet("/")
	r.processes("count of requests", func(all []supervisor.ProcessStatus) bool {
		return len(all) == 1 && all[0].Role == supervisor.RoleServe && all[0].Requests == 2
	})
	if _, err := supervisor.ReadStatus(filepath.Join(t.TempDir(), "none.sock")); err == nil {
		t.Error("a status without a site")
	}
}
