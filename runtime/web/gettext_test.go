package web_test

import (
	"strconv"
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

// Ensure that messages with contexts and plurals are looked up in the answer's
// language, and count as English does in a site without languages.
func TestNgettext(t *testing.T) {
	view := &web.View{Handler: func(r *web.Request) (*web.Response, error) {
		r.SetLanguage("de")
		return web.Text(r.Pgettext("verb", "May 5%") + "|" + r.Ngettext("%(n)s tree", "%(n)s trees", 1) + "|" + r.Ngettext("%(n)s tree", "%(n)s trees", 2) + "|" + r.Npgettext("wood", "log", "logs", 0) + "|" + web.GettextNoop("x")), nil
	}}
	for _, tt := range []struct {
		config web.Config
		want   string
	}{
		{web.Config{}, "May 5%|%(n)s tree|%(n)s trees|logs|x"},
		{web.Config{
			Texts: func(language, context, key string) string { return language + " " + context + " " + key },
			Plurals: func(language, context, singular, plural string, n int64) string {
				return language + " " + context + " " + singular + plural + strconv.FormatInt(n, 10)
			},
		}, "de verb May 5%|de  %(n)s tree%(n)s trees1|de  %(n)s tree%(n)s trees2|de wood loglogs0|x"},
	} {
		tt.config.Routes = []web.Route{{Pattern: "/", View: view}}
		app, err := web.New(tt.config)
		if err != nil {
			t.Fatal(err)
		}
		if got := webtest.Do(app, "GET", "/").Body; got != tt.want {
			t.Errorf("%q, not %q", got, tt.want)
		}
	}
}
