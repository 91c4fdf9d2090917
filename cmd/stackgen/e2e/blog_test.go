//go:build e2e

package e2e

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// Ensure that the blog's pages, forms, Go code and legacy upstream work together.
func TestBlog(t *testing.T) {
	legacy := backend(t, "tcp", "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
		fmt.Fprintf(w, "legacy %s for=%s host=%s proto=%s", r.URL.Path, r.Header.Get("X-Forwarded-For"), r.Header.Get("X-Forwarded-Host"), r.Header.Get("X-Forwarded-Proto"))
	})
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := project(t, "blog")
			edit(t, dir, "site.hcl", `mode             = "inline"`, `mode             = "`+mode+`"`)
			build(t, dir)
			superuser(t, dir, "ada", "analytical engine no. 1")
			superuser(t, dir, "eve", "somebody else entirely")
			s := start(t, dir, "LEGACY_URL=http://"+legacy)
			c, stranger := browser(t), browser(t)

			if page := s.get(stranger, "/").expect(t, "the first page", 200); strings.Contains(page.body, "/posts/new/") || !strings.Contains(page.body, `href="/login/"`) {
				t.Errorf("the menu of who is not logged in:\n%s", page.body)
			}
			if to := s.get(stranger, "/posts/new/").expect(t, "the form for nobody", 302).header.Get("Location"); to != "/login/?next=/posts/new/" {
				t.Errorf("it leads to %q", to)
			}
			s.post(c, "/login/?next=/posts/new/", url.Values{"username": {"ada"}, "password": {"wrong"}}).expect(t, "a wrong password", 200).
				contains(t, "it", "Please enter a correct username and password.")
			if to := s.post(c, "/login/?next=/posts/new/", url.Values{"username": {"ada"}, "password": {"analytical engine no. 1"}}).
				expect(t, "the login", 302).header.Get("Location"); to != "/posts/new/" {
				t.Errorf("the login leads to %q", to)
			}

			if form := s.get(c, "/posts/new/").expect(t, "the form", 200); strings.Contains(form.body, `name="author"`) {
				t.Error("the form asks who writes")
			}
			made := s.post(c, "/posts/new/", url.Values{"title": {"First & last"}, "slug": {"first"}, "author": {"2"}, "body": {"One.\n\nTwo."}})
			if to := made.expect(t, "a new post", 302).header.Get("Location"); to != "/posts/first/" {
				t.Errorf("a new post leads to %s", to)
			}
			page := s.get(c, "/posts/first/").expect(t, "the post", 200)
			page.contains(t, "the post", "<title>First &amp; last · Field Notes</title>", "<p>One.</p>\n\n<p>Two.</p>", "by ada", `href="/posts/first/edit/"`,
				`<li class="success">“First &amp; last” is published.</li>`)
			if page.header.Get("Server-Timing") == "" {
				t.Error("the Go middleware left no trace")
			}
			if again := s.get(c, "/posts/first/"); strings.Contains(again.body, "is published.") {
				t.Error("the message is shown twice")
			}
			s.post(c, "/posts/new/", url.Values{"title": {"Again"}, "slug": {"first"}, "body": {"x"}}).
				expect(t, "a slug that is taken", 200).contains(t, "the form", "Post with this Slug already exists.")
			s.post(c, "/posts/first/edit/", url.Values{"title": {"Changed"}, "slug": {"first"}, "body": {"x"}, "published": {"2020-02-03 10:00:00"}}).
				expect(t, "an edit", 302)
			s.get(c, "/posts/first/").contains(t, "the edited post", "Changed", "3 February 2020", "“Changed” is changed.")
			s.get(c, "/archive/").expect(t, "the Go view with a template", 200).contains(t, "the archive", "2020", `href="/posts/first/"`)
			s.get(c, "/posts/none/").expect(t, "no such post", 404)

			eve := browser(t)
			s.post(eve, "/login/", url.Values{"username": {"eve"}, "password": {"somebody else entirely"}}).expect(t, "another login", 302)
			if page := s.get(eve, "/posts/first/").expect(t, "the post for somebody else", 200); strings.Contains(page.body, "/edit/") {
				t.Error("who did not write the post is offered to change it")
			}
			for _, path := range []string{"/posts/first/edit/", "/posts/first/delete/"} {
				s.get(eve, path).expect(t, "changing the post of another", 404)
			}

			for i := range 11 {
				s.post(c, "/posts/new/", url.Values{"title": {fmt.Sprintf("Post %d", i)}, "slug": {fmt.Sprintf("p%d", i)}, "body": {"x"}}).expect(t, "a post", 302)
			}
			s.get(c, "/posts/?page=2").expect(t, "the second page", 200).contains(t, "the second page", "Page 2 of 2", "Changed", `rel="prev"`)
			s.get(c, "/posts/?page=3").expect(t, "a page that there is not", 404)
			s.post(c, "/posts/p0/delete/", url.Values{}).expect(t, "a deletion", 302)
			s.get(c, "/posts/").contains(t, "the posts", "“Post 0” is gone.")
			s.get(c, "/posts/p0/").expect(t, "the deleted post", 404)

			old := s.get(c, "/old/a%20b/?q=1").expect(t, "the legacy system", 200)
			old.contains(t, "the legacy answer", "legacy /a b/ for=127.0.0.1 host=127.0.0.1:", "proto=http")
			s.get(c, "/feed/").expect(t, "a redirect view", 302)
			s.get(c, "/about/").expect(t, "a template view", 200).contains(t, "the page", "<code>/about/</code>")

			s.get(c, "/logout/").expect(t, "a logout by a link", 405)
			token := csrfInput.FindStringSubmatch(s.get(c, "/").body)
			s.ask(c, "POST", "/logout/", url.Values{"csrfmiddlewaretoken": {token[1]}}.Encode(), "Content-Type: application/x-www-form-urlencoded").expect(t, "the logout", 302)
			s.get(c, "/posts/new/").expect(t, "the form after the logout", 302)
		})
	}
}

