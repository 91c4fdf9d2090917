package testsite_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	. "stackgen.dev/generator/models/testsite/gen/models"
	"stackgen.dev/runtime/model"
)

// problems are what FullClean says, as "field: message (code)".
func problems(t *testing.T, err error) []string {
	t.Helper()
	if err == nil {
		return nil
	}
	var wrong *model.ValidationError
	if !errors.As(err, &wrong) {
		t.Fatal(err)
	}
	var all []string
	for _, f := range wrong.Fields {
		for _, p := range f.Problems {
			all = append(all, f.Field+": "+p.Message+" ("+p.Code+")")
		}
	}
	return all
}

// Ensure a row is asked what Django's full_clean asks, in its words.
func TestFullClean(t *testing.T) {
	db := memory(t)
	authors(t, db)
	there := NewRuled(db)
	there.Code, there.Level, there.Mail, there.Open, there.Price = "AB", model.Some(RuledLevelLow), "Ada@example.com", true, model.NewDecimal(20, 0)
	must(t, there.FullClean(db))
	must(t, there.Create(db))
	must(t, there.FullClean(db)) // it is not in its own way
	at := func(d time.Duration) model.Null[time.Time] { return model.Some(now.Add(d)) }
	for name, c := range map[string]struct {
		change func(r *Ruled)
		want   []string
	}{
		"good":       {func(r *Ruled) {}, nil},
		"empty":      {func(r *Ruled) { r.Code, r.Kind = "", "" }, []string{"code: This field cannot be blank. (blank)", "kind: This field cannot be blank. (blank)"}},
		"several":    {func(r *Ruled) { r.Code = "abcdefghi" }, []string{"code: Ensure this value has at most 8 characters (it has 9). (max_length)", "code: Capitals only. (capitals)"}},
		"short":      {func(r *Ruled) { r.Code = "X" }, []string{"code: Ensure this value has at least 2 characters (it has 1). (min_length)"}},
		"choice":     {func(r *Ruled) { r.Kind, r.Level = "tape", model.Some(int64(7)) }, []string{"kind: Value 'tape' is not a valid choice. (invalid_choice)", "level: Value 7 is not a valid choice. (invalid_choice)"}},
		"mail":       {func(r *Ruled) { r.Mail = "ada" }, []string{"mail: Enter a valid email address. (invalid)"}},
		"cheap":      {func(r *Ruled) { r.Price = model.NewDecimal(75, 2) }, []string{"price: Ensure this value is greater than or equal to 1. (min_value)", "price: Ensure this value is a multiple of step size 0.5. (step_size)"}},
		"dear":       {func(r *Ruled) { r.Price = model.NewDecimal(1000, 1) }, []string{"price: Ensure this value is less than or equal to 99.5. (max_value)"}},
		"digits":     {func(r *Ruled) { r.Price = model.NewDecimal(123456, 1) }, []string{"price: Ensure that there are no more than 5 digits in total. (max_digits)"}},
		"old":        {func(r *Ruled) { r.Day = model.Some(model.Date{Year: 2019, Month: 12, Day: 31}) }, []string{"day: Ensure this value is greater than or equal to 2020-01-01. (min_value)"}},
		"large":      {func(r *Ruled) { r.Small = 40000 }, []string{"small: Ensure this value is less than or equal to 32767. (max_value)"}},
		"null":       {func(r *Ruled) { r.Code = "A\x00B" }, []string{"code: Null characters are not allowed. (null_characters_not_allowed)"}},
		"owner":      {func(r *Ruled) { r.OwnerID = model.Some(int64(99)) }, []string{"owner: author instance with id 99 is not a valid choice. (invalid)"}},
		"there":      {func(r *Ruled) { r.OwnerID = model.Some(int64(2)) }, nil},
		"taken":      {func(r *Ruled) { r.Code = "AB" }, []string{"code: Ruled with this Code already exists. (unique)"}},
		"pair":       {func(r *Ruled) { r.Level = model.Some(RuledLevelLow) }, []string{": Ruled with this Kind and Level already exists. (unique_together)"}},
		"nulls":      {func(r *Ruled) { r.Level = model.Null[int64]{} }, nil},
		"open":       {func(r *Ruled) { r.Open, r.Price = true, model.NewDecimal(10, 0) }, []string{": Constraint “ruled_one_open” is violated. (invalid)"}},
		"open other": {func(r *Ruled) { r.Open, r.Price, r.Kind = true, model.NewDecimal(10, 0), RuledKindVinyl }, nil},
		"case":       {func(r *Ruled) { r.Mail = "ADA@EXAMPLE.COM" }, []string{": The address is taken. (invalid)"}},
		"order":      {func(r *Ruled) { r.Starts, r.Ends = at(time.Hour), at(0) }, []string{": It ends later. (order)"}},
		"unknown":    {func(r *Ruled) { r.Starts = at(time.Hour) }, nil},
		"two checks": {func(r *Ruled) {
			r.Starts, r.Ends, r.Open, r.Kind = at(time.Hour), at(0), true, RuledKindOther
		}, []string{": It ends later. (order)", ": Constraint “ruled_dear_if_open” is violated. (invalid)"}},
	} {
		row := NewRuled(db)
		row.Code, row.Level = "CD", model.Some(RuledLevelHigh)
		c.change(row)
		if got := problems(t, row.FullClean(db)); strings.Join(got, "\n") != strings.Join(c.want, "\n") {
			t.Errorf("%s: %q, want %q", name, got, c.want)
		}
	}
	row := NewRuled(db)
	row.Code = "AB"
	if got := problems(t, row.FullClean(db, RuledField.Code)); got != nil {
		t.Errorf("an excluded field: %q", got)
	}
}

// Ensure Go functions have their say of values and rows, and that what they call a
// failure is one.
func TestCleanHooks(t *testing.T) {
	db := memory(t)
	failure := errors.New("failure")
	model.Listen(db, model.Hooks[Ruled]{
		Validators: []model.FieldValidator[Ruled]{{Field: "small", Validate: func(r *Ruled) error {
			if r.Small == 13 {
				return model.Invalid("Not thirteen.")
			}
			return nil
		}}},
		Clean: func(_ model.Source, r *Ruled) error {
			if r.Code == "FAIL" {
				return failure
			}
			r.Code = strings.TrimSuffix(r.Code, "X")
			if r.Code == "AA" {
				return model.Invalid("Not this one.")
			}
			return nil
		},
	})
	row := NewRuled(db)
	row.Code, row.Small = "AAX", 13
	if got := strings.Join(problems(t, row.FullClean(db)), "\n"); got != "small: Not thirteen. (invalid)\n: Not this one. (invalid)" || row.Code != "AA" {
		t.Error(got, row.Code)
	}
	row.Code = "FAIL"
	if err := row.FullClean(db); !errors.Is(err, failure) {
		t.Error(err)
	}
	must(t, row.Create(db)) // saving asks nobody, as in Django
}

// Ensure choices have constants and words.
func TestChoices(t *testing.T) {
	row := Ruled{Kind: RuledKindVinyl, Level: model.Some(RuledLevel2)}
	if row.KindDisplay() != "Vinyl" || row.LevelDisplay() != "High" || RuledLevelLow != -1 || RuledLevelHigh != 1 {
		t.Error(row.KindDisplay(), row.LevelDisplay())
	}
	row = Ruled{Kind: "tape"}
	if row.KindDisplay() != "tape" || row.LevelDisplay() != "" {
		t.Error(row.KindDisplay(), row.LevelDisplay())
	}
}
