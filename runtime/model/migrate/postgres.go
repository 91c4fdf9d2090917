package migrate

import (
	"context"
	"errors"

	"stackgen.dev/runtime/model"
)

// postgresEngine migrates PostgreSQL, whose transactions hold changes of tables
// as well. Its lock is an advisory one, which ends with its connection at the
// latest; each transaction takes it once more, until its end.
//
// Behind a pooler such as pgbouncer what comes next may be another connection of the
// server, which has not the lock, and the one that has keeps it when this process has
// ended. There the transactions' lock is the only one.
type postgresEngine struct {
	pooled  bool // set by lock, as is waiting
	waiting func(holder string)
}

// pooled is a session that knows whether there is a pooler between it and the server.
type pooled interface {
	Pooled(ctx context.Context) (bool, error)
}

func (*postgresEngine) historyExists() string {
	return `SELECT COUNT(*) FROM pg_catalog.pg_class WHERE oid = to_regclass('stackgen_migrations')`
}

func (*postgresEngine) createHistory() string {
	return `CREATE TABLE IF NOT EXISTS "stackgen_migrations" (
	"number" integer NOT NULL PRIMARY KEY,
	"name" text NOT NULL,
	"checksum" text NOT NULL,
	"applied_at" timestamptz NOT NULL
)`
}

// lockKey is stackgen's among the advisory locks of a database; the schema that
// is worked in tells sites that share one apart.
const lockKey = `7093641, hashtext(current_schema())`

// lockHolder says who has the lock.
const lockHolder = `SELECT 'process ' || a.pid || ' of the server' || coalesce(', from ' || host(a.client_addr), '') || ', since ' || to_char(a.backend_start, 'YYYY-MM-DD HH24:MI:SS')
FROM pg_catalog.pg_locks AS l JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 7093641 AND l.objid = (hashtext(current_schema())::bigint & 4294967295)::oid AND l.objsubid = 2
	AND l.database = (SELECT d.oid FROM pg_catalog.pg_database AS d WHERE d.datname = current_database())`

func (e *postgresEngine) lock(ctx context.Context, s model.Session, waiting func(holder string)) (func() error, error) {
	e.waiting, e.pooled = waiting, false
	if p, ok := s.(pooled); ok {
		var err error
		if e.pooled, err = p.Pooled(ctx); err != nil {
			return nil, err
		}
	}
	if e.pooled {
		return func() error { return nil }, nil
	}
	got, err := count(ctx, s, "SELECT pg_try_advisory_lock("+lockKey+")::int")
	if err == nil && got == 0 {
		waiting(holderOf(ctx, s))
		_, err = count(ctx, s, "SELECT 1 FROM pg_advisory_lock("+lockKey+")")
	}
	if err != nil {
		return nil, err
	}
	return func() error {
		// Also when ctx has ended. A connection that broke has no lock any more.
		_, err := count(context.WithoutCancel(ctx), s, "SELECT pg_advisory_unlock("+lockKey+")::int")
		if errors.Is(err, model.ErrUnavailable) {
			return nil
		}
		return err
	}, nil
}

// holderOf is who has the lock, "" where that cannot be told.
func holderOf(ctx context.Context, s model.Session) string {
	rows, err := s.Query(ctx, lockHolder, nil)
	if err != nil {
		return ""
	}
	holder := ""
	if rows.Next() {
		holder = rows.Text(0)
	}
	if rows.Close() != nil {
		return ""
	}
	return holder
}

// outside refuses what runs outside of transactions where nothing would keep two
// processes from running it at once.
func (e *postgresEngine) outside() error {
	if e.pooled {
		return errPooled
	}
	return nil
}

var errPooled = errors.New("it runs outside a transaction, and there is a pooler (pgbouncer) before the database, which keeps no lock outside of one; migrate with the URL of the server itself")

// lockTransaction waits for the lock until the transaction ends. A session that has
// the lock has it at once.
func (e *postgresEngine) lockTransaction(ctx context.Context, s model.Session) error {
	got, err := count(ctx, s, "SELECT pg_try_advisory_xact_lock("+lockKey+")::int")
	if err == nil && got == 0 {
		e.waiting(holderOf(ctx, s))
		_, err = count(ctx, s, "SELECT 1 FROM pg_advisory_xact_lock("+lockKey+")")
	}
	return err
}

// transaction runs fn in a transaction that waits ten seconds for a table at most.
func (e *postgresEngine) transaction(ctx context.Context, s model.Session, fn func() error) (err error) {
	if _, err := s.Exec(ctx, "BEGIN", nil); err != nil {
		return err
	}
	defer func() {
		if s.InTransaction() {
			if _, undo := s.Exec(context.WithoutCancel(ctx), "ROLLBACK", nil); undo != nil && !errors.Is(undo, model.ErrUnavailable) {
				err = errors.Join(err, undo)
			}
		}
	}()
	if err := e.lockTransaction(ctx, s); err != nil {
		return err
	}
	if _, err := s.Exec(ctx, "SET LOCAL lock_timeout = '10s'", nil); err != nil {
		return err
	}
	if err := fn(); err != nil {
		return err
	}
	if _, err = s.Exec(ctx, "COMMIT", nil); errors.Is(err, model.ErrUnavailable) || err != nil && ctx.Err() != nil {
		return &commitError{cause: err}
	}
	return err
}
