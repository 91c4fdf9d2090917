package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/model/sqltext"
)

// rangeError is a number that the type of its parameter cannot hold.
type rangeError int64

func (e rangeError) Error() string {
	return fmt.Sprintf("%v: the number %d does not fit in its column", model.ErrInvalid, int64(e))
}

// Unwrap makes it what must not be stored.
func (e rangeError) Unwrap() error { return model.ErrInvalid }

// wideText is what a statement with wide parameters is kept under.
func wideText(sql string) string { return sql + "\x00wide" }

// wide is a statement that only reads with parameters of 64 bits, where binding failed because the server
// had chosen fewer for those that are compared with narrow columns: a number that no row
// can have is no mistake, and finds what it is greater or less than. nil where that is not so, or
// the statement takes no others.
func (c *conn) wide(ctx context.Context, sql string, narrow *statement, failed error) *statement {
	var tooLarge rangeError
	if !errors.As(failed, &tooLarge) || sqltext.Changes(sql) {
		return nil
	}
	types := slices.Clone(narrow.params)
	for i, t := range types {
		if t == oidInt2 || t == oidInt4 {
			types[i] = oidInt8
		}
	}
	s, err := c.prepareAs(ctx, wideText(sql), sql, types)
	if err != nil {
		return nil
	}
	return s
}
