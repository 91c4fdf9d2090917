package model

import "stackgen.dev/runtime/model/sqltext"

// Outer is a value of the row of the query around, for the condition of a
// subquery (OuterRef): with N the model of the subquery and M that around it,
//
//	recent := models.Posts(r).Filter(model.Eq(PostField.AuthorID, model.Outer[Post](AuthorField.ID)))
//	models.Authors(r).Filter(model.Exists[Author](recent))
func Outer[N, M, V any](e Expression[M, V]) Expr[N, V] {
	of := e.expression()
	return newExpr[*N](sqltext.Outer{Of: of.term}, of.bind, of.places)
}

// Exists holds where the subquery has a row (Exists).
func Exists[M, N any](q Query[N]) Cond[M] {
	s := selected(q, nil)
	s.Order = nil
	return Cond[M]{sqltext.Exists{Select: s}}
}

// InQuery holds where the value is one of those that the subquery has in pick
// (__in=queryset). Null among them is no value.
func InQuery[M, N, V any](e Expression[M, V], q Query[N], pick Expression[N, V]) Cond[M] {
	return Cond[M]{sqltext.InSelect{Of: e.expression().term, Select: selected(q, pick.expression().term)}}
}

// Subquery is the value that the first row of a query has in pick, null
// without a row (Subquery).
func Subquery[M, N, V any](q Query[N], pick Expression[N, V]) Expr[M, V] {
	of := pick.expression()
	return newExpr[*M](sqltext.Scalar{Of: selected(q.Limit(1), of.term)}, of.bind, of.places)
}

// selected is the query as a subquery that reads one value.
func selected[R any](q *QueryOf[R], pick sqltext.Term) *sqltext.Select {
	return q.q.selected(pick)
}
