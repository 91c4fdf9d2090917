package sqlite

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync"
	"time"

	sqlite3 "zombiezen.com/go/sqlite"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
)

// pool is the driver: a writer with a queue, and readers that are opened as
// they are needed.
type pool struct {
	path    string
	timeout time.Duration
	memory  bool
	// foreign says that the file is somebody else's: it is only read.
	foreign bool
	// flusher brings commits to the disk; nil where each does so by itself.
	flusher *flusher
	// anchor spares reads the lock's system calls; nil where there is no log.
	anchor *anchor

	// writer holds the writing connection while nobody uses it. Receiving is
	// the queue: Go hands the connection on in the order of arrival.
	writer chan *conn
	// slots has room for one token per reader in use.
	slots chan struct{}

	mu     sync.Mutex
	idle   []*conn // readers not in use, the one used last at the end
	reads  uint    // how often a reader was taken
	closed bool
}

var errClosed = fmt.Errorf("%w: it was closed", model.ErrUnavailable)

func (p *pool) open(ctx context.Context, readers int) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	c, err := p.connect(false)
	if err != nil {
		return err
	}
	if !p.memory && !p.foreign {
		if err := p.leaveToFlusher(ctx, c); err != nil {
			c.close()
			return err
		}
	}
	p.writer = make(chan *conn, 1)
	p.writer <- c
	p.slots = make(chan struct{}, readers)
	return nil
}

// leaveToFlusher has commits of the writer not wait for the disk. That is for
// write-ahead logging alone, which not every file system takes.
func (p *pool) leaveToFlusher(ctx context.Context, c *conn) error {
	r, err := c.start(ctx, "PRAGMA journal_mode", nil)
	if err != nil {
		return err
	}
	mode := ""
	if r.Next() {
		mode = r.Text(0)
	}
	if err := r.Close(); err != nil || mode != "wal" {
		return err
	}
	log := p.path + "-wal"
	p.flusher = newFlusher(log)
	p.anchor = newAnchor(log, func() (*conn, error) { return p.connect(true) })
	for _, sql := range []string{flushedLater, logLimit} {
		if err := c.run(ctx, sql, nil); err != nil {
			return err
		}
	}
	p.beginLog(c, log)
	return nil
}

const (
	flushedLater  = "PRAGMA synchronous = NORMAL"
	flushedAtOnce = "PRAGMA synchronous = FULL"
)

// flush waits until what was committed is on the disk.
func (p *pool) flush() error {
	if p.flusher == nil {
		return nil
	}
	return p.flusher.flush()
}

// Dialect is SQLite's.
func (p *pool) Dialect() sqltext.Dialect { return sqltext.SQLite }

func (p *pool) connect(readOnly bool) (*conn, error) {
	if p.foreign {
		return openForeign(p.path, sqlite3.OpenReadOnly, p.timeout)
	}
	return openConn(p.path, p.timeout, readOnly)
}

// BuffersRows is true for a database in memory, whose one connection serves
// reading and writing.
func (p *pool) BuffersRows() bool { return p.memory }

// Query starts a statement on a reader, one that changes rows and answers with them on the writer.
func (p *pool) Query(ctx context.Context, sql string, args []model.Value) (model.Rows, error) {
	if returns(sql) {
		return p.queryWriter(ctx, sql, args)
	}
	c, err := p.takeReader(ctx)
	if err != nil {
		return nil, err
	}
	r, err := c.start(ctx, sql, args)
	if err != nil {
		p.giveReader(c)
		return nil, err
	}
	r.pool = p
	return r, nil
}

// returns reports whether a statement that answers with rows changes some (INSERT … RETURNING).
func returns(sql string) bool {
	switch verb(sql) {
	case "INSERT", "UPDATE", "DELETE", "REPLACE":
		return true
	case "WITH":
		return sqltext.Changes(sql)
	}
	return false
}

// queryWriter is Query on the writer, which nobody else has until the rows are closed.
func (p *pool) queryWriter(ctx context.Context, sql string, args []model.Value) (model.Rows, error) {
	c, err := p.takeWriter(ctx)
	if err != nil {
		return nil, err
	}
	r, err := c.start(ctx, sql, args)
	if err != nil {
		p.giveWriter(c)
		return nil, err
	}
	r.pool, r.changes = p, true
	return r, nil
}

// Exec runs a statement on the writer.
func (p *pool) Exec(ctx context.Context, sql string, args []model.Value) (model.Result, error) {
	c, err := p.takeWriter(ctx)
	if err != nil {
		return model.Result{}, err
	}
	result, err := c.exec(ctx, sql, args)
	p.giveWriter(c)
	if err == nil && changes(sql, result) {
		err = p.flush()
	}
	return result, err
}

