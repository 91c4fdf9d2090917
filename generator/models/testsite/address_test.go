package testsite_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	. "stackgen.dev/generator/models/testsite/gen/models"
	"stackgen.dev/runtime/model"
)

// Ensure that IP addresses, of which PostgreSQL has a type of its own, take the
// look-ups and functions of text on both databases (GenericIPAddressField).
func TestAddressLookups(t *testing.T) {
	db := memory(t)
	for i, address := range []string{"192.0.2.1", "192.0.2.10", "198.51.100.7", "2001:DB8:0::A", "::ffff:192.0.2.5"} {
		row := NewOdd(db)
		row.Nr, row.Raw, row.Address = int64(i+1), []byte{1}, address
		if i < 2 {
			row.NullAddress = model.Some(address)
		}
		if err := row.Create(db); err != nil {
			t.Fatal(err)
		}
	}
	a, null := OddField.Address, OddField.NullAddress
	for _, c := range []struct {
		name string
		cond model.Cond[Odd]
		want []string
	}{
		{"exact", a.Eq("192.0.2.1"), []string{"192.0.2.1"}},
		{"exact in another form", a.Eq("2001:0db8::000a"), []string{"2001:db8::a"}},
		{"not", a.Ne("192.0.2.1"), []string{"192.0.2.10", "198.51.100.7", "2001:db8::a", "::ffff:192.0.2.5"}},
		{"in", a.In("192.0.2.10", "2001:DB8::A", "203.0.113.1"), []string{"192.0.2.10", "2001:db8::a"}},
		{"isnull", null.IsNull(), []string{"198.51.100.7", "2001:db8::a", "::ffff:192.0.2.5"}},
		{"iexact", a.IEq("2001:DB8::A"), []string{"2001:db8::a"}},
		{"contains", a.Contains("2.1"), []string{"192.0.2.1", "192.0.2.10"}},
		{"icontains", a.IContains("DB8"), []string{"2001:db8::a"}},
		{"startswith", a.StartsWith("192."), []string{"192.0.2.1", "192.0.2.10"}},
		{"endswith", a.EndsWith(".7"), []string{"198.51.100.7"}},
		{"no network is part of the text", a.EndsWith("/32"), nil},
		{"regex", a.Regex(`^19[28]\.`), []string{"192.0.2.1", "192.0.2.10", "198.51.100.7"}},
		{"contains where it may be null", null.Contains("192"), []string{"192.0.2.1", "192.0.2.10"}},
		{"its negation", model.Not(null.Contains("2.10")), []string{"192.0.2.1", "198.51.100.7", "2001:db8::a", "::ffff:192.0.2.5"}},
		{"a function of text", model.Length[Odd](a).Eq(9), []string{"192.0.2.1"}},
		{"upper", model.Upper[Odd](a).Contains("DB8"), []string{"2001:db8::a"}},
		{"two fields", model.Eq[Odd, string](a, null), []string{"192.0.2.1", "192.0.2.10"}},
	} {
		rows, err := Odds(db).Filter(c.cond).OrderBy(OddField.Nr.Asc()).All()
		var got []string
		for _, r := range rows {
			got = append(got, r.Address)
		}
		if err != nil || !slices.Equal(got, c.want) {
			t.Errorf("%s: got %q, %v, want %q", c.name, got, err, c.want)
		}
	}
	for _, text := range []string{"", "192.0.2", "192.0.2.1/24", "fe80::1%eth0", "nonsense"} {
		if _, err := Odds(db).Filter(a.Eq(text)).All(); !errors.Is(err, model.ErrInvalid) {
			t.Errorf("%q: %v", text, err)
		}
	}
	row := NewOdd(db)
	row.Nr, row.Raw, row.Address = 9, []byte{1}, "2001:db8::A"
	var unique *model.UniqueError
	if err := row.Create(db); !errors.As(err, &unique) {
		t.Error("the same address in another form:", err)
	}
	n, err := Odds(db).Filter(a.Eq("192.0.2.1")).Update(a.Set("2001:DB8::B"), null.SetNull())
	if err != nil || n != 1 {
		t.Error(n, err)
	}
	texts, err := model.Values(Odds(db).Filter(OddField.Nr.Eq(1)), func(r *struct{ A string }) []model.Pick[Odd] {
		return model.Picks(model.Concat[Odd](a, model.Const[Odd]("!")).Into(&r.A))
	})
	if err != nil || fmt.Sprint(texts) != "[{2001:db8::b!}]" {
		t.Error(texts, err)
	}
}
