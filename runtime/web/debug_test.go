package web_test

import (
	"errors"
	"log/slog"
	"strings"
	"testing"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/webtest"
)

// Ensure that a failure in development shows what was sent, without what lets somebody
// in, and that a site in production shows nothing of it.
func TestDebugPageHidesSecrets(t *testing.T) {
	for _, debug := range []bool{true, false} {
		app, err := web.New(web.Config{
			Keys: []string{"a key for tests"}, Log: slog.New(slog.DiscardHandler), Debug: debug,
			Settings: []web.Setting{{Name: "DATABASE_URL", Value: "postgres://ada:hunter2@db/site"}, {Name: "EMAIL_PASSWORD", Value: "hunter2"}},
			Routes: []web.Route{{Pattern: "/pay/", View: &web.View{Name: "pay", Handler: func(r *web.Request) (*web.Response, error) {
				if _, err := r.Form(); err != nil {
					return nil, err
				}
				return nil, errors.New("the till is <broken>")
			}}}},
		})
		if err != nil {
			t.Fatal(err)
		}
		c := webtest.New(app)
		c.SetCookie("sessionid", "hunter2")
		c.SetCookie("theme", "dark")
		page := c.Post("/pay/?page=seven&token=hunter2", "amount", "12 <EUR>", "password", "hunter2")
		if page.Status != 500 || strings.Contains(page.Body, "hunter2") || strings.Contains(page.Body, "<EUR>") || strings.Contains(page.Body, "<broken>") {
			t.Errorf("debug=%v: %d\n%s", debug, page.Status, page.Body)
		}
		for _, part := range []string{"the till is &lt;broken&gt;", "12 &lt;EUR&gt;", "theme", "dark", "seven", "/pay/", "postgres://ada:"} {
			if strings.Contains(page.Body, part) != debug {
				t.Errorf("debug=%v: %q in the page is %v", debug, part, !debug)
			}
		}
	}
}
