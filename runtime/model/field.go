package model

import "stackgen.dev/runtime/model/sqltext"

// Field is a column of the model M whose values are V. It makes conditions,
// order terms and assignments. Generated code has one for every field.
type Field[M, V any] struct {
	column sqltext.Column
	bind   func(V) Value
	store  func(V) Value // what Set binds with; nil for bind
}

// NewField is the field of a column that is never null. Generated code calls it.
func NewField[M, V any](table, column string, bind func(V) Value) Field[M, V] {
	return Field[M, V]{column: sqltext.Column{Table: table, Name: column}, bind: bind}
}

// Eq holds where the field has the value (exact).
func (f Field[M, V]) Eq(v V) Cond[M] { return f.compare(sqltext.Eq, v) }

// Ne holds where the field has not the value, so also where it is null (exclude).
func (f Field[M, V]) Ne(v V) Cond[M] { return f.compare(sqltext.Ne, v) }

// Lt holds where the field is less than v (lt).
func (f Field[M, V]) Lt(v V) Cond[M] { return f.compare(sqltext.Lt, v) }

// Lte holds where the field is v or less (lte).
func (f Field[M, V]) Lte(v V) Cond[M] { return f.compare(sqltext.Le, v) }

// Gt holds where the field is greater than v (gt).
func (f Field[M, V]) Gt(v V) Cond[M] { return f.compare(sqltext.Gt, v) }

// Gte holds where the field is v or greater (gte).
func (f Field[M, V]) Gte(v V) Cond[M] { return f.compare(sqltext.Ge, v) }

// Between holds where the field is low, high or between them (range).
func (f Field[M, V]) Between(low, high V) Cond[M] { return f.Gte(low).And(f.Lte(high)) }

// In holds where the field has one of the values; without values never (in).
func (f Field[M, V]) In(values ...V) Cond[M] {
	list := make([]sqltext.Operand, len(values))
	for i, v := range values {
		list[i] = sqltext.Bind(f.bind(v))
	}
	return Cond[M]{sqltext.In{Column: f.column, List: list}}
}

// Asc orders by the field, smallest first; null comes before every value.
func (f Field[M, V]) Asc() Order[M] { return Order[M]{sqltext.Order{Column: f.column}} }

// Desc orders by the field, greatest first; null comes after every value.
func (f Field[M, V]) Desc() Order[M] {
	return Order[M]{sqltext.Order{Column: f.column, Descending: true}}
}

// Set assigns the value in Query.Update.
func (f Field[M, V]) Set(v V) Assignment[M] {
	bind := f.bind
	if f.store != nil {
		bind = f.store
	}
	return Assignment[M]{f.column.Name, bind(v)}
}

// StoredBy is the field whose Set binds with another function, which may
// change or refuse a value. Generated code calls it.
func (f Field[M, V]) StoredBy(store func(V) Value) Field[M, V] {
	f.store = store
	return f
}

func (f Field[M, V]) compare(op sqltext.Op, v V) Cond[M] {
	return Cond[M]{sqltext.Compare{Column: f.column, Op: op, Operand: sqltext.Bind(f.bind(v))}}
}

func (f Field[M, V]) columnOf(*M) string { return f.column.Name }

// NullField is a field that may be null.
type NullField[M, V any] struct{ Field[M, V] }

// NewNullField is the field of a column that may be null. Generated code calls it.
func NewNullField[M, V any](table, column string, bind func(V) Value) NullField[M, V] {
	return NullField[M, V]{nullable(NewField[M](table, column, bind))}
}

// StoredBy is Field.StoredBy.
func (f NullField[M, V]) StoredBy(store func(V) Value) NullField[M, V] {
	f.store = store
	return f
}

func nullable[M, V any](f Field[M, V]) Field[M, V] {
	f.column.Null = true
	return f
}

// IsNull holds where the field is null (isnull=True).
func (f NullField[M, V]) IsNull() Cond[M] { return Cond[M]{sqltext.IsNull{Column: f.column}} }

// IsNotNull holds where the field has a value (isnull=False).
func (f NullField[M, V]) IsNotNull() Cond[M] {
	return Cond[M]{sqltext.IsNull{Column: f.column, Negated: true}}
}

// SetNull assigns null in Query.Update.
func (f NullField[M, V]) SetNull() Assignment[M] { return Assignment[M]{column: f.column.Name} }

// TextField is a field of text. The look-ups of a part of the text ignore the
// case of the ASCII letters, with and without the I: SQLite's LIKE does, and
// Django documents the same.
type TextField[M any] struct{ Field[M, string] }

// NewTextField is the field of a text column that is never null. Generated code calls it.
func NewTextField[M any](table, column string) TextField[M] {
	return TextField[M]{NewField[M](table, column, TextValue)}
}

// Contains holds where s is part of the text (contains).
func (f TextField[M]) Contains(s string) Cond[M] { return f.like("%", s, "%") }

// IContains is Contains without regard to case (icontains).
func (f TextField[M]) IContains(s string) Cond[M] { return f.like("%", s, "%") }

// StartsWith holds where the text begins with s (startswith).
func (f TextField[M]) StartsWith(s string) Cond[M] { return f.like("", s, "%") }

// IStartsWith is StartsWith without regard to case (istartswith).
func (f TextField[M]) IStartsWith(s string) Cond[M] { return f.like("", s, "%") }

// EndsWith holds where the text ends with s (endswith).
func (f TextField[M]) EndsWith(s string) Cond[M] { return f.like("%", s, "") }

// IEndsWith is EndsWith without regard to case (iendswith).
func (f TextField[M]) IEndsWith(s string) Cond[M] { return f.like("%", s, "") }

// IEq is Eq without regard to case (iexact).
func (f TextField[M]) IEq(s string) Cond[M] { return f.like("", s, "") }

func (f TextField[M]) like(before, s, after string) Cond[M] {
	return f.compare(sqltext.Like, sqltext.LikePattern(before, s, after))
}

// NullTextField is a text field that may be null.
type NullTextField[M any] struct{ TextField[M] }

// NewNullTextField is the field of a text column that may be null. Generated code calls it.
func NewNullTextField[M any](table, column string) NullTextField[M] {
	f := NewTextField[M](table, column)
	f.Field = nullable(f.Field)
	return NullTextField[M]{f}
}

// IsNull holds where the field is null (isnull=True).
func (f NullTextField[M]) IsNull() Cond[M] { return Cond[M]{sqltext.IsNull{Column: f.column}} }

// IsNotNull holds where the field has a value (isnull=False).
func (f NullTextField[M]) IsNotNull() Cond[M] {
	return Cond[M]{sqltext.IsNull{Column: f.column, Negated: true}}
}

// SetNull assigns null in Query.Update.
func (f NullTextField[M]) SetNull() Assignment[M] { return Assignment[M]{column: f.column.Name} }
