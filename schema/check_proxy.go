package schema

import (
	"net/netip"
	"regexp"
	"slices"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// checkSite settles the module path.
func checkSite(d *decoder, s *scope) {
	site := s.owner.(*Site)
	if site.Module.V != "" || d.isWritten(site, "module") {
		return
	}
	site.Module = String{V: site.Name, Range: site.DeclRange}
	if p := checkModule(site.Name); p != nil && sitePattern.MatchString(site.Name) {
		d.report(badValue(s.labelRange, p, nil))
	}
	first := map[string]hcl.Range{}
	for _, x := range site.Domains {
		if at, ok := first[x.V]; ok && x.Bind == nil {
			d.report(domainTwice(x, at))
		}
		first[x.V] = x.Range
	}
}

func checkUpstream(d *decoder, s *scope) {
	u := s.owner.(*Upstream)
	first := map[string]hcl.Range{}
	backups := 0
	for _, x := range u.Servers {
		if at, ok := first[x.Name]; ok {
			d.report(declaredTwice("server", x.Name, x.DeclRange, at))
		}
		first[x.Name] = x.DeclRange
		if x.Backup.V {
			backups++
		}
		if x.Service.Set && x.URL.Bind == nil && !namesDomain(x.URL.V) {
			d.report(serviceOfNoDomain(x))
		}
	}
	if backups > 0 && backups == len(u.Servers) {
		d.report(onlyBackups(u))
	}
	checkBalance(d, u)
	if u.ProxyProtocol.V != "off" && u.HTTPVersion.V == "2" {
		d.report(errorAt(u.ProxyProtocol.Range, "One client for a shared connection", "A PROXY header says who the client of a connection is, and with http_version = \"2\" the requests of many share one. Take one of the two away.").and(u.HTTPVersion.Range, "http_version is here"))
	}
	if u.TLS != nil && len(u.Servers) > 0 && !slices.ContainsFunc(u.Servers, mayBeSecure) {
		d.report(tlsWithoutServer(u))
	}
}

// namesDomain reports whether a server's URL is that of a domain alone, without a port.
func namesDomain(text string) bool {
	_, host, ok := strings.Cut(text, "://")
	_, err := netip.ParseAddr(strings.Trim(host, "[]/"))
	return ok && err != nil && !strings.Contains(host, ":")
}

// mayBeSecure reports whether a server is spoken to over TLS, as far as is known here.
func mayBeSecure(s *Server) bool { return s.URL.Bind != nil || strings.HasPrefix(s.URL.V, "https:") }

// checkProxy looks at the listeners; locations are looked at when all is known.
func checkProxy(d *decoder, s *scope) {
	p := s.owner.(*Proxy)
	names, addresses := map[string]*Listen{}, map[string]*Listen{}
	var secure *Listen
	for _, l := range p.Listens {
		if l.TLS != nil {
			secure = l
		}
		if first := names[l.Name]; first != nil {
			d.report(declaredTwice("listen", l.Name, l.DeclRange, first.DeclRange))
		}
		names[l.Name] = l
		if first := addresses[l.Address.V]; first != nil && l.Address.Bind == nil && first.Address.Bind == nil && l.Address.V != "" {
			d.report(addressTwice(l, first))
		}
		addresses[l.Address.V] = l
	}
	d.checkErrorPages(p.ErrorPages)
	d.checkStatus(p)
	for _, l := range p.Listens {
		switch {
		case l.RedirectToHTTPS.V && l.TLS != nil:
			d.report(redirectOfTLS(l))
		case l.RedirectToHTTPS.V && secure == nil:
			d.report(redirectWithoutTLS(l))
		}
	}
}

// checkLocation reads the pattern and looks at what the location says.
func checkLocation(d *decoder, s *scope) {
	l := s.owner.(*Location)
	l.Path, l.Kind = l.Pattern, PrefixLocation
	if exact, ok := strings.CutPrefix(l.Pattern, "="); ok {
		l.Path, l.Kind = strings.TrimLeft(exact, " "), ExactLocation
	}
	if source, ok := locationPattern(l.Pattern); ok {
		l.Path, l.Kind = source, PatternLocation
	}
	if p := checkLocationPattern(l); p != nil {
		d.report(badValue(s.labelRange, p, nil))
		d.broken(l)
	}
	d.checkErrorPages(l.ErrorPages)
	d.checkLimits(l)
	var said []saying
	if l.Static != nil {
		said = append(said, saying{"static", l.Static.DeclRange})
	}
	if l.Files != nil {
		said = append(said, saying{"files", l.Files.DeclRange})
	}
	if l.Redirect != nil {
		said = append(said, saying{"redirect", l.Redirect.DeclRange})
	}
	if l.Status != nil {
		said = append(said, saying{"status", l.Status.DeclRange})
	}
	forwards := d.isWritten(l, "forward")
	if forwards {
		said = append(said, saying{"forward", d.attrRange(l, "forward", l.DeclRange)})
	}
	d.checkCache(l, forwards)
	d.checkTraffic(l)
	switch {
	case len(said) == 0:
		d.report(locationWithoutAnswer(l))
		d.broken(l)
	case len(said) > 1:
		d.report(locationWithTwoAnswers(l, said[1], said[0]))
	case !forwards:
		d.checkWithoutForward(l, said[0])
	}
	if l.Kind == PrefixLocation && !strings.HasSuffix(l.Path, "/") && !d.isWritten(l, "rewrite") && !d.brokenOnes[l] && (l.Static != nil || l.Files != nil || l.StripPrefix.V) {
		d.report(prefixWithoutSlash(l, s.labelRange))
	}
	if l.Kind == ExactLocation && l.Static != nil {
		d.report(exactStatic(l, l.Static.DeclRange))
	}
	if l.Kind == ExactLocation && l.StripPrefix.V {
		d.report(exactStrip(l, l.StripPrefix.Range))
	}
	if l.Kind == PatternLocation && l.Static != nil {
		d.report(errorAt(l.Static.DeclRange, "Folder behind a pattern", "Files of static have their names below a prefix, and the location %q is a pattern. Write a prefix, as in \"/static/\", or files.", l.Pattern))
	}
	if l.StripPrefix.V && (l.Kind == PatternLocation || d.isWritten(l, "rewrite")) {
		d.report(errorAt(l.StripPrefix.Range, "Prefix of a path that is rewritten", "A pattern has no prefix, and a rewritten path is forwarded as it is. Take strip_prefix away, and write what is forwarded into rewrite."))
	}
	if l.Redirect != nil && d.isWritten(l, "rewrite") {
		d.report(errorAt(l.Rewrite.Range, "No use for rewrite", "The location redirects, so the path goes to nobody. Write where it leads into the redirect.").and(l.Redirect.DeclRange, "redirect is here"))
	}
}

// checkLimits reports limits and checks that have no use where they stand.
func (d *decoder) checkLimits(l *Location) {
	if d.isWritten(l, "limit_rate_after") && !d.isWritten(l, "limit_rate") {
		d.report(errorAt(l.LimitRateAfter.Range, "Limit after which no limit comes", "Without limit_rate every answer is sent as fast as it goes. Write limit_rate, or take limit_rate_after away."))
	}
	if !l.Internal.V {
		return
	}
	if l.Kind == PatternLocation || d.isWritten(l, "when") {
		d.report(errorAt(l.Internal.Range, "Internal location that is no path", "An answer names a path below an internal location, so patterns and conditions have no say there. Write a prefix, and take when away."))
	}
	if l.Files == nil && l.Static == nil {
		d.report(errorAt(l.Internal.Range, "Internal location without files", "An answer leaves its body to files, and this location has none. Write files, or take internal away."))
	}
}

// checkWithoutForward reports what only forwarding has a use for.
func (d *decoder) checkWithoutForward(l *Location, kind saying) {
	for _, name := range []string{"strip_prefix", "request_buffering", "connect_timeout", "send_timeout", "read_timeout"} {
		if d.isWritten(l, name) {
			d.report(withoutForward(name, d.attrRange(l, name, l.DeclRange), kind))
		}
	}
	if l.RequestHeaders != nil {
		d.report(withoutForward("request_headers", l.RequestHeaders.DeclRange, kind))
	}
	if len(l.Splits) > 0 {
		d.report(withoutForward("split", l.Splits[0].DeclRange, kind))
	}
	if l.Mirror != nil {
		d.report(withoutForward("mirror", l.Mirror.DeclRange, kind))
	}
}

func checkLocationPattern(l *Location) *problem {
	switch {
	case l.Kind == PatternLocation:
		if _, err := regexp.Compile(l.Path); err != nil {
			return locationBadExpression(l.Pattern, err)
		}
		return nil
	case strings.HasPrefix(l.Pattern, "^"):
		return locationExpression(l.Pattern)
	case !strings.HasPrefix(l.Path, "/"):
		return locationWithoutSlash(l.Pattern)
	case strings.ContainsAny(l.Path, "<>"):
		return locationWithCapture(l.Pattern)
	}
	return checkLiteral(l.Pattern, l.Path)
}

// checkHeaders looks at names, which are keys, and at what happens to one name twice.
func checkHeaders(d *decoder, s *scope) {
	h := s.owner.(*Headers)
	set := map[string]hcl.Range{}
	for _, pairs := range []StringMap{h.Set, h.Add} {
		for _, p := range pairs {
			if bad := checkHeaderName(p.Key); bad != nil {
				d.report(badValue(p.Value.Range, bad, nil))
			} else if managedHeader(p.Key) {
				d.report(managedField(p.Key, p.Value.Range))
			}
		}
	}
	for _, p := range h.Set {
		set[strings.ToLower(p.Key)] = p.Value.Range
	}
	for _, name := range h.Remove {
		if at, ok := set[strings.ToLower(name.V)]; ok {
			d.report(setAndRemoved(name, at))
		}
	}
}

// managedHeader reports whether the wire format owns the field.
func managedHeader(name string) bool {
	switch strings.ToLower(name) {
	case "connection", "content-length", "transfer-encoding", "keep-alive", "te", "trailer", "upgrade":
		return true
	}
	return false
}

// checkListen reports what only the file of a unix socket can have.
func checkListen(d *decoder, s *scope) {
	l := s.owner.(*Listen)
	if l.HTTP3.V {
		checkHTTP3(d, l)
	}
	if strings.HasPrefix(l.Address.V, "unix:") || l.Address.Bind != nil || l.Address.V == "" {
		return
	}
	for _, a := range []struct {
		name  string
		value String
	}{{"mode", l.Mode}, {"owner", l.Owner}} {
		if a.value.Set {
			d.report(socketAttribute(a.name, l.Address.V, a.value.Range))
		}
	}
}
