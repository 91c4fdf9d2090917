package main

import (
	"context"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// blog is a copy of the example, without what is generated.
func blog(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	for _, name := range []string{"templates", "static", "views", "middleware", "migrations"} {
		if err := os.CopyFS(filepath.Join(dir, "blog", name), os.DirFS("../../examples/blog/"+name)); err != nil {
			t.Fatal(err)
		}
	}
	site, err := os.ReadFile("../../examples/blog.hcl")
	if err == nil {
		err = os.WriteFile(filepath.Join(dir, "blog.hcl"), site, 0o666)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// Ensure that run follows every kind of change, says what is wrong where the
// developer looks, and never closes the port.
func TestRun(t *testing.T) {
	d := start(t, blog(t), nil, "blog.hcl")
	d.says(`^1 of 1: 0001_initial.sql`)
	d.says(`^serving blog on ` + d.url)

	// Somebody asks all the time, on a new connection each time.
	ctx, stop := context.WithCancel(context.Background())
	var visitor sync.WaitGroup
	visitor.Go(func() {
		for between := time.NewTicker(50 * time.Millisecond); ctx.Err() == nil; <-between.C {
			if _, _, err := fetch(d.url); err != nil {
				t.Errorf("the port was closed: %v", err)
				return
			}
		}
	})
	defer visitor.Wait()
	defer stop()

	home := "blog/templates/home.html"
	for _, step := range []struct {
		name   string
		change func()
		path   string
		status int
		shows  string
		says   string
	}{
		{"a template", func() { d.edit(home, "Notes from the field", "Notes from the test") },
			"", 200, "Notes from the test", `^serving blog`},
		{"a broken template", func() { d.edit(home, "<h1>", "<h1>{% nonsense %}") },
			"", 500, "blog/templates/home.html:", `home\.html:\d+:\d+: error: .*nonsense`},
		{"the template mended", func() { d.edit(home, "{% nonsense %}", "") },
			"", 200, "Notes from the test", `^the site is the same as before`},
		{"broken Go", func() { d.edit("blog/views/archive.go", "import (", "import (\n\t\"nowhere\"") },
			"", 500, "blog/views/archive.go:", `blog/views/archive\.go:\d+:\d+: error`},
		{"the Go mended", func() { d.edit("blog/views/archive.go", "\n\t\"nowhere\"", "") },
			"archive/", 200, "Archive", `^the site is the same as before`},
		{"a view in a new folder", func() {
			d.write("blog/extra/nested/hello.go", hello)
			d.edit("blog.hcl", `route "/"`, "view \"hello\" { handler = go.extra.nested.Hello }\nroute \"/hello/\" { view = view.hello }\n\nroute \"/\"")
		}, "hello/", 200, "Hello from a new folder", `^serving blog`},
		{"that view", func() { d.edit("blog/extra/nested/hello.go", "a new folder", "there") },
			"hello/", 200, "Hello from there", `^serving blog`},
		{"the site file", func() { d.edit("blog.hcl", `route "/hello/"`, `route "/greeting/"`) },
			"greeting/", 200, "Hello from there", `^serving blog`},
		{"an error in the site file", func() { d.edit("blog.hcl", "view = view.hello ", "view = view.helo ") },
			"", 500, "Perhaps view.hello is meant", `blog\.hcl:\d+:\d+: error: Unknown view`},
		{"the site file mended", func() { d.edit("blog.hcl", "view = view.helo ", "view = view.hello ") },
			"", 200, "Notes from the test", `^the site is the same as before`},
		{"a template gone", func() { d.remove("blog/templates/about.html") },
			"", 500, "about.html", `error: Template not found`},
		{"the template back", func() { d.write("blog/templates/about.html", "<!doctype html><title>About</title><body>Back</body>") },
			"about/", 200, "Back", `^serving blog`},
		{"a stylesheet", func() { d.edit("blog/static/blog.css", "{", "{ color: red;") },
			"", 200, "/static/blog.", `^serving blog`},
	} {
		before := d.open("")
		step.change()
		d.says(step.says)
		before()
		d.shows(step.path, step.status, step.shows)
		if t.Failed() {
			t.Fatalf("after changing %s", step.name)
		}
	}

	// A new field is a migration to write; it is applied when it is there.
	d.edit("blog.hcl", `field "title"`, "field \"mood\" {\n    type = char(20)\n    null = true\n  }\n  field \"title\"")
	d.says(`^warning: the models have changed .*: stackgen migrate diff blog\.hcl$`)
	d.says(`^serving blog`)
	d.run("stackgen", "migrate", "diff", "blog.hcl")
	d.says(`0002_post_mood\.sql`)
	d.says(`^serving blog`)
	d.shows("posts/", 200, "<h1>")

	// A page that sends one query again and again is told of, with the line.
	d.edit("blog/views/archive.go", "\tvar years []year", `	for range 5 {
		if _, err := models.Posts(r).Filter(models.PostField.ID.Eq(1)).Count(); err != nil {
			return nil, err
		}
	}
	var years []year`)
	d.says(`^serving blog`)
	d.shows("archive/", 200, "Archive")
	d.says(`repeated query.*count=5.*view=view\.archive.*place=views/archive\.go:\d+.*by id.*select_related`)

	// A site that dies is said, with its last words, and started by the next change.
	crashed := d.open("")
	pids := d.processes("blog/bin/blog")
	if err := syscall.Kill(pids[0], syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	d.says(`^the site has stopped; the next change starts it again`)
	crashed()
	d.shows("", 500, "The site has stopped")
	d.edit(home, "Notes from the test", "Notes again")
	d.says(`^serving blog`)
	d.shows("", 200, "Notes again")

	// Ctrl-C ends it all.
	pids = d.processes("blog/bin/blog")
	stop()
	visitor.Wait()
	if status := d.interrupt(); status != 0 {
		t.Errorf("exit status %d after Ctrl-C", status)
	}
	gone(t, pids...)
	if conn, err := net.Dial("tcp", strings.Trim(strings.TrimPrefix(d.url, "http://"), "/")); err == nil {
		conn.Close()
		t.Error("the port is still open")
	}
	d.leavesNothing()
}

const hello = `package nested

import "stackgen.dev/runtime/web"

func Hello(r *web.Request) (*web.Response, error) {
	return web.HTML("<!doctype html><title>Hello</title><body>Hello from a new folder</body>"), nil
}
`

// remove deletes a file of the project.
func (d *developer) remove(path string) {
	d.t.Helper()
	if err := os.Remove(filepath.Join(d.dir, path)); err != nil {
		d.t.Fatal(err)
	}
}

// leavesNothing fails if there are temporary files, or processes that stackgen
// has started: all of them have its folder for temporary files in the environment.
func (d *developer) leavesNothing() {
	d.t.Helper()
	left, err := os.ReadDir(d.temp)
	if err != nil || len(left) > 0 {
		d.t.Errorf("left in the folder for temporary files: %v (%v)", left, err)
	}
	late := time.After(patience)
	for {
		running := ""
		files, _ := filepath.Glob("/proc/[0-9]*/environ") // elsewhere than on Linux there are none
		for _, file := range files {
			if environ, err := os.ReadFile(file); err == nil && strings.Contains(string(environ), "TMPDIR="+d.temp+"\x00") {
				running = filepath.Dir(file)
			}
		}
		if running == "" {
			return
		}
		select {
		case <-late:
			d.t.Fatalf("%s is still there", running)
		case <-time.After(time.Millisecond): // what was killed is not gone at once
		}
	}
}

// Ensure that a site which does not build at first is followed as well, also
// one whose folder does not exist yet.
func TestRunFromNothing(t *testing.T) {
	dir := t.TempDir()
	os.WriteFile(filepath.Join(dir, "hello.hcl"), []byte(`site "hello" {`), 0o666)
	d := start(t, dir, nil, "hello.hcl")
	d.says(`hello\.hcl:1:\d+: error`)
	d.says(`^waiting for a change; ` + d.url)
	d.shows("", 500, "hello.hcl:1:")

	d.write("hello.hcl", "site \"hello\" {}\ninclude = [\"parts/routes.hcl\"]\n")
	d.says(`parts/routes\.hcl`)
	d.says(`^waiting for a change`)
	d.write("hello/parts/routes.hcl", "view \"hello\" { text = \"Hello\" }\nroute \"/\" { view = view.hello }\n")
	d.says(`^serving hello`)
	d.shows("", 200, "Hello")

	d.edit("hello/parts/routes.hcl", "Hello", "Goodbye")
	d.says(`^changed: hello/parts/routes\.hcl$`)
	d.says(`^serving hello`)
	d.shows("", 200, "Goodbye")

	// A variable that the environment has to set: the site says so itself.
	d.edit("hello.hcl", "site \"hello\" {}", "variable \"host\" { env = \"HELLO_HOST\" }\nsite \"hello\" { domains = [var.host] }")
	d.says(`HELLO_HOST is not set`)
	d.says(`^the site does not start`)
	d.says(`^waiting for a change`)
	d.shows("", 500, "HELLO_HOST is not set")

	// Files that the site serves from the disk need no build: open pages reload.
	d.write("hello.hcl", "site \"hello\" {}\nproxy {\n  location \"/\" {\n    files { root = \"public\" }\n  }\n}\n")
	d.write("hello/public/index.html", "<!doctype html><title>One</title><body>One</body>")
	d.says(`^serving hello`)
	reloaded := d.open("")
	d.write("hello/public/index.html", "<!doctype html><title>Two</title><body>Two</body>")
	reloaded()
	d.shows("", 200, "Two")
	if status := d.interrupt(); status != 0 {
		t.Errorf("exit status %d after Ctrl-C", status)
	}
	d.leavesNothing()
}

// Ensure that Ctrl-C while the compiler runs ends both, and leaves nothing.
func TestRunInterruptedCompile(t *testing.T) {
	// What there is in the folder for temporary files when the go command has begun, and
	// when it compiles. With an empty cache it is busy with that for long.
	for name, sign := range map[string]string{
		"early": "stackgen-build-*/go-build*", "compiling": "stackgen-build-*/go-build*/b*/*",
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			site := "site \"hello\" {}\nview \"hello\" { text = \"Hello\" }\nroute \"/\" { view = view.hello }\n"
			if err := os.WriteFile(filepath.Join(dir, "site.hcl"), []byte(site), 0o666); err != nil {
				t.Fatal(err)
			}
			d := start(t, dir, []string{"GOCACHE=" + t.TempDir()})
			late := time.After(patience)
			for begun := false; !begun; {
				select {
				case <-late:
					t.Fatal("the compiler does not begin")
				case <-time.After(time.Millisecond):
					found, _ := filepath.Glob(filepath.Join(d.temp, sign))
					begun = len(found) > 0
				}
			}
			d.interrupt()
			d.leavesNothing()
			if left, _ := os.ReadDir(filepath.Join(dir, "bin")); len(left) > 0 {
				t.Errorf("left in bin: %v", left)
			}
		})
	}
}

// Ensure that a port which is taken is said with its address and the way out.
func TestRunPortInUse(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	dir := blog(t)
	cmd := exec.Command("stackgen", "run", "--listen", l.Addr().String(), "blog.hcl")
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	want := fmt.Sprintf("stackgen: %s is in use by another program: end that one, or choose another address with --listen\n", l.Addr())
	if err == nil || string(out) != want {
		t.Errorf("got %v and %q, want %q", err, out, want)
	}
	if _, err := os.Stat(filepath.Join(dir, "blog", "gen")); err == nil {
		t.Error("something was generated")
	}
}

// Ensure that a site file that is not there is said before anything is served.
func TestRunNoFile(t *testing.T) {
	cmd := exec.Command("stackgen", "run", "--listen", "127.0.0.1:0")
	cmd.Dir = t.TempDir()
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "site.hcl: no such file or directory; write a starter with: stackgen new") {
		t.Errorf("got %v and %q", err, out)
	}
}
