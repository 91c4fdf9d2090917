package generator

import (
	"bytes"
	"fmt"
	"net/netip"
	"net/url"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/web/route"
	"stackgen.dev/schema"
)

// Step is one decision on the way of a request, from the socket to the answer.
type Step struct {
	// Tier is "listener", "proxy", "file", "upstream", "workers", "middleware",
	// "dispatcher", "view", "model" or "template".
	Tier string
	// Text says what is decided.
	Text string
	// Place is "site.hcl:12", or a template, or empty for a default.
	Place string
}

// Explain follows a request through the tiers without serving it. Matching is
// done by the runtime's own code. target is a path, with a query or not, or a
// whole URL.
func Explain(site *schema.Site, method, target string) ([]Step, error) {
	u, err := url.ParseRequestURI(target)
	if err != nil {
		return nil, fmt.Errorf("%q is not a URL: begin it with a slash, for example /posts/", target)
	}
	normal, err := gateway.NormalizePath(nil, []byte(u.EscapedPath()))
	if err != nil {
		return []Step{{"proxy", fmt.Sprintf("%s is refused: 400, %v", target, err), ""}}, nil
	}
	e := &explanation{site: site, method: strings.ToUpper(method), path: string(normal), query: u.RawQuery, hostName: u.Host}
	e.listener(u)
	if !e.host(u) {
		return e.steps, nil
	}
	l := e.location()
	if l == nil {
		return e.steps, nil
	}
	switch {
	case l.Forward.App:
		e.app(l)
	case l.Forward.Upstream.Set():
		e.upstream(l)
	}
	return e.steps, nil
}

type explanation struct {
	site                          *schema.Site
	method, path, query, hostName string
	// rewritten says that path is no longer below the location's.
	rewritten bool
	steps     []Step
}

func (e *explanation) add(tier string, at hcl.Range, format string, args ...any) {
	place := ""
	if at.Start.Line > 0 {
		place = fmt.Sprintf("%s:%d", at.Filename, at.Start.Line)
	}
	e.steps = append(e.steps, Step{tier, fmt.Sprintf(format, args...), place})
}

func (e *explanation) listener(u *url.URL) {
	for _, l := range e.site.Proxy.Listens {
		tls := "plain HTTP"
		switch {
		case l.TLS != nil:
			tls = "TLS"
		case l.RedirectToHTTPS.V:
			tls = "plain HTTP: 301 to https"
		}
		e.add("listener", l.DeclRange, "%s accepts on %s, %s", l.Name, l.Address.V, tls)
	}
}

func (e *explanation) host(u *url.URL) bool {
	if u.Host == "" {
		return true
	}
	name := u.Hostname()
	for _, d := range e.site.Domains {
		if d.V == "*" || strings.EqualFold(d.V, name) ||
			strings.HasPrefix(d.V, "*.") && strings.HasSuffix(strings.ToLower(name), strings.ToLower(d.V[1:])) {
			e.add("proxy", d.Range, "host %s is one of the site's domains", name)
			return true
		}
	}
	e.add("proxy", e.site.DeclRange, "host %s is none of the site's domains: 421", name)
	return false
}

