package schema

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// checkRoutes reports routes that no request reaches.
func (d *decoder) checkRoutes() {
	routes := d.site.AllRoutes()
	languages := make([]*language, len(routes))
	covers := func(i, j int) bool {
		if !hostCovers(routes[i].BoundTo.V, routes[j].BoundTo.V, d.site.Converters...) {
			return false
		}
		if a, b := routes[i].Segments, routes[j].Segments; hasOwn(a) || hasOwn(b) {
			return covers(a, b)
		}
		return languages[i].contains(languages[j])
	}
	for i, r := range routes {
		if d.brokenOnes[r] || r.Regex {
			continue
		}
		languages[i] = newLanguage(r.Segments, true)
		for j := range i {
			if languages[j] == nil || !languages[j].mayContain(languages[i]) || !covers(j, i) {
				continue
			}
			if covers(i, j) {
				d.report(routeTwice(r, routes[j]))
			} else {
				d.report(routeUnreachable(r, routes[j], sample(r.Segments)))
			}
			break
		}
	}
	d.checkRoutesBehindProxy(routes)
}

// sample is a path that a pattern matches.
func sample(segments []Segment) string {
	var out strings.Builder
	for _, s := range segments {
		if s.Name == "" {
			out.WriteString(s.Literal)
			continue
		}
		if s.Own != nil {
			out.WriteString(minimal(s.Own.Regex.V))
		}
		for _, c := range converters() {
			if c.name == s.Converter {
				out.WriteString(c.sample)
			}
		}
	}
	return out.String()
}

// checkRoutesBehindProxy reports routes whose paths a location keeps from the
// application, and an application that nothing reaches or that answers nothing.
func (d *decoder) checkRoutesBehindProxy(routes []*Route) {
	var app *Location
	stripped := false
	for _, l := range d.site.Proxy.Locations {
		if d.brokenOnes[l] || d.isWritten(l, "forward") && !l.Forward.Set() {
			return
		}
		if l.Forward.App {
			stripped = stripped || l.StripPrefix.V
			if app == nil {
				app = l
			}
		}
	}
	switch {
	case app == nil && len(routes) > 0:
		d.report(appUnreachable(routes[0], d.site.Proxy))
		return
	case app != nil && len(routes) == 0:
		d.report(appWithoutRoutes(d.site, app))
		return
	case stripped:
		return
	}
	for _, r := range routes {
		if d.brokenOnes[r] || r.Regex {
			continue
		}
		if l := d.shadow(r); l != nil {
			d.report(routeBehindLocation(r, l, sample(r.Segments), d.labels[l] == hcl.Range{}))
		}
	}
}

// shadow is the location that keeps all paths of a route from the application.
func (d *decoder) shadow(r *Route) *Location {
	prefix := ""
	if len(r.Segments) > 0 && r.Segments[0].Name == "" {
		prefix = r.Segments[0].Literal
	}
	exactly := len(r.Segments) == 1 && prefix != ""
	var best *Location
	for _, l := range d.site.Proxy.Locations {
		if l.Kind == PatternLocation || l.When.Op != "" || l.Internal.V {
			continue // it does not keep all of them
		}
		if l.Kind == ExactLocation {
			if exactly && l.Path == prefix {
				best = l
				break
			}
			continue
		}
		if strings.HasPrefix(prefix, l.Path) && (best == nil || len(l.Path) > len(best.Path)) {
			best = l
		}
	}
	switch {
	case best == nil || best.Forward.App || d.brokenOnes[best]:
		return nil
	case best.Kind == ExactLocation:
		return best
	}
	for _, l := range d.site.Proxy.Locations {
		if l.Forward.App && !exactly && strings.HasPrefix(l.Path, prefix) {
			return nil
		}
	}
	return best
}

// checkRouteNames reports routes of one name: reverse could not tell them apart.
func (d *decoder) checkRouteNames() {
	byGo := map[string]*Route{}
	for _, r := range d.site.AllRoutes() {
		if r.Name.V == "" || d.brokenOnes[r] {
			continue
		}
		name := GoName(strings.ReplaceAll(r.FullName, ":", "_"))
		first := byGo[name]
		switch {
		case first == nil:
			byGo[name] = r
		case first.FullName != r.FullName && !r.Name.Set && !first.Name.Set && r.Name.V != first.Name.V && !strings.Contains(r.FullName+first.FullName, ":"):
			// The views have these names, and it is said of them.
		case first.FullName == r.FullName:
			d.report(routeNameTwice(r, first))
		default:
			d.report(goNameTwice("route", r.FullName, first.FullName, name, r.DeclRange, first.DeclRange))
		}
	}
}

// checkLocations reports locations that stand twice, and paths that none answers.
func (d *decoder) checkLocations() {
	type key struct {
		kind LocationKind
		path string
	}
	seen := map[key]*Location{}
	for _, l := range d.site.Proxy.Locations {
		if d.brokenOnes[l] {
			continue
		}
		k := key{l.Kind, l.Path}
		if first := seen[k]; first != nil {
			d.report(locationTwice(l, first))
			continue
		}
		if l.When.Op == "" {
			seen[k] = l // else those that follow answer where its condition does not hold
		}
	}
}
