package model

import "stackgen.dev/runtime/model/sqltext"

// Path is a relation of the model M that leads to rows of N, as a type
// argument of functions.
type Path[M, N any] interface {
	leads(*M, *N) sqltext.Path
}

// Related is a relation of M to one row, for SelectRelated.
type Related[M any] interface{ related() relatedRow[M] }

type relatedRow[M any] struct {
	path    sqltext.Path
	columns []string
	fill    Scan[M]
}

// crossing is what relations to one row and to several have in common.
type crossing[M, N any] struct{ path sqltext.Path }

func (c crossing[M, N]) leads(*M, *N) sqltext.Path { return c.path }

// Where holds where the related row meets all conditions. Across a relation to
// several rows it holds for each related row that does, so a row may come
// several times (as in Django; Any and Distinct avoid that), and the conditions
// of one Where are about one related row. Conditions of one Filter on the same
// relation are about the same related row too, those of two Filters are not.
func (c crossing[M, N]) Where(conds ...Cond[N]) Cond[M] {
	return Cond[M]{sqltext.Across{Path: c.path, Term: exprOf(And(conds...))}}
}

// IsNull holds where there is no related row (isnull=True).
func (c crossing[M, N]) IsNull() Cond[M] { return Cond[M]{sqltext.Missing{Path: c.path}} }

// IsNotNull holds where there is a related row (isnull=False); like Where, once
// for each.
func (c crossing[M, N]) IsNotNull() Cond[M] {
	last := c.path[len(c.path)-1]
	return Cond[M]{sqltext.Across{Path: c.path, Term: sqltext.IsNull{Of: sqltext.Column{Table: last.Table, Name: last.PK}, Negated: true}}}
}

// ToOne is a relation of M to one row of N: a foreign key, or one_to_one from
// either side.
type ToOne[M, N any] struct {
	crossing[M, N]
	columns []string
	fill    Scan[M]
	row     func(*M) **N
	link    func(*M) Value // what the related row has in step.Key
}

// NewToOne is the relation of a step: columns are N's, fill reads them into a
// row, row is where the row keeps the related one. link is the value by which
// the related row is found, in N's column target. Generated code calls it.
func NewToOne[M, N any](step sqltext.Step, columns []string, fill Scan[M], row func(*M) **N, link func(*M) Value) ToOne[M, N] {
	return ToOne[M, N]{crossing[M, N]{sqltext.Path{step}}, columns, fill, row, link}
}

func (r ToOne[M, N]) related() relatedRow[M] { return relatedRow[M]{r.path, r.columns, r.fill} }

// ToMany is a relation of M to several rows of N: a foreign key from its other
// side, or many_to_many.
type ToMany[M, N any] struct {
	crossing[M, N]
	rows func(*M) *[]*N
	key  func(*M) Value // the key that the related rows point at
	// back is the way from N to the column that points at M.
	back   sqltext.Path
	column sqltext.Column
	// pairs is the table of a many_to_many, with a row for each pair; here and
	// there are its columns of M and N.
	pairs, here, there string
	relatedKey         func(*N) Value
}

// NewToMany is the relation of rows whose column step.Key points at M. rows is
// where a row keeps them, key what they point at. Generated code calls it.
func NewToMany[M, N any](step sqltext.Step, rows func(*M) *[]*N, key func(*M) Value) ToMany[M, N] {
	return ToMany[M, N]{
		crossing: crossing[M, N]{sqltext.Path{step}}, rows: rows, key: key,
		column: sqltext.Column{Table: step.Table, Name: step.Key},
	}
}

// NewManyToMany is the relation across a table of pairs: to leads to it and
// from there to N. related is the key of a row of N. Generated code calls it.
func NewManyToMany[M, N any](to [2]sqltext.Step, rows func(*M) *[]*N, key func(*M) Value, related func(*N) Value) ToMany[M, N] {
	pairs, other := to[0], to[1]
	return ToMany[M, N]{
		crossing: crossing[M, N]{to[:]}, rows: rows, key: key,
		back: sqltext.Path{{
			Table: pairs.Table, Alias: pairs.Alias, Column: other.Key, Key: other.Column, PK: pairs.PK, Many: true,
		}},
		column: sqltext.Column{Table: pairs.Table, Name: pairs.Key},
		pairs:  pairs.Table, here: pairs.Key, there: other.Column, relatedKey: related,
	}
}

// Any holds where a related row meets all conditions; without conditions where
// there is one. Unlike Where it finds every row once (Exists).
func (r ToMany[M, N]) Any(conds ...Cond[N]) Cond[M] {
	first, term := r.path[0], exprOf(And(conds...))
	if len(r.path) > 1 {
		term = sqltext.Across{Path: r.path[1:], Term: term}
	}
	s := sqltext.Select{Table: first.Table, Key: first.PK, Where: sqltext.And{
		sqltext.Compare{
			Left: sqltext.Column{Table: first.Table, Name: first.Key}, Op: sqltext.Eq,
			Right: sqltext.Outer{Of: sqltext.Column{Name: first.Column}},
		}, term,
	}}
	return Cond[M]{sqltext.Exists{Select: &s}}
}

// Via is a value of the row that a relation leads to (F("author__name")).
func Via[M, N, V any](r Path[M, N], e Expression[N, V]) Expr[M, V] {
	of := e.expression()
	return Expr[M, V]{sqltext.AcrossTerm{Path: r.leads(nil, nil), Of: of.term}, of.bind, of.places}
}

// KeyOf is the key of the row that a relation leads to (F("tags")).
func KeyOf[M, N any](r Path[M, N]) Expr[M, int64] {
	path := r.leads(nil, nil)
	last := path[len(path)-1]
	return Expr[M, int64]{term: sqltext.AcrossTerm{Path: path, Of: sqltext.Column{Table: last.Table, Name: last.PK}}, bind: IntValue}
}

// Then is the relation that goes on where the first one ends, for Where, Via
// and SelectRelated: model.Then(CommentField.Post, PostField.Author).
func Then[M, N, O any](first ToOne[M, N], next ToOne[N, O]) ToOne[M, O] {
	path := append(append(sqltext.Path{}, first.path...), next.path...)
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
	return ToOne[M, O]{crossing: crossing[M, O]{path}, columns: next.columns, fill: fill, row: row}
}

// Across is Then for relations to several rows, for Where and Via.
func Across[M, N, O any](first Path[M, N], next Path[N, O]) Path[M, O] {
	return crossing[M, O]{append(append(sqltext.Path{}, first.leads(nil, nil)...), next.leads(nil, nil)...)}
}
