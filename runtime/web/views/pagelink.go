package views

import "strconv"

// PageLink is one item of a range of pages: a page, or a gap between pages.
type PageLink struct {
	// Number is the page's; 0 for a gap.
	Number int
}

// Ellipsis is what a gap prints (Paginator.ELLIPSIS).
const Ellipsis = "…"

// String is the number, or the ellipsis of a gap.
func (l PageLink) String() string {
	if l.Number == 0 {
		return Ellipsis
	}
	return strconv.Itoa(l.Number)
}

const (
	// onEachSide are the pages beside the current one that a range shows, onEnds those at both ends.
	onEachSide = 3
	onEnds     = 2
)

// ElidedPageRange are the pages around number and at both ends, with gaps for
// those between (get_elided_page_range): 1 2 … 5 6 7 8 9 … 49 50.
func (p *Paginator) ElidedPageRange(number, onEachSide, onEnds int) []PageLink {
	pages := p.NumPages()
	var links []PageLink
	add := func(from, to int) { // both included
		for n := from; n <= to; n++ {
			links = append(links, PageLink{n})
		}
	}
	if pages <= (onEachSide+onEnds)*2 {
		add(1, pages)
		return links
	}
	if number > 1+onEachSide+onEnds+1 {
		add(1, onEnds)
		links = append(links, PageLink{})
		add(number-onEachSide, number)
	} else {
		add(1, number)
	}
	if number < pages-onEachSide-onEnds-1 {
		add(number+1, number+onEachSide)
		links = append(links, PageLink{})
		add(pages-onEnds+1, pages)
	} else {
		add(number+1, pages)
	}
	return links
}
