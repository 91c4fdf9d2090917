//go:build e2e

package e2e

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// stackgen is the command, built once for all tests.
var stackgen string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "e2e-")
	if err != nil {
		panic(err)
	}
	stackgen = filepath.Join(dir, "stackgen")
	build := exec.Command("go", "build", "-o", stackgen, "stackgen.dev/cmd/stackgen")
	build.Stdout, build.Stderr = os.Stdout, os.Stderr
	if err := build.Run(); err != nil {
		fmt.Println("building the command failed:", err)
		os.Exit(1)
	}
	status := m.Run()
	os.RemoveAll(dir)
	os.Exit(status)
}

// run runs a command in dir and returns what it printed; it must succeed.
func run(t *testing.T, dir string, args ...string) string {
	t.Helper()
	out, err := try(dir, args...)
	if err != nil {
		t.Fatalf("%s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return out
}

func try(dir string, args ...string) (string, error) {
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	return string(out), err
}

// project writes an example into an empty folder, as `stackgen new` does.
func project(t *testing.T, example string) string {
	t.Helper()
	dir := t.TempDir()
	run(t, dir, stackgen, "new", "--example", example)
	return dir
}

// edit changes a file of a project; what is replaced must be there.
func edit(t *testing.T, dir, name, old, new string) {
	t.Helper()
	path := filepath.Join(dir, name)
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Contains(b, []byte(old)) {
		t.Fatalf("%s does not hold %q", name, old)
	}
	if err := os.WriteFile(path, bytes.Replace(b, []byte(old), []byte(new), 1), 0o666); err != nil {
		t.Fatal(err)
	}
}

func create(t *testing.T, dir, name, content string) {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.MkdirAll(filepath.Dir(path), 0o777); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, []byte(content), 0o666); err != nil {
		t.Fatal(err)
	}
}

// build compiles the project to ./site and brings its database up to date.
func build(t *testing.T, dir string) {
	t.Helper()
	run(t, dir, stackgen, "build", "-o", "site")
	if help, _ := try(dir, "./site", "help"); strings.Contains(help, "migrate") {
		run(t, dir, "./site", "migrate")
	}
}

// site is a running site.
type site struct {
	t    *testing.T
	url  string
	dir  string
	cmd  *exec.Cmd
	done chan error

	mu  sync.Mutex
	log bytes.Buffer
}

// servingURL is how a site says where it listens.
var servingURL = regexp.MustCompile(`msg=serving .*url=(\S+)`)

// start serves the project on a free port of loopback.
func start(t *testing.T, dir string, env ...string) *site {
	t.Helper()
	cmd := exec.Command("./site", "serve", "--listen", "127.0.0.1:0")
	cmd.Dir = dir
	cmd.Env = append(os.Environ(), env...)
	return begin(t, dir, cmd)
}

// begin runs a command that serves the site in dir, until the test ends.
func begin(t *testing.T, dir string, cmd *exec.Cmd) *site {
	t.Helper()
	s := &site{t: t, dir: dir, cmd: cmd, done: make(chan error, 1)}
	out, err := s.cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	s.cmd.Stdout = &lockedWriter{s}
	if err := s.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	found := make(chan string, 1)
	go func() {
		lines := bufio.NewScanner(out)
		for lines.Scan() {
			(&lockedWriter{s}).Write(append(lines.Bytes(), '\n'))
			if m := servingURL.FindSubmatch(lines.Bytes()); m != nil {
				select {
				case found <- strings.TrimSuffix(string(m[1]), "/"):
				default: // another supervisor says the same after an upgrade
				}
			}
		}
		s.done <- s.cmd.Wait()
	}()
	t.Cleanup(func() {
		s.cmd.Process.Signal(syscall.SIGTERM)
		select {
		case <-s.done:
		case <-time.After(patience):
			s.cmd.Process.Kill()
			t.Error("the site did not stop")
		}
		if t.Failed() {
			t.Logf("the site's log:\n%s", s.Log())
		}
	})
	select {
	case s.url = <-found:
	case err := <-s.done:
		s.done <- err
		t.Fatalf("the site stopped: %v\n%s", err, s.Log())
	case <-time.After(patience):
		t.Fatalf("the site does not serve\n%s", s.Log())
	}
	return s
}

type lockedWriter struct{ s *site }

func (w *lockedWriter) Write(b []byte) (int, error) {
	w.s.mu.Lock()
	defer w.s.mu.Unlock()
	return w.s.log.Write(b)
}

// Log is what the site has printed so far.
func (s *site) Log() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.log.String()
}

