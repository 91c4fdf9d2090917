//go:build e2e

package e2e

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// manager is a service manager that listens for notifications.
type manager struct {
	conn *net.UnixConn
	path string

	mu   sync.Mutex
	said []string
}

func newManager(t *testing.T) *manager {
	t.Helper()
	path := filepath.Join(t.TempDir(), "notify")
	conn, err := net.ListenUnixgram("unixgram", &net.UnixAddr{Name: path, Net: "unixgram"})
	if err != nil {
		t.Fatal(err)
	}
	m := &manager{conn: conn, path: path}
	t.Cleanup(func() { conn.Close() })
	go func() {
		b := make([]byte, 4096)
		for {
			n, err := conn.Read(b)
			if err != nil {
				return
			}
			m.mu.Lock()
			m.said = append(m.said, string(b[:n]))
			m.mu.Unlock()
		}
	}()
	return m
}

func (m *manager) heard(text string) bool {
	m.mu.Lock()
	defer m.mu.Unlock()
	for _, s := range m.said {
		if strings.Contains("\n"+s+"\n", "\n"+text) {
			return true
		}
	}
	return false
}

// Ensure a site serves on sockets that it is started with, as systemd does,
// and tells the manager how it is doing; the sockets stay the manager's.
func TestSocketActivation(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := workersFolder(t, mode)
			l, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer l.Close()
			f, err := l.(*net.TCPListener).File()
			if err != nil {
				t.Fatal(err)
			}
			defer f.Close()
			metrics, err := net.Listen("tcp", "127.0.0.1:0")
			if err != nil {
				t.Fatal(err)
			}
			defer metrics.Close()
			mf, err := metrics.(*net.TCPListener).File()
			if err != nil {
				t.Fatal(err)
			}
			defer mf.Close()
			m := newManager(t)
			// The shell becomes the site, so that LISTEN_PID is right.
			cmd := exec.Command("sh", "-c", `LISTEN_PID=$$ exec ./site serve`)
			cmd.Dir = dir
			cmd.Env = append(os.Environ(), "LISTEN_FDS=2", "LISTEN_FDNAMES=default:stackgen metrics", "NOTIFY_SOCKET="+m.path, "WATCHDOG_USEC=200000")
			cmd.ExtraFiles = []*os.File{f, mf}
			s := begin(t, dir, cmd)
			if want := "http://" + l.Addr().String(); s.url != want {
				t.Fatalf("serves on %s, not %s", s.url, want)
			}
			s.get(browser(t), "/echo").expect(t, "the site", 200)
			s.wait("READY", func() bool { return m.heard("READY=1") && m.heard(fmt.Sprint("MAINPID=", s.cmd.Process.Pid)) })
			s.wait("the watchdog", func() bool { return m.heard("WATCHDOG=1") })
			s.signal(syscall.SIGHUP)
			s.wait("RELOADING", func() bool { return m.heard("RELOADING=1") && m.heard("MONOTONIC_USEC=") })
			s.waitLog("msg=reloaded")
			if code := s.stop(syscall.SIGTERM); code != 0 {
				t.Errorf("exit status %d", code)
			}
			if !m.heard("STOPPING=1") {
				t.Error("the manager was not told of the stop")
			}
			// The queue is the manager's, and holds connections for the next start.
			nc, err := net.DialTimeout("tcp", l.Addr().String(), time.Second)
			if err != nil {
				t.Errorf("the manager's socket is closed: %v", err)
			} else {
				nc.Close()
			}
		})
	}
}

// Ensure a socket that no listener is for is an error, not ignored.
func TestSocketActivationOfNobody(t *testing.T) {
	dir := workersFolder(t, "inline")
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	f, err := l.(*net.TCPListener).File()
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	cmd := exec.Command("sh", "-c", `LISTEN_PID=$$ exec ./site serve --listen 127.0.0.1:0`)
	cmd.Dir, cmd.ExtraFiles = dir, []*os.File{f}
	cmd.Env = append(os.Environ(), "LISTEN_FDS=1", "LISTEN_FDNAMES=other")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), `systemd hands over a socket (name "other"`) {
		t.Errorf("%v\n%s", err, out)
	}
}

