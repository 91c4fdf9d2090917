package devserver

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
)

// role makes the test binary play a site: TestMain looks at it.
const role = "DEVSERVER_TEST_SITE"

func TestMain(m *testing.M) {
	if what := os.Getenv(role); what != "" {
		os.Exit(playSite(what, os.Args[1:]))
	}
	os.Exit(m.Run())
}

// playSite is a site that serves, fails, or ignores TERM.
func playSite(what string, args []string) int {
	fmt.Println("called with", args[0], args[1], args[3])
	if what == "fails" {
		fmt.Println("DATABASE_URL is not set")
		return 3
	}
	stop := make(chan os.Signal, 1) // heeded before anybody can tell that it serves
	if what == "stubborn" {
		signal.Ignore(syscall.SIGTERM)
		signal.Notify(stop, syscall.SIGINT)
	} else {
		signal.Notify(stop, syscall.SIGTERM)
	}
	l, err := net.Listen("unix", strings.TrimPrefix(args[2], "unix:"))
	if err != nil {
		fmt.Println(err)
		return 1
	}
	go http.Serve(l, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "%s %s", os.Getenv(secretEnv), os.Getenv("STACKGEN_DEBUG"))
	}))
	<-stop
	fmt.Println("leaving")
	return 0
}

// output is a writer that may be written and read at once.
type output struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (o *output) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.Write(p)
}

func (o *output) String() string {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.b.String()
}

// run starts a site of that kind in dir.
func run(t *testing.T, what, dir string, out *output) (*Child, error) {
	t.Helper()
	t.Setenv(role, what)
	t.Setenv(secretEnv, "")
	folder, err := os.MkdirTemp("", "child") // paths of sockets must be short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(folder) })
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return Start(context.Background(), self, dir, filepath.Join(folder, "1"), out)
}

// Ensure that a site is served with the key that its data folder keeps, and stopped.
func TestChild(t *testing.T) {
	dir := t.TempDir()
	var keys []string
	for range 2 {
		out := &output{}
		c, err := run(t, "serves", dir, out)
		if err != nil {
			t.Fatal(err)
		}
		f, server := front(t)
		f.Switch(c.Socket)
		_, body := get(t, server.URL)
		key, debug, _ := strings.Cut(body, " ")
		if len(key) < 32 || debug != "1" {
			t.Errorf("the site was given the key %q and STACKGEN_DEBUG=%q", key, debug)
		}
		keys = append(keys, key)
		c.Stop()
		<-c.Done()
		if !strings.Contains(out.String(), "called with serve --listen --data\n") || !strings.Contains(c.Said(), "leaving") {
			t.Errorf("the site said %q", out)
		}
	}
	if keys[0] != keys[1] {
		t.Errorf("the second run has another key: %q, %q", keys[0], keys[1])
	}
	info, err := os.Stat(filepath.Join(dir, "data", "secret_key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the key is not kept for its owner alone: %v, %v", info, err)
	}
}

// Ensure that a site which ends before it serves is an error with its words.
func TestChildFails(t *testing.T) {
	out := &output{}
	_, err := run(t, "fails", t.TempDir(), out)
	var start *StartError
	if !errors.As(err, &start) || start.Error() != "the site does not start: exit status 3" || !strings.HasSuffix(start.Said, "DATABASE_URL is not set\n") {
		t.Errorf("got %v", err)
	}
	if !strings.Contains(out.String(), "DATABASE_URL is not set") {
		t.Errorf("the terminal shows %q", out)
	}
}

// Ensure that a site which does not heed TERM is ended all the same.
func TestChildStubborn(t *testing.T) {
	out := &output{}
	c, err := run(t, "stubborn", t.TempDir(), out)
	if err != nil {
		t.Fatal(err)
	}
	c.Stop()
	<-c.Done()
	if !strings.Contains(out.String(), "leaving") {
		t.Errorf("the site said %q", out)
	}
}

// Ensure that of what a site says the end is kept.
func TestLastWords(t *testing.T) {
	l := &lastWords{out: &output{}}
	for i := range 2000 {
		fmt.Fprintf(l, "line %d\n", i)
	}
	if s := l.String(); len(s) != maxWords || !strings.HasSuffix(s, "line 1998\nline 1999\n") {
		t.Errorf("kept %d bytes that end in %q", len(s), s[max(0, len(s)-20):])
	}
}
