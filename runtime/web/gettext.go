package web

import "strings"

// Gettext is a text in the answer's language (gettext): labels of forms, messages.
func (r *Request) Gettext(text string) string {
	if r.app.config.Texts == nil || text == "" {
		return text
	}
	return strings.ReplaceAll(r.GettextFormat(strings.ReplaceAll(text, "%", "%%")), "%%", "%")
}

// GettextFormat is a message in the answer's language into which values are put, as
// "%(name)s"; its percent signs are doubled, here and in .po files.
func (r *Request) GettextFormat(message string) string {
	if r.app.config.Texts == nil || message == "" {
		return message
	}
	return r.app.config.Texts(r.language, "", message)
}
