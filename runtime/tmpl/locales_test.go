package tmpl

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"stackgen.dev/runtime/i18n"
)

// Ensure that dates, numbers and durations read in every language as Django 6.1 writes them;
// testdata/locales.json is what its filters date, floatformat and timesince say.
func TestLocales(t *testing.T) {
	raw, err := os.ReadFile("testdata/locales.json")
	if err != nil {
		t.Fatal(err)
	}
	var all map[string]struct {
		Dates   [][3]string
		Numbers [][3]any
		Since   [][2]any
	}
	if err := json.Unmarshal(raw, &all); err != nil || len(all) < 30 {
		t.Fatal(len(all), err)
	}
	now := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	for code, cases := range all {
		env := &Env{Location: time.UTC, Now: func() time.Time { return now }}
		env.Speak(code, i18n.NewLanguage(code, nil))
		s := env.Begin()
		for _, c := range cases.Dates {
			at, err := time.Parse("2006-01-02T15:04:05", c[0])
			if err != nil {
				t.Fatal(err)
			}
			if got := FilterDate(&s, at, c[1]); got != c[2] {
				t.Errorf("%s: %s by %q is %q, want %q", code, c[0], c[1], got, c[2])
			}
		}
		for _, c := range cases.Numbers {
			if got := FilterFloatformat(&s, c[0], c[1]); text(got) != c[2] {
				t.Errorf("%s: %v by %q is %q, want %q", code, c[0], c[1], got, c[2])
			}
		}
		for _, c := range cases.Since {
			if got := FilterTimesince(&s, now.Add(-time.Duration(c[0].(float64))*time.Second)); text(got) != c[1] {
				t.Errorf("%s: since %v seconds is %q, want %q", code, c[0], got, c[1])
			}
		}
		if s.Err() != nil {
			t.Errorf("%s: %v", code, s.Err())
		}
	}
}
