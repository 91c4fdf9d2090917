package views_test

import (
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/views"
	"stackgen.dev/runtime/web/webtest"
)

// Ensure that rows are cut as Django's Paginator cuts them (docs.djangoproject.com/en/6.1/ref/paginator).
func TestPaginator(t *testing.T) {
	for _, tt := range []struct {
		count, perPage, orphans int
		pages                   string // from-to of each
	}{
		{0, 4, 0, "0-0"}, {1, 4, 0, "1-1"}, {4, 4, 0, "1-4"}, {5, 4, 0, "1-4 5-5"}, {10, 4, 0, "1-4 5-8 9-10"},
		{5, 4, 1, "1-5"}, {10, 4, 1, "1-4 5-8 9-10"}, {10, 4, 2, "1-4 5-10"}, {9, 4, 2, "1-4 5-9"}, {2, 4, 3, "1-2"}, {0, 4, 3, "0-0"}, {13, 10, 3, "1-13"}, {14, 10, 3, "1-10 11-14"},
	} {
		p := &views.Paginator{Count: tt.count, PerPage: tt.perPage, Orphans: tt.orphans}
		var got []string
		for _, n := range p.PageRange() {
			page := &views.Page[post]{Number: n, Paginator: p}
			got = append(got, fmt.Sprintf("%d-%d", page.StartIndex(), page.EndIndex()))
		}
		if all := strings.Join(got, " "); all != tt.pages {
			t.Errorf("%d rows in pages of %d with %d orphans: %s, want %s", tt.count, tt.perPage, tt.orphans, all, tt.pages)
		}
	}
}

// Ensure that long ranges of pages have gaps where Django's have them (Paginator.get_elided_page_range).
func TestElidedPageRange(t *testing.T) {
	for _, tt := range []struct {
		pages, number, each, ends int
		want                      string
	}{
		{1, 1, 3, 2, "1"},
		{10, 5, 3, 2, "1 2 3 4 5 6 7 8 9 10"},
		{11, 1, 3, 2, "1 2 3 4 … 10 11"},
		{11, 6, 3, 2, "1 2 3 4 5 6 7 8 9 10 11"},
		{11, 7, 3, 2, "1 2 3 4 5 6 7 8 9 10 11"},
		{11, 8, 3, 2, "1 2 … 5 6 7 8 9 10 11"},
		{50, 1, 3, 2, "1 2 3 4 … 49 50"},
		{50, 6, 3, 2, "1 2 3 4 5 6 7 8 9 … 49 50"},
		{50, 7, 3, 2, "1 2 3 4 5 6 7 8 9 10 … 49 50"},
		{50, 8, 3, 2, "1 2 … 5 6 7 8 9 10 11 … 49 50"},
		{50, 44, 3, 2, "1 2 … 41 42 43 44 45 46 47 48 49 50"},
		{50, 43, 3, 2, "1 2 … 40 41 42 43 44 45 46 … 49 50"},
		{50, 45, 3, 2, "1 2 … 42 43 44 45 46 47 48 49 50"},
		{50, 50, 3, 2, "1 2 … 47 48 49 50"},
		{50, 8, 1, 1, "1 … 7 8 9 … 50"},
		{50, 8, 2, 0, "… 6 7 8 9 10 …"},
	} {
		p := &views.Paginator{Count: tt.pages, PerPage: 1}
		var got []string
		for _, link := range p.ElidedPageRange(tt.number, tt.each, tt.ends) {
			got = append(got, link.String())
		}
		if all := strings.Join(got, " "); all != tt.want {
			t.Errorf("page %d of %d, %d beside and %d at the ends: %s, want %s", tt.number, tt.pages, tt.each, tt.ends, all, tt.want)
		}
	}
}

// Ensure that a list takes its last rows to the page before, finds its page under another name, and may be none when it is empty.
func TestListPages(t *testing.T) {
	rows, none := filled(11), filled(0)
	own := func(r *web.Request) (*web.Response, error) {
		page, err := views.PaginateRows(r, rows.all(), views.Paginator{PerPage: 4, Orphans: 1, Kwarg: "p"})
		if err != nil {
			return nil, err
		}
		return web.Text(fmt.Sprintf("%v %d-%d %d %v", page, page.StartIndex(), page.EndIndex(), len(page.ObjectList), page.ElidedPageRange())), nil
	}
	route := func(pattern string, h web.Handler) web.Route {
		return web.Route{Pattern: pattern, View: &web.View{Handler: h}}
	}
	app, err := web.New(web.Config{Log: slog.New(slog.DiscardHandler), Routes: []web.Route{
		route("/posts/", views.List[post]{PaginateBy: 10, Orphans: 1, Count: rows.count, Rows: rows.slice, Render: renderList}.Handler()),
		route("/named/", views.List[post]{PaginateBy: 10, Kwarg: "p", Count: rows.count, Rows: rows.slice, JSON: postJSON}.Handler()),
		route("/captured/<int:page>/", views.List[post]{PaginateBy: 10, Count: rows.count, Rows: rows.slice, Render: renderList}.Handler()),
		route("/none/", views.List[post]{NotEmpty: true, Rows: none.slice, Render: renderList}.Handler()),
		route("/no-pages/", views.List[post]{NotEmpty: true, PaginateBy: 3, Count: none.count, Rows: none.slice, Render: renderList}.Handler()),
		route("/some/", views.List[post]{NotEmpty: true, PaginateBy: 3, Count: rows.count, Rows: rows.slice, Render: renderList}.Handler()),
		route("/own/", own),
	}})
	if err != nil {
		t.Fatal(err)
	}
	c := webtest.New(app)
	for _, tt := range []struct {
		path   string
		status int
		want   string
	}{
		{"/posts/", 200, "Post 11"},
		{"/posts/?page=2", 404, ""},
		{"/named/?page=2", 200, `"next":"http://`},
		{"/named/?page=2", 200, `p=2`},
		{"/named/?p=2", 200, `"title":"Post 11"`},
		{"/captured/2/", 200, "11-11 of 11"},
		{"/captured/3/", 404, ""},
		{"/none/", 404, ""},
		{"/no-pages/", 404, ""},
		{"/some/", 200, ""},
		{"/own/", 200, "<Page 1 of 3> 1-4 4 [1 2 3]"},
		{"/own/?p=last", 200, "<Page 3 of 3> 9-11 3 [1 2 3]"},
		{"/own/?p=4", 404, "contains no results"},
		{"/own/?p=0", 404, "less than 1"},
		{"/own/?p=x", 404, "nor can it be converted"},
		{"/own/?p=99999999999999999999", 404, ""},
	} {
		if got := c.Do(webtest.Request{Target: tt.path}); got.Status != tt.status || !strings.Contains(got.Body, tt.want) {
			t.Errorf("%s: %d %s", tt.path, got.Status, got.Body)
		}
	}
}
