//go:build e2e

package e2e

import (
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// Ensure that a site writes the lines that it wants to its own files, without secrets, opens them anew at
// USR1 and over a reload, and serves on where they take nothing.
func TestLogFiles(t *testing.T) {
	for _, mode := range []string{"inline", "process"} {
		t.Run(mode, func(t *testing.T) {
			api := "http://" + backend(t, "tcp", "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("X-Kind", "api")
				io.WriteString(w, "hello")
			})
			dir := t.TempDir()
			create(t, dir, "site.hcl", `
site "logged" {}
workers {
  mode  = "`+mode+`"
  count = 2
}
proxy {
  log {
    format     = "${request.method} ${request.uri} ${response.status} [${response.location}] ${response.upstream}/${response.server} ${response.header.X-Kind} ${request.header.Authorization} ${response.route}"
    when       = request.path != "/healthz" && response.status != "404"
    file       = "logs/access.log"
    error_file = "logs/error.log"
    secrets    = ["invitation"]
    flush      = "10ms"
  }
  location "/" { forward = app }
  location "/api/" { forward = upstream.api }
  location "/lost/" { forward = upstream.lost }
}
upstream "api" {
  server "a" { url = "`+api+`" }
}
upstream "lost" {
  server "main" { url = "http://127.0.0.1:1" }
}
view "home" { text = "home" }
route "/"        { view = view.home }
view "ok" { text = "ok" }
route "/healthz" { view = view.ok }
`)
			build(t, dir)
			s := start(t, dir)
			c := browser(t)
			path := filepath.Join(dir, "logs", "access.log")
			held := func(path string) string {
				b, err := os.ReadFile(path)
				if err != nil && !os.IsNotExist(err) {
					t.Fatal(err)
				}
				return string(b)
			}
			waitFor := func(path, text string) {
				t.Helper()
				s.wait(path+" to hold "+text, func() bool { return strings.Contains(held(path), text) })
			}

			s.get(c, "/healthz").expect(t, "a request that is not logged", 200)
			s.get(c, "/nothing").expect(t, "another one", 404)
			s.get(c, "/?token=SECRET&a=b&Invitation=SECRET", "Authorization: Bearer SECRET").expect(t, "the application", 200)
			s.get(c, "/api/x").expect(t, "an upstream", 200)
			s.get(c, "/lost/").expect(t, "a server that is away", 502)
			waitFor(path, "GET /lost/ 502 [/lost/] lost/main - - -\n")
			if got, want := held(path), "GET /?token=***&a=b&Invitation=*** 200 [/] "; !strings.HasPrefix(got, want) || !strings.Contains(got, map[string]string{"inline": "200 [/] -/- - *** /\n", "process": "200 [/] workers/worker "}[mode]) ||
				!strings.Contains(got, "\nGET /api/x 200 [/api/] api/a api - -\n") || strings.Count(got, "\n") != 3 {
				t.Errorf("the log is\n%s", got)
			}
			errors := filepath.Join(dir, "logs", "error.log")
			waitFor(errors, "status=502")
			s.waitLog("status=502")
			if !strings.Contains(held(errors), "msg=serving") {
				t.Errorf("the messages are\n%s", held(errors))
			}
			if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o640 {
				t.Errorf("the file: %v %v", info.Mode(), err)
			}

			// Turned over.
			for _, name := range []string{path, errors} {
				if err := os.Rename(name, name+".1"); err != nil {
					t.Fatal(err)
				}
			}
			s.signal(syscall.SIGUSR1)
			s.waitLog("log files are opened anew")
			s.wait("new files", func() bool { _, err := os.Stat(path); return err == nil })
			// Both processes of the process mode that log requests or messages have done so by then or soon.
			s.wait("a line in the new file", func() bool {
				s.get(c, "/api/new").expect(t, "after USR1", 200)
				return strings.Contains(held(path), "GET /api/new 200")
			})
			run(t, dir, "./site", "reload")
			s.get(c, "/api/reloaded").expect(t, "after the reload", 200)
			waitFor(path, "GET /api/reloaded 200")
			waitFor(errors, "reloaded")

			// A folder that is gone: the old file goes on.
			if err := os.Rename(filepath.Join(dir, "logs"), filepath.Join(dir, "away")); err != nil {
				t.Fatal(err)
			}
			create(t, dir, "logs", "a file in the place of the folder")
			s.signal(syscall.SIGUSR1)
			s.waitLog("the old ones stay")
			s.get(c, "/api/last").expect(t, "without the folder", 200)
			waitFor(filepath.Join(dir, "away", "access.log"), "GET /api/last 200")
		})
	}
}

// Ensure that a full disk costs lines of the log and no answer, and that the site says so; /dev/full is one.
func TestLogOnAFullDisk(t *testing.T) {
	dir := t.TempDir()
	create(t, dir, "site.hcl", `
site "full" {}
variable "log" {
  default = "access.log"
  env     = "LOG"
}
proxy {
  log {
    file  = var.log
    flush = "1ms"
  }
  location "/" { forward = app }
}
view "home" { text = "home" }
route "/" { view = view.home }
`)
	build(t, dir)
	s := start(t, dir, "LOG=/dev/full")
	c := browser(t)
	for range 50 {
		s.get(c, "/").expect(t, "on a full disk", 200)
	}
	s.waitLog("access log lines are lost")
	for range 50 {
		s.get(c, "/").expect(t, "after that", 200)
	}
	if n := strings.Count(s.Log(), "lines are lost"); n != 1 {
		t.Errorf("the loss is told %d times", n)
	}

	cmd := exec.Command("./site", "serve", "--listen", "127.0.0.1:0", "--data", "other")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "LOG=site.hcl/access.log")
	out, err := cmd.CombinedOutput()
	if err == nil || !strings.Contains(string(out), "log file: ") {
		t.Errorf("a log that cannot be opened: %v\n%s", err, out)
	}
}
