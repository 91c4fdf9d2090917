package site

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqlite"
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
