package querysite_test

import (
	. "stackgen.dev/generator/models/querysite/gen/models"
	"stackgen.dev/runtime/model"
)

// resultCases are the queries of the table about result.
func resultCases() map[string]query {
	return map[string]query{
		"q-353": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Views.Eq(55)).Union(Posts(db).Filter(PostField.Status.Eq("live"))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-354": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Status.Eq("live")).Intersection(Posts(db).Filter(PostField.Views.Eq(55))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-356": func(db model.Source) answer { return one(Posts(db).Filter(PostField.ID.Eq(1)).Get()) },
		"q-357": func(db model.Source) answer { return one(Posts(db).Filter(PostField.ID.Eq(99)).Get()) },
		"q-358": func(db model.Source) answer { return one(Posts(db).Filter(PostField.Status.Eq("live")).Get()) },
		"q-360": func(db model.Source) answer {
			return one(Posts(db).OrderBy(PostField.Views.Asc(), PostField.ID.Asc()).First())
		},
		"q-361": func(db model.Source) answer {
			return one(Posts(db).OrderBy(PostField.Views.Asc(), PostField.ID.Asc()).Last())
		},
		"q-362": func(db model.Source) answer { return one(Posts(db).First()) },
		"q-364": func(db model.Source) answer { return one(Posts(db).Filter(PostField.ID.Eq(99)).First()) },
		"q-365": func(db model.Source) answer {
			return one(Posts(db).Earliest(PostField.Created.Asc(), PostField.ID.Asc()))
		},
		"q-366": func(db model.Source) answer {
			return one(Posts(db).Latest(PostField.Created.Asc(), PostField.ID.Asc()))
		},
		"q-368": func(db model.Source) answer { return value(Posts(db).Exists()) },
		"q-369": func(db model.Source) answer { return value(Posts(db).Filter(PostField.ID.Eq(99)).Exists()) },
		"q-370": func(db model.Source) answer { return bulk(model.InBulk(Posts(db), PostField.ID, []int64{1, 3, 99})) },
		"q-377": func(db model.Source) answer {
			return converted(model.ParseInt, "abc", func(n int64) answer { return ids(Posts(db).Filter(PostField.Views.Eq(n)).All()) })
		},
		"q-380": func(db model.Source) answer {
			return converted(model.ParseInt, "x", func(n int64) answer { return ids(Posts(db).Filter(model.Year(PostField.Published).Eq(n)).All()) })
		},
		"q-382": func(db model.Source) answer {
			return converted(model.ParseDecimal, "abc", func(d model.Decimal) answer { return ids(Posts(db).Filter(PostField.Price.Eq(d)).All()) })
		},
		"q-384": func(db model.Source) answer {
			return converted(model.ParseInt, "55", func(n int64) answer { return ids(Posts(db).Filter(PostField.Views.Eq(n)).All()) })
		},
		"q-386": func(db model.Source) answer {
			return converted(model.ParseInt, "1", func(n int64) answer { return ids(Posts(db).Filter(PostField.ID.Eq(n)).All()) })
		},
		"q-389": func(db model.Source) answer {
			return converted(model.ParseInt, "Ada", func(n int64) answer { return ids(Posts(db).Filter(PostField.AuthorID.Eq(n)).All()) })
		},
		"q-394": func(db model.Source) answer {
			return converted(model.ParseInt, "7", func(n int64) answer {
				return ids(Posts(db).Filter(PostField.Views.In(0, n)).OrderBy(PostField.ID.Asc()).All())
			})
		},
		"q-378": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Text(PostField.Views).Contains("5")).All())
		},
		"q-388": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Tags.Where(TagField.Name.In("g", "o"))).All())
		},
		"q-390": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Views.Between(50, 60)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-392": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Price.Eq(dec("9.99"))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-393": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Price.In(dec("9.99"))).OrderBy(PostField.ID.Asc()).All())
		},
	}
}

// converted asks with a value that is text at first. Go converts nothing unasked;
// what a field takes is read by the Parse function of its type.
func converted[V any](parse func(string) (V, error), text string, ask func(V) answer) answer {
	v, err := parse(text)
	if err != nil {
		return answer{err: err}
	}
	return ask(v)
}
