package proxy

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

// testTime is when the tables in testdata were made.
var testTime = time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)

func readCases[T any](t *testing.T, file string) []T {
	t.Helper()
	b, err := os.ReadFile("testdata/" + file)
	if err != nil {
		t.Fatal(err)
	}
	var table struct{ Cases []T }
	if err := json.Unmarshal(b, &table); err != nil {
		t.Fatal(err)
	}
	if len(table.Cases) == 0 {
		t.Fatalf("%s holds no cases", file)
	}
	return table.Cases
}

func TestDatesAsDjangoReadsThem(t *testing.T) {
	type dateCase struct {
		ID, Value string
		Timestamp int64
		Error     string
	}
	differs := map[string]string{
		"date-041": "Django takes the year 0 for 2000",
	}
	for _, c := range readCases[dateCase](t, "http_dates.json") {
		t.Run(c.ID, func(t *testing.T) {
			got, ok := parseDate([]byte(c.Value), testTime)
			if why := differs[c.ID]; why != "" {
				if ok && got == c.Timestamp {
					t.Errorf("%q no longer differs: %s", c.Value, why)
				}
				return
			}
			if ok != (c.Error == "") || ok && got != c.Timestamp {
				t.Errorf("%q is %d %v, Django says %d %q", c.Value, got, ok, c.Timestamp, c.Error)
			}
		})
	}
}

func TestTagsAsDjangoReadsThem(t *testing.T) {
	type tagCase struct {
		ID, Value string
		Etags     []string
	}
	differs := map[string]string{
		"etag-013": "nothing behind a malformed tag is read",
		"etag-021": "a space cannot stand in a tag (RFC 9110, section 8.8.3)",
		"etag-024": "a comma can (RFC 9110, section 8.8.3)",
		"etag-037": "DEL cannot (RFC 9110, section 8.8.3)",
		"etag-034": "no engine lets a line break through",
		"etag-009": "", "etag-008": "", // "*" is tried in TestPreconditions
	}
	for _, c := range readCases[tagCase](t, "etags.json") {
		if _, ok := differs[c.ID]; ok {
			continue
		}
		t.Run(c.ID, func(t *testing.T) {
			var got []string
			for list := []byte(c.Value); len(list) > 0; {
				tag, rest := nextTag(list)
				if tag == nil {
					break
				}
				got, list = append(got, string(tag)), rest
			}
			// Where Django gives up a whole field, the tags before the fault count here.
			if len(c.Etags) == 0 {
				return
			}
			if len(got) != len(c.Etags) {
				t.Fatalf("%q: got %q, Django says %q", c.Value, got, c.Etags)
			}
			for i := range got {
				if got[i] != c.Etags[i] {
					t.Errorf("%q: got %q, Django says %q", c.Value, got, c.Etags)
				}
			}
		})
	}
}

func TestConditionalRequestsAsDjangoAnswersThem(t *testing.T) {
	type conditionalCase struct {
		ID           string
		Etag         *string
		LastModified *string `json:"last_modified"`
		Method       string
		Headers      map[string]string
		Status       int
	}
	differs := map[string]string{
		"cond-101": "If-Unmodified-Since does not count where no date is known (RFC 9110, section 13.1.4)",
		"cond-104": "tags of ours are quoted",
	}
	for _, c := range readCases[conditionalCase](t, "conditional.json") {
		t.Run(c.ID, func(t *testing.T) {
			if differs[c.ID] != "" {
				return
			}
			rep := representation{mediaType: "text/html", bytes: []byte("hello"), size: 5}
			if c.Etag != nil {
				rep.etag = *c.Etag
			}
			if c.LastModified != nil {
				rep.lastModified = *c.LastModified
				rep.modified, _ = parseDate([]byte(*c.LastModified), testTime)
			}
			x := exchange(t, c.Method+" /c/")
			for name, value := range c.Headers {
				x.Request.Header.Add(name, value)
			}
			p := newProxy(t, Config{})
			p.now = func() time.Time { return testTime }
			want := c.Status
			// If-None-Match and If-Match with "*" ask whether anything is there. Django
			// looks at the tag instead, and finds none where the view gives none.
			if rep.etag == "" && (c.Headers["If-None-Match"] == "*" || c.Headers["If-Match"] == "*") {
				want = map[string]int{"If-None-Match": 304, "If-Match": 200}[only(c.Headers)]
			}
			rep.answer(p, x, visit{})
			if a := collect(t, x); a.status != want {
				t.Errorf("%v for %v: %d, want %d", c.Headers, rep.etag, a.status, want)
			}
		})
	}
}

