// Package template compiles Django templates to Go that appends to a byte
// slice.
//
//	text ─lex▶ tokens ─parse▶ nodes ─flatten extends/block─▶ compile ─emit▶ Go
//
// A page is a template with a typed context: every name is resolved while
// compiling, an unknown one is a diagnostic. A dynamic template has a
// map[string]any; its names are looked up when it runs, with Django's rules
// for what is missing. Both are one compiler: a name's Type decides, and Any
// is the type of what is only known at run time.
//
// Inheritance, includes, url and static are resolved here; what is left are
// runs of literal text, loops, branches and calls into runtime/tmpl. The
// literal text is followed by an HTML tokenizer, so that every value is escaped
// for the place where it stands.
//
// What is wrong in a template comes back as Diagnostics; misuse of the API by
// the generator panics.
package template
