package generator

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/generator/models"
	"stackgen.dev/schema"
)

// emitViews writes gen/site/views.gen.go: a function for each view of the site.
func (p *project) emitViews() *emit.File {
	f := p.file("views")
	for i, v := range p.site.Views {
		if i > 0 {
			f.Line()
		}
		body := p.newView(v).body()
		f.Doc(describe(v))
		f.Func().Id(viewFunc(v)).Params(p.envParam(p.readsVariables[v])...).Op("*").Qual(pkgWeb, "View").Block(body...)
		p.emitParents(f, v)
	}
	p.emitChoices(f)
	p.emitOpenAPI(f)
	return f
}

// viewEmitter writes one view.
type viewEmitter struct {
	*project
	v     *schema.View
	plan  models.ViewPlan
	names localNames
}

func (p *project) newView(v *schema.View) *viewEmitter {
	e := &viewEmitter{project: p, v: v, plan: p.plans[v], names: newLocalNames()}
	for _, q := range e.plan.Queries {
		e.queryVar(q)
	}
	return e
}

// variable is what a binding is worth while the site runs: env.Variables.String("$host").
func (e *viewEmitter) variable(method string, b *schema.Binding) jen.Code {
	e.readsVariables[e.v] = true
	return jen.Id("env").Dot("Variables").Dot(method).Call(bindingParts(b)...)
}

// body returns the view: its handler, and what else the site file says of it.
func (e *viewEmitter) body() []jen.Code {
	v := e.v
	var fs fields
	fs.add("Name", jen.Lit(v.Name))
	handler := e.handler()
	if v.CacheAge.V > 0 {
		handler = jen.Qual(pkgMiddleware, "PageCache").Values(emit.Field("TTL", duration(v.CacheAge))).Dot("Page").Call(handler)
	}
	if v.NeverCache.V {
		handler = jen.Qual(pkgMiddleware, "NeverCache").Call(handler)
	}
	fs.add("Handler", e.limited(e.guarded(handler)))
	if len(v.Methods) > 0 {
		var methods []string
		for _, m := range v.Methods {
			methods = append(methods, m.V)
		}
		fs.add("Methods", strs(methods))
	}
	fs.addIf(v.CSRFExempt.V, "CSRFExempt", jen.True())
	fs.addIf(v.NoAppendSlash.V, "NoAppendSlash", jen.True())
	fs.addIf(v.Stream.V, "Stream", jen.True())
	fs.addIf(e.loginNotRequired(), "LoginNotRequired", jen.True())
	return []jen.Code{jen.Return(jen.Op("&").Qual(pkgWeb, "View").Add(emit.Rows(fs...)))}
}

// handler is the handler of the view's kind.
func (e *viewEmitter) handler() jen.Code {
	v := e.v
	switch {
	case v.Handler.Set():
		return e.goFunc(v.Handler)
	case v.HTTP.Set():
		return jen.Qual(pkgWeb, "FromHTTP").Call(jen.Add(e.goFunc(v.HTTP)).Call())
	case v.WebSocket != nil:
		return e.webSocket()
	case v.Text.Set:
		return e.generic("Text", nil, jen.Id("Body").Op(":").Lit(v.Text.V), e.contentType())
	case v.Redirect != nil:
		return e.redirect()
	case v.SetLanguage != nil:
		return e.generic("SetLanguage", nil, emit.Field("Languages", e.languageSet()))
	case v.Form != nil:
		return e.formView()
	case isAccount(v):
		return e.accountView()
	case v.List != nil:
		return e.list()
	case v.Detail != nil:
		return e.detail()
	case v.Archive != nil:
		return e.archive()
	case v.DateDetail != nil:
		return e.dateDetail()
	case v.Create != nil:
		return e.create()
	case v.Update != nil:
		return e.update()
	case v.Delete != nil:
		return e.delete()
	case v.Resource != nil:
		return e.resource()
	case v.OpenAPI != nil:
		return e.openAPI()
	case v.JSON != nil:
		return e.data()
	}
	return e.generic("Template", nil, e.template(), e.render(nil), e.contentType())
}