// Ensure a site that is process 1 of a namespace starts, reaps orphans, and stops.
func TestProcessOne(t *testing.T) {
	dir := workersFolder(t, "process")
	cmd := exec.Command("unshare", "--pid", "--fork", "--mount-proc", "--kill-child", "./site", "serve", "--listen", "127.0.0.1:0")
	cmd.Dir = dir
	s := begin(t, dir, cmd)
	s.get(browser(t), "/echo").expect(t, "the site", 200)
	inner := childOf(t, s.cmd.Process.Pid)
	// A program that leaves a child behind: its parent has gone when it ends.
	run(t, dir, "nsenter", "--target", inner, "--pid", "--mount", "sh", "-c", "(sleep 0.1 &) ; exit 0")
	s.wait("the orphan to be reaped", func() bool {
		out, err := try(dir, "nsenter", "--target", inner, "--pid", "--mount", "ps", "-eo", "stat,comm")
		return err == nil && !strings.Contains(out, "sleep") && !strings.Contains(out, "Z")
	})
	pid, err := strconv.Atoi(inner)
	if err != nil {
		t.Fatal(err)
	}
	kill(t, pid, syscall.SIGTERM)
	if code := s.stop(0); code != 0 {
		t.Errorf("exit status %d", code)
	}
}

// childOf is the one child of a process.
func childOf(t *testing.T, pid int) string {
	t.Helper()
	b, err := os.ReadFile(fmt.Sprintf("/proc/%d/task/%d/children", pid, pid))
	if err != nil || len(strings.Fields(string(b))) != 1 {
		t.Fatalf("children of %d: %q, %v", pid, b, err)
	}
	return strings.Fields(string(b))[0]
}

// Ensure a pidfile tells the running site, keeps a second one out, goes with the
// site, and that a stale one is in nobody's way.
func TestPIDFile(t *testing.T) {
	dir := workersFolder(t, "inline")
	path := filepath.Join(dir, "site.pid")
	// Stale, though the number is that of a living process.
	create(t, dir, "site.pid", strconv.Itoa(os.Getpid())+"\n")
	serve := func() *exec.Cmd {
		cmd := exec.Command("./site", "serve", "--listen", "127.0.0.1:0", "--pidfile", "site.pid")
		cmd.Dir = dir
		return cmd
	}
	s := begin(t, dir, serve())
	if b, err := os.ReadFile(path); err != nil || strings.TrimSpace(string(b)) != strconv.Itoa(s.cmd.Process.Pid) {
		t.Errorf("pidfile %q, %v", b, err)
	}
	second := serve()
	second.Args = append(second.Args, "--data", t.TempDir())
	out, err := second.CombinedOutput()
	if err == nil || !strings.Contains(string(out), fmt.Sprint("the site is running, process ", s.cmd.Process.Pid)) {
		t.Errorf("a second site: %v\n%s", err, out)
	}
	s.get(browser(t), "/echo").expect(t, "the first site", 200)
	s.stop(syscall.SIGTERM)
	if _, err := os.Stat(path); !os.IsNotExist(err) {
		t.Errorf("the pidfile is left behind: %v", err)
	}
}

