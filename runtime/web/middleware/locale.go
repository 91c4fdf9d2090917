package middleware

import (
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/language"
)

// Locale is the layer "locale" (LocaleMiddleware): it chooses the language of
// every answer, from a cookie or from what the browser asks for.
//
//	middleware = [security, session, locale, common, …]
//
//	Accept-Language: de-AT,en;q=0.5  ->  Content-Language: de
type Locale struct {
	// Languages are those of the site, and the one where nothing fits (LANGUAGES, LANGUAGE_CODE).
	Languages *language.Set
	// CookieName is language.Cookie where it is empty.
	CookieName string
	// Chosen says that visitors choose by the cookie (a set_language view), so that answers
	// vary by it: a cache between would hand out the language of others.
	Chosen bool
	// Prefixes says that the first segment of a path may name the language (i18n_patterns).
	Prefixes bool
}

// Wrap is the layer.
func (l Locale) Wrap(next web.Handler) web.Handler {
	if l.CookieName == "" {
		l.CookieName = language.Cookie
	}
	return func(r *web.Request) (*web.Response, error) {
		code, fromPath := "", false
		if l.Prefixes {
			code, fromPath = l.Languages.FromPath(r.Path())
		}
		if !fromPath {
			code = l.Languages.Choose(r.Cookie(l.CookieName), r.Header("Accept-Language"))
		}
		r.SetLanguage(code)
		p, err := next(r)
		if err != nil {
			return nil, err
		}
		if !fromPath {
			p.Vary("Accept-Language")
			if l.Chosen {
				p.Vary("Cookie")
			}
		}
		p.SetDefaultHeader("Content-Language", r.Language())
		return p, nil
	}
}
