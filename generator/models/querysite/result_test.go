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
