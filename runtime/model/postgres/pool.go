package postgres

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
)

// pool is the driver: pgx's pool of connections.
type pool struct {
	pool     *pgxpool.Pool
	patience time.Duration
	place    string
	lanes    *lanes
	outage   outage
}

// Dialect is PostgreSQL's.
func (p *pool) Dialect() sqltext.Dialect { return sqltext.Postgres }

// BuffersRows is false: rows outside a transaction have a connection of their
// own, and a transaction reads its rows before it hands them out.
func (p *pool) BuffersRows() bool { return false }

// acquire takes a connection, and waits for a server that is starting.
func (p *pool) acquire(ctx context.Context) (*conn, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if p.pool.Stat().IdleConns() > 0 { // nothing to wait for, and a timer costs more than all the rest
		if c, err := p.pool.Acquire(ctx); err == nil {
			return newConn(c), nil
		}
	}
	began := time.Now()
	patience, inVain := p.outage.patience(began, p.patience)
	waiting, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	for pause := 10 * time.Millisecond; ; pause = min(2*pause, 500*time.Millisecond) {
		c, err := p.pool.Acquire(waiting)
		if err == nil {
			p.outage.over()
			return newConn(c), nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		if waiting.Err() != nil && errors.Is(err, context.DeadlineExceeded) {
			if s := p.pool.Stat(); s.AcquiredConns() < s.MaxConns() { // nobody has them: the server does not answer
				p.outage.failed(began, time.Now(), p.patience)
			}
			return nil, fmt.Errorf("%w: waited %v for a connection to %s: %w", model.ErrUnavailable, patience.Round(time.Millisecond), p.place, err)
		}
		if !startsLater(err) {
			return nil, translate(ctx, err)
		}
		p.outage.failed(began, time.Now(), p.patience)
		if inVain {
			return nil, fmt.Errorf("%w: %s has not answered for more than %v: %w", model.ErrUnavailable, p.place, p.patience, err)
		}
		select {
		case <-time.After(pause):
		case <-waiting.Done():
			return nil, fmt.Errorf("%w: waited %v for %s: %w", model.ErrUnavailable, patience.Round(time.Millisecond), p.place, err)
		}
	}
}

// Query starts a statement that only reads.
func (p *pool) Query(ctx context.Context, sql string, args []model.Value) (model.Rows, error) {
	pace := p.lanes.paces.of(sql)
	if pace != nil && pace.short.Load() {
		if p.lanes.alone() {
			return p.query(ctx, sql, args, pace, p.lanes)
		}
		r, err := p.lanes.query(ctx, sql, args, pace)
		p.lanes.done()
		if err != nil {
			return nil, err
		}
		if r != nil {
			return r, nil
		}
	}
	return p.query(ctx, sql, args, pace, nil)
}

// query starts a statement that only reads, on a connection of its own. Where it is a short
// read, its lanes are told of its end.
func (p *pool) query(ctx context.Context, sql string, args []model.Value, pace *pace, lanes *lanes) (_ model.Rows, err error) {
	defer func() {
		if err != nil && lanes != nil {
			lanes.done()
		}
	}()
	once := pace != nil && pace.changes || pace == nil && sqltext.Changes(sql) // INSERT … RETURNING
	for end := time.Now().Add(p.patience); ; {
		c, err := p.acquire(ctx)
		if err != nil {
			return nil, err
		}
		if once && !alive(c.pg.Conn()) {
			c.discard()
			continue
		}
		began := time.Now()
		r, err := c.start(ctx, sql, args)
		if err == nil {
			r.owned, r.pace, r.took, r.lanes = true, pace, time.Since(began), lanes
			return r, nil
		}
		broken := c.broken()
		again := takenBack(err) || !once && (broken || startsLater(err))
		c.release()
		if !again || time.Now().After(end) || ctx.Err() != nil {
			return nil, lost(ctx, err, once && broken)
		}
	}
}

// Exec runs a statement that changes rows.
func (p *pool) Exec(ctx context.Context, sql string, args []model.Value) (model.Result, error) {
	for end := time.Now().Add(p.patience); ; {
		c, err := p.acquire(ctx)
		if err != nil {
			return model.Result{}, err
		}
		if !alive(c.pg.Conn()) { // it broke while nobody used it
			c.discard()
			continue
		}
		result, sent, err := c.exec(ctx, sql, args)
		broken := c.broken()
		c.release()
		switch {
		case err == nil:
			return result, nil
		case time.Now().After(end) || ctx.Err() != nil:
		case takenBack(err), broken && !sent, pgconn.SafeToRetry(err):
			continue
		}
		return model.Result{}, lost(ctx, err, broken && sent)
	}
}

// lost is the error of a change, with a word on whether it was stored.
func lost(ctx context.Context, err error, unknown bool) error {
	var answered *pgconn.PgError
	if unknown && !errors.As(err, &answered) {
		return fmt.Errorf("%w: the connection broke before the answer; it is not known whether the change was stored: %w", model.ErrUnavailable, err)
	}
	return translate(ctx, err)
}

// Begin starts a transaction (READ COMMITTED).
func (p *pool) Begin(ctx context.Context) (model.Tx, error) {
	for end := time.Now().Add(p.patience); ; {
		c, err := p.acquire(ctx)
		if err != nil {
			return nil, err
		}
		if err = c.simple(ctx, "BEGIN"); err == nil {
			return &tx{conn: c}, nil
		}
		broken := c.broken() || startsLater(err)
		c.discard()
		if !broken || time.Now().After(end) || ctx.Err() != nil {
			return nil, translate(ctx, err)
		}
	}
}

// Session lends a connection.
func (p *pool) Session(ctx context.Context, fn func(model.Session) error) error {
	c, err := p.acquire(ctx)
	if err != nil {
		return err
	}
	s := &session{c}
	defer func() {
		s.conn = nil
		if c.pg.TxStatus() != 'I' {
			c.discard() // the server rolls back what was left open
			return
		}
		c.release()
	}()
	return fn(s)
}

// Close waits for every connection and closes it.
func (p *pool) Close() error {
	p.pool.Close()
	return nil
}

var _ model.Driver = (*pool)(nil)
