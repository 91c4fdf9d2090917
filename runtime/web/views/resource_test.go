package views_test

import (
	"io"
	"log/slog"
	"strings"
	"testing"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
	"stackgen.dev/runtime/web/views"
	"stackgen.dev/runtime/web/webtest"
)

// resource is one whose rows are nowhere: what comes as far as the query is 404.
func resource(t testing.TB) *webtest.Client {
	t.Helper()
	eq := func(any) model.Cond[post] { return model.Cond[post]{} }
	v := views.Resource[post]{
		Query: func(*web.Request, model.Source) (model.Query[post], error) {
			return nil, web.NotFound
		},
		Item: func(r *web.Request) (model.Cond[post], bool) {
			_, ok := r.LookupArg("id")
			return model.Cond[post]{}, ok
		},
		Actions: []string{views.ActionList, views.ActionRetrieve},
		Filters: []views.Filter[post]{
			{Field: forms.Field{Name: "id", Kind: forms.Integer}, Cond: eq},
			{Field: forms.Field{Name: "at__gte", Kind: forms.DateTime}, Cond: eq},
			{Field: forms.Field{Name: "slug__in", Kind: forms.Char}, Many: true, Cond: func(v any) model.Cond[post] {
				views.Values[string](v)
				return model.Cond[post]{}
			}},
			{Field: forms.Field{Name: "open", Kind: forms.Boolean, Choices: []forms.Choice{{Value: "true"}, {Value: "false"}}}, Cond: eq},
		},
		Search:     []func(string) model.Cond[post]{func(string) model.Cond[post] { return model.Cond[post]{} }},
		Ordering:   []views.OrderingField[post]{{Name: "id"}},
		PaginateBy: 10, MaxPaginateBy: 50,
	}
	app, err := web.New(web.Config{
		Log:    slog.New(slog.NewTextHandler(io.Discard, nil)),
		Routes: []web.Route{{Pattern: "/r/", View: v.View("r")}, {Pattern: "/r/<int:id>/", View: v.View("r")}},
	})
	if err != nil {
		t.Fatal(err)
	}
	return webtest.New(app)
}

// Ensure that a list takes the parameters that it says and no other, each with its type.
func TestResourceParameters(t *testing.T) {
	client := resource(t)
	tests := []struct {
		query  string
		status int
		part   string
	}{
		{"", 404, ""},
		{"page=2&page_size=50&ordering=-id&search=a+b&id=3&at__gte=2026-01-01T00:00:00Z&slug__in=a,b&open=false", 404, ""},
		{"page=last", 404, ""},
		{"id=&open=", 404, ""},
		{"page=0", 400, `"page":`}, {"page=x", 400, `"page":`}, {"page=99999999999999999999", 400, `"page":`}, {"page=2147483648", 400, `"page":`},
		{"page_size=51", 400, "from 1 to 50"}, {"page_size=-1", 400, "page_size"},
		{"ordering=title", 400, "“title”"}, {"ordering=id,id", 400, "ordering"}, {"ordering=", 400, "ordering"},
		{"search=" + strings.Repeat("a+", 21), 400, "20 words"}, {"search=%00", 400, "search"},
		{"id=x", 400, "Enter a whole number."}, {"at__gte=yesterday", 400, "valid date/time"}, {"open=maybe", 400, "maybe"},
		{"slug__in=" + strings.Repeat("a,", 101), 400, "at most 100"},
		{"idd=3", 400, "There is no such parameter."}, {"id__lt=3", 400, "no such parameter"},
	}
	for _, tt := range tests {
		got := client.Get("/r/?" + tt.query)
		if got.Status != tt.status || !strings.Contains(got.Body, tt.part) || got.Header("Content-Type") != "application/problem+json" {
			t.Errorf("%.60s: %d %s", tt.query, got.Status, got.Body)
		}
	}
}

// Ensure that each route answers its own methods, and other formats than JSON with 406.
func TestResourceMethods(t *testing.T) {
	client := resource(t)
	for target, want := range map[string]string{"/r/": "GET, HEAD, OPTIONS", "/r/1/": "GET, HEAD, OPTIONS"} {
		got := client.Do(webtest.Request{Method: "DELETE", Target: target})
		if got.Status != 405 || got.Header("Allow") != want {
			t.Errorf("%s: %d %q", target, got.Status, got.Header("Allow"))
		}
		got = client.Do(webtest.Request{Target: target, Header: [][2]string{{"Accept", "text/html, application/xml;q=0.9"}}})
		if got.Status != 406 {
			t.Errorf("%s as HTML: %d", target, got.Status)
		}
		got = client.Do(webtest.Request{Target: target, Header: [][2]string{{"Accept", "application/*;q=0.1"}}})
		if got.Status != 404 {
			t.Errorf("%s: %d", target, got.Status)
		}
	}
}

func FuzzResourceParameters(f *testing.F) {
	client := resource(f)
	for _, s := range []string{"page=2", "slug__in=a,b&id=1", "search=%ff%00", "ordering=-id,", "at__gte=2026-02-30"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, query string) {
		if got := client.Get("/r/?" + query); got.Status != 400 && got.Status != 404 {
			t.Errorf("%q: %d", query, got.Status)
		}
	})
}
