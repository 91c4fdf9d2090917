package sqlite

import (
	"encoding/json"
	"fmt"
	"time"

	sqlite3 "zombiezen.com/go/sqlite"

	"stackgen.dev/runtime/model"
)

// row reads the columns of the current row; its first error is kept.
type row struct {
	stmt *sqlite3.Stmt
	err  error
}

func (r *row) IsNull(col int) bool { return r.stmt.ColumnType(col) == sqlite3.TypeNull }

func (r *row) Int64(col int) int64 { return r.stmt.ColumnInt64(col) }

func (r *row) Float64(col int) float64 { return r.stmt.ColumnFloat(col) }

func (r *row) Bool(col int) bool { return r.stmt.ColumnInt64(col) != 0 }

func (r *row) Text(col int) string { return r.stmt.ColumnText(col) }

func (r *row) Time(col int) time.Time {
	t, err := model.ParseTime(r.stmt.ColumnText(col))
	r.keep(col, err)
	return t
}

func (r *row) Date(col int) model.Date {
	text := r.stmt.ColumnText(col)
	if len(text) > 10 { // a datetime that was stored before the field became a date
		text = text[:10]
	}
	d, err := model.ParseDate(text)
	r.keep(col, err)
	return d
}

func (r *row) TimeOfDay(col int) model.TimeOfDay {
	t, err := model.ParseTimeOfDay(r.stmt.ColumnText(col))
	r.keep(col, err)
	return t
}

func (r *row) Duration(col int) time.Duration {
	return time.Duration(r.stmt.ColumnInt64(col)) * time.Microsecond
}

// Decimal reads a number that SQLite keeps as an integer or, up to 15 digits
// exactly, as a float.
func (r *row) Decimal(col, places int) model.Decimal {
	var d model.Decimal
	var err error
	if r.stmt.ColumnType(col) == sqlite3.TypeFloat {
		d, err = model.DecimalFromFloat(r.stmt.ColumnFloat(col), places)
	} else if d, err = model.ParseDecimal(r.stmt.ColumnText(col)); err == nil {
		d, err = d.WithScale(places)
	}
	r.keep(col, err)
	return d
}

func (r *row) UUID(col int) model.UUID {
	u, err := model.ParseUUID(r.stmt.ColumnText(col))
	r.keep(col, err)
	return u
}

func (r *row) JSON(col int) json.RawMessage { return json.RawMessage(r.stmt.ColumnText(col)) }

func (r *row) Bytes(col int) []byte {
	b := make([]byte, r.stmt.ColumnLen(col))
	r.stmt.ColumnBytes(col, b)
	return b
}

func (r *row) keep(col int, err error) {
	if err != nil && r.err == nil {
		r.err = fmt.Errorf("sqlite: column %d: %w", col+1, err)
	}
}
