package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
)

// Model is a table and the Go type of its rows.
type Model struct {
	Name   string
	Fields []*Field // the primary key first, also where it was not written
	// ManyToMany are the fields of that kind, which have no column.
	ManyToMany []*Field
	// Reverse are the relations that other models' fields give this one.
	Reverse []*Reverse
	// Implicit says that the site file does not write the model: the table of
	// pairs of a many_to_many.
	Implicit bool
	// Builtin says that stackgen brings the model, or most of it: model.user and what belongs to it.
	Builtin bool
	// Permissions are those beside the four that every model has, by codename.
	Permissions StringMap
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
	// Abstract says that the model has no table: its fields are those of the models
	// that have it among their Bases.
	Abstract Bool
	Bases    []Ref[Model]
	// Constraints hold for all rows of the table.
	Constraints []*Constraint
	// Clean is a Go function that says what is wrong with a row as a whole.
	Clean GoRef
	// Indexes are those that no field has by itself.
	Indexes   []*Index
	DeclRange hcl.Range
}

// Reverse is a foreign key, one_to_one or many_to_many seen from the model that
// it points at.
type Reverse struct {
	// Name is related_name, or what Django gives a relation without one.
	Name string
	// From has the field.
	From  *Model
	Field *Field

	ambiguous bool
}

// One says that at most one row points back.
func (r *Reverse) One() bool { return r.Field.OneToOne }

// Relation returns the foreign key or many_to_many of that name, or nil.
func (m *Model) Relation(name string) *Field {
	for _, f := range m.ManyToMany {
		if f.Name == name {
			return f
		}
	}
	if f := m.Field(name); f != nil && f.Kind == ForeignKey {
		return f
	}
	return nil
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
	Auto         FieldKind = "auto"
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
	SmallInteger FieldKind = "small_integer"
	PositiveInt  FieldKind = "positive_integer"

	PositiveSmall FieldKind = "positive_small_integer"
	PositiveBig   FieldKind = "positive_big_integer"
	Binary        FieldKind = "binary"
	IPAddress     FieldKind = "ip_address"
	FileKind      FieldKind = "file"
	ImageKind     FieldKind = "image"
	FloatField    FieldKind = "float"
	Decimal       FieldKind = "decimal"
	Date          FieldKind = "date"
	DateTime      FieldKind = "datetime"
	TimeOfDay     FieldKind = "time"
	DurationKind  FieldKind = "duration"
	JSON          FieldKind = "json"
	ForeignKey    FieldKind = "foreign_key"

	// ManyToMany is a relation across a table of pairs; it has no column.
	ManyToMany FieldKind = "many_to_many"
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
	Target Ref[Model]
	// OneToOne says that the foreign key is a one_to_one: unique, and one row from
	// both sides.
	OneToOne bool
	// Through is the model whose rows are the pairs of a many_to_many; Source and
	// Dest are its foreign keys to the field's model and to Target.
	Through      Ref[Model]
	Source, Dest *Field
	// RelatedName is the relation's name on the other side, "+" for none.
	RelatedName String
	// Column is the column's name where it does not follow from the field's
	// (db_column).
	Column    String
	TypeRange hcl.Range

	PrimaryKey, Null, Blank, Unique, Index Bool
	// Default is the value of a new row: nil, or string, int64, float64, bool, Now
	// or RandomUUID.
	Default Value[any]
	// DBDefault is the value that the database gives a row that is written without
	// one; like Default.
	DBDefault Value[any]
	// Generated is what the database computes the field by; with DBPersist it is
	// stored, otherwise computed when it is read.
	Generated   Term
	IsGenerated bool
	DBPersist   Bool
	// Editable says that forms may change the field.
	Editable Bool
	// OnDelete is one of onDeleteWords; foreign keys only.
	OnDelete String
	// AutoNow sets the time at every save, AutoNowAdd at the first.
	AutoNow, AutoNowAdd Bool
	// Choices are the values allowed, each with what people read.
	Choices []Choice
	// UploadTo is the folder of the storage for files, with letters of strftime.
	UploadTo String
	// Validators are further rules for the values, in order.
	Validators []Validator
	// HelpText and VerboseName are for people.
	HelpText, VerboseName String
	// RenamedFrom is the field's former name, for migrate diff.
	RenamedFrom String
	// Implicit says that the site file does not write the field (the key "id").
	Implicit bool
	// inherited is the abstract model that declares the field, "" for its own.
	inherited string
	DeclRange hcl.Range
}

