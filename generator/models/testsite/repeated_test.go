package testsite_test

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"

	. "stackgen.dev/generator/models/testsite/gen/models"
	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/webtest"
)

// Ensure a site that is being developed is told of queries that a request repeats,
// with place and remedy, and that nothing else is ever said or refused.
func TestRepeatedQueries(t *testing.T) {
	db := memory(t)
	authors(t, db)
	posts(t, db)
	// read asks for every author by itself, and in a transaction for the posts of each.
	read := func(r *web.Request) (*web.Response, error) {
		for id := range int64(5) {
			if _, err := GetAuthor(r, id+1); err != nil {
				return nil, err
			}
		}
		err := model.Atomic(r, func(tx model.Source) error {
			for id := range int64(6) {
				if _, err := Posts(tx).Filter(PostField.AuthorID.Eq(id)).All(); err != nil {
					return err
				}
			}
			return nil
		})
		return web.Text("fine"), err
	}
	few := func(r *web.Request) (*web.Response, error) {
		for id := range int64(4) {
			if _, err := GetAuthor(r, id+1); err != nil {
				return nil, err
			}
		}
		return web.Text("fine"), nil
	}
	for _, tt := range []struct {
		name, path    string
		debug, strict bool
		status        int
		body          string   // part of it
		log           []string // parts of it, in order; nil for nothing
	}{
		{"told of", "/often/", true, false, 200, "fine", []string{
			"count=5", "view=view.often", "place=testsite/repeated_test.go:", "Rows of author are read one by one, by id", "select_related = [",
			"count=6", "place=testsite/repeated_test.go:", "Rows of post are read for one author at a time", "prefetch_related"}},
		{"an error", "/often/", true, true, 500, "the same query for the 5th time, from testsite/repeated_test.go:", []string{"ERROR"}},
		{"a few", "/few/", true, true, 200, "fine", nil},
		{"not in development", "/often/", false, true, 200, "fine", nil},
	} {
		var log bytes.Buffer
		app, err := web.New(web.Config{
			Log: slog.New(slog.NewTextHandler(&log, nil)), Database: db, Debug: tt.debug, StrictQueries: tt.strict,
			Routes: []web.Route{
				{Pattern: "/often/", View: &web.View{Name: "often", Handler: read}},
				{Pattern: "/few/", View: &web.View{Name: "few", Handler: few}},
			},
		})
		must(t, err)
		got := webtest.Do(app, "GET", tt.path)
		if got.Status != tt.status || !strings.Contains(got.Body, tt.body) {
			t.Errorf("%s: %d %q", tt.name, got.Status, got.Body)
		}
		rest := log.String()
		for _, want := range tt.log {
			_, after, ok := strings.Cut(rest, want)
			if !ok {
				t.Errorf("%s: the log has no %q in %s", tt.name, want, rest)
				break
			}
			rest = after
		}
		if tt.log == nil && rest != "" {
			t.Errorf("%s: %s", tt.name, rest)
		}
	}
}
