package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// patience bounds every wait; it is far above what a slow machine takes.
const patience = time.Minute

// developer is a running `stackgen run`, with its terminal and its browser.
type developer struct {
	t    *testing.T
	dir  string
	temp string // for its temporary files
	cmd  *exec.Cmd
	done chan struct{} // closed when it has ended, with err
	err  error
	url  string

	mu     sync.Mutex
	screen []byte
	seen   int           // how much of the screen says has read
	more   chan struct{} // closed when there is more
}

// start runs stackgen in dir, in a process group of its own.
func start(t *testing.T, dir string, env []string, args ...string) *developer {
	t.Helper()
	// Paths of sockets must be short.
	temp, err := os.MkdirTemp("", "run")
	if err != nil {
		t.Fatal(err)
	}
	d := &developer{t: t, dir: dir, temp: temp, done: make(chan struct{}), more: make(chan struct{})}
	d.cmd = exec.Command("stackgen", append([]string{"run", "--listen", "127.0.0.1:0"}, args...)...)
	d.cmd.Dir = dir
	d.cmd.Env = append(append(os.Environ(), "TMPDIR="+temp, "NO_COLOR=1"), env...)
	d.cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	d.cmd.Stdout, d.cmd.Stderr = d, d
	d.cmd.WaitDelay = 10 * time.Second
	if err := d.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		d.err = d.cmd.Wait()
		close(d.done)
	}()
	t.Cleanup(func() {
		d.cmd.Process.Kill()
		<-d.done
		os.RemoveAll(temp)
		if t.Failed() {
			t.Logf("the terminal:\n%s", d.screen)
		}
	})
	d.url = d.says(`building; (http://127\.0\.0\.1:\d+/) `)[1]
	return d
}

// Write takes what the command prints.
func (d *developer) Write(p []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.screen = append(d.screen, p...)
	close(d.more)
	d.more = make(chan struct{})
	return len(p), nil
}

// says waits until the terminal shows something new that matches, and returns
// the match.
func (d *developer) says(pattern string) []string {
	d.t.Helper()
	re := regexp.MustCompile("(?m)" + pattern)
	late := time.After(patience)
	for {
		d.mu.Lock()
		fresh, more := d.screen[d.seen:], d.more
		if at := re.FindIndex(fresh); at != nil {
			match := re.FindStringSubmatch(string(fresh))
			d.seen += at[1]
			d.mu.Unlock()
			return match
		}
		d.mu.Unlock()
		select {
		case <-more:
		case <-d.done:
			d.t.Fatalf("stackgen ended (%v) and did not say %s", d.err, pattern)
		case <-late:
			d.t.Fatalf("the terminal does not say %s", pattern)
		}
	}
}

// get asks for a page as a browser does.
func (d *developer) get(path string) (status int, page string) {
	d.t.Helper()
	status, page, err := fetch(d.url + path)
	if err != nil {
		d.t.Fatal(err)
	}
	return status, page
}

func fetch(url string) (status int, page string, err error) {
	req, err := http.NewRequest("GET", url, nil)
	if err != nil {
		return 0, "", err
	}
	req.Header.Set("Accept", "text/html,*/*;q=0.8")
	req.Close = true // every request finds the port open anew
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return 0, "", err
	}
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	return resp.StatusCode, string(b), err
}

// shows waits until a page has the status and the text: a machine that is slow between two changes
// may have had a build for each.
func (d *developer) shows(path string, status int, text string) {
	d.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		got, page := d.get(path)
		if got == status && strings.Contains(page, text) {
			return
		}
		if time.Now().After(deadline) {
			d.t.Fatalf("%s: got %d, want %d and %q in:\n%s", path, got, status, text, page)
		}
	}
}

var scriptOf = regexp.MustCompile(`<script src="/__stackgen/reload\.js\?v=(\d+)"></script>`)

