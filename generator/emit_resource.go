package generator

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/generator/models"
	"stackgen.dev/schema"
)

// resource is views.Resource[ROW]{…}.Handler().
func (e *viewEmitter) resource() jen.Code {
	v := e.v.Resource
	m := v.Model.Target
	actions := e.site.ResourceActions(e.v)
	does := func(names ...string) bool {
		return slices.ContainsFunc(names, func(name string) bool { return slices.Contains(actions, name) })
	}
	key := m.PrimaryKey()
	fs := []jen.Code{e.resourceQuery(), e.resourceItem(), emit.Field("Actions", strs(actions))}
	add := func(name string, value jen.Code) { fs = append(fs, emit.Field(name, value)) }
	if pairs := pairsOf(v.Shown()); len(pairs) > 0 {
		add("With", e.resourceWith(m, pairs))
	}
	if does("list") {
		fs = append(fs, e.resourceList()...)
	}
	if does("create", "update", "partial_update") {
		add("Same", e.function([]jen.Code{e.rowParam(m)}, []jen.Code{jen.Qual(pkgModel, "Cond").Index(e.row(m))},
			jen.Return(e.modelField(m, key).Dot("Eq").Call(jen.Id("row").Dot(models.FieldName(key))))))
		add("Form", e.form(m, v.Writable(), true))
	}
	if does("create") {
		add("New", e.resourceNew())
		add("Create", e.resourceCreate())
	}
	if does("update", "partial_update") {
		add("Update", e.resourceUpdate())
	}
	if does("destroy") {
		add("Destroy", e.function([]jen.Code{request("_"), source(), e.rowParam(m)}, []jen.Code{jen.Error()},
			jen.Return(jen.Id("row").Dot("Delete").Call(jen.Id("src")))))
	}
	if route := e.site.ResourceRoute(e.v, true); does("create") && route != nil {
		add("Location", e.resourceLocation(route))
	}
	add("JSON", jen.Qual(e.module+"/gen/models", e.plan.Object.JSON))
	return e.generic("Resource", m, fs...)
}

func source() jen.Code { return jen.Id("src").Qual(pkgModel, "Source") }

func (e *viewEmitter) rowParam(m *schema.Model) jen.Code { return jen.Id("row").Op("*").Add(e.row(m)) }

// modelField is models.PostField.Title.
func (e *viewEmitter) modelField(m *schema.Model, f *schema.Field) *jen.Statement {
	return jen.Qual(e.module+"/gen/models", models.TypeName(m)+"Field").Dot(models.FieldName(f))
}

// resourceQuery has the rows of the parent where there is one, and of those what the project's queryset leaves.
func (e *viewEmitter) resourceQuery() jen.Code {
	v := e.v.Resource
	m := v.Model.Target
	query := jen.Qual(e.module+"/gen/models", models.PluralName(m)).Call(jen.Id("src"))
	name := "_"
	var body []jen.Code
	if v.Parent != nil {
		name, body = "r", e.findParent(v.Parent, jen.Nil())
		query.Dot("Filter").Call(e.modelField(m, v.Parent.ForeignKey).Dot("Eq").Call(e.parentKey(v.Parent)))
	}
	if v.Queryset.Set() {
		name, body = "r", append(body, jen.Return(jen.Add(e.goFunc(v.Queryset)).Call(jen.Id("r"), query)))
	} else {
		body = append(body, jen.Return(query, jen.Nil()))
	}
	return emit.Field("Query", e.function([]jen.Code{request(name), source()},
		[]jen.Code{jen.Qual(pkgModel, "Query").Index(e.row(m)), jen.Error()}, body...))
}

// resourceWith reads along the rows whose keys are shown, in the order of these: the
// tag of a row would otherwise be the database's to choose.
func (e *viewEmitter) resourceWith(m *schema.Model, pairs []*schema.Field) jen.Code {
	query := jen.Qual(pkgModel, "Query").Index(e.row(m))
	var along []jen.Code
	for _, f := range pairs {
		to := f.Target.Target
		along = append(along, jen.Qual(pkgModel, "Prefetch").Call(e.modelField(m, f),
			jen.Qual(e.module+"/gen/models", models.PluralName(to)).Call(jen.Nil()).Dot("OrderBy").Call(e.modelField(to, to.PrimaryKey()).Dot("Asc").Call())))
	}
	return e.function([]jen.Code{jen.Id("q").Add(query)}, []jen.Code{jen.Add(query)}, jen.Return(jen.Id("q").Dot("PrefetchRelated").Call(along...)))
}

