package generator

import (
	"fmt"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

// emitFormSets writes gen/formsets: what the formsets of the site's forms hold, as slices of
// structs for the functions that get a valid form. It is nil where there are none.
func (p *project) emitFormSets() *emit.File {
	var f *emit.File
	for _, v := range p.site.Views {
		if v.Form == nil {
			continue
		}
		for _, s := range v.Form.FormSets {
			if f == nil {
				f = emit.New("gen/formsets/formsets.gen.go", p.module+"/gen/formsets", "formsets")
				f.PackageDoc("Package formsets has what visitors filled into the formsets of the site's forms.")
			}
			emitFormSetRows(f, v, s)
		}
	}
	return f
}

func emitFormSetRows(f *emit.File, v *schema.View, s *schema.FormSet) {
	name := schema.GoName(v.Name) + schema.GoName(s.Name)
	var members, values []jen.Code
	for _, field := range s.FormFields {
		t, value := formValue(field)
		members = append(members, jen.Id(schema.GoName(field.Name)).Add(t))
		values = append(values, emit.Field(schema.GoName(field.Name), value))
	}
	form := jen.Op("*").Qual(pkgForms, "Form")
	members = append(members, jen.Comment("Form is where mistakes are added to."), jen.Id("Form").Add(form))
	values = append(values, emit.Field("Form", jen.Id("one")))
	order := "in their order on the page"
	if s.CanOrder.V {
		order = "in the order that was asked for"
	}
	f.Line()
	f.Doc(fmt.Sprintf("%sRow is one form of the formset %s of view.%s.", name, s.Name, v.Name))
	f.Type().Id(name + "Row").Struct(members...)
	f.Line()
	f.Doc(fmt.Sprintf("%s are the forms of the formset %s of view.%s that somebody filled in and did not take away, %s.", name, s.Name, v.Name, order))
	f.Func().Id(name).Params(jen.Id("form").Add(form)).Index().Id(name+"Row").Block(
		jen.Var().Id("rows").Index().Id(name+"Row"),
		jen.For(jen.List(jen.Id("_"), jen.Id("one")).Op(":=").Range().Id("form").Dot("FormSet").Call(jen.Lit(s.Name)).Dot("OrderedForms").Call()).Block(
			jen.Id("rows").Op("=").Append(jen.Id("rows"), jen.Id(name+"Row").Add(emit.Rows(values...))),
		),
		jen.Return(jen.Id("rows")),
	)
}

// formValue is the Go type of a form's field, and what reads it from the form one.
func formValue(f *schema.FormField) (t, value jen.Code) {
	read := func(method string) jen.Code { return jen.Id("one").Dot(method).Call(jen.Lit(f.Name)) }
	may := func(t jen.Code, method string) (jen.Code, jen.Code) {
		if f.Required.V {
			return t, read(method)
		}
		return jen.Qual(pkgModel, "Null").Index(t), jen.Qual(pkgForms, "Null").Index(t).Call(jen.Id("one"), jen.Lit(f.Name))
	}
	switch f.Kind.V {
	case "boolean":
		return jen.Bool(), read("Bool")
	case "integer":
		return may(jen.Int64(), "Int")
	case "float":
		return may(jen.Float64(), "Float")
	case "decimal":
		return may(jen.Qual(pkgModel, "Decimal"), "Decimal")
	case "date":
		return may(jen.Qual(pkgModel, "Date"), "Date")
	case "datetime", "split_datetime":
		return may(jen.Qual("time", "Time"), "Time")
	case "time":
		return may(jen.Qual(pkgModel, "TimeOfDay"), "TimeOfDay")
	case "duration":
		return may(jen.Qual("time", "Duration"), "Duration")
	case "uuid":
		return may(jen.Qual(pkgModel, "UUID"), "UUID")
	case "json":
		return jen.Qual("encoding/json", "RawMessage"), read("JSON")
	case "multiple_choice":
		return jen.Index().String(), read("Strings")
	case "file", "image":
		return jen.Op("*").Qual(pkgWeb, "Upload"), read("File")
	}
	return jen.String(), read("String")
}
