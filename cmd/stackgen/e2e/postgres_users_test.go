//go:build e2e

package e2e

import (
	"net/url"
	"os"
	"strings"
	"testing"

	"stackgen.dev/runtime/model/postgres/pgtest"
)

// Ensure that users and their sessions live in PostgreSQL as they do in SQLite:
// accounts, logins, permissions, a change of password that ends other sessions, and clearsessions.
func TestUsersOnPostgres(t *testing.T) {
	pg, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pg.Stop)
	dir := project(t, "blog")
	t.Setenv("DATABASE_URL", pg.URL("postgres"))
	edit(t, dir, "site.hcl", `default = "sqlite:data/blog.db"`, `default = "postgres://localhost/blog"`)
	edit(t, dir, "site.hcl", "database { url = var.database_url }", "database {\n  url     = var.database_url\n  engines = [postgres]\n}\n\nsession { store = \"database\" }")
	if err := os.RemoveAll(dir + "/migrations"); err != nil {
		t.Fatal(err)
	}
	run(t, dir, stackgen, "migrate", "diff", "site.hcl", "initial")
	build(t, dir)
	superuser(t, dir, "ada", "analytical engine no. 1")
	holds(t, fails(t, dir, "./site", "createsuperuser", "--no-input", "--username", "ADA"), "already")

	s := start(t, dir)
	c, other := browser(t), browser(t)
	login := func(password string) answer {
		return s.post(c, "/login/", url.Values{"username": {"ada"}, "password": {password}})
	}
	login("wrong").expect(t, "a wrong password", 200)
	login("analytical engine no. 1").expect(t, "the login", 302)
	s.post(other, "/login/", url.Values{"username": {"ada"}, "password": {"analytical engine no. 1"}}).expect(t, "a second session", 302)
	s.post(c, "/posts/new/", url.Values{"title": {"On PostgreSQL"}, "slug": {"pg"}, "body": {"x"}}).expect(t, "a post", 302)
	s.get(c, "/posts/pg/").contains(t, "the post", "by ada", "“On PostgreSQL” is published.")
	holds(t, run(t, dir, "./site", "sql", "SELECT count(*) AS sessions FROM django_session"), "2")

	run(t, dir, "./site", "sql", "UPDATE django_session SET expire_date = now() - interval '1 day' WHERE session_key = (SELECT min(session_key) FROM django_session)")
	run(t, dir, "./site", "clearsessions")
	holds(t, run(t, dir, "./site", "sql", "SELECT count(*) AS sessions FROM django_session"), "1")
	inside := 0
	for _, b := range []answer{s.get(c, "/posts/new/"), s.get(other, "/posts/new/")} {
		if b.status == 200 {
			inside++
		}
	}
	if inside != 1 {
		t.Errorf("%d sessions go on after one of two was cleared", inside)
	}
	run(t, dir, "./site", "sql", "UPDATE auth_user SET password = replace(password, 'argon2', 'argon2x')")
	for _, b := range []answer{s.get(c, "/posts/new/"), s.get(other, "/posts/new/")} {
		if b.status != 302 || !strings.HasPrefix(b.header.Get("Location"), "/login/") {
			t.Errorf("a session of another password goes on: %d", b.status)
		}
	}
}
