package model

import (
	"context"
	"errors"
	"iter"
)

// Batcher is a Conn that runs one statement with many sets of values in one
// round trip (a pipeline). All of them are stored, or none.
type Batcher interface {
	ExecMany(ctx context.Context, sql string, sets [][]Value) (Result, error)
}

// Copier is a Conn that takes many rows as one stream (COPY). All of them are
// stored, or none.
type Copier interface {
	CopyRows(ctx context.Context, table string, columns []string, rows iter.Seq[[]Value]) (int64, error)
}

// ExecuteMany runs a fixed statement that changes rows of a table once for each
// set of values, as one change: an error leaves nothing of it. RowsAffected is
// the sum.
func ExecuteMany(src Source, table, sql string, sets [][]Value) (Result, error) {
	conn, err := connOf(src)
	if err != nil || len(sets) == 0 {
		return Result{}, err
	}
	if b, ok := underneath(conn).(Batcher); ok {
		ended, err := watchMany(src, sql)
		if err != nil {
			return Result{}, err
		}
		result, err := b.ExecMany(src.Context(), sql, sets)
		ended(err)
		return result, inTable(table, err)
	}
	var sum Result
	err = Atomic(src, func(tx Source) error {
		for _, set := range sets {
			result, err := Execute(tx, table, sql, set...)
			if err != nil {
				return err
			}
			sum.LastInsertID = result.LastInsertID
			sum.RowsAffected += result.RowsAffected
		}
		return nil
	})
	if err != nil {
		return Result{}, err
	}
	return sum, nil
}

// errRowSize is a row that has not as many values as there are columns.
var errRowSize = errors.New("model: a row has not as many values as there are columns")

// CopyRows stores rows in a table as one change, by the quickest way that the
// database has (COPY on PostgreSQL), and returns their number. No key is made
// or given back: rows bring theirs, or leave the column out.
func CopyRows(src Source, table string, columns []string, rows iter.Seq[[]Value]) (int64, error) {
	conn, err := connOf(src)
	if err != nil {
		return 0, err
	}
	if c, ok := underneath(conn).(Copier); ok {
		ended, err := watchMany(src, "COPY "+table)
		if err != nil {
			return 0, err
		}
		n, err := c.CopyRows(src.Context(), table, columns, rows)
		ended(err)
		return n, inTable(table, err)
	}
	sql := insertSQL(src, table, columns)
	n := int64(0)
	err = Atomic(src, func(tx Source) error {
		for row := range rows {
			if len(row) != len(columns) {
				return errRowSize
			}
			if _, err := Execute(tx, table, sql, row...); err != nil {
				return err
			}
			n++
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	return n, nil
}

func insertSQL(src Source, table string, columns []string) string {
	w := writerFor(src)
	w.Insert(table, columns)
	return w.SQL()
}
