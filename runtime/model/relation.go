package model

import (
	"slices"
	"unsafe"

	"stackgen.dev/runtime/model/sqltext"
)

// Path is a relation of the model M that leads to rows of N, as a type
// argument of functions.
type Path[M, N any] = PathOf[*M, *N]

// PathOf is Path, by the types of pointers to the rows.
type PathOf[R, S any] interface {
	leads(R, S) sqltext.Path
}

// Related is a relation of M to one row, for SelectRelated.
type Related[M any] = RelatedOf[*M]

// RelatedOf is Related, by the type of a pointer to the row.
type RelatedOf[R any] interface{ related(R) *toOne }

// Fill reads a related row from the columns that begin at column at, and puts
// it into the row that leads to it. Generated code has one for every relation.
type Fill[R any] func(into R, row Row, at int)

// Crossing are the conditions of relations to one row and to several.
type Crossing[R, S any] struct {
	// Where holds where the related row meets all conditions. Across a relation to
	// several rows it holds for each related row that does, so a row may come
	// several times (as in Django; Any and Distinct avoid that), and the conditions
	// of one Where are about one related row. Conditions of one Filter on the same
	// relation are about the same related row too, those of two Filters are not.
	Where func(conds ...CondOf[S]) CondOf[R]
	// IsNull holds where there is no related row (isnull=True).
	IsNull func() CondOf[R]
	// IsNotNull holds where there is a related row (isnull=False); like Where, once
	// for each.
	IsNotNull func() CondOf[R]

	path sqltext.Path
}

func newCrossing(path sqltext.Path) Crossing[noRow, noRow] {
	return Crossing[noRow, noRow]{
		Where: func(conds ...CondOf[noRow]) CondOf[noRow] {
			return CondOf[noRow]{sqltext.Across{Path: path, Term: allOf(conds)}}
		},
		IsNull:    func() CondOf[noRow] { return CondOf[noRow]{sqltext.Missing{Path: path}} },
		IsNotNull: func() CondOf[noRow] { return CondOf[noRow]{present(path)} },
		path:      path,
	}
}

// present holds where the path leads to a row.
func present(path sqltext.Path) sqltext.Expr {
	last := path[len(path)-1]
	return sqltext.Across{Path: path, Term: sqltext.IsNull{Of: sqltext.Column{Table: last.Table, Name: last.PK}, Negated: true}}
}

// ToOne is a relation of M to one row of N: a foreign key, or one_to_one from
// either side.
type ToOne[M, N any] = *ToOneOf[*M, *N]

// ToOneOf is what ToOne points at.
type ToOneOf[R, S any] struct {
	Crossing[R, S]
	to toOne
}

// toOne is what a relation to one row reads that row with.
type toOne struct {
	path    sqltext.Path
	columns []string
	fill    Fill[noRow]
	row     func(noRow) *noRow
	link    func(noRow) Value      // what the related row has in step.Key
	table   func() *TableOf[noRow] // of the related rows
}

// NewToOne is the relation of a step: columns are the related row's, fill reads
// them into a row, row is where the row keeps the related one. link is the
// value by which the related row is found, in its column step.Key. Generated
// code calls it.
//
//go:noinline
func NewToOne[R, S any](step sqltext.Step, columns []string, fill Fill[R], row func(R) *S, link func(R) Value) *ToOneOf[R, S] {
	table := tableOf[S]
	return (*ToOneOf[R, S])(unsafe.Pointer(newToOne(toOne{
		path: sqltext.Path{step}, columns: columns,
		fill:  *(*Fill[noRow])(unsafe.Pointer(&fill)),
		row:   *(*func(noRow) *noRow)(unsafe.Pointer(&row)),
		link:  *(*func(noRow) Value)(unsafe.Pointer(&link)),
		table: *(*func() *TableOf[noRow])(unsafe.Pointer(&table)),
	})))
}

func newToOne(to toOne) *ToOneOf[noRow, noRow] {
	return &ToOneOf[noRow, noRow]{Crossing: newCrossing(to.path), to: to}
}

func (r *ToOneOf[R, S]) leads(R, S) sqltext.Path { return r.path }

func (r *ToOneOf[R, S]) related(R) *toOne { return &r.to }

// ToMany is a relation of M to several rows of N: a foreign key from its other
// side, or many_to_many. Add, AddKeys, Remove, Clear, Set and SetKeys belong to
// many_to_many.
type ToMany[M, N any] = *ToManyOf[*M, *N]

// ToManyOf is what ToMany points at.
type ToManyOf[R, S any] struct {
	Crossing[R, S]
	// Any holds where a related row meets all conditions; without conditions where
	// there is one. Unlike Where it finds every row once (Exists).
	Any func(conds ...CondOf[S]) CondOf[R]

	// Add relates rows to m; those that are related already stay so.
	Add func(src Source, m R, rows ...S) error
	// AddKeys is Add with the keys of rows.
	AddKeys func(src Source, m R, keys ...int64) error
	// Remove ends the relation of rows to m; the rows themselves stay.
	Remove func(src Source, m R, rows ...S) error
	// Clear ends the relation of all rows to m.
	Clear func(src Source, m R) error
	// Set relates these rows to m and no others, in one transaction.
	Set func(src Source, m R, rows ...S) error
	// SetKeys is Set with the keys of rows.
	SetKeys func(src Source, m R, keys ...int64) error

	to toMany
}

