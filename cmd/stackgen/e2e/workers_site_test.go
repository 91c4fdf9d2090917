//go:build e2e

package e2e

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"sync"
	"syscall"
	"testing"
	"time"

	"stackgen.dev/runtime/server/supervisor"
)

// workersSite is the site that the tests of the application server run: its
// limits come from the environment, so that one build does for many tests.
const workersSite = `site "shop" {}

variable "count" {
  default = 2
  env     = "COUNT"
}
variable "timeout" {
  default = "30s"
  env     = "TIMEOUT"
}
variable "graceful" {
  default = "30s"
  env     = "GRACEFUL"
}
variable "max_requests" {
  default = 1000000000
  env     = "MAX_REQUESTS"
}
variable "max_lifetime" {
  default = "365d"
  env     = "MAX_LIFETIME"
}
variable "memory_limit" {
  default = "4GB"
  env     = "MEMORY_LIMIT"
}
variable "metrics" {
  default = "127.0.0.1:0"
  env     = "METRICS"
}

proxy {
  access_log = "off"
  location "/" { forward = app }
}

workers {
  mode                = "%s"
  count               = var.count
  timeout             = var.timeout
  kill_after          = "300ms"
  graceful_timeout    = var.graceful
  boot_timeout        = "2m"
  max_requests        = var.max_requests
  max_requests_jitter = 50
  max_lifetime        = var.max_lifetime
  max_lifetime_jitter = "100ms"
  memory_limit        = var.memory_limit
  metrics             = var.metrics
  slow_request        = "100ms"
  hooks {
    on_starting      = go.hooks.OnStarting
    when_ready       = go.hooks.WhenReady
    post_worker_init = go.hooks.PostWorkerInit
    worker_exit      = go.hooks.WorkerExit
    on_exit          = go.hooks.OnExit
    pre_request      = go.hooks.PreRequest
    post_request     = go.hooks.PostRequest
  }
}

view "echo" { handler = go.views.Echo }
view "bad" { handler = go.views.Bad }
view "events" { handler = go.views.Events }
route "/echo" { view = view.echo }
route "/bad/<str:how>" { view = view.bad }
route "/events" { view = view.events }
`

const workersViews = `package views

import (
	"fmt"
	"io"
	"os"
	"time"

	"stackgen.dev/runtime/web"
)

const version = "one"

// Echo reads the body and says who it is.
func Echo(r *web.Request) (*web.Response, error) {
	n, err := io.Copy(io.Discard, r.BodyReader())
	if err != nil {
		return nil, err
	}
	return web.Text(fmt.Sprintf("%s %d %d %s", r.Method(), n, os.Getpid(), version)), nil
}

var leak [][]byte

// Bad does what handlers must not do.
func Bad(r *web.Request) (*web.Response, error) {
	switch r.Arg("how") {
	case "loop":
		for i := 0; ; i++ {
			spin = i
		}
	case "sleep":
		time.Sleep(time.Hour)
	case "context":
		<-r.Context().Done()
		return nil, r.Context().Err()
	case "wait":
		// Says that it has begun by a file, and ends when that has gone.
		name := r.Query().Get("file")
		if err := os.WriteFile(name, nil, 0o600); err != nil {
			return nil, err
		}
		for {
			if _, err := os.Stat(name); err != nil {
				return web.Text("waited"), nil
			}
			time.Sleep(5 * time.Millisecond)
		}
	case "slow":
		time.Sleep(150 * time.Millisecond)
	case "leak":
		for i := 0; i < 2; i++ {
			leak = append(leak, grown(1<<20))
		}
	case "allocate":
		for {
			leak = append(leak, grown(4<<20))
		}
	case "exit":
		os.Exit(7)
	case "panic":
		panic("the view gives up")
	case "overflow":
		return web.Text(fmt.Sprint(overflow(1))), nil
	}
	return web.Text("done"), nil
}

var spin int

func grown(n int) []byte {
	b := make([]byte, n)
	for i := 0; i < n; i += 512 {
		b[i] = 1
	}
	return b
}

func overflow(n int) int {
	var frame [64]int
	frame[n%64] = overflow(n + 1)
	return frame[(n+1)%64] + 1
}

// Events sends an event every now and then until its reader has gone.
func Events(r *web.Request) (*web.Response, error) {
	ctx := r.Context()
	return web.Stream("text/event-stream", func(w web.BodyWriter) error {
		for i := 0; ; i++ {
			if _, err := fmt.Fprintf(w, "data: %d %d\n\n", i, os.Getpid()); err != nil {
				return err
			}
			if err := w.Flush(); err != nil {
				return err
			}
			select {
			case <-ctx.Done():
				_, err := io.WriteString(w, "event: bye\ndata: \n\n")
				return err
			case <-time.After(20 * time.Millisecond):
			}
		}
	}), nil
}
`

