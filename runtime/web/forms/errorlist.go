package forms

import "stackgen.dev/runtime/tmpl"

// ErrorList is what is wrong with a field or a form. It prints as a list.
type ErrorList struct {
	errors    []Error
	class, id string
	text      func(string) string
}

// say is an error's message in the page's language.
func (l ErrorList) say(e Error) string {
	if l.text == nil {
		return e.Message
	}
	return l.text(e.Message)
}

// Len is the number of errors.
func (l ErrorList) Len() int { return len(l.errors) }

// Messages are the texts.
func (l ErrorList) Messages() []string {
	messages := make([]string, len(l.errors))
	for i, e := range l.errors {
		messages[i] = l.say(e)
	}
	return messages
}

// Codes are Django's codes of the errors.
func (l ErrorList) Codes() []string {
	codes := make([]string, len(l.errors))
	for i, e := range l.errors {
		codes[i] = e.Code
	}
	return codes
}

// HTML is the list, empty where nothing is wrong (as_ul).
func (l ErrorList) HTML() tmpl.Safe { return tmpl.Safe(l.AppendHTML(nil)) }

// AppendHTML appends the list.
func (l ErrorList) AppendHTML(b []byte) []byte {
	if len(l.errors) == 0 {
		return b
	}
	b = append(b, "<ul"...)
	b = appendAttr(b, "class", l.class)
	if l.id != "" {
		b = appendAttr(b, "id", l.id)
	}
	b = append(b, '>')
	for _, e := range l.errors {
		b = append(b, "<li>"...)
		b = appendEscaped(b, l.say(e))
		b = append(b, "</li>"...)
	}
	return append(b, "</ul>"...)
}

// AsText is a line for each error (as_text).
func (l ErrorList) AsText() string {
	var b []byte
	for i, e := range l.errors {
		if i > 0 {
			b = append(b, '\n')
		}
		b = append(append(b, "* "...), l.say(e)...)
	}
	return string(b)
}
