package models

import (
	"cmp"
	"strings"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

// PackageNames are the names that a model takes in gen/models, by its own name alone.
func PackageNames(m *schema.Model) []string {
	name := TypeName(m)
	low := lowerFirst(name)
	names := []string{
		name, PluralName(m), "New" + name, "Get" + name, name + "Field",
		low + "Table", low + "Values", low + "Columns", low + "Key", low + "Rules", "read" + name, "insert" + name + "SQL", "get" + name + "SQL", "delete" + name + "SQL",
	}
	for _, f := range m.Fields {
		names = append(names, choiceNames(m, f)...)
	}
	return names
}

// receiver is the name of the row in methods.
func receiver(m *schema.Model) string { return strings.ToLower(TypeName(m)[:1]) }

func writeModel(f *emit.File, m *schema.Model, site *schema.Site) {
	w := modelWriter{f, site, m, TypeName(m), receiver(m)}
	w.structure()
	w.constructor()
	w.queries()
	w.fields()
	stamped := w.stamp()
	w.table(stamped)
	w.scan()
	w.values()
	w.create()
	w.save()
	w.delete()
	w.rules()
	w.str()
	w.choices()
	if m == site.User {
		w.user()
	}
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
	for _, r := range relationsOf(w.m) {
		switch {
		case r.many:
			fields = append(fields, jen.Id(r.name).Index().Op("*").Id(TypeName(r.target)).Comment("nil unless read by PrefetchRelated"))
		case r.back:
			fields = append(fields, jen.Id(r.name).Op("*").Id(TypeName(r.target)).Comment("nil unless read along by SelectRelated"))
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
			jen.Id("src"), jen.Id(sqlName), jen.Id("read"+w.name), bind(key, jen.Id(param)),
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
	relations := relationsOf(w.m)
	for _, f := range w.m.Fields {
		typ, value := w.field(f)
		add(FieldName(f), typ, value)
		if f.Kind == schema.ForeignKey {
			add(RelationName(f), w.relationType(relations[0]), w.relation(relations[0]))
			relations = relations[1:]
		}
	}
	for _, r := range relations {
		add(r.name, w.relationType(r), w.relation(r))
	}
	w.Doc(w.name + "Field has the fields and relations of " + w.name + ", for conditions, order and assignments.")
	w.Var().Id(w.name + "Field").Op("=").Struct(types...).Add(emit.Rows(values...))
	w.Line()
}

// field is the type and the value of one field.
func (w modelWriter) field(f *schema.Field) (typ, value jen.Code) {
	k := kindOf(f)
	self := jen.Id(w.name)
	row := jen.Op("*").Id(w.name)
	at := []jen.Code{jen.Lit(TableName(w.m)), jen.Lit(ColumnName(f))}
	null := ""
	if f.Null.V {
		null = "Null"
	}
	if k.text {
		return jen.Qual(modelPkg, null+"TextField").Types(self), jen.Qual(modelPkg, "New"+null+cmp.Or(k.field, "TextField")).Types(row).Call(at...)
	}
	typ = jen.Qual(modelPkg, null+"Field").Types(self, k.typ())
	if s := stored(f); s.Kind == schema.Decimal {
		at = append(at, jen.Lit(s.MaxDigits), jen.Lit(s.DecimalPlaces))
		return typ, jen.Qual(modelPkg, "New"+null+"DecimalField").Types(row).Call(at...)
	}
	return typ, jen.Qual(modelPkg, "New"+null+"Field").Types(row).Call(append(at, jen.Qual(modelPkg, k.value))...)
}

// columnCode is a column of the model's own.
func columnCode(m *schema.Model, f *schema.Field) jen.Code {
	parts := []jen.Code{emit.Field("Table", jen.Lit(TableName(m))), emit.Field("Name", jen.Lit(ColumnName(f)))}
	if f.Null.V {
		parts = append(parts, emit.Field("Null", jen.True()))
	}
	return jen.Qual(sqltextPkg, "Column").Values(parts...)
}

func (w modelWriter) table(stamped bool) {
	var columns, ordering []jen.Code
	key := 0
	for i, f := range w.m.Fields {
		columns = append(columns, jen.Lit(ColumnName(f)))
		if f.PrimaryKey.V {
			key = i
		}
	}
	for _, o := range w.m.Ordering {
		term := []jen.Code{emit.Field("By", columnCode(w.m, o.Field))}
		if o.Descending {
			term = append(term, emit.Field("Descending", jen.True()))
		}
		ordering = append(ordering, jen.Values(term...))
	}
	low := lowerFirst(w.name)
	w.Var().Id(low + "Columns").Op("=").Index().String().Values(columns...)
	w.Line()
	rows := []jen.Code{
		emit.Field("Name", jen.Lit(TableName(w.m))),
		emit.Field("Columns", jen.Id(low+"Columns")),
		emit.Field("Key", jen.Lit(key)),
	}
	if n := computed(w.m); n > 0 {
		rows = append(rows, emit.Field("Computed", jen.Lit(n)), emit.Field("Scan", jen.Parens(w.row()).Dot("scanComputed")))
	}
	if len(ordering) > 0 {
		rows = append(rows, emit.Field("Ordering", jen.Index().Qual(sqltextPkg, "Order").Values(ordering...)))
	}
	rows = append(rows,
		emit.Field("Read", jen.Id("read"+w.name)),
		emit.Field("Values", jen.Id(lowerFirst(w.name)+"Values")),
		emit.Field("Insert", jen.Id("insert"+w.name+"SQL")),
		emit.Field("Delete", jen.Id("delete"+w.name+"SQL")),
	)
	if stamped {
		rows = append(rows, emit.Field("Stamp", jen.Parens(w.row()).Dot("stamp")))
	}
	if key := w.m.PrimaryKey(); isAuto(key) {
		rows = append(rows, emit.Field("SetKey", jen.Func().Params(jen.Id(w.self).Add(w.row()), jen.Id("key").Int64()).Block(
			jen.Id(w.self).Dot(FieldName(key)).Op("=").Id("key"),
		)))
	}
	w.Var().Id(low+"Table").Op("=").Qual(modelPkg, "Table").Types(jen.Id(w.name)).Add(emit.Rows(rows...))
	w.Line()
	w.Doc("ModelTable is the table that the rows are of.")
	w.Func().Params(w.row()).Id("ModelTable").Params().Op("*").Qual(modelPkg, "Table").Types(jen.Id(w.name)).Block(
		jen.Return(jen.Op("&").Id(low + "Table")),
	)
	w.Line()
	if w.keyed() {
		w.Func().Id(low+"Key").Params(jen.Id(w.self).Add(w.row())).Qual(modelPkg, "Value").Block(
			jen.Return(bind(w.m.PrimaryKey(), jen.Id(w.self).Dot(FieldName(w.m.PrimaryKey())))),
		)
		w.Line()
	}
}
