package postgres

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"runtime"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgconn/ctxwatch"
	"github.com/jackc/pgx/v5/pgxpool"

	"stackgen.dev/runtime/model"
)

// patience is how long a server that does not answer is waited for, and a
// connection of the pool.
const patience = 5 * time.Second

// Options change how a database is opened. The zero Options are the defaults.
type Options struct {
	// Connections is the largest number of connections; 0 is what the URL's
	// pool_max_conns says, or four for each processor and at least 8.
	Connections int
	// Patience is how long to wait for a server that is starting and for a
	// free connection, before model.ErrUnavailable; 0 is 5 seconds.
	Patience time.Duration
	// Clock is the time of auto_now and its kin; nil is time.Now.
	Clock func() time.Time
}

// Open opens the database of a URL, "postgres://user:password@host:5432/name"
// or "postgres:///name?host=/run/postgresql", with libpq's parameters and
// pgxpool's (pool_max_conns, pool_max_conn_lifetime, …). What the URL does not
// say comes from the environment as for psql (PGHOST, PGUSER, PGPASSWORD, …).
// It connects once, so that a wrong URL is told here.
func Open(ctx context.Context, address string, opts Options) (*model.DB, error) {
	p, err := connect(ctx, address, opts)
	if err != nil {
		return nil, err
	}
	return model.NewDB(p, opts.Clock), nil
}

func connect(ctx context.Context, address string, opts Options) (*pool, error) {
	config, err := configure(address, opts)
	if err != nil {
		return nil, err
	}
	if opts.Patience == 0 {
		opts.Patience = patience
	}
	p, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, fmt.Errorf("postgres: %w", err)
	}
	d := &pool{pool: p, patience: opts.Patience, place: place(config.ConnConfig.Config)}
	d.lanes = newLanes(d, int(config.MaxConns))
	c, err := d.acquire(ctx)
	if err != nil {
		p.Close()
		return nil, fmt.Errorf("postgres: open %s: %w", d.place, err)
	}
	c.release()
	return d, nil
}

func configure(address string, opts Options) (*pgxpool.Config, error) {
	if !strings.HasPrefix(address, "postgres://") && !strings.HasPrefix(address, "postgresql://") {
		return nil, errors.New("postgres: the database URL is not of the form postgres://user@host/name")
	}
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		// The error repeats the URL, which may hold a password.
		return nil, errors.New("postgres: the database URL cannot be read: " + reason(err))
	}
	query := ""
	if u, err := url.Parse(address); err == nil {
		query = u.RawQuery
	}
	switch {
	case opts.Connections > 0:
		config.MaxConns = int32(opts.Connections)
	case !strings.Contains(query, "pool_max_conns"):
		config.MaxConns = int32(max(8, 4*runtime.GOMAXPROCS(0)))
	}
	params := config.ConnConfig.RuntimeParams
	if params["application_name"] == "" {
		params["application_name"] = "stackgen"
	}
	// Instants travel as UTC, and text forms have one shape.
	params["timezone"], params["datestyle"], params["intervalstyle"] = "UTC", "ISO", "postgres"
	config.ConnConfig.OnNotice = func(*pgconn.PgConn, *pgconn.Notice) {}
	config.ConnConfig.BuildContextWatcherHandler = func(c *pgconn.PgConn) ctxwatch.Handler {
		// The statement is cancelled on the server; a server that does not
		// answer even that loses the connection.
		return &pgconn.CancelRequestContextWatcherHandler{Conn: c, DeadlineDelay: time.Second}
	}
	return config, nil
}

// reason is the end of an error of the URL's parser, after what it repeats.
func reason(err error) string {
	for cause := errors.Unwrap(err); cause != nil; cause = errors.Unwrap(err) {
		err = cause
	}
	text := err.Error()
	if at := strings.LastIndex(text, "`: "); at >= 0 {
		text = text[at+3:]
	}
	return text
}

// place is the database in messages, without the password.
func place(c pgconn.Config) string {
	host := c.Host
	if !strings.HasPrefix(host, "/") {
		host = fmt.Sprintf("%s:%d", host, c.Port)
	}
	return fmt.Sprintf("%s at %s", c.Database, host)
}
