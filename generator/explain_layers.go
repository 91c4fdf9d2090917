package generator

import (
	"strings"

	"stackgen.dev/runtime/proxy"
	"stackgen.dev/schema"
)

// layers says what stands before a location's action, in the order of docs/proxy.md.
func (e *explanation) layers(l *schema.Location) {
	for _, a := range []*schema.Access{e.site.Proxy.Access, l.Access} {
		if a != nil {
			e.add("proxy", a.DeclRange, "access: allow %s, deny %s; others get 403", listText(a.Allow, "everybody"), listText(a.Deny, "nobody"))
		}
	}
	if len(l.Methods) > 0 {
		e.add("proxy", l.Methods[0].Range, "methods: %s; others get 405", listText(l.Methods, ""))
	}
	if r := l.RateLimit; r != nil {
		e.add("proxy", r.DeclRange, "rate_limit: %d in %s and a burst of %d for each %s; more get 429", r.Rate.V.Requests, r.Rate.V.Per, r.Burst.V, templateText(r.Key))
	}
	if c := l.LimitConn; c != nil {
		e.add("proxy", c.DeclRange, "limit_conn: %d at a time for each %s; more get 429", c.Connections.V, templateText(c.Key))
	}
	if b := l.BasicAuth; b != nil {
		e.add("proxy", b.DeclRange, "basic_auth: asks for a name and a password for %q", b.Realm.V)
	}
	if f := l.ForwardAuth; f != nil {
		e.add("proxy", f.DeclRange, "forward_auth: asks upstream.%s for %s", f.Upstream.Name, f.URI.V)
	}
	if l.LimitRate.V > 0 {
		e.add("proxy", l.LimitRate.Range, "limit_rate: %d bytes a second after the first %d", l.LimitRate.V, l.LimitRateAfter.V)
	}
	if c := (&project{site: e.site}).compression(l); c != nil {
		e.add("proxy", c.DeclRange, "compression: %s, from %d bytes on", listText(c.Encodings, ""), c.MinSize.V)
	}
	if c := l.Cache; c != nil {
		e.add("proxy", c.DeclRange, "cache: by %s", templateText(c.Key))
	}
	for _, s := range l.Splits {
		e.add("proxy", s.DeclRange, "split %q: %d requests in a hundred go to upstream.%s", s.Name, s.Percent.V, s.Upstream.Name)
	}
	if m := l.Mirror; m != nil {
		e.add("proxy", m.DeclRange, "mirror: a copy of %d requests in a hundred goes to upstream.%s", m.Percent.V, m.Upstream.Name)
	}
}

func listText(list []schema.String, none string) string {
	if len(list) == 0 {
		return none
	}
	var words []string
	for _, s := range list {
		words = append(words, s.V)
	}
	return strings.Join(words, ", ")
}

// runtimeCondition is a condition as the proxy has it.
func runtimeCondition(c schema.RequestCondition) proxy.Condition {
	out := proxy.Condition{Op: proxy.Operation(c.Op), Attr: proxy.Attribute(c.Attr), Values: c.Values}
	for _, inner := range c.Of {
		out.Of = append(out.Of, runtimeCondition(inner))
	}
	return out
}

// runtimeTemplate is a template as the proxy has it.
func runtimeTemplate(t schema.RequestTemplate) proxy.Template {
	var out proxy.Template
	for _, p := range t.Parts {
		out = append(out, proxy.Part{Text: p.Literal, Attr: proxy.Attribute(p.Attr)})
	}
	return out
}

// runtimeMaps are maps as the proxy has them.
func runtimeMaps(declared []*schema.Map) []proxy.Map {
	var all []proxy.Map
	for _, m := range declared {
		out := proxy.Map{Name: m.Name, Source: runtimeTemplate(m.Source), Default: runtimeTemplate(m.Default), Networks: m.Networks}
		for _, row := range m.Values {
			out.Rows = append(out.Rows, proxy.MapRow{Key: row.Key, Value: runtimeTemplate(row.Value)})
		}
		all = append(all, out)
	}
	return all
}
