package generator

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/generator/models"
	"stackgen.dev/schema"
)

// emitParents writes, for each parent of a nested resource, the function that finds it.
func (p *project) emitParents(f *emit.File, v *schema.View) {
	if v.Resource == nil {
		return
	}
	e := &viewEmitter{project: p, v: v, plan: p.plans[v], names: newLocalNames()}
	for _, parent := range v.Resource.Parents() {
		m := parent.Model()
		f.Line()
		f.Doc(parentFunc(v, parent) + " is the row of model." + m.Name + " that captures of view." + v.Name + " find.")
		f.Func().Id(parentFunc(v, parent)).Params(request("r"), source()).Params(jen.Op("*").Add(p.row(m)), jen.Error()).Block(e.parentBody(parent)...)
	}
}

// parentFunc is the function that finds a parent: notesViewTask, and notesViewTaskProject for
// the parent of that.
func parentFunc(v *schema.View, parent *schema.Parent) string {
	name := viewFunc(v)
	for _, p := range v.Resource.Parents() {
		name += schema.GoName(p.Name)
		if p == parent {
			break
		}
	}
	return name
}

// parentBody reads the row that the capture names, of those of its own parent and of those that
// the project's queryset leaves.
func (e *viewEmitter) parentBody(p *schema.Parent) []jen.Code {
	m := p.Model()
	rows := jen.Qual(e.module+"/gen/models", models.PluralName(m)).Call(jen.Id("src"))
	var body []jen.Code
	if p.Parent != nil {
		body = e.findParent(p.Parent, jen.Nil())
		rows.Dot("Filter").Call(e.modelField(m, p.Parent.ForeignKey).Dot("Eq").Call(e.parentKey(p.Parent)))
	}
	if p.Queryset.Set() {
		body = append(body,
			jen.List(jen.Id("rows"), jen.Err()).Op(":=").Add(e.goFunc(p.Queryset)).Call(jen.Id("r"), rows),
			jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err())))
		rows = jen.Id("rows")
	}
	return append(body, jen.Return(rows.Dot("Filter").Call(
		e.modelField(m, p.Lookup).Dot("Eq").Call(e.captureValue(p.CaptureName(), p.Lookup))).Dot("Get").Call()))
}

// findParent reads a parent into a variable; results are what the enclosing function returns
// before its error.
func (e *viewEmitter) findParent(p *schema.Parent, results ...jen.Code) []jen.Code {
	return []jen.Code{
		jen.List(jen.Id("parent"), jen.Err()).Op(":=").Id(parentFunc(e.v, p)).Call(jen.Id("r"), jen.Id("src")),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(append(results, jen.Err())...)),
	}
}

// parentKey is what foreign keys to the parent hold.
func (e *viewEmitter) parentKey(p *schema.Parent) jen.Code {
	return jen.Id("parent").Dot(models.FieldName(p.Model().PrimaryKey()))
}