// superuser makes an account that may do everything.
func superuser(t *testing.T, dir, name, password string) {
	t.Helper()
	cmd := exec.Command("./site", "createsuperuser", "--no-input", "--username", name, "--email", name+"@example.com")
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "SUPERUSER_PASSWORD="+password)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
}

// worker finds the processes in the output of `status`.
var worker = regexp.MustCompile(`(?m)^worker \d+ +(\d+) +ready`)

// Ensure that killing workers under a load of safe requests loses none of them.
func TestKillWorkers(t *testing.T) {
	dir := project(t, "blog")
	edit(t, dir, "site.hcl", `mode             = "inline"`, `mode             = "process"`)
	build(t, dir)
	s := start(t, dir)

	var sent, failed atomic.Int64
	var first sync.Once
	stop := make(chan struct{})
	var clients sync.WaitGroup
	for range 8 {
		clients.Go(func() {
			c := browser(t)
			for {
				select {
				case <-stop:
					return
				default:
				}
				resp, err := c.Get(s.url + "/")
				sent.Add(1)
				if err == nil {
					_, err = io.Copy(io.Discard, resp.Body)
					resp.Body.Close()
					if resp.StatusCode != 200 {
						err = fmt.Errorf("status %d", resp.StatusCode)
					}
				}
				if err != nil {
					failed.Add(1)
					first.Do(func() { t.Errorf("a request failed: %v", err) })
				}
			}
		})
	}
	pids := func() map[string]bool {
		found := map[string]bool{}
		out, _ := try(dir, "./site", "status")
		for _, m := range worker.FindAllStringSubmatch(out, -1) {
			found[m[1]] = true
		}
		return found
	}
	for range 5 {
		s.wait("all workers", func() bool { return len(pids()) == 4 })
		before := sent.Load()
		s.wait("requests to flow", func() bool { return sent.Load() > before+200 })
		for pid := range pids() {
			n, _ := strconv.Atoi(pid)
			if err := syscall.Kill(n, syscall.SIGKILL); err != nil {
				t.Fatal(err)
			}
			s.wait("the killed worker to be replaced", func() bool {
				now := pids()
				return len(now) == 4 && !now[pid]
			})
			break
		}
	}
	close(stop)
	clients.Wait()
	if failed.Load() > 0 {
		t.Errorf("%d of %d requests failed", failed.Load(), sent.Load())
	}
	t.Logf("%d requests, 5 workers killed, %d failed", sent.Load(), failed.Load())
}