// open loads a page and keeps it open. The function that it returns waits until
// the page is told to load itself anew.
func (d *developer) open(path string) (reloaded func()) {
	d.t.Helper()
	_, page := d.get(path)
	m := scriptOf.FindStringSubmatch(page)
	if m == nil {
		d.t.Fatalf("%s has no reload script:\n%s", path, page)
	}
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	d.t.Cleanup(cancel)
	req, err := http.NewRequestWithContext(ctx, "GET", d.url+"__stackgen/reload?v="+m[1], nil)
	if err != nil {
		d.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		d.t.Fatal(err)
	}
	return func() {
		d.t.Helper()
		defer resp.Body.Close()
		lines := bufio.NewScanner(resp.Body)
		for lines.Scan() {
			if lines.Text() == "data: reload" {
				return
			}
		}
		d.t.Fatalf("the page was not told to reload: %v", lines.Err())
	}
}

// write puts a file into the project, in one step as editors do: half of one may be built already.
func (d *developer) write(path, content string) {
	d.t.Helper()
	full := filepath.Join(d.dir, path)
	if err := os.MkdirAll(filepath.Dir(full), 0o777); err != nil {
		d.t.Fatal(err)
	}
	next := filepath.Join(filepath.Dir(full), "."+filepath.Base(full)+".new")
	if err := os.WriteFile(next, []byte(content), 0o666); err != nil {
		d.t.Fatal(err)
	}
	if err := os.Rename(next, full); err != nil {
		d.t.Fatal(err)
	}
}

// read is a file of the project.
func (d *developer) read(path string) string {
	d.t.Helper()
	b, err := os.ReadFile(filepath.Join(d.dir, path))
	if err != nil {
		d.t.Fatal(err)
	}
	return string(b)
}

// edit changes a text in a file.
func (d *developer) edit(path, old, new string) {
	d.t.Helper()
	text := d.read(path)
	if !strings.Contains(text, old) {
		d.t.Fatalf("%s does not contain %q", path, old)
	}
	d.write(path, strings.Replace(text, old, new, 1))
}

// run runs another program in the project.
func (d *developer) run(name string, args ...string) string {
	d.t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Dir = d.dir
	out, err := cmd.CombinedOutput()
	if err != nil {
		d.t.Fatalf("%s: %v\n%s", cmd, err, out)
	}
	return string(out)
}

var pidOf = regexp.MustCompile(`(?m)supervisor (\d+)$|^\w+ \d+ +(\d+) `)

// processes are the pids of the site that runs, the supervisor first.
func (d *developer) processes(binary string) []int {
	d.t.Helper()
	for deadline := time.Now().Add(patience); ; time.Sleep(20 * time.Millisecond) {
		sockets, _ := filepath.Glob(filepath.Join(d.temp, "*", "*", "control.sock"))
		for _, socket := range sockets {
			out, err := exec.Command(filepath.Join(d.dir, binary), "status", "--data", filepath.Dir(socket)).CombinedOutput()
			if err != nil || bytes.Contains(out, []byte("draining")) {
				continue // of an earlier build, ending
			}
			var pids []int
			for _, m := range pidOf.FindAllSubmatch(out, -1) {
				pid, _ := strconv.Atoi(string(bytes.Join(m[1:], nil)))
				pids = append(pids, pid)
			}
			if len(pids) >= 2 {
				return pids
			}
		}
		if time.Now().After(deadline) {
			d.t.Fatalf("no site tells its processes at %q", sockets)
		}
	}
}

// interrupt is Ctrl-C. It waits until stackgen has ended and returns its status.
func (d *developer) interrupt() int {
	d.t.Helper()
	if err := d.cmd.Process.Signal(os.Interrupt); err != nil {
		d.t.Fatal(err)
	}
	select {
	case <-d.done:
	case <-time.After(patience):
		d.t.Fatal("stackgen does not end")
	}
	var exit *exec.ExitError
	if d.err != nil && !errors.As(d.err, &exit) {
		d.t.Fatal(d.err)
	}
	return d.cmd.ProcessState.ExitCode()
}

// gone fails if a process is still there.
func gone(t *testing.T, pids ...int) {
	t.Helper()
	for _, pid := range pids {
		if err := syscall.Kill(pid, 0); !errors.Is(err, syscall.ESRCH) {
			t.Errorf("process %d is still there (%v)", pid, err)
		}
	}
}
