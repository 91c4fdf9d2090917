package sqlshell_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/postgres"
	"stackgen.dev/runtime/model/postgres/pgtest"
	"stackgen.dev/runtime/model/sqlite"
	"stackgen.dev/runtime/model/sqlshell"
)

var ctx = context.Background()

var server *pgtest.Server

func TestMain(m *testing.M) {
	var err error
	if server, err = pgtest.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	server.Stop()
	os.Exit(code)
}

// both runs a test on both databases.
func both(t *testing.T, test func(t *testing.T, db *model.DB)) {
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) {
			var db *model.DB
			var err error
			if engine == "postgres" {
				db, err = postgres.Open(ctx, server.Schema(t), postgres.Options{})
			} else {
				db, err = sqlite.Open(ctx, "sqlite:"+filepath.Join(t.TempDir(), "t.db"), sqlite.Options{})
			}
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { db.Close() })
			test(t, db)
		})
	}
}

func script(db *model.DB, text string) (string, error) {
	var out bytes.Buffer
	s := sqlshell.Shell{DB: db, In: strings.NewReader(text), Out: &out, Err: io.Discard, Null: "NULL"}
	err := s.Run(ctx)
	return out.String(), err
}

// Ensure that a script prints what its statements give, and ends at a mistake with its line.
func TestScript(t *testing.T) {
	both(t, func(t *testing.T, db *model.DB) {
		got, err := script(db, `-- a comment; with a semicolon
CREATE TABLE note (id integer PRIMARY KEY, title text,
  rank integer);
INSERT INTO note VALUES (1, 'it''s; here', 7), (2, 'two
lines', NULL); UPDATE note SET rank = 8 WHERE id = 1;
SELECT id, title, rank FROM note ORDER BY id;
INSERT INTO note VALUES (3, 'x', 1) RETURNING id;
DELETE FROM note WHERE id = 99;
SELECT title FROM note WHERE id = 99;
/* the last one
   needs no semicolon */ SELECT 'Größe' AS a, 'b' AS b UNION ALL SELECT 'x', 'y' ORDER BY 1`)
		want := `ok
ok, 2 rows
ok, 1 row
id  title       rank
1   it's; here  8
2   two\nlines  NULL
(2 rows)
id
3
(1 row)
ok, 0 rows
title
(0 rows)
a      b
Größe  b
x      y
(2 rows)
`
		if err != nil || got != want {
			t.Errorf("%v\n%s\nwant\n%s", err, got, want)
		}
		got, err = script(db, "SELECT 1 AS n;\n\nINSERT INTO note (id,\n title) VALUES (4, 'a');\n  SELECT nonsense;\nSELECT 2 AS never")
		if err == nil || !strings.HasPrefix(err.Error(), "line 5: ") || !strings.Contains(err.Error(), "nonsense") || strings.Contains(got, "never") {
			t.Errorf("%v\n%s", err, got)
		}
		if _, err = script(db, "SELECT 1;\nSELECT FROM WHERE"); err == nil || !strings.HasPrefix(err.Error(), "line 2: ") {
			t.Error(err)
		}
	})
}

// Ensure that what cannot be done is said: an open transaction, values that nobody gives.
func TestRefused(t *testing.T) {
	both(t, func(t *testing.T, db *model.DB) {
		for text, want := range map[string]string{
			"CREATE TABLE a (b integer); BEGIN; INSERT INTO a VALUES (1)": "is rolled back; COMMIT stores it",
			"SELECT ?1":          "0 values for the 1 parameters",
			"COPY a FROM STDIN;": "COPY from and to the client is psql's",
			`\nonsense`:          `there is no \nonsense; \? lists what there is`,
		} {
			if _, err := script(db, text); err == nil || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v, want %s", text, err, want)
			}
		}
		if got, err := script(db, "SELECT count(*) AS n FROM a"); err != nil || got != "n\n0\n(1 row)\n" {
			t.Errorf("%v\n%s", err, got)
		}
	})
}

