package postgres

import (
	"testing"

	"github.com/jackc/pgx/v5/pgxpool"

	"stackgen.dev/runtime/model"
)

// BenchmarkRow reads one row by its key: through the driver, and through pgx's own
// pool with its statement cache, which is what the driver is measured against.
func BenchmarkRow(b *testing.B) {
	url := server.Database(b)
	db := openURL(b, url, "CREATE TABLE world (id int PRIMARY KEY, randomnumber int); INSERT INTO world SELECT n, n FROM generate_series(1, 10000) AS n")
	type world struct{ id, number int64 }
	b.Run("model", func(b *testing.B) {
		b.ReportAllocs()
		for i := range b.N {
			_, err := model.FetchOne(db, "SELECT id, randomnumber FROM world WHERE id = ?1", func(r model.Row, at int) *world {
				return &world{r.Int64(at), r.Int64(at + 1)}
			}, model.IntValue(int64(i%10000+1)))
			if err != nil {
				b.Fatal(err)
			}
		}
	})
	b.Run("pgx", func(b *testing.B) {
		bare, err := pgxpool.New(ctx, url)
		if err != nil {
			b.Fatal(err)
		}
		defer bare.Close()
		b.ReportAllocs()
		for i := range b.N {
			var w world
			if err := bare.QueryRow(ctx, "SELECT id, randomnumber FROM world WHERE id = $1", i%10000+1).Scan(&w.id, &w.number); err != nil {
				b.Fatal(err)
			}
		}
	})
}
