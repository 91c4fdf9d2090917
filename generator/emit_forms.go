package generator

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/generator/models"
	"stackgen.dev/schema"
)

// formKinds are the constants of package forms.
var formKinds = map[schema.FieldKind]string{
	schema.Char: "Char", schema.Text: "Text", schema.Slug: "Slug", schema.Email: "Email", schema.URL: "URL",
	schema.UUID: "UUID", schema.Boolean: "Boolean", schema.Integer: "Integer", schema.BigInteger: "Integer",
	schema.PositiveInt: "Integer", schema.BigAuto: "Integer", schema.FloatField: "Float", schema.Decimal: "Decimal",
	schema.Date: "Date", schema.DateTime: "DateTime", schema.TimeOfDay: "Time", schema.DurationKind: "Duration",
	schema.JSON: "JSON", schema.ForeignKey: "ForeignKey", schema.Auto: "Integer", schema.SmallInteger: "Integer",
	schema.PositiveSmall: "Integer", schema.PositiveBig: "Integer", schema.IPAddress: "Char",
	schema.FileKind: "File", schema.ImageKind: "Image", schema.ManyToMany: "ManyToMany",
}

// form is the description of a model's form.
func (e *viewEmitter) form(m *schema.Model, list []*schema.Field, fresh bool) jen.Code {
	var rows []jen.Code
	for _, f := range list {
		rows = append(rows, jen.Values(e.formField(f, fresh)...))
	}
	spec := []jen.Code{
		emit.Field("Model", jen.Lit(verboseName(m))),
		emit.Field("Fields", jen.Index().Qual(pkgForms, "Field").Add(emit.Rows(rows...))),
	}
	if list := formConstraints(m); len(list) > 0 {
		spec = append(spec, emit.Field("Constraints", jen.Index().Qual(pkgForms, "Constraint").Add(emit.Rows(list...))))
	}
	return jen.Op("&").Qual(pkgForms, "Spec").Add(emit.Rows(spec...))
}

// formConstraints are the model's constraints that say something of their own.
func formConstraints(m *schema.Model) []jen.Code {
	var list []jen.Code
	for _, c := range m.Constraints {
		plain := !c.Check && c.Condition == nil && len(c.Expressions) == 0
		if c.Message.V == "" && c.Code.V == "" && (c.Check || plain) {
			continue
		}
		var fs fields
		fs.add("Name", jen.Lit(c.Name))
		var columns []jen.Code
		for _, f := range c.Fields {
			columns = append(columns, jen.Lit(models.ColumnName(f)))
		}
		fs.addIf(len(columns) > 0, "Columns", jen.Index().String().Values(columns...))
		fs.addIf(plain, "Plain", jen.True())
		fs.addIf(c.Message.V != "", "Message", jen.Lit(c.Message.V))
		fs.addIf(c.Code.V != "", "Code", jen.Lit(c.Code.V))
		list = append(list, jen.Values(fs...))
	}
	return list
}