// Ensure that a database which somebody else holds is said as 503, and that
// nothing is lost once it is free.
func TestDatabaseLocked(t *testing.T) {
	dir := project(t, "guestbook")
	build(t, dir)
	s := start(t, dir)
	c := browser(t)
	s.get(c, "/").expect(t, "the page", 200)
	release := lockDatabase(t, dir+"/data/guestbook.db")
	locked := s.post(c, "/", url.Values{"name": {"Ada"}, "message": {"kept"}})
	locked.expect(t, "a post while the database is locked", 503)
	if locked.header.Get("Retry-After") == "" {
		t.Error("503 without Retry-After")
	}
	s.waitLog("database is locked")
	s.waitLog("request_id=" + locked.header.Get("X-Request-ID"))
	release()
	s.post(c, "/", url.Values{"name": {"Ada"}, "message": {"kept"}}).expect(t, "a post afterwards", 302)
	s.get(c, "/count/").contains(t, "the count", "1 entries")
}

// Ensure that the JSON views take, change, list and delete rows, and say what is wrong.
func TestAPI(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			dir := project(t, "api")
			if mode == "process" {
				edit(t, dir, "site.hcl", `site "api" {}`, "site \"api\" {}\nworkers {\n  mode = \"process\"\n  count = 2\n}")
			}
			build(t, dir)
			s := start(t, dir)
			c := browser(t)
			send := func(method, path, body string) answer {
				return s.ask(c, method, path, body, "Content-Type: application/json")
			}
			made := send("POST", "/api/tasks/new/", `{"title": "Milk \"fresh\"", "due": "2030-01-02"}`).expect(t, "create", 201)
			if to := made.header.Get("Location"); to != "/api/tasks/1/" {
				t.Errorf("Location: %s", to)
			}
			var task struct {
				ID    int64
				Title string
				Done  bool
				Due   *string
			}
			decode(t, made.body, &task)
			if task.ID != 1 || task.Title != `Milk "fresh"` || task.Done || task.Due == nil || *task.Due != "2030-01-02" {
				t.Errorf("created: %+v", task)
			}
			wrong := send("POST", "/api/tasks/new/", `{"title": "", "due": "soon"}`).expect(t, "a wrong body", 422)
			if !strings.HasPrefix(wrong.header.Get("Content-Type"), "application/problem+json") {
				t.Errorf("Content-Type: %s", wrong.header.Get("Content-Type"))
			}
			wrong.contains(t, "the problem", `"title"`, "This field is required.", "Enter a valid date.")
			send("POST", "/api/tasks/new/", `{`).expect(t, "a broken body", 400)
			send("POST", "/api/tasks/new/", `{"title": "Bread"}`).expect(t, "create", 201)
			decode(t, send("PATCH", "/api/tasks/1/edit/", `{"done": true}`).expect(t, "change", 200).body, &task)
			if !task.Done || task.Title != `Milk "fresh"` {
				t.Errorf("changed: %+v", task)
			}
			var list struct {
				Count   int
				Results []struct{ ID int64 }
			}
			decode(t, s.get(c, "/api/tasks/").expect(t, "list", 200).body, &list)
			if list.Count != 2 || len(list.Results) != 2 || list.Results[0].ID != 2 {
				t.Errorf("list: %+v", list)
			}
			s.get(c, "/api/tasks/open/?q=BRE").expect(t, "a query", 200).contains(t, "the query", `{"tasks":[{"id":2,"title":"Bread","due":null}]}`)
			s.get(c, "/api/tasks/9/").expect(t, "no such row", 404)
			send("DELETE", "/api/tasks/1/delete/", "").expect(t, "delete", 204)
			s.get(c, "/api/tasks/1/").expect(t, "the deleted row", 404)
			send("DELETE", "/api/tasks/", "").expect(t, "a wrong method", 405)
		})
	}
}

func decode(t *testing.T, body string, into any) {
	t.Helper()
	if err := json.Unmarshal([]byte(body), into); err != nil {
		t.Fatalf("%v in %s", err, body)
	}
}

// backend is a server for a site to forward to; it returns its address.
func backend(t *testing.T, network, address string, h http.HandlerFunc) string {
	t.Helper()
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{Handler: h}
	go server.Serve(l)
	t.Cleanup(func() { server.Close() })
	return l.Addr().String()
}
