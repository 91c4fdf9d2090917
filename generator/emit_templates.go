package generator

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"sort"
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/generator/models"
	"stackgen.dev/generator/template"
	"stackgen.dev/schema"
)

// templateDir is where the user's templates lie.
const templateDir = "templates"

// compileTemplates writes gen/templates: the pages of the views, each with its
// own type of context, and those that Go views render.
func (p *project) compileTemplates() []*emit.File {
	pages, dynamic := p.pages(), p.dynamicTemplates()
	if len(pages)+len(dynamic) == 0 && !p.speaks() {
		return nil
	}
	var urls []template.URL
	for _, u := range p.urls {
		url := template.URL{Name: u.route.FullName, Path: p.module + "/gen/urls", Func: u.name}
		for _, s := range u.params {
			url.Params = append(url.Params, template.Param{Name: s.Name, Converter: s.Converter, Own: p.templateConverter(s)})
		}
		urls = append(urls, url)
	}
	opts := template.Options{
		Load:        p.loadTemplate,
		Sources:     p.sources,
		Names:       p.templateNames(),
		Dir:         filepath.ToSlash(filepath.Join(p.site.Dir, templateDir)) + "/",
		Module:      p.module,
		Pages:       pages,
		Dynamic:     dynamic,
		Streamed:    p.streamedTemplates(),
		Request:     p.requestType(),
		CSRF:        &template.Member{Method: "CSRFToken", Type: textType},
		URLs:        urls,
		Static:      p.static,
		StaticNames: p.staticNames(),
		TimeZone:    p.site.TimeZone.V,
		Query:       &template.Member{Method: "Query", Type: &template.Type{Kind: template.Any}},
		Language:    p.site.LanguageCode.V,
	}
	if p.site.Cache != nil {
		opts.Fragments = &template.GoType{Path: pkgFragments, Name: "Of"}
	}
	if p.speaks() {
		opts.Languages, opts.General = p.spoken, p.general
	}
	p.templateFuncs(&opts)
	files, diags := template.Compile(opts)
	p.diags = append(p.diags, diags...)
	return files
}

func (p *project) loadTemplate(name string) ([]byte, error) {
	if !fs.ValidPath(name) {
		return nil, fs.ErrNotExist
	}
	text, err := os.ReadFile(filepath.Join(p.site.Dir, templateDir, filepath.FromSlash(name)))
	if errors.Is(err, fs.ErrNotExist) && p.hasLayer("auth") {
		if own, missing := builtinTemplate(name); missing == nil {
			return own, nil
		}
	}
	return text, err
}

// templateNames lists every file in templates/, sorted.
func (p *project) templateNames() []string {
	var names []string
	top := filepath.Join(p.site.Dir, templateDir)
	filepath.WalkDir(top, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && !strings.HasPrefix(d.Name(), ".") {
			if rel, err := filepath.Rel(top, path); err == nil {
				names = append(names, filepath.ToSlash(rel))
			}
		}
		return nil
	})
	for _, name := range p.builtinTemplates() {
		if !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	sort.Strings(names)
	return names
}

// dynamicTemplates are those that Go views render, each once.
func (p *project) dynamicTemplates() []string {
	var names []string
	seen := map[string]bool{}
	for _, v := range p.site.Views {
		if v.Handler.Set() && v.Template.V != "" && !seen[v.Template.V] {
			seen[v.Template.V] = true
			names = append(names, v.Template.V)
		}
	}
	for _, name := range p.mails() {
		if !seen[name] {
			seen[name] = true
			names = append(names, name)
		}
	}
	for _, e := range p.errorPages() {
		if !seen[e.template] {
			seen[e.template] = true
			names = append(names, e.template)
		}
	}
	if p.site.Templates == nil {
		return names
	}
	all := p.templateNames()
	for _, pattern := range p.site.Templates.Render {
		found := false
		for _, name := range all {
			if ok, err := path.Match(pattern.V, name); err == nil && ok {
				found = true
				if !seen[name] {
					seen[name] = true
					names = append(names, name)
				}
			}
		}
		if !found && !p.told[pattern.V] {
			p.told[pattern.V] = true
			detail := ""
			if near := schema.Suggest(pattern.V, all); near != "" {
				detail = "Did you mean \"" + near + "\"?"
			}
			p.fail(schema.Diagnostic{Severity: schema.Error, Summary: fmt.Sprintf("No template is called %q", pattern.V), Detail: detail, Subject: pattern.Range})
		}
	}
	return names
}

