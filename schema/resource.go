package schema

import (
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// ResourceView answers for the rows of a model in JSON, on the route of all of
// them and on that of one (a ModelViewSet of Django REST framework).
type ResourceView struct {
	Model Ref[Model]
	// Fields are those shown, all of the model's when not written.
	Fields      []*Field
	FieldRanges []hcl.Range
	ReadOnly    []*Field
	// Set gives fields of a new row a value that the client does not send.
	Set []SetField
	// Filter are parameters of the list: a field, or a field and a look-up.
	Filter  []String
	Filters []ResourceFilter
	Search  []*Field
	// Ordering is the order of the list, OrderingFields what ?ordering= may name.
	Ordering       []Ordering
	OrderingFields []*Field
	PaginateBy     Int
	MaxPaginateBy  Int
	// Actions are those that there are; those of the view's routes when not written.
	Actions []String
	// Queryset narrows the rows that there are for a request, FormValid gets a
	// row before it is stored.
	Queryset  GoRef
	FormValid GoRef
	// Parent is the row that all rows belong to; nil where they are not nested.
	Parent    *Parent
	DeclRange hcl.Range
}

// ResourceFilter is an entry of filter.
type ResourceFilter struct {
	// Name is the parameter: "due" or "due__gte".
	Name  string
	Field *Field
	// Lookup is a word of filterLookups; "exact" where none is written.
	Lookup string
}

// OpenAPIView serves the description of the site's resources (OpenAPI 3.1).
type OpenAPIView struct {
	Title, Version, Description String
	DeclRange                   hcl.Range
}

// resourceActions are the actions of a resource in Django REST framework's words, with
// whether they are about one row.
func resourceActions() []string {
	return []string{"list", "create", "retrieve", "update", "partial_update", "destroy"}
}

func actionOfRow(action string) bool { return action != "list" && action != "create" }

func resourceBlock() *block {
	return &block{
		Type: "resource", Once: true, Into: reflect.TypeFor[ResourceView](),
		Doc: "The view answers for the rows of a model in JSON: on its route without captures GET lists and POST creates; " +
			"on the route whose captures find a row GET retrieves, PUT and PATCH update and DELETE destroys; " +
			"answers have an ETag, changes obey If-Match, failures are problem details (RFC 9457), " +
			"and gen/client has typed clients in TypeScript and Go.",
		Ancestor: "Django REST framework ModelViewSet",
		Example: `view "tasks" {
  resource {
    model           = model.task
    filter          = ["done", "due__lte"]
    search          = ["title"]
    ordering_fields = ["due", "title"]
  }
}`,
		Attrs: []*attr{
			modelAttr(),
			{Name: "fields", Type: fieldList{many: true}, Ancestor: "Serializer Meta.fields",
				Doc: "The fields that are shown and, where they are not read only, taken; all that the model has a column for when not written; a many_to_many is the list of its rows' keys."},
			{Name: "read_only", Type: fieldList{many: true}, Ancestor: "read_only_fields",
				Doc: "Fields that clients see and do not change, beside those that the database or the time of saving sets."},
			{Name: "set", Type: setType{},
				Doc: "Fields of a new row that are set without asking: constants, now(), url captures or request.query."},
			{Name: "filter", Type: stringList{}, Ancestor: "filterset_fields",
				Doc: "Parameters that narrow the list: names of fields, alone or with a look-up, as in due__gte: exact, iexact, in, gt, gte, lt, lte, contains, icontains, startswith, istartswith, endswith, iendswith, isnull."},
			{Name: "search", Type: fieldList{}, Ancestor: "search_fields",
				Doc: "Text fields in which ?search= looks for every word, without regard to case."},
			orderingAttr(),
			{Name: "ordering_fields", Type: fieldList{}, Ancestor: "ordering_fields",
				Doc: "Fields that ?ordering= may name, with a minus before those to sort downwards."},
			{Name: "paginate_by", Type: intType(), Default: "50", Check: checkPositive, Ancestor: "page_size",
				Doc: "How many rows a page of the list has."},
			{Name: "max_paginate_by", Type: intType(), Check: checkPositive, Ancestor: "max_page_size",
				Doc: "How many rows ?page_size= may ask for; there is no such parameter when not written."},
			{Name: "actions", Type: stringList{}, Enum: resourceActions(), Ancestor: "ViewSet actions",
				Doc: "What the view does; all that its routes allow when not written."},
			querysetAttr(),
			formValidAttr(),
		},
		Blocks: []*block{parentBlock()},
	}
}

func openAPIBlock() *block {
	return &block{
		Type: "openapi", Once: true, Field: "OpenAPI", Into: reflect.TypeFor[OpenAPIView](),
		Doc:      "The view serves the description of the site's resources, in OpenAPI 3.1.",
		Ancestor: "drf-spectacular SpectacularAPIView",
		Example: `view "schema" {
  openapi { title = "Tasks" }
}`,
		Attrs: []*attr{
			{Name: "title", Type: stringType(), Check: checkNotEmpty, Doc: "The title of the description; the site's name when not written."},
			{Name: "version", Type: stringType(), Default: `"1.0.0"`, Check: checkNotEmpty, Doc: "The version of the interface."},
			{Name: "description", Type: stringType(), Doc: "What the interface is for, in Markdown."},
		},
	}
}

// Shown are the fields that clients see.
func (r *ResourceView) Shown() []*Field {
	if len(r.Fields) > 0 {
		return r.Fields
	}
	return r.Model.Target.Fields
}

// Writable are the fields that clients send: those shown that neither the database, the
// time of saving, set nor the parent fills, and that are not read only.
func (r *ResourceView) Writable() []*Field {
	set := map[*Field]bool{}
	for _, s := range r.Set {
		set[s.Field] = true
	}
	var out []*Field
	for _, f := range r.Shown() {
		switch {
		case isAuto(f.Kind), f.Kind == UUID && f.PrimaryKey.V, f.AutoNow.V, f.AutoNowAdd.V, slices.Contains(r.ReadOnly, f), set[f], r.isParent(f):
		case f.Kind == Binary, f.Kind == FileKind, f.Kind == ImageKind, f.Kind == "":
		default:
			out = append(out, f)
		}
	}
	return out
}

// ResourceActions are the actions of a resource view: those written, or those that its routes allow.
func (s *Site) ResourceActions(v *View) []string {
	if len(v.Resource.Actions) > 0 {
		var out []string
		for _, a := range resourceActions() {
			if slices.ContainsFunc(v.Resource.Actions, func(w String) bool { return w.V == a }) {
				out = append(out, a)
			}
		}
		return out
	}
	var out []string
	for _, a := range resourceActions() {
		if actionOfRow(a) && s.ResourceRoute(v, true) != nil || !actionOfRow(a) && s.ResourceRoute(v, false) != nil {
			out = append(out, a)
		}
	}
	return out
}

// ResourceRoute is the first route of a resource view that is about one row,
// or about all of them; nil for none.
func (s *Site) ResourceRoute(v *View, row bool) *Route {
	for _, r := range s.RoutesOf(v) {
		if (len(r.ownCaptures()) > 0) == row && !r.Regex {
			return r
		}
	}
	return nil
}

// filterLookups are the look-ups of filter, with the kinds of field that they are for.
func filterLookups(f *Field) []string {
	kind := f.Kind
	if kind == ForeignKey {
		kind = f.Target.Target.PrimaryKey().Kind
	}
	var out []string
	switch {
	case kind == JSON, kind == Binary, kind == FileKind, kind == ImageKind:
	case kind == Boolean:
		out = []string{"exact"}
	case isText(kind):
		out = []string{"exact", "iexact", "in", "contains", "icontains", "startswith", "istartswith", "endswith", "iendswith"}
	case kind == UUID, f.Kind == ForeignKey:
		out = []string{"exact", "in"}
	default:
		out = []string{"exact", "in", "gt", "gte", "lt", "lte"}
	}
	if f.Null.V {
		out = append(out, "isnull")
	}
	return out
}

// checkResources reports resources whose routes, filters and actions do not go together.
func (d *decoder) checkResources() {
	for _, v := range d.site.Views {
		r := v.Resource
		if r == nil || r.Model.Target == nil || d.brokenOnes[r] {
			continue
		}
		d.checkFilters(v)
		d.checkResourcePairs(r)
		for _, f := range r.Search {
			if !isText(f.Kind) && f.Kind != "" {
				d.report(searchInNoText(f, d.attrRange(r, "search", r.DeclRange)))
			}
		}
		if most := r.MaxPaginateBy; most.Set && most.Bind == nil && r.PaginateBy.Bind == nil && most.V < r.PaginateBy.V {
			d.report(errorAt(most.Range, "Page larger than allowed", "A page has %d rows, and ?page_size= may ask for %d at most. Raise max_paginate_by, or lower paginate_by.", r.PaginateBy.V, most.V))
		}
		d.checkResourceRoutes(v)
	}
}

// checkResourcePairs reports fields whose rows a list of numbers cannot say.
func (d *decoder) checkResourcePairs(r *ResourceView) {
	writable := r.Writable()
	for i, f := range r.Fields {
		if f.Kind != ManyToMany {
			continue
		}
		why := keysNoNumbers(f)
		if why == "" && slices.Contains(writable, f) && pairsOfTheirOwn(f) != "" {
			why = fmt.Sprintf("its pairs are rows of model.%s, which have more to say; name it in read_only to show their keys, and have a resource of that model", f.Through.Name)
		}
		if why != "" {
			d.report(errorAt(r.FieldRanges[i], "Field that no list of keys holds", "The resource cannot have %s, as %s. Take it out of the list.", f.Name, why).
				and(f.DeclRange, "%s is declared here", f.Name))
		}
	}
}

func (d *decoder) checkFilters(v *View) {
	r := v.Resource
	seen := map[string]bool{}
	for _, text := range r.Filter {
		name, lookup, found := strings.Cut(text.V, "__")
		if !found {
			lookup = "exact"
		}
		f := d.fieldOf(r.Model.Target, name, text.Range)
		if f == nil || f.Kind == "" || f.Kind == ForeignKey && f.Target.Target == nil {
			continue
		}
		allowed := filterLookups(f)
		switch {
		case !slices.Contains(allowed, lookup):
			d.report(filterOfOtherKind(f, lookup, text.Range, allowed))
		case slices.Contains([]string{"page", "page_size", "ordering", "search"}, text.V):
			d.report(errorAt(text.Range, "Parameter with a meaning of its own", "The list has ?%s= already. Filter by it with a look-up, %s__exact.", text.V, text.V))
		case seen[text.V]:
			d.report(errorAt(text.Range, "Filter that stands twice", "%q stands in filter already. Take one away.", text.V))
		default:
			seen[text.V] = true
			r.Filters = append(r.Filters, ResourceFilter{Name: text.V, Field: f, Lookup: lookup})
		}
	}
}

// checkResourceRoutes reports routes that are neither of all rows nor of one, and actions without a route.
func (d *decoder) checkResourceRoutes(v *View) {
	r, m := v.Resource, v.Resource.Model.Target
	routes := d.site.RoutesOf(v)
	for _, route := range routes {
		if d.brokenOnes[route] {
			continue
		}
		found := route.Lookups(m)
		if route.Regex || len(route.ownCaptures()) != len(found) {
			d.report(resourceRoute(route, v))
			continue
		}
		if !d.checkParentCaptures(v, route, routes[0]) {
			continue
		}
		if first := d.site.ResourceRoute(v, true); len(found) > 0 && first != route {
			d.report(errorAt(route.DeclRange, "Second route to a row", "The resource %s has a route to one row already, and clients know one. Take one away.", v.Name).and(first.DeclRange, "the first one"))
			continue
		}
		single := len(found) == 0
		for _, l := range found {
			if !fits(l.Field, l.Capture) {
				d.report(captureOfOtherKind(route, l.Capture, m, l.Field, route.DeclRange))
			}
			single = single || l.Field.PrimaryKey.V || l.Field.Unique.V
		}
		if !single {
			d.report(severalRows(route, m, found[0].Field))
		}
	}
	if len(routes) == 0 {
		return
	}
	for _, a := range r.Actions {
		if slices.Contains(resourceActions(), a.V) && d.site.ResourceRoute(v, actionOfRow(a.V)) == nil {
			d.report(actionWithoutRoute(v, a))
		}
	}
}

func resourceRoute(r *Route, v *View) Diagnostic {
	m := v.Resource.Model
	all := parentPath(v) + "/" + m.Name + "s/"
	without := "captures"
	if v.Resource.Parent != nil {
		without = "captures of its own"
	}
	return errorAt(r.DeclRange, "Route that is no resource's", "A resource has a route without %s, for all rows, and one whose captures are fields of %s, for one: %q and %q, each with a name.", without, m.Name, all, all+"<int:id>/")
}

func actionWithoutRoute(v *View, a String) Diagnostic {
	what := "without captures"
	if actionOfRow(a.V) {
		what = "whose captures find one row"
	}
	return errorAt(a.Range, "Action without a route", "The action %s needs a route %s, and %s has none. Write one, or take the action away.", a.V, what, v.Name)
}

func searchInNoText(f *Field, at hcl.Range) Diagnostic {
	return errorAt(at, "Search in what is no text", "The field %s is %s, and ?search= looks into text. Take it away, or write it in filter.", f.Name, withArticle(string(f.Kind)))
}

func filterOfOtherKind(f *Field, lookup string, at hcl.Range, allowed []string) Diagnostic {
	if len(allowed) == 0 {
		return errorAt(at, "Filter of another kind", "The field %s is %s, by which lists are not filtered. Take it away.", f.Name, withArticle(string(f.Kind)))
	}
	detail := fmt.Sprintf("The field %s is %s and takes %s, not %s.", f.Name, withArticle(string(f.Kind)), enumerate(allowed, "and"), lookup)
	if near := Suggest(lookup, allowed); near != "" {
		detail += didYouMean(f.Name + "__" + near)
	}
	return errorAt(at, "Filter of another kind", "%s", detail)
}
