package migrate_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/migrate"
	"stackgen.dev/runtime/model/sqlite"
)

var ctx = context.Background()

const (
	first = `-- The first tables.
-- migrate: up
CREATE TABLE author (id integer PRIMARY KEY, name text NOT NULL);
CREATE TABLE post (id integer PRIMARY KEY, author_id integer NOT NULL REFERENCES author (id) ON DELETE CASCADE);
INSERT INTO author VALUES (1, 'Ada');
INSERT INTO post VALUES (1, 1);

-- migrate: down
DROP TABLE post;
DROP TABLE author;
`
	second = `-- migrate: up
ALTER TABLE post ADD COLUMN title text NULL;
-- migrate: down
ALTER TABLE post DROP COLUMN title;
`
)

func folder(files ...string) fstest.MapFS {
	fsys := fstest.MapFS{}
	for i, text := range files {
		fsys[fmt.Sprintf("%04d_step.sql", i+1)] = &fstest.MapFile{Data: []byte(text)}
	}
	return fsys
}

func open(t *testing.T, path string) *model.DB {
	t.Helper()
	db, err := sqlite.Open(ctx, "sqlite:"+path, sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

func migrator(t *testing.T, db *model.DB, fsys fstest.MapFS) *migrate.Migrator {
	t.Helper()
	files, err := migrate.Load(fsys)
	if err != nil {
		t.Fatal(err)
	}
	return migrate.New(db, files)
}

// schemaOf is every table and row count, which is what a failed migration must not change.
func schemaOf(t *testing.T, db *model.DB) string {
	t.Helper()
	list, err := model.FetchAll(db, `SELECT name || ': ' || sql FROM sqlite_schema WHERE name NOT LIKE 'stackgen%' ORDER BY name`,
		model.Row.Text)
	if err != nil {
		t.Fatal(err)
	}
	var b strings.Builder
	for _, s := range list {
		b.WriteString(s + "\n")
	}
	return b.String()
}

// Ensure what is pending is applied once, in order, and reported.
func TestApply(t *testing.T) {
	db := open(t, ":memory:")
	m := migrator(t, db, folder(first, second))
	pending, err := m.Pending(ctx)
	if err != nil || len(pending) != 2 {
		t.Fatalf("pending %v, %v", pending, err)
	}
	var steps []string
	n, err := m.Apply(ctx, func(p migrate.Progress) {
		steps = append(steps, fmt.Sprintf("%s %d/%d %v", p.File.Name, p.Number, p.Of, p.Done))
	})
	if err != nil || n != 2 {
		t.Fatalf("applied %d, %v", n, err)
	}
	want := "0001_step.sql 1/2 false, 0001_step.sql 1/2 true, 0002_step.sql 2/2 false, 0002_step.sql 2/2 true"
	if got := strings.Join(steps, ", "); got != want {
		t.Errorf("progress %s\nwant %s", got, want)
	}
	if n, err := m.Apply(ctx, nil); n != 0 || err != nil {
		t.Errorf("again: %d, %v", n, err)
	}
	states, err := m.Status(ctx)
	if err != nil || len(states) != 2 || states[1].Applied.IsZero() {
		t.Errorf("status %v, %v", states, err)
	}
	if err := fkOn(db); err != nil {
		t.Error(err)
	}
}

// fkOn reports whether foreign keys are enforced again.
func fkOn(db *model.DB) error {
	_, err := model.Execute(db, "post", `INSERT INTO post (id, author_id) VALUES (99, 99)`)
	var fk *model.ForeignKeyError
	if !errors.As(err, &fk) {
		return fmt.Errorf("foreign keys are not enforced: %v", err)
	}
	return nil
}

// Ensure the last migration can be taken back, down to nothing.
func TestRevert(t *testing.T) {
	db := open(t, ":memory:")
	m := migrator(t, db, folder(first, second))
	if _, err := m.Apply(ctx, nil); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{"0002_step.sql", "0001_step.sql", ""} {
		if got, err := m.Revert(ctx); got != want || err != nil {
			t.Errorf("took back %q, %v; want %q", got, err, want)
		}
	}
	if got := schemaOf(t, db); got != "" {
		t.Errorf("left over:\n%s", got)
	}
	m = migrator(t, db, folder("-- migrate: up\nSELECT 1;\n"))
	if _, err := m.Apply(ctx, nil); err != nil {
		t.Fatal(err)
	}
	if _, err := m.Revert(ctx); err == nil || !strings.Contains(err.Error(), "no section down") {
		t.Errorf("without a section down: %v", err)
	}
}

// Ensure a migration that fails leaves the database as it was before it.
func TestFailureHalfWay(t *testing.T) {
	for _, c := range []struct{ name, up, want string }{
		{"bad statement", "CREATE TABLE extra (id integer);\nDELETE FROM post;\nSELEKT;",
			`migrate: stopped at 0002_step.sql: line 4: sqlite: prepare: 1:1: SQL logic error: near "SELEKT": syntax error (0 applied before it; nothing of it was kept)`},
		{"constraint", "INSERT INTO author VALUES (2, NULL);",
			`migrate: stopped at 0002_step.sql: line 2: model: author.name must have a value (0 applied before it; nothing of it was kept)`},
		{"row left pointing at nothing", "DELETE FROM author;",
			`migrate: stopped at 0002_step.sql: model: a row points at a row that does not exist: row 1 of post points at a missing row of author (0 applied before it; nothing of it was kept)`},
		{"own rollback", "CREATE TABLE extra (id integer);\nROLLBACK;",
			`migrate: stopped at 0002_step.sql: line 3: it ends the transaction it runs in; take BEGIN, COMMIT and ROLLBACK out (0 applied before it; nothing of it was kept)`},
		{"own commit", "CREATE TABLE extra (id integer);\n\n/* so far */ commit transaction;\nBEGIN;",
			`migrate: stopped at 0002_step.sql: line 4: it ends the transaction it runs in; take BEGIN, COMMIT and ROLLBACK out (0 applied before it; nothing of it was kept)`},
		{"commit by its other name", "DELETE FROM post;\nEND;",
			`migrate: stopped at 0002_step.sql: line 3: it ends the transaction it runs in; take BEGIN, COMMIT and ROLLBACK out (0 applied before it; nothing of it was kept)`},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := open(t, filepath.Join(t.TempDir(), "test.db"))
			if _, err := migrator(t, db, folder(first)).Apply(ctx, nil); err != nil {
				t.Fatal(err)
			}
			before := schemaOf(t, db)
			n, err := migrator(t, db, folder(first, "-- migrate: up\n"+c.up)).Apply(ctx, nil)
			if err == nil || n != 0 || err.Error() != c.want {
				t.Errorf("applied %d\n got %v\nwant %s", n, err, c.want)
			}
			if after := schemaOf(t, db); after != before {
				t.Errorf("before:\n%s\nafter:\n%s", before, after)
			}
			if n, err := model.FetchInt(db, "SELECT COUNT(*) FROM post"); n != 1 || err != nil {
				t.Errorf("%d rows, %v", n, err)
			}
			if err := fkOn(db); err != nil {
				t.Error(err)
			}
			// The corrected file goes on from there.
			if n, err := migrator(t, db, folder(first, second)).Apply(ctx, nil); n != 1 || err != nil {
				t.Errorf("corrected: %d, %v", n, err)
			}
		})
	}
}

