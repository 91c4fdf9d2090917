package model

import (
	"fmt"
	"time"

	"stackgen.dev/runtime/model/sqltext"
)

// Table describes a model's table. Generated code has one for every model and
// never changes it.
type Table[M any] = TableOf[*M]

// TableOf is Table, by the type of a pointer to the row.
type TableOf[R any] struct {
	Name string
	// Columns are all columns in the order of Read and Values.
	Columns []string
	// Key is the primary key's place in Columns.
	Key int
	// Computed is how many of Columns, the last ones, the database computes. Create
	// and Save read them back, and so do BulkCreate and BulkUpdate.
	Computed int
	// Ordering is the default order (Meta.ordering).
	Ordering []sqltext.Order
	Read     Read[R]
	// Scan fills what the database computes of a row, from the columns of that alone;
	// nil where it computes nothing.
	Scan Fill[R]
	// Values binds all columns of a row, in the order of Columns.
	Values func(row R) []Value
	// Insert adds a row with all columns, Delete removes the row of a key.
	Insert, Delete string
	// Stamp sets what saving sets: times, and in a fresh row the key that is
	// made here. It is nil for a model without.
	Stamp func(row R, now time.Time, fresh bool)
	// SetKey is given the key that the database made; nil where it makes none.
	SetKey func(row R, key int64)

	all allRows
}

// meta is what the rows of every model have.
type meta[R any] interface{ ModelTable() *TableOf[R] }

// tableOf is the table of a model. It is asked of the row's type, and not a
// variable of generated code, as models that refer to each other could not be
// initialised otherwise.
func tableOf[R any]() *TableOf[R] {
	var row R
	m, ok := any(row).(meta[R])
	if !ok {
		panic(fmt.Sprintf("model: %T is not a row of a generated model", row))
	}
	return m.ModelTable()
}
