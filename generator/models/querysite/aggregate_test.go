package querysite_test

import (
	"time"

	. "stackgen.dev/generator/models/querysite/gen/models"
	"stackgen.dev/runtime/model"
)

// aggregateCases are the queries of the table about aggregate.
func aggregateCases() map[string]query {
	return map[string]query{
		"q-306": func(db model.Source) answer {
			return aggregate(Posts(db), func(r *struct {
				A model.Null[float64]
				B model.Null[model.Decimal]
				C model.Null[model.Decimal]
				D model.Null[int64]
				E model.Null[int64]
			}) []model.Pick[Post] {
				return model.Picks(model.Avg(PostField.Views).IntoNull(&r.A), model.Max(PostField.Price).IntoNull(&r.B), model.Min(PostField.Price).IntoNull(&r.C), model.Count(PostField.ID).IntoNull(&r.D), model.Sum(PostField.Views).IntoNull(&r.E))
			})
		},
		"q-308": func(db model.Source) answer {
			return aggregate(Posts(db).Filter(PostField.ID.Eq(99)), func(r *struct {
				A model.Null[float64]
				B model.Null[int64]
				C model.Null[int64]
			}) []model.Pick[Post] {
				return model.Picks(model.Avg(PostField.Views).IntoNull(&r.A), model.Count(PostField.ID).IntoNull(&r.B), model.Sum(PostField.Views).IntoNull(&r.C))
			})
		},
		"q-309": func(db model.Source) answer {
			return aggregate(Posts(db).Filter(PostField.ID.Eq(99)), func(r *struct{ A model.Null[int64] }) []model.Pick[Post] {
				return model.Picks(model.Sum(PostField.Views).Or(0).IntoNull(&r.A))
			})
		},
		"q-310": func(db model.Source) answer {
			return aggregate(Authors(db), func(r *struct {
				A model.Null[float64]
				B model.Null[int64]
				C model.Null[int64]
			}) []model.Pick[Author] {
				return model.Picks(model.Avg(AuthorField.Age).IntoNull(&r.A), model.Count(AuthorField.Age).Distinct().IntoNull(&r.B), model.Count(AuthorField.Age).IntoNull(&r.C))
			})
		},
		"q-312": func(db model.Source) answer {
			return aggregate(Posts(db), func(r *struct {
				A model.Null[time.Time]
				B model.Null[model.Date]
			}) []model.Pick[Post] {
				return model.Picks(model.Max(PostField.Published).IntoNull(&r.A), model.Min(PostField.Created).IntoNull(&r.B))
			})
		},
		"q-313": func(db model.Source) answer {
			return aggregate(Posts(db), func(r *struct{ A model.Null[int64] }) []model.Pick[Post] {
				return model.Picks(model.Count(PostField.ID).Filter(PostField.Status.Eq("live")).IntoNull(&r.A))
			})
		},
		"q-314": func(db model.Source) answer {
			return aggregate(Posts(db), func(r *struct{ A model.Null[int64] }) []model.Pick[Post] {
				return model.Picks(model.Sum(PostField.Views.Times(2)).IntoNull(&r.A))
			})
		},
		"q-316": func(db model.Source) answer {
			return aggregate(Comments(db), func(r *struct {
				A model.Null[float64]
				B model.Null[int64]
				C model.Null[int64]
				D model.Null[int64]
			}) []model.Pick[Comment] {
				return model.Picks(model.Avg(CommentField.Score).IntoNull(&r.A), model.Count(CommentField.ID).IntoNull(&r.B), model.Count(CommentField.Score).IntoNull(&r.C), model.Sum(CommentField.Score).IntoNull(&r.D))
			})
		},
		"q-317": func(db model.Source) answer {
			return aggregate(Authors(db), func(r *struct {
				A model.Null[string]
				B model.Null[string]
			}) []model.Pick[Author] {
				return model.Picks(model.Min(AuthorField.Name).IntoNull(&r.A), model.Max(AuthorField.Email).IntoNull(&r.B))
			})
		},
		"q-318": func(db model.Source) answer {
			return aggregate(Authors(db), func(r *struct{ A model.Null[int64] }) []model.Pick[Author] {
				return model.Picks(model.CountOf(model.Across(AuthorField.Posts, PostField.Comments)).IntoNull(&r.A))
			})
		},
		"q-320": func(db model.Source) answer {
			return aggregate(Posts(db).None(), func(r *struct {
				A model.Null[int64]
				B model.Null[int64]
			}) []model.Pick[Post] {
				return model.Picks(model.Count(PostField.ID).IntoNull(&r.A), model.Sum(PostField.Views).IntoNull(&r.B))
			})
		},
		"q-321": func(db model.Source) answer {
			n := model.CountOf(AuthorField.Posts)
			return aggregate(model.Annotate(Authors(db), n), func(r *struct {
				A model.Null[float64]
				B model.Null[int64]
			}) []model.Pick[Author] {
				return model.Picks(model.Avg(n).IntoNull(&r.A), model.Max(n).IntoNull(&r.B))
			})
		},
		"q-322": func(db model.Source) answer {
			return aggregate(Posts(db), func(r *struct{ A model.Null[int64] }) []model.Pick[Post] {
				return model.Picks(model.Count(PostField.Status).Distinct().IntoNull(&r.A))
			})
		},
		"q-324": func(db model.Source) answer {
			n := model.CountOf(AuthorField.Posts)
			c := model.CountOf(AuthorField.Comments)
			return rows(model.Values(model.Annotate(model.Annotate(Authors(db), n), c).OrderBy(AuthorField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[int64]
				C model.Null[int64]
			}) []model.Pick[Author] {
				return model.Picks(AuthorField.ID.Into(&r.A), n.IntoNull(&r.B), c.IntoNull(&r.C))
			}))
		},
		"q-325": func(db model.Source) answer {
			n := model.CountOf(AuthorField.Posts).Distinct()
			c := model.CountOf(AuthorField.Comments).Distinct()
			return rows(model.Values(model.Annotate(model.Annotate(Authors(db), n), c).OrderBy(AuthorField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[int64]
				C model.Null[int64]
			}) []model.Pick[Author] {
				return model.Picks(AuthorField.ID.Into(&r.A), n.IntoNull(&r.B), c.IntoNull(&r.C))
			}))
		},
		"q-326": func(db model.Source) answer {
			n := model.CountOf(AuthorField.Posts)
			return ids(model.Annotate(Authors(db), n).Filter(n.Gt(1)).All())
		},
		"q-328": func(db model.Source) answer {
			n := model.CountOf(AuthorField.Posts)
			return rows(model.Values(model.Annotate(Authors(db).Filter(AuthorField.Posts.Where(PostField.Status.Eq("live"))), n).OrderBy(AuthorField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[int64]
			}) []model.Pick[Author] {
				return model.Picks(AuthorField.ID.Into(&r.A), n.IntoNull(&r.B))
			}))
		},
		"q-329": func(db model.Source) answer {
			n := model.CountOf(AuthorField.Posts)
			return rows(model.Values(model.Annotate(Authors(db), n).Filter(AuthorField.Posts.Where(PostField.Status.Eq("live"))).OrderBy(AuthorField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[int64]
			}) []model.Pick[Author] {
				return model.Picks(AuthorField.ID.Into(&r.A), n.IntoNull(&r.B))
			}))
		},
		"q-330": func(db model.Source) answer {
			n := model.CountOf(AuthorField.Posts).Filter(AuthorField.Posts.Where(PostField.Status.Eq("live")))
			return rows(model.Values(model.Annotate(Authors(db), n).OrderBy(AuthorField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[int64]
			}) []model.Pick[Author] {
				return model.Picks(AuthorField.ID.Into(&r.A), n.IntoNull(&r.B))
			}))
		},
		"q-332": func(db model.Source) answer {
			s := model.Sum(model.Via(AuthorField.Posts, PostField.Views)).Or(0)
			return rows(model.Values(model.Annotate(Authors(db), s).OrderBy(s.Desc(), AuthorField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[int64]
			}) []model.Pick[Author] {
				return model.Picks(AuthorField.ID.Into(&r.A), s.IntoNull(&r.B))
			}))
		},
		"q-333": func(db model.Source) answer {
			a := model.Avg(model.Via(AuthorField.Posts, PostField.Price))
			return rows(model.Values(model.Annotate(Authors(db), a).OrderBy(AuthorField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[float64]
			}) []model.Pick[Author] {
				return model.Picks(AuthorField.ID.Into(&r.A), a.IntoNull(&r.B))
			}))
		},
		"q-334": func(db model.Source) answer {
			m := model.Max(model.Via(AuthorField.Posts, PostField.Published))
			return rows(model.Values(model.Annotate(Authors(db), m).OrderBy(AuthorField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[time.Time]
			}) []model.Pick[Author] {
				return model.Picks(AuthorField.ID.Into(&r.A), m.IntoNull(&r.B))
			}))
		},
		"q-336": func(db model.Source) answer {
			n := model.CountOf(model.Across(AuthorField.Posts, PostField.Tags)).Distinct()
			return rows(model.Values(model.Annotate(Authors(db), n).OrderBy(AuthorField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[int64]
			}) []model.Pick[Author] {
				return model.Picks(AuthorField.ID.Into(&r.A), n.IntoNull(&r.B))
			}))
		},
		"q-337": func(db model.Source) answer {
			n := model.Count(PostField.ID)
			return rows(model.Values(Posts(db).OrderBy(PostField.Status.Asc()), func(r *struct {
				A string
				B model.Null[int64]
			}) []model.Pick[Post] {
				return model.Picks(PostField.Status.Into(&r.A), n.IntoNull(&r.B))
			}))
		},
		"q-338": func(db model.Source) answer {
			n := model.Count(PostField.ID)
			v := model.Sum(PostField.Views)
			return rows(model.Values(Posts(db).Filter(n.Gt(1)).OrderBy(PostField.Status.Asc()), func(r *struct {
				A string
				B model.Null[int64]
				C model.Null[int64]
			}) []model.Pick[Post] {
				return model.Picks(PostField.Status.Into(&r.A), n.IntoNull(&r.B), v.IntoNull(&r.C))
			}))
		},
		"q-340": func(db model.Source) answer {
			n := model.Count(PostField.ID)
			return rows(model.Values(Posts(db).OrderBy(model.Year(PostField.Created).Asc()), func(r *struct {
				A model.Null[int64]
				B model.Null[int64]
			}) []model.Pick[Post] {
				return model.Picks(model.Year(PostField.Created).IntoNull(&r.A), n.IntoNull(&r.B))
			}))
		},
		"q-341": func(db model.Source) answer {
			y := model.Year(PostField.Created)
			n := model.Count(PostField.ID)
			return rows(model.Values(Posts(db).OrderBy(y.Desc()), func(r *struct {
				A model.Null[int64]
				B model.Null[int64]
			}) []model.Pick[Post] {
				return model.Picks(y.IntoNull(&r.A), n.IntoNull(&r.B))
			}))
		},
		"q-342": func(db model.Source) answer {
			n := model.CountOf(TagField.Posts)
			return rows(model.Values(model.Annotate(Tags(db), n).OrderBy(n.Desc(), TagField.ID.Asc()), func(r *struct {
				A string
				B model.Null[int64]
			}) []model.Pick[Tag] {
				return model.Picks(TagField.Name.Into(&r.A), n.IntoNull(&r.B))
			}))
		},
		"q-344": func(db model.Source) answer {
			n := model.CountOf(PostField.Comments)
			return rows(model.Values(model.Annotate(Posts(db), n).OrderBy(n.Desc(), PostField.ID.Asc()).Slice(0, 2), func(r *struct {
				A int64
				B model.Null[int64]
			}) []model.Pick[Post] {
				return model.Picks(PostField.ID.Into(&r.A), n.IntoNull(&r.B))
			}))
		},
		"q-345": func(db model.Source) answer {
			n := model.CountOf(PostField.Comments)
			t := model.CountOf(PostField.Tags)
			return rows(model.Values(model.Annotate(model.Annotate(Posts(db), n), t).OrderBy(PostField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[int64]
				C model.Null[int64]
			}) []model.Pick[Post] {
				return model.Picks(PostField.ID.Into(&r.A), n.IntoNull(&r.B), t.IntoNull(&r.C))
			}))
		},
		"q-346": func(db model.Source) answer {
			n := model.CountOf(PostField.Comments)
			return value(model.Annotate(Posts(db), n).Filter(n.Eq(0)).Count())
		},
		"q-348": func(db model.Source) answer { // without Annotate, which would count for each post
			n := model.CountOf(PostField.Tags)
			m := model.Count(PostField.ID)
			return rows(model.Values(Posts(db).OrderBy(n.Asc()), func(r *struct {
				A model.Null[int64]
				B model.Null[int64]
			}) []model.Pick[Post] {
				return model.Picks(n.IntoNull(&r.A), m.IntoNull(&r.B))
			}))
		},
		"q-349": func(db model.Source) answer {
			n := model.CountOf(AuthorField.Posts)
			return value(model.Annotate(Authors(db), n).Count())
		},
		"q-350": func(db model.Source) answer {
			mx := model.Max(model.Via(PostField.Comments, CommentField.Score))
			return rows(model.Values(model.Annotate(Posts(db), mx).OrderBy(mx.Desc().NullsLast(), PostField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[int64]
			}) []model.Pick[Post] {
				return model.Picks(PostField.ID.Into(&r.A), mx.IntoNull(&r.B))
			}))
		},
		"q-352": func(db model.Source) answer {
			n := model.CountOf(AuthorField.Posts)
			return rows(model.Values(model.Annotate(Authors(db).Filter(model.Or(AuthorField.Posts.Where(PostField.Views.Gt(50)), AuthorField.Age.IsNull())), n).OrderBy(AuthorField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[int64]
			}) []model.Pick[Author] {
				return model.Picks(AuthorField.ID.Into(&r.A), n.IntoNull(&r.B))
			}))
		},
	}
}
