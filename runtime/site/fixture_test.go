package site

import (
	"bytes"
	"compress/gzip"
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/postgres"
	"stackgen.dev/runtime/model/postgres/pgtest"
	"stackgen.dev/runtime/model/sqlite"
	"stackgen.dev/runtime/model/sqltext"
)

// Ensure that a fixture changes of a row that is there what it names, and leaves the rest.
func TestLoadKeepsWhatIsNotNamed(t *testing.T) {
	ctx := context.Background()
	db, err := sqlite.Open(ctx, "sqlite::memory:", sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	for _, sql := range []string{
		"CREATE TABLE note (id integer PRIMARY KEY, title text NOT NULL, rank integer NOT NULL, extra text)",
		"INSERT INTO note VALUES (1, 'one', 1, 'x'), (2, 'two', 2, 'y')",
	} {
		if _, err := model.RawExec(db, sql); err != nil {
			t.Fatal(err)
		}
	}
	p := &program{site: Definition{Database: &Database{Tables: []Table{{Model: "note", Name: "note", Columns: []Column{
		{Name: "id", Field: "id", Kind: "big_auto", Key: true}, {Name: "title", Field: "title", Kind: "char"},
		{Name: "rank", Field: "rank", Kind: "integer"}, {Name: "extra", Field: "extra", Kind: "text", Null: true},
	}}}}}}
	path := filepath.Join(t.TempDir(), "rows.json")
	load := func(text string) error {
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		_, err := p.loadFiles(db, []string{path})
		return err
	}
	if err := load(`[{"model": "note", "pk": 1, "fields": {"rank": 7}}, {"model": "note", "pk": 2, "fields": {}}, {"model": "note", "pk": 3, "fields": {"title": "three", "rank": 3}}]`); err != nil {
		t.Fatal(err)
	}
	if err := load(`[{"model": "note", "pk": 4, "fields": {"title": "four"}}]`); err == nil || !strings.Contains(err.Error(), "rank") {
		t.Errorf("a new row without a value that it needs: %v", err)
	}
	type note struct {
		ID, Rank int64
		Title    string
		Extra    model.Null[string]
	}
	rows, err := model.Raw(db, "SELECT id, title, rank, extra FROM note ORDER BY id", func(n *note) []any { return []any{&n.ID, &n.Title, &n.Rank, &n.Extra} })
	if err != nil {
		t.Fatal(err)
	}
	want := []note{{1, 7, "one", model.Some("x")}, {2, 2, "two", model.Some("y")}, {3, 3, "three", model.Null[string]{}}}
	if len(rows) != len(want) {
		t.Fatalf("%v", rows)
	}
	for i, n := range rows {
		if n != want[i] {
			t.Errorf("%v, want %v", n, want[i])
		}
	}
}

// shelf is a database of books and tags, with a table of pairs between them.
func shelf(t *testing.T, open func(t *testing.T) *model.DB) (*program, *model.DB) {
	t.Helper()
	db := open(t)
	for _, sql := range []string{
		"CREATE TABLE tag (id integer PRIMARY KEY, name varchar(10) NOT NULL)",
		"CREATE TABLE book (id integer PRIMARY KEY, title varchar(10) NOT NULL, sequel integer REFERENCES book (id) DEFERRABLE INITIALLY DEFERRED)",
		"CREATE TABLE book_tags (id integer PRIMARY KEY, book_id integer NOT NULL REFERENCES book (id) DEFERRABLE INITIALLY DEFERRED, tag_id integer NOT NULL REFERENCES tag (id) DEFERRABLE INITIALLY DEFERRED)",
	} {
		if db.Dialect() == sqltext.Postgres {
			sql = strings.Replace(sql, "book_tags (id integer", "book_tags (id serial", 1)
		}
		if _, err := model.RawExec(db, sql); err != nil {
			t.Fatal(err)
		}
	}
	key := Column{Name: "id", Field: "id", Kind: "big_auto", Key: true}
	tables := []Table{
		{Model: "tag", Name: "tag", Columns: []Column{{Name: "id", Field: "id", Kind: "integer", Key: true}, {Name: "name", Field: "name", Kind: "char"}}},
		{Model: "book", Name: "book", Columns: []Column{{Name: "id", Field: "id", Kind: "integer", Key: true}, {Name: "title", Field: "title", Kind: "char"}, {Name: "sequel", Field: "sequel", Kind: "integer", Null: true}},
			Links: []Link{{Field: "tags", Table: "book_tags", From: "book_id", To: "tag_id", Kind: "integer"}}},
		{Model: "book_tags", Name: "book_tags", Columns: []Column{key, {Name: "book_id", Field: "book", Kind: "integer"}, {Name: "tag_id", Field: "tag", Kind: "integer"}}},
	}
	return &program{site: Definition{Database: &Database{Tables: tables}}}, db
}

// Ensure that fixtures as Django writes them are read, relations and all, in whatever order and compressed, that what is
// wrong is told with the row that has it, and that nothing of such a file is stored.
func TestLoadRelations(t *testing.T) {
	for name, open := range map[string]func(t *testing.T) *model.DB{
		"sqlite": func(t *testing.T) *model.DB {
			db, err := sqlite.Open(t.Context(), "sqlite:"+t.TempDir()+"/a.db", sqlite.Options{})
			return opened(t, db, err)
		},
		"postgres": func(t *testing.T) *model.DB {
			server, err := pgtest.Start()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(server.Stop)
			db, err := postgres.Open(t.Context(), server.Database(t), postgres.Options{})
			return opened(t, db, err)
		},
	} {
		t.Run(name, func(t *testing.T) {
			p, db := shelf(t, open)
			load := func(text string) error {
				path := filepath.Join(t.TempDir(), "rows.json.gz")
				var b bytes.Buffer
				w := gzip.NewWriter(&b)
				w.Write([]byte(text))
				w.Close()
				if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
					t.Fatal(err)
				}
				_, err := p.loadFiles(db, []string{path})
				return err
			}
			state := func() string {
				rows, err := model.Raw(db, "SELECT b.title || ':' || t.name FROM book_tags x JOIN book b ON b.id = x.book_id JOIN tag t ON t.id = x.tag_id ORDER BY b.id, x.id", func(s *string) []any { return []any{s} })
				if err != nil {
					t.Fatal(err)
				}
				return strings.Join(rows, " ")
			}
			if err := load(`[{"model": "book", "pk": 1, "fields": {"title": "Emma", "sequel": 2, "tags": [2, 1, 2]}}, {"model": "book", "pk": 2, "fields": {"title": "Anne", "tags": []}},
				{"model": "tag", "pk": 1, "fields": {"name": "old"}}, {"model": "tag", "pk": 2, "fields": {"name": "good"}}]`); err != nil {
				t.Fatal(err)
			}
			if got := state(); got != "Emma:good Emma:old" {
				t.Error(got)
			}
			if err := load(`[{"model": "book", "pk": 1, "fields": {"tags": [1]}}, {"model": "book", "pk": 2, "fields": {"title": "Ann"}}]`); err != nil || state() != "Emma:old" {
				t.Error(err, state())
			}
			for text, want := range map[string]string{
				`[{"model": "book", "pk": 2, "fields": {"title": "lost", "tags": [1, 9]}}]`:                                  "9, and tag has no such row",
				`[{"model": "tag", "pk": 7, "fields": {"name": "x"}}, {"model": "book", "pk": 2, "fields": {"sequel": 77}}]`: "book 2: its sequel is 77, and book has no such row",
				`[{"model": "book", "pk": 2, "fields": {"tags": 1}}]`:                                                        "row 1 (book 2): the field tags is not a list of keys",
				`[{"model": "book", "pk": 2, "fields": {"tags": null}}]`:                                                     "not a list of keys",
				`[{"model": "book", "pk": 2, "fields": {"tags": [null]}}]`:                                                   "row 1 (book 2): the field tags: null",
				`[{"model": "book", "pk": 2, "fields": {"tags": ["a"]}}]`:                                                    `row 1 (book 2): the field tags: "a"`,
				`[{"model": "book", "fields": {"title": "x", "tags": [1]}}]`:                                                 "needs a pk",
			} {
				if err := load(text); err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("%s: %v", text, err)
				}
			}
			if rows, err := model.Raw(db, "SELECT COUNT(*) FROM tag WHERE id = 7", func(n *int64) []any { return []any{n} }); err != nil || rows[0] != 0 || state() != "Emma:old" {
				t.Errorf("a part of a file with a mistake is stored: %v %v %s", rows, err, state())
			}
			chosen, err := p.chosenTables([]string{"book"})
			if err != nil || len(chosen) != 2 || chosen[1].Name != "book_tags" {
				t.Errorf("the pairs of a model do not come with it: %v %v", chosen, err)
			}
		})
	}
}

func opened(t *testing.T, db *model.DB, err error) *model.DB {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}
