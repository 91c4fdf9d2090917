// Package tmpl is what compiled templates call: escapers, filters, formatting,
// and values whose type is known only when a page runs.
//
// Everything appends to a byte slice. AppendX(b, s) appends what Django's
// filter x makes of s; FilterX(state, value, argument) is the same filter for a
// value of any type. The typed functions do not allocate beyond the slice.
//
// What a template may not do (a call that fails, an argument that does not fit)
// is kept in the State, and ends the page with an error; what Django passes
// over in silence gives "".
//
// Of ours the package imports i18n alone: the functions write English, the
// methods of State the page's language.
package tmpl
