package querysite_test

import (
	"encoding/json"

	. "stackgen.dev/generator/models/querysite/gen/models"
	"stackgen.dev/runtime/model"
)

// jsonCases are the queries of the table about json.
func jsonCases() map[string]query {
	return map[string]query{
		"q-205": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Key(PostField.Meta, "lang").Eq("en")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-206": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Key(PostField.Meta, "lang").Eq(nil)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-208": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Key(PostField.Meta, "lang").Exists()).OrderBy(PostField.ID.Asc()).All())
		},
		"q-209": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Key(PostField.Meta, "n").Eq(1)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-210": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Key(PostField.Meta, "n").Eq("1")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-212": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Key(PostField.Meta, "n").Lte(1)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-213": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Key(PostField.Meta, "ok").Eq(true)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-214": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Key(PostField.Meta, "ok").Eq(false)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-216": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Key(PostField.Meta, "tags").Eq([]any{"a", "b"})).OrderBy(PostField.ID.Asc()).All())
		},
		"q-217": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Key(PostField.Meta, "nested", "k").Eq(nil)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-218": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Key(PostField.Meta, "nested", "k").Exists()).OrderBy(PostField.ID.Asc()).All())
		},
		"q-220": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.HasKeys(PostField.Meta, "lang", "ok")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-221": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.HasAnyKeys(PostField.Meta, "ok", "tags")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-222": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Key(PostField.Meta, "0").Eq(1)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-224": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Meta.IsNull()).OrderBy(PostField.ID.Asc()).All())
		},
		"q-225": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.JSONEq(PostField.Meta, map[string]any{})).OrderBy(PostField.ID.Asc()).All())
		},
		"q-226": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.JSONEq(PostField.Meta, nil)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-228": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Key(PostField.Meta, "lang").Text().StartsWith("d")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-229": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Key(PostField.Meta, "lang").In("en", "de")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-230": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Key(PostField.Meta, "missing").Eq("x")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-232": func(db model.Source) answer {
			return ids(Posts(db).Exclude(model.Key(PostField.Meta, "ok").Eq(true)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-233": func(db model.Source) answer {
			return ids(Posts(db).Exclude(model.Key(PostField.Meta, "n").Gt(1)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-234": func(db model.Source) answer {
			return ids(Posts(db).Exclude(model.HasKey(PostField.Meta, "lang")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-236": func(db model.Source) answer {
			return rows(model.Values(Posts(db).Filter(model.Key(PostField.Meta, "lang").Exists()).OrderBy(PostField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[json.RawMessage]
				C model.Null[json.RawMessage]
			}) []model.Pick[Post] {
				return model.Picks(PostField.ID.Into(&r.A), model.Key(PostField.Meta, "lang").JSON().IntoNull(&r.B), model.Key(PostField.Meta, "n").JSON().IntoNull(&r.C))
			}))
		},
		"q-237": func(db model.Source) answer {
			return rows(model.Values(Posts(db).OrderBy(model.Key(PostField.Meta, "lang").Asc(), PostField.ID.Asc()), func(r *struct {
				A int64
				B model.Null[json.RawMessage]
			}) []model.Pick[Post] {
				return model.Picks(PostField.ID.Into(&r.A), model.Key(PostField.Meta, "lang").JSON().IntoNull(&r.B))
			}))
		},
	}
}