// Now is the default value that stands for the time of saving.
type Now struct{}

// RandomUUID is the default value that stands for a fresh UUID.
type RandomUUID struct{}

// Ordering is one term of an order.
type Ordering struct {
	Field      *Field
	Descending bool
	Range      hcl.Range
}

// modelBlock describes a table.
func modelBlock() *block {
	return &block{
		Type: "model", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[Model](), Kind: "model",
		Doc:      "A table of the database and the Go type of its rows; a model without a primary key gets the field id, a big_auto.",
		Ancestor: "Django Model",
		Example: `model "post" {
  field "title" { type = char(200) }
  field "slug" {
    type   = slug
    unique = true
  }
  ordering = ["title"]
}`,
		Attrs: []*attr{
			{Name: "abstract", Type: boolType(), Default: "false", Ancestor: "Django Meta.abstract",
				Doc: "Whether the model has no table, and is there for others to take fields, constraints, indexes and order from."},
			{Name: "bases", Type: basesType{}, Ancestor: "Django model inheritance",
				Doc: "The abstract models whose fields, constraints, indexes and order the model has too; what its own block says wins, and names of constraints and indexes get the model's name and an underscore before them."},
			{Name: "ordering", Type: orderingType{}, Ancestor: "Django Meta.ordering",
				Doc: "The fields that rows are sorted by where nothing else is said, with a minus before those to sort downwards."},
			{Name: "db_table", Into: "Table", Type: stringType(), Check: checkTableName, Ancestor: "Django Meta.db_table",
				Doc: "The table's name; the model's when not written."},
			{Name: "display", Type: stringType(), Ancestor: "Django __str__",
				Doc: "The field that stands for a row in pages and logs; the first char field when not written, or else the key."},
			{Name: "verbose_name", Type: stringType(), Check: checkNotEmpty, Ancestor: "Django Meta.verbose_name",
				Doc: "What people call a row; the model's name with spaces when not written."},
			{Name: "verbose_name_plural", Type: stringType(), Check: checkNotEmpty, Ancestor: "Django Meta.verbose_name_plural",
				Doc: "What people call rows; verbose_name and an s when not written."},
			{Name: "permissions", Type: stringMap{}, Check: checkNotEmpty, Ancestor: "Django Meta.permissions",
				Doc: "What users may be allowed to do with rows beside add, change, delete and view: codenames, each with what people read."},
			{Name: "clean", Type: rowCleanType{}, Ancestor: "Django Model.clean",
				Doc: "A Go function of the project that is func(model.Source, *models.T) error, which says to forms, resources and FullClean what is wrong with a row as a whole, and may put values right."},
			{Name: "renamed_from", Type: stringType(), Check: checkFormerName,
				Doc: "The model's former name, for the next migration."},
		},
		Blocks: []*block{fieldBlock(), checkBlock(), uniqueBlock(), indexBlock()},
		Check:  checkModel,
	}
}

