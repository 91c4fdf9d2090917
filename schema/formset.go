package schema

import (
	"reflect"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// FormSet is the rows of another model that a form makes and changes along with its
// own: those that point at it (inlineformset_factory). In a form that is no model's its
// forms are no model's either (formset_factory): Model is then empty, and FormFields are what they ask for.
type FormSet struct {
	// Name is what the page calls the forms, and stands before the names of their fields.
	Name  string
	Model Ref[Model]
	// FormFields and Fields are what each of the forms asks for.
	FormFields  []*FormField
	Fields      []*Field
	FieldRanges []hcl.Range
	// FKName says which foreign key points at the form's row; ForeignKey is that.
	FKName     String
	ForeignKey *Field
	// Extra is how many empty forms there are, MinNum and MaxNum how many in all.
	Extra, MinNum, MaxNum    Int
	ValidateMin, ValidateMax Bool
	CanDelete                Bool
	// CanDeleteExtra says that forms for new rows have the box too; AbsoluteMax is how many forms are read.
	CanDeleteExtra Bool
	AbsoluteMax    Int
	// CanOrder gives each form a field for its place; the row has that in OrderField, which OrderName says.
	CanOrder   Bool
	OrderName  String
	OrderField *Field
	DeclRange  hcl.Range
}

// FormSets are those of a view.
func (v *View) FormSets() []*FormSet {
	switch {
	case v.Create != nil:
		return v.Create.FormSets
	case v.Update != nil:
		return v.Update.FormSets
	case v.Form != nil:
		return v.Form.FormSets
	}
	return nil
}

// formSetNumberAttrs are what formsets of every kind say of the numbers of their forms.
func formSetNumberAttrs() []*attr {
	return []*attr{
		{Name: "min_num", Type: intType(), Default: "0", Check: checkNotNegative, Ancestor: "Django min_num",
			Doc: "How many forms are shown at least."},
		{Name: "max_num", Type: intType(), Default: "1000", Check: checkPositive, Ancestor: "Django max_num",
			Doc: "How many forms are shown at most; rows that are there are shown in any case."},
		{Name: "validate_min", Type: boolType(), Default: "false", Ancestor: "Django validate_min",
			Doc: "Whether fewer rows than min_num are a mistake."},
		{Name: "validate_max", Type: boolType(), Default: "false", Ancestor: "Django validate_max",
			Doc: "Whether more rows than max_num are a mistake."},
		{Name: "absolute_max", Type: intType(), Check: checkPositive, Ancestor: "Django absolute_max",
			Doc: "How many forms are read of a request, whatever it says; a thousand more than max_num when not written."},
		{Name: "can_delete_extra", Type: boolType(), Default: "true", Ancestor: "Django can_delete_extra",
			Doc: "Whether the forms for new rows have the box of can_delete as well."},
	}
}

func formSetBlock() *block {
	return &block{
		Type: "formset", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[FormSet](), Field: "FormSets",
		Doc:      "Forms for the rows of another model that point at the form's row, under the formset's name on the same page; all of it is stored in one transaction.",
		Ancestor: "Django inlineformset_factory, InlineModelAdmin",
		Example: `view "album_change" {
  update {
    model  = model.album
    fields = ["title"]
    formset "tracks" {
      model  = model.track
      fields = ["title", "seconds"]
      extra  = 2
    }
  }
}`,
		Attrs: append([]*attr{
			{Name: "model", Type: modelRef(), Required: true, Ancestor: "Django model", Doc: "The model of the rows."},
			{Name: "fields", Type: fieldList{}, Required: true, Ancestor: "Django fields",
				Doc: "The fields that each form asks for, in this order; the foreign key is not among them."},
			{Name: "fk_name", Into: "FKName", Type: stringType(), Check: checkNotEmpty, Ancestor: "Django fk_name",
				Doc: "The foreign key that points at the form's row, where the model has several."},
			{Name: "extra", Type: intType(), Default: "3", Check: checkNotNegative, Ancestor: "Django extra",
				Doc: "How many empty forms are shown for new rows."},
			{Name: "can_delete", Type: boolType(), Default: "true", Ancestor: "Django can_delete",
				Doc: "Whether each form has a box that deletes its row."},
			{Name: "can_order", Type: boolType(), Default: "false", Ancestor: "Django can_order",
				Doc: "Whether each form has a field ORDER for its place among the others, last where nothing is in it."},
			{Name: "order_field", Into: "OrderName", Type: stringType(), Check: checkNotEmpty, Ancestor: "Django ordered_forms",
				Doc: "The field of the rows that keeps their places: all that stay are numbered in it from 1 on, and shown by it."},
		}, formSetNumberAttrs()...),
	}
}

// maxFormSet is the largest max_num: that many forms are read of a request.
const maxFormSet = 1000

// checkFormSets finds what ties the rows of formsets to the forms' own, and
// reports what cannot be stored.
func (d *decoder) checkFormSets() {
	for _, v := range d.site.Views {
		byGo := map[string]*FormSet{}
		for _, s := range v.FormSets() {
			if first := byGo[GoName(s.Name)]; first != nil {
				d.report(declaredTwice("formset", s.Name, s.DeclRange, first.DeclRange))
			}
			byGo[GoName(s.Name)] = s
			d.checkFormSetName(v, s)
			if s.AbsoluteMax.V > 0 && s.AbsoluteMax.V < s.MaxNum.V {
				d.report(errorAt(s.AbsoluteMax.Range, "Fewer forms read than there may be", "With absolute_max = %d, forms that max_num = %d lets there be would not be read. Make it at least that.", s.AbsoluteMax.V, s.MaxNum.V).
					and(d.attrRange(s, "max_num", s.DeclRange), "max_num is here"))
			}
			if v.JSON != nil {
				d.report(errorAt(s.DeclRange, "Formset without a page", "The view %s takes and answers JSON, and a formset is part of a page. Take one of the two away.", v.Name))
			}
			if v.Form != nil {
				d.checkPlainFormSet(s)
			} else {
				d.checkFormSet(viewModel(v), s)
			}
		}
	}
}

func (d *decoder) checkFormSetName(v *View, s *FormSet) {
	taken := slices.Contains(contextNames(v), s.Name)
	for _, q := range v.Queries {
		taken = taken || GoName(q.Name) == GoName(s.Name)
	}
	for _, c := range v.Context {
		taken = taken || GoName(c.Key) == GoName(s.Name)
	}
	for _, name := range formFieldNames(v) {
		taken = taken || name == s.Name // ids and names of the page's elements begin with it
	}
	if taken {
		d.report(errorAt(s.DeclRange, "Name taken", "The page of view.%s has something else under the name %s. Give the formset another one.", v.Name, s.Name))
	}
}

// formFieldNames are the fields of a view's own form.
func formFieldNames(v *View) (names []string) {
	fields := []*Field{}
	switch {
	case v.Form != nil:
		for _, f := range v.Form.Fields {
			names = append(names, f.Name)
		}
	case v.Create != nil:
		fields = v.Create.Fields
	default:
		fields = v.Update.Fields
	}
	for _, f := range fields {
		names = append(names, f.Name)
	}
	return names
}

func (d *decoder) checkFormSet(parent *Model, s *FormSet) {
	m := s.Model.Target
	if parent == nil || m == nil || d.brokenOnes[s] {
		return
	}
	var keys []*Field
	for _, f := range m.Fields {
		if f.Kind == ForeignKey && f.Target.Target == parent && (!s.FKName.Set || f.Name == s.FKName.V) {
			keys = append(keys, f)
		}
	}
	switch {
	case len(keys) == 0 && s.FKName.Set:
		d.report(errorAt(s.FKName.Range, "Foreign key not found", "There is no foreign key %s of model.%s to model.%s.", s.FKName.V, m.Name, parent.Name).and(m.DeclRange, "model.%s is declared here", m.Name))
		return
	case len(keys) == 0:
		d.report(errorAt(s.Model.Range, "Rows that do not belong to the form", "The rows of model.%s have no foreign key to model.%s, so they do not belong to the form's. Name a model that points there.", m.Name, parent.Name).and(m.DeclRange, "model.%s is declared here", m.Name))
		return
	case len(keys) > 1:
		d.report(errorAt(s.Model.Range, "Foreign key not clear", "Rows of model.%s point at model.%s by %s and by %s. Write which one is meant: fk_name = %q.", m.Name, parent.Name, keys[0].Name, keys[1].Name, keys[0].Name).and(keys[0].DeclRange, "one is here").and(keys[1].DeclRange, "the other is here"))
		return
	}
	s.ForeignKey = keys[0]
	if !d.checkOrderField(m, s) {
		return
	}
	d.checkFormSetNumbers(s)
	if m.keyless() {
		d.report(errorAt(s.Model.Range, "Rows without a key", "Rows of model.%s have no primary key by which a form could find them.", m.Name))
		return
	}
	given := map[*Field]bool{s.ForeignKey: true, s.OrderField: true}
	for i, f := range s.Fields {
		switch {
		case f == s.ForeignKey:
			d.report(formField(f, s.FieldRanges[i], "it is the form's own row"))
		case f.PrimaryKey.V:
			d.report(formField(f, s.FieldRanges[i], "it is what the row is found by"))
		case f == s.OrderField:
			d.report(formField(f, s.FieldRanges[i], "the form's place is asked for under the name ORDER"))
		case f.Name == "DELETE":
			d.report(formField(f, s.FieldRanges[i], "the box that deletes the row is called so"))
		case f.Name == "ORDER" && s.CanOrder.V:
			d.report(formField(f, s.FieldRanges[i], "the form's place is called so"))
		case isFile(f.Kind) && f.Null.V:
			d.report(formField(f, s.FieldRanges[i], "a file is the empty text where there is none; write blank = true in place of null"))
		case isAuto(f.Kind) || f.Kind == Binary || f.IsGenerated || !f.Editable.V || f.AutoNow.V || f.AutoNowAdd.V:
			d.report(formField(f, s.FieldRanges[i], "nobody types its value"))
		}
		given[f] = true
	}
	for _, f := range m.Fields {
		if !given[f] && d.needed(f) {
			d.report(errorAt(d.attrRange(s, "fields", s.DeclRange), "Form without a field that rows need",
				"A row of %s needs %s, and the formset does not ask for it. Add %q to fields, or give the field a default or null = true.", m.Name, f.Name, f.Name).
				and(f.DeclRange, "%s is declared here", f.Name))
		}
	}
}

// checkFormSetNumbers reports numbers of forms that cannot be.
func (d *decoder) checkFormSetNumbers(s *FormSet) {
	if s.MaxNum.V > maxFormSet {
		d.report(errorAt(s.MaxNum.Range, "Too many forms", "A page takes at most %d forms of a formset. Write a lower max_num.", maxFormSet))
	}
	if s.MinNum.V > s.MaxNum.V {
		d.report(errorAt(s.MinNum.Range, "No number of forms fits", "At least %d forms and at most %d cannot be. Write a min_num that is not above max_num.", s.MinNum.V, s.MaxNum.V))
	}
}
