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
		for ; asked < strings.Count(out.String(), "[y/n] ") && asked < len(answers); asked++ {
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
