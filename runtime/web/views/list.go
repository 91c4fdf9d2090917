package views

import (
	"strconv"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
)

// List shows rows, in pages where PaginateBy is set (ListView).
type List[T any] struct {
	// PaginateBy is the number of rows on a page; 0 shows all.
	PaginateBy int
	// Orphans and Kwarg are those of the Paginator.
	Orphans int
	Kwarg   string
	// NotEmpty answers 404 where there are no rows (allow_empty = False).
	NotEmpty bool
	// Count counts all rows; needed for pages only.
	Count func(r *web.Request) (int64, error)
	// Rows reads limit rows, leaving out the first offset; all of them where limit is 0.
	Rows func(r *web.Request, limit, offset int64) ([]*T, error)
	// Query stands for Count and Rows where it is set (get_queryset).
	Query func(r *web.Request) (model.Query[T], error)

	// Template is the page's name, Render appends it.
	Template string
	Render   func(b []byte, r *web.Request, page *ListPage[T]) ([]byte, error)
	// JSON appends one row; where it is set the view answers with JSON.
	JSON func(b []byte, r *web.Request, row *T) ([]byte, error)
}

// ListPage is what a list's template sees.
type ListPage[T any] struct {
	ObjectList []*T
	// PageObj and Paginator are nil where there are no pages.
	PageObj   *Page[T]
	Paginator *Paginator
	// IsPaginated reports whether there is more than one page.
	IsPaginated bool
}

// Handler is the view: GET.
func (v List[T]) Handler() web.Handler {
	if v.JSON != nil {
		return asJSON(v.json, "GET")
	}
	return only(v.page, "GET")
}

// from is how the list is counted and read for a request.
func (v *List[T]) from(r *web.Request) (count func(*web.Request) (int64, error), rows func(*web.Request, int64, int64) ([]*T, error), err error) {
	if v.Query == nil {
		return v.Count, v.Rows, nil
	}
	q, err := v.Query(r)
	if err != nil {
		return nil, nil, missing(err)
	}
	count = func(*web.Request) (int64, error) { return q.Count() }
	rows = func(_ *web.Request, limit, offset int64) ([]*T, error) {
		if limit == 0 {
			return q.All()
		}
		return q.Slice(int(offset), int(offset+limit)).All()
	}
	return count, rows, nil
}

func (v *List[T]) read(r *web.Request) (*ListPage[T], error) {
	counted, read, err := v.from(r)
	if err != nil {
		return nil, err
	}
	if v.PaginateBy == 0 {
		rows, err := read(r, 0, 0)
		if err == nil && v.NotEmpty && len(rows) == 0 {
			return nil, emptyList
		}
		return &ListPage[T]{ObjectList: rows}, missing(err)
	}
	count, err := counted(r)
	if err != nil {
		return nil, missing(err)
	}
	if count == 0 && v.NotEmpty {
		return nil, emptyList
	}
	paginator := &Paginator{Count: int(count), PerPage: v.PaginateBy, Orphans: v.Orphans, Kwarg: v.Kwarg}
	page, err := pageOf(r, paginator, func(from, to int) ([]*T, error) {
		rows, err := read(r, int64(to-from), int64(from))
		return rows, missing(err)
	})
	if err != nil {
		return nil, err
	}
	return &ListPage[T]{ObjectList: page.ObjectList, PageObj: page, Paginator: paginator, IsPaginated: page.HasOtherPages()}, nil
}

// emptyList is the answer of a list that is not to be empty.
var emptyList = web.NotFound.With("There are no rows.")

func (v *List[T]) page(r *web.Request) (*web.Response, error) {
	page, err := v.read(r)
	if err != nil {
		return nil, err
	}
	return r.Page(v.Template, page, func(b []byte, r *web.Request) ([]byte, error) { return v.Render(b, r, page) })
}

// json answers {"count": …, "next": …, "previous": …, "results": […]}.
func (v *List[T]) json(r *web.Request) (*web.Response, error) {
	page, err := v.read(r)
	if err != nil {
		return nil, err
	}
	return r.Append(contentJSON, func(b []byte, r *web.Request) ([]byte, error) {
		b, err := page.appendJSON(append(b, '{'), r, v.JSON)
		return append(b, '}'), err
	})
}

// appendJSON appends the members of the page, each row by one.
func (p *ListPage[T]) appendJSON(b []byte, r *web.Request, one func([]byte, *web.Request, *T) ([]byte, error)) ([]byte, error) {
	count := len(p.ObjectList)
	if p.Paginator != nil {
		count = p.Paginator.Count
	}
	b = strconv.AppendInt(append(b, `"count":`...), int64(count), 10)
	b = appendLink(append(b, `,"next":`...), r, p.PageObj, 1)
	b = appendLink(append(b, `,"previous":`...), r, p.PageObj, -1)
	b = append(b, `,"results":[`...)
	for i := range p.ObjectList {
		if i > 0 {
			b = append(b, ',')
		}
		var err error
		if b, err = one(b, r, p.ObjectList[i]); err != nil {
			return nil, err
		}
	}
	return append(b, ']'), nil
}

// appendLink appends the URL of a neighbouring page as a JSON string, or null.
func appendLink[T any](b []byte, r *web.Request, page *Page[T], step int) []byte {
	if page == nil || step > 0 && !page.HasNext() || step < 0 && !page.HasPrevious() {
		return append(b, "null"...)
	}
	query := r.Query().Set(page.Paginator.kwarg(), strconv.Itoa(page.Number+step))
	path := r.FullPath()
	for i := range len(path) {
		if path[i] == '?' {
			path = path[:i]
			break
		}
	}
	return model.AppendJSONString(b, r.AbsoluteURL(path+"?"+query.Encode()))
}
