package models

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

// modelNames are the names that a model takes in the package.
func modelNames(m *schema.Model) []string {
	name := TypeName(m)
	low := lowerFirst(name)
	return []string{
		name, PluralName(m), "New" + name, "Get" + name, name + "Field",
		low + "Table", low + "Values", "insert" + name + "SQL", "get" + name + "SQL", "delete" + name + "SQL",
	}
}

// receiver is the name of the row in methods.
func receiver(m *schema.Model) string { return strings.ToLower(TypeName(m)[:1]) }

func writeModel(f *emit.File, m *schema.Model, site *schema.Site) {
	w := modelWriter{f, site, m, TypeName(m), receiver(m)}
	w.structure()
	w.constructor()
	w.queries()
	w.fields()
	w.table()
	w.scan()
	w.values()
	w.create()
	w.save()
	w.delete()
	w.str()
}

// modelWriter writes the file of one model.
type modelWriter struct {
	*emit.File
	site *schema.Site
	m    *schema.Model
	name string // the Go type
	self string // the receiver
}

func (w modelWriter) row() *jen.Statement { return jen.Op("*").Id(w.name) }

// method begins a method of the row.
func (w modelWriter) method(name string) *jen.Statement {
	return w.Func().Params(jen.Id(w.self).Op("*").Id(w.name)).Id(name)
}

func (w modelWriter) structure() {
	var fields []jen.Code
	for _, f := range w.m.Fields {
		line := jen.Id(FieldName(f)).Add(GoType(f))
		fields = append(fields, line)
		if f.Kind == schema.ForeignKey {
			fields = append(fields, jen.Id(RelationName(f)).Op("*").Id(TypeName(f.Target.Target)).
				Comment("nil unless read along by SelectRelated"))
		}
	}
	w.Doc(w.name + " is a row of the table " + TableName(w.m) + ".")
	w.Type().Id(w.name).Struct(fields...)
	w.Line()
}

// constructor writes the function that begins a new row.
func (w modelWriter) constructor() {
	var values []jen.Code
	for _, f := range w.m.Fields {
		code := defaultOf(f)
		if isNow(f) {
			if code = nowAs(f, 0); f.Null.V {
				code = jen.Qual(modelPkg, "Some").Call(code)
			}
		}
		if code != nil {
			values = append(values, emit.Field(FieldName(f), code))
		}
	}
	body := []jen.Code{jen.Return(jen.Op("&").Id(w.name).Add(emit.Rows(values...)))}
	for _, f := range w.m.Fields {
		if isNow(f) {
			body = append([]jen.Code{nowVar()}, body...)
			break
		}
	}
	w.Doc("New" + w.name + " is a row with the defaults of its fields, not yet stored.")
	w.Func().Id("New" + w.name).Params(jen.Id("src").Qual(modelPkg, "Source")).Add(w.row()).Block(body...)
	w.Line()
}

// isNow reports whether the field's default is the time of saving.
func isNow(f *schema.Field) bool {
	_, now := f.Default.V.(schema.Now)
	return now
}

func nowVar() jen.Code { return jen.Id("now").Op(":=").Qual(modelPkg, "Now").Call(jen.Id("src")) }

func (w modelWriter) queries() {
	key := w.m.PrimaryKey()
	source := jen.Id("src").Qual(modelPkg, "Source")
	w.Doc(PluralName(w.m) + " begins a query of all rows of " + w.name + ".")
	w.Func().Id(PluralName(w.m)).Params(source).Qual(modelPkg, "Query").Types(jen.Id(w.name)).Block(
		jen.Return(jen.Qual(modelPkg, "NewQuery").Call(jen.Id("src"), jen.Op("&").Id(lowerFirst(w.name)+"Table"))),
	)
	w.Line()
	sqlName := "get" + w.name + "SQL"
	w.Const().Id(sqlName).Op("=").Add(sqlConst(w.site, getSQL(w.m)))
	w.Line()
	param := goParam(key.Name)
	w.Doc("Get" + w.name + " has the row with that key, or model.ErrNotFound.")
	w.Func().Id("Get"+w.name).Params(source, jen.Id(param).Add(ValueType(key))).Params(w.row(), jen.Error()).Block(
		jen.Return(jen.Qual(modelPkg, "FetchOne").Call(
			jen.Id("src"), jen.Id(sqlName), jen.Parens(w.row()).Dot("scan"), bind(key, jen.Id(param)),
		)),
	)
	w.Line()
}

