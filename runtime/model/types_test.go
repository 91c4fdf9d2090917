package model

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"testing"
	"time"
)

// Ensure texts are read strictly, and come back in one form.
func TestParse(t *testing.T) {
	date := func(s string) (fmt.Stringer, error) { v, err := ParseDate(s); return v, err }
	clock := func(s string) (fmt.Stringer, error) { v, err := ParseTimeOfDay(s); return v, err }
	number := func(s string) (fmt.Stringer, error) { v, err := ParseDecimal(s); return v, err }
	id := func(s string) (fmt.Stringer, error) { v, err := ParseUUID(s); return v, err }
	length := func(s string) (fmt.Stringer, error) { v, err := ParseDuration(s); return v, err }
	instant := func(s string) (fmt.Stringer, error) { v, err := ParseTime(s); return v, err }
	for _, c := range []struct {
		name     string
		parse    func(string) (fmt.Stringer, error)
		in, want string // "" for refused
	}{
		{"date", date, "2026-03-14", "2026-03-14"},
		{"leap day", date, "2024-02-29", "2024-02-29"},
		{"no leap day", date, "2023-02-29", ""},
		{"century without leap day", date, "1900-02-29", ""},
		{"leap century", date, "2000-02-29", "2000-02-29"},
		{"year 0", date, "0000-01-01", ""},
		{"month 13", date, "2026-13-01", ""},
		{"one digit", date, "2026-3-14", ""},
		{"date with space", date, "2026-03-14 ", ""},
		{"other digits", date, "２026-03-14", ""},
		{"time", clock, "09:30", "09:30:00"},
		{"time with seconds", clock, "23:59:59", "23:59:59"},
		{"time with decimals", clock, "00:00:00.5", "00:00:00.500000"},
		{"seven decimals", clock, "00:00:00.1234567", ""},
		{"no decimals", clock, "00:00:00.", ""},
		{"24 hours", clock, "24:00", ""},
		{"60 seconds", clock, "23:59:60", ""},
		{"decimal", number, "-1.50", "-1.50"},
		{"plus", number, "+7", "7"},
		{"leading zeros", number, "000.10", "0.10"},
		{"point first", number, ".5", "0.5"},
		{"point last", number, "5.", "5"},
		{"18 digits", number, "999999999999999999", "999999999999999999"},
		{"19 digits", number, "1000000000000000000", ""},
		{"18 decimals", number, "0.000000000000000001", "0.000000000000000001"},
		{"19 decimals", number, "0.0000000000000000001", ""},
		{"exponent", number, "1e3", ""},
		{"nothing", number, "", ""},
		{"sign alone", number, "-", ""},
		{"point alone", number, ".", ""},
		{"two points", number, "1.2.3", ""},
		{"infinity", number, "Infinity", ""},
		{"uuid", id, "00010203-0405-0607-0809-0A0B0C0D0E0F", "00010203-0405-0607-0809-0a0b0c0d0e0f"},
		{"uuid without hyphens", id, "000102030405060708090a0b0c0d0e0f", "00010203-0405-0607-0809-0a0b0c0d0e0f"},
		{"uuid with a hyphen elsewhere", id, "0001020-30405-0607-0809-0a0b0c0d0e0f", ""},
		{"uuid in braces", id, "{00010203-0405-0607-0809-0a0b0c0d0e0}", ""},
		{"seconds", length, "90", "1m30s"},
		{"seconds with decimals", length, "-0.000001", "-1µs"},
		{"Go's form", length, "1h30m", "1h30m0s"},
		{"days", length, "1d", "24h0m0s"},
		{"weeks and hours", length, "-1w2d3h", "-219h0m0s"},
		{"no length", length, "d", ""},
		{"two signs", length, "--1s", ""},
		{"too long", length, "200000w", ""},
		{"instant", instant, "2026-03-14 15:09:26.535897", "2026-03-14 15:09:26.535897 +0000 UTC"},
		{"RFC 3339", instant, "2026-03-14T15:09:26+02:00", "2026-03-14 13:09:26 +0000 UTC"},
		{"zulu", instant, "2026-03-14T15:09Z", "2026-03-14 15:09:00 +0000 UTC"},
		{"midnight", instant, "1969-12-31", "1969-12-31 00:00:00 +0000 UTC"},
		{"zone of 99 hours", instant, "2026-03-14T15:09:26+99:00", ""},
		{"no time after T", instant, "2026-03-14T", ""},
	} {
		v, err := c.parse(c.in)
		switch {
		case c.want == "" && !errors.Is(err, ErrInvalid):
			t.Errorf("%s: %q gave %v, %v", c.name, c.in, v, err)
		case c.want != "" && (err != nil || v.String() != c.want):
			t.Errorf("%s: %q gave %v, %v; want %s", c.name, c.in, v, err, c.want)
		}
	}
}

