//go:build e2e && linux

package e2e

import (
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"golang.org/x/sys/unix"
)

// terminal runs a command on a terminal of its own and answers its questions, in
// their order. It returns what stood on the terminal.
func terminal(t *testing.T, cmd *exec.Cmd, answers ...string) (string, error) {
	t.Helper()
	ours, err := os.OpenFile("/dev/ptmx", os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer ours.Close()
	if err := unix.IoctlSetPointerInt(int(ours.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(ours.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	theirs, err := os.OpenFile(fmt.Sprintf("/dev/pts/%d", number), os.O_RDWR|unix.O_NOCTTY, 0)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stdin, cmd.Stdout, cmd.Stderr = theirs, theirs, theirs
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	theirs.Close()
	var out strings.Builder
	buf := make([]byte, 4096)
	for asked := 0; ; {
		n, err := ours.Read(buf)
		out.Write(buf[:n])
		if err != nil { // the other side is closed
			return strings.ReplaceAll(out.String(), "\r\n", "\n"), cmd.Wait()
		}
		for ; asked < strings.Count(out.String(), "[y/n] ")+strings.Count(out.String(), "notes=> ") && asked < len(answers); asked++ {
			if _, err := ours.WriteString(answers[asked] + "\n"); err != nil {
				t.Fatal(err)
			}
		}
	}
}

// Ensure that on a terminal migrate diff asks what may be a rename and what loses
// data, once for both engines, and does what it is told.
func TestMigrateDiffAsks(t *testing.T) {
	dir := t.TempDir()
	create(t, dir, "site.hcl", `site "ask" {}
database {
  url     = "sqlite:data/ask.db"
  engines = [sqlite, postgres]
}
model "post" {
  field "title" { type = char(100) }
  field "old" {
    type = integer
    null = true
  }
}
view "home" { text = "hi" }
route "/" { view = view.home }
`)
	diff := func() *exec.Cmd {
		cmd := exec.Command(stackgen, "migrate", "diff")
		cmd.Dir = dir
		return cmd
	}
	run(t, dir, stackgen, "migrate", "diff")

	edit(t, dir, "site.hcl", `field "title"`, `field "headline"`)
	out, err := terminal(t, diff(), "perhaps", "y")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	holds(t, out, "Is this post.title under a new name, headline? [y/n]", "wrote migrations/sqlite/0002_rename_title_post_headline.sql", "wrote migrations/postgres/0002_rename_title_post_headline.sql")
	if n := strings.Count(out, "Is this"); n != 2 {
		t.Errorf("it asks %d times, want twice: once again after an answer that is none\n%s", n, out)
	}

	edit(t, dir, "site.hcl", `model "post"`, `model "article"`)
	edit(t, dir, "site.hcl", "  field \"old\" {\n    type = integer\n    null = true\n  }\n", "")
	out, err = terminal(t, diff(), "n")
	if err == nil || strings.Contains(out, "wrote") {
		t.Errorf("written after no: %v\n%s", err, out)
	}
	holds(t, out, "These steps lose data:", "migrations/sqlite/0003_article_delete_post.sql: drops table post", "Write them? [y/n]", "nothing was written")
	out, err = terminal(t, diff(), "y")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	text, err := os.ReadFile(filepath.Join(dir, "migrations", "postgres", "0003_article_delete_post.sql"))
	if err != nil || !strings.Contains(string(text), "-- destructive: drops table post\nDROP TABLE \"post\";") {
		t.Errorf("%v\n%s", err, text)
	}
}

// Ensure that the verb sql is a prompt on a terminal and a script otherwise, in the
// built site and in the command, with the site's own database or another.
func TestSQLShell(t *testing.T) {
	dir := t.TempDir()
	create(t, dir, "site.hcl", `site "notes" {}
variable "database_url" {
  default = "sqlite:data/notes.db"
  env     = "NOTES_URL"
}
database { url = var.database_url }
model "note" {
  field "title" { type = char(100) }
}
view "home" { text = "hi" }
route "/" { view = view.home }
`)
	run(t, dir, stackgen, "migrate", "diff")
	run(t, dir, stackgen, "build", "-o", "site")
	run(t, dir, "./site", "migrate")
	for _, program := range []string{"./site", stackgen} {
		cmd := exec.Command(program, "sql")
		cmd.Dir = dir
		out, err := terminal(t, cmd, "INSERT INTO note (title)\n VALUES ('a'),\n ('b');\nSELEC;\nSELECT count(*) AS n FROM note;\n\\q")
		if err != nil {
			t.Fatal(err, out)
		}
		holds(t, out, "notes=> ", "notes-> ", "ok, 2 rows", "error: ", "(1 row)")
	}
	holds(t, run(t, dir, "./site", "sql", "SELECT count(*) AS n FROM note"), "n\n4\n(1 row)")
	holds(t, run(t, dir, stackgen, "sql", "--expanded", "--null", "-", "SELECT NULL AS none"), "-[ 1 ]-\nnone | -")
	run(t, dir, "./site", "backup", "copy.db")
	run(t, dir, "./site", "sql", "DELETE FROM note")
	for _, program := range []string{"./site", stackgen} {
		holds(t, run(t, dir, program, "sql", "--database", "sqlite:copy.db", "SELECT count(*) AS n FROM note"), "n\n4\n")
		holds(t, fails(t, dir, program, "sql", "--database", "sqlite:missing.db", "SELECT 1"), "missing.db")
		holds(t, fails(t, dir, program, "sql", "SELECT 1;\nSELECT nonsense"), "line 2: ", "nonsense")
		holds(t, fails(t, dir, program, "sql", "--database", "mysql://root:secret@localhost/x", "SELECT 1"), "sqlite")
	}
	if _, err := os.Stat(filepath.Join(dir, "missing.db")); err == nil {
		t.Error("missing.db was made")
	}
	piped := exec.Command("./site", "sql")
	piped.Dir, piped.Stdin = dir, strings.NewReader("SELECT 1 AS a;\nSELECT 2 AS b")
	out, err := piped.CombinedOutput()
	if err != nil || string(out) != "a\n1\n(1 row)\nb\n2\n(1 row)\n" {
		t.Errorf("%v\n%s", err, out)
	}
	other := exec.Command(stackgen, "sql", "SELECT count(*) AS n FROM note")
	other.Dir, other.Env = dir, append(os.Environ(), "NOTES_URL=sqlite:copy.db")
	out, err = other.CombinedOutput()
	if err != nil || string(out) != "n\n4\n(1 row)\n" {
		t.Errorf("%v\n%s", err, out)
	}
	holds(t, run(t, dir, "./site", "help"), "sql [STATEMENT]")
	holds(t, run(t, dir, stackgen, "sql", "--help"), "changes.sql", "--database")
}