// Ensure the processes run as the user and with the umask that the site names,
// that a unix socket has its mode, and that a user that does not exist is named.
func TestUserAndModes(t *testing.T) {
	dir := t.TempDir()
	if err := os.Chmod(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	socket := filepath.Join(dir, "site.sock")
	create(t, dir, "site.hcl", fmt.Sprintf(`site "shop" {}
variable "user" {
  default = "nobody"
  env     = "RUN_AS"
}
proxy {
  access_log = "off"
  listen "unix" {
    address = "unix:%s"
    mode    = "0606"
    owner   = "daemon"
  }
  location "/" { forward = app }
}
workers {
  mode  = "process"
  user  = var.user
  umask = "027"
}
view "who" { handler = go.views.Who }
route "/" { view = view.who }
`, socket))
	create(t, dir, "views/who.go", `package views

import (
	"fmt"
	"os"
	"syscall"

	"stackgen.dev/runtime/web"
)

// Who says who runs it, and with which umask.
func Who(r *web.Request) (*web.Response, error) {
	mask := syscall.Umask(0)
	syscall.Umask(mask)
	return web.Text(fmt.Sprintf("%d %d %03o", os.Getuid(), os.Getgid(), mask)), nil
}
`)
	build(t, dir)
	cmd := exec.Command("./site", "serve")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), "RUN_AS=nosuchuser")
	if out, err := cmd.CombinedOutput(); err == nil || !strings.Contains(string(out), `there is no user "nosuchuser"`) {
		t.Errorf("an unknown user: %v\n%s", err, out)
	}
	// The user has to get at the binary.
	if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
		t.Fatal(err)
	}
	cmd = exec.Command("./site", "serve")
	cmd.Dir = dir
	s := begin(t, dir, cmd)
	nobody, err := user.Lookup("nobody")
	if err != nil {
		t.Fatal(err)
	}
	got := run(t, dir, "curl", "-s", "--unix-socket", socket, "http://localhost/")
	if want := nobody.Uid + " " + nobody.Gid + " 027"; got != want {
		t.Errorf("the worker runs as %q, want %q", got, want)
	}
	info, err := os.Stat(socket)
	if err != nil || info.Mode().Perm() != 0o606 {
		t.Errorf("the socket: %v, %v", info.Mode(), err)
	}
	daemon, err := user.Lookup("daemon")
	if err != nil {
		t.Fatal(err)
	}
	if st := info.Sys().(*syscall.Stat_t); fmt.Sprint(st.Uid) != daemon.Uid {
		t.Errorf("the socket belongs to %d, not to %s", st.Uid, daemon.Uid)
	}
	if code := s.stop(syscall.SIGTERM); code != 0 {
		t.Errorf("exit status %d", code)
	}
	if _, err := os.Stat(socket); !os.IsNotExist(err) {
		t.Errorf("the socket is left behind: %v", err)
	}
}

// Ensure tiers run on machines of their own: two application tiers behind a
// proxy tier, with the client as the application sees it.
func TestTiersApart(t *testing.T) {
	dir := t.TempDir()
	create(t, dir, "site.hcl", `site "shop" {}
variable "apps" {
  default = "http://127.0.0.1:1"
  env     = "APPS"
}
proxy {
  access_log      = "off"
  trusted_proxies = ["127.0.0.1"]
  location "/" { forward = app }
}
workers {
  mode      = "process"
  count     = 2
  addresses = [var.apps]
}
view "who" { handler = go.views.Who }
route "/" { view = view.who }
`)
	create(t, dir, "views/who.go", `package views

import (
	"os"

	"stackgen.dev/runtime/web"
)

// Who says where it runs.
func Who(r *web.Request) (*web.Response, error) { return web.Text(os.Getenv("MACHINE")), nil }
`)
	build(t, dir)
	tier := func(env string, args ...string) *site {
		cmd := exec.Command("./site", append([]string{"serve", "--data", t.TempDir()}, args...)...)
		cmd.Dir, cmd.Env = dir, append(os.Environ(), env)
		return begin(t, dir, cmd)
	}
	a := tier("MACHINE=a", "--tier", "app", "--bind", "127.0.0.1:0")
	b := tier("MACHINE=b", "--tier", "app", "--bind", "127.0.0.1:0")
	front := tier("APPS="+a.url+","+b.url, "--tier", "proxy", "--listen", "127.0.0.1:0")
	seen := map[string]int{}
	for range 10 {
		seen[front.get(browser(t), "/").expect(t, "the site", 200).body]++
	}
	if seen["a"] == 0 || seen["b"] == 0 {
		t.Errorf("answers came from %v", seen)
	}
	a.stop(syscall.SIGTERM)
	for range 10 {
		if got := front.get(browser(t), "/").expect(t, "the site without a", 200).body; got != "b" {
			t.Errorf("answered by %q", got)
		}
	}
	for _, tt := range []struct{ args, want string }{
		{"--tier app", "give --bind"},
		{"--tier moon", "the tiers are proxy and app"},
		{"--bind 127.0.0.1:0", "--bind is for --tier app"},
	} {
		out, err := try(dir, append([]string{"./site", "serve"}, strings.Fields(tt.args)...)...)
		if err == nil || !strings.Contains(out, tt.want) {
			t.Errorf("%s: %v\n%s", tt.args, err, out)
		}
	}
}