// streamedTemplates are those that Go views stream.
func (p *project) streamedTemplates() map[string]bool {
	names := map[string]bool{}
	for _, v := range p.site.Views {
		if v.Handler.Set() && v.Stream.V {
			names[v.Template.V] = true
		}
	}
	return names
}

// errorPage is a template that answers failures of one status.
type errorPage struct {
	status   int
	template string
}

// errorPages are the templates of that name that the project has, in Django's
// words: 400.html, 403.html, 404.html and 500.html, and those of other failures.
func (p *project) errorPages() []errorPage {
	var pages []errorPage
	for _, status := range []int{400, 403, 404, 405, 413, 429, 500, 503} {
		name := strconv.Itoa(status) + ".html"
		if info, err := os.Stat(filepath.Join(p.site.Dir, templateDir, name)); err == nil && info.Mode().IsRegular() {
			pages = append(pages, errorPage{status, name})
		}
	}
	return pages
}

// pages are the templates of views with a typed context.
func (p *project) pages() []template.Page {
	var pages []template.Page
	for _, v := range p.site.Views {
		if v.Handler.Set() || v.JSON != nil || v.Template.V == "" {
			continue
		}
		pages = append(pages, template.Page{
			Template: v.Template.V, Func: schema.GoName(v.Name), Context: p.newView(v).context(), Streams: v.Stream.V,
		})
	}
	return pages
}

// pageValue is a name of a template's context, and the Go that fills it in.
type pageValue struct {
	template.Name
	value jen.Code
}

// context are the names that a view's template sees.
func (e *viewEmitter) context() []template.Name {
	var names []template.Name
	for _, v := range e.values() {
		names = append(names, v.Name)
	}
	return names
}

// values are the names of the context with their values, in the words of
// Django's generic views.
func (e *viewEmitter) values() []pageValue {
	v := e.v
	var list []pageValue
	add := func(name, field string, t *template.Type, value jen.Code) {
		list = append(list, pageValue{template.Name{Name: name, Field: field, Type: t}, value})
	}
	page := func(field string) jen.Code { return jen.Id("page").Dot(field) }
	add("request", "Request", e.requestType(), jen.Id("r"))
	switch {
	case v.Form != nil:
		add("form", "Form", formOf(v.Form), jen.Id("form"))
	case isAccount(v):
		add("form", "Form", formOfNames(accountFields(v)), page("Form"))
		add("validlink", "ValidLink", boolType, page("ValidLink"))
		add("email", "Email", textType, page("Email"))
	case v.List != nil:
		m := v.List.Model.Target
		rows := &template.Type{Kind: template.List, Elem: e.modelType(m, v.List.SelectRelated)}
		add("object_list", "ObjectList", rows, page("ObjectList"))
		add(m.Name+"_list", "ObjectList", rows, nil)
		if wanted(v.List.PaginateBy) {
			add("page_obj", "PageObj", e.pageType(m, rows), page("PageObj"))
			add("paginator", "Paginator", paginatorType, page("Paginator"))
		}
		add("is_paginated", "IsPaginated", boolType, page("IsPaginated"))
	case v.Detail != nil:
		m := v.Detail.Model.Target
		row := e.modelType(m, v.Detail.SelectRelated)
		add("object", "Object", row, jen.Id("row"))
		add(m.Name, "Object", row, nil)
	case v.Archive != nil:
		e.archiveValues(add)
	case v.DateDetail != nil:
		m := v.DateDetail.Model.Target
		row := e.modelType(m, v.DateDetail.SelectRelated)
		add("object", "Object", row, jen.Id("row"))
		add(m.Name, "Object", row, nil)
	case v.Create != nil:
		m := v.Create.Model.Target
		add("form", "Form", formType(v.Create.Fields), page("Form"))
		add("object", "Object", &template.Type{Kind: template.Nullable, Elem: e.modelType(m, nil)}, page("Object"))
	case v.Update != nil:
		m := v.Update.Model.Target
		row := e.modelType(m, nil)
		add("form", "Form", formType(v.Update.Fields), page("Form"))
		add("object", "Object", row, page("Object"))
		add(m.Name, "Object", row, nil)
	case v.Delete != nil:
		m := v.Delete.Model.Target
		row := e.modelType(m, nil)
		add("object", "Object", row, jen.Id("row"))
		add(m.Name, "Object", row, nil)
	}
	for i, s := range v.FormSets() {
		value := page("FormSets").(*jen.Statement).Index(jen.Lit(i))
		if v.Form != nil {
			value = jen.Id("form").Dot("FormSet").Call(jen.Lit(s.Name))
		}
		add(s.Name, schema.GoName(s.Name), formSetType(s), value)
	}
	for _, q := range e.plan.Queries {
		rows := &template.Type{Kind: template.List, Elem: e.modelType(q.Query.Model.Target, q.Query.SelectRelated)}
		add(q.Query.Name, schema.GoName(q.Query.Name), rows, jen.Id(e.queryVar(q)))
	}
	for _, c := range e.contextFuncs() {
		add(c.pair.Key, schema.GoName(c.pair.Key), c.fn.Result, jen.Id(e.contextVar(c)))
	}
	for _, pair := range v.Context {
		if pair.Go.Set() {
			continue
		}
		value := jen.Code(jen.Lit(pair.Value.V))
		if pair.Value.Bind != nil {
			value = e.variable("String", pair.Value.Bind)
		}
		add(pair.Key, schema.GoName(pair.Key), textType, value)
	}
	// What layers give every page yields to what the view gives it.
	taken := func(field string) bool {
		return slices.ContainsFunc(list, func(v pageValue) bool { return v.Field == field })
	}
	if e.hasLayer("message") && !taken("Messages") {
		add("messages", "Messages", messagesType, jen.Id("r").Dot("Messages").Call())
	}
	if e.hasLayer("csp") && !taken("CspNonce") {
		add("csp_nonce", "CspNonce", nonceType, jen.Id("r"))
	}
	return list
}

