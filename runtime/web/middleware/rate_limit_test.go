package middleware_test

import (
	"testing"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/middleware"
	"stackgen.dev/runtime/web/webtest"
)

// Ensure that a view refuses what is beyond its limit, by method and by user,
// and that other views do not count.
func TestRateLimit(t *testing.T) {
	user := int64(0)
	limited := middleware.RateLimit{Name: "post", Requests: 2, Per: time.Hour, Methods: []string{"POST"},
		User: func(*web.Request) (int64, error) { return user, nil }}
	other := middleware.RateLimit{Name: "other", Requests: 1, Per: time.Minute}
	ok := func(r *web.Request) (*web.Response, error) { return web.Text("ok"), nil }
	app, err := web.New(web.Config{Routes: []web.Route{
		{Pattern: "/post/", View: &web.View{Handler: limited.View(ok)}},
		{Pattern: "/other/", View: &web.View{Handler: other.View(ok)}},
	}})
	if err != nil {
		t.Fatal(err)
	}
	c := webtest.New(app)
	for i, step := range []struct {
		method, path string
		user         int64
		status       int
	}{
		{"POST", "/post/", 0, 200}, {"POST", "/post/", 0, 200}, {"POST", "/post/", 0, 429}, {"GET", "/post/", 0, 200},
		{"POST", "/post/", 7, 200}, {"POST", "/post/", 7, 200}, {"POST", "/post/", 7, 429}, {"POST", "/post/", 8, 200},
		{"GET", "/other/", 0, 200}, {"GET", "/other/", 0, 429},
	} {
		user = step.user
		p := c.Do(webtest.Request{Method: step.method, Target: step.path})
		if p.Status != step.status {
			t.Errorf("step %d: %s %s is %d, not %d", i, step.method, step.path, p.Status, step.status)
		}
		want := ""
		if p.Status == 429 {
			want = map[string]string{"/post/": "3600", "/other/": "60"}[step.path]
		}
		if got := p.Header("Retry-After"); got != want {
			t.Errorf("step %d: Retry-After is %q, not %q", i, got, want)
		}
	}
}