// fields writes the struct of fields for conditions, order and assignments.
func (w modelWriter) fields() {
	var types, values []jen.Code
	add := func(name string, typ, value jen.Code) {
		types = append(types, jen.Id(name).Add(typ))
		values = append(values, emit.Field(name, value))
	}
	for _, f := range w.m.Fields {
		typ, value := w.field(f)
		add(FieldName(f), typ, value)
		if f.Kind == schema.ForeignKey {
			add(RelationName(f), jen.Qual(modelPkg, "Relation").Types(jen.Id(w.name)), w.relation(f))
		}
	}
	w.Doc(w.name + "Field has the fields of " + w.name + ", for conditions, order and assignments.")
	w.Var().Id(w.name + "Field").Op("=").Struct(types...).Add(emit.Rows(values...))
	w.Line()
}

// field is the type and the value of one field.
func (w modelWriter) field(f *schema.Field) (typ, value jen.Code) {
	k := kindOf(f)
	self := jen.Id(w.name)
	at := []jen.Code{jen.Lit(TableName(w.m)), jen.Lit(ColumnName(f))}
	name := "Field"
	if k.text {
		name = "TextField"
	}
	if f.Null.V {
		name = "Null" + name
	}
	if k.text {
		return jen.Qual(modelPkg, name).Types(self), jen.Qual(modelPkg, "New"+name).Types(self).Call(at...)
	}
	code := jen.Qual(modelPkg, "New"+name).Types(self).Call(append(at, jen.Qual(modelPkg, k.value))...)
	if stored(f).Kind == schema.Decimal {
		code = code.Dot("StoredBy").Call(bindFunc(f))
	}
	return jen.Qual(modelPkg, name).Types(self, k.typ()), code
}

func (w modelWriter) relation(f *schema.Field) jen.Code {
	j := joinOf(w.m, f)
	var columns []jen.Code
	for _, c := range j.Columns {
		columns = append(columns, jen.Lit(c))
	}
	fields := []jen.Code{
		emit.Field("Table", jen.Lit(j.Table)), emit.Field("Alias", jen.Lit(j.Alias)),
		emit.Field("Columns", jen.Index().String().Values(columns...)),
		emit.Field("Column", jen.Lit(j.Column)), emit.Field("Key", jen.Lit(j.Key)),
	}
	if j.Optional {
		fields = append(fields, emit.Field("Optional", jen.True()))
	}
	return jen.Qual(modelPkg, "NewRelation").Call(
		jen.Qual(modelPkg+"/sqltext", "Join").Add(emit.Rows(fields...)),
		jen.Parens(w.row()).Dot("scan"+RelationName(f)),
	)
}

func (w modelWriter) table() {
	var columns, ordering []jen.Code
	key := 0
	for i, f := range w.m.Fields {
		columns = append(columns, jen.Lit(ColumnName(f)))
		if f.PrimaryKey.V {
			key = i
		}
	}
	for _, o := range w.m.Ordering {
		direction := "Asc"
		if o.Descending {
			direction = "Desc"
		}
		ordering = append(ordering, jen.Id(w.name+"Field").Dot(FieldName(o.Field)).Dot(direction).Call())
	}
	rows := []jen.Code{
		emit.Field("Name", jen.Lit(TableName(w.m))),
		emit.Field("Columns", jen.Index().String().Values(columns...)),
		emit.Field("Key", jen.Lit(key)),
	}
	if len(ordering) > 0 {
		rows = append(rows, emit.Field("Ordering", jen.Index().Qual(modelPkg, "Order").Types(jen.Id(w.name)).Values(ordering...)))
	}
	rows = append(rows,
		emit.Field("Scan", jen.Parens(w.row()).Dot("scan")),
		emit.Field("Values", jen.Id(lowerFirst(w.name)+"Values")),
	)
	w.Var().Id(lowerFirst(w.name)+"Table").Op("=").Qual(modelPkg, "Table").Types(jen.Id(w.name)).Add(emit.Rows(rows...))
	w.Line()
}
