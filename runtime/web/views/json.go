package views

import (
	"bytes"
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
	next = only(next, methods...)
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
	var object map[string]json.RawMessage
	if err := r.JSON(&object); err != nil {
		return nil, err
	}
	if object == nil {
		return nil, web.BadRequest.With("The request body must be a JSON object.")
	}
	// What is no field is left out, so that a client may send back what it got.
	var data web.Values
	for i := range spec.Fields {
		name := spec.Fields[i].Name
		raw, sent := object[name]
		if !sent {
			continue
		}
		// A field that was sent as null is there and empty.
		data = data.Add(name, fieldText(raw, spec.Fields[i].Kind))
	}
	flat := *spec
	flat.Prefix = ""
	return bound(r, &flat, data, partial), nil
}

func bound(r *web.Request, spec *forms.Spec, data web.Values, partial bool) *forms.Form {
	if partial {
		spec = spec.Partial(data.Names())
	}
	return spec.BindValues(r, r.App().TimeZone(), data, nil)
}

// fieldText is a JSON value as a form would send it. What is no text, number
// or boolean stays JSON: right for a json field, and wrong for any other.
func fieldText(raw json.RawMessage, kind forms.Kind) string {
	raw = bytes.TrimSpace(raw)
	if kind == forms.JSON {
		return string(raw)
	}
	if bytes.Equal(raw, []byte("null")) {
		return ""
	}
	var s string
	if json.Unmarshal(raw, &s) == nil {
		return s
	}
	return string(raw)
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
