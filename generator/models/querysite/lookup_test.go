package querysite_test

import (
	. "stackgen.dev/generator/models/querysite/gen/models"
	"stackgen.dev/runtime/model"
)

// lookupCases are the queries of the table about lookup.
func lookupCases() map[string]query {
	return map[string]query{
		"q-001": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Title.Eq("Hello World")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-002": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Title.IEq("hello world")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-004": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Title.IEq("ÜBER GRÖSSE")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-005": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Title.Contains("hello")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-006": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Title.Contains("llo")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-008": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Title.IContains("ÜBER")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-009": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Title.Contains("%")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-010": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Title.Contains("_")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-012": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Title.StartsWith("hello")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-013": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Title.IStartsWith("hello")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-014": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Title.StartsWith("100%")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-016": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Title.IEndsWith("WORLD")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-017": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Title.EndsWith("_thing")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-018": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Title.Regex("^[Hh]ello")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-020": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Title.In("Orphan", "hello world")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-021": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Title.In()).OrderBy(PostField.ID.Asc()).All())
		},
		"q-022": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Title.In("orphan")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-024": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Title.Lte("Hello World")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-025": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Title.Contains("")).OrderBy(PostField.ID.Asc()).All())
		},
		"q-028": func(db model.Source) answer { return ids(Posts(db).Filter(PostField.Body.Eq("")).All()) },
		"q-029": func(db model.Source) answer { return ids(Posts(db).Filter(PostField.Body.Contains("\\")).All()) },
		"q-030": func(db model.Source) answer { return ids(Posts(db).Filter(PostField.Body.Contains("'")).All()) },
		"q-032": func(db model.Source) answer { return ids(Authors(db).Filter(AuthorField.Name.EndsWith("_50%")).All()) },
		"q-033": func(db model.Source) answer {
			return ids(Profiles(db).Filter(ProfileField.Bio.EndsWith("'quote'")).All())
		},
		"q-034": func(db model.Source) answer {
			return ids(Authors(db).Filter(AuthorField.Email.IsNull()).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-036": func(db model.Source) answer {
			return ids(Authors(db).Filter(AuthorField.Email.IsNull()).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-037": func(db model.Source) answer {
			return ids(Authors(db).Exclude(AuthorField.Email.IsNull()).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-038": func(db model.Source) answer {
			return ids(Authors(db).Filter(AuthorField.Email.IsNotNull()).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-040": func(db model.Source) answer {
			return ids(Authors(db).Filter(AuthorField.Email.Eq("")).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-041": func(db model.Source) answer {
			return ids(Authors(db).Exclude(AuthorField.Email.Eq("")).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-042": func(db model.Source) answer {
			return ids(Authors(db).Filter(AuthorField.Age.Gt(20)).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-044": func(db model.Source) answer {
			return ids(Authors(db).Filter(AuthorField.Age.In(36, 19)).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-045": func(db model.Source) answer {
			return ids(Authors(db).Exclude(AuthorField.Age.In(36, 19)).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-046": func(db model.Source) answer {
			return ids(Authors(db).Filter(AuthorField.Age.In(36)).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-048": func(db model.Source) answer {
			return ids(Authors(db).Filter(AuthorField.Age.IsNull()).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-049": func(db model.Source) answer {
			return ids(Authors(db).Exclude(AuthorField.Age.IsNull()).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-050": func(db model.Source) answer {
			return ids(Authors(db).Filter(AuthorField.Age.IsNull(), AuthorField.Name.Eq("bob")).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-052": func(db model.Source) answer {
			return ids(Authors(db).Filter(AuthorField.Rating.Eq(dec("4.50"))).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-053": func(db model.Source) answer {
			return ids(Authors(db).Exclude(AuthorField.Rating.Eq(dec("4.50"))).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-054": func(db model.Source) answer {
			return ids(Authors(db).Filter(AuthorField.Rating.Eq(dec("4.5"))).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-056": func(db model.Source) answer {
			return ids(Authors(db).Filter(AuthorField.Rating.Lt(dec("4"))).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-057": func(db model.Source) answer {
			return ids(Authors(db).Exclude(AuthorField.Rating.Lt(dec("4"))).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-058": func(db model.Source) answer {
			return ids(Authors(db).Filter(AuthorField.Rating.Between(dec("3"), dec("5"))).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-060": func(db model.Source) answer {
			return ids(Authors(db).Filter(AuthorField.Email.IsNull()).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-061": func(db model.Source) answer {
			return ids(Authors(db).Exclude(AuthorField.Email.IsNull()).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-064": func(db model.Source) answer {
			return ids(Authors(db).Filter(model.Not(AuthorField.Age.Gt(20))).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-065": func(db model.Source) answer {
			return ids(Authors(db).Filter(model.Not(model.Not(AuthorField.Age.Gt(20)))).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-066": func(db model.Source) answer {
			return ids(Authors(db).Filter(model.Not(model.And(AuthorField.Age.Gt(20), AuthorField.Active.Eq(true)))).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-068": func(db model.Source) answer {
			return ids(Authors(db).Filter(model.And(AuthorField.Active.Eq(true), model.Or(AuthorField.Age.Eq(19), AuthorField.Age.IsNull()))).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-069": func(db model.Source) answer {
			return ids(Authors(db).Filter(model.Not(model.Or(AuthorField.Age.Eq(36), AuthorField.Name.Eq("bob")))).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-070": func(db model.Source) answer {
			return ids(Authors(db).Filter(model.Xor(AuthorField.Active.Eq(true), AuthorField.Age.Eq(36))).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-072": func(db model.Source) answer {
			return ids(Authors(db).Exclude(model.Or(AuthorField.Age.Eq(36), AuthorField.Email.Eq(""))).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-073": func(db model.Source) answer {
			return ids(Authors(db).Filter(AuthorField.Active.Eq(true)).Exclude(AuthorField.Age.Eq(19)).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-074": func(db model.Source) answer {
			return ids(Authors(db).Exclude(AuthorField.Age.Eq(36), AuthorField.Active.Eq(false)).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-076": func(db model.Source) answer { return value(Authors(db).Filter(AuthorField.ID.In()).Count()) },
		"q-077": func(db model.Source) answer { return value(Authors(db).Exclude(AuthorField.ID.In()).Count()) },
		"q-078": func(db model.Source) answer { return value(Authors(db).None().Count()) },
	}
}
