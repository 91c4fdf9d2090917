package schema

import "reflect"

// plainFormSetBlock describes several forms of one kind that are no model's, within a form of its own.
func plainFormSetBlock() *block {
	return &block{
		Type: "formset", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[FormSet](), Field: "FormSets",
		Doc: "Forms of one kind, as many as people fill in, under the formset's name on the same page; " +
			"the form's function gets what they hold from gen/formsets, a slice of structs for each formset.",
		Ancestor: "Django formset_factory",
		Example: `view "booking" {
  form {
    handler = go.views.Book
    success = view.booked
    field "day" { type = date }
    formset "guests" {
      extra = 3
      field "name" { type = char }
      field "age" {
        type     = integer
        required = false
      }
    }
  }
}`,
		Attrs: append([]*attr{
			{Name: "extra", Type: intType(), Default: "1", Check: checkNotNegative, Ancestor: "Django extra",
				Doc: "How many empty forms are shown."},
		}, append(formSetNumberAttrs(),
			&attr{Name: "can_delete", Type: boolType(), Default: "false", Ancestor: "Django can_delete",
				Doc: "Whether each form has a box that takes it away."},
			&attr{Name: "can_order", Type: boolType(), Default: "false", Ancestor: "Django can_order",
				Doc: "Whether each form has a field ORDER for its place among the others, last where nothing is in it."})...),
		Blocks: []*block{formFieldBlock()},
	}
}

// checkPlainFormSet reports names and numbers of a form's formset that do not go together.
func (d *decoder) checkPlainFormSet(s *FormSet) {
	d.checkFormSetNumbers(s)
	for _, f := range s.FormFields {
		d.checkFormFile(f)
	}
	seen := map[string]*FormField{}
	for _, f := range s.FormFields {
		first := seen[GoName(f.Name)]
		switch {
		case GoName(f.Name) == "Form":
			d.report(errorAt(f.DeclRange, "Name taken", "In Go each row of a formset has its form under the name Form. Give the field another name."))
		case first == nil:
			seen[GoName(f.Name)] = f
		case first.Name == f.Name:
			d.report(declaredTwice("field", f.Name, f.DeclRange, first.DeclRange))
		default:
			d.report(goNameTwice("field", f.Name, first.Name, GoName(f.Name), f.DeclRange, first.DeclRange))
		}
	}
}

// checkFormFile reports a file that the proxy does not let in.
func (d *decoder) checkFormFile(f *FormField) {
	if limit := d.site.Proxy.MaxBody; f.MaxSize.V > 0 && limit.Bind == nil && limit.V > 0 && f.MaxSize.V > limit.V {
		d.report(fileBeyondBody(f, limit))
	}
}
