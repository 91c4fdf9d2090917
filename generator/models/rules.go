package models

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

// validationPkg is the runtime package that checks rows.
const validationPkg = "stackgen.dev/runtime/model/validation"

// rules writes what FullClean asks of a row, and the method.
func (w modelWriter) rules() {
	var fields, constraints []jen.Code
	for _, f := range w.m.Fields {
		if !f.IsGenerated {
			fields = append(fields, jen.Values(w.rule(f)...))
		}
	}
	for _, c := range w.m.Constraints {
		if code := w.constraint(c); code != nil {
			constraints = append(constraints, jen.Values(code...))
		}
	}
	name := lowerFirst(w.name) + "Rules"
	list := []jen.Code{
		emit.Field("Model", jen.Lit(w.m.VerboseName.V)),
		emit.Field("Fields", jen.Index().Qual(validationPkg, "Field").Add(emit.Rows(fields...))),
	}
	if len(constraints) > 0 {
		list = append(list, emit.Field("Constraints", jen.Index().Qual(validationPkg, "Constraint").Add(emit.Rows(constraints...))))
	}
	w.Var().Id(name).Op("=").Qual(validationPkg, "Rules").Add(emit.Rows(list...))
	w.Line()
	w.Doc("FullClean checks the row before it is stored, without the fields in exclude: each field by\nitself, the row as a whole, and what is unique and constrained. A *model.ValidationError\nsays what is wrong; any other error is the database's.")
	w.method("FullClean").Params(
		jen.Id("src").Qual(modelPkg, "Source"),
		jen.Id("exclude").Op("...").Qual(modelPkg, "Column").Types(jen.Id(w.name)),
	).Error().Block(jen.Return(jen.Qual(validationPkg, "FullClean").Call(
		jen.Id("src"), jen.Op("&").Id(lowerFirst(w.name)+"Table"), jen.Op("&").Id(name), jen.Id(w.self), jen.Id("exclude").Op("..."),
	)))
	w.Line()
}

// ruled are the kinds of field that are asked more than their Go type says.
var ruled = map[schema.FieldKind]bool{
	schema.Auto: true, schema.Integer: true, schema.SmallInteger: true, schema.PositiveInt: true, schema.PositiveSmall: true,
	schema.PositiveBig: true, schema.Slug: true, schema.Email: true, schema.URL: true, schema.IPAddress: true,
	schema.ImageKind: true, schema.Decimal: true, schema.JSON: true,
}

func (w modelWriter) rule(f *schema.Field) []jen.Code {
	s := stored(f)
	var list []jen.Code
	add := func(on bool, name string, value jen.Code) {
		if on {
			list = append(list, emit.Field(name, value))
		}
	}
	add(true, "Name", jen.Lit(f.Name))
	add(true, "Label", jen.Lit(f.VerboseName.V))
	add(ruled[s.Kind], "Kind", jen.Lit(string(s.Kind)))
	add(f.Null.V, "Null", jen.True())
	timed := f.AutoNow.V || f.AutoNowAdd.V
	add(f.Blank.V, "Blank", jen.True())
	add(isAuto(f) || timed || !f.Editable.V, "Free", jen.True())
	add(f.Unique.V, "Unique", jen.True())
	add(f.PrimaryKey.V, "Key", jen.True())
	add(f.MaxLength > 0, "MaxLength", jen.Lit(f.MaxLength))
	add(s.MaxDigits > 0, "MaxDigits", jen.Lit(s.MaxDigits))
	add(s.DecimalPlaces > 0, "DecimalPlaces", jen.Lit(s.DecimalPlaces))
	if len(f.Choices) > 0 {
		var values []jen.Code
		for _, c := range f.Choices {
			values = append(values, jen.Lit(c.Key))
		}
		add(true, "Choices", jen.Index().String().Values(values...))
	}
	if list := Validators(f); len(list) > 0 {
		add(true, "Validators", jen.Index().Qual(validationPkg, "Validator").Values(list...))
	}
	if f.Kind == schema.ForeignKey {
		target := f.Target.Target
		add(true, "Refers", jen.Op("&").Qual(validationPkg, "Target").Values(
			emit.Field("Model", jen.Lit(target.VerboseName.V)),
			emit.Field("Field", jen.Lit(target.PrimaryKey().Name)),
			emit.Field("Table", jen.Lit(TableName(target))),
			emit.Field("Column", jen.Lit(ColumnName(target.PrimaryKey()))),
		))
	}
	return list
}

