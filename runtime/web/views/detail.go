package views

import (
	"stackgen.dev/runtime/web"
)

// Detail shows one row, found by what the route captures (DetailView).
type Detail[T any] struct {
	// Get reads the row; model.ErrNotFound is 404.
	Get func(r *web.Request) (*T, error)

	// Template is the page's name, Render appends it.
	Template string
	Render   func(b []byte, r *web.Request, row *T) ([]byte, error)
	// JSON appends the row; where it is set the view answers with JSON.
	JSON func(b []byte, r *web.Request, row *T) ([]byte, error)
}

// Handler is the view: GET.
func (v Detail[T]) Handler() web.Handler {
	if v.JSON != nil {
		return asJSON(v.json, "GET")
	}
	return only(v.page, "GET")
}

func (v *Detail[T]) page(r *web.Request) (*web.Response, error) {
	row, err := v.Get(r)
	if err != nil {
		return nil, missing(err)
	}
	return r.Page(v.Template, row, func(b []byte, r *web.Request) ([]byte, error) { return v.Render(b, r, row) })
}

func (v *Detail[T]) json(r *web.Request) (*web.Response, error) {
	row, err := v.Get(r)
	if err != nil {
		return nil, missing(err)
	}
	return r.Append(contentJSON, func(b []byte, r *web.Request) ([]byte, error) { return v.JSON(b, r, row) })
}