// Ensure files and database must form one line.
func TestHistory(t *testing.T) {
	renamed := folder(first, second)
	renamed["0002_other.sql"] = renamed["0002_step.sql"]
	delete(renamed, "0002_step.sql")
	for _, c := range []struct {
		name string
		fsys fstest.MapFS
		want string
	}{
		{"changed file", folder(first, second+"\n-- and a comment"), "migrate: 0002_step.sql: it was changed after it was applied; restore the file and write the change as a new migration"},
		{"file gone", folder(first), "migrate: 0002_step.sql: the database has had it, but the file is not there; this binary is older than the database"},
		{"another in its place", renamed, "migrate: 0002_other.sql: the database has had 0002_step.sql in its place; migrations are applied in one line, so give this one the next free number"},
		{"windows line ends", folder(first, strings.ReplaceAll(second, "\n", "\r\n")), ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			db := open(t, ":memory:")
			if _, err := migrator(t, db, folder(first, second)).Apply(ctx, nil); err != nil {
				t.Fatal(err)
			}
			_, err := migrator(t, db, c.fsys).Apply(ctx, nil)
			if got := fmt.Sprint(err); got != c.want && (c.want != "" || err != nil) {
				t.Errorf("got %s\nwant %s", got, c.want)
			}
		})
	}
}

