// Package forms turns what a browser sends into checked values, and fields
// into HTML. It has Django's words, messages and markup.
//
// A [Spec] describes a form once; generated code writes one for each model
// form as a literal. A [Form] is the form of one request: bound to what was
// sent, or unbound with initial values.
//
//	form, err := spec.Bind(r, nil)
//	if err != nil {
//		return nil, err // not readable at all: 400 or 413
//	}
//	if form.Valid() {
//		post.Title = form.String("title")
//	}
//
// A [FormSet] is several forms of one kind, with Django's management form; a view in Go stores what it hands out:
//
//	lines, err := lineSet.Bind(r, initial) // the values of the rows that are there, in order
//	if err != nil {
//		return nil, err
//	}
//	if lines.Valid() {
//		for _, line := range lines.ChangedForms() { … }
//		for _, line := range lines.DeletedForms() { … }
//	}
//
// What a visitor types wrong is an error of its field, never an error value.
// BindJSON reads a JSON object in place of what a browser sends, BindAny values of Go.
// Dates and numbers are read and shown as the language of the request writes them.
//
// Cleaned values are Go types: string, int64, float64, bool, time.Time,
// time.Duration, model.Date, model.TimeOfDay, model.Decimal, model.UUID and json.RawMessage; an empty
// field that is no text is nil.
//
// HTML is accessible as Django's is since 5.0: labels are tied to their fields, and help and
// errors are announced with them (aria-describedby, aria-invalid).
package forms
