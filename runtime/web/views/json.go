package views

import (
	"encoding/json"
	"errors"
	"fmt"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
)

const (
	contentJSON    = "application/json"
	contentProblem = "application/problem+json"
)

// Problem is what went wrong, for programs (RFC 9457).
type Problem struct {
	Type   string `json:"type"`
	Title  string `json:"title"`
	Status int    `json:"status"`
	Detail string `json:"detail,omitempty"`
	// Errors are what is wrong with the fields, by name; "__all__" for the whole.
	Errors map[string][]ProblemError `json:"errors,omitempty"`
}

// ProblemError is one mistake, with Django's code for it.
type ProblemError struct {
	Message string `json:"message"`
	Code    string `json:"code"`
}

func (p *Problem) response() (*web.Response, error) {
	p.Type, p.Title = "about:blank", web.StatusText(p.Status)
	body, err := json.Marshal(p)
	if err != nil {
		return nil, fmt.Errorf("views: problem: %w", err)
	}
	return web.Bytes(contentProblem, body).WithStatus(p.Status), nil
}

// asJSON answers the errors that have a status with problem details. Errors of
// the server go on, to be logged and answered like any other.
func asJSON(next web.Handler, methods ...string) web.Handler {
	return problems(only(next, methods...))
}

func problems(next web.Handler) web.Handler {
	return func(r *web.Request) (*web.Response, error) {
		p, err := next(r)
		var known *web.Error
		switch {
		case errors.As(err, &known) && known.Status < 500:
			return (&Problem{Status: known.Status, Detail: known.Message}).response()
		case errors.Is(err, model.ErrInvalid):
			return (&Problem{Status: 400, Detail: "A parameter holds what no row can hold."}).response()
		}
		return p, err
	}
}

// invalid answers a form that is not valid: 422.
func invalid(form *forms.Form) (*web.Response, error) {
	if err := form.Err(); err != nil {
		return nil, err
	}
	p := &Problem{Status: 422, Detail: "The data is not valid.", Errors: map[string][]ProblemError{}}
	for _, field := range form.Errors() {
		for _, e := range field.Errors {
			p.Errors[field.Name] = append(p.Errors[field.Name], ProblemError(e))
		}
	}
	return p.response()
}

// bindJSON is the form with what the body holds: a JSON object, or a form as
// browsers send it. With partial only the fields that were sent are in it.
func bindJSON(r *web.Request, spec *forms.Spec, partial bool) (*forms.Form, error) {
	switch r.ContentType() {
	case "application/x-www-form-urlencoded", "multipart/form-data":
		data, err := r.Form()
		if err != nil {
			return nil, err
		}
		return bound(r, spec, data, partial), nil
	}
	return bindObject(r, r, spec, partial)
}

// bindObject is the form with what the body holds, which must be a JSON object. What is no
// field is left out, so that a client may send back what it got.
func bindObject(r *web.Request, src model.Source, spec *forms.Spec, partial bool) (*forms.Form, error) {
	var object map[string]json.RawMessage
	if err := r.JSON(&object); err != nil {
		return nil, err
	}
	if object == nil {
		return nil, web.BadRequest.With("The request body must be a JSON object.")
	}
	if partial {
		var names []string
		for name := range object {
			names = append(names, name)
		}
		spec = spec.Partial(names)
	}
	return spec.BindJSON(src, r.TimeZone(), object)
}

func bound(r *web.Request, spec *forms.Spec, data web.Values, partial bool) *forms.Form {
	if partial {
		spec = spec.Partial(data.Names())
	}
	return spec.BindValues(r, r.TimeZone(), data, nil)
}

// AppendRows appends rows as a JSON array, each by one.
func AppendRows[T any](b []byte, rows []*T, one func([]byte, *T) []byte) []byte {
	b = append(b, '[')
	for i, row := range rows {
		if i > 0 {
			b = append(b, ',')
		}
		b = one(b, row)
	}
	return append(b, ']')
}
