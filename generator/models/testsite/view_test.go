package testsite_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	. "stackgen.dev/generator/models/testsite/gen/models"
	"stackgen.dev/runtime/model"
)

func ids(t *testing.T, rows []*Post, err error) string {
	t.Helper()
	must(t, err)
	var list []string
	for _, p := range rows {
		list = append(list, fmt.Sprint(p.ID))
	}
	return strings.Join(list, " ")
}

// Ensure the statements of views choose, order and cut as the site file says.
func TestViewQueries(t *testing.T) {
	db := memory(t)
	authors(t, db)
	posts(t, db)
	page := func(rows []*Post, err error) string { return ids(t, rows, err) }
	names := func(rows []*Author, err error) string {
		must(t, err)
		var list []string
		for _, a := range rows {
			list = append(list, a.Name)
		}
		return strings.Join(list, " ")
	}
	count := func(n int64, err error) string { must(t, err); return fmt.Sprint(n) }
	for _, c := range []struct{ name, got, want string }{
		{"!= also chooses null", page(HomeRecent(db, now)), "3 1"},
		{"a week later", page(HomeRecent(db, now.Add(7*24*time.Hour-time.Second))), "3"},
		{"a parameter used twice", names(HomeAuthors(db, "Ada")), "Ada"},
		{"a pattern is taken literally", names(HomeAuthors(db, "_50%")), "Dora_50%"},
		{"an absent parameter", names(HomeAuthors(db, "")), `Ada Dora_50% bob eve\'s Çelik`},
		{"first page, equal views by key", page(PostList(db, 5, 1, 0)), "1"},
		{"second page", page(PostList(db, 5, 1, 1)), "2"},
		{"page past the end", page(PostList(db, 5, 10, 10)), ""},
		{"rows of all pages", count(PostListCount(db, 5)), "2"},
		{"negation chooses null", names(AuthorList(db)), `bob Dora_50% eve\'s`},
		{"a capture", page(ByAuthor(db, 1, 10, 0)), "1 2"},
		{"a capture without rows", page(ByAuthor(db, 3, 10, 0)), "4"},
	} {
		if c.got != c.want {
			t.Errorf("%s: got %q, want %q", c.name, c.got, c.want)
		}
	}
	p, err := PostDetail(db, "first", now)
	must(t, err)
	if p.ID != 1 || p.Author.Name != "Ada" {
		t.Errorf("detail: %+v", p)
	}
	for name, err := range map[string]error{
		"not yet published": second(PostDetail(db, "fourth", now)),
		"never published":   second(PostDetail(db, "second", now)),
		"no such row":       second(PostEdit(db, 99)),
		"no such uuid":      second(CategoryDelete(db, model.NewUUID())),
	} {
		if !errors.Is(err, model.ErrNotFound) {
			t.Errorf("%s: %v", name, err)
		}
	}
}

// Ensure rows as JSON are valid, and what encoding/json would read.
func TestJSON(t *testing.T) {
	db := memory(t)
	authors(t, db)
	posts(t, db)
	rows, err := PostList(db, 5, 1, 0)
	must(t, err)
	const want = `{"id":1,"title":"The first","author":1,"published":"2026-03-13T15:09:26.535897Z"}`
	if got := string(AppendPostListJSON(nil, rows[0])); got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	everything := Everything{
		ID: 1, Flag: true, Chars: "<&>\u2028\"\\\x01", Number: 1e21, Price: model.NewDecimal(1500, 3), Day: model.Date{Year: 2026, Month: 1, Day: 2},
		At: now, Clock: model.NewTimeOfDay(1, 2, 3, 0), Length: -90*time.Second - 500*time.Millisecond, Data: json.RawMessage(`[1]`), Words: "\xff",
	}
	text := AppendAllEverythingJSON(nil, &everything)
	var back map[string]any
	if err := json.Unmarshal(text, &back); err != nil {
		t.Fatalf("%v: %s", err, text)
	}
	for key, want := range map[string]string{
		"flag": "true", "chars": everything.Chars, "number": "1e+21", "price": "1.500", "day": "2026-01-02", "at": "2026-03-14T15:09:26.535897Z",
		"clock": "01:02:03", "length": "-P0DT00H01M30.500000S", "data": "[1]", "null_at": "<nil>", "null_data": "<nil>", "words": "\ufffd",
		"uid": "00000000-0000-0000-0000-000000000000",
	} {
		if got := fmt.Sprint(back[key]); got != want {
			t.Errorf("%s: got %s, want %s", key, got, want)
		}
	}
	if len(back) != 29 {
		t.Errorf("%d members", len(back))
	}
}
