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
		body = append(body, w.scanField(f, columnAt(i)))
	}
	w.Doc("read" + w.name + " makes a row of the columns that begin at at.")
	w.Func().Id("read"+w.name).Params(params...).Add(w.row()).Block(
		jen.Id(w.self).Op(":=").New(jen.Id(w.name)),
		jen.Id(w.self).Dot("scan").Call(jen.Id("row"), jen.Id("at")),
		jen.Return(jen.Id(w.self)),
	)
	w.Line()
	w.Doc("scan fills the row from the columns that begin at at.")
	w.method("scan").Params(params...).Block(body...)
	w.Line()
	if n := computed(w.m); n > 0 {
		var body []jen.Code
		for i, f := range w.m.Fields[len(w.m.Fields)-n:] {
			if f.Null.V { // it may have been another value before
				body = append(body, jen.Id(w.self).Dot(FieldName(f)).Op("=").Add(GoType(f)).Values())
			}
			body = append(body, w.scanField(f, columnAt(i)))
		}
		w.Doc("scanComputed fills what the database computes, from columns of that alone.")
		w.method("scanComputed").Params(params...).Block(body...)
		w.Line()
	}
	for _, r := range relationsOf(w.m) {
		if r.many {
			continue
		}
		var body []jen.Code
		if r.step.Optional {
			body = append(body, jen.If(jen.Id("row").Dot("IsNull").Call(columnAt(keyAt(r.target)))).Block(jen.Return()))
		}
		body = append(body,
			jen.Id(w.self).Dot(r.name).Op("=").Id("read"+TypeName(r.target)).Call(jen.Id("row"), jen.Id("at")),
		)
		w.Doc("scan" + r.name + " fills the row that " + r.field + " leads to.")
		w.method("scan" + r.name).Params(params...).Block(body...)
		w.Line()
	}
}

// scanField reads a field from a column.
func (w modelWriter) scanField(f *schema.Field, at jen.Code) jen.Code {
	into := jen.Id(w.self).Dot(FieldName(f))
	if f.Null.V {
		return jen.If(jen.Op("!").Id("row").Dot("IsNull").Call(at)).Block(
			into.Op("=").Qual(modelPkg, "Some").Call(read(f, at)),
		)
	}
	return into.Op("=").Add(read(f, at))
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
	if key := w.m.PrimaryKey(); isAuto(key) {
		insert.Key = ColumnName(key)
	}
	for i, c := range columnNames(w.m)[:len(w.m.Fields)-computed(w.m)] {
		insert.Set = append(insert.Set, sqltext.Assignment{Column: c, Value: sqltext.Operand{Param: i + 1}})
	}
	sqlName := "insert" + w.name + "SQL"
	w.Const().Id(sqlName).Op("=").Add(sqlConst(w.site, text(insert.Write)))
	w.Line()

	key := w.m.PrimaryKey()
	doc := "Create stores the row as a new one"
	switch {
	case key.Kind == schema.UUID:
		doc += "; a key that is not set is made"
	case isAuto(key):
		doc += " and sets the key that the database gave it; a key that is set is kept"
	}
	w.Doc(doc + ".")
	w.method("Create").Params(jen.Id("src").Qual(modelPkg, "Source")).Error().Block(
		jen.Return(jen.Qual(modelPkg, "Create").Call(jen.Id("src"), jen.Op("&").Id(lowerFirst(w.name)+"Table"), jen.Id(w.self))),
	)
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

// stamp writes the method that sets what saving sets: the time in fields that
// hold it, and in a new row the key that is made here and the times that it must
// have and was not given. It reports whether there is anything to set.
func (w modelWriter) stamp() bool {
	var always, fresh []jen.Code
	for _, f := range w.m.Fields {
		field := jen.Id(w.self).Dot(FieldName(f))
		value := nowAs(f, 0)
		if f.Null.V {
			value = jen.Qual(modelPkg, "Some").Call(value)
		}
		switch {
		case f.AutoNow.V:
			always = append(always, field.Op("=").Add(value))
		case f.AutoNowAdd.V:
			fresh = append(fresh, field.Op("=").Add(value))
		case isNow(f) && !f.Null.V && f.Kind != schema.TimeOfDay:
			fresh = append(fresh, jen.If(jen.Add(field).Dot("IsZero").Call()).Block(jen.Add(field).Op("=").Add(value)))
		case f.PrimaryKey.V && f.Kind == schema.UUID:
			fresh = append(fresh, jen.If(jen.Add(field).Dot("IsZero").Call()).Block(
				jen.Add(field).Op("=").Qual(modelPkg, "NewUUID").Call(),
			))
		}
	}
	if len(always)+len(fresh) == 0 {
		return false
	}
	if len(fresh) > 0 {
		always = append(always, jen.If(jen.Id("fresh")).Block(fresh...))
	}
	w.Doc("stamp sets what saving sets.")
	w.method("stamp").Params(jen.Id("now").Qual("time", "Time"), jen.Id("fresh").Bool()).Block(always...)
	w.Line()
	return true
}

// save writes the method that stores a row that exists.
func (w modelWriter) save() {
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
	body := jen.Return(jen.Qual(modelPkg, "Save").Call(
		jen.Id("src"), jen.Op("&").Id(lowerFirst(w.name)+"Table"), jen.Id(w.self), always, jen.Id("fields"),
	))
	w.Doc(doc + ".\nmodel.ErrNotFound says that the row is gone.")
	w.method("Save").Params(
		jen.Id("src").Qual(modelPkg, "Source"),
		jen.Id("fields").Op("...").Qual(modelPkg, "Column").Types(jen.Id(w.name)),
	).Error().Block(body)
	w.Line()
}

func (w modelWriter) delete() {
	s := sqltext.Delete{Table: TableName(w.m), Where: keyIs(w.m, 1)}
	sqlName := "delete" + w.name + "SQL"
	w.Const().Id(sqlName).Op("=").Add(sqlConst(w.site, text(s.Write)))
	w.Line()
	w.Doc("Delete deletes the row, and what points at it as on_delete says. A row that is\ngone already is no error.")
	w.method("Delete").Params(jen.Id("src").Qual(modelPkg, "Source")).Error().Block(
		jen.Return(jen.Qual(modelPkg, "DeleteRow").Call(jen.Id("src"), jen.Op("&").Id(lowerFirst(w.name)+"Table"), jen.Id(w.self))),
	)
	w.Line()
}
