package model

import "stackgen.dev/runtime/model/sqltext"

// Table describes a model's table. Generated code has one for every model and
// never changes it.
type Table[T any] struct {
	Name string
	// Columns are all columns in the order of Scan and Values.
	Columns []string
	// Key is the primary key's place in Columns.
	Key int
	// Ordering is the default order (Meta.ordering).
	Ordering []Order[T]
	Scan     Scan[T]
	// Values binds all columns of a row, in the order of Columns.
	Values func(row *T) []Value
}

func (t *Table[T]) key() sqltext.Column {
	return sqltext.Column{Table: t.Name, Name: t.Columns[t.Key]}
}

// Relation is a foreign key whose row SelectRelated reads along.
type Relation[T any] struct {
	join sqltext.Join
	scan Scan[T]
}

// NewRelation is the relation of a join; scan fills the struct's field from
// the joined row's columns. Generated code calls it.
func NewRelation[T any](join sqltext.Join, scan Scan[T]) Relation[T] {
	return Relation[T]{join, scan}
}
