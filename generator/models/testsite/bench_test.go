package testsite_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	sqlite3 "zombiezen.com/go/sqlite"

	. "stackgen.dev/generator/models/testsite/gen/models"
	"stackgen.dev/runtime/model"
)

// One author by key: the generated function, the same through a query composed
// at run time, and the bare statement of the engine with the same columns.
func BenchmarkGet(b *testing.B) {
	path := filepath.Join(b.TempDir(), "bench.db")
	db := open(b, "sqlite:"+path)
	authors(b, db)
	b.Run("generated", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if a, err := GetAuthor(db, 3); err != nil || a.Age.V != 52 {
				b.Fatal(a, err)
			}
		}
	})
	b.Run("generated in a request", func(b *testing.B) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		src := db.With(ctx)
		b.ReportAllocs()
		for b.Loop() {
			if a, err := GetAuthor(src, 3); err != nil || a.Age.V != 52 {
				b.Fatal(a, err)
			}
		}
	})
	b.Run("composed", func(b *testing.B) {
		b.ReportAllocs()
		for b.Loop() {
			if a, err := Authors(db).Filter(AuthorField.ID.Eq(3)).Get(); err != nil || a.Age.V != 52 {
				b.Fatal(a, err)
			}
		}
	})
	b.Run("bare statement", func(b *testing.B) {
		conn, err := sqlite3.OpenConn(path)
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close()
		b.ReportAllocs()
		for b.Loop() {
			a, err := bareAuthor(conn, 3)
			if err != nil || a.Age.V != 52 {
				b.Fatal(a, err)
			}
		}
	})
}

func bareAuthor(conn *sqlite3.Conn, id int64) (*Author, error) {
	stmt, err := conn.Prepare(`SELECT "id", "name", "email", "age", "active", "rating" FROM "author" WHERE "id" = ?1`)
	if err != nil {
		return nil, err
	}
	stmt.BindInt64(1, id)
	if found, err := stmt.Step(); err != nil || !found {
		return nil, err
	}
	a := &Author{ID: stmt.ColumnInt64(0), Name: stmt.ColumnText(1), Active: stmt.ColumnBool(4)}
	if stmt.ColumnType(2) != sqlite3.TypeNull {
		a.Email = model.Some(stmt.ColumnText(2))
	}
	if stmt.ColumnType(3) != sqlite3.TypeNull {
		a.Age = model.Some(stmt.ColumnInt64(3))
	}
	if stmt.ColumnType(5) != sqlite3.TypeNull {
		a.Rating = model.Some(model.NewDecimal(int64(stmt.ColumnFloat(5)*100), 2))
	}
	return a, stmt.Reset()
}

// A page of posts with their authors.
func BenchmarkPage(b *testing.B) {
	db := open(b, "sqlite:"+filepath.Join(b.TempDir(), "bench.db"))
	authors(b, db)
	posts(b, db)
	b.ReportAllocs()
	for b.Loop() {
		if rows, err := HomeRecent(db, now.Add(time.Hour)); err != nil || len(rows) != 2 {
			b.Fatal(rows, err)
		}
	}
}