// location asks the proxy's own matching, with every location's action left out.
// Conditions are held against a request without header fields from this machine.
func (e *explanation) location() *schema.Location {
	config := proxy.Config{Hosts: []string{"*"}, Maps: runtimeMaps(e.site.Proxy.Maps)}
	var places []*schema.Location
	for _, l := range e.site.Proxy.Locations {
		if l.Internal.V {
			continue // requests do not lead there
		}
		places = append(places, l)
		config.Locations = append(config.Locations, proxy.Location{
			Path: l.Pattern, When: runtimeCondition(l.When), Rewrite: runtimeTemplate(l.Rewrite), Action: proxy.Redirect{To: proxy.Template{{Text: "/"}}},
		})
	}
	matcher, err := proxy.New(config)
	if err != nil {
		bug("locations that check accepts do not compile: %v", err)
	}
	defer matcher.Close()
	x := new(gateway.Exchange)
	x.Request.Method, x.Request.Path, x.Request.Query = e.method, []byte(e.path), []byte(e.query)
	x.Request.Scheme, x.Request.Host, x.Request.Client = "http", []byte(e.hostName), netip.AddrPortFrom(netip.IPv4Unspecified(), 0)
	for i, m := range matcher.ExplainMaps(x) {
		e.add("proxy", e.site.Proxy.Maps[i].DeclRange, "map %s is %q, made of %s of a request without header fields", m.Name, m.Value, templateText(e.site.Proxy.Maps[i].Source))
	}
	found := matcher.ExplainRequest(x)
	for _, i := range found.Skipped {
		l := places[i]
		e.add("proxy", l.When.Range, "location %q is passed over: its condition does not hold of %s %s without header fields", l.Pattern, e.method, e.path)
	}
	if found.Index < 0 {
		e.add("proxy", hcl.Range{}, "%s", found.Reason)
		return nil
	}
	l := places[found.Index]
	e.add("proxy", l.DeclRange, "%s", found.Reason)
	if found.Rewritten != "" {
		e.add("proxy", l.Rewrite.Range, "rewrite %s to %s", e.path, found.Rewritten)
		e.rewritten = true
		path, _, _ := strings.Cut(found.Rewritten, "?")
		if normal, err := gateway.NormalizePath(nil, []byte(path)); err == nil {
			e.path = string(normal)
		}
	}
	if found.Action != "slash" {
		e.layers(l)
	}
	if found.Action == "slash" {
		return nil
	}
	reads := e.method == "GET" || e.method == "HEAD"
	switch {
	case l.Static != nil && !reads, l.Files != nil && !reads:
		e.add("proxy", l.DeclRange, "files answer GET and HEAD, so %s gets 405", e.method)
	case l.Static != nil:
		e.static(l)
	case l.Files != nil:
		name := e.rest(l)
		if name == "" {
			name = "the index"
		}
		e.add("proxy", l.Files.DeclRange, "files: %s of the folder %s on the disk", name, l.Files.Root.V)
	case l.Status != nil:
		e.add("proxy", l.Status.DeclRange, "status: the page that shows how the running site is")
	case l.Redirect != nil:
		e.add("proxy", l.Redirect.DeclRange, "redirect: %d to %s", l.Redirect.Status.V, templateText(l.Redirect.To))
	}
	return l
}

// static looks the file up as the proxy does: under its plain name or its hashed
// one, or as the index of a folder.
func (e *explanation) static(l *schema.Location) {
	name, dir := e.rest(l), l.Static.Dir.V
	if name == "" || strings.HasSuffix(name, "/") {
		name += "index.html"
	}
	p := &project{site: e.site}
	p.readAssets()
	for _, folder := range p.assets {
		for _, a := range folder.assets {
			switch {
			case folder.dir != dir:
			case name == a.name || name == a.hashed:
				e.add("proxy", l.Static.DeclRange, "static: the folder %s, in the binary", dir)
				at := filepath.Join(e.site.Dir, filepath.FromSlash(dir), filepath.FromSlash(a.name)) + ":1"
				e.steps = append(e.steps, Step{"file", name, at})
				return
			case name+"/index.html" == a.name:
				e.add("proxy", l.Static.DeclRange, "static: %s is a folder: 301 to %s/", name, e.path)
				return
			}
		}
	}
	e.add("proxy", l.Static.DeclRange, "static: %s is not in the folder %s: 404", name, dir)
}

// rest is the path behind the location's.
func (e *explanation) rest(l *schema.Location) string {
	if e.rewritten || l.Kind == schema.PatternLocation {
		return strings.TrimPrefix(e.path, "/")
	}
	return strings.TrimPrefix(strings.TrimPrefix(e.path, strings.TrimSuffix(l.Path, "/")), "/")
}

