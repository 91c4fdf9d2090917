package generator

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/generator/models"
	"stackgen.dev/generator/template"
	"stackgen.dev/schema"
)

// inlines are the formsets of a create or update view; nil for none.
func (e *viewEmitter) inlines(parent *schema.Model) jen.Code {
	var rows []jen.Code
	for _, s := range e.v.FormSets() {
		rows = append(rows, e.inline(parent, s))
	}
	if rows == nil {
		return nil
	}
	return emit.Field("Inlines", jen.Index().Qual(pkgViews, "Inline").Index(e.row(parent)).Add(emit.Rows(rows...)))
}

func (e *viewEmitter) inline(parent *schema.Model, s *schema.FormSet) jen.Code {
	m := s.Model.Target
	pkg := e.module + "/gen/models"
	set := formSetFields(s, e.form(m, s.Fields, true))

	r, form := request("r"), jen.Id("form").Op("*").Qual(pkgForms, "Form")
	parentRow := jen.Id("parent").Op("*").Add(e.row(parent))
	row := jen.Id("row").Op("*").Add(e.row(m))
	failed := []jen.Code{jen.Error()}
	key := jen.Id("parent").Dot(models.FieldName(parent.PrimaryKey()))

	rows := jen.Qual(pkg, models.PluralName(m)).Call(jen.Id("r")).Dot("Filter").Call(
		e.modelField(m, s.ForeignKey).Dot("Eq").Call(jen.Add(key)))
	if s.OrderField != nil {
		rows.Dot("OrderBy").Call(e.modelField(m, s.OrderField).Dot("Asc").Call(), e.modelField(m, m.PrimaryKey()).Dot("Asc").Call())
	}
	rows.Dot("All").Call()
	owner := jen.Add(key)
	if s.ForeignKey.Null.V {
		owner = jen.Qual(pkgModel, "Some").Call(owner)
	}
	create := []jen.Code{
		jen.Id("row").Op(":=").Qual(pkg, "New"+models.TypeName(m)).Call(jen.Id("r")),
		jen.Id("row").Dot(models.FieldName(s.ForeignKey)).Op("=").Add(owner),
	}
	var update []jen.Code
	if s.OrderField != nil {
		place := jen.Id("row").Dot(models.FieldName(s.OrderField)).Op("=").Id("form").Dot("Place").Call()
		create, update = append(create, place), append(update, place)
	}
	for _, f := range s.Fields {
		if !isFile(f) {
			create, update = append(create, e.assignNew(f)), append(update, e.assign(f))
		}
	}
	for _, f := range s.Fields {
		if isFile(f) {
			create, update = append(create, e.saveFile(f)), append(update, e.saveFile(f))
		}
	}
	create, update = append(create, cleaned(m, "r")...), append(update, cleaned(m, "r")...)
	create = append(create, jen.Return(jen.Id("row").Dot("Create").Call(jen.Id("r"))))
	update = append(update, jen.Return(jen.Id("row").Dot("Save").Call(jen.Id("r"))))

	var place jen.Code
	if s.OrderField != nil {
		place = emit.Field("Place", e.function([]jen.Code{row}, []jen.Code{jen.Int64()}, jen.Return(jen.Id("row").Dot(models.FieldName(s.OrderField)))))
	}
	return jen.Qual(pkgViews, "InlineOf").Index(jen.List(e.row(parent), e.row(m))).Add(emit.Rows(
		emit.Field("FormSet", jen.Qual(pkgForms, "FormSet").Add(emit.Rows(set...))),
		emit.Field("Rows", e.function([]jen.Code{r, parentRow}, []jen.Code{jen.Index().Op("*").Add(e.row(m)), jen.Error()}, jen.Return(rows))),
		emit.Field("Key", e.function([]jen.Code{row}, []jen.Code{jen.String()}, jen.Return(keyText(m)))),
		e.initial(m, s.Fields),
		emit.Field("Create", e.function([]jen.Code{r, form, parentRow}, failed, create...)),
		emit.Field("Update", e.function([]jen.Code{r, form, row}, failed, update...)),
		emit.Field("Delete", e.function([]jen.Code{r, row}, failed, jen.Return(jen.Id("row").Dot("Delete").Call(jen.Id("r"))))),
		place,
	))
}

// formSetFields are those of forms.FormSet.
func formSetFields(s *schema.FormSet, form jen.Code) fields {
	set := fields{emit.Field("Prefix", jen.Lit(s.Name)), emit.Field("Form", form)}
	set.addIf(s.Extra.V > 0, "Extra", num(s.Extra))
	set.addIf(s.MinNum.V > 0, "MinNum", num(s.MinNum))
	set.addIf(s.MaxNum.Set, "MaxNum", num(s.MaxNum))
	set.addIf(s.ValidateMin.V, "ValidateMin", jen.True())
	set.addIf(s.ValidateMax.V, "ValidateMax", jen.True())
	set.addIf(s.CanDelete.V, "CanDelete", jen.True())
	set.addIf(s.CanDelete.V && !s.CanDeleteExtra.V, "KeepExtra", jen.True())
	set.addIf(s.CanOrder.V, "CanOrder", jen.True())
	set.addIf(s.AbsoluteMax.V > 0, "AbsoluteMax", jen.Lit(s.AbsoluteMax.V))
	return set
}

// keyText is the primary key of a row as text.
func keyText(m *schema.Model) jen.Code {
	value := jen.Id("row").Dot(models.FieldName(m.PrimaryKey()))
	switch keyField(m).Kind {
	case schema.Auto, schema.BigAuto, schema.Integer, schema.BigInteger, schema.SmallInteger,
		schema.PositiveInt, schema.PositiveSmall, schema.PositiveBig:
		return jen.Qual("strconv", "FormatInt").Call(value, jen.Lit(10))
	case schema.UUID:
		return value.Dot("String").Call()
	}
	return value
}

// formSetType is forms.Forms, whose forms have the given fields.
func formSetType(s *schema.FormSet) *template.Type {
	var names []string
	for _, f := range s.FormFields {
		names = append(names, f.Name)
	}
	if len(names) == 0 {
		names = append(names, "id")
	}
	for _, f := range s.Fields {
		names = append(names, f.Name)
	}
	if s.CanOrder.V {
		names = append(names, "ORDER")
	}
	if s.CanDelete.V {
		names = append(names, "DELETE")
	}
	one := formOfNames(names)
	some := &template.Type{Kind: template.List, Elem: one}
	return &template.Type{
		Kind: template.Struct, Name: s.Name, Go: template.GoType{Path: pkgForms, Name: "Forms", Pointer: true},
		Members: map[string]*template.Member{
			"management_form": {Method: "ManagementForm", Type: htmlType},
			"forms":           {Method: "Forms", Type: some},
			"initial_forms":   {Method: "InitialForms", Type: some},
			"extra_forms":     {Method: "ExtraForms", Type: some},
			"empty_form":      {Method: "EmptyForm", Type: one},
			"non_form_errors": {Method: "NonFormErrors", Type: errorListType},
			"is_bound":        {Method: "Bound", Type: boolType},
			"is_multipart":    {Method: "IsMultipart", Type: boolType},
		},
		Items: &template.Member{Method: "Forms", Type: some},
		Text:  &template.Member{Method: "HTML", Type: htmlType},
	}
}
