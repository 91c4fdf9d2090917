package postgres

import (
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"stackgen.dev/internal/pgtest"
	"stackgen.dev/runtime/model"
)

// Ensure that a server that is killed and started again under load costs no
// read, and no change that was reported as stored: what failed says so, and the
// site goes on by itself.
func TestServerRestarts(t *testing.T) {
	for name, end := range map[string]func(*pgtest.Server){"crash": (*pgtest.Server).Kill, "shutdown": (*pgtest.Server).Shutdown} {
		t.Run(name, func(t *testing.T) {
			own, err := pgtest.Start()
			must(t, err)
			defer own.Stop()
			db, err := Open(ctx, own.URL("postgres"), Options{Connections: 8})
			must(t, err)
			defer db.Close()
			run(t, db, "CREATE TABLE a (worker int, n int, PRIMARY KEY (worker, n))")

			var stored [4][]int64 // what each worker was told is stored
			var unknown [4][]int64
			var reads, stop atomic.Int64
			var busy sync.WaitGroup
			for w := range stored {
				busy.Go(func() {
					for n := int64(0); stop.Load() == 0; n++ {
						_, err := model.Execute(db, "a", "INSERT INTO a VALUES (?1, ?2)", model.IntValue(int64(w)), model.IntValue(n))
						switch {
						case err == nil:
							stored[w] = append(stored[w], n)
						case errors.Is(err, model.ErrUnavailable):
							unknown[w] = append(unknown[w], n)
						default:
							t.Errorf("a change: %v", err)
							return
						}
					}
				})
				busy.Go(func() {
					for stop.Load() == 0 {
						if _, err := model.FetchInt(db, "SELECT COUNT(*) FROM a"); err != nil {
							t.Errorf("a read: %v", err)
							return
						}
						reads.Add(1)
					}
				})
			}
			progress := func() {
				for before := reads.Load(); reads.Load() < before+100 && !t.Failed(); {
					number(t, db, "SELECT 1")
				}
			}
			for range 3 {
				progress()
				end(own)
				must(t, own.Restart())
				progress()
			}
			stop.Store(1)
			busy.Wait()
			count, failed := 0, 0
			for w := range stored {
				count, failed = count+len(stored[w]), failed+len(unknown[w])
				for _, n := range stored[w] {
					if number(t, db, "SELECT COUNT(*) FROM a WHERE worker = ?1 AND n = ?2", model.IntValue(int64(w)), model.IntValue(n)) != 1 {
						t.Fatalf("row %d of worker %d was told to be stored and is not there", n, w)
					}
				}
			}
			rows := number(t, db, "SELECT COUNT(*) FROM a")
			if rows < int64(count) || rows > int64(count+failed) {
				t.Errorf("%d rows, of which %d were told to be stored and %d are unknown", rows, count, failed)
			}
			t.Logf("%d reads, none failed; %d changes stored, %d unknown", reads.Load(), count, failed)
		})
	}
}
