package testsite_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"

	. "stackgen.dev/generator/models/testsite/gen/models"
	"stackgen.dev/runtime/model"
)

// Ensure every kind of field comes back as it was stored.
func TestRoundTrip(t *testing.T) {
	date := model.Date{Year: 2024, Month: 2, Day: 29}
	full := Everything{
		Flag: true, Chars: "é'\"", Words: "a\nb", Slug: "a-b", Mail: "a@b.c", Link: "http://x/", Uid: model.NewUUID(),
		Small: -1, Big: math.MaxInt64, Positive: 7, Number: 0.1, Price: model.NewDecimal(-123456789012345, 3),
		Day: date, At: now.Truncate(time.Microsecond), Clock: model.NewTimeOfDay(23, 59, 59, 1), Length: -1500 * time.Millisecond,
		Data: json.RawMessage(`{"a": [1, "x"]}`), NullFlag: model.Some(false), NullChars: model.Some(""), NullUid: model.Some(model.UUID{}),
		NullBig: model.Some(int64(math.MinInt64)), NullNumber: model.Some(math.Inf(1)), NullPrice: model.Some(model.NewDecimal(0, 3)),
		NullDay: model.Some(date), NullAt: model.Some(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC)), NullClock: model.Some(model.TimeOfDay{}),
		NullLength: model.Some(time.Duration(0)), NullData: model.Some(json.RawMessage("null")),
	}
	empty := Everything{Uid: model.NewUUID(), Price: model.NewDecimal(0, 3), Day: date, At: time.Unix(0, 0).UTC(), Data: json.RawMessage("null")}
	for name, row := range map[string]Everything{"full": full, "empty": empty} {
		db := memory(t)
		must(t, row.Create(db))
		got, err := GetEverything(db, row.ID)
		must(t, err)
		if a, b := fmt.Sprintf("%+v", *got), fmt.Sprintf("%+v", row); a != b {
			t.Errorf("%s: got\n%s\nwant\n%s", name, a, b)
		}
	}
}

// Ensure values are stored in Django's forms.
func TestStoredForms(t *testing.T) {
	db := open(t, "sqlite::memory:") // PostgreSQL has types of its own for them
	row := Everything{
		At: now, Day: model.DateOf(now), Clock: model.NewTimeOfDay(1, 2, 3, 0), Length: 90 * time.Second, Flag: true,
		Uid: model.UUID{0xab}, Price: model.NewDecimal(1500, 3), Data: json.RawMessage(`{}`),
	}
	must(t, row.Create(db))
	for sql, want := range map[string]string{
		"at": "'2026-03-14 15:09:26.535897'", "day": "'2026-03-14'", "clock": "'01:02:03'", "length": "90000000", "flag": "1",
		"uid": "'ab000000000000000000000000000000'", "price": "1.5", "data": "'{}'", "null_at": "NULL",
	} {
		got, err := model.FetchOne(db, "SELECT quote("+sql+") FROM everything", model.Row.Text)
		must(t, err)
		if got != want {
			t.Errorf("%s is stored as %s, want %s", sql, got, want)
		}
	}
}

// Ensure a value that its field cannot hold is refused.
func TestInvalidValues(t *testing.T) {
	db := memory(t)
	for name, change := range map[string]func(*Everything){
		"too many digits": func(e *Everything) { e.Price = model.NewDecimal(1e12, 0) },
		"no date":         func(e *Everything) { e.Day = model.Date{Year: 2026, Month: 2, Day: 30} },
		"not JSON":        func(e *Everything) { e.Data = json.RawMessage("{") },
		"zero byte":       func(e *Everything) { e.Words = "a\x00" },
		"year 10000":      func(e *Everything) { e.At = time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC) },
	} {
		row := Everything{Day: model.DateOf(now), At: now, Data: json.RawMessage("1")}
		change(&row)
		if err := row.Create(db); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("%s: got %v", name, err)
		}
	}
	negative := Everything{Day: model.DateOf(now), At: now, Positive: -1}
	var check *model.CheckError
	if err := negative.Create(db); !errors.As(err, &check) || check.Table != "everything" {
		t.Errorf("negative: %v", err)
	}
}

// Ensure a new row has its defaults.
func TestDefaults(t *testing.T) {
	db := memory(t)
	p := NewPreset(db)
	const want = "{ID:0 Flag:true Words:with `quotes\" and\nlines Small:-3 Number:2 Price:9.50 Day:2026-02-28 " +
		"At:2026-02-28 10:30:00 +0000 UTC Clock:09:30:00 Length:24h0m0s Uid:00010203-0405-0607-0809-0a0b0c0d0e0f " +
		"Begun:2026-03-14 15:09:26.535897 +0000 UTC Until:{V:2026-03-14 Valid:true} DeleteField:{V:no Valid:true}}"
	if got := fmt.Sprintf("%+v", *p); got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	p.Until = model.Null[model.Date]{}
	must(t, p.Create(db))
	got, err := GetPreset(db, p.ID)
	must(t, err)
	if got.Until.Valid {
		t.Errorf("null became %v", got.Until)
	}
}

