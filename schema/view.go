package schema

import "github.com/hashicorp/hcl/v2"

// View turns a request into a response. Exactly one thing says how: Handler,
// List, Detail, Create, Update, Delete, Redirect, Text, or else Template or
// JSON with the view's queries.
type View struct {
	Name string

	// Handler is a Go function; Template may stand beside it, for what it renders.
	Handler  GoRef
	List     *ListView
	Detail   *DetailView
	Create   *CreateView
	Update   *UpdateView
	Delete   *DeleteView
	Redirect *RedirectView
	// Text is a fixed answer.
	Text String

	// Template is the page, beneath templates/. The generic views have
	// Django's default: post_list.html, post_detail.html, post_form.html,
	// post_confirm_delete.html.
	Template String
	// JSON answers with JSON instead of a page; nil without the block.
	JSON    *JSONView
	Queries []*Query
	// Context is more names for the template, constants.
	Context StringMap

	// Methods are those allowed; empty for the kind's own.
	Methods []String
	// ContentType is the answer's, where it is not the kind's own.
	ContentType String
	// CSRFExempt takes the view out of the csrf middleware's check (csrf_exempt).
	CSRFExempt Bool
	DeclRange  hcl.Range
}

// ListView shows the rows of a model, in pages (ListView).
type ListView struct {
	Model         Ref[Model]
	Where         Predicate
	Ordering      []Ordering
	PaginateBy    Int
	SelectRelated []*Field
	DeclRange     hcl.Range
}

// DetailView shows one row, found by what the route captures (DetailView).
type DetailView struct {
	Model         Ref[Model]
	Where         Predicate
	SelectRelated []*Field
	DeclRange     hcl.Range
}

// CreateView shows a form and makes a row from it (CreateView).
type CreateView struct {
	Model  Ref[Model]
	Fields []*Field
	// FieldRanges are where Fields are named.
	FieldRanges []hcl.Range
	// Set gives fields a value that the form does not ask for.
	Set []SetField
	// Success is the view to go to; its captures come from the new row.
	Success   Ref[View]
	DeclRange hcl.Range
}

// UpdateView shows a form for a row and saves it (UpdateView).
type UpdateView struct {
	Model       Ref[Model]
	Where       Predicate
	Fields      []*Field
	FieldRanges []hcl.Range
	Set         []SetField
	Success     Ref[View]
	DeclRange   hcl.Range
}

// DeleteView asks, and deletes a row on POST (DeleteView).
type DeleteView struct {
	Model     Ref[Model]
	Where     Predicate
	Success   Ref[View]
	DeclRange hcl.Range
}

// RedirectView sends the client elsewhere (RedirectView).
type RedirectView struct {
	// Exactly one of To and View is set.
	To        String
	View      Ref[View]
	Permanent Bool
	DeclRange hcl.Range
}

// JSONView says what of a model's rows is shown as JSON.
type JSONView struct {
	// Fields are those shown, all of the model's when not written.
	Fields    []*Field
	DeclRange hcl.Range
}

// SetField is one entry of set.
type SetField struct {
	Field *Field
	Value Operand
	Range hcl.Range
}
