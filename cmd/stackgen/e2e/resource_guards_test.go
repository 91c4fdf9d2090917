//go:build e2e

package e2e

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"stackgen.dev/runtime/model/postgres/pgtest"
)

const guardedSite = `site "guarded" {}
variable "database_url" {
  default = "sqlite:data/guarded.db"
  env     = "DATABASE_URL"
}
database {
  url     = var.database_url
  engines = [sqlite, postgres]
}
middleware = [security, session, common, csrf, auth]
model "project" {
  field "name" {
    type   = char(40)
    unique = true
  }
}
model "task" {
  field "project" {
    type      = foreign_key(model.project)
    on_delete = cascade
  }
  field "title" { type = char(40) }
}
view "home" { text = "home" }
view "login" {
  login { success = view.home }
}
view "members" {
  login_required = true
  resource {
    model = model.task
    parent "project" { lookup_field = "name" }
  }
}
view "editors" {
  permission_required = [permission.change_task]
  resource {
    model = model.task
    parent "project" { lookup_field = "name" }
  }
}
view "friends" {
  user_passes_test = go.views.Friend
  resource {
    model = model.task
    parent "project" { lookup_field = "name" }
  }
}
route "/"       { view = view.home }
route "/login/" { view = view.login }
group "/members/<str:project>/tasks/" {
  route "" { view = view.members }
  route "<int:id>/" {
    view = view.members
    name = "member"
  }
}
group "/editors/<str:project>/tasks/" {
  route "" { view = view.editors }
  route "<int:id>/" {
    view = view.editors
    name = "editor"
  }
}
group "/friends/<str:project>/tasks/" {
  route "" { view = view.friends }
  route "<int:id>/" {
    view = view.friends
    name = "friend"
  }
}
`

const guardedViews = `package views

import "stackgen.dev/runtime/web"

// Friend lets those pass who say so.
func Friend(r *web.Request) (bool, error) { return r.Header("X-Friend") == "yes", nil }
`

// Ensure that the guards of a view stand before the rows beneath others, too, on both
// databases: who does not pass reads and changes nothing, and does not learn which rows
// there are to be beneath.
func TestGuardedNestedResources(t *testing.T) {
	pg, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pg.Stop)
	dir := t.TempDir()
	create(t, dir, "site.hcl", guardedSite)
	create(t, dir, "views/views.go", guardedViews)
	run(t, dir, stackgen, "migrate", "diff", "site.hcl", "initial")
	run(t, dir, stackgen, "build", "-o", "site")

	for engine, address := range map[string]string{"sqlite": "sqlite:data/guarded.db", "postgres": pg.URL("postgres")} {
		t.Run(engine, func(t *testing.T) {
			t.Setenv("DATABASE_URL", address)
			run(t, dir, "./site", "migrate")
			superuser(t, dir, "ada", "analytical engine no. 1")
			superuser(t, dir, "bob", "somebody else entirely")
			run(t, dir, "./site", "sql", "UPDATE auth_user SET is_superuser = false WHERE username = 'bob'")
			run(t, dir, "./site", "sql", "INSERT INTO project (name) VALUES ('House'), ('Garden')")
			s := start(t, dir)

			token := map[*http.Client]string{}
			enter := func(name, password string) *http.Client {
				c := browser(t)
				if name != "" {
					s.post(c, "/login/", url.Values{"username": {name}, "password": {password}}).expect(t, name+" logs in", 302)
				}
				token[c] = csrfInput.FindStringSubmatch(s.get(c, "/login/").body)[1]
				return c
			}
			ada, bob, nobody := enter("ada", "analytical engine no. 1"), enter("bob", "somebody else entirely"), enter("", "")
			send := func(c *http.Client, method, path, body string, fields ...string) answer {
				return s.ask(c, method, path, body, append(fields, "Content-Type: application/json", "X-CSRFToken: "+token[c])...)
			}
			const body = `{"title": "Paint"}`
			made := send(ada, "POST", "/members/House/tasks/", body).expect(t, "a task", 201)
			if !strings.HasSuffix(made.header.Get("Location"), "/members/House/tasks/1/") {
				t.Errorf("it is at %s", made.header.Get("Location"))
			}

			// Whoever does not pass gets the same answer, whether there are such rows or not.
			refused := func(who string, c *http.Client, group string, status int) {
				t.Helper()
				for _, path := range []string{"House/tasks/", "Nowhere/tasks/", "House/tasks/1/", "Garden/tasks/1/", "House/tasks/99/"} {
					for _, method := range []string{"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"} {
						if one := strings.HasSuffix(path, "tasks/"); one == (method == "PUT" || method == "PATCH" || method == "DELETE") && method != "GET" && method != "HEAD" {
							continue
						}
						a := send(c, method, "/"+group+"/"+path, body)
						if a.status != status || strings.Contains(a.body, "Paint") {
							t.Errorf("%s, %s /%s/%s: %d, want %d\n%s", who, method, group, path, a.status, status, a.body)
						}
						if to := a.header.Get("Location"); status == 302 && !strings.HasPrefix(to, "/login/?next=/"+group+"/") {
							t.Errorf("%s, %s /%s/%s: it leads to %q", who, method, group, path, to)
						}
					}
				}
			}
			for _, group := range []string{"members", "editors", "friends"} {
				refused("nobody", nobody, group, 302)
			}
			refused("bob", bob, "editors", 403)
			refused("bob", bob, "friends", 403)
			holds(t, run(t, dir, "./site", "sql", "SELECT count(*) AS tasks FROM task WHERE title = 'Paint'"), "tasks\n1\n")

			// Whoever passes has the rows of the one above, and no others.
			for _, pass := range []struct {
				c      *http.Client
				group  string
				fields []string
			}{{bob, "members", nil}, {ada, "editors", nil}, {bob, "friends", []string{"X-Friend: yes"}}, {nobody, "friends", []string{"X-Friend: yes"}}} {
				at := "/" + pass.group + "/"
				send(pass.c, "GET", at+"House/tasks/", "", pass.fields...).expect(t, at+"House", 200).contains(t, "the list", `"count":1`, "Paint")
				send(pass.c, "GET", at+"Garden/tasks/", "", pass.fields...).expect(t, at+"Garden", 200).contains(t, "the list", `"count":0`)
				send(pass.c, "GET", at+"Nowhere/tasks/", "", pass.fields...).expect(t, at+"Nowhere", 404)
				send(pass.c, "GET", at+"Garden/tasks/1/", "", pass.fields...).expect(t, at+"another's task", 404)
				send(pass.c, "PATCH", at+"Garden/tasks/1/", `{"title": "Stolen"}`, pass.fields...).expect(t, at+"another's task changed", 404)
				send(pass.c, "PATCH", at+"House/tasks/1/", `{"title": "Paint"}`, pass.fields...).expect(t, at+"its task changed", 200)
			}
			send(ada, "DELETE", "/editors/House/tasks/1/", "").expect(t, "deleted", 204)
			// The token stands before everything else.
			s.ask(ada, "POST", "/members/House/tasks/", body, "Content-Type: application/json").expect(t, "without the token", 403)
		})
	}
}
