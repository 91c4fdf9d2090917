package views

import (
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/language"
)

// SetLanguage keeps in a cookie which language a visitor chooses, for the layer
// "locale" (django.views.i18n.set_language). The form has the fields language and,
// perhaps, next; scripts that accept no HTML and name no next get 204.
type SetLanguage struct {
	// Languages are those of the site; others are not kept.
	Languages *language.Set
}

// Handler is the view: GET goes where POST would, and changes nothing.
func (v SetLanguage) Handler() web.Handler { return only(v.serve, "GET", "POST") }

func (v SetLanguage) serve(r *web.Request) (*web.Response, error) {
	next, code := r.Query().Get("next"), ""
	if r.Method() == "POST" {
		form, err := r.Form()
		if err != nil {
			return nil, err
		}
		if form.Has("next") {
			next = form.Get("next")
		}
		code = form.Get("language")
	}
	p := web.Empty(204)
	if next != "" || r.Accepts("text/html") {
		p = web.Redirect(v.target(r, next))
	}
	if supported, ok := v.Languages.Supported(code); ok {
		p.SetCookie(web.Cookie{Name: language.Cookie, Value: supported})
	}
	return p, nil
}

// target is where to go: to the page that is named, or that the visitor comes from, on this site.
func (SetLanguage) target(r *web.Request, next string) string {
	for _, to := range []string{next, r.Header("Referer")} {
		if to != "" && r.SafeRedirect(to) {
			return to
		}
	}
	return "/"
}
