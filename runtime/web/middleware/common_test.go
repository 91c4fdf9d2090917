package middleware_test

import (
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"os"
	"strings"
	"testing"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/middleware"
	"stackgen.dev/runtime/web/webtest"
)

// The table testdata/append_slash.json says what Django 6.1 answers. Every case
// runs; those of ../testdata/differences.json are listed there with the reason why they differ, and have to.
type slashCase struct {
	ID      string
	Request struct {
		Method, Path string
		Headers      map[string]string
		Secure       bool
	}
	Settings map[string]any
	Status   int
	Headers  map[string]string
}

func TestDjangoAppendSlash(t *testing.T) {
	var file struct {
		Header struct {
			Patterns []struct {
				Kind, Route string
				AppendSlash *bool `json:"append_slash"`
			}
		}
		Cases []slashCase
	}
	raw, err := os.ReadFile("testdata/append_slash.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	var routes []web.Route
	for _, p := range file.Header.Patterns {
		view := &web.View{Handler: ok, NoAppendSlash: p.AppendSlash != nil && !*p.AppendSlash}
		pattern := "/" + p.Route
		if p.Kind == "re_path" {
			pattern = p.Route
		}
		routes = append(routes, web.Route{Pattern: pattern, Regex: p.Kind == "re_path", View: view})
	}
	raw, err = os.ReadFile("../testdata/differences.json")
	if err != nil {
		t.Fatal(err)
	}
	var differences map[string]map[string]string
	if err := json.Unmarshal(raw, &differences); err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		problem := c.problem(t, routes)
		reason, listed := differences["append_slash"][c.ID]
		switch {
		case listed && problem == "":
			t.Errorf("%s: listed as a difference (%s), but gives what Django gives", c.ID, reason)
		case !listed && problem != "":
			t.Errorf("%s: %s", c.ID, problem)
		}
	}
}

// problem says how the answer differs from the case's, "" for not at all.
func (c slashCase) problem(t *testing.T, routes []web.Route) string {
	layer := middleware.Common{}
	if v, set := c.Settings["APPEND_SLASH"].(bool); set {
		layer.NoAppendSlash = !v
	}
	layer.PrependWWW, _ = c.Settings["PREPEND_WWW"].(bool)
	debug, _ := c.Settings["DEBUG"].(bool)
	if c.Settings["ROOT_URLCONF"] == "catchall" {
		routes = []web.Route{{Pattern: "/<path:x>/", View: &web.View{Handler: ok}}}
	}
	app, err := web.New(web.Config{
		Routes: routes, Middleware: []web.Middleware{layer.Wrap}, Debug: debug,
		Hosts: []string{"testserver", "www.testserver"}, Log: slog.New(slog.NewTextHandler(io.Discard, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	client := webtest.New(app)
	client.Secure = c.Request.Secure
	got := client.Do(webtest.Request{Method: c.Request.Method, Target: c.Request.Path, Header: [][2]string{{"Host", c.Request.Headers["Host"]}}})
	if got.Status != c.Status {
		return fmt.Sprintf("status %d, want %d: %s", got.Status, c.Status, got.Body)
	}
	if want := c.Headers["Location"]; got.Header("Location") != want {
		return fmt.Sprintf("Location %q, want %q", got.Header("Location"), want)
	}
	return ""
}

// site has a view for a form and one that fails, behind layers.
func site(t testing.TB, layers ...web.Middleware) gateway.Handler {
	t.Helper()
	app, err := web.New(web.Config{
		Keys: []string{"a key for tests"},
		Log:  slog.New(slog.NewTextHandler(io.Discard, nil)),
		Routes: []web.Route{
			{Pattern: "/", View: &web.View{Handler: ok}},
			{Pattern: "/form/", View: &web.View{Handler: func(r *web.Request) (*web.Response, error) {
				return web.Text(r.CSRFToken()), nil
			}}},
			{Pattern: "/count/", View: &web.View{Handler: count}},
			{Pattern: "/logout/", View: &web.View{Handler: func(r *web.Request) (*web.Response, error) {
				return web.Text("bye"), r.Session().Flush()
			}}},
			{Pattern: "/fail/", View: &web.View{Handler: func(r *web.Request) (*web.Response, error) {
				r.Session().Set("n", 100)
				panic("broken")
			}}},
		},
		Middleware: layers,
	})
	if err != nil {
		t.Fatal(err)
	}
	return app
}

func count(r *web.Request) (*web.Response, error) {
	n := r.Session().Int("n") + 1
	r.Session().Set("n", n)
	return web.Text(strings.Repeat("|", int(n))), nil
}