// resourceItem is the condition for the row that the captures find.
func (e *viewEmitter) resourceItem() jen.Code {
	m := e.v.Resource.Model.Target
	results := []jen.Code{jen.Qual(pkgModel, "Cond").Index(e.row(m)), jen.Bool()}
	none := jen.Qual(pkgModel, "Cond").Index(e.row(m)).Values()
	route := e.site.ResourceRoute(e.v, true)
	if route == nil {
		return emit.Field("Item", e.function([]jen.Code{request("_")}, results, jen.Return(none, jen.False())))
	}
	var body []jen.Code
	if found := route.Lookups(m); len(found) > 0 {
		body = append(body, jen.If(jen.List(jen.Id("_"), jen.Id("ok")).Op(":=").Id("r").Dot("LookupArg").Call(jen.Lit(found[0].Capture.Name)),
			jen.Op("!").Id("ok")).Block(jen.Return(none, jen.False())))
	}
	body = append(body, jen.Return(e.lookup(route, m), jen.True()))
	return emit.Field("Item", e.function([]jen.Code{request("r")}, results, body...))
}

func (e *viewEmitter) resourceList() []jen.Code {
	v := e.v.Resource
	m := v.Model.Target
	var fs []jen.Code
	add := func(name string, value jen.Code) { fs = append(fs, emit.Field(name, value)) }
	cond := jen.Qual(pkgModel, "Cond").Index(e.row(m))
	order := func() *jen.Statement { return jen.Qual(pkgModel, "Order").Index(e.row(m)) }
	if len(v.Filters) > 0 {
		var rows []jen.Code
		for _, f := range v.Filters {
			rows = append(rows, jen.Values(e.resourceFilter(m, f)...))
		}
		add("Filters", jen.Index().Qual(pkgViews, "Filter").Index(e.row(m)).Add(emit.Rows(rows...)))
	}
	if len(v.Search) > 0 {
		var rows []jen.Code
		for _, f := range v.Search {
			rows = append(rows, e.modelField(m, f).Dot("IContains"))
		}
		add("Search", jen.Index().Func().Params(jen.Id("text").String()).Add(cond).Add(emit.Rows(rows...)))
	}
	if len(v.OrderingFields) > 0 {
		var rows []jen.Code
		for _, f := range v.OrderingFields {
			rows = append(rows, jen.Values(emit.Field("Name", jen.Lit(f.Name)), emit.Field("Asc", e.modelField(m, f).Dot("Asc").Call())))
		}
		add("Ordering", jen.Index().Qual(pkgViews, "OrderingField").Index(e.row(m)).Add(emit.Rows(rows...)))
	}
	ordering := v.Ordering
	if len(ordering) == 0 {
		ordering = m.Ordering
	}
	if len(ordering) > 0 {
		var terms []jen.Code
		for _, o := range ordering {
			direction := "Asc"
			if o.Descending {
				direction = "Desc"
			}
			terms = append(terms, e.modelField(m, o.Field).Dot(direction).Call())
		}
		add("Default", jen.Index().Add(order()).Values(terms...))
	}
	add("Key", e.modelField(m, m.PrimaryKey()).Dot("Asc").Call())
	add("PaginateBy", e.resourceInt(v.PaginateBy))
	if wanted(v.MaxPaginateBy) {
		add("MaxPaginateBy", e.resourceInt(v.MaxPaginateBy))
	}
	return fs
}

func (e *viewEmitter) resourceInt(n schema.Int) jen.Code {
	if n.Bind != nil {
		return e.variable("Int", n.Bind)
	}
	return num(n)
}

// filterMethods are the methods of a field for the look-ups of filter.
var filterMethods = map[string]string{
	"exact": "Eq", "in": "In", "gt": "Gt", "gte": "Gte", "lt": "Lt", "lte": "Lte", "iexact": "IEq", "contains": "Contains",
	"icontains": "IContains", "startswith": "StartsWith", "istartswith": "IStartsWith", "endswith": "EndsWith", "iendswith": "IEndsWith",
}

func (e *viewEmitter) resourceFilter(m *schema.Model, f schema.ResourceFilter) []jen.Code {
	kind := f.Field.Kind
	if kind == schema.ForeignKey {
		kind = keyField(f.Field.Target.Target).Kind
	}
	var field fields
	field.add("Name", jen.Lit(f.Name))
	var value jen.Code
	if kind == schema.Boolean || f.Lookup == "isnull" {
		field.add("Kind", jen.Qual(pkgForms, "Boolean"))
		field.add("Choices", jen.Index().Qual(pkgForms, "Choice").Values(
			jen.Values(emit.Field("Value", jen.Lit("true"))), jen.Values(emit.Field("Value", jen.Lit("false")))))
	} else {
		field.add("Kind", jen.Qual(pkgForms, formKinds[textFilter(kind)]))
	}
	name := e.modelField(m, f.Field)
	switch {
	case f.Lookup == "isnull":
		value = jen.If(jen.Id("value").Assert(jen.Bool())).Block(jen.Return(name.Clone().Dot("IsNull").Call()))
		return []jen.Code{
			emit.Field("Field", jen.Qual(pkgForms, "Field").Values(field...)),
			emit.Field("Cond", e.filterFunc(m, value, jen.Return(name.Clone().Dot("IsNotNull").Call()))),
		}
	case f.Lookup == "in":
		return []jen.Code{
			emit.Field("Field", jen.Qual(pkgForms, "Field").Values(field...)),
			emit.Field("Many", jen.True()),
			emit.Field("Cond", e.filterFunc(m, jen.Return(name.Dot("In").Call(
				jen.Qual(pkgViews, "Values").Index(models.ValueType(f.Field)).Call(jen.Id("value")).Op("..."))))),
		}
	}
	return []jen.Code{
		emit.Field("Field", jen.Qual(pkgForms, "Field").Values(field...)),
		emit.Field("Cond", e.filterFunc(m, jen.Return(name.Dot(filterMethods[f.Lookup]).Call(jen.Id("value").Assert(models.ValueType(f.Field)))))),
	}
}

