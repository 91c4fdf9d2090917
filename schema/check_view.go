package schema

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// saying is one way in which a view says how it answers.
type saying struct {
	word string
	at   hcl.Range
}

// sayings lists what a view says about its kind, in the order of the manual.
func (d *decoder) sayings(v *View) []saying {
	var out []saying
	add := func(set bool, word string, at hcl.Range) {
		if set {
			out = append(out, saying{word, at})
		}
	}
	add(d.isWritten(v, "handler"), "handler", d.attrRange(v, "handler", v.DeclRange))
	add(d.isWritten(v, "http"), "http", d.attrRange(v, "http", v.DeclRange))
	if v.WebSocket != nil {
		add(true, "websocket", v.WebSocket.DeclRange)
	}
	if v.List != nil {
		add(true, "list", v.List.DeclRange)
	}
	if v.Detail != nil {
		add(true, "detail", v.Detail.DeclRange)
	}
	if v.Archive != nil {
		add(true, "archive", v.Archive.DeclRange)
	}
	if v.DateDetail != nil {
		add(true, "date_detail", v.DateDetail.DeclRange)
	}
	if v.Create != nil {
		add(true, "create", v.Create.DeclRange)
	}
	if v.Update != nil {
		add(true, "update", v.Update.DeclRange)
	}
	if v.Delete != nil {
		add(true, "delete", v.Delete.DeclRange)
	}
	if v.Form != nil {
		add(true, "form", v.Form.DeclRange)
	}
	if word, account := v.Account(); account != nil {
		add(true, word, account.DeclRange)
	}
	if v.Resource != nil {
		add(true, "resource", v.Resource.DeclRange)
	}
	if v.OpenAPI != nil {
		add(true, "openapi", v.OpenAPI.DeclRange)
	}
	if v.SetLanguage != nil {
		add(true, "set_language", v.SetLanguage.DeclRange)
	}
	if v.Redirect != nil {
		add(true, "redirect", v.Redirect.DeclRange)
	}
	add(d.isWritten(v, "text"), "text", d.attrRange(v, "text", v.DeclRange))
	return out
}

// checkView settles a view by itself: its kind, and what may stand beside it.
func checkView(d *decoder, s *scope) {
	v := s.owner.(*View)
	said := d.sayings(v)
	kind := saying{"page", v.DeclRange}
	switch {
	case len(said) > 1:
		for _, other := range said[1:] {
			d.report(twoKinds(v, other, said[0]))
		}
		return
	case len(said) == 1:
		kind = said[0]
	case v.JSON == nil && !d.isWritten(v, "template"):
		d.report(viewWithoutKind(v))
		return
	}
	d.checkBeside(v, kind)
	d.checkQueries(v)
	if v.Redirect != nil {
		d.checkRedirectView(v.Redirect)
	}
	for _, k := range accountKinds() {
		if *k.of(v) != nil && !d.isWritten(v, "template") {
			v.Template = String{V: k.template, Range: v.DeclRange}
			return
		}
	}
	if v.Form != nil && !d.isWritten(v, "template") {
		v.Template = String{V: v.Name + ".html", Range: v.DeclRange}
		return
	}
	if v.Template.V == "" && v.JSON == nil && !d.isWritten(v, "template") {
		v.Template = String{V: genericTemplate(v), Range: v.DeclRange}
	}
}

