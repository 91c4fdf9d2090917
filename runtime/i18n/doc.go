// Package i18n is what a site knows of languages: their names, how each writes
// dates and numbers, and the site's own translations.
//
// Translations come from .po files, which the generator reads when the site is
// built; what is left at run time is a Catalog, a table of texts. Locale holds
// what a language brings itself: names of months, formats, separators, and the
// words of the built-in filters.
//
// The package imports none of ours, has no state, and returns no errors: what
// a language does not say is said in English.
package i18n
