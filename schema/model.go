package schema

import "github.com/hashicorp/hcl/v2"

// Model is a table and the Go type of its rows.
type Model struct {
	Name   string
	Fields []*Field // the primary key first, also where it was not written
	// Ordering is the default order; never empty in generated queries that page.
	Ordering []Ordering
	// Table is the table's name, the model's by default (db_table).
	Table String
	// Display names the field that stands for a row in pages and logs (__str__).
	Display String
	// VerboseName and VerboseNamePlural are for people.
	VerboseName, VerboseNamePlural String
	// RenamedFrom is the model's former name, for migrate diff.
	RenamedFrom String
	DeclRange   hcl.Range
}

// PrimaryKey is the model's key field.
func (m *Model) PrimaryKey() *Field {
	for _, f := range m.Fields {
		if f.PrimaryKey.V {
			return f
		}
	}
	panic("stackgen: unreachable: model without a primary key: " + m.Name)
}

// Field returns the field of that name, or nil.
func (m *Model) Field(name string) *Field {
	for _, f := range m.Fields {
		if f.Name == name {
			return f
		}
	}
	return nil
}

// FieldKind is a field's type, in Django's words.
type FieldKind string

// The kinds of field.
const (
	BigAuto      FieldKind = "big_auto"
	Boolean      FieldKind = "boolean"
	Char         FieldKind = "char"
	Text         FieldKind = "text"
	Slug         FieldKind = "slug"
	Email        FieldKind = "email"
	URL          FieldKind = "url"
	UUID         FieldKind = "uuid"
	Integer      FieldKind = "integer"
	BigInteger   FieldKind = "big_integer"
	PositiveInt  FieldKind = "positive_integer"
	FloatField   FieldKind = "float"
	Decimal      FieldKind = "decimal"
	Date         FieldKind = "date"
	DateTime     FieldKind = "datetime"
	TimeOfDay    FieldKind = "time"
	DurationKind FieldKind = "duration"
	JSON         FieldKind = "json"
	ForeignKey   FieldKind = "foreign_key"
)

// Field is one column.
type Field struct {
	Name string
	Kind FieldKind
	// MaxLength is char's size in characters; 0 for no limit.
	MaxLength int
	// MaxDigits and DecimalPlaces are decimal's.
	MaxDigits, DecimalPlaces int
	// Target is what a foreign key points at.
	Target    Ref[Model]
	TypeRange hcl.Range

	PrimaryKey, Null, Blank, Unique, Index Bool
	// Default is the value of a new row: nil, or string, int64, float64, bool, or Now.
	Default Value[any]
	// OnDelete is "cascade", "protect", "set_null" or "restrict"; foreign keys only.
	OnDelete String
	// AutoNow sets the time at every save, AutoNowAdd at the first.
	AutoNow, AutoNowAdd Bool
	// Choices are the values allowed, each with what people read.
	Choices StringMap
	// HelpText and VerboseName are for people.
	HelpText, VerboseName String
	// RenamedFrom is the field's former name, for migrate diff.
	RenamedFrom String
	// Implicit says that the site file does not write the field (the key "id").
	Implicit  bool
	DeclRange hcl.Range
}

// Now is the default value that stands for the time of saving.
type Now struct{}

// Ordering is one term of an order.
type Ordering struct {
	Field      *Field
	Descending bool
	Range      hcl.Range
}
