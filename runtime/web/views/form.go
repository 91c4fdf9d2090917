package views

import (
	"errors"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
	"stackgen.dev/runtime/web/messages"
)

// Form shows a form that is no model's, and hands what is valid on (FormView).
type Form struct {
	Form *forms.Spec
	// FormSets are more forms on the same page, which go with the form; nothing is
	// handed on before all of them are valid.
	FormSets []*forms.FormSet
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
		form := v.Form.Unbound(r, initial)
		var sets []*forms.Forms
		for _, set := range v.FormSets {
			sets = append(sets, set.Unbound(r, nil))
		}
		form.Join(sets...)
		return v.page(r, form)
	}
	form, err := v.bind(r, initial)
	if err != nil {
		return nil, err
	}
	if valid(form) {
		if err := v.Valid(r, form); err != nil {
			return nil, err
		}
		if valid(form) {
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

// bind is the form, with its formsets, and what the request sent.
func (v *Form) bind(r *web.Request, initial map[string]any) (*forms.Form, error) {
	form, err := v.Form.Bind(r, initial)
	if err != nil {
		return nil, err
	}
	var sets []*forms.Forms
	for _, set := range v.FormSets {
		bound, err := set.Bind(r, nil)
		if err != nil {
			return nil, err
		}
		sets = append(sets, bound)
	}
	form.Join(sets...)
	return form, nil
}

// valid looks at the form and all of its formsets, so that the page shows every mistake.
func valid(form *forms.Form) bool {
	good := form.Valid()
	for _, set := range form.FormSets() {
		good = set.Valid() && good
	}
	return good
}

func (v *Form) page(r *web.Request, form *forms.Form) (*web.Response, error) {
	err := form.Err()
	for _, set := range form.FormSets() {
		err = errors.Join(err, set.Err())
	}
	if err != nil {
		return nil, err
	}
	return r.Page(v.Template, form, func(b []byte, r *web.Request) ([]byte, error) { return v.Render(b, r, form) })
}
