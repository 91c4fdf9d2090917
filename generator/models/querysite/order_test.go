package querysite_test

import (
	. "stackgen.dev/generator/models/querysite/gen/models"
	"stackgen.dev/runtime/model"
)

// orderCases are the queries of the table about order.
func orderCases() map[string]query {
	return map[string]query{
		"q-266": func(db model.Source) answer {
			return ids(Authors(db).OrderBy(AuthorField.Age.Asc(), AuthorField.ID.Asc()).All())
		},
		"q-268": func(db model.Source) answer {
			return ids(Authors(db).OrderBy(AuthorField.Age.Asc().NullsLast(), AuthorField.ID.Asc()).All())
		},
		"q-269": func(db model.Source) answer {
			return ids(Authors(db).OrderBy(AuthorField.Age.Desc().NullsLast(), AuthorField.ID.Asc()).All())
		},
		"q-270": func(db model.Source) answer {
			return ids(Authors(db).OrderBy(AuthorField.Age.Desc().NullsFirst(), AuthorField.ID.Asc()).All())
		},
		"q-272": func(db model.Source) answer {
			return ids(Authors(db).OrderBy(AuthorField.Rating.Desc(), AuthorField.ID.Desc()).All())
		},
		"q-273": func(db model.Source) answer {
			return ids(Authors(db).OrderBy(model.Via(AuthorField.Profile, ProfileField.Karma).Asc(), AuthorField.ID.Asc()).All())
		},
		"q-274": func(db model.Source) answer {
			return ids(Authors(db).OrderBy(AuthorField.Email.Asc(), AuthorField.ID.Asc()).All())
		},
		"q-276": func(db model.Source) answer {
			return ids(Authors(db).OrderBy(AuthorField.Born.Asc(), AuthorField.ID.Asc()).All())
		},
		"q-277": func(db model.Source) answer {
			return ids(Authors(db).OrderBy(model.Lower(AuthorField.Name).Asc()).All())
		},
		"q-278": func(db model.Source) answer { return ids(Authors(db).OrderBy(AuthorField.ID.Asc()).Reverse().All()) },
		"q-280": func(db model.Source) answer {
			return ids(Posts(db).OrderBy(model.Via(PostField.Author, AuthorField.Name).Asc(), PostField.ID.Asc()).All())
		},
		"q-281": func(db model.Source) answer {
			return ids(Posts(db).OrderBy(model.Via(PostField.Author, AuthorField.Age).Desc(), PostField.ID.Asc()).All())
		},
		"q-282": func(db model.Source) answer {
			return ids(Posts(db).OrderBy(model.Via(PostField.Tags, TagField.Name).Asc(), PostField.ID.Asc()).All())
		},
		"q-284": func(db model.Source) answer { return ids(Posts(db).OrderBy(PostField.ID.Asc()).Slice(4, 100).All()) },
		"q-285": func(db model.Source) answer { return ids(Posts(db).OrderBy(PostField.ID.Asc()).Slice(10, 20).All()) },
		"q-286": func(db model.Source) answer { return ids(Posts(db).OrderBy(PostField.ID.Asc()).Slice(0, 0).All()) },
		"q-288": func(db model.Source) answer {
			return ids(Posts(db).OrderBy(PostField.ID.Asc()).Slice(1, 4).Slice(1, 2).All())
		},
		"q-289": func(db model.Source) answer { return value(Posts(db).OrderBy(PostField.ID.Asc()).Slice(0, 2).Count()) },
		"q-290": func(db model.Source) answer {
			return ids(Posts(db).OrderBy(PostField.ID.Asc()).Slice(0, 2).Filter(PostField.Views.Eq(0)).All())
		},
		"q-292": func(db model.Source) answer {
			return rows(model.Values(Posts(db).Distinct().OrderBy(PostField.Status.Asc()), func(r *struct{ A string }) []model.Pick[Post] { return model.Picks(PostField.Status.Into(&r.A)) }))
		},
		"q-293": func(db model.Source) answer {
			return rows(model.Values(Posts(db).Distinct().OrderBy(model.Via(PostField.Author, AuthorField.Name).Asc()), func(r *struct{ A model.Null[string] }) []model.Pick[Post] {
				return model.Picks(model.Via(PostField.Author, AuthorField.Name).IntoNull(&r.A))
			}))
		},
		"q-294": func(db model.Source) answer {
			return rows(model.Values(Posts(db).Distinct().OrderBy(PostField.Body.Asc()), func(r *struct{ A string }) []model.Pick[Post] { return model.Picks(PostField.Body.Into(&r.A)) }))
		},
		"q-296": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Tags.IsNotNull()).Distinct().OrderBy(PostField.ID.Asc()).All())
		},
		"q-297": func(db model.Source) answer { return value(Posts(db).Filter(PostField.Tags.IsNotNull()).Count()) },
		"q-298": func(db model.Source) answer {
			return value(Posts(db).Filter(PostField.Tags.IsNotNull()).Distinct().Count())
		},
		"q-300": func(db model.Source) answer {
			return rows(model.Values(Comments(db).Distinct().OrderBy(CommentField.AuthorID.Asc()), func(r *struct{ A model.Null[int64] }) []model.Pick[Comment] {
				return model.Picks(CommentField.AuthorID.IntoNull(&r.A))
			}))
		},
		"q-301": func(db model.Source) answer {
			return rows(model.Values(Posts(db).OrderBy(PostField.ID.Asc(), model.KeyOf(PostField.Tags).Asc()), func(r *struct {
				A int64
				B model.Null[int64]
			}) []model.Pick[Post] {
				return model.Picks(PostField.ID.Into(&r.A), model.KeyOf(PostField.Tags).IntoNull(&r.B))
			}))
		},
		"q-302": func(db model.Source) answer {
			return rows(model.Values(Posts(db).OrderBy(PostField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[int64]
			}) []model.Pick[Post] {
				return model.Picks(PostField.ID.Into(&r.A), model.Via(PostField.Author, model.Via(AuthorField.Profile, ProfileField.Karma)).IntoNull(&r.B))
			}))
		},
		"q-304": func(db model.Source) answer {
			return rows(model.Values(Authors(db).Filter(AuthorField.ID.Eq(1)), func(r *struct {
				A int64
				B string
				C model.Null[string]
				D model.Null[int64]
				E model.Null[model.Date]
				F bool
				G model.Null[model.Decimal]
			}) []model.Pick[Author] {
				return model.Picks(AuthorField.ID.Into(&r.A), AuthorField.Name.Into(&r.B), AuthorField.Email.IntoNull(&r.C), AuthorField.Age.IntoNull(&r.D), AuthorField.Born.IntoNull(&r.E), AuthorField.Active.Into(&r.F), AuthorField.Rating.IntoNull(&r.G))
			}))
		},
		"q-305": func(db model.Source) answer {
			return rows(model.Values(Posts(db).Filter(PostField.ID.Eq(1)), func(r *struct {
				A model.Null[int64]
				B model.Null[int64]
				C model.Null[string]
			}) []model.Pick[Post] {
				return model.Picks(PostField.AuthorID.IntoNull(&r.A), PostField.AuthorID.IntoNull(&r.B), model.Via(PostField.Editor, AuthorField.Name).IntoNull(&r.C))
			}))
		},
	}
}