// Ensure that intervals, and what has no end, are printed as PostgreSQL writes them.
func TestIntervals(t *testing.T) {
	db, err := postgres.Open(ctx, server.Schema(t), postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	values := []string{"'infinity'::timestamptz", "'-infinity'::timestamp", "'infinity'::date", "'-infinity'::date"}
	for _, text := range []string{
		"0", "1 second", "-1.5 seconds", "90 minutes", "-90 minutes", "100 hours", "0.000001 seconds", "1 day", "-1 day", "2 days 3 hours",
		"-2 days 3 hours", "2 days -3 hours", "1 month", "-1 month 1 day", "14 months", "-14 months -3 days -00:00:00.25", "1 year 1 day",
		"1 year -1 month", "500 years", "-1 day 5 seconds", "9223372036854775807 microseconds", "-9223372036854775808 microseconds",
	} {
		values = append(values, "'"+text+"'::interval")
	}
	for _, v := range values {
		got, err := script(db, "SELECT "+v+" AS value; SELECT ("+v+")::text AS value")
		first, second, _ := strings.Cut(got, "(1 row)\n")
		if err != nil || first == "" || first+"(1 row)\n" != second {
			t.Errorf("%s: %v\n%s\nwant\n%s", v, err, first, second)
		}
	}
}

// Ensure that values cannot move the cursor or change the terminal.
func TestUnsafeValues(t *testing.T) {
	both(t, func(t *testing.T, db *model.DB) {
		got, err := script(db, "SELECT 'a\x1b[2Jb\rc\u009bd\u202ee\tf' AS \"x\x07y\"")
		if want := `x\ay` + "\n" + `a\x1b[2Jb\rc\u009bd\u202ee\tf` + "\n(1 row)\n"; err != nil || got != want {
			t.Errorf("%v\n%q\nwant\n%q", err, got, want)
		}
	})
}

// typist is somebody at a terminal: types writes, and waits for what the shell says to it.
type typist struct {
	t         *testing.T
	in        *io.PipeWriter
	out       chan []byte
	seen      string
	interrupt chan os.Signal
	ended     chan error
}

func sit(t *testing.T, db *model.DB, width int) *typist {
	t.Helper()
	read, write := io.Pipe()
	out := make(chan []byte, 1000)
	p := &typist{t: t, in: write, out: out, interrupt: make(chan os.Signal, 1), ended: make(chan error, 1)}
	s := sqlshell.Shell{
		DB: db, In: read, Out: chanWriter(out), Err: chanWriter(out), Name: "notes", Terminal: true, Width: width, Interrupt: p.interrupt, Null: "-",
	}
	go func() {
		p.ended <- s.Run(ctx)
		close(out)
	}()
	return p
}

type chanWriter chan []byte

func (w chanWriter) Write(b []byte) (int, error) {
	w <- bytes.Clone(b)
	return len(b), nil
}

// says waits until what the shell has said ends with something, and returns it.
func (p *typist) says(end string) string {
	p.t.Helper()
	for !strings.HasSuffix(p.seen, end) {
		b, open := <-p.out
		if !open {
			p.t.Fatalf("the shell ended after %q, before %q", p.seen, end)
		}
		p.seen += string(b)
	}
	seen := p.seen
	p.seen = ""
	return seen
}

func (p *typist) types(text string) { io.WriteString(p.in, text) }

// Ensure that a terminal has prompts, is told mistakes, and goes on.
func TestTerminal(t *testing.T) {
	both(t, func(t *testing.T, db *model.DB) {
		p := sit(t, db, 0)
		p.says("notes=> ")
		p.types("CREATE TABLE note (id integer PRIMARY KEY,\n")
		p.says("notes-> ")
		p.types("title text DEFAULT 'x' NOT NULL);\n")
		p.says("ok\nnotes=> ")
		p.types("SELEC 1;\n")
		if got := p.says("notes=> "); !strings.HasPrefix(got, "error: ") || !strings.Contains(got, "SELEC") {
			t.Errorf("%q", got)
		}
		p.types("SELECT 'not finished\n")
		p.says("notes-> ")
		p.interrupt <- os.Interrupt
		p.says("\nnotes=> ")
		p.types("SELECT NULL AS a;\n")
		p.says("a\n-\n(1 row)\nnotes=> ")
		p.types("BEGIN;\n")
		p.says("ok\nnotes*=> ")
		p.types("ROLLBACK;\n")
		p.says("ok\nnotes=> ")
		p.types("-- nothing\n")
		p.says("notes=> ")
		p.types("\\d\n")
		p.says("name  type\nnote  table\n(1 row)\nnotes=> ")
		p.types("\\d note\n")
		if got := p.says("notes=> "); !strings.Contains(strings.ToLower(got), "title  text     not null  'x'") {
			t.Errorf("%q", got)
		}
		p.types("\\x\n")
		p.says("notes=> ")
		p.types("SELECT 1 AS id, 'a' AS title;\n")
		p.says("-[ 1 ]-\nid    | 1\ntitle | a\n(1 row)\nnotes=> ")
		p.types("\\q\n")
		if err := <-p.ended; err != nil {
			t.Error(err)
		}
	})
}

// Ensure that rows wider than the terminal are printed column by column.
func TestWide(t *testing.T) {
	both(t, func(t *testing.T, db *model.DB) {
		p := sit(t, db, 20)
		p.says("=> ")
		p.types("SELECT '12345' AS a, '1234567890123' AS b;\n")
		p.says("a      b\n12345  1234567890123\n(1 row)\nnotes=> ")
		p.types("SELECT '12345' AS a, '12345678901234' AS b;\n")
		p.says("-[ 1 ]-\na | 12345\nb | 12345678901234\n(1 row)\nnotes=> ")
		p.in.Close()
		p.says("\n")
		if err := <-p.ended; err != nil {
			t.Error(err)
		}
	})
}

// Ensure that Ctrl-C stops a statement and leaves the shell.
func TestInterrupt(t *testing.T) {
	both(t, func(t *testing.T, db *model.DB) {
		p := sit(t, db, 0)
		p.says("=> ")
		p.types("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n WHERE i < 0;\n")
		for stopped := false; !stopped; { // an interrupt that comes before the statement starts drops nothing
			p.interrupt <- os.Interrupt
			stopped = strings.HasSuffix(p.says("notes=> "), "the statement was stopped\nnotes=> ")
		}
		p.types("SELECT 1 AS a;\n")
		p.says("a\n1\n(1 row)\nnotes=> ")
		p.types("quit\n")
		if err := <-p.ended; err != nil {
			t.Error(err)
		}
	})
}

// Ensure that rows are printed as they come: there may be more than memory holds.
func TestRowsWithoutEnd(t *testing.T) {
	both(t, func(t *testing.T, db *model.DB) {
		p := sit(t, db, 0)
		p.says("=> ")
		p.types("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n;\n")
		for !strings.Contains(p.seen, "\n1500\n") {
			p.seen += string(<-p.out)
		}
		p.interrupt <- os.Interrupt
		p.says("the statement was stopped\nnotes=> ")
		p.types("SELECT 1 AS a;\n")
		p.says("a\n1\n(1 row)\nnotes=> ")
		p.types("quit\n")
		if err := <-p.ended; err != nil {
			t.Error(err)
		}
	})
}

// full takes one write and no more.
type full struct{ writes int }

func (f *full) Write(b []byte) (int, error) {
	if f.writes++; f.writes > 1 {
		return 0, errors.New("the disk is full")
	}
	return len(b), nil
}

// Ensure that a statement ends when nobody takes its rows any more.
func TestRowsThatNobodyTakes(t *testing.T) {
	both(t, func(t *testing.T, db *model.DB) {
		s := sqlshell.Shell{DB: db, In: strings.NewReader("WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT i FROM n"), Out: new(full)}
		if err := s.Run(ctx); err == nil || !strings.Contains(err.Error(), "the disk is full") {
			t.Error(err)
		}
	})
}

// Ensure that a connection that broke is replaced, and that this is said.
func TestLostConnection(t *testing.T) {
	db, err := postgres.Open(ctx, server.Schema(t), postgres.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	p := sit(t, db, 0)
	p.says("=> ")
	p.types("SELECT pg_terminate_backend(pg_backend_pid());\n")
	if got := p.says("notes=> "); !strings.Contains(got, "the connection to the database was lost; the next statement has a new one") {
		t.Errorf("%q", got)
	}
	p.types("SELECT 1 AS a;\n")
	p.says("a\n1\n(1 row)\nnotes=> ")
	p.types("\\q\n")
	if err := <-p.ended; err != nil {
		t.Error(err)
	}
}

// Ensure that a file that is not there is not made.
func TestFound(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing.db")
	if err := sqlshell.Found("sqlite:" + missing); !errors.Is(err, os.ErrNotExist) {
		t.Error(err)
	}
	for _, url := range []string{"sqlite::memory:", "postgres://nobody@localhost/x"} {
		if err := sqlshell.Found(url); err != nil {
			t.Error(err)
		}
	}
}
