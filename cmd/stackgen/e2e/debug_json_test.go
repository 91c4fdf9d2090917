//go:build e2e

package e2e

import (
	"encoding/json"
	"strings"
	"testing"
)

// Ensure that in development programs get problem details of what an API does not have, as they
// do in production, while a path that no route matches shows the page for developers.
func TestDebugPageLeavesProblems(t *testing.T) {
	dir := project(t, "resource")
	edit(t, dir, "site.hcl", "group \"/api/\" {", `view "plain" {
  detail { model = model.task }
  json {}
}
route "/plain/<int:id>/" { view = view.plain }

group "/api/" {`)
	s := develop(t, dir)
	for _, tt := range []struct {
		method, target, accept, body string
		status                       int
		kind                         string
	}{
		{"GET", "/api/tasks/99/", "application/json", "", 404, "application/problem+json"},
		{"GET", "/api/tasks/99/", "*/*", "", 404, "application/problem+json"},
		{"GET", "/api/tasks/99/", "application/problem+json, application/json;q=0.5", "", 404, "application/problem+json"},
		{"DELETE", "/api/tasks/99/", "application/json", "", 404, "application/problem+json"},
		{"PATCH", "/api/tasks/99/", "application/json", `{"done": true}`, 404, "application/problem+json"},
		{"GET", "/api/tasks/?page=99", "application/json", "", 404, "application/problem+json"},
		{"GET", "/api/tasks/?nope=1", "application/json", "", 400, "application/problem+json"},
		{"GET", "/api/tasks/99/", "text/html", "", 406, "application/problem+json"},
		{"GET", "/plain/99/", "application/json", "", 404, "application/problem+json"},
		{"GET", "/api/nowhere/", "application/json", "", 404, "text/plain; charset=utf-8"},
		{"GET", "/api/nowhere/", "text/html", "", 404, "text/html; charset=utf-8"},
	} {
		what := tt.method + " " + tt.target + " for " + tt.accept
		resp, body := ask(t, tt.method, s.url+tt.target, tt.accept, tt.body, "Content-Type", "application/json")
		if resp.StatusCode != tt.status || resp.Header.Get("Content-Type") != tt.kind {
			t.Errorf("%s: %s, %s\n%s", what, resp.Status, resp.Header.Get("Content-Type"), body)
			continue
		}
		var problem struct{ Status int }
		if tt.kind != "application/problem+json" {
			if !strings.Contains(body, "no route matches") {
				t.Errorf("%s: the page does not say why:\n%s", what, body)
			}
		} else if err := json.Unmarshal([]byte(body), &problem); err != nil || problem.Status != tt.status {
			t.Errorf("%s: %v\n%s", what, err, body)
		}
	}
}