// render runs the view's queries and appends its page. m is the model of a
// generic view, nil for a template view.
func (e *viewEmitter) render(m *schema.Model) jen.Code {
	body := append(e.queries(), e.callContext()...)
	page := schema.GoName(e.v.Name)
	var values []jen.Code
	for _, v := range e.values() {
		if v.value != nil {
			values = append(values, emit.Field(v.Field, v.value))
		}
	}
	pkg := e.module + "/gen/templates"
	literal := jen.Op("&").Qual(pkg, page+"Page")
	if len(values) > 2 {
		literal.Add(emit.Rows(values...))
	} else {
		literal.Values(values...)
	}
	body = append(body, jen.Return(jen.Qual(pkg, page).Call(jen.Id("b"), literal)))
	params := []jen.Code{jen.Id("b").Index().Byte(), request("r")}
	switch {
	case isAccount(e.v):
		params = append(params, jen.Id("page").Op("*").Qual(pkgAuth, "Page"))
	case e.v.Form != nil:
		params = append(params, jen.Id("form").Op("*").Qual(pkgForms, "Form"))
	case e.v.List != nil:
		params = append(params, jen.Id("page").Op("*").Qual(pkgViews, "ListPage").Index(e.row(m)))
	case e.v.Archive != nil:
		params = append(params, jen.Id("page").Op("*").Qual(pkgViews, "ArchivePage").Index(e.row(m)))
	case e.v.Create != nil, e.v.Update != nil:
		params = append(params, jen.Id("page").Op("*").Qual(pkgViews, "FormPage").Index(e.row(m)))
	case m != nil:
		params = append(params, jen.Id("row").Op("*").Add(e.row(m)))
	}
	return emit.Field("Render", e.function(params, []jen.Code{jen.Index().Byte(), jen.Error()}, body...))
}

// pageType is a page of rows: page_obj.
func (e *viewEmitter) pageType(m *schema.Model, rows *template.Type) *template.Type {
	number := func(method string) *template.Member { return &template.Member{Method: method, Type: intType} }
	truth := func(method string) *template.Member { return &template.Member{Method: method, Type: boolType} }
	return &template.Type{
		Kind: template.Struct, Name: "page_obj",
		Go: template.GoType{Path: pkgViews, Name: "Page", Pointer: true,
			Of: &template.GoType{Path: e.module + "/gen/models", Name: models.TypeName(m)}},
		Members: map[string]*template.Member{
			"number":               {Field: "Number", Type: intType},
			"object_list":          {Field: "ObjectList", Type: rows},
			"paginator":            {Field: "Paginator", Type: paginatorType},
			"has_next":             truth("HasNext"),
			"has_previous":         truth("HasPrevious"),
			"has_other_pages":      truth("HasOtherPages"),
			"next_page_number":     number("NextPageNumber"),
			"previous_page_number": number("PreviousPageNumber"),
			"start_index":          number("StartIndex"),
			"end_index":            number("EndIndex"),
			"elided_page_range":    {Method: "ElidedPageRange", Type: &template.Type{Kind: template.List, Elem: pageLinkType}},
		},
		Items: &template.Member{Field: "ObjectList", Type: rows},
		Text:  &template.Member{Method: "String", Type: textType},
	}
}
