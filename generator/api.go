package generator

import (
	"slices"
	"strings"

	"stackgen.dev/generator/models"
	"stackgen.dev/schema"
)

// apiResource is a resource as its clients see it: what the description and
// the typed clients are written from.
type apiResource struct {
	view *schema.View
	// name is the view's, typ the name of its rows' type.
	name, typ string
	actions   []string
	// all and one are the routes; nil where there is none.
	all, one *schema.Route
	fields   []apiField
	filters  []schema.ResourceFilter
	search   bool
	ordering []string
	// pageSize says that there is ?page_size=, of at most maxPageSize, 0 for a variable.
	pageSize    bool
	maxPageSize int
}

// apiField is a field of a resource.
type apiField struct {
	*schema.Field
	// kind is the kind of value: that of the key for a foreign key, and of each key
	// for a many_to_many.
	kind schema.FieldKind
	// readOnly is never sent, required has to be where a row is made.
	readOnly, required bool
}

// many reports whether the value is a list.
func (f apiField) many() bool { return f.Kind == schema.ManyToMany }

func (r *apiResource) does(action string) bool { return slices.Contains(r.actions, action) }

// writable are the fields that clients send.
func (r *apiResource) writable() []apiField {
	return slices.DeleteFunc(slices.Clone(r.fields), func(f apiField) bool { return f.readOnly })
}

// takes reports whether clients send rows.
func (r *apiResource) takes() bool {
	return r.does("create") || r.does("update") || r.does("partial_update")
}

// api lists the resources that routes lead to.
func (p *project) api() []*apiResource {
	var all []*apiResource
	taken := map[string]bool{}
	for _, v := range p.site.Views {
		if v.Resource == nil || len(p.site.RoutesOf(v)) == 0 {
			continue
		}
		r := v.Resource
		m := r.Model.Target
		a := &apiResource{
			view: v, name: v.Name, typ: models.TypeName(m), actions: p.site.ResourceActions(v),
			all: p.site.ResourceRoute(v, false), one: p.site.ResourceRoute(v, true),
			filters: r.Filters, search: len(r.Search) > 0,
			pageSize: wanted(r.MaxPaginateBy), maxPageSize: r.MaxPaginateBy.V,
		}
		if taken[a.typ] {
			a.typ = schema.GoName(v.Name)
		}
		taken[a.typ] = true
		for _, f := range r.OrderingFields {
			a.ordering = append(a.ordering, f.Name)
		}
		writable := r.Writable()
		for _, f := range r.Shown() {
			kind := f.Kind
			if kind == schema.ForeignKey || kind == schema.ManyToMany {
				kind = keyField(f.Target.Target).Kind
			}
			a.fields = append(a.fields, apiField{
				Field: f, kind: kind, readOnly: !slices.Contains(writable, f),
				required: !f.Blank.V && !f.Null.V && f.Default.V == nil && f.Kind != schema.Boolean,
			})
		}
		all = append(all, a)
	}
	return all
}

// apiPath is a route's path with {name} for its captures.
func apiPath(r *schema.Route) string {
	var b strings.Builder
	for _, s := range r.Segments {
		if s.Name != "" {
			b.WriteString("{" + s.Name + "}")
		} else {
			b.WriteString(s.Literal)
		}
	}
	return b.String()
}

// apiCaptures are the captures of a route.
func apiCaptures(r *schema.Route) []schema.Segment {
	var out []schema.Segment
	for _, s := range r.Segments {
		if s.Name != "" {
			out = append(out, s)
		}
	}
	return out
}

// words is a name in words: partial_update is "partial update".
func words(name string) string { return strings.ReplaceAll(name, "_", " ") }