// Ensure a folder of migrations is read strictly.
func TestLoad(t *testing.T) {
	file := func(name, text string) fstest.MapFS {
		return fstest.MapFS{name: &fstest.MapFile{Data: []byte(text)}}
	}
	two := folder(first, second)
	two["0002_branch.sql"] = two["0002_step.sql"]
	for _, c := range []struct {
		name string
		fsys fstest.MapFS
		want string
	}{
		{"no folder", fstest.MapFS{}, ""},
		{"other files", file("README.md", "x"), ""},
		{"bad name", file("2_Post.sql", first), "the name of a migration"},
		{"gap", file("0002_step.sql", first), "number 0001 is missing before it"},
		{"two branches", two, "it has the same number as 0002_branch.sql"},
		{"no section", file("0001_a.sql", "-- nothing\n"), "the line \"-- migrate: up\" is missing"},
		{"SQL before the section", file("0001_a.sql", "SELECT 1;\n-- migrate: up\n"), "0001_a.sql:1: SQL before the line"},
		{"two sections up", file("0001_a.sql", "-- migrate: up\n-- migrate: up\n"), "0001_a.sql:2: "},
		{"down first", file("0001_a.sql", "-- migrate: down\n-- migrate: up\n"), "0001_a.sql:1: "},
		{"unknown word", file("0001_a.sql", "-- migrate: sideways\n"), "0001_a.sql:1: "},
		{"zero byte", file("0001_a.sql", "-- migrate: up\nSELECT '\x00';"), "a zero byte"},
	} {
		_, err := migrate.Load(c.fsys)
		if (err == nil) != (c.want == "") || err != nil && !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: got %v, want %q", c.name, err, c.want)
		}
	}
}

