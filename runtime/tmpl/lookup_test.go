package tmpl

import (
	"errors"
	"reflect"
	"testing"
	"time"
)

type author struct {
	Name    string
	private string
}

func (a *author) FullName() string         { return "Dr " + a.Name }
func (a *author) Delete() error            { panic("called") }
func (a *author) Rename(name string) error { panic("called") }

type null struct {
	V     string
	Valid bool
}

type day struct{}

func (day) In(loc *time.Location) time.Time { return time.Date(2026, 3, 14, 0, 0, 0, 0, loc) }

type embedded struct {
	*author
	AuthorID int
	Nick     null
	Tags     []string
	Day      day
	Fails    func() (string, error)
}

func TestGet(t *testing.T) {
	env := &Env{Location: time.UTC, Now: time.Now}
	v := &embedded{author: &author{Name: "Ann", private: "p"}, AuthorID: 7, Nick: null{"A", true}, Tags: []string{"x", "y"}}
	ctx := map[string]any{
		"v": v, "none": nil, "list": []any{1, "b"}, "f": func() any { return v }, "ints": map[int]string{3: "three"},
		"typed": map[string]int{"a": 1}, "nil": (*embedded)(nil), "key": map[string]any{"items": "key wins"},
	}
	tests := []struct {
		name string
		path []string
		want any
	}{
		{"field", []string{"v", "author_id"}, 7},
		{"field of an embedded struct", []string{"v", "name"}, "Ann"},
		{"method", []string{"v", "full_name"}, "Dr Ann"},
		{"Go's own spelling", []string{"v", "AuthorID"}, 7},
		{"private field", []string{"v", "private"}, ""},
		{"method that does something", []string{"v", "delete"}, ""},
		{"method with arguments", []string{"v", "rename"}, ""},
		{"value that may be null", []string{"v", "nick"}, "A"},
		{"index", []string{"v", "tags", "1"}, "y"},
		{"index beyond", []string{"v", "tags", "2"}, ""},
		{"index below", []string{"v", "tags", "-1"}, ""},
		{"function", []string{"f", "author_id"}, 7},
		{"none has nothing", []string{"none", "x"}, ""},
		{"nil pointer has nothing", []string{"nil", "author_id"}, ""},
		{"missing", []string{"zz"}, ""},
		{"list", []string{"list", "0"}, 1},
		{"map with numbers", []string{"ints", "3"}, "three"},
		{"typed map", []string{"typed", "a"}, 1},
		{"a key before a method of maps", []string{"key", "items"}, "key wins"},
		{"keys", []string{"typed", "keys"}, []any{"a"}},
	}
	for _, test := range tests {
		s := env.Begin()
		if got := s.Get(ctx, test.path...); !reflect.DeepEqual(got, test.want) || s.Err() != nil {
			t.Errorf("%s: got %#v (%v), want %#v", test.name, got, s.Err(), test.want)
		}
	}
	s := env.Begin()
	if got := s.GetOrNone(ctx, "zz"); got != nil {
		t.Errorf("missing in a condition: got %#v, want nil", got)
	}
	if s.GetRequired(ctx, "zz"); s.Err() == nil {
		t.Error("missing argument: no error")
	}
	boom := errors.New("boom")
	s = env.Begin()
	v.Fails = func() (string, error) { return "", boom }
	if s.Get(ctx, "v", "fails"); !errors.Is(s.Err(), boom) {
		t.Errorf("function that fails: %v", s.Err())
	}
	s = env.Begin()
	if got := string(s.Append(nil, v.Day)); got != "March 14, 2026" {
		t.Errorf("day of another type: %s", got)
	}
}

func TestEqual(t *testing.T) {
	type status string
	tests := []struct {
		name string
		a, b any
		want bool
	}{
		{"numbers of different types", int8(1), 1.0, true},
		{"decimal and float", Decimal("1.50"), 1.5, true},
		{"true is 1", true, 1, true},
		{"text and number", "1", 1, false},
		{"safe and plain", Safe("x"), "x", true},
		{"named text", status("open"), "open", true},
		{"none and nothing", nil, "", false},
		{"none", nil, (*int)(nil), true},
		{"lists", []int{1, 2}, []any{1.0, 2}, true},
		{"moments in two zones", time.Unix(0, 0).UTC(), time.Unix(0, 0).In(time.FixedZone("x", 3600)), true},
	}
	for _, test := range tests {
		if got := Equal(test.a, test.b); got != test.want {
			t.Errorf("%s: got %v", test.name, got)
		}
		if got := Equal(test.b, test.a); got != test.want {
			t.Errorf("%s, the other way: got %v", test.name, got)
		}
	}
}
