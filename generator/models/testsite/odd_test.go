package testsite_test

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"testing"

	. "stackgen.dev/generator/models/testsite/gen/models"
	"stackgen.dev/runtime/model"
)

// Ensure the kinds of field and relation that are not Everything's, options that name
// columns, and values that the database gives come back as they were stored.
func TestOddFields(t *testing.T) {
	db := memory(t)
	authors(t, db)
	full := NewOdd(db)
	full.Small, full.PositiveSmall, full.PositiveBig = math.MinInt16, math.MaxInt16, math.MaxInt64
	full.Raw, full.NullRaw = []byte{0, 255, 10}, model.Some([]byte{1})
	full.Address, full.NullAddress = "2001:db8::1", model.Some("192.0.2.1")
	full.Paper, full.Picture = "notes/a.txt", "photos/a.png"
	full.KeeperID = model.Some(int64(3))
	must(t, full.FullClean(db))
	must(t, full.Create(db))
	empty := NewOdd(db)
	empty.Raw, empty.Address, empty.NextID = []byte{}, "192.0.2.9", model.Some(full.Nr)
	if got := problems(t, empty.FullClean(db)); !slices.Equal(got, []string{"raw: This field cannot be blank. (blank)"}) {
		t.Error(got)
	}
	must(t, empty.Create(db))
	for _, row := range []*Odd{full, empty} {
		got, err := GetOdd(db, row.Nr)
		must(t, err)
		if a, b := fmt.Sprintf("%+v", *got), fmt.Sprintf("%+v", *row); a != b {
			t.Errorf("got\n%s\nwant\n%s", a, b)
		}
	}
	if full.Rank != 5 || full.Token.IsZero() || full.Born.IsZero() || full.Secret != "s3" {
		t.Errorf("defaults: %+v", *full)
	}
	small, err := Odds(db).Filter(OddField.PositiveSmall.Lt(0)).Count()
	must(t, err)
	got, err := Odds(db).Filter(OddField.Address.Eq("2001:db8::1"), OddField.KeeperID.Eq(3)).SelectRelated(OddField.Keeper).Get()
	must(t, err)
	if small != 0 || got.Keeper.Name != "Çelik" {
		t.Error(small, got.Keeper)
	}

	// The ranges of the kinds are the database's too, and one_to_one is unique.
	for name, change := range map[string]func(o *Odd){
		"negative small": func(o *Odd) { o.PositiveSmall = -1 },
		"negative big":   func(o *Odd) { o.PositiveBig = -1 },
	} {
		row := NewOdd(db)
		row.Raw, row.Address = []byte{1}, "192.0.2.77"
		change(row)
		var check *model.CheckError
		if err := row.Create(db); !errors.As(err, &check) {
			t.Errorf("%s: %v", name, err)
		}
		if got := problems(t, row.FullClean(db)); len(got) != 1 {
			t.Errorf("%s: %q", name, got)
		}
	}
	second := NewOdd(db)
	second.Raw, second.Address, second.KeeperID = []byte{1}, "192.0.2.2", model.Some(int64(3))
	if got := problems(t, second.FullClean(db)); !slices.Equal(got, []string{"keeper: Odd with this Keeper already exists. (unique)"}) {
		t.Error(got)
	}
	var unique *model.UniqueError
	if err := second.Create(db); !errors.As(err, &unique) || !slices.Equal(unique.Columns, []string{"who"}) {
		t.Errorf("%v %+v", err, unique)
	}
}

// Ensure relations of every kind lead both ways, and that each on_delete does what it says.
func TestOddRelations(t *testing.T) {
	db := memory(t)
	authors(t, db)
	odd := func(n int64, keeper, next model.Null[int64]) *Odd {
		row := NewOdd(db)
		row.Small, row.Raw, row.Address, row.KeeperID, row.NextID = n, []byte{1}, fmt.Sprint("192.0.2.", n), keeper, next
		must(t, row.Create(db))
		return row
	}
	none := model.Null[int64]{}
	a := odd(1, model.Some(int64(1)), none)
	b := odd(2, none, model.Some(a.Nr))
	c := odd(3, none, model.Some(b.Nr))
	must(t, OddField.Friends.Add(db, a, b, c))
	home := &Category{Name: "Home"}
	must(t, home.Create(db))
	stay := &Stay{OddID: a.Nr, CategoryID: home.Key, Nights: 4}
	must(t, stay.Create(db))

	rows, err := Odds(db).PrefetchRelated(OddField.Friends, OddField.Homes).SelectRelated(OddField.Next).All()
	must(t, err)
	if len(rows) != 3 || len(rows[0].Friends) != 2 || len(rows[0].Homes) != 1 || rows[2].Next == nil || rows[2].Next.Small != 2 || len(rows[1].Friends) != 0 {
		t.Fatalf("%+v", rows)
	}
	ada, err := Authors(db).Filter(AuthorField.ID.Eq(1)).SelectRelated(AuthorField.Odd).Get()
	must(t, err)
	if ada.Odd == nil || ada.Odd.Nr != a.Nr {
		t.Errorf("one_to_one from the other side: %+v", ada.Odd)
	}
	n, err := Odds(db).Filter(OddField.Homes.Any(CategoryField.Name.Eq("Home")), OddField.StaySet.Any(StayField.Nights.Gt(3))).Count()
	must(t, err)
	if n != 1 {
		t.Errorf("across the pairs: %d", n)
	}

	var restricted *model.ForeignKeyError
	if err := a.Delete(db); !errors.As(err, &restricted) {
		t.Errorf("restrict: %v", err)
	}
	must(t, home.Delete(db)) // cascade: the stay goes with it
	if n, err := Stays(db).Count(); err != nil || n != 0 {
		t.Error(n, err)
	}
	must(t, a.Delete(db))
	left, err := GetOdd(db, b.Nr)
	must(t, err)
	if left.NextID.Valid {
		t.Errorf("set_null: %+v", left.NextID)
	}
	must(t, OddField.Friends.Set(db, left, c))
	keeper := odd(4, model.Some(int64(2)), none)
	author, err := GetAuthor(db, 2)
	must(t, err)
	must(t, author.Delete(db))
	if _, err := GetOdd(db, keeper.Nr); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("cascade across one_to_one: %v", err)
	}
}
