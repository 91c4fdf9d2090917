package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
)

// RouteNode is a Route or a Group.
type RouteNode interface{ routeNode() }

// Route binds a path pattern to a view.
type Route struct {
	// Pattern is the label; Full has the prefixes of all groups before it.
	Pattern, Full string
	// Regex says that the label is a regular expression (re_path); Segments are
	// then the groups that have a name, and no URL is made of it.
	Regex    bool
	Segments []Segment // of Full
	// Host is the attribute; BoundTo is the host that the route is bound to, "" for all, and may be a
	// group's. HostSegments are of that.
	Host, BoundTo String
	HostSegments  []Segment
	View          Ref[View]
	// Name is what url and reverse use: the view's name unless written.
	// Namespaces of groups stand before it: "shop:cart".
	Name      String
	FullName  string
	DeclRange hcl.Range
}

// Group puts a prefix before routes (Django's include).
type Group struct {
	Prefix    string
	Namespace String
	Host      String
	Nodes     []RouteNode
	DeclRange hcl.Range
}

func (*Route) routeNode() {}
func (*Group) routeNode() {}

// Segment is a piece of a pattern: literal text, or a capture where Name is set.
type Segment struct {
	Literal string
	// Name and Converter are a capture's: <slug:title> has converter slug, name title.
	Name, Converter string
	// Own is the converter where it is one of the site's own.
	Own *Converter
}

// AllRoutes returns every route in the order they are tried.
func (s *Site) AllRoutes() []*Route {
	var all []*Route
	var walk func([]RouteNode)
	walk = func(nodes []RouteNode) {
		for _, n := range nodes {
			switch n := n.(type) {
			case *Route:
				all = append(all, n)
			case *Group:
				walk(n.Nodes)
			}
		}
	}
	walk(s.Routes)
	return all
}

// routeBlock binds a path to a view.
func routeBlock() *block {
	return &block{
		Type: "route", Label: "pattern", LabelInto: "Pattern", Into: reflect.TypeFor[Route](), Field: "Routes",
		Doc:      "A path and the view that answers it; the first route that matches wins, in the order of the file.",
		Ancestor: "Django path(), url()",
		Example: `route "/posts/<slug:slug>/" {
  view = view.post_detail
}`,
		Attrs: []*attr{
			{Name: "view", Type: viewRef(), Required: true,
				Doc: "The view that answers."},
			{Name: "name", Type: stringType(), Check: checkRouteName, Ancestor: "Django path(name=)",
				Doc: "What templates and reverse call the route; the view's name when not written."},
			hostAttr("the route is"),
		},
		Check: checkRoute,
	}
}

// rePathBlock binds the paths that a regular expression matches to a view.
func rePathBlock() *block {
	return &block{
		Type: "re_path", Label: "expression", LabelInto: "Pattern", Into: reflect.TypeFor[Route](), Field: "Routes",
		Doc:      "Paths that a regular expression matches, without their first slash, and the view that answers them; tried in the order of the file among the routes.",
		Ancestor: "Django re_path()",
		Example: `re_path "^articles/(?P<year>[0-9]{4})/$" {
  view = view.articles_of_year
}`,
		Attrs: []*attr{
			{Name: "view", Type: viewRef(), Required: true,
				Doc: "The view that answers; it gets the groups that have a name."},
			{Name: "name", Type: stringType(), Check: checkRouteName, Ancestor: "Django re_path(name=)",
				Doc: "What reverse calls the route; the view's name when not written."},
			hostAttr("the route is"),
		},
		Check: checkRePath,
	}
}

// groupBlock puts a prefix before routes.
func groupBlock() *block {
	group := &block{
		Type: "group", Label: "prefix", LabelInto: "Prefix", Into: reflect.TypeFor[Group](), Field: "Routes",
		Doc:      "Routes and groups that share the beginning of their path: the label ends with a slash, and the labels within follow it without one.",
		Ancestor: "Django include()",
		Example: `group "/shop/" {
  namespace = "shop"
  route "cart/" { view = view.cart }
}`,
		Attrs: []*attr{
			{Name: "namespace", Type: stringType(), Check: checkNamespace, Ancestor: "Django instance namespace",
				Doc: "What stands before the names of the routes, with a colon."},
			hostAttr("the routes are"),
		},
		Check: checkGroup,
	}
	inner := *routeBlock()
	inner.Field = "Nodes"
	nested := *group
	nested.Field = "Nodes"
	nested.Blocks = []*block{&inner, &nested}
	group.Blocks = nested.Blocks
	return group
}
