package i18n

// Catalog is the translations of one language.
type Catalog struct {
	// Plural chooses the form of a number; zero is English's: one, and all else.
	Plural Plural
	// Messages are the translations: the forms of each, one for what has no
	// plural. The key is the message, with its context before it: Key.
	Messages map[string][]string
	// Fallback has what this one has not: "de" behind "de-at", as gettext
	// looks for it. nil is nothing.
	Fallback *Catalog
}

// Key is a message's key in a Catalog: the message, behind its context
// (msgctxt) where it has one, as .mo files keep it.
func Key(context, message string) string {
	if context == "" {
		return message
	}
	return context + "\x04" + message
}

// Lookup is the translation of a message; ok is false where there is none.
func (c *Catalog) Lookup(context, message string) (text string, ok bool) {
	for key := Key(context, message); c != nil; c = c.Fallback {
		if forms := c.Messages[key]; len(forms) > 0 && forms[0] != "" {
			return forms[0], true
		}
	}
	return "", false
}

// LookupPlural is the translation's form for n; ok is false where there is none.
func (c *Catalog) LookupPlural(context, singular string, n int64) (text string, ok bool) {
	for key := Key(context, singular); c != nil; c = c.Fallback {
		forms := c.Messages[key]
		if len(forms) == 0 {
			continue
		}
		if i := c.Plural.Form(n); i >= 0 && i < len(forms) && forms[i] != "" {
			return forms[i], true
		}
	}
	return "", false
}

// Language is a language of a site.
type Language struct {
	// Code is what the site calls it: "de", "pt-br".
	Code string
	// Locale is how it writes dates and numbers; nil is English.
	Locale *Locale
	// Catalog are the site's translations; nil has none.
	Catalog *Catalog
	// Fallback is asked for what neither the site nor the Locale says in this
	// language: the language of the site (LANGUAGE_CODE). nil is English.
	Fallback *Language
}

// NewLanguage is a language with the Locale of its code.
func NewLanguage(code string, catalog *Catalog) *Language {
	return &Language{Code: code, Locale: LocaleOf(code), Catalog: catalog}
}

// Text is a message in the language: the site's translation, else that of the
// Locale, else that of the language behind it, else the message.
func (l *Language) Text(context, message string) string {
	for ; l != nil; l = l.Fallback {
		if t, ok := l.Catalog.Lookup(context, message); ok {
			return t
		}
		if l.Locale != nil {
			if t, ok := l.Locale.Words.Lookup(context, message); ok {
				return t
			}
		}
	}
	return message
}

// Plural is a message's form for n.
func (l *Language) Plural(context, singular, plural string, n int64) string {
	for ; l != nil; l = l.Fallback {
		if t, ok := l.Catalog.LookupPlural(context, singular, n); ok {
			return t
		}
		if l.Locale != nil {
			if t, ok := l.Locale.Words.LookupPlural(context, singular, n); ok {
				return t
			}
		}
	}
	if n == 1 {
		return singular
	}
	return plural
}
