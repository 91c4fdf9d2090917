package querysite_test

import (
	"time"

	. "stackgen.dev/generator/models/querysite/gen/models"
	"stackgen.dev/runtime/model"
)

// expressionCases are the queries of the table about expression.
func expressionCases() map[string]query {
	return map[string]query{
		"q-238": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Lt(model.Via(PostField.Author, AuthorField.Age), PostField.Views)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-240": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Lt(PostField.Price, model.Number[model.Decimal](PostField.Views.Plus(1)))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-241": func(db model.Source) answer {
			d := model.Minus(PostField.Views, PostField.ID)
			return rows(model.Values(Posts(db).OrderBy(d.Desc(), PostField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[int64]
			}) []model.Pick[Post] {
				return model.Picks(PostField.ID.Into(&r.A), d.IntoNull(&r.B))
			}))
		},
		"q-242": func(db model.Source) answer {
			h := PostField.Views.Over(2)
			return rows(model.Values(Posts(db).OrderBy(PostField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[int64]
			}) []model.Pick[Post] {
				return model.Picks(PostField.ID.Into(&r.A), h.IntoNull(&r.B))
			}))
		},
		"q-244": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Eq[Post, string](model.Lower(PostField.Title), model.Lower(PostField.Body))).All())
		},
		"q-245": func(db model.Source) answer {
			return ids(Authors(db).Filter(model.Eq(model.Via(AuthorField.Posts, PostField.Title), model.Via(AuthorField.Posts, PostField.Body))).All())
		},
		"q-246": func(db model.Source) answer {
			up := model.Upper(PostField.Title)
			return rows(model.Values(Posts(db).OrderBy(PostField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[string]
			}) []model.Pick[Post] {
				return model.Picks(PostField.ID.Into(&r.A), up.IntoNull(&r.B))
			}))
		},
		"q-248": func(db model.Source) answer {
			e := model.Coalesce[Author, string](AuthorField.Email, model.Const[Author]("none"))
			return rows(model.Values(Authors(db).OrderBy(AuthorField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[string]
			}) []model.Pick[Author] {
				return model.Picks(AuthorField.ID.Into(&r.A), e.IntoNull(&r.B))
			}))
		},
		"q-249": func(db model.Source) answer {
			s := model.Concat[Post](PostField.Title, model.Const[Post]("/"), PostField.Status)
			return rows(model.Values(Posts(db).OrderBy(PostField.ID.Asc()), func(r *struct{ A model.Null[string] }) []model.Pick[Post] { return model.Picks(s.IntoNull(&r.A)) }))
		},
		"q-250": func(db model.Source) answer {
			g := model.Greatest[Post, int64](PostField.Views, model.Const[Post](int64(60)))
			return rows(model.Values(Posts(db).OrderBy(PostField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[int64]
			}) []model.Pick[Post] {
				return model.Picks(PostField.ID.Into(&r.A), g.IntoNull(&r.B))
			}))
		},
		"q-252": func(db model.Source) answer {
			y := model.Year(PostField.Published)
			return rows(model.Values(Posts(db).OrderBy(PostField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[int64]
			}) []model.Pick[Post] {
				return model.Picks(PostField.ID.Into(&r.A), y.IntoNull(&r.B))
			}))
		},
		"q-253": func(db model.Source) answer {
			y := model.Trunc(PostField.Published, model.ToMonth)
			return rows(model.Values(Posts(db).In(newYork).OrderBy(PostField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[time.Time]
			}) []model.Pick[Post] {
				return model.Picks(PostField.ID.Into(&r.A), y.IntoNull(&r.B))
			}))
		},
		"q-254": func(db model.Source) answer {
			y := model.Substr(PostField.Title, 1, 3)
			return rows(model.Values(Posts(db).OrderBy(PostField.ID.Asc()), func(r *struct{ A model.Null[string] }) []model.Pick[Post] { return model.Picks(y.IntoNull(&r.A)) }))
		},
		"q-256": func(db model.Source) answer {
			k := model.CaseElse("mid", model.When(PostField.Views.Gte(100), "hot"), model.When(PostField.Views.Eq(0), "cold"))
			return rows(model.Values(Posts(db).OrderBy(PostField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[string]
			}) []model.Pick[Post] {
				return model.Picks(PostField.ID.Into(&r.A), k.IntoNull(&r.B))
			}))
		},
		"q-257": func(db model.Source) answer {
			k := model.Case(model.When(PostField.Author.Where(AuthorField.Active.Eq(true)), int64(1)))
			return rows(model.Values(Posts(db).OrderBy(PostField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[int64]
			}) []model.Pick[Post] {
				return model.Picks(PostField.ID.Into(&r.A), k.IntoNull(&r.B))
			}))
		},
		"q-258": func(db model.Source) answer {
			has := model.Truth(model.Exists[Author](Posts(db).Filter(model.Eq(PostField.AuthorID, model.Outer[Post](AuthorField.ID)), PostField.Status.Eq("live"))))
			return rows(model.Values(Authors(db).OrderBy(AuthorField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[bool]
			}) []model.Pick[Author] {
				return model.Picks(AuthorField.ID.Into(&r.A), has.IntoNull(&r.B))
			}))
		},
		"q-260": func(db model.Source) answer {
			t := model.Subquery[Author](Posts(db).Filter(model.Eq(PostField.AuthorID, model.Outer[Post](AuthorField.ID))).OrderBy(PostField.Views.Desc(), PostField.ID.Asc()).Slice(0, 1), PostField.Title)
			return rows(model.Values(Authors(db).OrderBy(AuthorField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[string]
			}) []model.Pick[Author] {
				return model.Picks(AuthorField.ID.Into(&r.A), t.IntoNull(&r.B))
			}))
		},
		"q-261": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.InQuery(PostField.AuthorID, Authors(db).Filter(AuthorField.Active.Eq(true)), AuthorField.ID)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-262": func(db model.Source) answer {
			return ids(Posts(db).Exclude(model.InQuery(PostField.AuthorID, Authors(db).Filter(AuthorField.Active.Eq(true)), AuthorField.ID)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-264": func(db model.Source) answer {
			return ids(Authors(db).Exclude(model.InQuery(AuthorField.ID, Posts(db), PostField.AuthorID)).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-265": func(db model.Source) answer {
			return ids(Authors(db).Filter(model.InQuery(AuthorField.ID, Posts(db), PostField.AuthorID)).OrderBy(AuthorField.ID.Asc()).All())
		},
	}
}
