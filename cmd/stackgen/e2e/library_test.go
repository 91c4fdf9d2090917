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
	// What the database computes, and what it holds true.
	s.get(c, "/copies/").expect(t, "the copies", 200).contains(t, "the shelf marks", `"shelf_mark":"A1"`)
	join := func(body string) answer {
		return s.ask(c, "POST", "/join/", body, "Content-Type: application/json", "Accept: application/json")
	}
	join(`{"name":"Hopper","email":"g@example.com"}`).expect(t, "a member", 201).contains(t, "the member", `"allowed":3`)
	join(`{"name":"Other","email":"G@example.com"}`).expect(t, "an address in another case", 422).
		contains(t, "the unique constraint's words", `"There is a member with this address."`)
	join(`{"name":"Two","allowed":1}`).expect(t, "a member without an address", 201)
	join(`{"name":"Three","allowed":1}`).expect(t, "another without one", 201)
	join(`{"name":"Greedy","allowed":21}`).expect(t, "what the check refuses", 422).
		contains(t, "the check's words", `"A member may have 20 books at most."`)
	book := func(title, isbn string) answer {
		return s.ask(c, "POST", "/books/new/", `{"title":"`+title+`","isbn":"`+isbn+`","published":"2020-01-01"}`, "Content-Type: application/json", "Accept: application/json")
	}
	book("Loops", "1").expect(t, "a book", 201)
	book("Knots", "1").expect(t, "its number again", 422).contains(t, "the field's words", `"isbn":[{"message":"Book with this Isbn already exists."`)
	book("Loops", "2").expect(t, "the same edition", 422).contains(t, "Django's words", `Book with this Title and Published already exists.`)

	s.get(c, "/readers/?but=Nobody").expect(t, "the statement", 200).contains(t, "its rows", `"lent":1`)
	if body := s.get(c, "/readers/").body; strings.Count(body, "lent") != 2 {
		t.Errorf("two members have books: %s", body)
	}
	if body := s.get(c, "/readers/?but="+strings.Split(strings.Split(s.get(c, "/readers/").body, `"name":"`)[1], `"`)[0]).body; strings.Count(body, "lent") != 1 {
		t.Errorf("the parameter leaves nobody out: %s", body)
	}
	post("/give-back/2/").expect(t, "the return", 200)
	post("/give-back/2/").expect(t, "a second return", 404)
	s.get(c, "/catalogue/").expect(t, "the catalogue", 200).contains(t, "the catalogue", `"free":["B1"]`)
}
