//go:build e2e

package e2e

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"stackgen.dev/runtime/model/postgres/pgtest"
)

// heldMigration stops in the middle, forward and backward, while HOLD says so.
const heldMigration = `-- migrate: up
ALTER TABLE "note" ADD COLUMN "half" integer;
DELETE FROM "note";
-- migrate: go Hold
ALTER TABLE "note" ADD COLUMN "whole" integer;

-- migrate: down
ALTER TABLE "note" DROP COLUMN "whole";
-- migrate: go Hold
ALTER TABLE "note" DROP COLUMN "half";
`

const holdFunction = `package migrations

import (
	"os"

	"stackgen.dev/runtime/model"
)

// Hold makes the file that HOLD names, and waits until it is stopped.
func Hold(tx model.Source) error {
	file := os.Getenv("HOLD")
	if file == "" {
		return nil
	}
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		return err
	}
	<-tx.Context().Done()
	return tx.Context().Err()
}
`

// Ensure that a migration which is stopped half-way, with Ctrl-C or kill -9, forward or
// backward, leaves on both databases what was there before it, that another process
// waits for it meanwhile, and that this one goes on when it has gone.
func TestMigrationStopped(t *testing.T) {
	pg, err := pgtest.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(pg.Stop)
	dir := project(t, "postgres")
	for _, engine := range []string{"sqlite", "postgres"} {
		create(t, dir, filepath.Join("migrations", engine, "0002_held.sql"), heldMigration)
	}
	create(t, dir, "migrations/hold.go", holdFunction)
	create(t, dir, "small.json", notes(1, 1))
	run(t, dir, stackgen, "build", "-o", "site")

	for engine, address := range map[string]string{"sqlite": "sqlite:data/notes.db", "postgres": pg.URL("postgres")} {
		t.Run(engine, func(t *testing.T) {
			columns := func() string {
				out := said(t, onDatabase(dir, address, "sql", "SELECT * FROM note"), true)
				head, _, _ := strings.Cut(out, "\n")
				return strings.Join(strings.Fields(head), " ") // columns are as wide as what is in them
			}
			// held begins to migrate, and returns when half of it is done.
			held := func(args ...string) (*exec.Cmd, *bytes.Buffer) {
				file := filepath.Join(t.TempDir(), "held")
				cmd := onDatabase(dir, address, args...)
				cmd.Env = append(cmd.Env, "HOLD="+file)
				var out bytes.Buffer
				cmd.Stdout, cmd.Stderr = &out, &out
				if err := cmd.Start(); err != nil {
					t.Fatal(err)
				}
				waitFor(t, "the migration to be half-way", func() bool {
					_, err := os.Stat(file)
					return err == nil
				})
				return cmd, &out
			}
			// The first migration alone: the second is taken back by nothing yet.
			cmd, _ := held("migrate")
			cmd.Process.Kill()
			cmd.Wait()
			said(t, onDatabase(dir, address, "load", "small.json"), true, "stored 1 rows")
			before := columns()
			if strings.Contains(before, "half") {
				t.Fatalf("half of the migration is there: %s", before)
			}

			for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGTERM, syscall.SIGKILL} {
				cmd, out := held("migrate")
				cmd.Process.Signal(sig)
				if err := cmd.Wait(); err == nil {
					t.Errorf("%v: it ended well:\n%s", sig, out)
				}
				if sig != syscall.SIGKILL {
					holds(t, out.String(), "stopped at 0002_held.sql", "nothing of it was kept")
				}
				holds(t, said(t, onDatabase(dir, address, "migrate", "status"), true), "0002_held.sql", "pending")
				holds(t, said(t, onDatabase(dir, address, "sql", countNotes), true), "n\n1\n")
				if got := columns(); got != before {
					t.Errorf("%v: %s, was %s", sig, got, before)
				}
			}

			first, _ := held("migrate")
			second := onDatabase(dir, address, "migrate")
			out := new(site)
			second.Stdout, second.Stderr = &lockedWriter{out}, &lockedWriter{out}
			if err := second.Start(); err != nil {
				t.Fatal(err)
			}
			waitFor(t, "the second to say that it waits", func() bool { return strings.Contains(out.Log(), "waiting for it") })
			first.Process.Kill()
			first.Wait()
			if err := second.Wait(); err != nil {
				t.Errorf("%v\n%s", err, out.Log())
			}
			holds(t, out.Log(), "0002_held.sql … done")

			after := columns()
			for _, sig := range []syscall.Signal{syscall.SIGINT, syscall.SIGKILL} {
				cmd, _ := held("migrate", "down")
				cmd.Process.Signal(sig)
				if err := cmd.Wait(); err == nil {
					t.Errorf("down, %v: it ended well", sig)
				}
				if got := columns(); got != after || !strings.Contains(after, "whole") {
					t.Errorf("down, %v: %s, was %s", sig, got, after)
				}
			}
			holds(t, said(t, onDatabase(dir, address, "migrate", "down"), true), "took 0002_held.sql back")
			if got := columns(); got != before {
				t.Errorf("after down: %s, was %s", got, before)
			}
			if engine == "sqlite" {
				holds(t, said(t, onDatabase(dir, address, "sql", "PRAGMA integrity_check"), true), "ok")
			}
		})
	}
}
