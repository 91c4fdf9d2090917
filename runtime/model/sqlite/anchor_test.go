package sqlite

import (
	"os"
	"testing"
	"time"

	sqlite3 "zombiezen.com/go/sqlite"

	"stackgen.dev/runtime/model"
)

// anchored opens a file with a table and reads until the anchor holds the lock.
func anchored(t *testing.T) (string, *model.DB, *pool) {
	t.Helper()
	db, p := openPool(t, `CREATE TABLE note (id integer PRIMARY KEY, text text NOT NULL); INSERT INTO note VALUES (1, 'first')`)
	hold(t, db, p)
	return p.path, db, p
}

func holds(p *pool) bool {
	p.anchor.mu.Lock()
	defer p.anchor.mu.Unlock()
	return p.anchor.held
}

// hold reads until the anchor holds the lock, which on a machine that is busy may
// take several turns.
func hold(t *testing.T, db *model.DB, p *pool) {
	t.Helper()
	for end := time.Now().Add(time.Minute); !holds(p); {
		if time.Now().After(end) {
			t.Fatal("thousands of reads a second, and no anchor")
		}
		first(t, db)
	}
}

func count(t *testing.T, db *model.DB) int64 {
	t.Helper()
	n, err := model.FetchOne(db, "SELECT count(*) FROM note", func(row model.Row, at int) *int64 {
		n := row.Int64(at)
		return &n
	})
	if err != nil {
		t.Fatal(err)
	}
	return *n
}

// Ensure what is committed is read at once, whoever commits it.
func TestAnchorReadsWhatIsCommitted(t *testing.T) {
	path, db, p := anchored(t)
	other, err := Open(ctx, "sqlite:"+path, Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close()
	for i := int64(2); i < 100; i++ {
		by := db
		if i%2 == 0 {
			by = other
		}
		if _, err := model.Execute(by, "note", "INSERT INTO note VALUES (?1, 'more')", model.IntValue(i)); err != nil {
			t.Fatal(err)
		}
		if n := count(t, db); n != i {
			t.Fatalf("%d rows after the one with id %d", n, i)
		}
	}
	hold(t, db, p)
}

// Ensure the log is folded into the file and begun anew while reads never end.
func TestAnchorLetsTheLogBeEmptied(t *testing.T) {
	path, db, p := anchored(t)
	stop, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case <-stop:
				return
			default:
				first(t, db)
			}
		}
	}()
	const commits, pages = 120, 100 // twelve logs of 1,000 pages
	var largest int64
	for range commits {
		fill(t, db, pages)
		if info, err := os.Stat(path + "-wal"); err == nil {
			largest = max(largest, info.Size())
		}
	}
	close(stop)
	<-stopped
	if largest > 3*anchorLog {
		t.Errorf("the log grew to %d bytes", largest)
	}
	renew(t, db)
	hold(t, db, p)
}

// fill writes rows of a page each.
func fill(t *testing.T, db *model.DB, pages int64) {
	t.Helper()
	_, err := model.Execute(db, "note", `WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i+1 FROM n WHERE i < ?1)
		INSERT INTO note (text) SELECT hex(zeroblob(2000)) FROM n`, model.IntValue(pages))
	if err != nil {
		t.Fatal(err)
	}
}

// renew writes until the log is folded, begun anew, and its file shortened.
func renew(t *testing.T, db *model.DB) {
	t.Helper()
	for range 3 {
		fill(t, db, 1)
	}
}

// Ensure the anchor stays away from a log that somebody else has kept from being
// emptied, and comes back when it was.
func TestAnchorLeavesALongLog(t *testing.T) {
	path, db, p := anchored(t)
	other, err := openConn(path, busyTimeout, true)
	if err != nil {
		t.Fatal(err)
	}
	defer other.close()
	for _, sql := range []string{"BEGIN", "SELECT 1 FROM note"} {
		if err := other.run(ctx, sql, nil); err != nil {
			t.Fatal(err)
		}
	}
	for range 25 {
		fill(t, db, 100)
	}
	for range 2 * anchorReads { // it looks once at least
		first(t, db)
	}
	for range 100 * anchorReads {
		if first(t, db); holds(p) {
			t.Fatal("held with a long log")
		}
	}
	if err := other.run(ctx, "COMMIT", nil); err != nil {
		t.Fatal(err)
	}
	renew(t, db)
	hold(t, db, p)
}

// first reads a row.
func first(t *testing.T, db *model.DB) {
	t.Helper()
	_, err := model.FetchOne(db, "SELECT text FROM note WHERE id = 1", func(row model.Row, at int) string { return row.Text(at) })
	if err != nil {
		t.Error(err)
	}
}

// Ensure a site in which nobody reads holds no lock, and that Close folds the log.
func TestAnchorRests(t *testing.T) {
	path, db, p := anchored(t)
	for end := time.Now().Add(time.Minute); holds(p); time.Sleep(time.Millisecond) {
		if time.Now().After(end) {
			t.Fatal("held without reads")
		}
	}
	other, err := sqlite3.OpenConn(path)
	if err != nil {
		t.Fatal(err)
	}
	stmt, _, err := other.PrepareTransient("PRAGMA wal_checkpoint(TRUNCATE)")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := stmt.Step(); err != nil || stmt.ColumnInt64(0) != 0 {
		t.Errorf("the log is held: %d, %v", stmt.ColumnInt64(0), err)
	}
	stmt.Finalize()
	other.Close()

	hold(t, db, p)
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(path + "-wal"); err == nil {
		t.Error("Close left the log")
	}
}

// Ensure the site goes on where the anchor's transaction has ended by itself.
func TestAnchorGone(t *testing.T) {
	_, db, p := anchored(t)
	p.anchor.mu.Lock()
	err := p.anchor.conn.run(ctx, "COMMIT", nil)
	p.anchor.mu.Unlock()
	if err != nil {
		t.Fatal(err)
	}
	for range 10 * anchorReads {
		count(t, db)
	}
	p.anchor.mu.Lock()
	defer p.anchor.mu.Unlock()
	if !p.anchor.off {
		t.Error("used after its end")
	}
}

// Ensure a log is begun without changing what the user keeps in the file's version.
func TestBeginLog(t *testing.T) {
	path, db, _ := anchored(t)
	script(t, db, "PRAGMA user_version = 42")
	if err := db.Close(); err != nil {
		t.Fatal(err)
	}
	again := &pool{path: path, timeout: busyTimeout}
	if err := again.open(ctx, 4); err != nil {
		t.Fatal(err)
	}
	defer again.Close()
	if info, err := os.Stat(path + "-wal"); err != nil || info.Size() == 0 {
		t.Errorf("no log: %v", err)
	}
	c := <-again.writer
	version, err := c.number("PRAGMA user_version")
	again.writer <- c
	if err != nil || version != 42 {
		t.Errorf("version %d, %v", version, err)
	}
}
