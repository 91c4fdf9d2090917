package models

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

func getSQL(m *schema.Model) string {
	s := sqltext.Select{Table: TableName(m), Columns: columnNames(m), Where: keyIs(m, 1)}
	return text(s.Write)
}

func keyIs(m *schema.Model, param int) sqltext.Expr {
	return sqltext.Compare{Left: column(m, m.PrimaryKey()), Op: sqltext.Eq, Right: sqltext.Operand{Param: param}}
}

// scan writes the methods that fill a row, and those that fill the rows it points at.
func (w modelWriter) scan() {
	params := []jen.Code{jen.Id("row").Qual(modelPkg, "Row"), jen.Id("at").Int()}
	var body []jen.Code
	for i, f := range w.m.Fields {
		at := columnAt(i)
		into := jen.Id(w.self).Dot(FieldName(f))
		if f.Null.V {
			body = append(body, jen.If(jen.Op("!").Id("row").Dot("IsNull").Call(at)).Block(
				into.Op("=").Qual(modelPkg, "Some").Call(read(f, at)),
			))
			continue
		}
		body = append(body, into.Op("=").Add(read(f, at)))
	}
	w.Doc("scan fills the row from the columns that begin at at.")
	w.method("scan").Params(params...).Block(body...)
	w.Line()
	for _, r := range relationsOf(w.m) {
		if r.many {
			continue
		}
		var body []jen.Code
		if r.step.Optional {
			body = append(body, jen.If(jen.Id("row").Dot("IsNull").Call(columnAt(keyAt(r.target)))).Block(jen.Return()))
		}
		body = append(body,
			jen.Id(w.self).Dot(r.name).Op("=").New(jen.Id(TypeName(r.target))),
			jen.Id(w.self).Dot(r.name).Dot("scan").Call(jen.Id("row"), jen.Id("at")),
		)
		w.Doc("scan" + r.name + " fills the row that " + r.field + " leads to.")
		w.method("scan" + r.name).Params(params...).Block(body...)
		w.Line()
	}
}

func columnAt(i int) jen.Code {
	if i == 0 {
		return jen.Id("at")
	}
	return jen.Id("at").Op("+").Lit(i)
}

// values writes the function that binds all columns.
func (w modelWriter) values() {
	var list []jen.Code
	for _, f := range w.m.Fields {
		list = append(list, bind(f, jen.Id(w.self).Dot(FieldName(f))))
	}
	values := jen.Index().Qual(modelPkg, "Value")
	w.Doc(lowerFirst(w.name) + "Values binds all columns of the row.")
	w.Func().Id(lowerFirst(w.name) + "Values").Params(jen.Id(w.self).Add(w.row())).Add(values).Block(
		jen.Return(jen.Add(values).Add(emit.Rows(list...))),
	)
	w.Line()
}

// create writes the method that stores a new row.
func (w modelWriter) create() {
	insert := sqltext.Insert{Table: TableName(w.m)}
	for i, c := range columnNames(w.m) {
		insert.Set = append(insert.Set, sqltext.Assignment{Column: c, Value: sqltext.Operand{Param: i + 1}})
	}
	sqlName := "insert" + w.name + "SQL"
	w.Const().Id(sqlName).Op("=").Op(rawString(text(insert.Write)))
	w.Line()

	key := w.m.PrimaryKey()
	keyField := jen.Id(w.self).Dot(FieldName(key))
	body := w.stamps(func(f *schema.Field) bool { return f.AutoNow.V || f.AutoNowAdd.V }, true)
	doc := "Create stores the row as a new one"
	execute := jen.Qual(modelPkg, "Execute").Call(jen.Id("src"), jen.Lit(TableName(w.m)), jen.Id(sqlName), jen.Id("values").Op("..."))
	if key.Kind == schema.UUID {
		doc += "; a key that is not set is made"
		body = append(body, jen.If(jen.Add(keyField).Dot("IsZero").Call()).Block(
			jen.Add(keyField).Op("=").Qual(modelPkg, "NewUUID").Call(),
		))
	}
	body = append(body, jen.Id("values").Op(":=").Id(lowerFirst(w.name)+"Values").Call(jen.Id(w.self)))
	if isAuto(key) {
		doc += " and sets the key that the database gave it; a key that is set is kept"
		body = append(body,
			jen.If(jen.Add(keyField).Op("==").Lit(0)).Block(
				jen.Id("values").Index(jen.Lit(keyAt(w.m))).Op("=").Qual(modelPkg, "Value").Values(),
			),
			jen.List(jen.Id("result"), jen.Err()).Op(":=").Add(execute),
			jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())),
			jen.Add(keyField).Op("=").Id("result").Dot("LastInsertID"),
			jen.Return(jen.Nil()),
		)
	} else {
		body = append(body, jen.List(jen.Id("_"), jen.Err()).Op(":=").Add(execute), jen.Return(jen.Err()))
	}
	w.Doc(doc + ".")
	w.method("Create").Params(jen.Id("src").Qual(modelPkg, "Source")).Error().Block(body...)
	w.Line()
}

