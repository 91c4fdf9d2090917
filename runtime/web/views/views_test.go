package views_test

import (
	"fmt"
	"io"
	"log/slog"
	"sort"
	"strings"
	"testing"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
	"stackgen.dev/runtime/web/middleware"
	"stackgen.dev/runtime/web/views"
	"stackgen.dev/runtime/web/webtest"
)

// post is a row; table is a model's table in memory.
type post struct {
	ID          int64
	Title, Slug string
}

type table struct {
	rows map[int64]*post
	next int64
}

func filled(n int) *table {
	t := &table{rows: map[int64]*post{}}
	for i := 1; i <= n; i++ {
		t.next++
		t.rows[t.next] = &post{t.next, fmt.Sprintf("Post %d", i), fmt.Sprintf("post-%d", i)}
	}
	return t
}

func (t *table) all() []*post {
	var rows []*post
	for _, p := range t.rows {
		rows = append(rows, p)
	}
	sort.Slice(rows, func(i, j int) bool { return rows[i].ID < rows[j].ID })
	return rows
}

func (t *table) slice(_ *web.Request, limit, offset int64) ([]*post, error) {
	rows, total := t.all(), int64(len(t.rows))
	if limit == 0 {
		return rows, nil
	}
	return rows[min(offset, total):min(offset+limit, total)], nil
}

func (t *table) count(*web.Request) (int64, error) { return int64(len(t.rows)), nil }

func (t *table) get(r *web.Request) (*post, error) {
	if p, ok := t.rows[r.ArgInt("id")]; ok {
		copied := *p
		return &copied, nil
	}
	return nil, model.ErrNotFound
}

func (t *table) save(p *post) error {
	for _, other := range t.rows {
		if other.Slug == p.Slug && other.ID != p.ID {
			return &model.UniqueError{Table: "post", Columns: []string{"slug"}}
		}
	}
	if p.ID == 0 {
		t.next++
		p.ID = t.next
	}
	t.rows[p.ID] = p
	return nil
}

func (t *table) create(_ *web.Request, f *forms.Form) (*post, error) {
	p := &post{Title: f.String("title"), Slug: f.String("slug")}
	return p, t.save(p)
}

func (t *table) update(_ *web.Request, f *forms.Form, p *post) error {
	if f.Lookup("title") != nil {
		p.Title = f.String("title")
	}
	if f.Lookup("slug") != nil {
		p.Slug = f.String("slug")
	}
	return t.save(p)
}

func (t *table) remove(_ *web.Request, p *post) error {
	if p.ID == 1 {
		return &model.ForeignKeyError{Table: "post"}
	}
	delete(t.rows, p.ID)
	return nil
}

var spec = &forms.Spec{Model: "post", Fields: []forms.Field{
	{Name: "title", Kind: forms.Char, Required: true, MaxLength: 20}, {Name: "slug", Kind: forms.Slug, Required: true},
}}

func detailURL(_ *web.Request, p *post) (string, error) { return fmt.Sprintf("/posts/%d/", p.ID), nil }
func listURL(*web.Request, *post) (string, error)       { return "/posts/", nil }

func renderList(b []byte, _ *web.Request, page *views.ListPage[post]) ([]byte, error) {
	for _, p := range page.ObjectList {
		b = append(append(b, p.Title...), '\n')
	}
	if page.IsPaginated {
		b = fmt.Appendf(b, "%v %d-%d of %d", page.PageObj, page.PageObj.StartIndex(), page.PageObj.EndIndex(), page.Paginator.Count)
	}
	return b, nil
}

func renderPost(b []byte, _ *web.Request, p *post) ([]byte, error) { return append(b, p.Title...), nil }

func renderForm(b []byte, r *web.Request, page *views.FormPage[post]) ([]byte, error) {
	return page.Form.AppendDiv(append(b, r.CSRFToken()...)), nil
}

func postJSON(b []byte, _ *web.Request, p *post) ([]byte, error) {
	return fmt.Appendf(b, `{"id":%d,"title":%q,"slug":%q}`, p.ID, p.Title, p.Slug), nil
}

