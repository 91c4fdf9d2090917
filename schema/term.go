package schema

import (
	"github.com/hashicorp/hcl/v2"
)

// Term is a value that the database computes from a row: a FieldTerm, a
// LiteralTerm, a FunctionTerm or an Arithmetic.
type Term interface{ term() }

type (
	// FieldTerm is a field of the row.
	FieldTerm struct{ Field *Field }
	// LiteralTerm is a constant; Field says what kind it is of.
	LiteralTerm struct {
		Field   *Field
		Literal any
	}
	// FunctionTerm is a function of the database; Name is one of termFunctions.
	FunctionTerm struct {
		Name string
		Args []Term
	}
	// Arithmetic computes with numbers; Op is one of + - * / %.
	Arithmetic struct {
		Op          string
		Left, Right Term
	}
	// Test compares two values that are computed from the row; Op is as in Compare.
	Test struct {
		Left  Term
		Op    string
		Right Term
		Range hcl.Range
	}
)

func (FieldTerm) term()    {}
func (LiteralTerm) term()  {}
func (FunctionTerm) term() {}
func (Arithmetic) term()   {}
func (Test) predicate()    {}

// termFunction is a function of terms. Its arguments are of one class, its
// value is of another.
type termFunction struct {
	name string
	// takes is the class of the arguments, gives that of the value; "" for the
	// arguments' own.
	takes, gives string
	// min and max are how many arguments it has.
	min, max int
}

// termFunctions are the functions that conditions and expressions may use, in
// Django's words; both databases compute them alike, but for lower and upper of
// letters that are not ASCII, which SQLite leaves as they are.
func termFunctions() []termFunction {
	return []termFunction{
		{"lower", "text", "text", 1, 1},
		{"upper", "text", "text", 1, 1},
		{"trim", "text", "text", 1, 1},
		{"length", "text", "number", 1, 1},
		{"abs", "number", "number", 1, 1},
		{"coalesce", "", "", 2, 8},
	}
}

// kindClass is what a kind holds, in the sense of comparisons; "" for what is not
// computed with.
func kindClass(f *Field) string {
	for f.Kind == ForeignKey && f.Target.Target != nil {
		f = f.Target.Target.PrimaryKey()
	}
	switch {
	case isText(f.Kind):
		return "text"
	case isWhole(f.Kind), f.Kind == FloatField, f.Kind == Decimal:
		return "number"
	case f.Kind == Boolean, f.Kind == Date, f.Kind == DateTime, f.Kind == TimeOfDay, f.Kind == DurationKind, f.Kind == UUID:
		return string(f.Kind)
	}
	return ""
}

// class is what a term's value is; "" for a constant whose place decides.
func class(t Term) string {
	switch t := t.(type) {
	case FieldTerm:
		return kindClass(t.Field)
	case LiteralTerm:
		return kindClass(t.Field)
	case Arithmetic:
		return "number"
	case FunctionTerm:
		for _, f := range termFunctions() {
			if f.name == t.Name && f.gives != "" {
				return f.gives
			}
		}
		return class(t.Args[0])
	}
	panic("stackgen: unreachable: term of an unknown type")
}

// literalField is a field of a class, for constants beside a computed value.
func literalField(class string, fraction bool) *Field {
	f := &Field{Name: "value", Kind: FieldKind(class)}
	switch {
	case class == "text":
		f.Kind = Text
	case class == "number" && fraction:
		f.Kind = FloatField
	case class == "number":
		f.Kind = BigInteger
	}
	return f
}