func templateText(t schema.RequestTemplate) string {
	var b strings.Builder
	for _, p := range t.Parts {
		if p.Attr != "" {
			b.WriteString("${" + p.Attr + "}")
		} else {
			b.WriteString(p.Literal)
		}
	}
	return b.String()
}

func (e *explanation) upstream(l *schema.Location) {
	u := l.Forward.Upstream.Target
	path := e.path
	if l.StripPrefix.V {
		path = "/" + e.rest(l)
	}
	e.add("proxy", l.Forward.Range, "forward %s to upstream.%s", path, u.Name)
	var servers []string
	for _, s := range u.Servers {
		servers = append(servers, s.Name+" "+s.URL.V)
	}
	e.add("upstream", u.DeclRange, "%s, %s: %s", u.Name, u.Balance.V, strings.Join(servers, ", "))
}

// app follows the request through workers, middleware, dispatcher and view.
func (e *explanation) app(l *schema.Location) {
	s := e.site
	e.add("proxy", l.Forward.Range, "forward to the application")
	if s.Workers.Mode.V == "process" {
		count := strconv.Itoa(s.Workers.Count.V)
		if s.Workers.Count.V == schema.AutoCount {
			count = "the"
		}
		e.add("workers", s.Workers.DeclRange, "one of %s worker processes, at most %s", count, s.Workers.Timeout.V)
	} else {
		e.add("workers", s.Workers.DeclRange, "a call in the same process, at most %s", s.Workers.Timeout.V)
	}
	for _, m := range s.Middleware {
		name := m.Name
		if m.Go.Set() {
			name = m.Go.Address()
		}
		e.add("middleware", m.Range, "%s", name)
	}
	routes := s.AllRoutes()
	var declared []route.Route
	for _, r := range routes {
		declared = append(declared, route.Route{Pattern: r.Full, Regex: r.Regex, Host: r.BoundTo.V, Name: r.FullName})
	}
	var own []*route.Converter
	for _, c := range s.Converters {
		own = append(own, &route.Converter{Name: c.Name, Regex: regexp.MustCompile(c.Regex.V)}) // to_value has no word here
	}
	table, err := route.Compile(declared, own...)
	if err != nil {
		bug("routes that check accepts do not compile: %v", err)
	}
	var m route.Match
	if !table.MatchHost([]byte(e.hostName), []byte(e.path), &m) {
		e.add("dispatcher", hcl.Range{}, "no route matches %s: 404%s", e.path, e.slashHint(table))
		return
	}
	r := routes[m.Route]
	captured := ""
	for _, s := range r.Captures() {
		v, _ := m.Capture(s.Name)
		captured += fmt.Sprintf(" %s=%q", s.Name, v)
	}
	e.add("dispatcher", r.DeclRange, "route %q matches first%s", r.Address(), captured)
	e.view(r.View.Target)
}

func (e *explanation) slashHint(table *route.Table) string {
	var m route.Match
	if strings.HasSuffix(e.path, "/") || !table.MatchHost([]byte(e.hostName), []byte(e.path+"/"), &m) {
		return ""
	}
	for _, mw := range e.site.Middleware {
		if mw.Name == "common" {
			return fmt.Sprintf("; common redirects it to %s/", e.path)
		}
	}
	return fmt.Sprintf("; %s/ would match", e.path)
}

