package postgres

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/jackc/pgx/v5/pgconn"

	"stackgen.dev/runtime/model"
)

// translate gives the server's error package model's type, by its SQLSTATE
// (PostgreSQL, Appendix A). A statement that was cancelled has its context's error.
func translate(ctx context.Context, err error) error {
	if err == nil {
		return nil
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		switch {
		case ctx.Err() != nil:
			return ctx.Err()
		case errors.Is(err, model.ErrInvalid), errors.Is(err, model.ErrDone):
			return err
		}
		return fmt.Errorf("%w: %w", model.ErrUnavailable, err)
	}
	as := func(kind error) error { return fmt.Errorf("%w: %w", kind, err) }
	switch pg.Code {
	case "23505":
		return &model.UniqueError{Table: pg.TableName, Columns: failedColumns(pg.Detail), Constraint: pg.ConstraintName}
	case "23503":
		return &model.ForeignKeyError{}
	case "23001": // restrict_violation
		return &model.ForeignKeyError{}
	case "23502":
		return &model.NotNullError{Table: pg.TableName, Column: pg.ColumnName}
	case "23514", "23P01":
		return &model.CheckError{Table: pg.TableName, Check: pg.ConstraintName}
	case "55P03": // lock_not_available
		return as(model.ErrLocked)
	case "40001", "40P01": // serialization_failure, deadlock_detected
		return as(model.ErrConflict)
	case "25006": // read_only_sql_transaction
		return as(model.ErrReadOnly)
	case "25P02": // in_failed_sql_transaction
		return fmt.Errorf("%w: a statement in it failed; run what may fail in an Atomic of its own", model.ErrDone)
	case "53100": // disk_full
		return as(model.ErrDiskFull)
	case "42P05", "26000": // duplicate_prepared_statement, invalid_sql_statement_name
		return fmt.Errorf("%w: a pooler before the server mixes up the prepared statements of its clients; pgbouncer tells them apart since 1.21 with max_prepared_statements, or with pool_mode = session: %w", model.ErrUnavailable, err)
	case "57014": // query_canceled
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return as(model.ErrUnavailable)
	}
	switch pg.Code[:2] {
	case "22": // data exception
		return as(model.ErrInvalid)
	case "08", "28", "3D", "53", "57", "58", "XX":
		if strings.Contains(pg.Message, "No space left on device") {
			return as(model.ErrDiskFull)
		}
		return as(model.ErrUnavailable)
	}
	return err
}

// failedColumns reads `Key (slug, day)=(a, b) already exists.`
func failedColumns(detail string) []string {
	_, list, _ := strings.Cut(detail, "(")
	list, _, found := strings.Cut(list, ")=(")
	if !found {
		return nil
	}
	columns := strings.Split(list, ", ")
	for i, c := range columns {
		if strings.ContainsAny(c, "()") {
			return nil // an expression; the constraint's name says which
		}
		columns[i] = strings.Trim(c, `"`)
	}
	return columns
}

// takenBack reports whether the server undid a statement and another try may
// succeed.
func takenBack(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "40001" || pg.Code == "40P01")
}

// outdated reports whether a prepared statement no longer fits the tables
// ("cached plan must not change result type"), or the server has lost it.
func outdated(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && (pg.Code == "0A000" && strings.Contains(pg.Message, "cached plan") || pg.Code == "26000")
}

// startsLater reports whether a server that refused or cut a connection may take
// one soon: it starts, stops or is full.
func startsLater(err error) bool {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		switch pg.Code {
		case "57P01", "57P02", "57P03", "53300":
			return true
		}
		return false
	}
	var network *net.OpError
	return errors.Is(err, syscall.ECONNREFUSED) || errors.Is(err, syscall.ENOENT) || errors.Is(err, syscall.ECONNRESET) ||
		errors.Is(err, syscall.EPIPE) || errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) ||
		errors.As(err, &network) && network.Op == "read"
}

// position is where in the statement the server saw the error, in characters
// from 1; 0 where it does not say.
func position(err error) int {
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return int(pg.Position)
	}
	return 0
}