// waitLog waits until the log holds a text.
func (s *site) waitLog(text string) {
	s.t.Helper()
	s.wait("the log to hold "+text, func() bool { return strings.Contains(s.Log(), text) })
}

func (s *site) wait(what string, done func() bool) {
	s.t.Helper()
	s.waitFor(patience, what, done)
}

// patience bounds every wait; nothing waits that long where nothing is wrong, not
// even on a machine that has much else to do.
const patience = 2 * time.Minute

// waitFor is wait for what takes longer where nothing is wrong.
func (s *site) waitFor(patience time.Duration, what string, done func() bool) {
	s.t.Helper()
	for deadline := time.Now().Add(patience); !done(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			s.t.Fatalf("waited in vain for %s", what)
		}
	}
}

// signal sends the supervisor a signal and returns the status it ends with.
func (s *site) stop(sig syscall.Signal) int {
	s.t.Helper()
	s.cmd.Process.Signal(sig)
	select {
	case err := <-s.done:
		s.done <- err
		if exit, ok := err.(*exec.ExitError); ok {
			return exit.ExitCode()
		}
		return 0
	case <-time.After(patience):
		s.t.Fatal("the site did not stop")
		return -1
	}
}

// browser is a client with cookies that does not follow redirects.
func browser(t *testing.T) *http.Client {
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	return &http.Client{
		Jar:           jar,
		Timeout:       patience,
		Transport:     &http.Transport{DisableCompression: true},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}

// answer is a response that has been read.
type answer struct {
	status int
	header http.Header
	body   string
}

// ask sends a request; fields are "Name: value".
func (s *site) ask(c *http.Client, method, path, body string, fields ...string) answer {
	s.t.Helper()
	req, err := http.NewRequest(method, s.url+path, strings.NewReader(body))
	if err != nil {
		s.t.Fatal(err)
	}
	for _, f := range fields {
		name, value, _ := strings.Cut(f, ": ")
		if name == "Host" {
			req.Host = value
		}
		req.Header.Set(name, value)
	}
	resp, err := c.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	if err != nil {
		s.t.Fatal(err)
	}
	return answer{resp.StatusCode, resp.Header, string(b)}
}

func (s *site) get(c *http.Client, path string, fields ...string) answer {
	s.t.Helper()
	return s.ask(c, "GET", path, "", fields...)
}

// csrfInput finds the token in a page's form.
var csrfInput = regexp.MustCompile(`name="csrfmiddlewaretoken" value="([A-Za-z0-9]+)"`)

// post fills in the form of a page and sends it.
func (s *site) post(c *http.Client, path string, values url.Values) answer {
	s.t.Helper()
	page := s.get(c, path)
	m := csrfInput.FindStringSubmatch(page.body)
	if m == nil {
		s.t.Fatalf("%s has no form with a token (status %d):\n%s", path, page.status, page.body)
	}
	values.Set("csrfmiddlewaretoken", m[1])
	return s.ask(c, "POST", path, values.Encode(), "Content-Type: application/x-www-form-urlencoded")
}

// expect fails the test unless the status is the one wanted.
func (a answer) expect(t *testing.T, what string, status int) answer {
	t.Helper()
	if a.status != status {
		t.Fatalf("%s: got %d, want %d\n%v\n%s", what, a.status, status, a.header, a.body)
	}
	return a
}

func (a answer) contains(t *testing.T, what string, texts ...string) answer {
	t.Helper()
	for _, text := range texts {
		if !strings.Contains(a.body, text) {
			t.Errorf("%s does not hold %q:\n%s", what, text, a.body)
		}
	}
	return a
}
