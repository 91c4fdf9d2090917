package schema

import (
	"net"
	"net/netip"
	"slices"
	"strings"
)

// check holds the parts of the site against each other and against the
// project's folder. It runs after every name is resolved.
func (d *decoder) check() {
	d.checkNames()
	d.checkModels()
	d.checkConstraints()
	d.checkNameLengths()
	d.checkGenerated()
	d.checkSQLUses()
	d.checkRoutes()
	d.checkRouteNames()
	d.checkConverters()
	d.checkRouteHosts()
	d.checkLookups()
	d.checkArchives()
	d.checkCaptures()
	d.checkParents()
	d.checkForms()
	d.checkFormSets()
	d.checkSuccess()
	d.checkSuccessMessages()
	d.checkSetLanguage()
	d.checkViewHooks()
	d.checkCommands()
	d.checkFormViews()
	d.checkWebSockets()
	d.checkAuth()
	d.checkResources()
	d.checkRedirects()
	d.checkLocations()
	d.checkTimeouts()
	d.checkHosts()
	d.checkACMEDomains()
	d.checkMiddleware()
	d.checkLayers()
	d.checkTemplates()
	d.checkStatic()
	d.checkGo()
	if !d.diags.HasErrors() {
		// A name in error would otherwise be reported a second time as unused.
		d.checkUnused()
		d.checkShown()
	}
}

// checkNames reports names of one kind that come out as one name in Go.
func (d *decoder) checkNames() {
	for _, kind := range []string{"view", "model", "upstream", "sql", "var"} {
		byGo := map[string]*declared{}
		for _, x := range d.names.of(kind).order {
			name := GoName(x.name)
			if first := byGo[name]; first != nil {
				d.report(goNameTwice(kindWord(kind), x.name, first.name, name, x.at, first.at))
				continue
			}
			byGo[name] = x
		}
	}
}

// checkModels reports what rows need.
func (d *decoder) checkModels() {
	if d.site.Database == nil {
		for _, m := range d.site.Models {
			if !m.Implicit {
				d.report(modelsWithoutDatabase(m, d.site.Name))
				break
			}
		}
		if s := d.site.Session; s != nil && s.Store.V == "database" {
			d.report(sessionsWithoutDatabase(s))
		}
		if c := d.site.Cache; c != nil && c.Store.V == "database" {
			d.report(errorAt(c.Store.Range, "Cache without a database", "The cache is to be kept in the database, and the site has none. Write database { url = \"sqlite:data/site.db\" }."))
		}
	}
	tables := map[string]*Model{}
	for _, m := range d.site.Models {
		if first := tables[m.Table.V]; first != nil && first.Name != m.Name {
			d.report(tableTwice(m, first))
		}
		tables[m.Table.V] = m
	}
}

// checkTimeouts holds the proxy's patience against the workers'.
func (d *decoder) checkTimeouts() {
	w := d.site.Workers.Timeout
	for _, l := range d.site.Proxy.Locations {
		r := l.ReadTimeout
		if l.Forward.App && r.Set && r.V > 0 && w.V > 0 && r.V < w.V {
			d.report(impatientProxy(l, d.site.Workers))
		}
	}
}

// checkHosts reports listeners that others reach on a site that answers to no name.
func (d *decoder) checkHosts() {
	if len(d.site.Domains) > 0 || d.isWritten(d.site, "domains") {
		return
	}
	for _, l := range d.site.Proxy.Listens {
		if l.Address.Bind == nil && l.Address.V != "" && !isLoopback(l.Address.V) {
			d.report(publicWithoutDomains(l, d.site))
			return
		}
	}
}

// isLoopback reports whether only the machine itself reaches an address.
func isLoopback(address string) bool {
	if strings.HasPrefix(address, "unix:") {
		return true
	}
	host, _, err := net.SplitHostPort(address)
	if err != nil || host == "localhost" {
		return true
	}
	ip, err := netip.ParseAddr(host)
	return err == nil && ip.IsLoopback()
}

// checkMiddleware reports layers that stand twice or in the wrong order, and
// forms that nothing protects.
func (d *decoder) checkMiddleware() {
	rank := map[string]int{}
	for i, b := range builtins() {
		rank[b.name] = i + 1
	}
	seen := map[string]Middleware{}
	var highest Middleware
	for _, m := range d.site.Middleware {
		name := m.Name
		if name == "" {
			name = m.Go.Address()
		}
		if first, ok := seen[name]; ok {
			d.report(layerTwice(name, m, first))
			continue
		}
		seen[name] = m
		if m.Name == "" {
			continue
		}
		if rank[m.Name] < rank[highest.Name] {
			d.report(layerOrder(m, highest))
			continue
		}
		highest = m
	}
	if _, ok := seen["csrf"]; ok {
		return
	}
	for _, v := range d.site.Views {
		if v.hasForm() && !v.CSRFExempt.V {
			d.report(formWithoutCSRF(v, d.tops["middleware"]))
			return
		}
	}
}

// hasForm reports whether browsers send a form to the view.
func (v *View) hasForm() bool {
	return (v.Form != nil || v.Login != nil || v.PasswordChange != nil || v.PasswordReset != nil || v.SignUp != nil || v.Create != nil || v.Update != nil || v.Delete != nil) && v.JSON == nil
}

// HasForms reports whether a view of the site has a form.
func (s *Site) HasForms() bool { return slices.ContainsFunc(s.Views, (*View).hasForm) }

// checkUnused warns of names that nothing uses.
func (d *decoder) checkUnused() {
	routed := map[*View]bool{}
	for _, r := range d.site.AllRoutes() {
		routed[r.View.Target] = true
	}
	for _, v := range d.site.Views {
		if !routed[v] {
			d.report(unusedView(v, d.names.used[v]))
		}
	}
	for _, u := range d.site.Upstreams {
		if !d.names.used[u] {
			d.report(unusedName("upstream", "upstream."+u.Name, u.DeclRange))
		}
	}
	for _, v := range d.site.Variables {
		if !d.names.used[v] {
			d.report(unusedName("variable", "var."+v.Name, v.DeclRange))
		}
	}
	for _, c := range d.site.Converters {
		if !d.names.used[c] {
			d.report(unusedName("converter", "the converter "+c.Name, c.DeclRange))
		}
	}
	for _, x := range d.names.of("local").order {
		if !d.names.used[x.owner] {
			d.report(unusedName("local", "local."+x.name, x.at))
		}
	}
}