func (e *viewEmitter) formField(f *schema.Field, fresh bool) []jen.Code {
	var fs fields
	fs.add("Name", jen.Lit(f.Name))
	fs.add("Kind", jen.Qual(pkgForms, formKinds[f.Kind]))
	fs.addIf(f.VerboseName.Set, "Label", jen.Lit(capFirst(f.VerboseName.V)))
	fs.addIf(f.HelpText.V != "", "HelpText", jen.Lit(f.HelpText.V))
	takesJSON := e.v.JSON != nil || e.v.Resource != nil
	mayLack := takesJSON && (f.Null.V || fresh && f.Default.V != nil)
	fs.addIf(!f.Blank.V && !mayLack && f.Kind != schema.Boolean, "Required", jen.True())
	fs.addIf(f.Kind == schema.Boolean && (f.Null.V || mayLack && f.Default.V == true), "Null", jen.True())
	_, isNow := f.Default.V.(schema.Now)
	_, random := f.Default.V.(schema.RandomUUID)
	if isNow = isNow || random; fresh && f.Default.V != nil && f.Default.V != false && !isNow {
		fs.add("Initial", initialValue(f))
	}
	fs.addIf(f.MaxLength > 0, "MaxLength", jen.Lit(f.MaxLength))
	fs.addIf(f.MaxDigits > 0, "MaxDigits", jen.Lit(f.MaxDigits))
	fs.addIf(f.DecimalPlaces > 0, "DecimalPlaces", jen.Lit(f.DecimalPlaces))
	switch f.Kind {
	case schema.PositiveInt:
		fs.add("Min", jen.Int64().Call(jen.Lit(0)))
		fs.add("Max", jen.Int64().Call(jen.Qual("math", "MaxInt32")))
	case schema.Integer:
		fs.add("Min", jen.Int64().Call(jen.Qual("math", "MinInt32")))
		fs.add("Max", jen.Int64().Call(jen.Qual("math", "MaxInt32")))
	case schema.SmallInteger:
		fs.add("Min", jen.Int64().Call(jen.Qual("math", "MinInt16")))
		fs.add("Max", jen.Int64().Call(jen.Qual("math", "MaxInt16")))
	case schema.PositiveSmall:
		fs.add("Min", jen.Int64().Call(jen.Lit(0)))
		fs.add("Max", jen.Int64().Call(jen.Qual("math", "MaxInt16")))
	case schema.PositiveBig:
		fs.add("Min", jen.Int64().Call(jen.Lit(0)))
	case schema.FileKind, schema.ImageKind:
		if u := e.site.Uploads; u != nil && u.URL.V != "" {
			fs.add("MediaURL", jen.Lit(u.URL.V))
		}
	case schema.ForeignKey:
		target := f.Target.Target
		fs.add("Key", jen.Qual(pkgForms, formKinds[keyField(target).Kind]))
		fs.add("Options", jen.Id(choicesFunc(target)))
		fs.add("Exists", jen.Id(existsFunc(target)))
	case schema.ManyToMany:
		fs.add("Options", jen.Id(choicesFunc(f.Target.Target)))
		fs.add("Present", jen.Id(presentFunc(f.Target.Target)))
	}
	fs.addIf(f.Kind != schema.ManyToMany && models.ColumnName(f) != f.Name, "Column", jen.Lit(models.ColumnName(f)))
	if list := models.Validators(f); len(list) > 0 {
		fs.add("Rules", jen.Index().Qual(pkgValidation, "Validator").Values(list...))
	}
	if checks := e.goChecks(f); len(checks) > 0 {
		fs.add("Checks", jen.Index().Func().Params(jen.Any()).Error().Values(checks...))
	}
	if len(f.Choices) > 0 {
		var rows []jen.Code
		for _, c := range f.Choices {
			row := fields{emit.Field("Value", jen.Lit(c.Key)), emit.Field("Label", str(c.Value))}
			row.addIf(c.Group != "", "Group", jen.Lit(c.Group))
			rows = append(rows, jen.Values(row...))
		}
		fs.add("Choices", jen.Index().Qual(pkgForms, "Choice").Add(emit.Rows(rows...)))
	}
	return fs
}

// goChecks are the validators of the field that are functions of the project.
func (e *viewEmitter) goChecks(f *schema.Field) []jen.Code {
	var list []jen.Code
	for _, v := range f.Validators {
		if v.Go.Set() {
			list = append(list, jen.Qual(pkgForms, "Check").Call(e.goFunc(v.Go)))
		}
	}
	return list
}

// cleaned has the model's clean look at a row before it is stored.
func cleaned(m *schema.Model, src string, results ...jen.Code) []jen.Code {
	if !m.Clean.Set() {
		return nil
	}
	return []jen.Code{jen.If(jen.Err().Op(":=").Qual(pkgModel, "Clean").Call(jen.Id(src), jen.Id("row")), jen.Err().Op("!=").Nil()).Block(
		jen.Return(append(results, jen.Err())...))}
}

// initialValue is a field's default as the form first shows it. Most kinds
// are shown as the site file writes them.
func initialValue(f *schema.Field) jen.Code {
	text, _ := f.Default.V.(string)
	switch f.Kind {
	case schema.DateTime:
		t, err := time.Parse(time.RFC3339, text)
		if err != nil {
			bug("default of field %s: %v", f.Name, err)
		}
		t = t.UTC()
		return jen.Qual("time", "Date").Call(jen.Lit(t.Year()), jen.Qual("time", t.Month().String()), jen.Lit(t.Day()),
			jen.Lit(t.Hour()), jen.Lit(t.Minute()), jen.Lit(t.Second()), jen.Lit(t.Nanosecond()), jen.Qual("time", "UTC"))
	case schema.DurationKind:
		d, err := schema.ParseDuration(text)
		if err != nil {
			bug("default of field %s: %v", f.Name, err)
		}
		return durationLit(d)
	}
	return literal(f.Default.V)
}

// keyField is the field whose values a foreign key to the model holds.
func keyField(m *schema.Model) *schema.Field {
	key := m.PrimaryKey()
	for key.Kind == schema.ForeignKey {
		key = key.Target.Target.PrimaryKey()
	}
	return key
}

// capFirst is a verbose name as a label.
func capFirst(s string) string {
	if s == "" {
		return s
	}
	return strings.ToUpper(s[:1]) + s[1:]
}

func verboseName(m *schema.Model) string {
	if m.VerboseName.V != "" {
		return m.VerboseName.V
	}
	return m.Name
}

