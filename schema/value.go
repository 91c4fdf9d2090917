package schema

import (
	"strings"
	"time"

	"github.com/hashicorp/hcl/v2"
)

// Value is what an attribute says, with the place that says it. The zero Value
// was neither written nor given by a default.
type Value[T any] struct {
	// V is the value. Where Bind is set it is the value under the variables'
	// defaults, which is what checks and generation go by.
	V T
	// Range is where the value is written; for a default, where its block is.
	Range hcl.Range
	// Set says that the site file writes the attribute.
	Set bool
	// Bind is set when the value is read from the environment as the site starts.
	Bind *Binding
}

// The types of attributes.
type (
	String   = Value[string]
	Bool     = Value[bool]
	Int      = Value[int]
	Float    = Value[float64]
	Duration = Value[time.Duration]
	// Size is a number of bytes.
	Size = Value[int64]
)

// Binding is a value put together when the site starts: literal text and
// variables, in order. A plain reference is one part.
type Binding struct {
	Parts []BindingPart
}

// BindingPart is literal text, or a variable where Variable is set.
type BindingPart struct {
	Literal  string
	Variable *Variable
}

// Ref is a reference to another block, resolved: Target is never nil in a Site
// without errors, unless the attribute was optional and not written.
type Ref[T any] struct {
	Name   string
	Target *T
	Range  hcl.Range
}

// Set reports whether the reference was written.
func (r Ref[T]) Set() bool { return r.Name != "" }

// GoRef names a function of the user's: go.views.Checkout is Checkout in the
// project's folder and package views.
type GoRef struct {
	// Package is the folder beneath the project, with slashes: "views".
	Package string
	// Name is the exported function.
	Name  string
	Range hcl.Range
}

// Set reports whether the reference was written.
func (r GoRef) Set() bool { return r.Name != "" }

// StringMap is an object of strings in the order it was written.
type StringMap []StringPair

// StringPair is one entry of a StringMap.
type StringPair struct {
	Key   string
	Value String
	// Go stands in the place of Value where a map takes functions.
	Go GoRef
	// Template stands in the place of Value where that is made from the request.
	Template RequestTemplate
}

// Address is the reference as the site file writes it: "go.views.Checkout".
func (r GoRef) Address() string {
	return "go." + strings.ReplaceAll(r.Package, "/", ".") + "." + r.Name
}