// generic is views.KIND[ROW]{…}.Handler(); nil fields are left out.
func (e *viewEmitter) generic(kind string, m *schema.Model, values ...jen.Code) jen.Code {
	var set []jen.Code
	for _, value := range values {
		if value != nil {
			set = append(set, value)
		}
	}
	literal := jen.Qual(pkgViews, kind)
	if m != nil {
		literal.Index(e.row(m))
	}
	if kind == "Text" {
		return literal.Add(emit.Fields(set...)).Dot("Handler").Call()
	}
	return literal.Add(emit.Rows(set...)).Dot("Handler").Call()
}

// row is the Go type of a model's rows: models.Post.
func (p *project) row(m *schema.Model) *jen.Statement {
	return jen.Qual(p.module+"/gen/models", models.TypeName(m))
}

func (e *viewEmitter) redirect() jen.Code {
	r := e.v.Redirect
	var to jen.Code
	switch {
	case r.View.Set():
		to = e.redirectURL(e.site.RedirectFor(e.v))
	case r.To.Bind != nil:
		to = emit.Field("To", e.variable("String", r.To.Bind))
	default:
		to = emit.Field("To", jen.Lit(r.To.V))
	}
	var permanent jen.Code
	if wanted(r.Permanent) {
		permanent = emit.Field("Permanent", boolean(r.Permanent))
	}
	return e.generic("Redirect", nil, to, permanent)
}

// redirectURL is the path of a route with the captures of the request.
func (e *viewEmitter) redirectURL(to *schema.Route) jen.Code {
	name := "_"
	url := e.reverse(to, func(s schema.Segment) jen.Code {
		name = "r"
		return e.captureFromRequest(s)
	})
	return emit.Field("URL", e.function([]jen.Code{request(name)}, []jen.Code{jen.String(), jen.Error()}, jen.Return(url, jen.Nil())))
}

func (e *viewEmitter) list() jen.Code {
	l, plan := e.v.List, e.plan.List
	var perPage, count jen.Code
	if wanted(l.PaginateBy) {
		perPage = emit.Field("PaginateBy", num(l.PaginateBy))
		if l.PaginateBy.Bind != nil {
			perPage = emit.Field("PaginateBy", e.variable("Int", l.PaginateBy.Bind))
		}
		count = emit.Field("Count", e.function([]jen.Code{request("r")}, []jen.Code{jen.Int64(), jen.Error()},
			e.call(plan.Count, jen.Lit(0))...))
	}
	var paging []jen.Code
	if perPage != nil {
		paging = append(paging, perPage)
	}
	if l.Orphans.V != 0 {
		paging = append(paging, emit.Field("Orphans", num(l.Orphans)))
	}
	if l.PageKwarg.V != "page" {
		paging = append(paging, emit.Field("Kwarg", str(l.PageKwarg)))
	}
	if !l.AllowEmpty.V {
		paging = append(paging, emit.Field("NotEmpty", jen.True()))
	}
	list := func(values ...jen.Code) jen.Code {
		return e.generic("List", l.Model.Target, append(paging, values...)...)
	}
	if l.Queryset.Set() {
		if e.v.JSON != nil {
			return list(e.listQuery(), e.json(l.Model.Target, plan.JSON))
		}
		return list(e.listQuery(), e.template(), e.render(l.Model.Target))
	}
	limit, offset := "_", "_"
	if perPage != nil {
		limit, offset = "limit", "offset"
	}
	rows := emit.Field("Rows", e.function(
		[]jen.Code{request("r"), jen.List(jen.Id(limit), jen.Id(offset)).Int64()},
		[]jen.Code{jen.Index().Op("*").Add(e.row(l.Model.Target)), jen.Error()},
		e.call(plan.Rows, jen.Nil())...))
	if e.v.JSON != nil {
		return list(count, rows, e.json(l.Model.Target, plan.JSON))
	}
	return list(count, rows, e.template(), e.render(l.Model.Target))
}

func (e *viewEmitter) detail() jen.Code {
	m := e.v.Detail.Model.Target
	if e.v.JSON != nil {
		return e.generic("Detail", m, e.get(m), e.json(m, e.plan.Object.JSON))
	}
	return e.generic("Detail", m, e.get(m), e.template(), e.render(m))
}