func only(m map[string]string) string {
	for k := range m {
		return k
	}
	return ""
}

// The order of RFC 9110, section 13.2.2.
func TestPreconditions(t *testing.T) {
	const (
		before = "Fri, 13 Mar 2026 12:00:00 GMT"
		date   = "Sat, 14 Mar 2026 12:00:00 GMT"
		after  = "Sat, 14 Mar 2026 13:00:00 GMT"
	)
	modified, _ := parseDate([]byte(date), testTime)
	tests := []struct {
		name   string
		etag   string
		fields []Field
		want   verdict
	}{
		{"none", `"a"`, nil, proceed},
		{"If-Match matches", `"a"`, []Field{{"If-Match", `"b", "a"`}}, proceed},
		{"If-Match in a second field", `"a"`, []Field{{"If-Match", `"b"`}, {"If-Match", `"a"`}}, proceed},
		{"If-Match does not", `"a"`, []Field{{"If-Match", `"b"`}}, preconditionFailed},
		{"If-Match compares strongly", `"a"`, []Field{{"If-Match", `W/"a"`}}, preconditionFailed},
		{"If-Match, weak tag of ours", `W/"a"`, []Field{{"If-Match", `W/"a"`}}, preconditionFailed},
		{"If-Match anything", `"a"`, []Field{{"If-Match", `*`}}, proceed},
		{"If-Match, malformed", `"a"`, []Field{{"If-Match", `a`}}, preconditionFailed},
		{"If-Unmodified-Since holds", `"a"`, []Field{{"If-Unmodified-Since", date}}, proceed},
		{"If-Unmodified-Since fails", `"a"`, []Field{{"If-Unmodified-Since", before}}, preconditionFailed},
		{"If-Unmodified-Since, no date", `"a"`, []Field{{"If-Unmodified-Since", "yesterday"}}, proceed},
		{"If-Match goes before If-Unmodified-Since", `"a"`, []Field{{"If-Match", `"a"`}, {"If-Unmodified-Since", before}}, proceed},
		{"If-None-Match matches", `"a"`, []Field{{"If-None-Match", `"a"`}}, notModified},
		{"If-None-Match compares weakly", `"a"`, []Field{{"If-None-Match", `W/"a"`}}, notModified},
		{"If-None-Match does not", `"a"`, []Field{{"If-None-Match", `"b", "c,d"`}}, proceed},
		{"If-None-Match anything", `"a"`, []Field{{"If-None-Match", ` * `}}, notModified},
		{"If-Modified-Since: unchanged", `"a"`, []Field{{"If-Modified-Since", date}}, notModified},
		{"If-Modified-Since: later date", `"a"`, []Field{{"If-Modified-Since", after}}, notModified},
		{"If-Modified-Since: changed", `"a"`, []Field{{"If-Modified-Since", before}}, proceed},
		{"If-None-Match goes before If-Modified-Since", `"a"`, []Field{{"If-None-Match", `"b"`}, {"If-Modified-Since", date}}, proceed},
		{"If-Match goes before If-None-Match", `"a"`, []Field{{"If-None-Match", `"a"`}, {"If-Match", `"b"`}}, preconditionFailed},
		{"a tag with a comma", `"a,b"`, []Field{{"If-None-Match", `"x", "a,b"`}}, notModified},
		{"no tag of ours", "", []Field{{"If-None-Match", `""`}}, proceed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var h gateway.Header
			for _, f := range tt.fields {
				h.Add(f.Name, f.Value)
			}
			if got := evaluate(&h, tt.etag, modified, testTime); got != tt.want {
				t.Errorf("got %d, want %d", got, tt.want)
			}
		})
	}
}

func FuzzDate(f *testing.F) {
	for _, s := range []string{httpDate, "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", ",", "Sunday,"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		if at, ok := parseDate([]byte(s), testTime); ok && len(s) == len(httpDate) && s[3] == ',' {
			again, ok := parseDate(time.Unix(at, 0).UTC().AppendFormat(nil, httpDate), testTime)
			if !ok || again != at {
				t.Errorf("%q is %d, written again it is %d", s, at, again)
			}
		}
	})
}

func FuzzEntityTags(f *testing.F) {
	for _, s := range []string{`"a"`, `W/"a", "b"`, "*", `"`, `W/`} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		for list := []byte(s); len(list) > 0; {
			tag, rest := nextTag(list)
			if tag == nil {
				return
			}
			if len(rest) >= len(list) {
				t.Fatalf("%q: reading %q makes no progress", s, list)
			}
			list = rest
		}
	})
}
