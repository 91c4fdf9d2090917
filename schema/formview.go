package schema

import (
	"fmt"
	"reflect"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// FormView shows a form that is no model's, and hands what is valid to a Go
// function (FormView).
type FormView struct {
	Fields []*FormField
	// FormSets are more forms on the same page, as many as people fill in.
	FormSets []*FormSet
	// Handler gets the valid form.
	Handler GoRef
	// Success is the view to go to then, SuccessMessage what it says.
	Success        Ref[View]
	SuccessMessage String
	// FormInvalid gets a form that is not valid.
	FormInvalid GoRef
	DeclRange   hcl.Range
}

// FormField is a field of such a form.
type FormField struct {
	Name string
	// Kind is a word of formKinds.
	Kind                 String
	Label                String
	HelpText             String
	Required             Bool
	Initial              String
	MinLength, MaxLength Int
	Min, Max             Int
	Choices              StringMap
	Widget               String
	Pattern              String
	Extensions           []String
	MaxSize              Size
	InputFormats         []String
	Localize             Bool
	Strip                Bool
	Step                 Int
	DeclRange            hcl.Range
}

// formKinds are the types of fields of a form, with what may be said of each.
func formKinds() map[string][]string {
	text := []string{"min_length", "max_length", "initial", "pattern", "choices", "strip"}
	number := []string{"min", "max", "initial", "step", "localize"}
	plain := []string{"initial"}
	decimal := []string{"initial", "localize"}
	moment := []string{"initial", "input_formats"}
	return map[string][]string{
		"char": text, "text": text, "slug": text, "email": text, "url": text, "ip_address": plain, "uuid": plain,
		"boolean": nil, "integer": number, "float": decimal, "decimal": decimal,
		"date": moment, "datetime": moment, "split_datetime": nil, "time": moment, "duration": plain, "json": plain,
		"multiple_choice": {"choices"}, "file": {"extensions", "max_size", "max_length"}, "image": {"extensions", "max_size", "max_length"},
	}
}

func formKindNames() []string {
	return []string{"char", "text", "slug", "email", "url", "ip_address", "uuid", "boolean", "integer", "float", "decimal", "date", "datetime",
		"split_datetime", "time", "duration", "json", "multiple_choice", "file", "image"}
}

// formWidgets are the elements that may stand for a field.
func formWidgets() []string {
	return []string{"text", "textarea", "password", "hidden", "color", "tel", "search", "select", "radio", "checkboxes", "date_text", "datetime_text", "time_text", "select_date"}
}

func formViewBlock() *block {
	fields := *formFieldBlock()
	fields.Field = "Fields"
	return &block{
		Type: "form", Once: true, Into: reflect.TypeFor[FormView](),
		Doc:      "The view shows a form of its own, under form, and gives what is valid to a Go function.",
		Ancestor: "Django FormView",
		Example: `view "contact" {
  form {
    handler = go.views.Contact
    success = view.thanks
    field "email" { type = email }
    field "plan" {
      type     = file
      max_size = "1MB"
    }
  }
}`,
		Attrs: []*attr{
			{Name: "handler", Type: formHandlerType{}, Required: true, Ancestor: "Django form_valid",
				Doc: "A Go function of the project that is func(*web.Request, *forms.Form) error; it gets a form that is valid, and may add errors to it."},
			{Name: "success", Type: viewRef(), Required: true, Ancestor: "Django success_url",
				Doc: "The view to go to afterwards, whose route captures nothing."},
			successMessageAttr(), formInvalidAttr(),
		},
		Blocks: []*block{&fields, plainFormSetBlock()},
		Check:  checkFormView,
	}
}

// formFieldBlock is a field of a form, or of each of the forms of a formset.
func formFieldBlock() *block {
	return &block{
		Type: "field", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[FormField](), Field: "FormFields", Required: true,
		Doc: "A field of the form; the label is its name.", Ancestor: "Django form fields",
		Attrs: []*attr{
			{Name: "type", Into: "Kind", Type: wordType{}, Enum: formKindNames(), Required: true,
				Doc: "What the field holds."},
			{Name: "label", Type: stringType(), Check: checkNotEmpty, Ancestor: "Django label",
				Doc: "What stands before the field; made from its name when not written."},
			{Name: "help_text", Type: stringType(), Ancestor: "Django help_text",
				Doc: "What explains the field, as HTML."},
			{Name: "required", Type: boolType(), Default: "true", Ancestor: "Django required",
				Doc: "Whether the field may not be empty."},
			{Name: "initial", Type: stringType(), Ancestor: "Django initial",
				Doc: "What the empty form shows."},
			{Name: "min_length", Type: intType(), Check: checkPositive, Ancestor: "Django min_length",
				Doc: "The fewest characters of a text."},
			{Name: "max_length", Type: intType(), Check: checkPositive, Ancestor: "Django max_length",
				Doc: "The most characters of a text, or of a file's name."},
			{Name: "min", Type: intType(), Ancestor: "Django min_value",
				Doc: "The lowest number."},
			{Name: "max", Type: intType(), Ancestor: "Django max_value",
				Doc: "The highest number."},
			{Name: "choices", Type: stringMap{}, Ancestor: "Django choices",
				Doc: "The values allowed, with what people read."},
			{Name: "widget", Type: wordType{}, Enum: formWidgets(), Ancestor: "Django widget",
				Doc: "The element that stands for the field; the type's own when not written."},
			{Name: "step", Type: intType(), Check: checkPositive, Ancestor: "Django step_size",
				Doc: "The distance of the numbers allowed, counted from min or from 0."},
			{Name: "strip", Type: boolType(), Default: "true", Ancestor: "Django strip",
				Doc: "Whether blanks at both ends of a text are taken away."},
			{Name: "localize", Type: boolType(), Default: "false", Ancestor: "Django localize",
				Doc: "Whether a number is read as the page's language writes it, with a comma."},
			{Name: "input_formats", Type: stringList{}, Check: checkNotEmpty, Ancestor: "Django input_formats",
				Doc: "How a date or a time may be typed, in the letters of strftime, as in %d.%m.%Y; as the page's language has it when not written."},
			{Name: "pattern", Type: stringType(), Check: checkExpression, Ancestor: "Django RegexField",
				Doc: "A regular expression that is found in the text."},
			{Name: "extensions", Type: stringList{}, Check: checkNotEmpty, Ancestor: "Django FileExtensionValidator",
				Doc: "How a file's name may end, without the dot."},
			{Name: "max_size", Type: sizeType(), Check: checkPositive,
				Doc: "How large a file may be."},
		},
		Check: checkFormField,
	}
}

// checkFormField reports what the field's type has no use for.
func checkFormField(d *decoder, s *scope) {
	f := s.owner.(*FormField)
	allowed, known := formKinds()[f.Kind.V]
	if !known {
		return
	}
	for _, word := range []string{"min_length", "max_length", "min", "max", "choices", "pattern", "extensions", "max_size", "initial", "step", "strip", "localize", "input_formats"} {
		if d.isWritten(f, word) && !slices.Contains(allowed, word) {
			d.report(formFieldBeside(f, word, d.attrRange(f, word, f.DeclRange)))
		}
	}
	boxes := f.Widget.V == "checkboxes" && f.Kind.V != "multiple_choice" || (f.Widget.V == "radio" || f.Widget.V == "select") && len(f.Choices) == 0
	if f.Kind.V == "multiple_choice" && len(f.Choices) == 0 || boxes {
		d.report(formFieldWithoutChoices(f))
	}
	if want := map[string]string{"date_text": "date", "select_date": "date", "datetime_text": "datetime", "time_text": "time"}[f.Widget.V]; want != "" && want != f.Kind.V {
		d.report(errorAt(f.Widget.Range, "Widget of another type", "The widget %s is for fields of type %s, and this one is %s.", f.Widget.V, want, f.Kind.V).and(f.Kind.Range, "the type is here"))
	}
	if len(f.InputFormats) > 0 && !slices.Contains([]string{"date_text", "datetime_text", "time_text"}, f.Widget.V) {
		d.report(errorAt(d.attrRange(f, "input_formats", f.DeclRange), "Formats that no browser sends", "Browsers have a picker for fields of type %s, which sends one format. Write widget = %s_text beside input_formats.", f.Kind.V, f.Kind.V))
	}
}

// checkFormView reports fields of one name.
func checkFormView(d *decoder, s *scope) {
	seen := map[string]*FormField{}
	for _, f := range s.owner.(*FormView).Fields {
		if first := seen[f.Name]; first != nil {
			d.report(declaredTwice("field", f.Name, f.DeclRange, first.DeclRange))
			continue
		}
		seen[f.Name] = f
	}
}

// checkFormViews reports forms that lead to a page whose address they do not know, and
// uploads that the proxy does not let in.
func (d *decoder) checkFormViews() {
	for _, v := range d.site.Views {
		if v.Form == nil {
			continue
		}
		if to := v.Form.Success.Target; to != nil && d.site.ReverseFor(to, nil) == nil {
			d.report(formLeadsToCaptures(v))
		}
		for _, f := range v.Form.Fields {
			d.checkFormFile(f)
		}
	}
}

func formFieldBeside(f *FormField, word string, at hcl.Range) Diagnostic {
	return errorAt(at, fmt.Sprintf("No use for %s", word), "A field of type %s has no use for %s. Take it away.", f.Kind.V, word).and(f.Kind.Range, "the type is here")
}

func formFieldWithoutChoices(f *FormField) Diagnostic {
	return errorAt(f.DeclRange, "Field without choices", "The field %s lets people choose, and there is nothing to choose from. Write choices = { key = \"Label\" }; checkboxes are for the type multiple_choice.", f.Name)
}

func formLeadsToCaptures(v *View) Diagnostic {
	return errorAt(v.Form.Success.Range, "Form that cannot lead there", "No route to the view %s is without captures, and the form does not know their values. Choose another view.", v.Form.Success.Name).
		and(v.Form.Success.Target.DeclRange, "view.%s is declared here", v.Form.Success.Name)
}

func fileBeyondBody(f *FormField, limit Size) Diagnostic {
	return errorAt(f.MaxSize.Range, "File that never arrives", "The field %s takes files that are larger than a request's body may be, which is %d bytes. Raise max_body in the proxy, or lower max_size.", f.Name, limit.V).
		and(limit.Range, "max_body is here")
}