const workersHooks = `package hooks

import (
	"os"

	"stackgen.dev/runtime/site"
)

func note(p *site.Process, hook string) error {
	p.Log.Info("hook ran", "hook", hook, "in", p.Role)
	return nil
}

func OnStarting(p *site.Process) error {
	if os.Getenv("BROKEN") == "start" {
		return os.ErrPermission
	}
	return note(p, "on_starting")
}
func WhenReady(p *site.Process) error      { return note(p, "when_ready") }
func PostWorkerInit(p *site.Process) error {
	if os.Getenv("BROKEN") == "worker" {
		return os.ErrDeadlineExceeded
	}
	return note(p, "post_worker_init")
}
func WorkerExit(p *site.Process) error     { return note(p, "worker_exit") }
func OnExit(p *site.Process) error         { return note(p, "on_exit") }

func PreRequest(r *site.Request) {
	if r.Path == "/bad/panic" {
		println("pre_request of", r.Method, r.Path, r.Client.IsLoopback(), r.Status, r.Duration)
	}
}

func PostRequest(r *site.Request) {
	if r.Path == "/bad/panic" {
		println("post_request of", r.Path, r.Status > 0, r.Duration > 0)
	}
}
`

// builds are the binaries of workersSite, by mode: the folder of the project.
var builds sync.Map

// workersBuild is a folder with the built site in the given mode.
func workersBuild(t *testing.T, mode string) string {
	t.Helper()
	built, _ := builds.LoadOrStore(mode, sync.OnceValue(func() string {
		dir, err := os.MkdirTemp(filepath.Dir(stackgen), "site-")
		if err != nil {
			panic(err)
		}
		for name, content := range map[string]string{
			"site.hcl": fmt.Sprintf(workersSite, mode), "views/views.go": workersViews, "hooks/hooks.go": workersHooks,
		} {
			path := filepath.Join(dir, name)
			if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
				panic(err)
			}
			if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
				panic(err)
			}
		}
		if out, err := try(dir, stackgen, "build", "-o", "site"); err != nil {
			panic(out)
		}
		// The next version, for upgrades.
		views := filepath.Join(dir, "views/views.go")
		text, err := os.ReadFile(views)
		if err == nil {
			err = os.WriteFile(views, []byte(replaceOnce(string(text), `"one"`, `"two"`)), 0o666)
		}
		if err != nil {
			panic(err)
		}
		if out, err := try(dir, stackgen, "build", "-o", "site.two"); err != nil {
			panic(out)
		}
		return dir
	}))
	return built.(func() string)()
}

// startWorkers serves workersSite from a folder of its own.
func startWorkers(t *testing.T, mode string, env ...string) *site {
	t.Helper()
	return start(t, workersFolder(t, mode), env...)
}