// get reads the row of a detail, update or delete view.
func (e *viewEmitter) get(m *schema.Model) jen.Code {
	switch v := e.v; {
	case v.Detail != nil && v.Detail.Queryset.Set():
		return e.getNarrowed(v.Detail.Queryset, m, v.Detail.SelectRelated)
	case v.Update != nil && v.Update.Queryset.Set():
		return e.getNarrowed(v.Update.Queryset, m, nil)
	case v.Delete != nil && v.Delete.Queryset.Set():
		return e.getNarrowed(v.Delete.Queryset, m, nil)
	}
	return emit.Field("Get", e.function([]jen.Code{request("r")}, []jen.Code{jen.Op("*").Add(e.row(m)), jen.Error()},
		e.call(e.plan.Object.Get, jen.Nil())...))
}

func (e *viewEmitter) create() jen.Code {
	c := e.v.Create
	m := c.Model.Target
	form := emit.Field("Form", e.form(m, c.Fields, true))
	body := []jen.Code{jen.Id("row").Op(":=").Qual(e.module+"/gen/models", "New"+models.TypeName(m)).Call(jen.Id("r"))}
	for _, f := range c.Fields {
		if !isFile(f) && f.Kind != schema.ManyToMany {
			body = append(body, e.assignNew(f))
		}
	}
	body = append(body, e.set(c.Set, jen.Nil())...)
	body = append(body, e.formValid(c.FormValid, jen.Nil(), jen.Err())...)
	for _, f := range c.Fields {
		if isFile(f) {
			body = append(body, e.saveFile(f, jen.Nil()))
		}
	}
	body = append(body, cleaned(m, "r", jen.Nil())...)
	body = append(body, jen.Return(jen.Id("row"), e.stored("Create", m, c.Fields)))
	save := emit.Field("Save", e.function(
		[]jen.Code{request("r"), jen.Id("form").Op("*").Qual(pkgForms, "Form")},
		[]jen.Code{jen.Op("*").Add(e.row(m)), jen.Error()}, body...))
	success := e.success(c.Success.Target, m)
	if e.v.JSON != nil {
		return e.generic("Create", m, form, save, success, e.json(m, e.plan.Object.JSON))
	}
	return e.generic("Create", m, form, e.initialNow(c.Fields), save, success, e.says(m), e.invalid(c.FormInvalid), e.inlines(m), e.template(), e.render(m))
}

func (e *viewEmitter) update() jen.Code {
	u := e.v.Update
	m := u.Model.Target
	form := emit.Field("Form", e.form(m, u.Fields, false))
	var body []jen.Code
	for _, f := range u.Fields {
		if isFile(f) || f.Kind == schema.ManyToMany {
			continue // behind the others, which cannot fail
		}
		if e.v.JSON != nil {
			// PATCH sends some of the fields.
			body = append(body, jen.If(jen.Id("form").Dot("Lookup").Call(jen.Lit(f.Name)).Op("!=").Nil()).Block(e.assign(f)))
		} else {
			body = append(body, e.assign(f))
		}
	}
	body = append(body, e.set(u.Set)...)
	body = append(body, e.formValid(u.FormValid, jen.Err())...)
	for _, f := range u.Fields {
		if isFile(f) {
			body = append(body, e.saveFile(f))
		}
	}
	body = append(body, cleaned(m, "r")...)
	body = append(body, jen.Return(e.stored("Save", m, u.Fields)))
	save := emit.Field("Save", e.function(
		[]jen.Code{request("r"), jen.Id("form").Op("*").Qual(pkgForms, "Form"), jen.Id("row").Op("*").Add(e.row(m))},
		[]jen.Code{jen.Error()}, body...))
	if e.v.JSON != nil {
		return e.generic("Update", m, e.get(m), form, save, e.json(m, e.plan.Object.JSON))
	}
	return e.generic("Update", m, e.get(m), form, e.initial(m, u.Fields), e.chosen(m, u.Fields), save, e.success(u.Success.Target, m), e.says(m), e.invalid(u.FormInvalid), e.inlines(m), e.template(), e.render(m))
}

func (e *viewEmitter) delete() jen.Code {
	d := e.v.Delete
	m := d.Model.Target
	remove := emit.Field("Delete", e.function(
		[]jen.Code{request("r"), jen.Id("row").Op("*").Add(e.row(m))}, []jen.Code{jen.Error()},
		jen.Return(jen.Id("row").Dot("Delete").Call(jen.Id("r")))))
	if e.v.JSON != nil {
		return e.generic("Delete", m, e.get(m), remove, emit.Field("JSON", jen.True()))
	}
	return e.generic("Delete", m, e.get(m), remove, e.success(d.Success.Target, m), e.says(m), e.template(), e.render(m))
}

