package schema

import (
	"fmt"
	"strings"
)

// hostAttr binds routes to hosts.
func hostAttr(what string) *attr {
	return &attr{Name: "host", Type: stringType(), Check: checkHostForm, Ancestor: "Rails constraints(host:), Werkzeug host=, django-hosts",
		Doc: "The host that " + what + " bound to, one of the site's domains: on others there is no such page; \"*.example.com\" is every name below, and \"<team>.example.com\" captures a label."}
}

// checkHostForm checks a host pattern but for its converters.
func checkHostForm(v any) *problem {
	text := v.(string)
	plain, captures := text, 0
	for {
		open := strings.IndexByte(plain, '<')
		end := strings.IndexByte(plain, '>')
		if open < 0 || end < open {
			break
		}
		whole := (open == 0 || plain[open-1] == '.') && end+1 < len(plain) && plain[end+1] == '.'
		if captures++; !whole || captures > 4 {
			return &problem{"Capture that is no label", fmt.Sprintf("A capture of a host is one whole label, four at most, and what follows is text. Write it as in \"<team>.example.com\", and not %q.", text)}
		}
		plain = plain[:open] + "x" + plain[end+1:]
	}
	if !domainPattern.MatchString(plain) || plain == "*" {
		return &problem{"Host that is none", fmt.Sprintf("%q is no name of a host. Write it in small letters, without scheme and port, as in \"api.example.com\" or \"*.example.com\".", text)}
	}
	return nil
}

// parseHost splits a host pattern: "<team>.example.com" is a capture and text.
func parseHost(text string, own []*Converter) ([]Segment, *problem) {
	var out []Segment
	for rest := text; rest != ""; {
		open := strings.IndexByte(rest, '<')
		if open < 0 {
			return append(out, Segment{Literal: rest}), repeatedCapture(text, out)
		}
		if open > 0 {
			out = append(out, Segment{Literal: rest[:open]})
		}
		end := strings.IndexByte(rest, '>')
		capture, p := parseCapture(text, rest[open+1:end], own)
		if p == nil && capture.Converter == "path" {
			p = &problem{"Converter that takes slashes", fmt.Sprintf("A label of a host holds no slash. Write <%s>.", capture.Name)}
		}
		if p != nil {
			return nil, p
		}
		out = append(out, capture)
		rest = rest[end+1:]
	}
	return out, nil
}

// bindHost gives a route the host that it is bound to: its own, or that of the group around it.
func (d *decoder) bindHost(r *Route, group String) {
	host := r.Host
	if host.V == "" {
		host = group
	} else if group.V != "" {
		d.report(errorAt(host.Range, "Host within a host", "The group around is bound to %s already. Write the host in one of the two.", group.V).and(group.Range, "the group's host is here"))
	}
	if host.V == "" || checkHostForm(host.V) != nil {
		return
	}
	segments, p := parseHost(host.V, d.site.Converters)
	if p == nil {
		p = repeatedCapture(host.V+r.Full, append(segments[:len(segments):len(segments)], r.Segments...))
	}
	if p != nil {
		d.report(badValue(host.Range, p, nil))
		d.broken(r)
		return
	}
	r.BoundTo, r.HostSegments = host, segments
}

// Address is the pattern of the path, behind that of the host where the route is bound to one.
func (r *Route) Address() string { return r.BoundTo.V + r.Full }

// checkRouteHosts reports routes of hosts that the site does not answer to.
func (d *decoder) checkRouteHosts() {
	for _, x := range d.site.Domains {
		if x.Bind != nil {
			return // the environment's to say
		}
	}
	told := map[string]bool{}
	for _, r := range d.site.AllRoutes() {
		host := r.BoundTo
		if host.V == "" || d.brokenOnes[r] {
			continue
		}
		if len(r.HostSegments) > 1 && r.View.Target != nil && r.View.Target.Resource != nil {
			d.report(errorAt(r.DeclRange, "Resource of many hosts", "Clients of the resource %s are made for one host, and %s captures. Bind the route to one host.", r.View.Name, host.V))
		}
		if told[host.V] || d.answersTo(host.V) {
			continue
		}
		told[host.V] = true
		wanted := host.V[strings.LastIndexByte(host.V, '>')+1:]
		if wanted != host.V {
			wanted = "*" + wanted
		}
		x := errorAt(host.Range, "Host that the site does not answer to", "Requests to %s are refused, so nothing reaches the route %q. Write %q among the domains of the site.", host.V, r.Full, wanted)
		if len(d.site.Domains) > 0 {
			x = x.and(d.attrRange(d.site, "domains", d.site.DeclRange), "the domains are here")
		} else {
			x = x.and(d.site.DeclRange, "the site has no domains, and answers to localhost and names below it")
		}
		d.report(x)
	}
}

// answersTo reports whether the site answers to every host of a pattern.
func (d *decoder) answersTo(host string) bool {
	if hostCovers("*.localhost", host) || host == "localhost" {
		return true // which means this machine
	}
	for _, x := range d.site.Domains {
		if x.V == "*" || hostCovers(x.V, host) {
			return true
		}
	}
	return false
}

// hostCovers reports whether every host of b is one of a's; "" is every host.
func hostCovers(a, b string, own ...*Converter) bool {
	if a == "" || b == "" {
		return a == ""
	}
	rest, any := strings.CutPrefix(a, "*.")
	low, below := strings.CutPrefix(b, "*.")
	as, bs := strings.Split(rest, "."), strings.Split(low, ".")
	if below && !any || len(bs) < len(as) || !any && len(bs) > len(as) || any && !below && len(bs) == len(as) {
		return false
	}
	bs = bs[len(bs)-len(as):]
	for i := range as {
		if as[i] == bs[i] {
			continue
		}
		x, p := parseHost(as[i], own)
		y, q := parseHost(bs[i], own)
		if p != nil || q != nil || !covers(x, y) {
			return false
		}
	}
	return true
}