// toMany is what a relation to several rows reads those rows with.
type toMany struct {
	rows func(noRow) *[]noRow
	key  func(noRow) Value // the key that the related rows point at
	// back is the way from the related rows to the column that points here.
	back   sqltext.Path
	column sqltext.Column
	table  func() *TableOf[noRow] // of the related rows
}

// NewToMany is the relation of rows whose column step.Key points here. rows is
// where a row keeps them, key what they point at. Generated code calls it.
//
//go:noinline
func NewToMany[R, S any](step sqltext.Step, rows func(R) *[]S, key func(R) Value) *ToManyOf[R, S] {
	table := tableOf[S]
	return (*ToManyOf[R, S])(unsafe.Pointer(newToMany(sqltext.Path{step}, toMany{
		rows:   *(*func(noRow) *[]noRow)(unsafe.Pointer(&rows)),
		key:    *(*func(noRow) Value)(unsafe.Pointer(&key)),
		column: sqltext.Column{Table: step.Table, Name: step.Key},
		table:  *(*func() *TableOf[noRow])(unsafe.Pointer(&table)),
	}, nil)))
}

// NewManyToMany is the relation across a table of pairs: to leads to it and
// from there to the related rows. related is the key of such a row. Generated
// code calls it.
//
//go:noinline
func NewManyToMany[R, S any](to [2]sqltext.Step, rows func(R) *[]S, key func(R) Value, related func(S) Value) *ToManyOf[R, S] {
	pairs, other := to[0], to[1]
	table := tableOf[S]
	return (*ToManyOf[R, S])(unsafe.Pointer(newToMany(to[:], toMany{
		rows: *(*func(noRow) *[]noRow)(unsafe.Pointer(&rows)),
		key:  *(*func(noRow) Value)(unsafe.Pointer(&key)),
		back: sqltext.Path{{
			Table: pairs.Table, Alias: pairs.Alias, Column: other.Key, Key: other.Column, PK: pairs.PK, Many: true,
		}},
		column: sqltext.Column{Table: pairs.Table, Name: pairs.Key},
		table:  *(*func() *TableOf[noRow])(unsafe.Pointer(&table)),
	}, *(*func(noRow) Value)(unsafe.Pointer(&related)))))
}

// newToMany is a relation along a path; related is the key of a row across a
// table of pairs, nil where the path crosses none.
func newToMany(path sqltext.Path, to toMany, related func(noRow) Value) *ToManyOf[noRow, noRow] {
	r := &ToManyOf[noRow, noRow]{Crossing: newCrossing(path), to: to}
	r.Any = func(conds ...CondOf[noRow]) CondOf[noRow] { return CondOf[noRow]{exists(path, allOf(conds))} }
	if related == nil {
		withoutPairs(r)
	} else {
		withPairs(r, pairs{path[0].Table, path[0].Key, path[1].Column}, related)
	}
	return r
}

func (r *ToManyOf[R, S]) leads(R, S) sqltext.Path { return r.path }

// exists holds where one of the rows that the path leads to meets the condition.
func exists(path sqltext.Path, term sqltext.Expr) sqltext.Expr {
	first := path[0]
	if len(path) > 1 {
		term = sqltext.Across{Path: path[1:], Term: term}
	}
	return sqltext.Exists{Select: &sqltext.Select{Table: first.Table, Key: first.PK, Where: sqltext.And{
		sqltext.Compare{
			Left: sqltext.Column{Table: first.Table, Name: first.Key}, Op: sqltext.Eq,
			Right: sqltext.Outer{Of: sqltext.Column{Name: first.Column}},
		}, term,
	}}}
}

// Via is a value of the row that a relation leads to (F("author__name")).
func Via[M, N, V any](r Path[M, N], e Expression[N, V]) Expr[M, V] {
	of := e.expression()
	return newExpr[*M](sqltext.AcrossTerm{Path: r.leads(nil, nil), Of: of.term}, of.bind, of.places)
}

// KeyOf is the key of the row that a relation leads to (F("tags")).
func KeyOf[M, N any](r Path[M, N]) Expr[M, int64] {
	path := r.leads(nil, nil)
	last := path[len(path)-1]
	return newExpr[*M](sqltext.AcrossTerm{Path: path, Of: sqltext.Column{Table: last.Table, Name: last.PK}}, IntValue, 0)
}

// Then is the relation that goes on where the first one ends, for Where, Via
// and SelectRelated: model.Then(CommentField.Post, PostField.Author).
func Then[M, N, O any](first ToOne[M, N], next ToOne[N, O]) ToOne[M, O] {
	return (*ToOneOf[*M, *O])(unsafe.Pointer(newToOne(first.to.then(next.to))))
}

func (first toOne) then(next toOne) toOne {
	return toOne{
		path:    slices.Concat(first.path, next.path),
		columns: next.columns,
		table:   next.table,
		fill: func(m noRow, row Row, at int) {
			if n := *first.row(m); n != nil {
				next.fill(n, row, at)
			}
		},
		row: func(m noRow) *noRow {
			if n := *first.row(m); n != nil {
				return next.row(n)
			}
			return new(noRow)
		},
	}
}

// Across is Then for relations to several rows, for Where and Via.
func Across[M, N, O any](first Path[M, N], next Path[N, O]) Path[M, O] {
	path := slices.Concat(first.leads(nil, nil), next.leads(nil, nil))
	return (*ToOneOf[*M, *O])(unsafe.Pointer(newToOne(toOne{path: path})))
}