// assignNew is assign for a new row, which keeps the default of a field that
// the form leaves empty: JSON may leave it out, and a browser sends an empty
// text for a number or a day that may be blank.
func (e *viewEmitter) assignNew(f *schema.Field) jen.Code {
	isText := models.ParseFunc(f) == ""
	switch {
	case f.Default.V == nil, f.Default.V == false, e.v.JSON == nil && e.v.Resource == nil && (isText || !f.Blank.V || f.Null.V || f.Kind == schema.Boolean):
		return e.assign(f)
	case isText:
		return jen.If(jen.Id("form").Dot("String").Call(jen.Lit(f.Name)).Op("!=").Lit("")).Block(e.assign(f))
	}
	return jen.If(jen.Id("form").Dot("Value").Call(jen.Lit(f.Name)).Op("!=").Nil()).Block(e.assign(f))
}

// saveFile puts the file of the form into the storage and its path into the row.
// results are what stand before the error where that fails.
func (e *viewEmitter) saveFile(f *schema.Field, results ...jen.Code) jen.Code {
	return jen.If(jen.Err().Op(":=").Id("form").Dot("SaveFile").Call(
		jen.Id("r"), jen.Lit(f.Name), jen.Lit(f.UploadTo.V), jen.Lit(f.MaxLength), jen.Op("&").Id("row").Dot(models.FieldName(f)),
	), jen.Err().Op("!=").Nil()).Block(jen.Return(append(results, jen.Err())...))
}

func isFile(f *schema.Field) bool { return f.Kind == schema.FileKind || f.Kind == schema.ImageKind }

// assign takes a field's value from the form into the row.
func (e *viewEmitter) assign(f *schema.Field) jen.Code {
	target := jen.Id("row").Dot(models.FieldName(f)).Op("=")
	kind := f.Kind
	if kind == schema.ForeignKey {
		kind = keyField(f.Target.Target).Kind
	}
	text := false
	method := ""
	switch kind {
	case schema.Char, schema.Text, schema.Slug, schema.Email, schema.URL,
		schema.IPAddress, schema.FileKind, schema.ImageKind:
		method, text = "String", true
	case schema.Auto, schema.BigAuto, schema.Integer, schema.BigInteger, schema.SmallInteger,
		schema.PositiveInt, schema.PositiveSmall, schema.PositiveBig:
		method = "Int"
	case schema.FloatField:
		method = "Float"
	case schema.Boolean:
		method = "Bool"
	case schema.Decimal:
		method = "Decimal"
	case schema.Date:
		method = "Date"
	case schema.DateTime:
		method = "Time"
	case schema.TimeOfDay:
		method = "TimeOfDay"
	case schema.DurationKind:
		method = "Duration"
	case schema.UUID:
		method = "UUID"
	case schema.JSON:
		method = "JSON"
	default:
		bug("field %s of kind %s in a form", f.Name, f.Kind)
	}
	switch {
	case f.Null.V && text && f.Kind != schema.ForeignKey:
		return target.Qual(pkgForms, "NullText").Call(jen.Id("form"), jen.Lit(f.Name))
	case f.Null.V:
		return target.Qual(pkgForms, "Null").Index(models.ValueType(f)).Call(jen.Id("form"), jen.Lit(f.Name))
	}
	return target.Id("form").Dot(method).Call(jen.Lit(f.Name))
}

// initial are the row's values for the form.
func (e *viewEmitter) initial(m *schema.Model, list []*schema.Field) jen.Code {
	var rows []jen.Code
	for _, f := range list {
		if f.Kind == schema.ManyToMany {
			continue // see chosen
		}
		value := jen.Id("row").Dot(models.FieldName(f))
		if f.Null.V {
			value = jen.Qual(pkgForms, "Initial").Call(value)
		}
		rows = append(rows, jen.Lit(f.Name).Op(":").Add(value))
	}
	return emit.Field("Initial", e.function(
		[]jen.Code{jen.Id("row").Op("*").Add(e.row(m))}, []jen.Code{jen.Map(jen.String()).Any()},
		jen.Return(jen.Map(jen.String()).Any().Add(emit.Rows(rows...)))))
}

// initialNow are the values of an empty form that depend on the time.
func (e *viewEmitter) initialNow(list []*schema.Field) jen.Code {
	var rows []jen.Code
	for _, f := range list {
		if _, now := f.Default.V.(schema.Now); !now {
			continue
		}
		rows = append(rows, jen.Lit(f.Name).Op(":").Add(e.nowAs(f, 0)))
	}
	if len(rows) == 0 {
		return nil
	}
	return emit.Field("Initial", e.function(
		[]jen.Code{request("r")}, []jen.Code{jen.Map(jen.String()).Any(), jen.Error()},
		jen.Return(jen.Map(jen.String()).Any().Add(emit.Rows(rows...)), jen.Nil())))
}

