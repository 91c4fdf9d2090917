// Package generator turns a checked site into a Go project and a binary:
//
//	schema.Site ─▶ Generate ─▶ FileSet ─▶ Compare ─▶ Plan ─▶ Apply ─▶ Compile ─▶ binary
//
// Generate is pure: the same site gives the same bytes on any machine. Compare
// reads the disk and writes nothing. Apply writes what the plan says and leaves,
// wherever it is interrupted, a state that the next run repairs. Compile runs
// the Go toolchain on the result without any network.
//
// The subpackages each write one part of a project: emit is how Go is written,
// models writes the model tier, template compiles templates, migrate
// writes migrations.
//
// What a user did wrong comes back as schema.Diagnostics with a place; what the
// machine refuses (a folder that cannot be written, a missing toolchain) as a
// wrapped error.
package generator