// validatorFuncs are the functions of package validation for the words of the site file.
var validatorFuncs = map[string]string{
	"min_value": "MinValue", "max_value": "MaxValue", "step_value": "StepValue", "min_length": "MinLength", "max_length": "MaxLength",
	"regex": "Regex", "not_regex": "NotRegex", "email": "Email", "url": "URL", "domain_name": "DomainName", "slug": "Slug",
	"unicode_slug": "UnicodeSlug", "ipv4_address": "IPv4", "ipv6_address": "IPv6", "ipv46_address": "IP", "integer": "Integer",
	"comma_separated_integer_list": "IntegerList", "decimal": "Decimal", "file_extension": "FileExtension",
	"image_file_extension": "ImageExtension", "prohibit_null_characters": "NoNull",
}

// Validators are the field's validators that are no functions of the project, as
// values of validation.Validator.
func Validators(f *schema.Field) []jen.Code {
	var list []jen.Code
	for _, v := range f.Validators {
		if v.Name == "" {
			continue
		}
		name, ok := validatorFuncs[v.Name]
		if !ok {
			panic("stackgen: unreachable: validator " + v.Name)
		}
		list = append(list, jen.Qual(validationPkg, name).Call(validatorArgs(v)...))
	}
	return list
}

func validatorArgs(v schema.Validator) []jen.Code {
	var args []jen.Code
	for _, a := range v.Args {
		switch {
		case v.Name == "min_value" || v.Name == "max_value":
			args = append(args, jen.Lit(plainText(a)))
		case v.Name == "step_value":
			args = append(args, jen.Lit(plainNumber(a)))
		default:
			if n, ok := a.(int64); ok {
				args = append(args, jen.Lit(int(n)))
			} else {
				args = append(args, jen.Lit(a))
			}
		}
	}
	switch v.Name {
	case "regex", "not_regex":
		for len(args) < 3 {
			args = append(args, jen.Lit(""))
		}
	case "step_value":
		if len(args) == 1 {
			args = append(args, jen.Lit(0.0))
		}
	}
	return args
}

// plainText is a constant of the site file as messages show it.
func plainText(v any) string {
	if f, ok := v.(float64); ok {
		return strconv.FormatFloat(f, 'f', -1, 64)
	}
	return fmt.Sprint(v)
}

func plainNumber(v any) float64 {
	n, err := strconv.ParseFloat(plainText(v), 64)
	if err != nil {
		panic("stackgen: unreachable: number that schema lets pass: " + err.Error())
	}
	return n
}

// constraint is a check or unique; nil for one about what the database computes,
// which is not known before.
func (w modelWriter) constraint(c *schema.Constraint) []jen.Code {
	list := []jen.Code{emit.Field("Name", jen.Lit(c.Name))}
	at := map[*schema.Field]int{}
	for i, f := range w.m.Fields {
		at[f] = i
	}
	places := func(fields []*schema.Field) (code []jen.Code, ok bool) {
		for _, f := range fields {
			if f.IsGenerated {
				return nil, false
			}
			code = append(code, jen.Lit(at[f]))
		}
		return code, true
	}
	columns, ok := places(c.Fields)
	if !ok {
		return nil
	}
	if len(columns) > 0 {
		list = append(list, emit.Field("Columns", jen.Index().Int().Values(columns...)))
	}
	if c.Check || c.Condition != nil || len(c.Expressions) > 0 {
		used := w.named(c)
		args, ok := places(used)
		if !ok {
			return nil
		}
		list = append(list,
			emit.Field("Violated", sqlConst(w.site, w.violated(c, used, sqltext.SQLite)+sqltext.OnPostgres+w.violated(c, used, sqltext.Postgres))),
			emit.Field("Args", jen.Index().Int().Values(args...)),
		)
	}
	if !c.Check {
		list = append(list, emit.Field("Unique", jen.True()))
	}
	if c.Message.V != "" {
		list = append(list, emit.Field("Message", jen.Lit(c.Message.V)))
	}
	if c.Code.V != "" {
		list = append(list, emit.Field("Code", jen.Lit(c.Code.V)))
	}
	return list
}

