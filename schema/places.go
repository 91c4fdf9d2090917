package schema

import (
	"sort"

	"github.com/hashicorp/hcl/v2"
)

// Place says where the site file writes something that has an address.
type Place struct {
	// Address is "view.post_detail", "route./posts/", "location./static/" or
	// "go.views.Checkout".
	Address string
	Range   hcl.Range
}

// Places lists the blocks of the site and the Go functions it names in the
// order of its files, each address once.
func (s *Site) Places() []Place { return s.places }

// places collects them.
func (d *decoder) places() []Place {
	var all []Place
	seen := map[string]bool{}
	add := func(address string, at hcl.Range) {
		if at.Start.Line > 0 && !seen[address] {
			seen[address] = true
			all = append(all, Place{address, at})
		}
	}
	s := d.site
	add("site", s.DeclRange)
	for _, v := range s.Variables {
		add("var."+v.Name, v.DeclRange)
	}
	d.proxyPlaces(add)
	for _, u := range s.Upstreams {
		add("upstream."+u.Name, u.DeclRange)
		for _, x := range u.Servers {
			add("upstream."+u.Name+"."+x.Name, x.DeclRange)
		}
	}
	if s.Workers.DeclRange != s.DeclRange {
		add("workers", s.Workers.DeclRange)
	}
	if s.Database != nil {
		add("database", s.Database.DeclRange)
	}
	for _, m := range s.Middleware {
		if !m.Go.Set() {
			add("middleware."+m.Name, m.Range)
		}
	}
	for _, m := range s.Models {
		if m.Implicit {
			continue
		}
		add("model."+m.Name, m.DeclRange)
		for _, f := range m.Fields {
			if !f.Implicit {
				add("model."+m.Name+"."+f.Name, f.DeclRange)
			}
		}
	}
	for _, q := range s.SQL {
		add("sql."+q.Name, q.DeclRange)
	}
	for _, v := range s.Views {
		add("view."+v.Name, v.DeclRange)
		for _, q := range v.Queries {
			add("view."+v.Name+"."+q.Name, q.DeclRange)
		}
		for _, s := range v.FormSets() {
			add("view."+v.Name+"."+s.Name, s.DeclRange)
		}
	}
	for _, c := range s.Converters {
		add("converter."+c.Name, c.DeclRange)
	}
	for _, r := range s.AllRoutes() {
		add("route."+r.Address(), r.DeclRange)
	}
	for _, g := range d.goes {
		add(g.ref.Address(), g.ref.Range)
	}
	sort.SliceStable(all, func(i, j int) bool { return d.before(all[i].Range, all[j].Range) })
	return all
}

func (d *decoder) proxyPlaces(add func(string, hcl.Range)) {
	p := d.site.Proxy
	if p.DeclRange == d.site.DeclRange {
		return
	}
	add("proxy", p.DeclRange)
	for _, l := range p.Listens {
		if l.DeclRange != p.DeclRange {
			add("listen."+l.Name, l.DeclRange)
		}
	}
	for _, m := range p.Maps {
		add("map."+m.Name, m.DeclRange)
	}
	for _, l := range p.Locations {
		if l.DeclRange != p.DeclRange {
			add("location."+l.Pattern, l.DeclRange)
		}
	}
}

// before compares two places by where they are read, included files included.
func (d *decoder) before(a, b hcl.Range) bool {
	x := append(d.keys[a.Filename][:len(d.keys[a.Filename]):len(d.keys[a.Filename])], a.Start.Byte)
	y := append(d.keys[b.Filename][:len(d.keys[b.Filename]):len(d.keys[b.Filename])], b.Start.Byte)
	for i := 0; i < len(x) && i < len(y); i++ {
		if x[i] != y[i] {
			return x[i] < y[i]
		}
	}
	return len(x) < len(y)
}
