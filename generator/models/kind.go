package models

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/schema"
)

// modelPkg is the runtime package that generated models run on.
const modelPkg = "stackgen.dev/runtime/model"

// kind says how values of a field kind look in Go.
type kind struct {
	// typ is the Go type.
	typ func() *jen.Statement
	// value is the function of the runtime that binds one, read the method of
	// Row that reads one, and parse the function that reads text; "" for text itself.
	value, read, parse string
	// text says that the text look-ups apply.
	text bool
	// field is what makes the field, behind New or NewNull; "" where that
	// follows from the others.
	field string
	// json writes the statement that appends one to b.
	json func(v jen.Code) jen.Code
}

func qual(name string) func() *jen.Statement {
	return func() *jen.Statement { return jen.Qual(modelPkg, name) }
}

// jsonBy appends with a function of the runtime.
func jsonBy(function string) func(jen.Code) jen.Code {
	return func(v jen.Code) jen.Code {
		return jen.Id("b").Op("=").Qual(modelPkg, function).Call(jen.Id("b"), v)
	}
}

func textKind() kind {
	return kind{typ: jen.String, value: "TextValue", read: "Text", text: true, json: jsonBy("AppendJSONString")}
}

func intKind() kind {
	return kind{typ: jen.Int64, value: "IntValue", read: "Int64", parse: "ParseInt", json: func(v jen.Code) jen.Code {
		return jen.Id("b").Op("=").Qual("strconv", "AppendInt").Call(jen.Id("b"), v, jen.Lit(10))
	}}
}

// kindOf is the field's kind; a foreign key has its target's.
func kindOf(f *schema.Field) kind {
	switch f.Kind {
	case schema.Auto, schema.BigAuto, schema.Integer, schema.BigInteger, schema.SmallInteger,
		schema.PositiveInt, schema.PositiveSmall, schema.PositiveBig:
		return intKind()
	case schema.Char, schema.Text, schema.Slug, schema.Email, schema.URL,
		schema.FileKind, schema.ImageKind:
		return textKind()
	case schema.IPAddress:
		k := textKind()
		k.value, k.field = "AddressValue", "AddressField"
		return k
	case schema.Boolean:
		return kind{typ: jen.Bool, value: "BoolValue", read: "Bool", parse: "ParseBool", json: func(v jen.Code) jen.Code {
			return jen.Id("b").Op("=").Qual("strconv", "AppendBool").Call(jen.Id("b"), v)
		}}
	case schema.FloatField:
		return kind{typ: jen.Float64, value: "FloatValue", read: "Float64", parse: "ParseFloat", json: jsonBy("AppendJSONFloat")}
	case schema.Decimal:
		return kind{typ: qual("Decimal"), value: "DecimalValue", read: "Decimal", parse: "ParseDecimal", json: jsonBy("AppendJSONText")}
	case schema.Date:
		return kind{typ: qual("Date"), value: "DateValue", read: "Date", parse: "ParseDate", json: jsonBy("AppendJSONText")}
	case schema.DateTime:
		return kind{typ: func() *jen.Statement { return jen.Qual("time", "Time") }, value: "TimeValue", read: "Time", parse: "ParseTime", json: jsonBy("AppendJSONTime")}
	case schema.TimeOfDay:
		return kind{typ: qual("TimeOfDay"), value: "TimeOfDayValue", read: "TimeOfDay", parse: "ParseTimeOfDay", json: jsonBy("AppendJSONText")}
	case schema.DurationKind:
		return kind{typ: func() *jen.Statement { return jen.Qual("time", "Duration") }, value: "DurationValue", read: "Duration", parse: "ParseDuration", json: jsonBy("AppendJSONDuration")}
	case schema.UUID:
		return kind{typ: qual("UUID"), value: "UUIDValue", read: "UUID", parse: "ParseUUID", json: jsonBy("AppendJSONText")}
	case schema.JSON:
		return kind{typ: func() *jen.Statement { return jen.Qual("encoding/json", "RawMessage") }, value: "JSONValue", read: "JSON", parse: "ParseJSON", json: jsonBy("AppendJSONRaw")}
	case schema.Binary:
		return kind{typ: func() *jen.Statement { return jen.Index().Byte() }, value: "BytesValue", read: "Bytes", parse: "ParseBytes", json: jsonBy("AppendJSONBytes")}
	case schema.ForeignKey:
		return kindOf(f.Target.Target.PrimaryKey())
	}
	panic("stackgen: unreachable: field of kind " + string(f.Kind))
}

// stored is the field whose column type f has: itself, or the key that a
// foreign key points at.
func stored(f *schema.Field) *schema.Field {
	for f.Kind == schema.ForeignKey {
		f = f.Target.Target.PrimaryKey()
	}
	return f
}

// isAuto reports whether the database makes the field's values.
func isAuto(f *schema.Field) bool { return f.Kind == schema.Auto || f.Kind == schema.BigAuto }

// ValueType is the Go type of the field's values, without Null.
func ValueType(f *schema.Field) *jen.Statement { return kindOf(f).typ() }

// GoType is the Go type of the struct field: ValueType, in model.Null where
// the field may be null.
func GoType(f *schema.Field) *jen.Statement {
	if f.Null.V {
		return jen.Qual(modelPkg, "Null").Types(ValueType(f))
	}
	return ValueType(f)
}

// ParseFunc is the function of stackgen.dev/runtime/model that reads the
// field's values from text, func(string) (T, error); "" where text is the value.
func ParseFunc(f *schema.Field) string { return kindOf(f).parse }

// bindFunc is the func(T) model.Value that binds a value to be stored in f.
func bindFunc(f *schema.Field) jen.Code {
	if s := stored(f); s.Kind == schema.Decimal {
		return jen.Func().Params(jen.Id("d").Qual(modelPkg, "Decimal")).Qual(modelPkg, "Value").Block(
			jen.Return(jen.Qual(modelPkg, "DecimalIn").Call(jen.Id("d"), jen.Lit(s.MaxDigits), jen.Lit(s.DecimalPlaces))),
		)
	}
	return jen.Qual(modelPkg, kindOf(f).value)
}

// bind is the model.Value of an expression to be stored in f.
func bind(f *schema.Field, expr jen.Code) jen.Code {
	switch s := stored(f); {
	case f.Null.V:
		return jen.Qual(modelPkg, "NullValue").Call(expr, bindFunc(f))
	case s.Kind == schema.Decimal:
		return jen.Qual(modelPkg, "DecimalIn").Call(expr, jen.Lit(s.MaxDigits), jen.Lit(s.DecimalPlaces))
	}
	return bindCompared(f, expr)
}

// bindCompared is the model.Value of an expression that f is compared with.
func bindCompared(f *schema.Field, expr jen.Code) jen.Code {
	return jen.Qual(modelPkg, kindOf(f).value).Call(expr)
}

// read is the expression that reads the field from a column.
func read(f *schema.Field, column jen.Code) jen.Code {
	call := []jen.Code{column}
	if s := stored(f); s.Kind == schema.Decimal {
		call = append(call, jen.Lit(s.DecimalPlaces))
	}
	return jen.Id("row").Dot(kindOf(f).read).Call(call...)
}
