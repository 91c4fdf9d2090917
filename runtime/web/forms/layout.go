package forms

import "stackgen.dev/runtime/tmpl"

// HTML is the form as {{ form }} prints it: as_div.
func (f *Form) HTML() tmpl.Safe { return f.AsDiv() }

// AppendHTML appends the form as {{ form }} prints it.
func (f *Form) AppendHTML(b []byte) []byte { return f.AppendDiv(b) }

// AsDiv is every field in a div, errors of the form before them (as_div).
func (f *Form) AsDiv() tmpl.Safe { return tmpl.Safe(f.AppendDiv(nil)) }

// AppendDiv appends the form in divs.
func (f *Form) AppendDiv(b []byte) []byte {
	b = f.begin(b)
	visible := f.VisibleFields()
	for i, field := range visible {
		b = append(b, "<div>\n"...)
		b = field.AppendGroup(b)
		if i == len(visible)-1 {
			b = f.appendHidden(b)
		}
		b = append(b, "</div>\n"...)
	}
	return b
}

// AsFieldGroup is label, help, errors and element of a field (as_field_group).
func (b *BoundField) AsFieldGroup() tmpl.Safe { return tmpl.Safe(b.AppendGroup(nil)) }

// AppendGroup appends label, help, errors and element.
func (b *BoundField) AppendGroup(out []byte) []byte {
	if b.UseFieldset() {
		out = append(out, "<fieldset"...)
		if described := b.AriaDescribedBy(); described != "" {
			out = appendAttr(out, "aria-describedby", described)
		}
		out = append(out, ">\n<legend>"...)
		out = append(appendEscaped(out, b.Label()), ":</legend>\n"...)
	} else {
		out = append(b.appendLabel(out), '\n')
	}
	if b.field.HelpText != "" {
		out = append(out, `<div class="helptext"`...)
		out = appendAttr(out, "id", b.AutoID()+"_helptext")
		out = append(append(append(out, '>'), b.HelpText()...), "</div>\n"...)
	}
	if b.HasErrors() {
		out = append(b.Errors().AppendHTML(out), '\n')
	}
	out = append(b.AppendHTML(out), '\n')
	if b.UseFieldset() {
		out = append(out, "</fieldset>\n"...)
	}
	return out
}

// AsP is every field in a paragraph (as_p).
func (f *Form) AsP() tmpl.Safe { return tmpl.Safe(f.AppendP(nil)) }

// AppendP appends the form in paragraphs.
func (f *Form) AppendP(b []byte) []byte {
	b = f.begin(b)
	visible := f.VisibleFields()
	for i, field := range visible {
		if field.HasErrors() {
			b = append(field.Errors().AppendHTML(b), '\n')
		}
		b = append(b, "<p>\n"...)
		b = append(field.appendLabel(b), '\n')
		b = append(field.AppendHTML(b), '\n')
		if help := field.HelpText(); help != "" {
			b = append(b, `<span class="helptext"`...)
			b = appendAttr(b, "id", field.AutoID()+"_helptext")
			b = append(append(append(b, '>'), help...), "</span>\n"...)
		}
		if i == len(visible)-1 {
			b = f.appendHidden(b)
		}
		b = append(b, "</p>\n"...)
	}
	return b
}

// begin appends the errors of the form, those of hidden fields among them, and
// the hidden fields where no visible one carries them.
func (f *Form) begin(b []byte) []byte {
	top := f.NonFieldErrors()
	hidden := f.HiddenFields()
	for _, field := range hidden {
		for _, e := range field.Errors().errors {
			top.errors = append(top.errors[:len(top.errors):len(top.errors)],
				Error{"(Hidden field " + field.Name() + ") " + e.Message, e.Code})
		}
	}
	if top.Len() > 0 {
		b = append(top.AppendHTML(b), '\n')
	}
	if len(hidden) == len(f.fields) {
		b = f.appendHidden(b)
	}
	return b
}

func (f *Form) appendHidden(b []byte) []byte {
	for _, field := range f.HiddenFields() {
		b = append(field.AppendHTML(b), '\n')
	}
	return b
}
