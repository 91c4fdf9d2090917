package model

import (
	"fmt"
	"time"

	"stackgen.dev/runtime/model/sqltext"
)

// Table describes a model's table. Generated code has one for every model and
// never changes it.
type Table[T any] struct {
	Name string
	// Columns are all columns in the order of Scan and Values.
	Columns []string
	// Key is the primary key's place in Columns.
	Key int
	// Computed is how many of Columns, the last ones, the database computes. Create
	// and Save read them back; BulkCreate and Update do not.
	Computed int
	// Ordering is the default order (Meta.ordering).
	Ordering []Order[T]
	Scan     Scan[T]
	// Values binds all columns of a row, in the order of Columns.
	Values func(row *T) []Value
	// Insert adds a row with all columns, Delete removes the row of a key.
	Insert, Delete string
	// Stamp sets what saving sets: times, and in a fresh row the key that is
	// made here. It is nil for a model without.
	Stamp func(row *T, now time.Time, fresh bool)
	// SetKey is given the key that the database made; nil where it makes none.
	SetKey func(row *T, key int64)
}

func (t *Table[T]) key() sqltext.Column {
	return sqltext.Column{Table: t.Name, Name: t.Columns[t.Key]}
}

// meta is what the rows of every model have.
type meta[T any] interface{ ModelTable() *Table[T] }

// tableOf is the table of a model. It is asked of the row's type, and not a
// variable of generated code, as models that refer to each other could not be
// initialised otherwise.
func tableOf[T any]() *Table[T] {
	row, ok := any((*T)(nil)).(meta[T])
	if !ok {
		panic(fmt.Sprintf("model: %T is not a row of a generated model", (*T)(nil)))
	}
	return row.ModelTable()
}
