// Package schema is the site language: it turns HCL text into a checked, typed
// [Site], or into diagnostics that say what is wrong, where, and what to do.
//
// Every block type has one file. It holds the Go type that the rest of the
// program works with and the block's table: each attribute's name, type,
// default, one-sentence documentation, ancestor in nginx, gunicorn or Django,
// and check. The decoder, the checks, the reference manual, the JSON Schema and
// the comments of a new site all read that table; nothing about a block is
// written down twice.
//
// Load takes these steps, and goes on after a mistake wherever that is safe:
//
//	read      parse the site file and what it includes          parse.go
//	decode    variables, locals, then blocks by their tables    load.go, decode.go, type*.go
//	complete  put in what is not written                        load.go
//	resolve   references, then field lists, then conditions     type_reference.go, type_field.go, type_where.go
//	check     hold the parts against each other and the folder  check*.go
//
// The wording of everything that can be wrong stands in diags_*.go.
//
// Mistakes of the user are diagnostics; mistakes of the programmer panic.
package schema