func site(t *testing.T, rows *table, layers ...web.Middleware) *webtest.Client {
	t.Helper()
	get, update := rows.get, rows.update
	initial := func(p *post) map[string]any { return map[string]any{"title": p.Title, "slug": p.Slug} }
	route := func(pattern string, h web.Handler) web.Route {
		return web.Route{Pattern: pattern, View: &web.View{Handler: h}}
	}
	app, err := web.New(web.Config{
		Log: slog.New(slog.NewTextHandler(io.Discard, nil)), Middleware: layers,
		Routes: []web.Route{
			route("/posts/", views.List[post]{PaginateBy: 10, Count: rows.count, Rows: rows.slice, Render: renderList}.Handler()),
			route("/all/", views.List[post]{Rows: rows.slice, Render: renderList}.Handler()),
			route("/posts/new/", views.Create[post]{Form: spec, Save: rows.create, Success: detailURL, Render: renderForm}.Handler()),
			route("/posts/<int:id>/", views.Detail[post]{Get: get, Render: renderPost}.Handler()),
			route("/posts/<int:id>/edit/", views.Update[post]{Get: get, Form: spec, Initial: initial, Save: update, Success: detailURL, Render: renderForm}.Handler()),
			route("/posts/<int:id>/delete/", views.Delete[post]{Get: get, Delete: rows.remove, Success: listURL, Render: renderPost}.Handler()),
			route("/api/", views.List[post]{PaginateBy: 10, Count: rows.count, Rows: rows.slice, JSON: postJSON}.Handler()),
			route("/api/new/", views.Create[post]{Form: spec, Save: rows.create, Success: detailURL, JSON: postJSON}.Handler()),
			route("/api/<int:id>/", views.Update[post]{Get: get, Form: spec, Initial: initial, Save: update, JSON: postJSON}.Handler()),
			route("/api/<int:id>/show/", views.Detail[post]{Get: get, JSON: postJSON}.Handler()),
			route("/api/<int:id>/delete/", views.Delete[post]{Get: get, Delete: rows.remove, JSON: true}.Handler()),
			route("/old/", views.Redirect{To: "/posts/", Permanent: true, QueryString: true}.Handler()),
			route("/gone/", views.Redirect{}.Handler()),
			route("/text/", views.Text{Body: "User-agent: *"}.Handler()),
			route("/search/", views.Data{Render: func([]byte, *web.Request) ([]byte, error) {
				return nil, fmt.Errorf("%w: text with a zero byte", model.ErrInvalid)
			}}.Handler()),
			route("/page/", views.Template{Template: "p.html", Render: func(b []byte, _ *web.Request) ([]byte, error) { return append(b, "<p>"...), nil }}.Handler()),
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	return webtest.New(app)
}

func TestReading(t *testing.T) {
	client := site(t, filled(25))
	tests := []struct {
		name, target string
		status       int
		body         string // contained
	}{
		{"first page", "/posts/", 200, "<Page 1 of 3> 1-10 of 25"},
		{"second page", "/posts/?page=2", 200, "<Page 2 of 3> 11-20 of 25"},
		{"last page", "/posts/?page=last", 200, "Post 25\n<Page 3 of 3> 21-25 of 25"},
		{"page beyond the last", "/posts/?page=4", 404, "Invalid page (4): That page contains no results"},
		{"page zero", "/posts/?page=0", 404, "That page number is less than 1"},
		{"no page at all", "/posts/?page=x", 404, "Page is not “last”, nor can it be converted to an int."},
		{"without pages", "/all/", 200, "Post 25\n"},
		{"detail", "/posts/3/", 200, "Post 3"},
		{"no such row", "/posts/99/", 404, "Not Found"},
		{"text", "/text/", 200, "User-agent: *"},
		{"template", "/page/", 200, "<p>"},
		{"redirect to nowhere", "/gone/", 410, "Gone"},
		{"JSON list", "/api/?page=2&q=a%26b", 200, `"next":"http://testserver/api/?q=a%26b\u0026page=3","previous":"http://testserver/api/?q=a%26b\u0026page=1","results":[{"id":11,`},
		{"JSON detail", "/api/3/show/", 200, `{"id":3,"title":"Post 3","slug":"post-3"}`},
		{"JSON for a parameter that no row can hold", "/search/", 400, `{"type":"about:blank","title":"Bad Request","status":400,`},
		{"JSON of no row", "/api/99/show/", 404, `{"type":"about:blank","title":"Not Found","status":404}`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := client.Get(tt.target)
			if got.Status != tt.status || !strings.Contains(got.Body, tt.body) {
				t.Errorf("%d %s", got.Status, got.Body)
			}
		})
	}
	if got := client.Get("/old/?a=1&b=2"); got.Status != 301 || got.Header("Location") != "/posts/?a=1&b=2" {
		t.Error(got.Status, got.Header("Location"))
	}
	if got := site(t, filled(0)).Get("/posts/"); got.Status != 200 {
		t.Error("an empty first page:", got.Status)
	}
}

func TestMethods(t *testing.T) {
	client := site(t, filled(1))
	tests := []struct {
		method, target string
		status         int
		allow          string
	}{
		{"POST", "/posts/", 405, "GET, HEAD, OPTIONS"},
		{"OPTIONS", "/posts/", 200, "GET, HEAD, OPTIONS"},
		{"HEAD", "/posts/1/", 200, ""},
		{"DELETE", "/posts/new/", 405, "GET, POST, PUT, HEAD, OPTIONS"},
		{"GET", "/api/new/", 405, "POST, OPTIONS"},
		{"DELETE", "/api/1/", 405, "GET, POST, PUT, PATCH, HEAD, OPTIONS"},
	}
	for _, tt := range tests {
		got := client.Do(webtest.Request{Method: tt.method, Target: tt.target})
		if got.Status != tt.status || got.Header("Allow") != tt.allow || tt.method == "HEAD" && got.Body != "" {
			t.Errorf("%s %s: %d %q", tt.method, tt.target, got.Status, got.Header("Allow"))
		}
	}
}

func TestForms(t *testing.T) {
	rows := filled(2)
	client := site(t, rows, middleware.CSRF{}.Wrap)
	if got := client.Get("/posts/new/"); !strings.Contains(got.Body, `<input type="text" name="title" maxlength="20" required id="id_title">`) {
		t.Error(got.Body)
	}
	if got := client.Post("/posts/new/", "title", "New", "slug", "new"); got.Status != 302 || got.Header("Location") != "/posts/3/" {
		t.Error(got.Status, got.Body)
	}
	if got := client.Post("/posts/new/", "title", "", "slug", "a b"); got.Status != 200 || !strings.Contains(got.Body, "This field is required.") || !strings.Contains(got.Body, `value="a b"`) {
		t.Error(got.Status, got.Body)
	}
	if got := client.Post("/posts/new/", "title", "Again", "slug", "new"); got.Status != 200 || !strings.Contains(got.Body, "Post with this Slug already exists.") {
		t.Error(got.Status, got.Body)
	}
	if got := client.Get("/posts/2/edit/"); !strings.Contains(got.Body, `value="post-2"`) {
		t.Error(got.Body)
	}
	if got := client.Post("/posts/2/edit/", "title", "Changed", "slug", "post-2"); got.Status != 302 || rows.rows[2].Title != "Changed" {
		t.Error(got.Status, rows.rows[2])
	}
	if got := client.Post("/posts/2/edit/", "title", "Changed", "slug", "post-1"); got.Status != 200 || rows.rows[2].Slug != "post-2" {
		t.Error(got.Status, rows.rows[2])
	}
	if got := client.Get("/posts/2/delete/"); got.Status != 200 || rows.rows[2] == nil {
		t.Error("GET deletes:", got.Status)
	}
	if got := client.Post("/posts/2/delete/"); got.Status != 302 || got.Header("Location") != "/posts/" || rows.rows[2] != nil {
		t.Error(got.Status, got.Header("Location"))
	}
	if got := client.Post("/posts/1/delete/"); got.Status != 409 {
		t.Error("a row that others point at:", got.Status)
	}
	client.SetCookie("csrftoken", "")
	if got := client.Post("/posts/new/", "title", "x", "slug", "x"); got.Status != 403 {
		t.Error("without a token:", got.Status)
	}
}

func TestJSONChanges(t *testing.T) {
	rows := filled(2)
	client := site(t, rows)
	tests := []struct {
		name, method, target, kind, body string
		status                           int
		want                             string
	}{
		{"create", "POST", "/api/new/", "application/json", `{"title":"A","slug":"a"}`, 201, `{"id":3,"title":"A","slug":"a"}`},
		{"create from a form", "POST", "/api/new/", "application/x-www-form-urlencoded", "title=B&slug=b", 201, `{"id":4,"title":"B","slug":"b"}`},
		{"what is no field is left out", "PUT", "/api/2/", "application/json", `{"id":9,"title":"C","slug":"c"}`, 200, `{"id":2,"title":"C","slug":"c"}`},
		{"part of it", "PATCH", "/api/2/", "application/json", `{"title":"D"}`, 200, `{"id":2,"title":"D","slug":"c"}`},
		{"null", "PATCH", "/api/2/", "application/json", `{"title":null}`, 422, `"title":[{"message":"This field is required.","code":"required"}]`},
		{"missing", "PUT", "/api/2/", "application/json", `{"title":"D"}`, 422, `"slug":[{"message":"This field is required.","code":"required"}]`},
		{"taken", "PATCH", "/api/2/", "application/json", `{"slug":"a"}`, 422, `"slug":[{"message":"Post with this Slug already exists.","code":"unique"}]`},
		{"a list for a text", "PATCH", "/api/2/", "application/json", `{"slug":["a"]}`, 422, `"code":"invalid"`},
		{"no JSON", "POST", "/api/new/", "application/json", `{"title":`, 400, `"status":400`},
		{"no object", "POST", "/api/new/", "application/json", `[1]`, 400, `"status":400`},
		{"null for an object", "POST", "/api/new/", "application/json", `null`, 400, `"status":400`},
		{"another type", "POST", "/api/new/", "text/plain", `x`, 415, `"status":415`},
		{"no such row", "PUT", "/api/99/", "application/json", `{}`, 404, `"status":404`},
		{"show", "GET", "/api/2/", "", "", 200, `"title":"D"`},
		{"delete", "DELETE", "/api/2/delete/", "", "", 204, ""},
		{"held", "DELETE", "/api/1/delete/", "", "", 409, `"status":409`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := client.Do(webtest.Request{Method: tt.method, Target: tt.target, ContentType: tt.kind, Body: tt.body})
			if got.Status != tt.status || !strings.Contains(got.Body, tt.want) {
				t.Errorf("%d %s", got.Status, got.Body)
			}
			kind := "application/json"
			if got.Status >= 400 {
				kind = "application/problem+json"
			}
			if got.Body != "" && got.Header("Content-Type") != kind {
				t.Error(got.Header("Content-Type"))
			}
		})
	}
}
