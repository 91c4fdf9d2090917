//go:build e2e

package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// Ensure that operators see the servers of a running site's upstreams, have one get no more requests, over a
// reload too, and purge caches by address and tag.
func TestOperators(t *testing.T) {
	var urls []string
	for _, word := range []string{"a", "b"} {
		urls = append(urls, "http://"+backend(t, "tcp", "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Cache-Control", "max-age=600")
			io.WriteString(w, word)
		}))
	}
	dir := t.TempDir()
	create(t, dir, "site.hcl", `
site "operated" {}
proxy {
  location "/" { forward = upstream.group }
  location "/kept/" {
    forward = upstream.group
    cache { tags = ["kept"] }
  }
}
upstream "group" {
  server "a" { url = "`+urls[0]+`" }
  server "b" { url = "`+urls[1]+`" }
}
`)
	build(t, dir)
	s := start(t, dir)
	c := browser(t)
	seen := func() string {
		all := ""
		for range 6 {
			all += s.get(c, "/").expect(t, "a request", 200).body
		}
		return all
	}
	list := run(t, dir, "./site", "upstream")
	if strings.Count(list, "group") != 2 || strings.Count(list, "up") != 4 { // twice in "group"
		t.Errorf("the servers:\n%s", list)
	}
	run(t, dir, "./site", "upstream", "drain", "group", "a")
	if got := seen(); got != "bbbbbb" {
		t.Errorf("while a drains: %s", got)
	}
	if list := run(t, dir, "./site", "upstream"); !strings.Contains(list, "drain") {
		t.Errorf("while a drains:\n%s", list)
	}
	run(t, dir, "./site", "reload")
	if got := seen(); got != "bbbbbb" {
		t.Errorf("after a reload: %s", got)
	}
	run(t, dir, "./site", "upstream", "restore", "group", "a")
	if got := seen(); !strings.Contains(got, "a") {
		t.Errorf("when a is back: %s", got)
	}
	for want, args := range map[string][]string{
		`there is no upstream "grup"; there are group`:           {"drain", "grup", "a"},
		`the upstream group has no server "c"; it has a, b`:      {"drain", "group", "c"},
		"give nothing, or drain or restore with the names of an": {"stop", "group", "a"},
	} {
		if out, err := try(dir, append([]string{"./site", "upstream"}, args...)...); err == nil || !strings.Contains(out, want) {
			t.Errorf("%v: %v, %s", args, err, out)
		}
	}

	kept := func(path string) bool {
		return s.get(c, path).expect(t, path, 200).header.Get("Age") != ""
	}
	for _, path := range []string{"/kept/x", "/kept/y?z"} {
		if kept(path); !kept(path) {
			t.Fatalf("%s is not kept", path)
		}
	}
	for _, tt := range []struct {
		args       []string
		says       string
		gone, left string
	}{
		{[]string{"/kept/x"}, "purged 1", "/kept/x", "/kept/y?z"},
		{[]string{s.url + "/kept/y?z"}, "purged 1", "/kept/y?z", "/kept/x"},
		{[]string{"--tag", "kept"}, "purged 2", "/kept/x", ""},
		{[]string{"/kept/*"}, "purged 1", "/kept/x", ""},
		{[]string{"--tag", "other"}, "purged 0", "", "/kept/x"},
	} {
		if out := run(t, dir, append([]string{"./site", "purge"}, tt.args...)...); strings.TrimSpace(out) != tt.says {
			t.Errorf("%v: %s", tt.args, out)
		}
		if tt.left != "" && !kept(tt.left) {
			t.Errorf("%v: %s has gone, too", tt.args, tt.left)
		}
		if tt.gone != "" && kept(tt.gone) {
			t.Errorf("%v: %s is there still", tt.args, tt.gone)
		}
	}
	if out, err := try(dir, "./site", "purge", "kept"); err == nil || !strings.Contains(out, `"kept" is no address`) {
		t.Errorf("a purge of no address: %v, %s", err, out)
	}
}

// Ensure that what the cache keeps of a model's rows goes when a row is saved or deleted, in one process and in
// several.
func TestCacheFollowsModels(t *testing.T) {
	for _, mode := range []string{"inline", "process"} {
		t.Run(mode, func(t *testing.T) {
			dir := t.TempDir()
			create(t, dir, "site.hcl", `
site "news" {}
database { url = "sqlite:data/news.db" }
workers {
  mode  = "`+mode+`"
  count = 2
}
proxy {
  location "/" { forward = app }
  location "/posts/" {
    forward = app
    cache {
      ttl  = "1h"
      tags = ["pages", model.post]
    }
  }
}
model "post" {
  field "title" { type = char(100) }
}
view "posts" {
  list { model = model.post }
}
view "api" {
  resource { model = model.post }
}
view "shout"  { handler = go.views.Shout }
view "forget" { handler = go.views.Forget }
route "/posts/" { view = view.posts }
route "/shout/" { view = view.shout }
route "/forget/" { view = view.forget }
route "/api/posts/" { view = view.api }
route "/api/posts/<int:id>/" {
  view = view.api
  name = "post"
}
`)
			create(t, dir, "templates/post_list.html", "{% for post in post_list %}[{{ post.title }}]{% endfor %}")
			create(t, dir, "views/many.go", `package views

import (
	"news/gen/models"
	"stackgen.dev/runtime/web"
)

// Shout changes all rows in one statement.
func Shout(r *web.Request) (*web.Response, error) {
	_, err := models.Posts(r).Update(models.PostField.Title.Set("ALL"))
	return web.Text("changed"), err
}

// Forget deletes all rows in one statement.
func Forget(r *web.Request) (*web.Response, error) {
	_, err := models.Posts(r).Delete()
	return web.Text("deleted"), err
}
`)
			run(t, dir, stackgen, "migrate", "diff", "initial")
			build(t, dir)
			s := start(t, dir)
			c := browser(t)
			page := func() answer { return s.get(c, "/posts/").expect(t, "the page", 200) }
			if first := page(); first.body != "" {
				t.Fatalf("at first: %q", first.body)
			}
			if again := page(); again.header.Get("Age") == "" {
				t.Fatalf("the page is not kept: %v", again.header)
			}
			s.ask(c, "POST", "/api/posts/", `{"title": "one"}`, "Content-Type: application/json").expect(t, "a new row", 201)
			s.wait("the page with the new row", func() bool { return page().body == "[one]" })
			// What the cache is told to let go of may be told a moment later.
			s.wait("the new page to be kept", func() bool { return page().header.Get("Age") != "" })
			s.ask(c, "DELETE", "/api/posts/1/", "").expect(t, "a row that goes", 204)
			s.wait("the page without the row", func() bool { return page().body == "" })
			// What changes many rows in one statement is heard of, too.
			s.ask(c, "POST", "/api/posts/", `{"title": "two"}`, "Content-Type: application/json").expect(t, "another row", 201)
			s.wait("the page with the other row", func() bool { return page().body == "[two]" })
			s.get(c, "/shout/").expect(t, "a change of all rows", 200)
			s.wait("the page with what changed", func() bool { return page().body == "[ALL]" })
			s.get(c, "/forget/").expect(t, "the end of all rows", 200)
			s.wait("the empty page", func() bool { return page().body == "" })
		})
	}
}
