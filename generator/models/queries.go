package models

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

// writeQueries writes the functions of all views and reports whether there is one.
func writeQueries(f *emit.File, site *schema.Site) bool {
	any := false
	for _, plan := range plans(site) {
		for _, fx := range plan.fixed {
			fx.write(f, site)
			any = true
		}
		for _, e := range plan.encoders {
			e.write(f)
			any = true
		}
	}
	return any
}

// write writes the statement, the function and what reads joined rows.
func (fx fixed) write(f *emit.File, site *schema.Site) {
	sqlName := lowerFirst(fx.fn.Name) + "SQL"
	if fx.constant != "" {
		sqlName = fx.constant
	} else {
		f.Const().Id(sqlName).Op("=").Add(sqlConst(site, fx.sql))
		f.Line()
	}

	row := jen.Id(TypeName(fx.model))
	params := []jen.Code{jen.Id("src").Qual(modelPkg, "Source")}
	for _, p := range fx.fn.Params {
		params = append(params, jen.Id(p.Name).Add(p.Type()))
	}
	var result jen.Code
	fetch := "FetchAll"
	args := []jen.Code{jen.Id("src"), jen.Id(sqlName)}
	switch fx.kind {
	case manyRows:
		result = jen.Index().Op("*").Add(row)
	case oneRow:
		fetch, result = "FetchOne", jen.Op("*").Add(row)
	case oneNumber:
		fetch, result = "FetchInt", jen.Int64()
	}
	if fx.kind != oneNumber {
		args = append(args, fx.read())
	}
	f.Doc(fx.fn.Name + " " + fx.doc)
	f.Func().Id(fx.fn.Name).Params(params...).Params(result, jen.Error()).Block(
		jen.Return(jen.Qual(modelPkg, fetch).Call(append(args, fx.stmt.args...)...)),
	)
	f.Line()
	if len(fx.joined) > 0 {
		fx.writeRead(f)
	}
}

// read is the function that makes a row.
func (fx fixed) read() jen.Code {
	if len(fx.joined) > 0 {
		return jen.Id("read" + fx.fn.Name)
	}
	return jen.Id("read" + TypeName(fx.model))
}

// writeRead writes the function that makes a row and those that are read along.
func (fx fixed) writeRead(f *emit.File) {
	self := receiver(fx.model)
	body := []jen.Code{jen.Id(self).Op(":=").Id("read"+TypeName(fx.model)).Call(jen.Id("row"), jen.Id("at"))}
	at := len(fx.model.Fields)
	for _, r := range fx.joined {
		body = append(body, jen.Id(self).Dot("scan"+RelationName(r)).Call(jen.Id("row"), jen.Id("at").Op("+").Lit(at)))
		at += len(r.Target.Target.Fields)
	}
	body = append(body, jen.Return(jen.Id(self)))
	f.Func().Id("read"+fx.fn.Name).Params(
		jen.Id("row").Qual(modelPkg, "Row"), jen.Id("at").Int(),
	).Op("*").Id(TypeName(fx.model)).Block(body...)
	f.Line()
}

// write writes a JSON encoder.
func (e encoder) write(f *emit.File) {
	appendText := func(s string) jen.Code {
		text := jen.Op(rawString(s))
		if !strings.Contains(s, `"`) {
			text = jen.Lit(s)
		}
		return jen.Id("b").Op("=").Append(jen.Id("b"), text.Op("..."))
	}
	var body []jen.Code
	before := "{"
	for _, field := range e.fields {
		body = append(body, appendText(before+`"`+field.Name+`":`))
		before = ","
		value := jen.Id("row").Dot(FieldName(field))
		if field.Kind == schema.ManyToMany {
			body = append(body, jen.Id("b").Op("=").Qual(modelPkg, "AppendKeys").Call(
				jen.Id("b"), value, jen.Id(lowerFirst(TypeName(field.Target.Target))+"Key")))
			continue
		}
		if field.Null.V {
			body = append(body, jen.If(jen.Add(value).Dot("Valid")).Block(
				kindOf(field).json(jen.Add(value).Dot("V")),
			).Else().Block(appendText("null")))
			continue
		}
		body = append(body, kindOf(field).json(value))
	}
	body = append(body, jen.Return(jen.Append(jen.Id("b"), jen.LitRune('}'))))
	f.Doc(e.name + " " + e.doc)
	f.Func().Id(e.name).Params(jen.Id("b").Index().Byte(), jen.Id("row").Op("*").Id(TypeName(e.model))).Index().Byte().Block(body...)
	f.Line()
}