// changes reports whether a statement may have changed the file: those that
// change rows say how many.
func changes(sql string, result model.Result) bool {
	if result.RowsAffected > 0 {
		return true
	}
	switch verb(sql) {
	case "INSERT", "UPDATE", "DELETE", "SAVEPOINT", "RELEASE", "ROLLBACK":
		return false
	}
	return true
}

// verb is a statement's first word, in capitals.
func verb(sql string) string {
	sql = strings.TrimLeft(sql, " \n\t(")
	if end := strings.IndexAny(sql, " \n\t("); end >= 0 {
		sql = sql[:end]
	}
	return strings.ToUpper(sql)
}

// Begin starts a transaction on the writer. It takes the write lock at once,
// so that what it reads cannot be outdated when it writes.
func (p *pool) Begin(ctx context.Context) (model.Tx, error) {
	c, err := p.takeWriter(ctx)
	if err != nil {
		return nil, err
	}
	if err := c.run(ctx, "BEGIN IMMEDIATE", nil); err != nil {
		p.giveWriter(c)
		return nil, err
	}
	c.unwatch() // each statement of the transaction has its own context
	return &tx{pool: p, conn: c}, nil
}

// Session lends the writer.
func (p *pool) Session(ctx context.Context, fn func(model.Session) error) error {
	c, err := p.takeWriter(ctx)
	if err != nil {
		return err
	}
	c.unwatch()
	s := &session{conn: c}
	if !p.memory {
		s.path = p.path
	}
	defer func() {
		s.conn = nil
		c.unwatch()
		if !c.db.AutocommitEnabled() {
			c.run(context.Background(), "ROLLBACK", nil)
		}
		if p.flusher != nil {
			c.run(context.Background(), flushedLater, nil)
		}
		p.giveWriter(c)
	}()
	if p.flusher != nil { // fn commits as it likes
		if err := c.run(ctx, flushedAtOnce, nil); err != nil {
			return err
		}
	}
	return fn(s)
}

// takeWriter waits for the writer, and has ctx stop what it does.
func (p *pool) takeWriter(ctx context.Context) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case c, open := <-p.writer:
		return p.taken(ctx, c, open)
	default:
	}
	patience := time.NewTimer(p.timeout)
	defer patience.Stop()
	select {
	case c, open := <-p.writer:
		return p.taken(ctx, c, open)
	case <-ctx.Done():
		return nil, ctx.Err()
	case <-patience.C:
		return nil, fmt.Errorf("%w: waited %v for another transaction of this process", model.ErrLocked, p.timeout)
	}
}

func (p *pool) taken(ctx context.Context, c *conn, open bool) (*conn, error) {
	if !open {
		return nil, errClosed
	}
	c.watch(ctx)
	return c, nil
}

func (p *pool) giveWriter(c *conn) {
	c.unwatch()
	p.writer <- c
}

// takeReader takes an idle reader, or opens one. In memory it is the writer.
func (p *pool) takeReader(ctx context.Context) (*conn, error) {
	if p.memory {
		return p.takeWriter(ctx)
	}
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	select {
	case p.slots <- struct{}{}:
	default:
		patience := time.NewTimer(p.timeout)
		defer patience.Stop()
		select {
		case p.slots <- struct{}{}:
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-patience.C:
			return nil, fmt.Errorf("%w: waited %v for one of %d connections that read", model.ErrLocked, p.timeout, cap(p.slots))
		}
	}
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		<-p.slots
		return nil, errClosed
	}
	var c *conn
	if n := len(p.idle); n > 0 {
		c, p.idle = p.idle[n-1], p.idle[:n-1]
	}
	p.reads++
	look := p.anchor != nil && p.reads%anchorReads == 0
	p.mu.Unlock()
	if look {
		p.anchor.look()
	}
	if c == nil {
		var err error
		if c, err = p.connect(true); err != nil {
			<-p.slots
			return nil, err
		}
	}
	c.watch(ctx)
	return c, nil
}

func (p *pool) giveReader(c *conn) {
	if p.memory {
		p.giveWriter(c)
		return
	}
	c.unwatch()
	p.mu.Lock()
	p.idle = append(p.idle, c)
	p.mu.Unlock()
	<-p.slots
}

// Close waits for every connection and closes it.
func (p *pool) Close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	p.mu.Unlock()
	for range cap(p.slots) { // readers that run finish first
		p.slots <- struct{}{}
	}
	if p.anchor != nil {
		p.anchor.close()
	}
	var err error
	for _, c := range p.idle {
		err = errors.Join(err, c.close())
	}
	// The writer goes last: the last connection folds the log into the file.
	w := <-p.writer
	close(p.writer)
	for range cap(p.slots) { // whoever comes now learns that it is closed
		<-p.slots
	}
	if p.flusher != nil {
		err = errors.Join(err, p.flusher.close())
	}
	return errors.Join(err, w.close())
}

var _ model.Driver = (*pool)(nil)
