package web_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/webtest"
)

// The table testdata/middleware_order.json says in which order Django 6.1
// calls what, for stacks with short circuits and failures. Every case runs.

type layerCase struct {
	Name, Before, After string
	Hooks               []string
	OnView              string `json:"on_view"`
	OnException         string `json:"on_exception"`
	OnTemplate          string `json:"on_template"`
}

type orderCase struct {
	ID, What, View string
	Stack          []layerCase
	Events         []string
	Status         int
	Logged         int `json:"server_errors_logged"`
}

// suspicious has Django's name for a 400 that is logged.
type suspicious struct{}

func (suspicious) Error() string { return "SuspiciousOperation" }
func (suspicious) Unwrap() error { return web.BadRequest }

var errRuntime = errors.New("RuntimeError")

// act does what a case says at one place; done says whether that ends the phase.
func act(events *[]string, place, what string) (p *web.Response, err error, done bool) {
	note := func(format string, args ...any) { *events = append(*events, fmt.Sprintf(format, args...)) }
	switch what {
	case "":
		return nil, nil, false
	case "respond":
		note("%s responds", place)
		return web.Empty(202), nil, true
	case "none":
		note("%s returns nothing", place)
		return nil, nil, true
	}
	note("%s raises %s", place, what)
	return nil, failureOf(what), true
}

func failureOf(what string) error {
	switch what {
	case "error":
		return errRuntime
	case "404":
		return web.NotFound
	case "403":
		return web.Forbidden
	case "400":
		return web.BadRequest
	case "suspicious":
		return suspicious{}
	}
	panic("unknown failure " + what)
}

func djangoName(err error) string {
	switch {
	case errors.As(err, &suspicious{}):
		return "SuspiciousOperation"
	case errors.Is(err, web.NotFound):
		return "Http404"
	case errors.Is(err, web.Forbidden):
		return "PermissionDenied"
	case errors.Is(err, web.BadRequest):
		return "BadRequest"
	}
	return "RuntimeError"
}

func (l layerCase) middleware(events *[]string) web.Middleware {
	note := func(s string) { *events = append(*events, l.Name+s) }
	return func(next web.Handler) web.Handler {
		return func(r *web.Request) (*web.Response, error) {
			note(".request")
			l.hook(r, events)
			p, err, done := act(events, l.Name+".request", l.Before)
			if done && err != nil {
				return nil, err
			}
			if !done {
				if p, err = next(r); err != nil {
					return nil, fmt.Errorf("a layer saw an error: %w", err)
				}
			}
			note(fmt.Sprintf(".response %d", p.Status))
			if q, err, done := act(events, l.Name+".response", l.After); done {
				return q, err
			}
			return p, nil
		}
	}
}

func (l layerCase) hook(r *web.Request, events *[]string) {
	note := func(s string) { *events = append(*events, l.Name+s) }
	if slices.Contains(l.Hooks, "view") {
		r.ProcessView(func(*web.Request) (*web.Response, error) {
			note(".view")
			p, err, _ := act(events, l.Name+".view", l.OnView)
			return p, err
		})
	}
	if slices.Contains(l.Hooks, "exception") {
		r.ProcessException(func(_ *web.Request, err error) (*web.Response, error) {
			note(".exception " + djangoName(err))
			p, err, _ := act(events, l.Name+".exception", l.OnException)
			return p, err
		})
	}
	if slices.Contains(l.Hooks, "template") {
		r.ProcessTemplateResponse(func(_ *web.Request, p *web.Response) (*web.Response, error) {
			note(".template")
			if l.OnTemplate == "replace" {
				note(".template replaces")
				return page(r, events, nil)
			}
			if q, err, done := act(events, l.Name+".template", l.OnTemplate); done {
				return q, err
			}
			return p, nil
		})
	}
}

func page(r *web.Request, events *[]string, fail error) (*web.Response, error) {
	return r.Page("page.html", nil, func(b []byte, _ *web.Request) ([]byte, error) {
		*events = append(*events, "render")
		return append(b, "ok"...), fail
	})
}

func TestDjangoMiddlewareOrder(t *testing.T) {
	var file struct{ Cases []orderCase }
	raw, err := os.ReadFile("testdata/middleware_order.json")
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(raw, &file); err != nil {
		t.Fatal(err)
	}
	for _, c := range file.Cases {
		t.Run(c.ID+" "+c.What, func(t *testing.T) {
			var events []string
			var log strings.Builder
			config := web.Config{Log: slog.New(slog.NewTextHandler(&log, nil))}
			view := func(r *web.Request) (*web.Response, error) {
				events = append(events, "view")
				switch c.View {
				case "ok":
					return web.Text("ok"), nil
				case "none":
					return nil, nil
				case "template":
					return page(r, &events, nil)
				case "template-bad":
					return page(r, &events, errRuntime)
				}
				return nil, failureOf(c.View)
			}
			if c.View != "nourl" {
				config.Routes = []web.Route{{Pattern: "/", View: &web.View{Name: "view", Handler: view}}}
			}
			for _, l := range c.Stack {
				config.Middleware = append(config.Middleware, l.middleware(&events))
			}
			app, err := web.New(config)
			if err != nil {
				t.Fatal(err)
			}
			got := webtest.Do(app, "GET", "/")
			if !reflect.DeepEqual(events, c.Events) {
				t.Errorf("events\n got %q\nwant %q", events, c.Events)
			}
			if got.Status != c.Status {
				t.Errorf("status %d, want %d", got.Status, c.Status)
			}
			if n := strings.Count(log.String(), "request failed"); n != c.Logged {
				t.Errorf("%d failures logged, want %d:\n%s", n, c.Logged, log.String())
			}
		})
	}
}
