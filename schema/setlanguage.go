package schema

import (
	"reflect"
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// SetLanguageView lets visitors choose the language of pages (django.views.i18n.set_language).
type SetLanguageView struct {
	DeclRange hcl.Range
}

func setLanguageBlock() *block {
	return &block{
		Type: "set_language", Once: true, Into: reflect.TypeFor[SetLanguageView](),
		Doc: "The view keeps in a cookie which language a visitor chooses (POST, parameter language), for the layer locale, and goes to the page of this site that next names, " +
			"else back to where the visitor comes from.",
		Ancestor: "Django set_language",
		Example: `view "set_language" {
  set_language {}
}
route "/language/" { view = view.set_language }`,
	}
}

// checkSetLanguage reports a choice of language that nobody looks at.
func (d *decoder) checkSetLanguage() {
	layer := slices.ContainsFunc(d.site.Middleware, func(m Middleware) bool { return m.Name == "locale" })
	for _, v := range d.site.Views {
		if v.SetLanguage != nil && !layer {
			d.report(languageWithoutLayer(v.SetLanguage.DeclRange, d.tops["middleware"]))
		}
	}
}

func languageWithoutLayer(at, list hcl.Range) Diagnostic {
	return withMiddleware(errorAt(at, "Choice of language that nobody looks at", "A set_language view needs the layer locale. Add locale to middleware, behind session and before common."), list)
}
