package views

import (
	"errors"
	"maps"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
	"stackgen.dev/runtime/web/messages"
)

// FormPage is what the template of a form sees.
type FormPage[T any] struct {
	Form *forms.Form
	// Object is the row that is changed; nil for a new one.
	Object *T
	// FormSets are the forms for rows that point at it, in the order of Inlines.
	FormSets []*forms.Forms
}

// Create shows a form and makes a row from it (CreateView).
type Create[T any] struct {
	Form *forms.Spec
	// Initial has values for the empty form; nil for none.
	Initial func(r *web.Request) (map[string]any, error)
	// Save makes the row from a valid form, or finds something wrong with it,
	// which form.AddError says. What the database refuses because of what was
	// typed is shown in the form.
	Save func(r *web.Request, form *forms.Form) (*T, error)
	// Success is where to go then.
	Success func(r *web.Request, row *T) (string, error)
	// Says is the message that the next page shows; nil for none (SuccessMessageMixin).
	Says func(r *web.Request, row *T) string
	// Invalid is told of a form that is not valid; an answer of its own stands
	// for the page with the form. nil for nobody (form_invalid).
	Invalid FormInvalid
	// Inlines are the forms for rows that point at the new one.
	Inlines []Inline[T]

	// Template is the page's name, Render appends it.
	Template string
	Render   func(b []byte, r *web.Request, page *FormPage[T]) ([]byte, error)
	// JSON appends the new row; where it is set the view takes and answers JSON.
	JSON func(b []byte, r *web.Request, row *T) ([]byte, error)
}

// Handler is the view: GET and POST, and PUT as Django has it; with JSON POST alone.
func (v Create[T]) Handler() web.Handler {
	if v.JSON != nil {
		return asJSON(v.json, "POST")
	}
	return only(v.serve, "GET", "POST", "PUT")
}

func (v *Create[T]) initial(r *web.Request) (map[string]any, error) {
	if v.Initial == nil {
		return nil, nil
	}
	return v.Initial(r)
}

func (v *Create[T]) serve(r *web.Request) (*web.Response, error) {
	initial, err := v.initial(r)
	if err != nil {
		return nil, err
	}
	if reading(r) {
		sets, err := inlines[T](v.Inlines).show(r, nil)
		if err != nil {
			return nil, err
		}
		return v.page(r, &FormPage[T]{Form: v.Form.Unbound(r, initial), FormSets: sets})
	}
	form, err := v.Form.Bind(r, initial)
	if err != nil {
		return nil, err
	}
	sets, err := inlines[T](v.Inlines).bind(r, nil)
	if err != nil {
		return nil, err
	}
	if good := sets.valid(); form.Valid() && good {
		row, err := sets.store(r, form, func() (*T, error) { return v.Save(r, form) })
		if err == nil && !form.HasErrors() {
			return follow(r, v.Success, v.Says, row)
		}
		if err = sets.refused(r, form, err); err != nil {
			return nil, err
		}
	}
	if p, err := v.Invalid.answer(r, form); p != nil || err != nil {
		return p, err
	}
	return v.page(r, &FormPage[T]{Form: form, FormSets: sets.forms()})
}

func (v *Create[T]) page(r *web.Request, page *FormPage[T]) (*web.Response, error) {
	return showForm(r, v.Template, page, v.Render)
}

func (v *Create[T]) json(r *web.Request) (*web.Response, error) {
	form, err := bindJSON(r, v.Form, false)
	if err != nil {
		return nil, err
	}
	if form.Valid() {
		row, err := v.Save(r, form)
		if err == nil && !form.HasErrors() {
			p, err := r.Append(contentJSON, func(b []byte, r *web.Request) ([]byte, error) { return v.JSON(b, r, row) })
			if err != nil {
				return nil, err
			}
			p.Status = 201
			if v.Success != nil {
				to, err := v.Success(r, row)
				if err != nil {
					return nil, err
				}
				p.SetHeader("Location", web.Redirect(to).Header("Location"))
			}
			return p, nil
		}
		if err != nil && !form.AddModelError(err) {
			return nil, err
		}
	}
	return invalid(form)
}

// Update shows a form for a row and saves it (UpdateView).
type Update[T any] struct {
	// Get reads the row; model.ErrNotFound is 404.
	Get  func(r *web.Request) (*T, error)
	Form *forms.Spec
	// Initial has the row's values for the form, Chosen those that are read for it: the keys of the rows that
	// a many to many pairs it with. nil for none.
	Initial func(row *T) map[string]any
	Chosen  func(r *web.Request, row *T) (map[string]any, error)
	// Save changes the row by a valid form: the fields that form.Lookup finds.
	Save func(r *web.Request, form *forms.Form, row *T) error
	// Success is where to go then.
	Success func(r *web.Request, row *T) (string, error)
	// Says is the message that the next page shows; nil for none (SuccessMessageMixin).
	Says func(r *web.Request, row *T) string
	// Invalid is told of a form that is not valid, as in Create.
	Invalid FormInvalid
	// Inlines are the forms for rows that point at this one.
	Inlines []Inline[T]

	// Template is the page's name, Render appends it.
	Template string
	Render   func(b []byte, r *web.Request, page *FormPage[T]) ([]byte, error)
	// JSON appends the row; where it is set the view takes and answers JSON:
	// PUT and POST all fields, PATCH some.
	JSON func(b []byte, r *web.Request, row *T) ([]byte, error)
}

