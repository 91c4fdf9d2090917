package generator

import (
	"strings"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

// viewFormKinds are the constants of package forms for the types of fields of
// a form of its own.
var viewFormKinds = map[string]string{
	"char": "Char", "text": "Text", "slug": "Slug", "email": "Email", "url": "URL", "ip_address": "IPAddress", "uuid": "UUID",
	"boolean": "Boolean", "integer": "Integer", "float": "Float", "decimal": "Decimal", "date": "Date", "datetime": "DateTime",
	"split_datetime": "SplitDateTime", "time": "Time", "duration": "Duration", "json": "JSON",
	"multiple_choice": "MultipleChoice", "file": "File", "image": "Image",
}

// formWidgets are the constants of package forms for the words of widget.
var formWidgets = map[string]string{
	"text": "TextInput", "textarea": "Textarea", "password": "PasswordInput", "hidden": "HiddenInput", "color": "ColorInput",
	"date_text": "DateTextInput", "datetime_text": "DateTimeTextInput", "time_text": "TimeTextInput", "select_date": "SelectDate",
	"tel": "TelInput", "search": "SearchInput", "select": "Select", "radio": "RadioSelect", "checkboxes": "CheckboxSelectMultiple",
}

// formView is views.Form{…}.Handler().
func (e *viewEmitter) formView() jen.Code {
	v := e.v.Form
	route := e.site.ReverseFor(v.Success.Target, nil)
	if route == nil {
		bug("view %s has no route without captures", v.Success.Name)
	}
	url := jen.Qual(e.module+"/gen/urls", urlName(route)).Call()
	return e.generic("Form", nil,
		emit.Field("Form", e.plainForm(v.Fields)), e.plainFormSets(),
		emit.Field("Valid", e.goFunc(v.Handler)),
		emit.Field("Success", url), e.formSays(), e.invalid(v.FormInvalid),
		e.template(), e.render(nil))
}

// plainForm describes a form that is no model's.
func (e *viewEmitter) plainForm(list []*schema.FormField) jen.Code {
	var rows []jen.Code
	for _, f := range list {
		rows = append(rows, jen.Values(e.viewFormField(f)...))
	}
	return jen.Op("&").Qual(pkgForms, "Spec").Add(emit.Rows(
		emit.Field("Fields", jen.Index().Qual(pkgForms, "Field").Add(emit.Rows(rows...)))))
}

// plainFormSets are the formsets of such a form; nil for none.
func (e *viewEmitter) plainFormSets() jen.Code {
	var rows []jen.Code
	for _, s := range e.v.Form.FormSets {
		set := formSetFields(s, e.plainForm(s.FormFields))
		rows = append(rows, jen.Add(emit.Rows(set...)))
	}
	if rows == nil {
		return nil
	}
	return emit.Field("FormSets", jen.Index().Op("*").Qual(pkgForms, "FormSet").Add(emit.Rows(rows...)))
}

// dateLocale has a site of several languages show the names of each.
func (e *viewEmitter) dateLocale() []jen.Code {
	if len(e.site.Languages) == 0 && strings.HasPrefix(e.site.LanguageCode.V, "en") {
		return nil
	}
	return []jen.Code{emit.Field("Locale", jen.Qual("stackgen.dev/runtime/i18n", "LocaleOf"))}
}

func (e *viewEmitter) viewFormField(f *schema.FormField) []jen.Code {
	var fs fields
	fs.add("Name", jen.Lit(f.Name))
	fs.add("Kind", jen.Qual(pkgForms, viewFormKinds[f.Kind.V]))
	fs.addIf(f.Label.V != "", "Label", jen.Lit(f.Label.V))
	fs.addIf(f.HelpText.V != "", "HelpText", jen.Lit(f.HelpText.V))
	fs.addIf(f.Required.V, "Required", jen.True())
	fs.addIf(f.Initial.Set, "Initial", jen.Lit(f.Initial.V))
	fs.addIf(f.MinLength.V > 0, "MinLength", jen.Lit(f.MinLength.V))
	fs.addIf(f.MaxLength.V > 0, "MaxLength", jen.Lit(f.MaxLength.V))
	fs.addIf(f.Min.Set, "Min", jen.Int64().Call(jen.Lit(f.Min.V)))
	fs.addIf(f.Max.Set, "Max", jen.Int64().Call(jen.Lit(f.Max.V)))
	fs.addIf(f.Step.V > 0, "Step", jen.Lit(f.Step.V))
	fs.addIf(!f.Strip.V, "KeepBlanks", jen.True())
	fs.addIf(f.Localize.V, "Localize", jen.True())
	if len(f.InputFormats) > 0 {
		var formats []string
		for _, x := range f.InputFormats {
			formats = append(formats, x.V)
		}
		fs.add("InputFormats", strs(formats))
	}
	if f.Widget.V == "select_date" {
		fs.add("DateSelect", jen.Op("&").Qual(pkgForms, "DateSelect").Values(e.dateLocale()...))
	}
	fs.addIf(f.Pattern.Set, "Pattern", jen.Qual("regexp", "MustCompile").Call(jen.Lit(f.Pattern.V)))
	if len(f.Extensions) > 0 {
		var names []string
		for _, x := range f.Extensions {
			names = append(names, x.V)
		}
		fs.add("Extensions", strs(names))
	}
	fs.addIf(f.MaxSize.V > 0, "MaxSize", sizeLit(f.MaxSize.V))
	if len(f.Choices) > 0 {
		var rows []jen.Code
		for _, c := range f.Choices {
			rows = append(rows, jen.Values(emit.Field("Value", jen.Lit(c.Key)), emit.Field("Label", str(c.Value))))
		}
		fs.add("Choices", jen.Index().Qual(pkgForms, "Choice").Add(emit.Rows(rows...)))
	}
	fs.addIf(f.Widget.V != "", "Widget", jen.Qual(pkgForms, formWidgets[f.Widget.V]))
	return fs
}
