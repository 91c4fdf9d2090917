//go:build e2e

package e2e

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"stackgen.dev/runtime/model/postgres/pgtest"
)

// notes is a fixture of notes with keys from first on, each of about 20 KB.
func notes(first, count int) string {
	r := rand.New(rand.NewPCG(1, 2))
	filler := make([]byte, 10_000)
	var b strings.Builder
	b.WriteString("[")
	for i := range count {
		if i > 0 {
			b.WriteString(",\n")
		}
		for j := range filler {
			filler[j] = byte(r.Uint32())
		}
		fmt.Fprintf(&b, `{"model": "note", "pk": %d, "fields": {"title": "n", "folder": null, "stars": 1, "price": null, "data": {"x": %q}, "created": "2026-01-01T00:00:00Z"}}`,
			first+i, hex.EncodeToString(filler))
	}
	b.WriteString("]\n")
	return b.String()
}

// onDatabase runs the site's command on a database.
func onDatabase(dir, address string, args ...string) *exec.Cmd {
	cmd := exec.Command("./site", args...)
	cmd.Dir, cmd.Env = dir, append(os.Environ(), "DATABASE_URL="+address)
	return cmd
}

func said(t *testing.T, cmd *exec.Cmd, ok bool, parts ...string) string {
	t.Helper()
	out, err := cmd.CombinedOutput()
	if (err == nil) != ok {
		t.Fatalf("%v: %v\n%s", cmd.Args[1:], err, out)
	}
	holds(t, string(out), parts...)
	return string(out)
}

const countNotes = "SELECT count(*) AS n FROM note"

// Ensure that on both databases a disk that is full, a process that is killed in
// the middle of a bulk write, and one that writes while another migrates cost
// nothing that was stored, leave nothing half-done, say what it was, and are over
// when their reason is.
func TestFaults(t *testing.T) {
	pg, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pg.Stop)
	dir := project(t, "postgres")
	run(t, dir, stackgen, "build", "-o", "site")
	create(t, dir, "small.json", notes(1, 1))
	create(t, dir, "big.json", notes(10, 1500))
	databases := map[string]string{"sqlite": "sqlite:data/notes.db", "postgres": pg.URL("postgres")}
	for _, address := range databases {
		said(t, onDatabase(dir, address, "migrate"), true, "done in")
		said(t, onDatabase(dir, address, "load", "small.json"), true, "stored 1 rows")
	}

	t.Run("disk full, postgres", func(t *testing.T) {
		address := databases["postgres"]
		pg.LimitFiles(t, 20<<20+4096)
		said(t, onDatabase(dir, address, "load", "big.json"), false, "the disk is full", "nothing was stored")
		said(t, onDatabase(dir, address, "sql", countNotes), true, "n\n1\n")
		pg.LimitFiles(t, 0)
		said(t, onDatabase(dir, address, "load", "big.json"), true, "stored 1500 rows")
		said(t, onDatabase(dir, address, "sql", "DELETE FROM note WHERE id > 1"), true)
	})

	// A disk of its own, as large as the test needs it, which nobody else sees.
	t.Run("disk full, sqlite", func(t *testing.T) {
		create(t, dir, "disk/README", "the disk comes here")
		create(t, dir, "full.sh", `set -e
mount -t tmpfs -o size=4m small disk
./site migrate
./site load small.json
echo "load: $(./site load big.json 2>&1 && echo stored || echo refused)"
./site sql "SELECT count(*) AS after_load FROM note"
./site load small.json
dd if=/dev/zero of=disk/filler bs=4k 2>/dev/null || true
echo "write: $(./site sql "UPDATE note SET data = '{}'; INSERT INTO folder (name) VALUES ('x')" 2>&1 && echo stored || echo refused)"
rm disk/filler
./site sql "SELECT count(*) AS after_full FROM note"
./site sql "PRAGMA integrity_check"
`)
		cmd := exec.Command("unshare", "--mount", "sh", "full.sh")
		cmd.Dir, cmd.Env = dir, append(os.Environ(), "DATABASE_URL=sqlite:disk/notes.db")
		out := said(t, cmd, true, "model: the disk is full", "nothing was stored\nrefused", "after_load\n1\n", "after_full\n1\n", "integrity_check\nok\n")
		if write := strings.SplitAfter(out, "write: "); len(write) != 2 || !strings.Contains(write[1], "the disk is full") {
			t.Errorf("the second full disk is not named:\n%s", out)
		}
	})

	for engine, address := range databases {
		t.Run("killed in a bulk write, "+engine, func(t *testing.T) {
			load := onDatabase(dir, address, "load", "-")
			in := begun(t, load)
			// What is written is read, but for what fits a pipe.
			if _, err := io.WriteString(in, strings.TrimSuffix(notes(10, 100), "]\n")); err != nil {
				t.Fatal(err)
			}
			load.Process.Kill()
			load.Wait()
			said(t, onDatabase(dir, address, "sql", countNotes), true, "n\n1\n")
			said(t, onDatabase(dir, address, "load", "big.json"), true, "stored 1500 rows")
			said(t, onDatabase(dir, address, "sql", countNotes), true, "n\n1501\n")
		})
	}

	t.Run("written to while it is migrated, sqlite", func(t *testing.T) {
		address := databases["sqlite"]
		create(t, dir, filepath.Join("migrations", "sqlite", "0002_more.sql"), "-- migrate: up\nALTER TABLE \"note\" ADD COLUMN \"more\" integer;\n\n-- migrate: down\nALTER TABLE \"note\" DROP COLUMN \"more\";\n")
		run(t, dir, stackgen, "build", "-o", "site")
		load := onDatabase(dir, address, "load", "-")
		in := begun(t, load)
		if _, err := io.WriteString(in, strings.TrimSuffix(notes(10, 20), "]\n")); err != nil {
			t.Fatal(err)
		}
		migrate := onDatabase(dir, address, "migrate")
		var out bytes.Buffer
		said, write := io.Pipe()
		migrate.Stdout, migrate.Stderr = write, write
		if err := migrate.Start(); err != nil {
			t.Fatal(err)
		}
		told := make([]byte, 200)
		n, _ := said.Read(told) // it says so before it waits
		holds(t, string(told[:n]), "another process writes to this database; waiting for it")
		go io.Copy(&out, said)
		io.WriteString(in, "]\n")
		in.Close()
		if err := load.Wait(); err != nil {
			t.Error(err)
		}
		if err := migrate.Wait(); err != nil {
			t.Errorf("%v\n%s", err, &out)
		}
	})
}

// begun starts a command with a pipe to its input.
func begun(t *testing.T, cmd *exec.Cmd) io.WriteCloser {
	t.Helper()
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	cmd.Stderr = os.Stderr
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return in
}
