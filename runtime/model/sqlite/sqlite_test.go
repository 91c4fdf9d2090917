package sqlite

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"stackgen.dev/runtime/model"
)

var ctx = context.Background()

const postTable = `CREATE TABLE author (id integer PRIMARY KEY, name text NOT NULL UNIQUE);
CREATE TABLE post (id integer PRIMARY KEY, title text NOT NULL, views integer CHECK (views >= 0),
	author_id integer REFERENCES author (id) ON DELETE RESTRICT);`

// open opens a new file, or memory, with the tables author and post.
func open(t *testing.T, url string, opts Options) *model.DB {
	t.Helper()
	db, err := Open(ctx, url, opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := db.Close(); err != nil {
			t.Error("close:", err)
		}
	})
	return db
}

func script(t *testing.T, db *model.DB, sql string) {
	t.Helper()
	if err := db.Session(ctx, func(s model.Session) error { return s.Script(ctx, sql) }); err != nil {
		t.Fatal(err)
	}
}

// each runs a test on a file and in memory.
func each(t *testing.T, test func(t *testing.T, db *model.DB)) {
	t.Helper()
	eachWith(t, Options{BusyTimeout: time.Minute}, test)
}

func eachWith(t *testing.T, o Options, test func(t *testing.T, db *model.DB)) {
	for _, where := range []string{"file", "memory"} {
		t.Run(where, func(t *testing.T) {
			url := "sqlite::memory:"
			if where == "file" {
				url = "sqlite:" + filepath.Join(t.TempDir(), "data", "test.db")
			}
			db := open(t, url, o)
			script(t, db, postTable)
			test(t, db)
		})
	}
}

func exec(src model.Source, sql string, args ...model.Value) error {
	_, err := model.Execute(src, "post", sql, args...)
	return err
}

func titles(t *testing.T, src model.Source) string {
	t.Helper()
	list, err := model.FetchAll(src, `SELECT title FROM post ORDER BY id`, model.Row.Text)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(list, " ")
}

func insert(src model.Source, title string) error {
	return exec(src, `INSERT INTO post (title) VALUES (?1)`, model.TextValue(title))
}

