package route_test

import (
	"errors"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"stackgen.dev/runtime/web/route"
)

var (
	yyyy = route.NewConverter("yyyy", "[0-9]{4}", func(text string) (int, error) {
		year, err := strconv.Atoi(text)
		if year == 0 {
			return 0, errors.New("no such year")
		}
		return year, err
	}, func(year int) string { return fmt.Sprintf("%04d", year) })
	tags = route.NewConverter("tags", `[a-z]+(?:/[a-z]+)*`, func(text string) ([]string, error) { return strings.Split(text, "/"), nil },
		func(tags []string) string { return strings.Join(tags, "/") })
	share = route.TextConverter("share", `[0-9]{1,3}%`)
)

func TestTypedConverter(t *testing.T) {
	table := compile(t, []route.Route{
		{Pattern: "/articles/<yyyy:year>/", Name: "year"},
		{Pattern: "/articles/<str:rest>/", Name: "str"},
		{Pattern: "/tagged/<tags:tags>/feed", Name: "tagged"},
		{Pattern: "/share/<share:of>", Name: "share"},
	}, yyyy.Converter(), tags.Converter(), share.Converter())
	for _, tt := range []struct {
		name, path, route string
		value             any
	}{
		{"a value", "/articles/2026/", "year", 2026},
		{"too long for the expression", "/articles/20266/", "str", "20266"},
		{"refused by to_value", "/articles/0000/", "str", "0000"},
		{"an expression with slashes", "/tagged/a/b/c/feed", "tagged", []string{"a", "b", "c"}},
		{"an encoded slash is one", "/tagged/a%2Fb/feed", "tagged", []string{"a", "b"}},
		{"a slash that the expression does not take", "/articles/20%2F6/", "", nil},
		{"a percent sign", "/share/50%25", "share", "50%"},
		{"a percent sign and not more", "/share/50%", "", nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var m route.Match
			if !table.Match([]byte(tt.path), &m) {
				if tt.route != "" {
					t.Fatal("no match")
				}
				return
			}
			value, _ := m.Value(m.Entry().Captures[0])
			if m.Entry().Name != tt.route || fmt.Sprintf("%T %v", value, value) != fmt.Sprintf("%T %v", tt.value, tt.value) {
				t.Errorf("%s: %T %v", m.Entry().Name, value, value)
			}
		})
	}
	for _, tt := range []struct {
		name string
		arg  any
		want string
	}{
		{"year", 33, "/articles/0033/"},
		{"year", int64(33), "/articles/0033/"},
		{"year", "2026", "/articles/2026/"},
		{"year", "33", ""},
		{"year", 20266, ""},
		{"year", uint8(1), ""},
		{"tagged", []string{"a", "b"}, "/tagged/a/b/feed"},
		{"tagged", []string{"A"}, ""},
		{"share", "50%", "/share/50%25"},
	} {
		if got, err := table.Reverse(tt.name, tt.arg); got != tt.want || (err != nil) != (tt.want == "") {
			t.Errorf("%s %T(%v): %q, %v", tt.name, tt.arg, tt.arg, got, err)
		}
	}
}

// Ensure that a value which the converter would not take again stays in its place.
func TestTypedSegment(t *testing.T) {
	for want, got := range map[string]string{
		"0033": yyyy.Segment(33), "a/b": tags.Segment([]string{"a", "b"}), "..%2F..": tags.Segment([]string{"..", ".."}), "50%25": share.Segment("50%"),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// Ensure that expressions of converters are given no more text than a search may read.
func TestOwnConvertersStayBounded(t *testing.T) {
	calls := 0
	any := &route.Converter{Name: "any", Regex: regexp.MustCompile(`(?:.|/)+`), Accept: func(text string) bool { calls += len(text); return true }}
	table := compile(t, []route.Route{{Pattern: "/<any:a>/b/<any:b>/b/<any:c>/end"}}, any)
	var m route.Match
	if table.Match([]byte("/"+strings.Repeat("b/", 4000)+"no"), &m) {
		t.Error("matched")
	}
	if calls > 1<<20 {
		t.Errorf("%d bytes were looked at", calls)
	}
	four := &route.Converter{Name: "four", Regex: regexp.MustCompile(`[a-z]{4}`), Accept: func(text string) bool { calls = max(calls, len(text)); return true }}
	calls = 0
	table = compile(t, []route.Route{{Pattern: "/<four:a>x"}}, four)
	if !table.Match([]byte("/abcdx"), &m) || table.Match([]byte("/"+strings.Repeat("x", 8000)), &m) || calls > 4 {
		t.Error("a capture of four letters was looked for further away", calls)
	}
}