// Ensure several processes that migrate at once apply everything once.
func TestConcurrentMigrators(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	files := []string{first, second}
	for i := range 10 {
		files = append(files, fmt.Sprintf("-- migrate: up\nCREATE TABLE t%d (id integer);\nINSERT INTO author (name) VALUES ('t%d');\n", i, i))
	}
	total := make([]int, 4)
	var wg sync.WaitGroup
	for i := range total {
		m := migrator(t, open(t, path), folder(files...))
		wg.Go(func() {
			n, err := m.Apply(ctx, nil)
			if total[i] = n; err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
	if sum := total[0] + total[1] + total[2] + total[3]; sum != len(files) {
		t.Errorf("applied %v, want %d in all", total, len(files))
	}
	if n, err := model.FetchInt(open(t, path), "SELECT COUNT(*) FROM author"); n != 11 || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
}

// Ensure no other process migrates between two migrations of this one, where no
// transaction keeps it out: it says that it waits, and then has nothing to do.
func TestOneMigratesAtATime(t *testing.T) {
	for _, outside := range []bool{false, true} {
		t.Run(fmt.Sprintf("outside transactions %t", outside), func(t *testing.T) {
			path := filepath.Join(t.TempDir(), "test.db")
			files := folder(first, second)
			if outside {
				files = folder(first, "-- migrate: outside transaction\n"+second)
			}
			other := migrator(t, open(t, path), files)
			waits, ended := make(chan struct{}), make(chan error, 1)
			n, err := migrator(t, open(t, path), files).Apply(ctx, func(p migrate.Progress) {
				if p.Number != 1 || !p.Done {
					return
				}
				go func() {
					n, err := other.Apply(ctx, func(p migrate.Progress) {
						if p.Waiting {
							close(waits)
						}
					})
					if n != 0 {
						err = fmt.Errorf("it applied %d", n)
					}
					ended <- err
				}()
				select {
				case <-waits:
				case err := <-ended:
					t.Errorf("the other did not wait: %v", err)
					ended <- err
				}
			})
			if n != 2 || err != nil {
				t.Errorf("applied %d: %v", n, err)
			}
			if err := <-ended; err != nil {
				t.Errorf("the other: %v", err)
			}
		})
	}
}

// Ensure who waits for another to migrate can be stopped.
func TestWaitingIsStopped(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	other := migrator(t, open(t, path), folder(first))
	n, err := migrator(t, open(t, path), folder(first)).Apply(ctx, func(p migrate.Progress) {
		if p.Done {
			return
		}
		stopping, stop := context.WithCancel(ctx)
		if _, err := other.Apply(stopping, func(migrate.Progress) { stop() }); !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
	})
	if n != 1 || err != nil {
		t.Errorf("applied %d: %v", n, err)
	}
}

// Ensure two that take back the same migration take it back once.
func TestDownTogether(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	third := "-- migrate: up\nCREATE TABLE extra (id integer);\n-- migrate: down\nDROP TABLE extra;\n"
	files := folder(first, second, third)
	if _, err := migrator(t, open(t, path), files).Apply(ctx, nil); err != nil {
		t.Fatal(err)
	}
	other := migrator(t, open(t, path), files)
	waits, ended := make(chan struct{}), make(chan error, 1)
	other.WithWaiting(func(migrate.Progress) { close(waits) })
	var names []string
	err := migrator(t, open(t, path), files).Down(ctx, "1", func(name string) {
		names = append(names, name)
		if len(names) > 1 {
			return
		}
		go func() {
			ended <- other.Down(ctx, "2", func(name string) { t.Errorf("the other took back %s", name) })
		}()
		select {
		case <-waits:
		case err := <-ended:
			t.Error("the other did not wait")
			ended <- err
		}
	})
	if len(names) != 2 || err != nil {
		t.Errorf("took back %v: %v", names, err)
	}
	if err := <-ended; err != nil {
		t.Errorf("the other: %v", err)
	}
}

// Ensure what a Go function gave to OnCommit runs when its migration is stored, and not
// when that fails afterwards.
func TestFunctionOnCommit(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	db, seen := open(t, path), open(t, path)
	told := 0
	tell := func(tx model.Source) error {
		model.OnCommit(tx, func() {
			told++
			if n, err := model.FetchInt(seen, "SELECT COUNT(*) FROM author"); n == 0 || err != nil {
				t.Errorf("before it was stored: %d, %v", n, err)
			}
		})
		return nil
	}
	telling := "-- migrate: up\n-- migrate: go Tell\n"
	for _, c := range []struct {
		name  string
		files fstest.MapFS
		ok    bool
		told  int
	}{
		{"failed afterwards", folder(first, telling+"SELEKT;"), false, 0},
		{"stored", folder(first, telling), true, 1},
		{"outside transactions", folder(first, telling, "-- migrate: outside transaction\n"+telling), true, 2},
	} {
		m := migrator(t, db, c.files).WithFunctions(map[string]migrate.Func{"Tell": tell})
		if _, err := m.Apply(ctx, nil); (err == nil) != c.ok || told != c.told {
			t.Errorf("%s: told %d times, %v", c.name, told, err)
		}
	}
}

// Ensure a process that goes on writing is waited for, which is said once, and is
// then named as what is in the way.
func TestWaitsForWriter(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	impatient, err := sqlite.Open(ctx, "sqlite:"+path, sqlite.Options{BusyTimeout: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer impatient.Close()
	told := 0
	m := migrator(t, impatient, folder(first)).WithWaiting(func(migrate.Progress) { told++ })
	err = model.Atomic(open(t, path), func(model.Source) error {
		waited := 0
		_, err := m.Apply(ctx, func(p migrate.Progress) {
			if p.Waiting {
				waited++
			}
		})
		if !errors.Is(err, model.ErrLocked) || !strings.Contains(err.Error(), "another process goes on writing to the database, and nothing was done; find it with fuser or lsof") || waited != 1 {
			t.Errorf("waited %d times: %v", waited, err)
		}
		for name, run := range map[string]func() error{
			"Revert": func() error { _, err := m.Revert(ctx); return err },
			"Down":   func() error { return m.Down(ctx, "zero", func(string) {}) },
			"Fake":   func() error { _, err := m.Fake(ctx, ""); return err },
		} {
			if told = 0; !errors.Is(run(), model.ErrLocked) || told != 1 {
				t.Errorf("%s: told %d times", name, told)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := m.Apply(ctx, nil); n != 1 || err != nil {
		t.Errorf("afterwards: %d, %v", n, err)
	}
}

// endless changes the database and then never ends.
const endless = `-- migrate: up
ALTER TABLE post ADD COLUMN title text NULL;
DELETE FROM post;
WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT COUNT(*) FROM n;
`

// Ensure a process that is killed inside a migration leaves the database as it
// was, and that the next one goes on.
func TestKilledHalfWay(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	if _, err := migrator(t, open(t, path), folder(first)).Apply(ctx, nil); err != nil {
		t.Fatal(err)
	}
	child := exec.Command(os.Args[0], "-test.run=^TestMain$")
	child.Env = append(os.Environ(), "MIGRATE_ENDLESSLY="+path)
	child.Stderr = os.Stderr
	if err := child.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() {
		child.Wait()
		close(ended)
	}()
	// The child is inside when it holds the write lock.
	impatient, err := sqlite.Open(ctx, "sqlite:"+path, sqlite.Options{BusyTimeout: time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	defer impatient.Close()
	for err == nil {
		select {
		case <-ended:
			t.Fatal("the child ended by itself")
		default:
			err = model.Atomic(impatient, func(model.Source) error { return nil })
		}
	}
	if !errors.Is(err, model.ErrLocked) {
		t.Error(err)
	}
	if err := child.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	<-ended

	db := open(t, path)
	if n, err := model.FetchInt(db, "SELECT COUNT(*) FROM post"); n != 1 || err != nil {
		t.Errorf("%d rows, %v", n, err)
	}
	if n, err := migrator(t, db, folder(first, second)).Apply(ctx, nil); n != 1 || err != nil {
		t.Errorf("afterwards: %d, %v", n, err)
	}
}

// TestMain is also the process that TestKilledHalfWay kills.
func TestMain(m *testing.M) {
	path := os.Getenv("MIGRATE_ENDLESSLY")
	if path == "" {
		os.Exit(m.Run())
	}
	db, err := sqlite.Open(ctx, "sqlite:"+path, sqlite.Options{})
	if err != nil {
		panic(err)
	}
	history, err := migrate.Load(folder(first, endless))
	if err != nil {
		panic(err)
	}
	_, err = migrate.New(db, history).Apply(ctx, nil)
	panic(fmt.Sprint("the endless migration ended: ", err))
}

// FuzzParse ensures that no text makes Parse panic, and that sections are lines of it.
func FuzzParse(f *testing.F) {
	f.Add(first)
	f.Add(second)
	f.Add("-- migrate: unmanaged a b\n-- migrate: up\n\r\n-- migrate:down")
	f.Fuzz(func(t *testing.T, text string) {
		file, err := migrate.Parse("0001_a.sql", []byte(text))
		if err == nil && !strings.Contains(strings.ReplaceAll(text, "\r\n", "\n"), file.Up) {
			t.Errorf("section %q is not in the text", file.Up)
		}
	})
}
