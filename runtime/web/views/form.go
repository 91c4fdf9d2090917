package views

import (
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
	"stackgen.dev/runtime/web/messages"
)

// Form shows a form that is no model's, and hands what is valid on (FormView).
type Form struct {
	Form *forms.Spec
	// Initial has values for the empty form; nil for none.
	Initial func(r *web.Request) (map[string]any, error)
	// Valid gets a valid form. It may report what it finds wrong with
	// form.AddError: the form is then shown again.
	Valid func(r *web.Request, form *forms.Form) error
	// Success is where to go then.
	Success string
	// Says is the message that the next page shows; nil for none (SuccessMessageMixin).
	Says func(r *web.Request, form *forms.Form) string
	// Invalid is told of a form that is not valid, as in Create.
	Invalid FormInvalid

	// Template is the page's name, Render appends it.
	Template string
	Render   func(b []byte, r *web.Request, form *forms.Form) ([]byte, error)
}

// Handler is the view: GET shows the form, POST sends it.
func (v Form) Handler() web.Handler { return only(v.serve, "GET", "POST") }

func (v *Form) serve(r *web.Request) (*web.Response, error) {
	var initial map[string]any
	if v.Initial != nil {
		var err error
		if initial, err = v.Initial(r); err != nil {
			return nil, err
		}
	}
	if reading(r) {
		return v.page(r, v.Form.Unbound(r, initial))
	}
	form, err := v.Form.Bind(r, initial)
	if err != nil {
		return nil, err
	}
	if form.Valid() {
		if err := v.Valid(r, form); err != nil {
			return nil, err
		}
		if form.Valid() {
			if v.Says != nil {
				r.Messages().Add(messages.Success, v.Says(r, form))
			}
			return web.Redirect(v.Success), nil
		}
	}
	if p, err := v.Invalid.answer(r, form); p != nil || err != nil {
		return p, err
	}
	return v.page(r, form)
}

func (v *Form) page(r *web.Request, form *forms.Form) (*web.Response, error) {
	if err := form.Err(); err != nil {
		return nil, err
	}
	return r.Page(v.Template, form, func(b []byte, r *web.Request) ([]byte, error) { return v.Render(b, r, form) })
}
