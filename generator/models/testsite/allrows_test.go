package testsite_test

import (
	"context"
	"strings"
	"testing"

	. "stackgen.dev/generator/models/testsite/gen/models"
	"stackgen.dev/runtime/model"
)

// said are the statements that a database was asked.
type said struct{ statements []string }

func (s *said) watch(_ context.Context, sql string) (func(error), error) {
	s.statements = append(s.statements, sql)
	return nil, nil
}

func (s *said) last() string { return s.statements[len(s.statements)-1] }

// Ensure that the statement of all rows is written once for each database, and
// given to no query that asks for anything else.
func TestAllRows(t *testing.T) {
	lite, other := memory(t), memory(t)
	authors(t, lite)
	heard := &said{}
	db := lite.Watched(heard.watch)
	ask := func(q model.Query[Post]) string {
		t.Helper()
		if _, err := q.All(); err != nil {
			t.Fatal(err)
		}
		return heard.last()
	}
	all := ask(Posts(db))
	if again := ask(Posts(db)); again != all {
		t.Errorf("all rows are read by\n%s\nand then by\n%s", all, again)
	}
	for row, err := range Posts(db).Iterate() {
		t.Error(row, err) // there is none
	}
	if heard.last() != all {
		t.Errorf("all rows are iterated by\n%s", heard.last())
	}
	if rows, err := Posts(other).All(); err != nil || len(rows) != 0 {
		t.Errorf("another database has %v, %v", rows, err)
	}
	f := PostField
	for _, c := range []struct {
		name string
		q    model.Query[Post]
		want string
	}{
		{"filter", Posts(db).Filter(f.Title.Eq("a")), "WHERE"},
		{"exclude", Posts(db).Exclude(f.Title.Eq("a")), "WHERE"},
		{"order", Posts(db).OrderBy(f.Title.Asc()), `ORDER BY "post"."title"`},
		{"order of the same length", Posts(db).OrderBy(f.Views.Desc()), `ORDER BY "post"."views" DESC`},
		{"limit", Posts(db).Limit(3), "LIMIT"},
		{"offset", Posts(db).Offset(3), "OFFSET"},
		{"distinct", Posts(db).Distinct(), "DISTINCT"},
		{"related", Posts(db).SelectRelated(f.Author), "JOIN"},
		{"union", Posts(db).Union(Posts(db)), "UNION"},
	} {
		if sql := ask(c.q); sql == all || !strings.Contains(sql, c.want) {
			t.Errorf("%s: %s", c.name, sql)
		}
	}
	if sql := ask(Posts(db)); sql != all {
		t.Errorf("all rows are read in the end by\n%s", sql)
	}
}

// Ensure that an order that was turned around, or taken away, is not the table's.
func TestAllRowsInOrder(t *testing.T) {
	heard := &said{}
	db := memory(t).Watched(heard.watch)
	seen := map[string]bool{}
	for _, q := range []model.Query[Post]{Posts(db), Posts(db).Reverse(), Posts(db).OrderBy()} {
		if _, err := q.All(); err != nil {
			t.Fatal(err)
		}
		seen[heard.last()] = true
	}
	if want := 3; len(seen) != want {
		t.Errorf("%d statements, want %d: %v", len(seen), want, heard.statements)
	}
}
