package views

import (
	"fmt"
	"strconv"
	"strings"

	"stackgen.dev/runtime/web"
)

// Paginator cuts rows into pages (django.core.paginator). Templates know it as "paginator".
type Paginator struct {
	// Count is the number of rows, PerPage how many stand on a page.
	Count, PerPage int
}

// NumPages is the number of pages; no rows are one empty page.
func (p *Paginator) NumPages() int { return max(1, (p.Count+p.PerPage-1)/p.PerPage) }

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
func (p *Page[T]) EndIndex() int { return min(p.Number*p.Paginator.PerPage, p.Paginator.Count) }

// String is "<Page 2 of 5>", as Django prints it.
func (p *Page[T]) String() string {
	return fmt.Sprintf("<Page %d of %d>", p.Number, p.Paginator.NumPages())
}

// pageNumber reads ?page=: a number, or "last". Anything else, and a page that
// there is not, is 404.
func (p *Paginator) pageNumber(r *web.Request) (int, error) {
	text, ok := r.LookupArg("page")
	if !ok {
		text = r.Query().Get("page")
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