// Handler is the view: GET, POST and PUT; with JSON GET shows the row and
// PATCH changes some of it.
func (v Update[T]) Handler() web.Handler {
	if v.JSON != nil {
		return asJSON(v.json, "GET", "POST", "PUT", "PATCH")
	}
	return only(v.serve, "GET", "POST", "PUT")
}

func (v *Update[T]) serve(r *web.Request) (*web.Response, error) {
	row, err := v.Get(r)
	if err != nil {
		return nil, missing(err)
	}
	initial, err := v.initial(r, row)
	if err != nil {
		return nil, missing(err)
	}
	if reading(r) {
		sets, err := inlines[T](v.Inlines).show(r, row)
		if err != nil {
			return nil, err
		}
		return showForm(r, v.Template, &FormPage[T]{v.Form.Unbound(r, initial), row, sets}, v.Render)
	}
	form, err := v.Form.Bind(r, initial)
	if err != nil {
		return nil, err
	}
	sets, err := inlines[T](v.Inlines).bind(r, row)
	if err != nil {
		return nil, err
	}
	if good := sets.valid(); form.Valid() && good {
		_, err := sets.store(r, form, func() (*T, error) { return row, v.Save(r, form, row) })
		if err == nil && !form.HasErrors() {
			return follow(r, v.Success, v.Says, row)
		}
		if err = sets.refused(r, form, err); err != nil {
			return nil, missing(err)
		}
	}
	if p, err := v.Invalid.answer(r, form); p != nil || err != nil {
		return p, err
	}
	return showForm(r, v.Template, &FormPage[T]{form, row, sets.forms()}, v.Render)
}

// initial are all values that the form first shows.
func (v *Update[T]) initial(r *web.Request, row *T) (map[string]any, error) {
	initial := v.Initial(row)
	if v.Chosen == nil {
		return initial, nil
	}
	chosen, err := v.Chosen(r, row)
	if err == nil {
		maps.Copy(initial, chosen)
	}
	return initial, err
}

func (v *Update[T]) json(r *web.Request) (*web.Response, error) {
	row, err := v.Get(r)
	if err != nil {
		return nil, missing(err)
	}
	show := func(b []byte, r *web.Request) ([]byte, error) { return v.JSON(b, r, row) }
	if reading(r) {
		return r.Append(contentJSON, show)
	}
	form, err := bindJSON(r, v.Form, r.Method() == "PATCH")
	if err != nil {
		return nil, err
	}
	if form.Valid() {
		err := v.Save(r, form, row)
		if err == nil && !form.HasErrors() {
			return r.Append(contentJSON, show)
		}
		if err != nil && !form.AddModelError(err) {
			return nil, missing(err)
		}
	}
	return invalid(form)
}

// refused makes an error of Save a mistake in the form, where it is one, and nil
// then; files that came with the form are not kept.
func refused(r *web.Request, form *forms.Form, err error) error {
	gone := form.Discard(r)
	if form.AddModelError(err) {
		return gone
	}
	return errors.Join(err, gone)
}

// reading reports whether the request only looks.
func reading(r *web.Request) bool { return r.Method() == "GET" || r.Method() == "HEAD" }

func showForm[T any](r *web.Request, name string, page *FormPage[T], render func([]byte, *web.Request, *FormPage[T]) ([]byte, error)) (*web.Response, error) {
	if err := page.err(); err != nil {
		return nil, err
	}
	return r.Page(name, page, func(b []byte, r *web.Request) ([]byte, error) {
		b, err := render(b, r, page)
		if err == nil {
			err = page.err() // choices are read while the form is shown
		}
		return b, err
	})
}

// err is a failure of the database that a form met.
func (p *FormPage[T]) err() error {
	err := p.Form.Err()
	for _, set := range p.FormSets {
		err = errors.Join(err, set.Err())
	}
	return err
}

// FormInvalid is told of a form that is not valid (form_invalid). What it
// answers stands for the page with the form; nil shows that page.
type FormInvalid func(r *web.Request, form *forms.Form) (*web.Response, error)

func (f FormInvalid) answer(r *web.Request, form *forms.Form) (*web.Response, error) {
	if f == nil {
		return nil, nil
	}
	return f(r, form)
}

// follow redirects to where a saved form leads, where the message is shown.
func follow[T any](r *web.Request, success func(*web.Request, *T) (string, error), says func(*web.Request, *T) string, row *T) (*web.Response, error) {
	to, err := success(r, row)
	if err != nil {
		return nil, err
	}
	if says != nil {
		r.Messages().Add(messages.Success, says(r, row))
	}
	return web.Redirect(to), nil
}
