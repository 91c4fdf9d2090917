package querysite_test

import (
	"errors"
	"fmt"
	"testing"
	"time"

	. "stackgen.dev/generator/models/querysite/gen/models"
	"stackgen.dev/runtime/model"
)

// Ensure what the database computes of decimals is compared as a number: SQLite has
// no type for it, and puts every number before every text.
func TestComputedDecimals(t *testing.T) {
	db := filled(t)
	cheap := PostField.Price.Plus(dec("1.00"))
	total := model.Sum(PostField.Price)
	for name, c := range map[string]struct {
		cond model.Cond[Post]
		want string
	}{
		"less":      {cheap.Lt(dec("2.00")), "3"},
		"greater":   {cheap.Gt(dec("100")), "4"},
		"equal":     {cheap.Eq(dec("10.99")), "1 5"},
		"in":        {cheap.In(dec("10.99"), dec("101.00")), "1 4 5"},
		"aggregate": {total.Gte(dec("9.99")), "1 4 5"},
		"field":     {PostField.Price.In(dec("0.5"), dec("100")), "3 4"},
	} {
		rows, err := Posts(db).Filter(c.cond).OrderBy(PostField.ID.Asc()).All()
		must(t, err)
		if got := titles(rows); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// Ensure a number that is seen as one of another type is compared with values of
// that type, fractions included, and computed with as one.
func TestNumberOfAnotherType(t *testing.T) {
	db := filled(t)
	real, exact := model.Number[float64](PostField.Views), model.Number[model.Decimal](PostField.Views)
	price := model.Number[float64](PostField.Price)
	for name, c := range map[string]struct {
		cond model.Cond[Post]
		want string
	}{
		"integer less than a fraction":    {real.Lt(7.5), "2 5"},
		"integer greater than a fraction": {real.Gt(54.5), "1 3 4 6"},
		"integer in fractions":            {real.In(6.5, 7, 55), "3 4 5"},
		"integer between fractions":       {real.Between(6.9, 55.1), "3 4 5"},
		"integer plus a fraction":         {real.Plus(0.5).Eq(7.5), "5"},
		"integer over a fraction":         {real.Over(2).Eq(27.5), "3 4"},
		"integer as a decimal":            {exact.Lt(dec("7.50")), "2 5"},
		"integer plus a decimal":          {exact.Plus(dec("0.25")).Eq(dec("55.25")), "3 4"},
		"decimal as a float":              {price.Gt(9.985), "1 4 5"},
		"decimal with an integer":         {model.Lt(PostField.Views, model.Number[int64](PostField.Price)), "4 5"},
		"decimal as an integer":           {model.Number[int64](PostField.Price).Eq(100), "4"},
	} {
		rows, err := Posts(db).Filter(c.cond).OrderBy(PostField.ID.Asc()).All()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := titles(rows); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
}

// Ensure a way over relations leads to no row as soon as one step does, whichever it is.
func TestIsNullAlongTheWay(t *testing.T) {
	db := filled(t)
	way := model.Then(model.Then(CommentField.Author, AuthorField.Profile), ProfileField.Author)
	for name, c := range map[string]struct {
		cond model.Cond[Comment]
		want string
	}{
		"null":     {way.IsNull(), "1 2 5 6"},
		"not null": {way.IsNotNull(), "3 4 7"},
	} {
		rows, err := Comments(db).Filter(c.cond).OrderBy(CommentField.ID.Asc()).All()
		must(t, err)
		got := ""
		for _, r := range rows {
			got += fmt.Sprint(" ", r.ID)
		}
		if got != " "+c.want {
			t.Errorf("%s: got%s, want %s", name, got, c.want)
		}
	}
}

// Ensure a list may be longer than a statement has parameters, whatever is in it.
func TestLongLists(t *testing.T) {
	db := filled(t)
	ids := []int64{6, 2}
	names := []string{"hello world", `with "quotes", \ and {braces}`, "Über Größe", "<&>\u2028"}
	prices := []model.Decimal{dec("0.50"), dec("9.99")}
	days := []model.Date{day("2025-12-31")}
	times := []time.Time{at("2026-01-01T00:30:00+00:00"), at("2026-03-08T07:15:30.500000+00:00")}
	for i := range 70_000 {
		ids = append(ids, int64(1000+i))
		if i > 33_000 {
			continue // enough for SQLite
		}
		names = append(names, fmt.Sprint("n", i))
		prices = append(prices, model.NewDecimal(int64(20_000+i), 2))
		days = append(days, model.DateOf(time.Date(2100, 1, 1+i, 0, 0, 0, 0, time.UTC)))
		times = append(times, time.Date(2100, 1, 1, 0, 0, i, 0, time.UTC))
	}
	extra := &Post{Title: names[1], Created: days[0], Status: "x", AuthorID: model.Some(int64(1))}
	must(t, extra.Create(db))
	odd := &Post{Title: names[3], Created: days[1], Status: "x"}
	must(t, odd.Create(db))
	for name, c := range map[string]struct {
		cond model.Cond[Post]
		want string
	}{
		"keys":    {PostField.ID.In(ids...), "2 6"},
		"not":     {model.Not(PostField.AuthorID.In(ids...)), fmt.Sprint("1 2 4 5 6 ", extra.ID, " ", odd.ID)},
		"text":    {PostField.Title.In(names...), fmt.Sprint("4 6 ", extra.ID, " ", odd.ID)},
		"decimal": {PostField.Price.In(prices...), "1 3 5"},
		"days":    {PostField.Created.In(days...), fmt.Sprint("1 4 ", extra.ID, " ", odd.ID)},
		"times":   {PostField.Published.In(times...), "1 3"},
	} {
		rows, err := Posts(db).Filter(c.cond).OrderBy(PostField.ID.Asc()).All()
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if got := titles(rows); got != c.want {
			t.Errorf("%s: got %q, want %q", name, got, c.want)
		}
	}
	found, err := model.InBulk(Posts(db), PostField.ID, ids)
	must(t, err)
	if len(found) != 2 {
		t.Errorf("in bulk: %v", found)
	}
}

// Ensure a value of another row is taken by a subquery, and refused as it stands.
func TestUpdateFromElsewhere(t *testing.T) {
	db := filled(t)
	if _, err := Posts(db).Update(model.Set(PostField.Title, model.Via(PostField.Author, AuthorField.Name))); err == nil {
		t.Error("a value across a relation was taken")
	}
	last := Comments(db).Filter(model.Eq(CommentField.PostID, model.Outer[Comment](PostField.ID))).OrderBy(CommentField.ID.Desc())
	n, err := Posts(db).Filter(PostField.ID.Lte(2)).Update(model.Set(PostField.Title, 
		model.Coalesce(model.Subquery[Post](last, CommentField.Text), model.Const[Post]("none"))))
	must(t, err)
	rows, err := Posts(db).OrderBy(PostField.ID.Asc()).Limit(3).All()
	must(t, err)
	if n != 2 || rows[0].Title != "Nice" || rows[1].Title != "none" || rows[2].Title != "100% sure_thing" {
		t.Errorf("%d rows: %q %q %q", n, rows[0].Title, rows[1].Title, rows[2].Title)
	}
}

// Ensure keys that rows bring along are not made again for others.
func TestBulkKeysAreTaken(t *testing.T) {
	db := filled(t)
	must(t, model.BulkCreate(db, []*Tag{{ID: 1001, Name: "a"}, {ID: 1003, Name: "b"}, {ID: 1002, Name: "c"}}))
	must(t, model.BulkCreate(db, []*Tag{{ID: 900, Name: "d"}}))
	fresh := &Tag{Name: "e"}
	must(t, fresh.Create(db))
	if fresh.ID != 1004 {
		t.Errorf("got key %d", fresh.ID)
	}
}

// Ensure update_or_create changes the row that another transaction has stored
// meanwhile. SQLite lets no other write meanwhile.
func TestUpdateOrCreateMeets(t *testing.T) {
	db := filled(t)
	if engine == "sqlite" {
		return
	}
	change := func(p *Profile) { p.Karma += 100 }
	p, created, err := Profiles(db).Filter(ProfileField.AuthorID.Eq(2)).UpdateOrCreate(func() *Profile {
		must(t, (&Profile{AuthorID: 2, Bio: "theirs", Karma: 7}).Create(db))
		return &Profile{AuthorID: 2, Bio: "ours"}
	}, change)
	must(t, err)
	if created || p.Bio != "theirs" || p.Karma != 107 {
		t.Errorf("created %v: %+v", created, p)
	}
	stored, err := GetProfile(db, p.ID)
	must(t, err)
	if stored.Karma != 107 {
		t.Errorf("stored %+v", stored)
	}
	var unique *model.UniqueError
	_, _, err = Profiles(db).Filter(ProfileField.Karma.Eq(-999)).UpdateOrCreate(func() *Profile { return &Profile{AuthorID: 2} }, func(*Profile) {})
	if !errors.As(err, &unique) {
		t.Errorf("a row in the way that is not the query's: %v", err)
	}
}

// Ensure date parts are seen in a zone that both databases know by its name, and in
// no other: PostgreSQL would take "CET+1" for a zone to the west.
func TestZones(t *testing.T) {
	db := filled(t)
	year := model.Year(PostField.Published)
	berlin, err := time.LoadLocation("Europe/Berlin")
	must(t, err)
	n, err := Posts(db).In(berlin).Filter(year.Eq(2026), PostField.Created.Eq(day("2025-12-31"))).Count()
	must(t, err)
	if n != 2 {
		t.Errorf("%d rows", n)
	}
	for _, zone := range []*time.Location{time.FixedZone("CET+1", 3600), time.FixedZone("", 3600), time.Local} {
		if _, err := Posts(db).In(zone).Filter(year.Eq(2026)).Count(); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("%q: %v", zone, err)
		}
	}
}

// Ensure a row may be related to more others than a statement has parameters.
func TestManyPairs(t *testing.T) {
	db := filled(t)
	p, err := GetPost(db, 4)
	must(t, err)
	var tags []*Tag
	for i := range 18_000 {
		tags = append(tags, &Tag{Name: fmt.Sprint("t", i)})
	}
	must(t, model.BulkCreate(db, tags))
	must(t, PostField.Tags.Add(db, p, tags[:17_000]...))
	must(t, PostField.Tags.Set(db, p, tags[1000:]...))
	n, err := Tags(db).Filter(TagField.Posts.Where(PostField.ID.Eq(4))).Count()
	must(t, err)
	if n != 17_000 {
		t.Errorf("%d tags", n)
	}
	must(t, PostField.Tags.Remove(db, p, tags[2000:]...))
	n, err = Tags(db).Filter(TagField.Posts.Where(PostField.ID.Eq(4))).Count()
	must(t, err)
	if n != 1000 {
		t.Errorf("%d tags left", n)
	}
}

// Ensure a number that a column cannot hold is one that no row has, and no mistake of who asks.
func TestNumbersBeyondTheColumn(t *testing.T) {
	db := filled(t)
	huge := int64(1) << 40
	for name, c := range map[string]struct {
		cond model.Cond[Post]
		want string
	}{
		"equal":        {PostField.Views.Eq(huge), ""},
		"not equal":    {PostField.Views.Ne(-huge), "1 2 3 4 5 6"},
		"less":         {PostField.Views.Lt(huge), "1 2 3 4 5 6"},
		"greater":      {PostField.Views.Gt(huge), ""},
		"between":      {PostField.Views.Between(50, huge), "1 3 4 6"},
		"one of them":  {PostField.Views.In(7, huge), "5"},
		"less than it": {PostField.Views.Gte(-huge), "1 2 3 4 5 6"},
	} {
		for range 2 { // as prepared, and as kept
			rows, err := Posts(db).Filter(c.cond).OrderBy(PostField.ID.Asc()).All()
			must(t, err)
			if got := titles(rows); got != c.want {
				t.Errorf("%s: got %q, want %q", name, got, c.want)
			}
		}
	}
	must(t, model.Atomic(db, func(tx model.Source) error {
		n, err := Posts(tx).Filter(PostField.Views.Lt(huge)).Count()
		if n != 6 {
			t.Errorf("in a transaction: %d rows", n)
		}
		return err
	}))
}
