package web

import "strings"

// Gettext is a text in the answer's language (gettext): labels of forms, messages.
// "stackgen messages extract" finds it where the text stands in the call.
func (r *Request) Gettext(text string) string { return r.Pgettext("", text) }

// Pgettext is a text in the answer's language that is told from the same in
// other contexts (pgettext): "May", the month, and "May", the verb.
func (r *Request) Pgettext(context, text string) string {
	if r.app.config.Texts == nil || text == "" {
		return text
	}
	key := strings.ReplaceAll(text, "%", "%%")
	return strings.ReplaceAll(r.app.config.Texts(r.language, context, key), "%%", "%")
}

// GettextFormat is a message in the answer's language into which values are put, as
// "%(name)s"; its percent signs are doubled, here and in .po files.
func (r *Request) GettextFormat(message string) string {
	if r.app.config.Texts == nil || message == "" {
		return message
	}
	return r.app.config.Texts(r.language, "", message)
}

// Ngettext is the form of a message for n of something, by the rule of the answer's
// language (ngettext). Values are put into it as into GettextFormat's:
//
//	messages.Format(r.Ngettext("%(n)s tree", "%(n)s trees", n), "n", strconv.Itoa(n))
func (r *Request) Ngettext(singular, plural string, n int) string {
	return r.Npgettext("", singular, plural, n)
}

// Npgettext is Ngettext for a message that has a context (npgettext).
func (r *Request) Npgettext(context, singular, plural string, n int) string {
	if r.app.config.Plurals == nil {
		if n == 1 {
			return singular
		}
		return plural
	}
	return r.app.config.Plurals(r.language, context, singular, plural, int64(n))
}

// GettextNoop is the text itself, for texts that are kept in variables and
// translated when they are shown (gettext_noop, and what gettext_lazy is for):
// "stackgen messages extract" finds it.
//
//	var greeting = web.GettextNoop("Welcome")
//	… r.Gettext(greeting)
func GettextNoop(text string) string { return text }
