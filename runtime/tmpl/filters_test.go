package tmpl

import (
	"testing"
	"time"
)

// TestAppendNothingElse ensures that the typed forms that pages use most
// allocate nothing where the slice has room.
func TestAppendNothingElse(t *testing.T) {
	env := &Env{Location: time.UTC, Now: time.Now}
	moment := time.Date(2026, 3, 14, 15, 9, 0, 0, time.UTC)
	b := make([]byte, 0, 4096)
	tests := []struct {
		name string
		run  func(s *State, b []byte) []byte
		want string
	}{
		{"time", func(s *State, b []byte) []byte { return s.AppendTime(b, moment) }, "March 14, 2026, 3:09 p.m."},
		{"date", func(s *State, b []byte) []byte { return s.AppendTimeFormat(b, moment, "D, d M y \\a\\t H:i") }, "Sat, 14 Mar 26 at 15:09"},
		{"upper", func(s *State, b []byte) []byte { return AppendUpper(b, "straße") }, "STRASSE"},
		{"title", func(s *State, b []byte) []byte { return AppendTitle(b, "the 2nd o'neil") }, "The 2nd O'Neil"},
		{"truncatewords", func(s *State, b []byte) []byte { return AppendTruncatewords(b, " a  b c", 2) }, "a b …"},
		{"linebreaks", func(s *State, b []byte) []byte { return AppendLinebreaks(b, "a\nb\n\n<c>", true) }, "<p>a<br>b</p>\n\n<p>&lt;c&gt;</p>"},
		{"urlencode", func(s *State, b []byte) []byte { return AppendUrlencode(b, "a b/ü") }, "a%20b/%C3%BC"},
		{"CSRF field", func(s *State, b []byte) []byte { return AppendCSRF(b, "t") }, `<input type="hidden" name="csrfmiddlewaretoken" value="t">`},
	}
	for _, test := range tests {
		s := env.Begin()
		if got := string(test.run(&s, b)); got != test.want {
			t.Errorf("%s: got %q, want %q", test.name, got, test.want)
		}
		if n := testing.AllocsPerRun(50, func() { test.run(&s, b) }); n != 0 {
			t.Errorf("%s: %v allocations", test.name, n)
		}
	}
}

func TestSlice(t *testing.T) {
	tests := []struct{ notation, want string }{
		{":2", "ab"}, {"2:", "cde"}, {"1:3", "bc"}, {":-1", "abcd"}, {"-2:", "de"}, {"3", "abc"}, {"9:", ""}, {":", "abcde"}, {"x", "abcde"}, {"3:1", ""},
	}
	for _, test := range tests {
		if got := string(Slice([]byte("abcde"), test.notation)); got != test.want {
			t.Errorf("%s: got %q, want %q", test.notation, got, test.want)
		}
	}
}

func TestPluralize(t *testing.T) {
	tests := []struct {
		n             int64
		endings, want string
	}{
		{0, "s", "s"}, {1, "s", ""}, {2, "s", "s"}, {1, "y,ies", "y"}, {3, "y,ies", "ies"}, {1, "a,b,c", ""},
	}
	for _, test := range tests {
		if got := Pluralize(test.n, test.endings); got != test.want {
			t.Errorf("%d of %q: got %q, want %q", test.n, test.endings, got, test.want)
		}
	}
}

// FuzzFilters ensures that no text makes a filter that reads markup, numbers or
// formats fail, and that what it calls safe has no script that was not there.
func FuzzFilters(f *testing.F) {
	f.Add("<b a='x'>c &amp; www.example.com (https://x.org/?a=1;) a@b.com</b>", "05.2f", int64(5))
	f.Add("12345.678e3", "Y-m-d \\\\H", int64(-3))
	env := &Env{Location: time.UTC, Now: func() time.Time { return time.Unix(1e9, 0) }}
	f.Fuzz(func(t *testing.T, text, arg string, n int64) {
		s := env.Begin()
		for _, filter := range []func(*State, any, ...any) any{
			FilterStriptags, FilterTruncatecharsHtml, FilterTruncatewordsHtml, FilterTruncatechars, FilterTruncatewords, FilterTitle, FilterSlugify,
			FilterFloatformat, FilterStringformat, FilterAdd, FilterSlice, FilterGetDigit, FilterPluralize, FilterFilesizeformat, FilterDate,
			FilterWordwrap, FilterCenter, FilterDictsort, FilterYesno, FilterJsonScript, FilterUrlencode,
		} {
			filter(&s, text, arg)
			filter(&s, text, n%10000)
			filter(&s, n, arg)
			filter(&s, Safe(text), arg)
		}
		FilterDate(&s, time.Unix(n%1e11, 0), arg)
		FilterUrlize(&s, true, text)
		FilterUnorderedList(&s, true, []any{text, []any{arg, n}})
		if b := AppendLinebreaks(nil, text, true); len(b) < 7 {
			t.Fatalf("linebreaks: %q", b)
		}
	})
}
