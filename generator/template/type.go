package template

import (
	"path"

	"github.com/dave/jennifer/jen"
)

// Kind is how a value behaves in a template.
type Kind int

// The kinds. The Go type behind each is the one named, unless Type.Go says another.
const (
	// Any is a value known only at run time; Go any.
	Any Kind = iota
	// String is text that is escaped; Go string.
	String
	// SafeString is HTML that is not escaped in HTML text; Go tmpl.Safe.
	SafeString
	// Int is a whole number; Go int.
	Int
	// Float is a binary floating point number; Go float64.
	Float
	// Decimal is a decimal number as text; Go tmpl.Decimal.
	Decimal
	// Bool is a truth value; Go bool.
	Bool
	// Time is a moment, shown in the time zone of the site; Go time.Time.
	Time
	// Date is a day; Go time.Time.
	Date
	// Clock is a time of day; Go time.Time.
	Clock
	// Duration is a length of time; Go time.Duration.
	Duration
	// Bytes is text as bytes; Go []byte.
	Bytes
	// List is a slice of Elem.
	List
	// Map is a map from string to Elem.
	Map
	// Struct has named members; Type.Go is required.
	Struct
	// Nullable is Elem or None.
	Nullable
	// Func is a function without arguments that returns Elem, and also an error if Type.Error.
	Func
)

// String is the kind as diagnostics name it.
func (k Kind) String() string {
	return [...]string{"value", "text", "safe text", "whole number", "number", "decimal number", "truth value", "date and time", "date",
		"time", "duration", "bytes", "list", "map", "object", "optional value", "function"}[k]
}

// GoType names a Go type. The zero GoType stands for the kind's own.
type GoType struct {
	// Path is the import path; empty for a predeclared type.
	Path string
	Name string
	// Pointer is for *Name.
	Pointer bool
	// Of is the argument of a generic type, Name[Of]; nil for any other.
	Of *GoType
}

// Type describes a value to the compiler.
type Type struct {
	Kind Kind
	// Name is what diagnostics call a Struct: "post".
	Name string
	Go   GoType
	// Code is the Go type where Go cannot say it; nil anywhere else.
	Code func() *jen.Statement
	// Via is the method that turns Go into the kind's own Go type ("String" of a
	// UUID); empty for a plain conversion. Not needed for Date, whose Go may have
	// In(*time.Location) time.Time, and Clock, whose Go may have Clock() and Microsecond().
	Via string
	// Elem is what a List, Map, Nullable or Func yields.
	Elem *Type
	// Valid and Value are the fields of a Nullable's Go struct that say whether
	// it is set and with what: "Valid", "V" for a generic Go type such as
	// sql.Null, whose name Go has and whose argument is Elem. Both empty for a pointer.
	Valid, Value string
	// Error says that a Func returns (Elem, error).
	Error bool
	// Members are a Struct's names; a String and a Date may have some too.
	Members map[string]*Member
	// Items is how a Struct is iterated (a page of results, a form), nil if it cannot be.
	Items *Member
	// Text is how a Struct prints itself, nil if it cannot.
	Text *Member
	// Equal is the name of the member that two values of the Struct are
	// compared by ("pk"); empty to compare them in Go.
	Equal string
}

// Member is a name of a Struct and the Go behind it: exactly one of Field and
// Method, or neither for one that is known to be absent.
type Member struct {
	// Field is a Go field, Method a Go method called without arguments.
	Field, Method string
	// Func is a Go function of the value and of Argument, in the place of both.
	Func *GoType
	// Argument is a text that Method is called with; none if empty.
	Argument string
	// Error says that Method returns (Type, error).
	Error bool
	Type  *Type
	// Call is a function of the request in the place of both.
	Call *Function
	// Absent says why the member cannot be used here, and what to do.
	Absent string
}

// runtimePath is the package that compiled templates call.
const runtimePath = "stackgen.dev/runtime/tmpl"

// code is the type in Go.
func (g *GoType) code() *jen.Statement {
	s := jen.Null()
	if g.Pointer {
		s = jen.Op("*")
	}
	if g.Path == "" {
		s.Id(g.Name)
	} else {
		s.Qual(g.Path, g.Name)
	}
	if g.Of != nil {
		s.Index(g.Of.code())
	}
	return s
}

// goType is the Go type of a value.
func goType(t *Type) *jen.Statement {
	if t.Code != nil {
		return t.Code()
	}
	if t.Kind == Nullable && t.Valid != "" {
		return jen.Qual(t.Go.Path, t.Go.Name).Index(goType(t.Elem))
	}
	if t.Go.Name != "" {
		return t.Go.code()
	}
	switch t.Kind {
	case String:
		return jen.String()
	case SafeString:
		return jen.Qual(runtimePath, "Safe")
	case Int:
		return jen.Int()
	case Float:
		return jen.Float64()
	case Decimal:
		return jen.Qual(runtimePath, "Decimal")
	case Bool:
		return jen.Bool()
	case Time, Date, Clock:
		return jen.Qual("time", "Time")
	case Duration:
		return jen.Qual("time", "Duration")
	case Bytes:
		return jen.Index().Byte()
	case List:
		return jen.Index().Add(goType(t.Elem))
	case Map:
		return jen.Map(jen.String()).Add(goType(t.Elem))
	case Nullable:
		if t.Elem.Kind == Struct && t.Elem.Go.Pointer {
			return goType(t.Elem)
		}
		return jen.Op("*").Add(goType(t.Elem))
	case Func:
		if t.Error {
			return jen.Func().Params().Params(goType(t.Elem), jen.Error())
		}
		return jen.Func().Params().Add(goType(t.Elem))
	case Any:
		return jen.Any()
	}
	panic("stackgen: unreachable: template type without a Go type: " + t.Kind.String() + " " + t.Name)
}

// packages adds the names of the packages that a type's Go uses, so that no
// local variable hides them.
func packages(t *Type, names map[string]bool, seen map[*Type]bool) {
	if t == nil || seen[t] {
		return
	}
	seen[t] = true
	for g := &t.Go; g != nil; g = g.Of {
		if g.Path != "" {
			names[path.Base(g.Path)] = true
		}
	}
	packages(t.Elem, names, seen)
	for _, m := range t.Members {
		packages(m.Type, names, seen)
	}
	for _, m := range []*Member{t.Items, t.Text} {
		if m != nil {
			packages(m.Type, names, seen)
		}
	}
}

// The types that the compiler itself gives values.
var (
	anyType    = &Type{Kind: Any}
	stringType = &Type{Kind: String}
	safeType   = &Type{Kind: SafeString}
	intType    = &Type{Kind: Int}
	floatType  = &Type{Kind: Float}
	boolType   = &Type{Kind: Bool}
)