func choicesFunc(m *schema.Model) string { return lowerFirst(models.TypeName(m)) + "Choices" }
func existsFunc(m *schema.Model) string  { return lowerFirst(models.TypeName(m)) + "Exists" }
func presentFunc(m *schema.Model) string { return lowerFirst(models.TypeName(m)) + "Present" }

// emitChoices writes, for every model that a form lets people choose from,
// what there is to choose.
func (p *project) emitChoices(f *emit.File) {
	done := map[string]bool{}
	once := func(name string, emit func(*emit.File, *schema.Model), m *schema.Model) {
		if !done[name] {
			done[name] = true
			emit(f, m)
		}
	}
	for _, v := range p.site.Views {
		var list []*schema.Field
		switch {
		case v.Create != nil:
			list = v.Create.Fields
		case v.Update != nil:
			list = v.Update.Fields
		case v.Resource != nil:
			list = v.Resource.Writable()
		}
		for _, s := range v.FormSets() {
			list = append(slices.Clone(list), s.Fields...)
		}
		for _, field := range list {
			switch m := field.Target.Target; field.Kind {
			case schema.ForeignKey:
				once(choicesFunc(m), p.emitChoicesOf, m)
				once(existsFunc(m), p.emitExists, m)
			case schema.ManyToMany:
				once(choicesFunc(m), p.emitChoicesOf, m)
				once(presentFunc(m), p.emitPresent, m)
			}
		}
	}
}

func (p *project) emitChoicesOf(f *emit.File, m *schema.Model) {
	pkg := p.module + "/gen/models"
	f.Line()
	f.Doc(fmt.Sprintf("%s are the rows of model.%s to choose from.", choicesFunc(m), m.Name))
	f.Func().Id(choicesFunc(m)).Params(jen.Id("src").Qual(pkgModel, "Source")).Params(jen.Index().Qual(pkgForms, "Choice"), jen.Error()).Block(
		jen.List(jen.Id("rows"), jen.Err()).Op(":=").Qual(pkg, models.PluralName(m)).Call(jen.Id("src")).Dot("All").Call(),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err())),
		jen.Id("choices").Op(":=").Make(jen.Index().Qual(pkgForms, "Choice"), jen.Len(jen.Id("rows"))),
		jen.For(jen.List(jen.Id("i"), jen.Id("row")).Op(":=").Range().Id("rows")).Block(
			jen.Id("choices").Index(jen.Id("i")).Op("=").Qual(pkgForms, "Choice").Values(
				emit.Field("Value", keyText(m)), emit.Field("Label", jen.Id("row").Dot("String").Call())),
		),
		jen.Return(jen.Id("choices"), jen.Nil()),
	)
}

// emitPresent writes what a form asks about the keys of a many_to_many.
func (p *project) emitPresent(f *emit.File, m *schema.Model) {
	pkg := p.module + "/gen/models"
	f.Line()
	f.Doc(fmt.Sprintf("%s has those of the keys that model.%s has rows with.", presentFunc(m), m.Name))
	f.Func().Id(presentFunc(m)).Params(jen.Id("src").Qual(pkgModel, "Source"), jen.Id("keys").Index().Int64()).Params(jen.Map(jen.Int64()).Bool(), jen.Error()).Block(
		jen.Return(jen.Qual(pkgForms, "Present").Call(jen.Qual(pkg, models.PluralName(m)).Call(jen.Id("src")),
			jen.Qual(pkg, models.TypeName(m)+"Field").Dot(models.FieldName(m.PrimaryKey())), jen.Id("keys"))))
}

// emitExists writes what a form asks about the key of a foreign key.
func (p *project) emitExists(f *emit.File, m *schema.Model) {
	pkg := p.module + "/gen/models"
	key := m.PrimaryKey()
	keyType := "string"
	switch keyField(m).Kind {
	case schema.Auto, schema.BigAuto, schema.Integer, schema.BigInteger, schema.SmallInteger,
		schema.PositiveInt, schema.PositiveSmall, schema.PositiveBig:
		keyType = "int64"
	case schema.UUID:
		keyType = "uuid"
	}
	assert := jen.Id(keyType)
	if keyType == "uuid" {
		assert = jen.Qual(pkgModel, "UUID")
	}
	f.Line()
	f.Doc(fmt.Sprintf("%s reports whether model.%s has a row with that key.", existsFunc(m), m.Name))
	f.Func().Id(existsFunc(m)).Params(jen.Id("src").Qual(pkgModel, "Source"), jen.Id("key").Any()).Params(jen.Bool(), jen.Error()).Block(
		jen.Return(jen.Qual(pkg, models.PluralName(m)).Call(jen.Id("src")).Dot("Filter").Call(
			jen.Qual(pkg, models.TypeName(m)+"Field").Dot(models.FieldName(key)).Dot("Eq").Call(jen.Id("key").Assert(assert)),
		).Dot("Exists").Call()),
	)
}
