package querysite_test

import (
	"time"

	. "stackgen.dev/generator/models/querysite/gen/models"
	"stackgen.dev/runtime/model"
)

// momentCases are the queries of the table about moment.
func momentCases() map[string]query {
	return map[string]query{
		"q-156": func(db model.Source) answer {
			return ids(Posts(db).In(newYork).Filter(model.Year(PostField.Published).Eq(2026)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-157": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Year(PostField.Published).Gt(2025)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-158": func(db model.Source) answer {
			return ids(Posts(db).In(newYork).Filter(model.Year(PostField.Published).Gt(2025)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-160": func(db model.Source) answer {
			return ids(Posts(db).In(newYork).Filter(model.Month(PostField.Published).Eq(12)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-161": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.DayOfMonth(PostField.Published).Eq(31)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-162": func(db model.Source) answer {
			return ids(Posts(db).In(newYork).Filter(model.DayOfMonth(PostField.Published).Eq(31)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-164": func(db model.Source) answer {
			return ids(Posts(db).In(newYork).Filter(model.WeekDay(PostField.Published).Eq(1)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-165": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.ISOWeekDay(PostField.Published).Eq(7)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-166": func(db model.Source) answer {
			return ids(Posts(db).In(newYork).Filter(model.ISOWeekDay(PostField.Published).Eq(7)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-168": func(db model.Source) answer {
			return ids(Posts(db).In(newYork).Filter(model.Week(PostField.Published).Eq(10)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-169": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Quarter(PostField.Published).Eq(1)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-170": func(db model.Source) answer {
			return ids(Posts(db).In(newYork).Filter(model.Quarter(PostField.Published).Eq(1)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-172": func(db model.Source) answer {
			return ids(Posts(db).In(newYork).Filter(model.ISOYear(PostField.Published).Eq(2026)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-173": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Hour(PostField.Published).Eq(0)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-174": func(db model.Source) answer {
			return ids(Posts(db).In(newYork).Filter(model.Hour(PostField.Published).Eq(0)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-176": func(db model.Source) answer {
			return ids(Posts(db).In(newYork).Filter(model.Minute(PostField.Published).Eq(59)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-177": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Second(PostField.Published).Eq(30)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-178": func(db model.Source) answer {
			return ids(Posts(db).In(newYork).Filter(model.Second(PostField.Published).Eq(30)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-180": func(db model.Source) answer {
			return ids(Posts(db).In(newYork).Filter(model.DayOf(PostField.Published).Eq(day("2026-01-01"))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-181": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.DayOf(PostField.Published).Gt(day("2026-01-01"))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-182": func(db model.Source) answer {
			return ids(Posts(db).In(newYork).Filter(model.DayOf(PostField.Published).Gt(day("2026-01-01"))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-184": func(db model.Source) answer {
			return ids(Posts(db).In(newYork).Filter(model.ClockOf(PostField.Published).Eq(clock("12:00:00"))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-185": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Published.Between(at("2026-01-01T00:00:00+00:00"), at("2026-03-10T00:00:00+00:00"))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-186": func(db model.Source) answer {
			return ids(Posts(db).In(newYork).Filter(PostField.Published.Between(at("2026-01-01T00:00:00+00:00"), at("2026-03-10T00:00:00+00:00"))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-188": func(db model.Source) answer {
			return ids(Posts(db).In(newYork).Filter(model.Hour(PostField.Published).Gte(12)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-189": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Year(PostField.Published).In(2024, 2025)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-190": func(db model.Source) answer {
			return ids(Posts(db).In(newYork).Filter(model.Year(PostField.Published).In(2024, 2025)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-192": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Year(PostField.Created).Eq(2025)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-193": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Month(PostField.Created).Lt(3)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-194": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Created.Lt(day("2026-01-01"))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-196": func(db model.Source) answer {
			return ids(Posts(db).Filter(PostField.Slot.Gte(clock("12:00:00"))).OrderBy(PostField.ID.Asc()).All())
		},
		"q-197": func(db model.Source) answer { return ids(Posts(db).Filter(PostField.Slot.IsNull()).All()) },
		"q-198": func(db model.Source) answer {
			return ids(Posts(db).Filter(model.Eq(model.DayOf(PostField.Published), PostField.Created)).OrderBy(PostField.ID.Asc()).All())
		},
		"q-200": func(db model.Source) answer {
			return ids(Authors(db).Filter(AuthorField.Born.Between(day("1980-01-01"), day("2000-01-01"))).OrderBy(AuthorField.ID.Asc()).All())
		},
		"q-201": func(db model.Source) answer {
			at := model.Trunc(PostField.Created, model.ToMonth)
			return rows(model.Values(Posts(db).Filter(at.IsNotNull()).Distinct().OrderBy(at.Asc()), func(r *struct{ A model.Date }) []model.Pick[Post] { return model.Picks(at.Into(&r.A)) }))
		},
		"q-202": func(db model.Source) answer {
			at := model.Trunc(PostField.Created, model.ToYear)
			return rows(model.Values(Posts(db).Filter(at.IsNotNull()).Distinct().OrderBy(at.Desc()), func(r *struct{ A model.Date }) []model.Pick[Post] { return model.Picks(at.Into(&r.A)) }))
		},
		"q-204": func(db model.Source) answer {
			at := model.Trunc(PostField.Published, model.ToDay)
			return rows(model.Values(Posts(db).In(newYork).Filter(at.IsNotNull()).Distinct().OrderBy(at.Asc()), func(r *struct{ A time.Time }) []model.Pick[Post] { return model.Picks(at.Into(&r.A)) }))
		},
	}
}
