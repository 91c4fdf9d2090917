package views_test

import (
	"io"
	"log/slog"
	"net/url"
	"testing"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/language"
	"stackgen.dev/runtime/web/middleware"
	"stackgen.dev/runtime/web/views"
	"stackgen.dev/runtime/web/webtest"
)

// Ensure that a language is kept by POST where the site has it, and that the way back is to this site
// (django/views/i18n.py, set_language).
func TestSetLanguage(t *testing.T) {
	languages := language.New([]string{"en", "de", "pt-br"}, "en")
	for _, tt := range []struct {
		name, method, path string
		form               url.Values
		header             [][2]string
		status             int
		location, cookie   string
	}{
		{"to next", "POST", "/", url.Values{"language": {"de"}, "next": {"/a/?b=c"}}, nil, 302, "/a/?b=c", "de"},
		{"next in the query", "POST", "/?next=/q/", url.Values{"language": {"de"}}, nil, 302, "/q/", "de"},
		{"the form's next first", "POST", "/?next=/q/", url.Values{"language": {"de"}, "next": {"/f/"}}, nil, 302, "/f/", "de"},
		{"back to where the visitor comes from", "POST", "/", url.Values{"language": {"de"}}, [][2]string{{"Referer", "http://testserver/from/"}}, 302, "http://testserver/from/", "de"},
		{"not to another site", "POST", "/", url.Values{"language": {"de"}, "next": {"//evil.example/"}}, [][2]string{{"Referer", "https://evil.example/"}}, 302, "/", "de"},
		{"not to a script", "POST", "/", url.Values{"language": {"de"}, "next": {"javascript:alert(1)"}}, nil, 302, "/", "de"},
		{"a variant that the site has as such", "POST", "/", url.Values{"language": {"de-at"}}, nil, 302, "/", "de"},
		{"a language that the site has not", "POST", "/", url.Values{"language": {"fr"}}, nil, 302, "/", ""},
		{"no language", "POST", "/", url.Values{}, nil, 302, "/", ""},
		{"nonsense", "POST", "/", url.Values{"language": {"de\r\nSet-Cookie: a=b"}}, nil, 302, "/", ""},
		{"a script that names no next", "POST", "/", url.Values{"language": {"pt-br"}}, [][2]string{{"Accept", "application/json"}}, 204, "", "pt-br"},
		{"a script that names one", "POST", "/", url.Values{"language": {"de"}, "next": {"/x/"}}, [][2]string{{"Accept", "application/json"}}, 302, "/x/", "de"},
		{"GET changes nothing", "GET", "/?language=de&next=/x/", nil, nil, 302, "/x/", ""},
		{"another method", "PUT", "/", nil, nil, 405, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			view := &web.View{Handler: views.SetLanguage{Languages: languages}.Handler()}
			app, err := web.New(web.Config{
				Routes:     []web.Route{{Pattern: "/", View: view}},
				Middleware: []web.Middleware{middleware.Locale{Languages: languages}.Wrap},
				Log:        slog.New(slog.NewTextHandler(io.Discard, nil)),
			})
			if err != nil {
				t.Fatal(err)
			}
			client := webtest.New(app)
			request := webtest.Request{Method: tt.method, Target: tt.path, Header: tt.header}
			if tt.form != nil {
				request.Body, request.ContentType = tt.form.Encode(), "application/x-www-form-urlencoded"
			}
			got := client.Do(request)
			if got.Status != tt.status || got.Header("Location") != tt.location {
				t.Errorf("%d to %q, want %d to %q", got.Status, got.Header("Location"), tt.status, tt.location)
			}
			if cookie := client.Cookie(language.Cookie); cookie != tt.cookie {
				t.Errorf("the cookie is %q, want %q", cookie, tt.cookie)
			}
		})
	}
}
