package schema

import (
	"fmt"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

func patternWithoutSlash(text string) *problem {
	if strings.HasPrefix(text, "^") {
		return &problem{"Pattern that is no path", fmt.Sprintf("%q is a regular expression, and patterns are paths with captures. Write it as in \"/posts/<slug:slug>/\".", text)}
	}
	return &problem{"Pattern without a slash", fmt.Sprintf("Patterns begin with a slash. Write %q.", "/"+text)}
}

func nestedWithSlash(text string) *problem {
	return &problem{"Pattern with two slashes", fmt.Sprintf("The slash before a pattern in a group is the one that ends the group's prefix. Write %q.", strings.TrimLeft(text, "/"))}
}

func prefixOpen(text string) *problem {
	return &problem{"Prefix without a slash at its end", fmt.Sprintf("A group's prefix ends with a slash, and what stands in the group goes right behind it. Write %q.", text+"/")}
}

func patternUnclosed(text string) *problem {
	return &problem{"Capture that is not closed", fmt.Sprintf("A bracket of a capture is missing in %q. Write captures as <slug:title> or <title>.", text)}
}

func patternAdjacent(text string) *problem {
	return &problem{"Captures without text between them", fmt.Sprintf("Nothing says where one capture of %q ends and the next begins. Put a slash or other text between them.", text)}
}

func patternCaptureName(text, inside string) *problem {
	name := inside[strings.LastIndexByte(inside, ':')+1:]
	p := &problem{"Capture without a good name", fmt.Sprintf("The name %q of a capture is not made of small letters, digits and _.", name)}
	if s := snake(name); captureName.MatchString(s) {
		p.detail += fmt.Sprintf(" Write %q.", strings.TrimSuffix("<"+inside, name)+s+">")
	} else {
		p.detail += " Write it as in \"<slug:title>\"."
	}
	return p
}

func unknownConverter(kind string, own []*Converter) *problem {
	names := converterNames(own)
	return &problem{"Unknown converter", fmt.Sprintf("There is no converter %q.%s", kind,
		orList(Suggest(kind, names), "", fmt.Sprintf("There are %s. Write a block converter %q for one of your own.", enumerate(names, "and"), kind)))}
}

func patternCharacter(text, char, remedy string) *problem {
	return &problem{"Character that no path has", fmt.Sprintf("The pattern %q has %q in it. %s", text, char, remedy)}
}

func captureTwice(text, name string) *problem {
	return &problem{"Capture named twice", fmt.Sprintf("The pattern %q captures %s twice. Give one of the two another name.", text, name)}
}

func expressionWithSlash(text string) *problem {
	bare := "^" + strings.TrimLeft(strings.TrimPrefix(text, "^"), "/")
	return &problem{"Expression with a slash before it", fmt.Sprintf("Expressions are compared with the path without its first slash, so this one matches nothing. Write %q.", bare)}
}

func emptyGroup(s *scope) Diagnostic {
	return warningAt(s.decl, "Group without routes", "The group %q holds nothing. Put routes into it, or take it away.", s.label)
}

func routeTwice(r, first *Route) Diagnostic {
	return errorAt(r.DeclRange, "Second route of one pattern", "The routes %q and %q match the same paths, and the first one wins. Take one of the two away.", r.Address(), first.Address()).
		and(first.DeclRange, "the first is here")
}

func routeUnreachable(r, first *Route, example string) Diagnostic {
	return errorAt(r.DeclRange, "Route that nothing reaches", "Every path of %q, such as %s, is matched by %q first. Move this route before the other one.", r.Address(), example, first.Address()).
		and(first.DeclRange, "this route comes first")
}

func routeBehindLocation(r *Route, l *Location, example string, implicit bool) Diagnostic {
	what := "the location is here"
	if implicit {
		what = "no location is written, and the project has a folder static"
	}
	return errorAt(r.DeclRange, "Route behind a location", "Requests for %q, such as %s, are answered by the location %q and never reach the application. Change one of the two paths.", r.Full, example, l.Pattern).
		and(l.DeclRange, "%s", what)
}

func routeNameTwice(r, first *Route) Diagnostic {
	return errorAt(r.DeclRange, "Two routes of one name", "Two routes are called %q, so {%% url %q %%} could mean either. Write name = \"…\" in one of them.", r.FullName, r.FullName).
		and(first.DeclRange, "the first is here")
}

func routeWithoutRow(r *Route, m *Model, word string) Diagnostic {
	key := m.PrimaryKey()
	return errorAt(r.DeclRange, "Route that finds no row", "The view %s is about one row of %s (%s), and %q captures no field of it. Capture one, as in %q.",
		r.View.Name, m.Name, word, r.Full, strings.TrimSuffix(r.Full, "/")+"/<"+converterOf(key)+":"+key.Name+">/").
		and(r.View.Target.DeclRange, "view.%s is declared here", r.View.Name)
}

func lookupsDiffer(r, first *Route, v *View) Diagnostic {
	return errorAt(r.DeclRange, "Routes that find rows in two ways", "The routes %q and %q both lead to view.%s, and the captures that find its row are not the same. Capture the same fields in both, or make a view for each.", first.Full, r.Full, v.Name).
		and(first.DeclRange, "the first is here")
}

func captureOfOtherKind(r *Route, c Segment, m *Model, f *Field, at hcl.Range) Diagnostic {
	return errorAt(at, "Capture of another type", "The route captures %s by the converter %s, and %s.%s is %s. %s", c.Name, c.Converter, m.Name, f.Name, withArticle(string(f.Kind)), converterFor(f, c.Name)).
		and(f.DeclRange, "%s is declared here", f.Name)
}

// converterFor says how a field is captured.
func converterFor(f *Field, name string) string {
	if c := converterOf(f); c != "" {
		return fmt.Sprintf("Write <%s:%s>.", c, name)
	}
	return "Capture another field."
}

// converterOf is the converter that suits a field, "" for a field that is not captured.
func converterOf(f *Field) string {
	for f.Kind == ForeignKey && f.Target.Target != nil {
		f = f.Target.Target.PrimaryKey()
	}
	switch {
	case isWhole(f.Kind):
		return "int"
	case f.Kind == UUID:
		return "uuid"
	case f.Kind == Slug:
		return "slug"
	case isText(f.Kind):
		return "str"
	}
	return ""
}

func severalRows(r *Route, m *Model, f *Field) Diagnostic {
	return warningAt(r.DeclRange, "Route that may find several rows", "Several rows of %s may have the same %s, and the view shows one. Write unique = true in the field, or capture the primary key.", m.Name, f.Name).
		and(f.DeclRange, "%s is declared here", f.Name)
}

func captureMissing(c captureUse, r *Route) Diagnostic {
	x := errorAt(c.at, "Unknown capture", "The route %q leads to the view %s and captures no %s.", r.Full, c.view.Name, c.name)
	var names []string
	for _, s := range r.captures() {
		names = append(names, s.Name)
	}
	if near := Suggest(c.name, names); near != "" {
		x.Detail += didYouMean("url." + near)
	} else {
		x.Detail += fmt.Sprintf(" Capture it, as in <%s>, or take the condition away.", c.name)
	}
	return x.and(r.DeclRange, "the route is here")
}

func captureUseOfOtherKind(c captureUse, s Segment, r *Route) Diagnostic {
	return errorAt(c.at, "Capture of another type", "The route captures %s by the converter %s, and the field %s is %s. %s", s.Name, s.Converter, c.field.Name, withArticle(string(c.field.Kind)), converterFor(c.field, s.Name)).
		and(r.DeclRange, "the route is here")
}

func appUnreachable(r *Route, p *Proxy) Diagnostic {
	return warningAt(r.DeclRange, "Application that nothing reaches", "The site has routes, and no location forwards to the application. Write location \"/\" { forward = app }.").
		and(p.DeclRange, "the proxy is here")
}

func appWithoutRoutes(s *Site, l *Location) Diagnostic {
	x := warningAt(s.DeclRange, "Application without routes", "The site has no routes, so every request that is forwarded to the application gets 404. Write route \"/\" { view = view.home }.")
	if l.DeclRange != s.DeclRange && l.DeclRange.Start.Line > 0 {
		return x.and(l.DeclRange, "this location forwards to the application")
	}
	return x
}
