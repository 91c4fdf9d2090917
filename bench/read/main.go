// Command read reads single rows by their keys, in turns through a generated query
// and through the bare driver beneath it, and says what CPU time and what time each
// took. The bench runs it, on a core and a database of its own:
//
//	read -database sqlite:DIR/read.db -table examples/bench/migrations/sqlite/0002_world.sql
//
// The turns are short, so that what disturbs the machine disturbs both. The bare
// drivers are those that the runtime stands on, used as their manuals say: a prepared
// statement of zombiezen.com/go/sqlite, and pgx's pool with its statement cache.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	sqlite3 "zombiezen.com/go/sqlite"
	"zombiezen.com/go/sqlite/sqlitex"

	"stackgen.dev/golden/bench/gen/models"
	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/postgres"
	"stackgen.dev/runtime/model/sqlite"
)

const (
	rows = 10_000                // in the table
	turn = 20 * time.Millisecond // of one side, before it is the other's
)

// side is one of the two ways, and what it has taken so far.
type side struct {
	Reads int64         `json:"reads"`
	CPU   time.Duration `json:"cpu"`  // of the whole process, collecting garbage included
	Wall  time.Duration `json:"wall"` // waiting for the database included

	read func(id int64) (*models.World, error)
}

// report is what the program says.
type report struct {
	Generated *side `json:"generated"`
	Bare      *side `json:"bare"`
}

func main() {
	if err := run(context.Background(), os.Args[1:], os.Stdout, os.Stderr); err != nil {
		fmt.Fprintln(os.Stderr, "read:", err)
		os.Exit(1)
	}
}

// run is the whole program.
func run(ctx context.Context, args []string, stdout, stderr io.Writer) error {
	f := flag.NewFlagSet("read", flag.ContinueOnError)
	f.SetOutput(stderr)
	address := f.String("database", "", "the `URL` of a database of its own")
	table := f.String("table", "", "the `migration` that makes the table world with its rows")
	lasting := f.Duration("time", 2*time.Second, "how long each side reads")
	if err := f.Parse(args); err != nil {
		return err
	}
	script, err := os.ReadFile(*table)
	if err != nil {
		return err
	}
	_, up, _ := strings.Cut(string(script), "-- migrate: up\n")
	up, _, _ = strings.Cut(up, "-- migrate: down\n")
	// A request's context can end, which a driver has to watch.
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var said report
	if path, ok := strings.CutPrefix(*address, "sqlite:"); ok {
		err = onSQLite(ctx, path, up, func(r report) error { said = r; return r.take(*lasting) })
	} else {
		err = onPostgres(ctx, *address, up, func(r report) error { said = r; return r.take(*lasting) })
	}
	if err != nil {
		return err
	}
	return json.NewEncoder(stdout).Encode(said)
}

// generated reads as a view does.
func generated(db *model.DB, ctx context.Context) *side {
	src := db.With(ctx)
	return &side{read: func(id int64) (*models.World, error) { return models.GetWorld(src, id) }}
}

func onSQLite(ctx context.Context, path, script string, measure func(report) error) (err error) {
	db, err := sqlite.Open(ctx, "sqlite:"+path, sqlite.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Session(ctx, func(s model.Session) error { return s.Script(ctx, script) }); err != nil {
		return err
	}
	// A file of its own: in one file the locks that the runtime keeps would spare the
	// bare driver its system calls, which it does not by itself.
	bare, err := sqlite3.OpenConn(path + "-bare")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, bare.Close()) }()
	if err := sqlitex.ExecuteScript(bare, script, nil); err != nil {
		return err
	}
	stmt, err := bare.Prepare(`SELECT "id", "random_number" FROM "world" WHERE "id" = ?1`)
	if err != nil {
		return err
	}
	return measure(report{generated(db, ctx), &side{read: func(id int64) (*models.World, error) {
		stmt.BindInt64(1, id)
		found, err := stmt.Step()
		if err != nil {
			return nil, err
		}
		if !found {
			return nil, errors.Join(model.ErrNotFound, stmt.Reset())
		}
		w := &models.World{ID: stmt.ColumnInt64(0), RandomNumber: stmt.ColumnInt64(1)}
		return w, stmt.Reset()
	}}})
}

func onPostgres(ctx context.Context, address, script string, measure func(report) error) (err error) {
	// A schema of its own: the rows of the site are in the same database.
	address += "&search_path=reading"
	bare, err := pgxpool.New(ctx, address)
	if err != nil {
		return err
	}
	defer bare.Close()
	if _, err := bare.Exec(ctx, "DROP SCHEMA IF EXISTS reading CASCADE"); err != nil {
		return err
	}
	if _, err := bare.Exec(ctx, "CREATE SCHEMA reading"); err != nil {
		return err
	}
	db, err := postgres.Open(ctx, address, postgres.Options{})
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, db.Close()) }()
	if err := db.Session(ctx, func(s model.Session) error { return s.Script(ctx, script) }); err != nil {
		return err
	}
	return measure(report{generated(db, ctx), &side{read: func(id int64) (*models.World, error) {
		w := &models.World{}
		err := bare.QueryRow(ctx, `SELECT "id", "random_number" FROM "world" WHERE "id" = $1`, id).Scan(&w.ID, &w.RandomNumber)
		return w, err
	}}})
}

// take has both sides read for so long each, in turns, after one turn that does not count.
func (r report) take(lasting time.Duration) error {
	warm := [...]*side{{read: r.Generated.read}, {read: r.Bare.read}}
	for _, s := range warm {
		if err := s.turn(); err != nil {
			return err
		}
	}
	for round := 0; r.Bare.Wall < lasting; round++ {
		order := [...]*side{r.Generated, r.Bare}
		if round%2 == 1 { // neither always comes after the other
			order[0], order[1] = order[1], order[0]
		}
		for _, s := range order {
			if err := s.turn(); err != nil {
				return err
			}
		}
	}
	return nil
}

// turn reads for one turn, and ensures that the rows are those that were asked for.
func (s *side) turn() error {
	runtime.GC() // each pays for its own garbage
	cpu, err := spent()
	if err != nil {
		return err
	}
	began := time.Now()
	reads := int64(0)
	for time.Since(began) < turn {
		for range 100 {
			id := rand.Int64N(rows) + 1
			w, err := s.read(id)
			if err != nil {
				return err
			}
			if w.ID != id || w.RandomNumber != id*7919%rows+1 {
				return fmt.Errorf("row %d is %+v", id, *w)
			}
			reads++
		}
	}
	s.Wall += time.Since(began)
	after, err := spent()
	s.CPU += after - cpu
	s.Reads += reads
	return err
}

// spent is the CPU time that the process has taken.
func spent() (time.Duration, error) {
	var u syscall.Rusage
	err := syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano()), err
}
