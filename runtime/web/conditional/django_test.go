package conditional_test

import (
	"encoding/json"
	"os"
	"slices"
	"testing"
	"time"

	"stackgen.dev/runtime/web/conditional"
)

// The tables testdata/etags.json and testdata/http_dates.json say what Django
// 6.1 answers. Every case runs.

func read(t *testing.T, name string, to any) {
	t.Helper()
	raw, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, to); err != nil {
		t.Fatal(err)
	}
}

func TestDjangoETags(t *testing.T) {
	var file struct {
		Cases []struct {
			ID, Value string
			ETags     []string
			Quoted    *string
		}
	}
	read(t, "testdata/etags.json", &file)
	for _, c := range file.Cases {
		if c.Quoted != nil {
			if got := conditional.QuoteETag(c.Value); got != *c.Quoted {
				t.Errorf("%s: %q quoted is %q, want %q", c.ID, c.Value, got, *c.Quoted)
			}
			continue
		}
		if got := conditional.ParseETags(c.Value); !slices.Equal(got, c.ETags) {
			t.Errorf("%s: %q is %q, want %q", c.ID, c.Value, got, c.ETags)
		}
	}
}

func TestDjangoDates(t *testing.T) {
	var file struct {
		Header struct{ Now time.Time }
		Cases  []struct {
			ID, Value, Error string
			Timestamp        int64
			TimestampIn      *float64 `json:"timestamp_in"`
			HTTPDate         string   `json:"http_date"`
		}
	}
	read(t, "testdata/http_dates.json", &file)
	for _, c := range file.Cases {
		if c.TimestampIn != nil {
			if got := conditional.FormatDate(time.Unix(int64(*c.TimestampIn), 0)); got != c.HTTPDate {
				t.Errorf("%s: %v is %q, want %q", c.ID, *c.TimestampIn, got, c.HTTPDate)
			}
			continue
		}
		got, ok := conditional.ParseDate(c.Value, file.Header.Now)
		if ok != (c.Error == "") || ok && got.Unix() != c.Timestamp {
			t.Errorf("%s: %q is %v %v, want %v %s", c.ID, c.Value, got, ok, time.Unix(c.Timestamp, 0).UTC(), c.Error)
		}
	}
}

func FuzzParseDate(f *testing.F) {
	for _, s := range []string{"Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"} {
		f.Add(s)
	}
	now := time.Date(2026, 3, 14, 0, 0, 0, 0, time.UTC)
	f.Fuzz(func(t *testing.T, s string) {
		if at, ok := conditional.ParseDate(s, now); ok {
			again, ok := conditional.ParseDate(conditional.FormatDate(at), now)
			if !ok || !again.Equal(at) {
				t.Errorf("%q is %v, written and read again %v", s, at, again)
			}
		}
	})
}
