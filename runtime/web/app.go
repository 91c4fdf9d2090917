package web

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/web/caches"
	"stackgen.dev/runtime/web/mail"
	"stackgen.dev/runtime/web/route"
	"stackgen.dev/runtime/web/signing"
)

// App is a site's application tier: a gateway.Handler. It is safe for
// concurrent use and not changed after New.
type App struct {
	config  Config
	table   *route.Table
	views   []*View // by number of the route
	paces   []pace  // of the views
	pace    pace    // of what surrounds them
	handler Handler
	hosts   hosts
	log     *slog.Logger
	memory  int64
	// uploadMemory is up to which size an uploaded file is kept in memory.
	uploadMemory int64
	fields       int
	files        int
	zone         *time.Location
	cache        caches.Cache

	requests sync.Pool
	store    store
	alarms   alarms
}

// New makes an App. It fails where a pattern is malformed or a route has no view.
func New(config Config) (*App, error) {
	a := &App{config: config, log: config.Log, memory: config.FormMemory, fields: config.FormFields, zone: config.TimeZone}
	if a.log == nil {
		a.log = slog.Default()
	}
	if a.memory == 0 {
		a.memory = DefaultFormMemory
	}
	if a.fields == 0 {
		a.fields = DefaultFormFields
	}
	a.uploadMemory, a.files = config.UploadMemory, config.UploadFiles
	if a.uploadMemory == 0 {
		a.uploadMemory = DefaultUploadMemory
	}
	if a.cache = config.Cache; a.cache == nil {
		a.cache = caches.NewMemory(0, nil)
	}
	if a.files == 0 {
		a.files = DefaultUploadFiles
	}
	if a.zone == nil {
		a.zone = time.UTC
	}
	a.hosts = newHosts(config.Hosts, config.AllowLoopback)
	if len(config.Admins.To) > 0 {
		// The environment may have said them.
		if err := mail.From("admin@localhost", new(mail.Memory)).Send(context.Background(), config.Admins.Message("", "")); err != nil {
			return nil, fmt.Errorf("web: the admins: %w", err)
		}
	}
	routes, err := a.routes(config.Routes)
	if err != nil {
		return nil, err
	}
	if a.table, err = route.Compile(routes, config.Converters...); err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	a.paces = make([]pace, len(a.views))
	a.handler = a.chain(config.Middleware)
	a.requests.New = func() any {
		r := new(Request)
		r.match.Route = -1
		return r
	}
	return a, nil
}

// routes lists the views in the order of the compiled table.
func (a *App) routes(tree []Route) ([]route.Route, error) {
	out := make([]route.Route, len(tree))
	for i, r := range tree {
		out[i] = route.Route{Pattern: r.Pattern, Regex: r.Regex, Name: r.Name, Host: r.Host, Extra: r.Extra, Namespace: r.Namespace, AppName: r.AppName}
		if r.Include != nil {
			inner, err := a.routes(r.Include)
			if err != nil {
				return nil, err
			}
			out[i].Include = inner
			continue
		}
		if r.View == nil || r.View.Handler == nil {
			return nil, fmt.Errorf("web: route %q has no view", r.Pattern)
		}
		view := *r.View
		if len(view.Methods) > 0 {
			view.methods = NewMethods(view.Methods...)
		}
		a.views = append(a.views, &view)
	}
	return out, nil
}

// Serve answers an exchange.
func (a *App) Serve(x *gateway.Exchange) {
	r := a.requests.Get().(*Request)
	r.begin(a, x)
	p := a.timed(r)
	p.write(r)
	if p.late() {
		x.After(func(*gateway.Exchange) { a.release(r) })
		return
	}
	a.release(r)
}

// Cooperates implements [gateway.Cooperative].
func (a *App) Cooperates() bool { return true }

// timed answers, and looks how long what surrounds the view takes.
func (a *App) timed(r *Request) *Response {
	r.looks++
	known := a.pace.proven()
	if !known {
		r.x.MayBlock()
	}
	r.watched = !known || r.looks%looks == 0
	if !r.watched {
		return a.answer(r)
	}
	r.viewTook = 0
	start := time.Now()
	p := a.answer(r)
	a.pace.ran(time.Since(start) - r.viewTook)
	return p
}

func (a *App) release(r *Request) {
	r.end()
	a.requests.Put(r)
}

func (a *App) answer(r *Request) *Response {
	if !a.hosts.unchecked && !a.hosts.allow(string(r.x.Request.Host)) {
		return a.failure(r, BadRequest.With("The host is not one of this site's."))
	}
	if tooManyParameters(r.x.Request.Query, a.fields) {
		return a.failure(r, BadRequest.With(fmt.Sprintf("The query string has more than %d parameters.", a.fields)))
	}
	p, _ := a.handler(r) // a layer: never an error
	return p
}

// tooManyParameters counts without reading.
func tooManyParameters(query []byte, limit int) bool {
	if len(query) < limit {
		return false
	}
	n := 1
	for _, c := range query {
		if c == '&' {
			n++
		}
	}
	return n > limit
}

// Behind is a handler that answers every path by view, behind the layers of the
// site: what a test does as a visitor that no page does.
func (a *App) Behind(view *View) (*App, error) {
	config := a.config
	config.Routes = []Route{{Pattern: "/<path:rest>", View: view}, {Pattern: "/", View: view}}
	return New(config)
}

// Resolve returns the view that a path leads to on the request's host, for middleware.
func (r *Request) Resolve(path string) (*View, bool) {
	var m route.Match
	if !r.app.table.MatchHost(r.x.Request.Host, []byte(path), &m) {
		return nil, false
	}
	return r.app.views[m.Route], true
}

// Reverse returns the path of the route called name, "shop:cart" where it has
// namespaces, with args for its captures in order.
func (a *App) Reverse(name string, args ...any) (string, error) {
	return a.table.Reverse(name, args...)
}

// ReverseNamed is Reverse with arguments by name.
func (a *App) ReverseNamed(name string, kwargs map[string]any) (string, error) {
	return a.table.ReverseNamed(name, kwargs)
}

// Routes is the compiled route table, for who shows it.
func (a *App) Routes() *route.Table { return a.table }

// Keys are the site's secrets.
func (a *App) Keys() signing.Keys { return a.config.Keys }

// Signer makes a signer with the site's keys, for values of that purpose.
func (a *App) Signer(salt string) *signing.TimestampSigner {
	return signing.NewTimestamp(a.config.Keys, salt, nil)
}

// Cache is the site's cache.
func (a *App) Cache() caches.Cache { return a.cache }

// Mailer takes the site's e-mail away; for a site that sends none every message fails.
func (a *App) Mailer() mail.Mailer {
	if a.config.Mailer == nil {
		return noMailer{}
	}
	return a.config.Mailer
}

// noMailer is for a site without the block email.
type noMailer struct{}

func (noMailer) Send(context.Context, *mail.Message) error {
	return errors.New("web: the site says nothing of how to send e-mail")
}

// TimeZone is the zone in which times are shown and read.
func (a *App) TimeZone() *time.Location { return a.zone }

func (a *App) templateNames() []string { return slices.Sorted(maps.Keys(a.config.Templates)) }
