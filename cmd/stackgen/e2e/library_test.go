//go:build e2e

package e2e

import (
	"strings"
	"testing"
)

// Ensure that relations work from the site file and from views in Go.
func TestLibrary(t *testing.T) {
	dir := project(t, "library")
	build(t, dir)
	s := start(t, dir)
	c := browser(t)
	post := func(path string) answer { return s.ask(c, "POST", path, "") }

	post("/seed/").expect(t, "the seed", 200)
	s.get(c, "/books/?author=ada").expect(t, "books of an author", 200).
		contains(t, "the books", `"title":"Compilers"`, `"title":"Engines"`)
	if body := s.get(c, "/books/?author=grace").expect(t, "books of another", 200).body; strings.Contains(body, "Engines") {
		t.Errorf("a book of another author: %s", body)
	}
	post("/lend/9780000000002/1/").expect(t, "a loan", 200).contains(t, "the loan", `"copy":2`)
	s.get(c, "/catalogue/").expect(t, "the catalogue", 200).contains(t, "the catalogue",
		`{"title":"Compilers","authors":["Ada","Grace"],"free":["B2"]}`, `{"title":"Engines","authors":["Ada"],"free":["A1"]}`)
	post("/lend/9780000000002/2/").expect(t, "the second copy", 200).contains(t, "the loan", `"copy":3`)
	post("/lend/9780000000002/2/").expect(t, "no copy left", 404)
	post("/lend/9780000000001/99/").expect(t, "no such member", 404)
	s.get(c, "/report/").expect(t, "the report", 200).contains(t, "the report",
		`[{"author":"Ada","books":2,"lent":2},{"author":"Grace","books":1,"lent":2},{"author":"Unread","books":0,"lent":0}]`)
	s.get(c, "/books/9780000000002/loans/").expect(t, "the loans", 200).contains(t, "the loans", `"copy":2,"member":1`, `"copy":3,"member":2`)
	post("/give-back/2/").expect(t, "the return", 200)
	post("/give-back/2/").expect(t, "a second return", 404)
	s.get(c, "/catalogue/").expect(t, "the catalogue", 200).contains(t, "the catalogue", `"free":["B1"]`)
}
