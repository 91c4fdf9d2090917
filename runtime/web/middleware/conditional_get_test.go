package middleware_test

import (
	"encoding/json"
	"os"
	"testing"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/conditional"
	"stackgen.dev/runtime/web/middleware"
	"stackgen.dev/runtime/web/webtest"
)

// The table testdata/conditional.json says what Django 6.1 answers. Every case runs.

type conditionalCase struct {
	ID, Via      string
	ETag         string
	LastModified string `json:"last_modified"`
	ViewStatus   int    `json:"view_status"`
	Body         string
	Request      struct {
		Method, Path string
		Headers      map[string]string
	}
	Status       int
	Headers      map[string]string
	ResponseBody string `json:"response_body"`
}

func TestDjangoConditional(t *testing.T) {
	var file struct{ Cases []conditionalCase }
	raw, err := os.ReadFile("testdata/conditional.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		t.Run(c.ID, func(t *testing.T) { c.run(t) })
	}
}

func (c conditionalCase) run(t *testing.T) {
	var modified time.Time
	if c.LastModified != "" {
		var ok bool
		if modified, ok = conditional.ParseDate(c.LastModified, time.Now()); !ok {
			t.Fatal(c.LastModified)
		}
	}
	view := func(r *web.Request) (*web.Response, error) {
		if c.Via == "decorator" {
			if p := r.Conditional(c.ETag, modified); p != nil {
				return p, nil
			}
		}
		p := web.HTML(c.Body).WithStatus(c.ViewStatus)
		if c.Via == "decorator" {
			p.Validators(r, c.ETag, modified)
			return p, nil
		}
		if c.ETag != "" {
			p.SetHeader("ETag", c.ETag)
		}
		if c.LastModified != "" {
			p.SetHeader("Last-Modified", c.LastModified)
		}
		return p, nil
	}
	config := web.Config{Routes: []web.Route{{Pattern: "/c/", View: &web.View{Handler: view}}}}
	if c.Via == "middleware" {
		config.Middleware = []web.Middleware{middleware.ConditionalGet{}.Wrap}
	}
	app, err := web.New(config)
	if err != nil {
		t.Fatal(err)
	}
	r := webtest.Request{Method: c.Request.Method, Target: c.Request.Path}
	for name, value := range c.Request.Headers {
		r.Header = append(r.Header, [2]string{name, value})
	}
	got := webtest.New(app).Do(r)
	if got.Status != c.Status || c.Request.Method != "HEAD" && got.Body != c.ResponseBody {
		t.Errorf("%d %q, want %d %q", got.Status, got.Body, c.Status, c.ResponseBody)
	}
	for _, name := range []string{"ETag", "Last-Modified", "Content-Type"} {
		if got.Header(name) != c.Headers[name] {
			t.Errorf("%s %q, want %q", name, got.Header(name), c.Headers[name])
		}
	}
}