func fieldBlock() *block {
	return &block{
		Type: "field", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[Field](), Required: true,
		Doc:      "A column of the table.",
		Ancestor: "Django Field",
		Example: `field "author" {
  type      = foreign_key(model.user)
  on_delete = cascade
}`,
		Attrs: []*attr{
			{Name: "type", Into: "Kind", Type: fieldType{}, Required: true, Ancestor: "Django max_length, max_digits, decimal_places",
				Doc: "The type: one of the field types, with its size or model in parentheses."},
			{Name: "primary_key", Type: boolType(), Default: "false", Ancestor: "Django primary_key",
				Doc: "Whether the field is the model's key."},
			{Name: "null", Type: boolType(), Default: "false", Ancestor: "Django null",
				Doc: "Whether rows may have no value there."},
			{Name: "blank", Type: boolType(), Default: "false", Ancestor: "Django blank",
				Doc: "Whether forms may leave the field empty."},
			{Name: "unique", Type: boolType(), Default: "false", Ancestor: "Django unique",
				Doc: "Whether no two rows have the same value."},
			{Name: "index", Type: boolType(), Default: "false", Ancestor: "Django db_index",
				Doc: "Whether the database keeps an index on the field."},
			{Name: "db_column", Into: "Column", Type: stringType(), Check: checkColumnName, Ancestor: "Django db_column",
				Doc: "The column's name; the field's when not written, with _id behind it for a relation to one row."},
			{Name: "default", Type: fieldDefault{}, Ancestor: "Django default",
				Doc: "The value of a new row: a constant, now(), or uuid()."},
			{Name: "db_default", Into: "DBDefault", Type: fieldDefault{}, Ancestor: "Django db_default",
				Doc: "The value that the database gives a row that is written without one, by other programs too: a constant, now(), or uuid()."},
			{Name: "generated", Type: termType{}, Ancestor: "Django GeneratedField.expression",
				Doc: "What the database computes the field by, from other fields of the row: line.price * line.quantity."},
			{Name: "db_persist", Into: "DBPersist", Type: boolType(), Default: "true", Ancestor: "Django db_persist",
				Doc: "Whether what is generated is stored, and not computed when it is read."},
			{Name: "editable", Type: boolType(), Default: "true", Ancestor: "Django editable",
				Doc: "Whether forms may change the field."},
			{Name: "on_delete", Type: wordType{}, Enum: onDeleteWords(), Ancestor: "Django on_delete",
				Doc: "What happens to rows whose foreign key points at a row that is deleted."},
			{Name: "related_name", Type: stringType(), Check: checkRelatedName, Ancestor: "Django related_name",
				Doc: "What the rows that point back are called on the other side: the model's name and _set when not written, the model's name for a one_to_one, and none where two would have that name; \"+\" for no such relation, and %(class)s in it stands for the model's name, for abstract models."},
			{Name: "through", Type: modelRef(), Ancestor: "Django through",
				Doc: "The model whose rows are the pairs of a many_to_many; a table of its own when not written."},
			{Name: "auto_now", Type: boolType(), Default: "false", Ancestor: "Django auto_now",
				Doc: "Whether every save sets the field to the time."},
			{Name: "auto_now_add", Type: boolType(), Default: "false", Ancestor: "Django auto_now_add",
				Doc: "Whether the first save sets the field to the time."},
			{Name: "choices", Type: choicesType{}, Ancestor: "Django choices",
				Doc: "The only values of the field, each with what people read; a map in place of that makes a group of choices under its key, and Go has a constant for each and a method for what people read, get_FIELD_display in templates."},
			{Name: "validators", Type: validatorsType{}, Ancestor: "Django validators",
				Doc: "Further rules for values that are not empty, which forms, resources and FullClean ask: validators of the table below, and Go functions of the project that are func(T) error."},
			{Name: "upload_to", Type: stringType(), Check: checkUploadTo, Ancestor: "Django upload_to",
				Doc: "The folder of the site's storage that files are put into, in which %Y, %m, %d, %H, %M and %S stand for the time: photos/%Y/%m."},
			{Name: "help_text", Type: stringType(), Ancestor: "Django help_text",
				Doc: "A hint beside the field in forms."},
			{Name: "verbose_name", Type: stringType(), Check: checkNotEmpty, Ancestor: "Django verbose_name",
				Doc: "What people call the field; its name with spaces when not written."},
			{Name: "renamed_from", Type: stringType(), Check: checkFormerName,
				Doc: "The field's former name, for the next migration."},
		},
		Check: checkField,
	}
}

func onDeleteWords() []string {
	return []string{"cascade", "protect", "restrict", "set_null", "set_default", "do_nothing"}
}
