package model

import "stackgen.dev/runtime/model/sqltext"

// Outer is a value of the row of the query around, for the condition of a
// subquery (OuterRef): with N the model of the subquery and M that around it,
//
//	recent := models.Posts(r).Filter(model.Eq(PostField.AuthorID, model.Outer[Post](AuthorField.ID)))
//	models.Authors(r).Filter(model.Exists[Author](recent))
func Outer[N, M, V any](e Expression[M, V]) Expr[N, V] {
	of := e.expression()
	return Expr[N, V]{sqltext.Outer{Of: of.term}, of.bind, of.places}
}

// Exists holds where the subquery has a row (Exists).
func Exists[M, N any](q Query[N]) Cond[M] {
	s := q.selected(nil)
	s.Order = nil
	return Cond[M]{sqltext.Exists{Select: s}}
}

// InQuery holds where the value is one of those that the subquery has in pick
// (__in=queryset). Null among them is no value.
func InQuery[M, N, V any](e Expression[M, V], q Query[N], pick Expression[N, V]) Cond[M] {
	return Cond[M]{sqltext.InSelect{Of: e.expression().term, Select: q.selected(pick.expression().term)}}
}

// Subquery is the value that the first row of a query has in pick, null
// without a row (Subquery).
func Subquery[M, N, V any](q Query[N], pick Expression[N, V]) Expr[M, V] {
	of := pick.expression()
	return Expr[M, V]{sqltext.Scalar{Of: q.Limit(1).selected(of.term)}, of.bind, of.places}
}

// selected is the query as a subquery that reads one value.
func (q Query[T]) selected(pick sqltext.Term) *sqltext.Select {
	s := q.statement(nil)
	if pick != nil {
		s.Picks = []sqltext.Pick{{Of: pick}}
	}
	if q.empty {
		s.Where = sqltext.Or{}
	}
	if q.limit >= 0 || q.offset > 0 {
		for _, o := range q.ordering() {
			s.Order = append(s.Order, o.order)
		}
	}
	return &s
}
