package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	sqlite3 "zombiezen.com/go/sqlite"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
)

// maxStatements is how many prepared statements a connection keeps. Fixed
// statements of a site stay well below; lists of changing length do not.
const maxStatements = 512

// conn is one connection, used by one goroutine at a time.
type conn struct {
	db         *sqlite3.Conn
	statements map[string]*statement
	count      uint64 // runs, to find the statement that was not used longest

	// interrupt stops the statement that runs; cancelled contexts close it.
	interrupt chan struct{}
	stop      func() bool   // takes the watch off the context
	fired     chan struct{} // closed when the watch has done its work
}

// openForeign opens a connection that leaves the file as it is, settings included.
func openForeign(path string, flags sqlite3.OpenFlags, timeout time.Duration) (*conn, error) {
	db, err := sqlite3.OpenConn(path, flags)
	if err != nil {
		return nil, translate(context.Background(), err)
	}
	db.SetBusyTimeout(timeout)
	c := &conn{db: db, statements: map[string]*statement{}}
	c.arm()
	return c, nil
}

// openConn opens a connection with the settings that every one has.
func openConn(path string, timeout time.Duration, readOnly bool) (*conn, error) {
	flags := sqlite3.OpenReadWrite | sqlite3.OpenCreate
	db, err := sqlite3.OpenConn(path, flags)
	if err != nil {
		return nil, translate(context.Background(), err)
	}
	c := &conn{db: db, statements: map[string]*statement{}}
	db.SetBusyTimeout(timeout)
	if err := addFunctions(db); err != nil {
		db.Close()
		return nil, translate(context.Background(), err)
	}
	settings := []string{"PRAGMA foreign_keys = ON", "PRAGMA synchronous = FULL"}
	if path != ":memory:" {
		// The first connection turns the log on for good; for the others this reads.
		settings = append([]string{"PRAGMA journal_mode = WAL"}, settings...)
	}
	if readOnly {
		settings = append(settings, "PRAGMA query_only = ON")
	}
	for _, sql := range settings {
		if err := c.set(sql, timeout); err != nil {
			db.Close()
			return nil, err
		}
	}
	c.arm()
	return c, nil
}

// set changes a setting. Where several processes turn the log of a new file on at
// once, SQLite tells all but one that it is locked, without the wait that statements have.
func (c *conn) set(sql string, timeout time.Duration) error {
	const pause = 5 * time.Millisecond
	for end := time.Now().Add(timeout); ; time.Sleep(pause) {
		err := c.run(context.Background(), sql, nil)
		if !errors.Is(err, model.ErrLocked) || time.Now().After(end) {
			return err
		}
	}
}

// arm gives the connection a fresh channel that interrupts it. One lasts until
// it is used, so that a statement costs no goroutine.
func (c *conn) arm() {
	c.interrupt = make(chan struct{})
	c.db.SetInterrupt(c.interrupt)
}

// watch has the statements that follow stopped when ctx ends, until unwatch.
// It reports whether it does: a context that never ends, and a connection that
// is watched already, need nothing.
func (c *conn) watch(ctx context.Context) bool {
	if ctx.Done() == nil || c.stop != nil {
		return false
	}
	interrupt, fired := c.interrupt, make(chan struct{})
	c.fired = fired
	c.stop = context.AfterFunc(ctx, func() {
		close(interrupt)
		close(fired)
	})
	return true
}

// unwatch ends watch.
func (c *conn) unwatch() {
	if c.stop == nil {
		return
	}
	if !c.stop() {
		<-c.fired
		c.arm()
	}
	c.stop = nil
}

// prepare returns the kept statement of the text, or a new one where that one
// is running.
func (c *conn) prepare(sql string) (*statement, error) {
	c.count++
	if s := c.statements[sql]; s != nil && !s.running {
		s.used = c.count
		return s, nil
	}
	text := sqltext.SQLite.Text(sql)
	stmt, trailing, err := c.db.PrepareTransient(text)
	if err != nil {
		return nil, err
	}
	if strings.TrimSpace(text[len(text)-trailing:]) != "" {
		stmt.Finalize()
		return nil, fmt.Errorf("sqlite: more than one statement in %q", sql)
	}
	s := &statement{stmt: stmt, sql: sql, used: c.count}
	if c.statements[sql] == nil {
		c.keep(s)
	}
	return s, nil
}

func (c *conn) keep(s *statement) {
	if len(c.statements) >= maxStatements {
		var oldest *statement
		for _, k := range c.statements {
			if !k.running && (oldest == nil || k.used < oldest.used) {
				oldest = k
			}
		}
		if oldest == nil {
			return
		}
		delete(c.statements, oldest.sql)
		oldest.stmt.Finalize()
	}
	s.kept = true
	c.statements[s.sql] = s
}

// start prepares and binds; the rows are then read with Next and Close.
func (c *conn) start(ctx context.Context, sql string, args []model.Value) (*rows, error) {
	s, err := c.prepare(sql)
	if err != nil {
		return nil, translate(ctx, err)
	}
	s.running = true
	if err := s.bind(args); err != nil {
		c.finish(s)
		return nil, err
	}
	return &rows{row: row{stmt: s.stmt}, conn: c, statement: s, ctx: ctx}, nil
}

// query is start on a connection that its transaction or session keeps. The
// first of several open rows has the connection watched.
func (c *conn) query(ctx context.Context, sql string, args []model.Value) (model.Rows, error) {
	watching := c.watch(ctx)
	r, err := c.start(ctx, sql, args)
	if err != nil {
		if watching {
			c.unwatch()
		}
		return nil, err
	}
	r.watched = watching
	return r, nil
}

// finish ends a run.
func (c *conn) finish(s *statement) {
	s.running = false
	if s.kept {
		// Reset repeats the error of the run, which Next has kept already.
		s.stmt.Reset()
		return
	}
	s.stmt.Finalize()
}

// run runs a statement to its end.
func (c *conn) run(ctx context.Context, sql string, args []model.Value) error {
	r, err := c.start(ctx, sql, args)
	if err != nil {
		return err
	}
	for r.Next() {
	}
	return r.Close()
}

// number is the first value that a statement answers with.
func (c *conn) number(sql string) (int64, error) {
	r, err := c.start(context.Background(), sql, nil)
	if err != nil {
		return 0, err
	}
	var n int64
	if r.Next() {
		n = r.Int64(0)
	}
	return n, r.Close()
}

// exec runs a statement that changes rows.
func (c *conn) exec(ctx context.Context, sql string, args []model.Value) (model.Result, error) {
	if err := c.run(ctx, sql, args); err != nil {
		return model.Result{}, err
	}
	return model.Result{LastInsertID: c.db.LastInsertRowID(), RowsAffected: int64(c.db.Changes())}, nil
}

func (c *conn) close() error {
	for _, s := range c.statements {
		s.stmt.Finalize()
	}
	return c.db.Close()
}
