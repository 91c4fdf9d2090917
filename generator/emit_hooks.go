package generator

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/generator/models"
	"stackgen.dev/schema"
)

// opened returns a database that is being opened, with the functions of the
// project that listen to its rows.
func (p *project) opened(open jen.Code) []jen.Code {
	if len(p.listening()) == 0 {
		return []jen.Code{jen.Return(open)}
	}
	return []jen.Code{
		jen.List(jen.Id("db"), jen.Err()).Op(":=").Add(open),
		jen.If(jen.Err().Op("==").Nil()).Block(jen.Id("listen").Call(jen.Id("db"))),
		jen.Return(jen.Id("db"), jen.Err()),
	}
}

// listening are the models with functions of the project.
func (p *project) listening() []*schema.Model {
	var list []*schema.Model
	for _, m := range p.site.Models {
		if m.Clean.Set() || len(goValidators(m)) > 0 {
			list = append(list, m)
		}
	}
	return list
}

// goValidator is a validator of a field that is a function of the project.
type goValidator struct {
	field *schema.Field
	ref   schema.GoRef
}

func goValidators(m *schema.Model) []goValidator {
	var list []goValidator
	for _, f := range m.Fields {
		for _, v := range f.Validators {
			if v.Go.Set() {
				list = append(list, goValidator{f, v.Go})
			}
		}
	}
	return list
}

// emitHooks writes the function that gives a database the functions of the project.
// They are not in gen/models, which they import themselves.
func (p *project) emitHooks(f *emit.File) {
	list := p.listening()
	if len(list) == 0 {
		return
	}
	var body []jen.Code
	for _, m := range list {
		var fs fields
		fs.addIf(m.Clean.Set(), "Clean", p.goFunc(m.Clean))
		var rows []jen.Code
		for _, v := range goValidators(m) {
			value := jen.Id("row").Dot(models.FieldName(v.field))
			if v.field.Null.V {
				value = value.Dot("V")
			}
			rows = append(rows, jen.Values(
				emit.Field("Field", jen.Lit(v.field.Name)),
				emit.Field("Validate", jen.Func().Params(jen.Id("row").Op("*").Add(p.row(m))).Error().Block(
					jen.Return(jen.Add(p.goFunc(v.ref)).Call(value)))),
			))
		}
		fs.addIf(len(rows) > 0, "Validators", jen.Index().Qual(pkgModel, "FieldValidator").Index(p.row(m)).Add(emit.Rows(rows...)))
		body = append(body, jen.Qual(pkgModel, "Listen").Call(jen.Id("db"), jen.Qual(pkgModel, "Hooks").Index(p.row(m)).Add(emit.Rows(fs...))))
	}
	f.Line()
	f.Doc("listen gives the database the functions of the project that look at its rows.")
	f.Func().Id("listen").Params(jen.Id("db").Op("*").Qual(pkgModel, "DB")).Block(body...)
}