// compared are the expressions of a unique as the database writes them.
func (w modelWriter) compared(c *schema.Constraint, dialect sqltext.Dialect) []string {
	var list []string
	for _, f := range c.Fields {
		list = append(list, sqltext.Ident(ColumnName(f)))
	}
	for _, x := range c.Expressions {
		list = append(list, Expression(w.m, x.Term, dialect))
	}
	return list
}

// condition is the constraint's condition, "" without one.
func (w modelWriter) condition(c *schema.Constraint, dialect sqltext.Dialect) string {
	if c.Condition == nil {
		return ""
	}
	return Condition(w.m, c.Condition, dialect)
}

// named are the fields that the constraint names.
func (w modelWriter) named(c *schema.Constraint) []*schema.Field {
	text := strings.Join(w.compared(c, sqltext.SQLite), " ") + w.condition(c, sqltext.SQLite)
	var list []*schema.Field
	for _, f := range w.m.Fields {
		if strings.Contains(text, sqltext.Ident(ColumnName(f))) {
			list = append(list, f)
		}
	}
	return list
}

// violated is a statement with a row where the values bound break the constraint:
// they stand as a table of one row, in which the constraint's own text has its
// columns.
func (w modelWriter) violated(c *schema.Constraint, used []*schema.Field, dialect sqltext.Dialect) string {
	var columns []string
	for i, f := range used {
		columns = append(columns, typed("?"+strconv.Itoa(i+1), f, dialect)+" AS "+sqltext.Ident(ColumnName(f)))
	}
	row := "(SELECT " + strings.Join(columns, ", ") + `) AS "new"`
	where := w.condition(c, dialect)
	if c.Check {
		return "SELECT 1 FROM " + row + "\nWHERE NOT (" + where + ")"
	}
	from := " FROM " + row
	var terms []string
	if where != "" {
		terms = append(terms, "("+where+")")
		from += " WHERE " + where
	}
	for _, e := range w.compared(c, dialect) {
		terms = append(terms, "("+e+") = (SELECT "+e+from+")")
	}
	key := w.m.PrimaryKey()
	terms = append(terms, sqltext.Ident(ColumnName(key))+" IS DISTINCT FROM "+typed("?"+strconv.Itoa(len(used)+1), key, dialect))
	return "SELECT 1 FROM " + sqltext.Ident(TableName(w.m)) + "\nWHERE " + strings.Join(terms, " AND ") + "\nLIMIT 1"
}

// typed gives a bound value the type that the column of the field has.
func typed(param string, f *schema.Field, dialect sqltext.Dialect) string {
	kind := stored(f).Kind
	if dialect != sqltext.Postgres {
		if kind == schema.Decimal {
			return "CAST(" + param + " AS NUMERIC)"
		}
		return param
	}
	return param + "::" + postgresType(kind)
}

func postgresType(kind schema.FieldKind) string {
	switch kind {
	case schema.Boolean:
		return "boolean"
	case schema.FloatField:
		return "double precision"
	case schema.Decimal:
		return "numeric"
	case schema.Date:
		return "date"
	case schema.DateTime:
		return "timestamptz"
	case schema.TimeOfDay:
		return "time"
	case schema.DurationKind:
		return "interval"
	case schema.UUID:
		return "uuid"
	case schema.JSON:
		return "jsonb"
	case schema.Binary:
		return "bytea"
	case schema.IPAddress:
		return "inet"
	}
	if k := (&schema.Field{Kind: kind}); kindOf(k).text {
		return "text"
	}
	return "bigint"
}
