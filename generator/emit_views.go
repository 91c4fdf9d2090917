package generator

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

// emitViews writes gen/views.gen.go: a function for each view of the site.
func (p *project) emitViews() *emit.File {
	f := p.file("views")
	for i, v := range p.site.Views {
		if i > 0 {
			f.Line()
		}
		f.Doc(describe(v))
		f.Func().Id(viewFunc(v)).Params(jen.Id("env").Op("*").Qual(pkgSite, "Env")).Op("*").Qual(pkgWeb, "View").Block(
			jen.Return(jen.Op("&").Qual(pkgWeb, "View").Add(emit.Rows(p.view(v)...))),
		)
	}
	return f
}

func (p *project) view(v *schema.View) []jen.Code {
	var fs fields
	fs.add("Name", jen.Lit(v.Name))
	fs.add("Handler", p.handler(v))
	fs.addIf(len(v.Methods) > 0 || !v.Handler.Set(), "Methods", strs(declaredMethods(v)))
	fs.addIf(v.CSRFExempt.V, "CSRFExempt", jen.True())
	return fs
}

// declaredMethods are the methods that a view is given: the site file's, or those of its kind.
func declaredMethods(v *schema.View) []string {
	if len(v.Methods) > 0 {
		var methods []string
		for _, m := range v.Methods {
			methods = append(methods, m.V)
		}
		return methods
	}
	switch {
	case v.Create != nil:
		return []string{"GET", "POST"}
	case v.Update != nil, v.Delete != nil:
		if v.JSON != nil {
			return []string{"GET", "POST", "PUT", "PATCH", "DELETE"}
		}
		return []string{"GET", "POST"}
	}
	return []string{"GET"}
}

func (p *project) handler(v *schema.View) jen.Code {
	switch {
	case v.Handler.Set():
		return p.goFunc(v.Handler)
	case v.Text.Set:
		return jen.Func().Params(jen.Op("*").Qual(pkgWeb, "Request")).Params(jen.Op("*").Qual(pkgWeb, "Response"), jen.Error()).Block(
			jen.Return(jen.Qual(pkgWeb, "Text").Call(jen.Lit(v.Text.V)), jen.Nil()))
	}
	panic("later")
}
