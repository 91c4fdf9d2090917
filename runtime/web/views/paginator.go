package views

import (
	"fmt"
	"strconv"
	"strings"

	"stackgen.dev/runtime/web"
)

// Paginator cuts rows into pages (django.core.paginator). Templates know it as
// "paginator". A view of the project's own makes one for what it pages itself:
//
//	rows := models.Posts(r).Filter(models.PostField.Author.Eq(id))
//	page, err := views.Paginate(r, rows, views.Paginator{PerPage: 20})
type Paginator struct {
	// Count is the number of rows, PerPage how many stand on a page.
	Count, PerPage int
	// Orphans are how many rows at most join the page before them rather than stand on a last page of
	// their own (orphans).
	Orphans int
	// Kwarg is the parameter of the URL that names the page, a capture or one of the query; "page" where it is empty (page_kwarg).
	Kwarg string
}

// NumPages is the number of pages; no rows are one empty page.
func (p *Paginator) NumPages() int {
	return max(1, (p.Count-p.Orphans+p.PerPage-1)/p.PerPage)
}

// span is from which row to which a page has, counted from 0.
func (p *Paginator) span(number int) (from, to int) {
	from, to = (number-1)*p.PerPage, number*p.PerPage
	if number >= p.NumPages() {
		to = p.Count
	}
	return from, max(from, to)
}

// PageRange are the numbers of all pages, from 1.
func (p *Paginator) PageRange() []int {
	numbers := make([]int, p.NumPages())
	for i := range numbers {
		numbers[i] = i + 1
	}
	return numbers
}

// Page is one page of rows. Templates know it as "page_obj".
type Page[T any] struct {
	// Number counts from 1.
	Number     int
	ObjectList []*T
	Paginator  *Paginator
}

// HasNext reports whether there is a page after this one, HasPrevious whether there is one before.
func (p *Page[T]) HasNext() bool     { return p.Number < p.Paginator.NumPages() }
func (p *Page[T]) HasPrevious() bool { return p.Number > 1 }

// HasOtherPages reports whether this is not the only page.
func (p *Page[T]) HasOtherPages() bool { return p.HasPrevious() || p.HasNext() }

// NextPageNumber is the number of the page after, PreviousPageNumber of the
// one before; where there is none, of this one.
func (p *Page[T]) NextPageNumber() int     { return min(p.Number+1, p.Paginator.NumPages()) }
func (p *Page[T]) PreviousPageNumber() int { return max(p.Number-1, 1) }

// StartIndex is the number of the first row on the page, counted from 1 over
// all pages; 0 where there are no rows.
func (p *Page[T]) StartIndex() int {
	if p.Paginator.Count == 0 {
		return 0
	}
	return (p.Number-1)*p.Paginator.PerPage + 1
}

// EndIndex is the number of the last row on the page.
func (p *Page[T]) EndIndex() int {
	_, to := p.Paginator.span(p.Number)
	return to
}

// ElidedPageRange is Paginator.ElidedPageRange around this page.
func (p *Page[T]) ElidedPageRange() []PageLink {
	return p.Paginator.ElidedPageRange(p.Number, onEachSide, onEnds)
}

// String is "<Page 2 of 5>", as Django prints it.
func (p *Page[T]) String() string {
	return fmt.Sprintf("<Page %d of %d>", p.Number, p.Paginator.NumPages())
}

// kwarg is the name of the page in the URL.
func (p *Paginator) kwarg() string {
	if p.Kwarg == "" {
		return "page"
	}
	return p.Kwarg
}

// Number reads ?page=: a number, or "last". Anything else, and a page that
// there is not, is 404.
func (p *Paginator) Number(r *web.Request) (int, error) {
	text, ok := r.LookupArg(p.kwarg())
	if !ok {
		text = r.Query().Get(p.kwarg())
	}
	if text == "" {
		return 1, nil
	}
	if text == "last" {
		return p.NumPages(), nil
	}
	n, err := strconv.Atoi(strings.TrimSpace(text))
	if err != nil {
		return 0, web.NotFound.With("Page is not “last”, nor can it be converted to an int.")
	}
	switch {
	case n < 1:
		return 0, web.NotFound.With(fmt.Sprintf("Invalid page (%d): That page number is less than 1", n))
	case n > p.NumPages():
		return 0, web.NotFound.With(fmt.Sprintf("Invalid page (%d): That page contains no results", n))
	}
	return n, nil
}