func (e *explanation) view(v *schema.View) {
	e.add("view", v.DeclRange, "view.%s, %s", v.Name, viewKind(v))
	if allowed := viewMethods(v); !slices.Contains(allowed, e.method) && e.method != "OPTIONS" {
		e.add("view", v.DeclRange, "%s is not one of %s: 405", e.method, strings.Join(allowed, ", "))
		return
	}
	if v.Handler.Set() {
		if path, line := findFunc(filepath.Join(e.site.Dir, filepath.FromSlash(v.Handler.Package)), v.Handler.Name); path != "" {
			e.steps = append(e.steps, Step{"view", v.Handler.Address(), fmt.Sprintf("%s:%d", path, line)})
		} else {
			e.add("view", v.Handler.Range, "%s", v.Handler.Address())
		}
	}
	if m, at := viewModel(v); m != nil {
		e.add("model", at, "model.%s, table %s", m.Name, m.Table.V)
	}
	for _, q := range v.Queries {
		of := "model." + q.Model.Name
		if q.SQL.Target != nil {
			of = "sql." + q.SQL.Name
		}
		e.add("model", q.DeclRange, "query %s of %s", q.Name, of)
	}
	if v.Template.V != "" {
		for _, name := range e.templates(v.Template.V) {
			e.steps = append(e.steps, Step{"template", name, filepath.Join(e.site.Dir, "templates", name) + ":1"})
		}
	}
	if v.JSON != nil {
		e.add("view", v.JSON.DeclRange, "answers with JSON")
	}
}

// templates is a template and those it extends, innermost first.
func (e *explanation) templates(name string) []string {
	p := &project{site: e.site}
	chain := []string{name}
	for range 20 {
		src := p.read("templates/" + chain[len(chain)-1])
		i := bytes.Index(src, []byte("{% extends "))
		if i < 0 {
			return chain
		}
		rest := string(src[i+len("{% extends "):])
		if len(rest) < 2 || rest[0] != '"' && rest[0] != '\'' {
			return chain
		}
		parent, _, ok := strings.Cut(rest[1:], rest[:1])
		if !ok {
			return chain
		}
		chain = append(chain, parent)
	}
	return chain
}

// viewKind is what a view does, in a word or two.
func viewKind(v *schema.View) string {
	switch {
	case v.Handler.Set():
		return "a Go view"
	case v.HTTP.Set():
		return "a handler of net/http"
	case v.WebSocket != nil:
		return "websocket"
	case v.Form != nil:
		return "form"
	case isAccount(v):
		word, _ := v.Account()
		return word
	case v.List != nil:
		return "list"
	case v.Detail != nil:
		return "detail"
	case v.Archive != nil:
		return "archive"
	case v.DateDetail != nil:
		return "date_detail"
	case v.Create != nil:
		return "create"
	case v.Update != nil:
		return "update"
	case v.Delete != nil:
		return "delete"
	case v.Resource != nil:
		return "resource"
	case v.OpenAPI != nil:
		return "openapi"
	case v.Redirect != nil:
		return "redirect"
	case v.SetLanguage != nil:
		return "set_language"
	case v.Text.Set:
		return "text"
	}
	return "template"
}

// viewMethods are the methods that a view answers, OPTIONS aside.
func viewMethods(v *schema.View) []string {
	all := v.KindMethods()
	if all == nil {
		all = []string{"GET", "POST", "PUT", "PATCH", "DELETE"}
	}
	if len(v.Methods) > 0 {
		all = nil
		for _, m := range v.Methods {
			all = append(all, m.V)
		}
	}
	if slices.Contains(all, "GET") && !slices.Contains(all, "HEAD") {
		all = append(all, "HEAD")
	}
	return all
}

// viewModel is the model of a generic view.
func viewModel(v *schema.View) (*schema.Model, hcl.Range) {
	switch {
	case v.List != nil:
		return v.List.Model.Target, v.List.DeclRange
	case v.Detail != nil:
		return v.Detail.Model.Target, v.Detail.DeclRange
	case v.Archive != nil:
		return v.Archive.Model.Target, v.Archive.DeclRange
	case v.DateDetail != nil:
		return v.DateDetail.Model.Target, v.DateDetail.DeclRange
	case v.Create != nil:
		return v.Create.Model.Target, v.Create.DeclRange
	case v.Update != nil:
		return v.Update.Model.Target, v.Update.DeclRange
	case v.Delete != nil:
		return v.Delete.Model.Target, v.Delete.DeclRange
	case v.Resource != nil:
		return v.Resource.Model.Target, v.Resource.DeclRange
	}
	return nil, hcl.Range{}
}
