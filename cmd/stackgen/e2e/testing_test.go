//go:build e2e

package e2e

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// goTest runs a project's own tests and returns what they say.
func goTest(t *testing.T, dir string) string {
	t.Helper()
	run(t, dir, stackgen, "build", "-o", "site")
	return run(t, dir, "go", "test", "-v", "./...")
}

// Ensure that the tests which the starter comes with drive it, and that they fail
// when it is broken: with the place in the test, and what the site logged.
func TestTheStartersOwnTests(t *testing.T) {
	dir := project(t, "guestbook")
	// The site's own database is nothing that tests may touch.
	t.Setenv("DATABASE_URL", "sqlite:"+filepath.Join(dir, "precious.db"))
	holds(t, goTest(t, dir), "--- PASS: TestWriting ", "--- PASS: TestWritingNothing ")
	if _, err := os.Stat(filepath.Join(dir, "precious.db")); err == nil {
		t.Error("the tests made the database of the environment")
	}

	edit(t, dir, "views/count.go", `fmt.Sprintf("%d entries\n", n)), nil`, `""), fmt.Errorf("counting %d is broken", n)`)
	out, err := try(dir, "go", "test", "./views")
	if err == nil {
		t.Fatalf("tests of a broken site pass:\n%s", out)
	}
	holds(t, out, "count_test.go:", "counting 1 is broken", "FAIL: TestWriting ")
}

// Ensure that tests of a site on PostgreSQL have a database each, which is gone when they are over.
func TestOwnTestsOnPostgres(t *testing.T) {
	pg, dir := postgresProject(t)
	create(t, dir, "notes_test.go", `package postgres_test

import (
	"testing"

	"postgres/gen/models"
	"postgres/gen/sitetest"
	"postgres/gen/urls"
)

func TestNotes(t *testing.T) {
	for _, name := range []string{"one", "two"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := sitetest.New(t)
			if page := s.Post(urls.Notes(), "title", name, "stars", "1", "data", "{}"); page.Status != 302 {
				t.Fatalf("it answers %d:\n%s", page.Status, page.Body)
			}
			row, err := models.Notes(s.DB).Get()
			if err != nil || row.Title != name {
				t.Errorf("stored is %+v, %v", row, err)
			}
		})
	}
}
`)
	t.Setenv("TEST_DATABASE_URL", pg.URL("postgres"))
	holds(t, goTest(t, dir), "--- PASS: TestNotes/one", "--- PASS: TestNotes/two")
	t.Setenv("DATABASE_URL", pg.URL("postgres"))
	if left := run(t, dir, "./site", "sql", "SELECT datname FROM pg_database WHERE datname LIKE 'test\\_%'"); strings.Contains(left, "test_") {
		t.Errorf("databases are left:\n%s", left)
	}
	if left := run(t, dir, "./site", "sql", "SELECT count(*) AS n FROM pg_tables WHERE schemaname = 'public'"); !strings.Contains(left, "0") {
		t.Errorf("the database of the URL was used:\n%s", left)
	}

	// Without a server the tests say so, and do not pass.
	t.Setenv("TEST_DATABASE_URL", "postgres://nobody@127.0.0.1:1/none")
	out, err := try(dir, "go", "test", ".")
	if err == nil {
		t.Fatalf("tests without a database pass:\n%s", out)
	}
	holds(t, out, "sitetest: a database for the test:")
}
