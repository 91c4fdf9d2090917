package views

import (
	"errors"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
)

// Delete asks, and deletes a row on POST (DeleteView).
type Delete[T any] struct {
	// Get reads the row; model.ErrNotFound is 404.
	Get func(r *web.Request) (*T, error)
	// Delete deletes it; where other rows hold on to it the answer is 409.
	Delete func(r *web.Request, row *T) error
	// Success is where to go then; it gets the row that was deleted.
	Success func(r *web.Request, row *T) (string, error)
	// Says is the message that the next page shows; nil for none (SuccessMessageMixin).
	Says func(r *web.Request, row *T) string

	// Template is the page that asks, Render appends it.
	Template string
	Render   func(b []byte, r *web.Request, row *T) ([]byte, error)
	// JSON has the view answer without a page: 204 to DELETE and POST.
	JSON bool
}

// Handler is the view: GET asks, POST and DELETE delete.
func (v Delete[T]) Handler() web.Handler {
	if v.JSON {
		return asJSON(v.json, "POST", "DELETE")
	}
	return only(v.serve, "GET", "POST", "DELETE")
}

func (v *Delete[T]) serve(r *web.Request) (*web.Response, error) {
	row, err := v.Get(r)
	if err != nil {
		return nil, missing(err)
	}
	if reading(r) {
		return r.Page(v.Template, row, func(b []byte, r *web.Request) ([]byte, error) { return v.Render(b, r, row) })
	}
	if err := v.Delete(r, row); err != nil {
		return nil, held(err)
	}
	return follow(r, v.Success, v.Says, row)
}

func (v *Delete[T]) json(r *web.Request) (*web.Response, error) {
	row, err := v.Get(r)
	if err != nil {
		return nil, missing(err)
	}
	if err := v.Delete(r, row); err != nil {
		return nil, held(err)
	}
	return web.Empty(204), nil
}

// missing makes a row that is not there a 404.
func missing(err error) error {
	if errors.Is(err, model.ErrNotFound) {
		return web.NotFound.Because(err)
	}
	return err
}

// held makes a row that others point at a 409.
func held(err error) error {
	var key *model.ForeignKeyError
	if errors.As(err, &key) {
		return &web.Error{Status: 409, Message: "It cannot be deleted, because others refer to it.", Cause: err}
	}
	return missing(err)
}