// Ensure the scalar texts of captures and query strings are read strictly.
func TestParseScalars(t *testing.T) {
	for in, want := range map[string]bool{"7": true, "-7": true, "007": true, "": false, "7.0": false, "0x7": false, "9223372036854775808": false, " 7": false} {
		if _, err := ParseInt(in); (err == nil) != want {
			t.Errorf("int %q: %v", in, err)
		}
	}
	for in, want := range map[string]bool{"7": true, "1e3": true, "": false, "NaN": false, "Inf": false, "1e999": false} {
		if _, err := ParseFloat(in); (err == nil) != want {
			t.Errorf("float %q: %v", in, err)
		}
	}
	for in, want := range map[string]string{"true": "true", "on": "true", "0": "false", "": "error", "yes": "error"} {
		got, err := ParseBool(in)
		if s := fmt.Sprint(got); err == nil && s != want || err != nil && want != "error" {
			t.Errorf("bool %q: %v, %v", in, got, err)
		}
	}
}

// Ensure decimals round to even and compare by value.
func TestDecimal(t *testing.T) {
	dec := func(s string) Decimal {
		d, err := ParseDecimal(s)
		if err != nil {
			t.Fatal(err)
		}
		return d
	}
	for _, c := range []struct {
		in     string
		places int
		want   string
	}{
		{"1.005", 2, "1.00"}, {"1.015", 2, "1.02"}, {"1.0051", 2, "1.01"}, {"-1.015", 2, "-1.02"}, {"-0.5", 0, "0"},
		{"2.5", 0, "2"}, {"3.5", 0, "4"}, {"9.99", 1, "10.0"}, {"1.5", 4, "1.5"}, {"0.000000000000000001", 0, "0"},
		{"999999999999999999", 0, "999999999999999999"},
	} {
		if got := dec(c.in).Round(c.places).String(); got != c.want {
			t.Errorf("%s to %d places: %s, want %s", c.in, c.places, got, c.want)
		}
	}
	ordered := []string{"-999999999999999999", "-1.5", "-0.000000000000000001", "0", "0.000000000000000001", "0.1", "1.49", "1.5", "2", "999999999999999999"}
	for i, a := range ordered {
		for j, b := range ordered {
			if got := dec(a).Compare(dec(b)); got != sign(i-j) {
				t.Errorf("%s and %s: %d", a, b, got)
			}
		}
	}
	if dec("1.50").Compare(dec("1.5")) != 0 || dec("1.50").Sign() != 1 || dec("1.25").Float64() != 1.25 {
		t.Error("equal values differ")
	}
	for _, c := range []struct {
		f      float64
		places int
		want   string
	}{{9.99, 2, "9.99"}, {123456789012.345, 3, "123456789012.345"}, {-0.005, 3, "-0.005"}, {1e17, 0, "100000000000000000"}, {1e18, 0, "error"}, {math.NaN(), 2, "error"}} {
		d, err := DecimalFromFloat(c.f, c.places)
		if got := d.String(); err == nil && got != c.want || err != nil && c.want != "error" {
			t.Errorf("%v with %d places: %s, %v", c.f, c.places, got, err)
		}
	}
	for _, places := range []int{-1, 18, 19} {
		if d, err := dec("1.5").WithScale(places); err == nil {
			t.Errorf("%d places: %v", places, d)
		}
	}
}

// Ensure an instant's stored form sorts as time does, far from the epoch too.
func TestAppendTime(t *testing.T) {
	last := ""
	for _, at := range []time.Time{
		time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(1969, 12, 31, 23, 59, 59, 999999000, time.UTC), time.Unix(0, 0),
		time.Unix(0, 1000), time.Unix(1, 0), time.Date(2024, 2, 29, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC),
	} {
		text := string(AppendTime(nil, at.UnixMicro()))
		back, err := ParseTime(text)
		if err != nil || !back.Equal(at) || text <= last {
			t.Errorf("%v: %s after %s, back %v, %v", at, text, last, back, err)
		}
		last = text
	}
}

// Ensure types have their text in JSON, and null where there is no value.
func TestMarshalJSON(t *testing.T) {
	type row struct {
		Day   Date
		Clock TimeOfDay
		Price Decimal
		ID    UUID
		A, B  Null[int64]
	}
	in := row{Date{2026, 1, 2}, NewTimeOfDay(3, 4, 5, 0), NewDecimal(150, 2), UUID{1}, Some(int64(7)), Null[int64]{}}
	text, err := json.Marshal(in)
	const want = `{"Day":"2026-01-02","Clock":"03:04:05","Price":"1.50","ID":"01000000-0000-0000-0000-000000000000","A":7,"B":null}`
	if err != nil || string(text) != want {
		t.Errorf("got %s, %v", text, err)
	}
	var out row
	if err := json.Unmarshal(text, &out); err != nil || out != in {
		t.Errorf("back: %+v, %v", out, err)
	}
}

// Ensure a source without a database says so.
func TestNoDatabase(t *testing.T) {
	var none source
	table := &Table[int]{Name: "t", Columns: []string{"id"}}
	_, all := NewQuery(none, table).All()
	_, count := NewQuery(none, table).Count()
	for name, err := range map[string]error{"all": all, "count": count, "atomic": Atomic(none, func(Source) error { return nil })} {
		if !errors.Is(err, ErrNoDatabase) {
			t.Errorf("%s: %v", name, err)
		}
	}
	for _, err := range NewQuery(none, table).Iterate() {
		if !errors.Is(err, ErrNoDatabase) {
			t.Error(err)
		}
	}
}
