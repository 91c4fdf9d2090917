package web_test

import (
	"testing"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/webtest"
)

// Ensure that texts are looked up as .po files have them, in the answer's
// language, and stay as they are in a site without languages.
func TestGettext(t *testing.T) {
	view := &web.View{Handler: func(r *web.Request) (*web.Response, error) {
		r.SetLanguage("de")
		return web.Text(r.Gettext("100% of it") + "|" + r.GettextFormat("%(n)s%% left") + "|" + r.Gettext("")), nil
	}}
	german := map[string]string{"100%% of it": "100%% davon", "%(n)s%% left": "noch %(n)s%%"}
	for _, tt := range []struct {
		texts func(language, context, key string) string
		want  string
	}{
		{nil, "100% of it|%(n)s%% left|"},
		{func(language, context, key string) string { return german[key] + language + context }, "100% davonde|noch %(n)s%%de|"},
	} {
		app, err := web.New(web.Config{Routes: []web.Route{{Pattern: "/", View: view}}, Texts: tt.texts})
		if err != nil {
			t.Fatal(err)
		}
		if got := webtest.Do(app, "GET", "/").Body; got != tt.want {
			t.Errorf("%q, not %q", got, tt.want)
		}
	}
}