// data answers the view's queries as one JSON object.
func (e *viewEmitter) data() jen.Code {
	body := e.queries()
	for i, q := range e.plan.Queries {
		open := "`,\"" + q.Query.Name + "\":`"
		if i == 0 {
			open = "`{\"" + q.Query.Name + "\":`"
		}
		body = append(body,
			jen.Id("b").Op("=").Append(jen.Id("b"), jen.Op(open).Op("...")),
			jen.Id("b").Op("=").Qual(pkgViews, "AppendRows").Call(jen.Id("b"), jen.Id(e.queryVar(q)), jen.Qual(e.module+"/gen/models", q.JSON)),
		)
	}
	body = append(body, jen.Return(jen.Append(jen.Id("b"), jen.LitRune('}')), jen.Nil()))
	return e.generic("Data", nil, emit.Field("Render", e.function(
		[]jen.Code{jen.Id("b").Index().Byte(), request("r")}, []jen.Code{jen.Index().Byte(), jen.Error()}, body...)))
}

// json appends a row as the view shows it.
func (e *viewEmitter) json(m *schema.Model, encoder string) jen.Code {
	return emit.Field("JSON", e.function(
		[]jen.Code{jen.Id("b").Index().Byte(), request("_"), jen.Id("row").Op("*").Add(e.row(m))},
		[]jen.Code{jen.Index().Byte(), jen.Error()},
		jen.Return(jen.Qual(e.module+"/gen/models", encoder).Call(jen.Id("b"), jen.Id("row")), jen.Nil())))
}

func (e *viewEmitter) template() jen.Code { return emit.Field("Template", jen.Lit(e.v.Template.V)) }

func (e *viewEmitter) contentType() jen.Code {
	if e.v.ContentType.V == "" {
		return nil
	}
	return emit.Field("ContentType", str(e.v.ContentType))
}

// success is where a saved form leads: a path whose captures come from the row.
// Only a view that answers with JSON may lead nowhere, which is nil.
func (e *viewEmitter) success(to *schema.View, m *schema.Model) jen.Code {
	if to == nil {
		return nil
	}
	route := e.site.ReverseFor(to, m)
	if route == nil {
		bug("view %s has no route that a row of %s fills", to.Name, m.Name)
	}
	name := "_"
	url := e.reverse(route, func(s schema.Segment) jen.Code {
		name = "row"
		return captureFromRow(s, m)
	})
	return emit.Field("Success", e.function(
		[]jen.Code{request("_"), jen.Id(name).Op("*").Add(e.row(m))}, []jen.Code{jen.String(), jen.Error()},
		jen.Return(url, jen.Nil())))
}

// reverse is the path of a route.
func (e *viewEmitter) reverse(to *schema.Route, capture func(schema.Segment) jen.Code) jen.Code {
	var args []jen.Code
	for _, s := range to.Captures() {
		args = append(args, capture(s))
	}
	return jen.Qual(e.module+"/gen/urls", urlName(to)).Call(args...)
}

func captureFromRow(s schema.Segment, m *schema.Model) jen.Code {
	f := m.Field(s.Name)
	if s.Name == "pk" || f == nil && s.Name == "id" {
		f = m.PrimaryKey()
	}
	if f == nil {
		bug("model %s has no field for the capture %s", m.Name, s.Name)
	}
	value := jen.Id("row").Dot(models.FieldName(f))
	if f.Null.V {
		value.Dot("V")
	}
	return ofCapture(s, f, value)
}

// function is a function literal.
func (e *viewEmitter) function(params, results []jen.Code, body ...jen.Code) jen.Code {
	f := jen.Func().Params(params...)
	if len(results) == 1 {
		f.Add(results[0])
	} else {
		f.Params(results...)
	}
	return f.Block(body...)
}

func request(name string) jen.Code { return jen.Id(name).Op("*").Qual(pkgWeb, "Request") }

// bindingParts are a binding's literal parts, and its variables behind a dollar sign.
func bindingParts(b *schema.Binding) []jen.Code {
	var parts []jen.Code
	for _, p := range b.Parts {
		if p.Variable != nil {
			parts = append(parts, jen.Lit("$"+p.Variable.Name))
		} else {
			parts = append(parts, jen.Lit(p.Literal))
		}
	}
	return parts
}