// textFilter is the kind of field that reads a filter's text: for a part of an
// address any text will do.
func textFilter(kind schema.FieldKind) schema.FieldKind {
	switch kind {
	case schema.Slug, schema.Email, schema.URL, schema.Text, schema.IPAddress:
		return schema.Char
	}
	return kind
}

func (e *viewEmitter) filterFunc(m *schema.Model, body ...jen.Code) jen.Code {
	return e.function([]jen.Code{jen.Id("value").Any()}, []jen.Code{jen.Qual(pkgModel, "Cond").Index(e.row(m))}, body...)
}

// resourceNew makes a row, which belongs to the parent where there is one.
func (e *viewEmitter) resourceNew() jen.Code {
	m := e.v.Resource.Model.Target
	row := jen.Qual(e.module+"/gen/models", "New"+models.TypeName(m)).Call(jen.Id("src"))
	results := []jen.Code{jen.Op("*").Add(e.row(m)), jen.Error()}
	p := e.v.Resource.Parent
	if p == nil {
		return e.function([]jen.Code{request("_"), source()}, results, jen.Return(row, jen.Nil()))
	}
	key := e.parentKey(p)
	if p.ForeignKey.Null.V {
		key = jen.Qual(pkgModel, "Some").Call(key)
	}
	body := append(e.findParent(p, jen.Nil()),
		jen.Id("row").Op(":=").Add(row),
		jen.Id("row").Dot(models.FieldName(p.ForeignKey)).Op("=").Add(key),
		jen.Return(jen.Id("row"), jen.Nil()))
	return e.function([]jen.Code{request("r"), source()}, results, body...)
}

func (e *viewEmitter) resourceCreate() jen.Code {
	v := e.v.Resource
	m := v.Model.Target
	var body []jen.Code
	for _, f := range v.Writable() {
		if f.Kind != schema.ManyToMany {
			body = append(body, e.assignNew(f))
		}
	}
	body = append(body, e.set(v.Set)...)
	body = append(body, e.formValid(v.FormValid, jen.Err())...)
	body = append(body, cleaned(m, "src")...)
	body = append(body, e.storedSent("Create", m, v.Writable(), false)...)
	return e.function([]jen.Code{request("r"), source(), jen.Id("form").Op("*").Qual(pkgForms, "Form"), e.rowParam(m)},
		[]jen.Code{jen.Error()}, body...)
}

// resourceLocation is the path of a row: its parents' captures are those of the request.
func (e *viewEmitter) resourceLocation(route *schema.Route) jen.Code {
	m := e.v.Resource.Model.Target
	r, row := "_", "_"
	url := e.reverse(route, func(s schema.Segment) jen.Code {
		if e.v.Resource.ParentOf(s.Name) != nil {
			r = "r"
			return e.captureFromRequest(s)
		}
		row = "row"
		return captureFromRow(s, m)
	})
	return e.function([]jen.Code{request(r), jen.Id(row).Op("*").Add(e.row(m))}, []jen.Code{jen.String()}, jen.Return(url))
}

func (e *viewEmitter) resourceUpdate() jen.Code {
	v := e.v.Resource
	m := v.Model.Target
	var body []jen.Code
	for _, f := range v.Writable() {
		if f.Kind == schema.ManyToMany {
			continue // behind the row
		}
		assign := e.assign(f)
		if !f.Null.V {
			assign = e.assignNew(f) // a field with a default may be left out of PUT, and stays as it is
		}
		body = append(body, jen.If(jen.Id("form").Dot("Lookup").Call(jen.Lit(f.Name)).Op("!=").Nil()).Block(assign))
	}
	body = append(body, e.formValid(v.FormValid, jen.Err())...)
	body = append(body, cleaned(m, "src")...)
	body = append(body, e.storedSent("Save", m, v.Writable(), true)...)
	return e.function([]jen.Code{request("r"), source(), jen.Id("form").Op("*").Qual(pkgForms, "Form"), e.rowParam(m)},
		[]jen.Code{jen.Error()}, body...)
}

// formValid calls the project's hook, and stores nothing where it finds something wrong.
func (e *viewEmitter) formValid(hook schema.GoRef, results ...jen.Code) []jen.Code {
	if !hook.Set() {
		return nil
	}
	return []jen.Code{jen.If(jen.Err().Op(":=").Add(e.goFunc(hook)).Call(jen.Id("r"), jen.Id("form"), jen.Id("row")),
		jen.Err().Op("!=").Nil().Op("||").Id("form").Dot("HasErrors").Call()).Block(jen.Return(results...))}
}
