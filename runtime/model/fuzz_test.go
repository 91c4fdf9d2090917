package model

import (
	"encoding/json"
	"testing"
	"time"
)

// FuzzParse ensures that what is read comes back as the same value, and that
// dates and instants agree with package time.
func FuzzParse(f *testing.F) {
	for _, s := range []string{"2026-03-14", "15:09:26.5", "-1.50", "1h", "2w", "00010203-0405-0607-0809-0a0b0c0d0e0f", "2026-03-14T15:09:26+02:00", "2026-03-14 15:09:26.535897"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		d, err := ParseDate(s)
		if std, stdErr := time.Parse(time.DateOnly, s); (err == nil) != (stdErr == nil && std.Year() > 0) {
			t.Errorf("date %q: %v, package time: %v", s, err, stdErr)
		} else if err == nil && (!d.In(time.UTC).Equal(std) || d.String() != s) {
			t.Errorf("date %q: %v, package time: %v", s, d, std)
		}
		if at, err := ParseTime(s); err == nil {
			if std, stdErr := time.Parse(time.RFC3339Nano, s); stdErr == nil && !std.Equal(at) {
				t.Errorf("instant %q: %v, package time: %v", s, at, std)
			}
			if y := at.Year(); y >= 1 && y <= 9999 {
				if back, err := ParseTime(string(AppendTime(nil, at.UnixMicro()))); err != nil || !back.Equal(at) {
					t.Errorf("instant %q: %v came back as %v, %v", s, at, back, err)
				}
			}
		}
		if c, err := ParseTimeOfDay(s); err == nil {
			if back, err := ParseTimeOfDay(c.String()); err != nil || back != c {
				t.Errorf("time %q: %v came back as %v, %v", s, c, back, err)
			}
		}
		if n, err := ParseDecimal(s); err == nil {
			if back, err := ParseDecimal(n.String()); err != nil || back != n {
				t.Errorf("decimal %q: %v came back as %v, %v", s, n, back, err)
			}
			for places := range 19 {
				if r := n.Round(places); r.Scale() > max(places, 0) || r.Compare(n) != 0 && r.Scale() == n.Scale() {
					t.Errorf("decimal %q to %d places: %v", s, places, r)
				}
			}
		}
		if u, err := ParseUUID(s); err == nil {
			if back, err := ParseUUID(u.Hex()); err != nil || back != u {
				t.Errorf("uuid %q: %v", s, back)
			}
		}
		ParseDuration(s)
	})
}

// FuzzJSONString ensures that strings are written byte for byte as
// encoding/json writes them.
func FuzzJSONString(f *testing.F) {
	for _, s := range []string{"", "é", "<a href=\"x\">&</a>", "\x00\x1f\x7f\b\f\n\r\t", "\u2028\u2029", "\xff\xc3", "\\"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		want, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if got := string(AppendJSONString(nil, s)); got != string(want) {
			t.Errorf("%q: got %s, want %s", s, got, want)
		}
	})
}