// workersFolder is a folder that holds the binaries alone.
func workersFolder(t *testing.T, mode string) string {
	t.Helper()
	from, dir := workersBuild(t, mode), t.TempDir()
	for name, file := range map[string]string{"site": "site", "site.one": "site", "site.two": "site.two"} {
		if err := os.Link(filepath.Join(from, file), filepath.Join(dir, name)); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// deploy puts another file in the place of the site's binary, as deploys do.
func (s *site) deploy(path string) {
	s.t.Helper()
	next := filepath.Join(s.dir, "site.next")
	if err := os.Link(path, next); err != nil {
		s.t.Fatal(err)
	}
	if err := os.Rename(next, filepath.Join(s.dir, "site")); err != nil {
		s.t.Fatal(err)
	}
}

// deployScript deploys a program that does not serve.
func (s *site) deployScript(script string) {
	s.t.Helper()
	path := filepath.Join(s.t.TempDir(), "broken")
	if err := os.WriteFile(path, []byte("#!/bin/sh\n"+script+"\n"), 0o777); err != nil {
		s.t.Fatal(err)
	}
	s.deploy(path)
}

// status is what the control socket says; nothing where nobody answers there.
func (s *site) status() *supervisor.Status {
	for deadline := time.Now().Add(patience); ; {
		st, err := supervisor.ReadStatus(filepath.Join(s.dir, "data", "control.sock"))
		if err == nil {
			return st
		}
		if errors.Is(err, os.ErrNotExist) || errors.Is(err, syscall.ECONNREFUSED) || time.Now().After(deadline) {
			return &supervisor.Status{}
		}
		time.Sleep(time.Millisecond) // it is busy, or just going
	}
}

// kill sends a process a signal. No number stands for the processes around the test.
func kill(t *testing.T, pid int, sig syscall.Signal) {
	t.Helper()
	if pid <= 0 {
		t.Fatalf("%v is for nobody", sig)
	}
	syscall.Kill(pid, sig)
}

// ready are the process ids of the processes of a role that serve, by index.
func (s *site) ready(role supervisor.Role) map[int]int {
	pids := map[int]int{}
	for _, p := range s.status().Processes {
		if p.Role == role && p.State == "ready" {
			pids[p.Index] = p.PID
		}
	}
	return pids
}

// applicationRole is the role of the processes that run the application.
func applicationRole(mode string) supervisor.Role {
	if mode == "process" {
		return supervisor.RoleWorker
	}
	return supervisor.RoleServe
}

// serving are the processes that run the application.
func (s *site) serving(mode string) map[int]int { return s.ready(applicationRole(mode)) }

// allNew reports whether count processes serve and none of them is an old one.
func allNew(before, now map[int]int, count int) bool {
	old := map[int]bool{}
	for _, pid := range before {
		old[pid] = true
	}
	for _, pid := range now {
		if old[pid] {
			return false
		}
	}
	return len(now) == count
}

// settled waits until as many processes as wanted serve and none is leaving.
func (s *site) settled(mode string, count int) {
	s.t.Helper()
	s.wait("the processes to settle", func() bool {
		for _, p := range s.status().Processes {
			if p.State != "ready" {
				return false
			}
		}
		return len(s.serving(mode)) == count && s.status().State == "serving"
	})
}

func (s *site) signal(sig syscall.Signal) { s.cmd.Process.Signal(sig) }

// cycles is how often each test repeats what it shows: STACKGEN_CYCLES, or 5.
func cycles(t *testing.T) int {
	text, ok := os.LookupEnv("STACKGEN_CYCLES")
	if !ok {
		return 5
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 {
		t.Fatalf("STACKGEN_CYCLES is %q", text)
	}
	return n
}

// command runs a command of the site's binary in its folder.
func (s *site) command(args ...string) (string, error) {
	return try(s.dir, append([]string{"./site"}, args...)...)
}

func decodeStatus(t *testing.T, text string) *supervisor.Status {
	t.Helper()
	var st supervisor.Status
	if err := json.Unmarshal([]byte(text), &st); err != nil {
		t.Fatalf("status --json: %v\n%s", err, text)
	}
	return &st
}
