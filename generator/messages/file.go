package messages

import "stackgen.dev/runtime/i18n"

// File is a .po file.
type File struct {
	// Header are the lines of the first entry's translation, without line ends.
	Header []string
	// HeaderComments stand before it.
	HeaderComments []string
	// PluralForms is the expression of its Plural-Forms field, "" without one; Forms the number of them.
	PluralForms string
	Forms       int
	Entries     []*Entry
}

// Entry is one text and its translation.
type Entry struct {
	// Comments are those of translators, without "# "; Extracted come from the
	// templates ("#."); References are places ("#:").
	Comments, Extracted, References []string
	// Flags are those of "#," other than fuzzy: "no-python-format".
	Flags []string
	// Fuzzy says that the translation is a guess, and not used.
	Fuzzy bool
	// Obsolete says that the site no longer has the text ("#~").
	Obsolete bool
	// Context tells texts apart that are the same (msgctxt).
	Context string
	// Text is the message, Plural its form for several; empty where it has none.
	Text, Plural string
	// Forms are the translations, one without a plural.
	Forms []string
	// Line is where the entry begins, 0 for a new one.
	Line int
}

// Key is the entry's key in a catalog.
func (e *Entry) Key() string { return i18n.Key(e.Context, e.Text) }

// Translated reports whether the entry says anything in the language.
func (e *Entry) Translated() bool {
	for _, f := range e.Forms {
		if f == "" {
			return false
		}
	}
	return len(e.Forms) > 0 && !e.Fuzzy && !e.Obsolete
}

// Catalog are the translations, by key.
func (f *File) Catalog() map[string][]string {
	all := map[string][]string{}
	for _, e := range f.Entries {
		if e.Translated() {
			all[e.Key()] = e.Forms
		}
	}
	return all
}
