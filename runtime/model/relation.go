package model

import (
	"slices"

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
type RelatedOf[R any] interface{ related() relatedRow[R] }

type relatedRow[R any] struct {
	path    sqltext.Path
	columns []string
	fill    Fill[R]
}

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

func newCrossing[R, S any](path sqltext.Path) Crossing[R, S] {
	return Crossing[R, S]{
		Where: func(conds ...CondOf[S]) CondOf[R] {
			return CondOf[R]{sqltext.Across{Path: path, Term: allOf(conds)}}
		},
		IsNull:    func() CondOf[R] { return CondOf[R]{sqltext.Missing{Path: path}} },
		IsNotNull: func() CondOf[R] { return CondOf[R]{present(path)} },
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
	// With reads the related rows by a query.
	With func(q *QueryOf[S]) PrefetchOf[R]

	columns []string
	fill    Fill[R]
	row     func(R) *S
	link    func(R) Value // what the related row has in step.Key
}

// NewToOne is the relation of a step: columns are the related row's, fill reads
// them into a row, row is where the row keeps the related one. link is the
// value by which the related row is found, in its column step.Key. Generated
// code calls it.
//
//go:noinline
func NewToOne[R, S any](step sqltext.Step, columns []string, fill Fill[R], row func(R) *S, link func(R) Value) *ToOneOf[R, S] {
	return toOne(sqltext.Path{step}, columns, fill, row, link)
}

func toOne[R, S any](path sqltext.Path, columns []string, fill Fill[R], row func(R) *S, link func(R) Value) *ToOneOf[R, S] {
	r := &ToOneOf[R, S]{Crossing: newCrossing[R, S](path), columns: columns, fill: fill, row: row, link: link}
	r.With = func(q *QueryOf[S]) PrefetchOf[R] {
		return prefetchWith(q, func(rows []R, q *QueryOf[S]) error { return prefetchOne(r, rows, q) })
	}
	return r
}

func (r *ToOneOf[R, S]) leads(R, S) sqltext.Path { return r.path }

func (r *ToOneOf[R, S]) related() relatedRow[R] { return relatedRow[R]{r.path, r.columns, r.fill} }

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
	// With reads the related rows by a query: filtered, ordered, with relations of
	// their own. It must not be sliced (Prefetch).
	With func(q *QueryOf[S]) PrefetchOf[R]

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

	rows func(R) *[]S
	key  func(R) Value // the key that the related rows point at
	// back is the way from the related rows to the column that points here.
	back   sqltext.Path
	column sqltext.Column
}

// NewToMany is the relation of rows whose column step.Key points here. rows is
// where a row keeps them, key what they point at. Generated code calls it.
//
//go:noinline
func NewToMany[R, S any](step sqltext.Step, rows func(R) *[]S, key func(R) Value) *ToManyOf[R, S] {
	r := toMany(sqltext.Path{step}, rows, key)
	r.column = sqltext.Column{Table: step.Table, Name: step.Key}
	withoutPairs(r)
	return r
}

// NewManyToMany is the relation across a table of pairs: to leads to it and
// from there to the related rows. related is the key of such a row. Generated
// code calls it.
//
//go:noinline
func NewManyToMany[R, S any](to [2]sqltext.Step, rows func(R) *[]S, key func(R) Value, related func(S) Value) *ToManyOf[R, S] {
	table, other := to[0], to[1]
	r := toMany(to[:], rows, key)
	r.back = sqltext.Path{{
		Table: table.Table, Alias: table.Alias, Column: other.Key, Key: other.Column, PK: table.PK, Many: true,
	}}
	r.column = sqltext.Column{Table: table.Table, Name: table.Key}
	withPairs(r, pairs{table.Table, table.Key, other.Column}, related)
	return r
}

func toMany[R, S any](path sqltext.Path, rows func(R) *[]S, key func(R) Value) *ToManyOf[R, S] {
	r := &ToManyOf[R, S]{Crossing: newCrossing[R, S](path), rows: rows, key: key}
	r.Any = func(conds ...CondOf[S]) CondOf[R] { return CondOf[R]{exists(path, allOf(conds))} }
	r.With = func(q *QueryOf[S]) PrefetchOf[R] {
		return prefetchWith(q, func(rows []R, q *QueryOf[S]) error { return prefetchMany(r, rows, q) })
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
	fill := func(m *M, row Row, at int) {
		if n := *first.row(m); n != nil {
			next.fill(n, row, at)
		}
	}
	row := func(m *M) **O {
		if n := *first.row(m); n != nil {
			return next.row(n)
		}
		return new(*O)
	}
	return toOne(slices.Concat(first.path, next.path), next.columns, fill, row, nil)
}

// Across is Then for relations to several rows, for Where and Via.
func Across[M, N, O any](first Path[M, N], next Path[N, O]) Path[M, O] {
	return &ToOneOf[*M, *O]{Crossing: newCrossing[*M, *O](slices.Concat(first.leads(nil, nil), next.leads(nil, nil)))}
}