// checkBeside reports what the view's kind has no use for.
func (d *decoder) checkBeside(v *View, kind saying) {
	type part struct {
		word    string
		written bool
		at      hcl.Range
		kinds   []string
	}
	pages := []string{"page", "list", "detail", "archive", "date_detail", "create", "update", "delete"}
	html := append([]string{"form"}, pages...)
	json := hcl.Range{}
	if v.JSON != nil {
		json = v.JSON.DeclRange
	}
	query := hcl.Range{}
	if len(v.Queries) > 0 {
		query = v.Queries[0].DeclRange
	}
	parts := []part{
		{"template", d.isWritten(v, "template"), d.attrRange(v, "template", v.DeclRange), append([]string{"handler", "login", "password_change", "password_reset", "password_reset_confirm", "invite", "sign_up"}, html...)},
		{"context", d.isWritten(v, "context"), d.attrRange(v, "context", v.DeclRange), html},
		{"json", v.JSON != nil, json, pages},
		{"query", len(v.Queries) > 0, query, html},
		{"stream", d.isWritten(v, "stream"), d.attrRange(v, "stream", v.DeclRange), []string{"handler", "page", "list", "detail", "archive", "date_detail"}},
		{"content_type", d.isWritten(v, "content_type"), d.attrRange(v, "content_type", v.DeclRange), []string{"text", "page"}},
	}
	if kind.word == "websocket" {
		for _, word := range []string{"csrf_exempt", "cache", "never_cache"} { // of a page that there is not
			parts = append(parts, part{word, d.isWritten(v, word), d.attrRange(v, word, v.DeclRange), nil})
		}
	}
	for _, p := range parts {
		fits := false
		for _, k := range p.kinds {
			fits = fits || k == kind.word
		}
		if p.written && !fits {
			d.report(besideKind(p.word, p.at, kind))
		}
	}
	d.checkMethods(v, kind)
	if v.CacheAge.V > 0 && v.NeverCache.V {
		d.report(cachedAndNot(v, d.attrRange(v, "never_cache", v.DeclRange), d.attrRange(v, "cache", v.DeclRange)))
	}
	if v.Stream.V && v.CacheAge.V > 0 {
		d.report(streamedAndKept(v, d.attrRange(v, "stream", v.DeclRange), d.attrRange(v, "cache", v.DeclRange)))
	}
	if v.JSON == nil {
		return
	}
	for _, word := range []string{"template", "context", "content_type", "stream"} {
		if d.isWritten(v, word) {
			d.report(besideKind(word, d.attrRange(v, word, v.DeclRange), saying{"json", v.JSON.DeclRange}))
		}
	}
	if kind.word != "page" {
		if len(v.Queries) > 0 {
			d.report(besideKind("query", query, saying{kind.word + " and json", v.JSON.DeclRange}))
		}
		return
	}
	if len(v.Queries) == 0 {
		d.report(jsonOfNothing(v))
	}
	if len(v.Queries) > 1 && d.isWritten(v.JSON, "fields") {
		d.report(jsonFieldsOfMany(v, d.attrRange(v.JSON, "fields", v.JSON.DeclRange)))
	}
}

// checkMethods reports methods that the view's kind never answers.
func (d *decoder) checkMethods(v *View, kind saying) {
	own := v.KindMethods()
	for _, m := range v.Methods {
		if len(own) > 0 && !slices.Contains(own, m.V) && slices.Contains(methods(), m.V) && m.V != "HEAD" && m.V != "OPTIONS" {
			d.report(methodOfOtherKind(m, own, kind))
		}
	}
}

// checkQueries reports queries of one name, or of a name that the view's template has already.
func (d *decoder) checkQueries(v *View) {
	byGo := map[string]*Query{}
	for _, q := range v.Queries {
		if first := byGo[GoName(q.Name)]; first != nil {
			if first.Name == q.Name {
				d.report(declaredTwice("query", q.Name, q.DeclRange, first.DeclRange))
			} else {
				d.report(goNameTwice("query", q.Name, first.Name, GoName(q.Name), q.DeclRange, first.DeclRange))
			}
			continue
		}
		byGo[GoName(q.Name)] = q
		for _, name := range contextNames(v) {
			if name == q.Name {
				d.report(queryShadows(q, v))
			}
		}
		for _, c := range v.Context {
			if c.Key == q.Name {
				d.report(contextTwice(q, c.Value.Range))
			}
		}
	}
}

// contextNames are the names that a generic view gives its template.
func contextNames(v *View) []string {
	switch {
	case v.List != nil:
		return []string{v.List.Model.Name + "_list"}
	case v.Detail != nil:
		return []string{v.Detail.Model.Name}
	case v.Archive != nil:
		return append([]string{v.Archive.ContextName(), "date_list"}, v.Archive.PeriodNames()...)
	case v.DateDetail != nil:
		return []string{v.DateDetail.Model.Name}
	case v.Update != nil:
		return []string{v.Update.Model.Name}
	case v.Delete != nil:
		return []string{v.Delete.Model.Name}
	}
	return nil
}

func (d *decoder) checkRedirectView(r *RedirectView) {
	to, view := d.isWritten(r, "to"), d.isWritten(r, "view")
	switch {
	case to && view:
		d.report(redirectTwice(d.attrRange(r, "view", r.DeclRange), d.attrRange(r, "to", r.DeclRange)))
	case !to && !view:
		d.report(redirectNowhere(r))
	}
}

// genericTemplate is Django's name for a generic view's page, "" for other
// views and where the model is not known.
func genericTemplate(v *View) string {
	model, ending := "", ""
	switch {
	case v.List != nil:
		model, ending = v.List.Model.Name, "_list.html"
	case v.Detail != nil:
		model, ending = v.Detail.Model.Name, "_detail.html"
	case v.Archive != nil:
		model, ending = v.Archive.Model.Name, v.Archive.templateEnding()
	case v.DateDetail != nil:
		model, ending = v.DateDetail.Model.Name, "_detail.html"
	case v.Create != nil:
		model, ending = v.Create.Model.Name, "_form.html"
	case v.Update != nil:
		model, ending = v.Update.Model.Name, "_form.html"
	case v.Delete != nil:
		model, ending = v.Delete.Model.Name, "_confirm_delete.html"
	}
	if model == "" {
		return ""
	}
	return model + ending
}
