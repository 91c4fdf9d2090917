package sqlite

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

	_ "modernc.org/sqlite"
	sqlite3 "zombiezen.com/go/sqlite"

	"stackgen.dev/runtime/model"
)

type benchRow struct {
	id    int64
	title string
	views int64
}

const benchSQL = `SELECT "id", "title", "views" FROM "post" WHERE "id" = ?1`

func benchFile(b *testing.B) (string, *model.DB) {
	path := filepath.Join(b.TempDir(), "bench.db")
	db, err := Open(context.Background(), "sqlite:"+path, Options{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { db.Close() })
	fill := `CREATE TABLE post (id integer PRIMARY KEY, title text NOT NULL, views integer NOT NULL);
	WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < 10000)
	INSERT INTO post SELECT i, 'title of the post ' || i, i * 7 FROM n`
	err = db.Session(context.Background(), func(s model.Session) error { return s.Script(context.Background(), fill) })
	if err != nil {
		b.Fatal(err)
	}
	return path, db
}

// The same row by its key: through this driver, the statement of the engine
// below it, and database/sql over the same engine.
func BenchmarkRow(b *testing.B) {
	path, db := benchFile(b)
	read := func(row model.Row, at int) *benchRow {
		return &benchRow{row.Int64(at), row.Text(at + 1), row.Int64(at + 2)}
	}
	get := func(b *testing.B, src model.Source) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			row, err := model.FetchOne(src, benchSQL, read, model.IntValue(int64(i%10000+1)))
			if err != nil || row.views == 0 {
				b.Fatal(err)
			}
		}
	}
	b.Run("driver", func(b *testing.B) { get(b, db) })
	b.Run("driver with a context", func(b *testing.B) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		get(b, db.With(ctx))
	})
	b.Run("bare statement", func(b *testing.B) {
		b.ReportAllocs()
		conn, err := sqlite3.OpenConn(path)
		if err != nil {
			b.Fatal(err)
		}
		defer conn.Close()
		for i := 0; b.Loop(); i++ {
			stmt, err := conn.Prepare(benchSQL)
			if err != nil {
				b.Fatal(err)
			}
			stmt.BindInt64(1, int64(i%10000+1))
			if found, err := stmt.Step(); err != nil || !found {
				b.Fatal(found, err)
			}
			row := &benchRow{stmt.ColumnInt64(0), stmt.ColumnText(1), stmt.ColumnInt64(2)}
			stmt.Reset()
			if row.views == 0 {
				b.Fatal("no row")
			}
		}
	})
	b.Run("database/sql", func(b *testing.B) {
		b.ReportAllocs()
		std, err := sql.Open("sqlite", path)
		if err != nil {
			b.Fatal(err)
		}
		defer std.Close()
		stmt, err := std.Prepare(benchSQL)
		if err != nil {
			b.Fatal(err)
		}
		for i := 0; b.Loop(); i++ {
			row := new(benchRow)
			if err := stmt.QueryRow(int64(i%10000+1)).Scan(&row.id, &row.title, &row.views); err != nil {
				b.Fatal(err)
			}
		}
	})
}