// Ensure rows are created, saved and deleted as Django does.
func TestCreateSaveDelete(t *testing.T) {
	db := memory(t)
	authors(t, db)
	a := NewAuthor(db)
	a.Name = "new"
	must(t, a.Create(db))
	if a.ID != 6 || !a.Active {
		t.Errorf("created %+v", a)
	}
	p := NewPost(db)
	p.AuthorID, p.Title, p.Slug = a.ID, "t", "s"
	must(t, p.Create(db))
	if !p.Created.Equal(now) || !p.Updated.Equal(now) || p.Status.V != "draft" {
		t.Errorf("created %+v", p)
	}
	p.Created, p.Updated, p.Title, p.Views = time.Time{}, time.Time{}, "changed", 9
	must(t, p.Save(db, PostField.Title))
	got, err := GetPost(db, p.ID)
	must(t, err)
	if got.Title != "changed" || got.Views != 0 || !got.Created.Equal(now) || !got.Updated.Equal(now) {
		t.Errorf("saved one field: %+v", got)
	}
	got.Views = 11
	must(t, got.Save(db))
	if got, err = GetPost(db, p.ID); err != nil || got.Views != 11 || !got.Created.Equal(now) {
		t.Errorf("saved: %+v, %v", got, err)
	}
	var unique *model.UniqueError
	twin := &Post{AuthorID: 1, Slug: "s"}
	if err := twin.Create(db); !errors.As(err, &unique) || unique.Table != "post" || fmt.Sprint(unique.Columns) != "[slug]" {
		t.Errorf("twin: %v", err)
	}
	var fk *model.ForeignKeyError
	if err := (&Post{AuthorID: 99, Slug: "x"}).Create(db); !errors.As(err, &fk) || fk.Table != "post" {
		t.Errorf("no such author: %v", err)
	}
	must(t, a.Delete(db))
	must(t, a.Delete(db))
	if _, err := GetPost(db, p.ID); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("cascade left the post: %v", err)
	}
	if err := p.Save(db); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("saved what is gone: %v", err)
	}
	n, err := Authors(db).Filter(AuthorField.ID.Gt(3)).Update(AuthorField.Age.SetNull(), AuthorField.Rating.Set(model.NewDecimal(12345, 3)))
	if n != 2 || err != nil {
		t.Errorf("updated %d, %v", n, err)
	}
	if n, err := Authors(db).Filter(AuthorField.Age.IsNull(), AuthorField.Rating.Eq(model.NewDecimal(1234, 2))).Count(); n != 2 || err != nil {
		t.Errorf("%d have the new values, %v", n, err)
	}
	if _, err := Authors(db).Update(AuthorField.Rating.Set(model.NewDecimal(1000, 0))); !errors.Is(err, model.ErrInvalid) {
		t.Errorf("too many digits: %v", err)
	}
	if _, err := Authors(db).Limit(1).Delete(); err == nil {
		t.Error("deleted a slice")
	}
	if n, err := Authors(db).Filter(AuthorField.ID.Lt(3)).Delete(); n != 2 || err != nil {
		t.Errorf("deleted %d, %v", n, err)
	}
}

// Ensure the key that a deleted row had is not given out again, and a key of
// one's own is kept.
func TestKeys(t *testing.T) {
	db := memory(t)
	a, b := &Author{Name: "a"}, &Author{ID: 40, Name: "b"}
	must(t, a.Create(db))
	must(t, b.Create(db))
	must(t, b.Delete(db))
	c := &Author{Name: "c"}
	must(t, c.Create(db))
	if a.ID != 1 || b.ID != 40 || c.ID != 41 {
		t.Errorf("keys %d %d %d", a.ID, b.ID, c.ID)
	}
	one := &Category{Name: "one"}
	must(t, one.Create(db))
	if one.Key.IsZero() {
		t.Error("no key was made")
	}
	key := one.Key
	two := &Category{Key: key, Name: "two"}
	if err := two.Create(db); err == nil {
		t.Error("took a key twice")
	}
	got, err := GetCategory(db, key)
	if err != nil || got.String() != "one" {
		t.Errorf("got %v, %v", got, err)
	}
}

// Ensure on_delete holds in the database.
func TestOnDelete(t *testing.T) {
	db := memory(t)
	authors(t, db)
	posts(t, db)
	must(t, (&Author{ID: 2}).Delete(db)) // post 3 is theirs, post 1 they edit
	if p, err := GetPost(db, 1); err != nil || p.EditorID.Valid {
		t.Errorf("set_null: %+v, %v", p, err)
	}
	if _, err := GetPost(db, 3); !errors.Is(err, model.ErrNotFound) {
		t.Errorf("cascade: %v", err)
	}
	root := &Category{Name: "root"}
	must(t, root.Create(db))
	must(t, (&Category{Name: "leaf", CategoryID: model.Some(root.Key)}).Create(db))
	var fk *model.ForeignKeyError
	if err := root.Delete(db); !errors.As(err, &fk) || fk.Table != "shop_category" {
		t.Errorf("protect: %v", err)
	}
}

// Ensure what stands for a row is its display field, or its model and key.
func TestString(t *testing.T) {
	for want, row := range map[string]fmt.Stringer{
		"title": &Post{ID: 1, Title: "title"}, "Ada": &Author{Name: "Ada"},
	} {
		if row.String() != want {
			t.Errorf("got %q, want %q", row, want)
		}
	}
}