// Ensure that a savepoint whose context has ended is undone, and leaves the
// transaction around it whole.
func TestSavepointCancelled(t *testing.T) {
	db := open(t, "sqlite::memory:", Options{})
	script(t, db, "CREATE TABLE a (n integer)")
	add := func(src model.Source, n int64) error {
		_, err := model.Execute(src, "a", "INSERT INTO a VALUES (?1)", model.IntValue(n))
		return err
	}
	promised := false
	err := model.Atomic(db, func(tx model.Source) error {
		inner, cancel := context.WithCancel(ctx)
		err := model.Atomic(tx.DB().With(inner), func(tx model.Source) error {
			model.OnCommit(tx, func() { promised = true })
			err := add(tx, 1)
			cancel()
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("the savepoint: %v", err)
		}
		return add(tx, 2)
	})
	if err != nil {
		t.Fatal(err)
	}
	if n, err := model.FetchInt(db, "SELECT SUM(n) FROM a"); n != 2 || err != nil || promised {
		t.Errorf("rows %d, %v, promise kept: %v", n, err, promised)
	}
}

// Ensure an URL names a file or memory, and nothing else.
func TestParseURL(t *testing.T) {
	for url, want := range map[string]string{
		"sqlite:data/blog.db":   "data/blog.db",
		"sqlite:/var/lib/b.db":  "/var/lib/b.db",
		"sqlite::memory:":       ":memory:",
		"sqlite:a?b=c%20.db":    "a?b=c%20.db",
		"sqlite:":               "",
		"sqlite://host/blog.db": "",
		"postgres://localhost":  "",
		"blog.db":               "",
		"sqlite:a\x00b":         "",
	} {
		got, err := parseURL(url)
		if got != want || (err == nil) != (want != "") {
			t.Errorf("%q: got %q, %v; want %q", url, got, err, want)
		}
	}
}

// Ensure a new database and its folder are for their owner alone.
func TestFileModes(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	db := open(t, "sqlite:"+filepath.Join(dir, "test.db"), Options{})
	script(t, db, postTable)
	for path, want := range map[string]fs.FileMode{
		dir: 0o700, filepath.Join(dir, "test.db"): 0o600, filepath.Join(dir, "test.db-wal"): 0o600,
	} {
		info, err := os.Stat(path)
		if err != nil {
			t.Fatal(err)
		}
		if got := info.Mode().Perm(); got != want {
			t.Errorf("%s has mode %o, want %o", path, got, want)
		}
	}
}

// Ensure SQLite's refusals are package model's errors.
func TestConstraintErrors(t *testing.T) {
	each(t, func(t *testing.T, db *model.DB) {
		if err := exec(db, `INSERT INTO author VALUES (1, 'Ada')`); err != nil {
			t.Fatal(err)
		}
		if err := exec(db, `INSERT INTO post VALUES (1, 'first', 0, 1)`); err != nil {
			t.Fatal(err)
		}
		for _, c := range []struct{ name, sql, want string }{
			{"unique", `INSERT INTO author VALUES (2, 'Ada')`, `&model.UniqueError{Table:"author", Columns:[]string{"name"}, Constraint:""}`},
			{"primary key", `INSERT INTO author VALUES (1, 'Bob')`, `&model.UniqueError{Table:"author", Columns:[]string{"id"}, Constraint:""}`},
			{"not null", `INSERT INTO post (id) VALUES (2)`, `&model.NotNullError{Table:"post", Column:"title"}`},
			{"check", `INSERT INTO post VALUES (2, 'x', -1, NULL)`, `&model.CheckError{Table:"post", Check:"views >= 0"}`},
			{"foreign key missing", `INSERT INTO post VALUES (2, 'x', 0, 7)`, `&model.ForeignKeyError{Table:"post"}`},
			{"foreign key restrict", `DELETE FROM author`, `&model.ForeignKeyError{Table:"post"}`},
		} {
			err := exec(db, c.sql)
			if got := fmt.Sprintf("%#v", err); got != c.want {
				t.Errorf("%s: got %s, want %s", c.name, got, c.want)
			}
		}
		if got := titles(t, db); got != "first" {
			t.Errorf("rows after refused changes: %q", got)
		}
	})
}

// Ensure a value that cannot be stored is refused before it reaches the database.
func TestInvalidValue(t *testing.T) {
	each(t, func(t *testing.T, db *model.DB) {
		for _, text := range []string{"a\x00b", "\xff"} {
			if err := insert(db, text); !errors.Is(err, model.ErrInvalid) {
				t.Errorf("%q: got %v", text, err)
			}
		}
		if got := titles(t, db); got != "" {
			t.Errorf("stored %q", got)
		}
	})
}

// Ensure a transaction is stored as a whole or not at all.
func TestAtomic(t *testing.T) {
	refused := errors.New("refused")
	for _, c := range []struct {
		name string
		fn   func(tx model.Source) error
		err  error
		want string
	}{
		{"committed", func(tx model.Source) error { return insert(tx, "a") }, nil, "a"},
		{"error", func(tx model.Source) error { insert(tx, "a"); return refused }, refused, ""},
		{"inner error kept out", func(tx model.Source) error {
			insert(tx, "a")
			model.Atomic(tx, func(tx model.Source) error { insert(tx, "b"); return refused })
			return insert(tx, "c")
		}, nil, "a c"},
		{"inner committed, outer error", func(tx model.Source) error {
			model.Atomic(tx, func(tx model.Source) error { return insert(tx, "b") })
			return refused
		}, refused, ""},
		{"three deep", func(tx model.Source) error {
			return model.Atomic(tx, func(tx model.Source) error {
				insert(tx, "a")
				model.Atomic(tx, func(tx model.Source) error { insert(tx, "b"); return refused })
				return model.Atomic(tx, func(tx model.Source) error { return insert(tx, "c") })
			})
		}, nil, "a c"},
		{"inner panic recovered", func(tx model.Source) error {
			insert(tx, "a")
			func() {
				defer func() { recover() }()
				model.Atomic(tx, func(tx model.Source) error { insert(tx, "b"); panic("x") })
			}()
			return insert(tx, "c")
		}, nil, "a c"},
		{"constraint error recovered from", func(tx model.Source) error {
			insert(tx, "a")
			exec(tx, `INSERT INTO post (id) VALUES (9)`)
			return insert(tx, "b")
		}, nil, "a b"},
	} {
		t.Run(c.name, func(t *testing.T) {
			each(t, func(t *testing.T, db *model.DB) {
				if err := model.Atomic(db, c.fn); !errors.Is(err, c.err) {
					t.Errorf("error %v, want %v", err, c.err)
				}
				if got := titles(t, db); got != c.want {
					t.Errorf("rows %q, want %q", got, c.want)
				}
			})
		})
	}
}

// Ensure a panic undoes the transaction, goes on, and leaves the database usable.
func TestAtomicPanic(t *testing.T) {
	each(t, func(t *testing.T, db *model.DB) {
		func() {
			defer func() {
				if r := recover(); r != "boom" {
					t.Errorf("recovered %v", r)
				}
			}()
			model.Atomic(db, func(tx model.Source) error { insert(tx, "a"); panic("boom") })
		}()
		if err := insert(db, "b"); err != nil {
			t.Fatal(err)
		}
		if got := titles(t, db); got != "b" {
			t.Errorf("rows %q", got)
		}
	})
}

// Ensure a transaction cannot be used after its end.
func TestAtomicEscaped(t *testing.T) {
	each(t, func(t *testing.T, db *model.DB) {
		var kept model.Source
		if err := model.Atomic(db, func(tx model.Source) error { kept = tx; return nil }); err != nil {
			t.Fatal(err)
		}
		if err := insert(kept, "a"); !errors.Is(err, model.ErrDone) {
			t.Errorf("got %v", err)
		}
	})
}

// Ensure a context that ends undoes the transaction and says so.
func TestAtomicCancelled(t *testing.T) {
	each(t, func(t *testing.T, db *model.DB) {
		c, cancel := context.WithCancel(ctx)
		err := model.Atomic(db.With(c), func(tx model.Source) error {
			err := insert(tx, "a")
			cancel()
			return err
		})
		if !errors.Is(err, context.Canceled) {
			t.Errorf("got %v", err)
		}
		if got := titles(t, db); got != "" {
			t.Errorf("rows %q", got)
		}
	})
}

// Ensure a context stops a statement that runs, and the connection works afterwards.
func TestCancelRunning(t *testing.T) {
	const endless = `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n) SELECT COUNT(*) FROM n`
	each(t, func(t *testing.T, db *model.DB) {
		for _, where := range []string{"reader", "transaction"} {
			c, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
			count := func(src model.Source) error { _, err := model.FetchInt(src, endless); return err }
			var err error
			if where == "reader" {
				err = count(db.With(c))
			} else {
				err = model.Atomic(db.With(c), count)
			}
			cancel()
			if !errors.Is(err, context.DeadlineExceeded) {
				t.Errorf("%s: got %v", where, err)
			}
			if err := insert(db, where); err != nil {
				t.Errorf("%s: afterwards: %v", where, err)
			}
		}
		if got := titles(t, db); got != "reader transaction" {
			t.Errorf("rows %q", got)
		}
	})
}

// Ensure a transaction of another process is waited for, and then named.
func TestLockedByAnotherProcess(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	db := open(t, "sqlite:"+path, Options{BusyTimeout: 20 * time.Millisecond})
	script(t, db, postTable)
	other := open(t, "sqlite:"+path, Options{})
	err := model.Atomic(other, func(tx model.Source) error {
		if err := insert(tx, "theirs"); err != nil {
			return err
		}
		if err := insert(db, "ours"); !errors.Is(err, model.ErrLocked) {
			t.Errorf("write: got %v", err)
		}
		if err := model.Atomic(db, func(model.Source) error { return nil }); !errors.Is(err, model.ErrLocked) {
			t.Errorf("transaction: got %v", err)
		}
		if got := titles(t, db); got != "" {
			t.Errorf("reading saw %q", got)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := insert(db, "ours"); err != nil {
		t.Fatal(err)
	}
	if got := titles(t, db); got != "theirs ours" {
		t.Errorf("rows %q", got)
	}
}

// Ensure a write outside the transaction that waits for it gets an answer.
func TestWriteOutsideTransaction(t *testing.T) {
	eachWith(t, Options{BusyTimeout: 300 * time.Millisecond}, func(t *testing.T, db *model.DB) {
		err := model.Atomic(db, func(model.Source) error { return insert(db, "outside") })
		if !errors.Is(err, model.ErrLocked) {
			t.Errorf("got %v", err)
		}
	})
}

// Ensure a full disk undoes the whole transaction, names the reason, and lets
// nothing after it be stored on its own.
func TestDiskFull(t *testing.T) {
	each(t, func(t *testing.T, db *model.DB) {
		if err := insert(db, "before"); err != nil {
			t.Fatal(err)
		}
		// SQLite treats its page limit as the end of the disk.
		script(t, db, `PRAGMA max_page_count = 1`)
		err := model.Atomic(db, func(tx model.Source) error {
			if err := insert(tx, "small"); err != nil {
				return err
			}
			full := insert(tx, strings.Repeat("x", 1<<20))
			if err := insert(tx, "after"); !errors.Is(err, model.ErrDone) {
				t.Errorf("after the failure: %v", err)
			}
			return full
		})
		if !errors.Is(err, model.ErrDiskFull) {
			t.Errorf("got %v", err)
		}
		if got := titles(t, db); got != "before" {
			t.Errorf("rows %q", got)
		}
		script(t, db, `PRAGMA max_page_count = 1000000`)
		if err := insert(db, "again"); err != nil {
			t.Errorf("with space again: %v", err)
		}
	})
}

// Ensure files that are no database, and folders that cannot be written, are named.
func TestUnavailable(t *testing.T) {
	dir := t.TempDir()
	garbage := filepath.Join(dir, "garbage.db")
	if err := os.WriteFile(garbage, []byte(strings.Repeat("not a database ", 100)), 0o600); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{
		"not a database":     garbage,
		"a folder":           dir,
		"a file as a folder": filepath.Join(garbage, "x.db"),
	} {
		db, err := Open(ctx, "sqlite:"+path, Options{})
		if err == nil {
			db.Close()
		}
		if !errors.Is(err, model.ErrUnavailable) {
			t.Errorf("%s: got %v", name, err)
		}
	}
}

// Ensure many readers and writers at once lose nothing.
func TestConcurrent(t *testing.T) {
	each(t, func(t *testing.T, db *model.DB) {
		const writers, rows = 8, 25
		var wg sync.WaitGroup
		for w := range writers {
			wg.Go(func() {
				for i := range rows {
					if err := insert(db, fmt.Sprintf("%d-%d", w, i)); err != nil {
						t.Error(err)
						return
					}
					if _, err := model.FetchInt(db, `SELECT COUNT(*) FROM post`); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wg.Wait()
		n, err := model.FetchInt(db, `SELECT COUNT(*) FROM post`)
		if err != nil || n != writers*rows {
			t.Errorf("%d rows, %v", n, err)
		}
	})
}

// Ensure that readers go on beside each other and beside a transaction, and see
// what is stored, over connections with the settings that this rests on.
func TestReadersBesideWriter(t *testing.T) {
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	path := filepath.Join(t.TempDir(), "test.db")
	must(prepareFile(path))
	p := &pool{path: path, timeout: 7 * time.Second}
	must(p.open(ctx, 4))
	db := model.NewDB(p, nil)
	defer db.Close()
	script(t, db, postTable)
	must(insert(db, "before"))
	must(model.Atomic(db, func(tx model.Source) error {
		must(insert(tx, "inside"))
		var open []model.Rows
		for range cap(p.slots) { // as many as there may be at once
			r, err := p.Query(ctx, `SELECT COUNT(*) FROM post`, nil)
			must(err)
			if !r.Next() || r.Int64(0) != 1 {
				t.Errorf("a reader sees what is not stored")
			}
			open = append(open, r)
		}
		for _, r := range open {
			must(r.Close())
		}
		return nil
	}))
	if len(p.idle) != 4 {
		t.Errorf("%d connections were opened to read, want 4", len(p.idle))
	}
	for pragma, want := range map[string]string{"journal_mode": "wal", "busy_timeout": "7000", "foreign_keys": "1"} {
		got, err := model.FetchAll(db, "SELECT * FROM pragma_"+pragma, model.Row.Text)
		if err != nil || len(got) != 1 || got[0] != want {
			t.Errorf("%s is %v, want %s (%v)", pragma, got, want, err)
		}
	}
}

// Ensure that writers have their turns in the order in which they came.
func TestWriterQueue(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		p := &pool{path: ":memory:", timeout: time.Minute, memory: true}
		if err := p.open(ctx, 1); err != nil {
			t.Fatal(err)
		}
		defer p.Close()
		first, err := p.takeWriter(ctx)
		if err != nil {
			t.Fatal(err)
		}
		order := ""
		for i := range 5 {
			go func() {
				c, err := p.takeWriter(ctx)
				if err != nil {
					t.Error(err)
					return
				}
				order += fmt.Sprint(i) // whoever has the writer is alone
				p.giveWriter(c)
			}()
			synctest.Wait() // it waits in the queue
		}
		p.giveWriter(first)
		synctest.Wait()
		if order != "01234" {
			t.Errorf("the order is %s", order)
		}
	})
}

// Ensure two processes can open a new file at the same moment.
func TestConcurrentOpen(t *testing.T) {
	path := filepath.Join(t.TempDir(), "test.db")
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			db, err := Open(ctx, "sqlite:"+path, Options{})
			if err != nil {
				t.Error(err)
				return
			}
			if err := db.Close(); err != nil {
				t.Error(err)
			}
		})
	}
	wg.Wait()
}

// Ensure a statement may run while rows of the same text are open, and that
// kept statements stay bounded.
func TestStatements(t *testing.T) {
	each(t, func(t *testing.T, db *model.DB) {
		err := db.Session(ctx, func(s model.Session) error {
			const sql = `SELECT 1 UNION SELECT 2 UNION SELECT ?1`
			outer, err := s.Query(ctx, sql, []model.Value{model.IntValue(3)})
			if err != nil {
				return err
			}
			n := 0
			for outer.Next() {
				inner, err := s.Query(ctx, sql, []model.Value{model.IntValue(3)})
				if err != nil {
					return err
				}
				for inner.Next() {
					n++
				}
				if err := inner.Close(); err != nil {
					return err
				}
			}
			if n != 9 {
				t.Errorf("%d pairs of rows, want 9", n)
			}
			for i := range maxStatements + 50 {
				rows, err := s.Query(ctx, fmt.Sprintf("SELECT %d", i), nil)
				if err != nil {
					return err
				}
				if err := rows.Close(); err != nil {
					return err
				}
			}
			if n := len(s.(*session).conn.statements); n > maxStatements {
				t.Errorf("%d statements kept", n)
			}
			return outer.Close()
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}

// Ensure a script's error names the line of the statement.
func TestScriptLine(t *testing.T) {
	each(t, func(t *testing.T, db *model.DB) {
		for sql, want := range map[string]string{
			"SELECT 1;\n-- a ; comment\nSELECT 'a;b';\n\nSELEKT;": "line 5: ",
			"SELECT 1; /* the\n end */ ;;":                        "",
			"-- nothing":                                          "",
			"INSERT INTO post (id)\nVALUES (1)":                   "line 1: model: post.title must have a value",
		} {
			err := db.Session(ctx, func(s model.Session) error { return s.Script(ctx, sql) })
			if (err == nil) != (want == "") || err != nil && !strings.HasPrefix(err.Error(), want) {
				t.Errorf("%q: got %v, want %q", sql, err, want)
			}
		}
	})
}

// Ensure a closed database says so, and closing waits for what runs.
func TestClose(t *testing.T) {
	db, err := Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "test.db"), Options{})
	if err != nil {
		t.Fatal(err)
	}
	script(t, db, postTable)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if err := insert(db, "a"); !errors.Is(err, errClosed) {
		t.Errorf("write: %v", err)
	}
	if _, err := model.FetchInt(db, "SELECT 1"); !errors.Is(err, errClosed) {
		t.Errorf("read: %v", err)
	}
	if err := db.Close(); err != nil {
		t.Errorf("second close: %v", err)
	}
}