func keyAt(m *schema.Model) int {
	for i, f := range m.Fields {
		if f.PrimaryKey.V {
			return i
		}
	}
	panic("stackgen: unreachable: model without a primary key")
}

// stamps are the statements that set fields to the time of saving: those that
// always have it and, in a new row, those that must have a time, have it by
// default and were given none.
func (w modelWriter) stamps(always func(*schema.Field) bool, fresh bool) []jen.Code {
	var body []jen.Code
	for _, f := range w.m.Fields {
		field := jen.Id(w.self).Dot(FieldName(f))
		value := nowAs(f, 0)
		if f.Null.V {
			value = jen.Qual(modelPkg, "Some").Call(value)
		}
		switch {
		case always(f):
			body = append(body, field.Op("=").Add(value))
		case fresh && isNow(f) && !f.Null.V && f.Kind != schema.TimeOfDay:
			body = append(body, jen.If(jen.Add(field).Dot("IsZero").Call()).Block(jen.Add(field).Op("=").Add(value)))
		}
	}
	if len(body) > 0 {
		body = append([]jen.Code{nowVar()}, body...)
	}
	return body
}

// save writes the method that stores a row that exists.
func (w modelWriter) save() {
	body := w.stamps(func(f *schema.Field) bool { return f.AutoNow.V }, false)
	doc := "Save stores the row, which exists: all of its fields, or those given"
	always := jen.Nil()
	var columns []jen.Code
	for _, f := range w.m.Fields {
		if f.AutoNow.V {
			columns = append(columns, jen.Lit(ColumnName(f)))
		}
	}
	if len(columns) > 0 {
		doc += " and those that hold the time of saving"
		always = jen.Index().String().Values(columns...)
	}
	body = append(body, jen.Return(jen.Qual(modelPkg, "Save").Call(
		jen.Id("src"), jen.Op("&").Id(lowerFirst(w.name)+"Table"), jen.Id(w.self), always, jen.Id("fields"),
	)))
	w.Doc(doc + ".\nmodel.ErrNotFound says that the row is gone.")
	w.method("Save").Params(
		jen.Id("src").Qual(modelPkg, "Source"),
		jen.Id("fields").Op("...").Qual(modelPkg, "Column").Types(jen.Id(w.name)),
	).Error().Block(body...)
	w.Line()
}

func (w modelWriter) delete() {
	s := sqltext.Delete{Table: TableName(w.m), Where: keyIs(w.m, 1)}
	sqlName := "delete" + w.name + "SQL"
	w.Const().Id(sqlName).Op("=").Op(rawString(text(s.Write)))
	w.Line()
	key := w.m.PrimaryKey()
	w.Doc("Delete deletes the row, and what points at it as on_delete says. A row that is\ngone already is no error.")
	w.method("Delete").Params(jen.Id("src").Qual(modelPkg, "Source")).Error().Block(
		jen.List(jen.Id("_"), jen.Err()).Op(":=").Qual(modelPkg, "Execute").Call(
			jen.Id("src"), jen.Lit(TableName(w.m)), jen.Id(sqlName), bind(key, jen.Id(w.self).Dot(FieldName(key))),
		),
		jen.Return(jen.Err()),
	)
	w.Line()
}
