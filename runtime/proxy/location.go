package proxy

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"stackgen.dev/runtime/gateway"
)

// location is a compiled Location.
type location struct {
	pattern string // as the site file writes it
	path    string // what is compared
	exact   bool
	handler handler // the layers, or the action where there are none
	action  handler // behind the layers
	layers  []LayerHandler
	regex   *regexp.Regexp  // of a pattern, nil for paths
	when    *test           // nil where it always answers
	next    *location       // the next of the same path
	hints   *gateway.Header // sent before the answer, nil for nothing
	rewrite *Text           // what the path becomes, nil where it stays
	pages   errorPages
	// intercept says that errors of whoever answers get the site's pages.
	intercept bool
	maxBody   int64
	response  rules // of the proxy and the location
	request   rules
	figures   *locationFigures // nil where nobody wants them
	host      string           // the Host that request rules set, "" keeps the client's
	hostText  *Text            // makes it from the request; nil for host
	// madeResponse and madeRequest say that values of rules are made from the request.
	madeResponse, madeRequest bool
}

// locations finds the location of a path. It is a tree of path segments: a
// look-up costs one map access a segment of the request, however many
// locations there are.
type locations struct {
	root     node
	patterns []*location // in file order
	// elaborate says that more than the path decides: Proxy.choose does then.
	elaborate bool
}

// node is one path without a trailing slash; the root's is empty.
type node struct {
	children map[string]*node
	exact    *location // "= /a"
	exactDir *location // "= /a/"
	self     *location // "/a"
	dir      *location // "/a/"
}

func (t *locations) empty() bool {
	return t.root.children == nil && t.root.dir == nil && t.root.self == nil
}

// add puts a location in, and fails if another one has the same pattern and no
// condition tells the two apart.
func (t *locations) add(l *location) error {
	t.elaborate = t.elaborate || l.when != nil || l.regex != nil
	if l.regex != nil {
		t.patterns = append(t.patterns, l)
		return nil
	}
	at, dir := &t.root, strings.HasSuffix(l.path, "/")
	path := strings.TrimSuffix(l.path, "/")
	for path != "" {
		segment := path[1:]
		if slash := strings.IndexByte(segment, '/'); slash >= 0 {
			segment = segment[:slash]
		}
		path = path[1+len(segment):]
		child := at.children[segment]
		if child == nil {
			child = new(node)
			if at.children == nil {
				at.children = map[string]*node{}
			}
			at.children[segment] = child
		}
		at = child
	}
	slot := &at.self
	switch {
	case l.exact && dir:
		slot = &at.exactDir
	case l.exact:
		slot = &at.exact
	case dir:
		slot = &at.dir
	}
	for *slot != nil {
		if (*slot).when == nil {
			return fmt.Errorf("proxy: location %q is declared twice", l.pattern)
		}
		slot = &(*slot).next
	}
	*slot = l
	return nil
}

// find returns the location of a path. Slash is set when what matches is the
// path with a slash added: "/old" where "/old/" is the location.
func (t *locations) find(path []byte) (l *location, slash bool) {
	at := &t.root
	for {
		// path begins with the slash that follows at.
		if at.self != nil {
			l = at.self
		}
		if at.dir != nil {
			l = at.dir
		}
		if len(path) == 1 && at.exactDir != nil {
			return at.exactDir, false
		}
		segment := path[1:]
		end := bytes.IndexByte(segment, '/')
		last := end < 0
		if !last {
			segment = segment[:end]
		}
		child := at.children[string(segment)]
		switch {
		case child == nil:
			return l, false
		case !last:
			at, path = child, path[1+len(segment):]
			continue
		case child.exact != nil:
			return child.exact, false
		case child.self != nil:
			return child.self, false
		case child.dir != nil:
			return child.dir, true
		}
		return l, false
	}
}

// parsePattern splits a location's label into its kind and path.
func parsePattern(pattern string) (path string, exact bool, err error) {
	path, exact = strings.CutPrefix(pattern, "=")
	if exact {
		path = strings.TrimLeft(path, " ")
	}
	if !strings.HasPrefix(path, "/") {
		return "", false, fmt.Errorf("proxy: location %q: the path does not begin with a slash", pattern)
	}
	return path, exact, nil
}

// Explanation says which location answers a path, and why.
type Explanation struct {
	// Pattern is the location's label in the site file, "" when none matches.
	Pattern string
	// Index is the location's place in Config.Locations, -1 when none matches.
	Index int
	// Action is what the location does: "static", "files", "redirect",
	// "forward", "status", or "slash" for the redirect from "/old" to "/old/".
	Action string
	// Target is where it leads: the upstream's name, "app", or the folder;
	// empty for assets and redirects.
	Target string
	// Reason is one sentence for people.
	Reason string
	// Skipped are the places of locations whose path matched and whose condition did not hold.
	Skipped []int
	// Rewritten is what the path becomes, "" where it stays.
	Rewritten string
}

// Explain says what would answer a request, without serving it. The path is in
// the form of gateway.Request.Path. Every location takes every method; the
// method decides only what the action then says (405 of files to a POST).
func (p *Proxy) Explain(method, path string) Explanation {
	x := new(gateway.Exchange)
	x.Request.Method, x.Request.Path = method, []byte(path)
	return p.ExplainRequest(x)
}

// ExplainRequest is Explain with all that conditions may look at.
func (p *Proxy) ExplainRequest(x *gateway.Exchange) Explanation {
	method, path := x.Request.Method, string(x.Request.Path)
	if !strings.HasPrefix(path, "/") {
		return Explanation{Index: -1, Reason: "the path does not begin with a slash"}
	}
	var v visit
	e := Explanation{Index: -1}
	l, slash := p.choose(x, &v, func(l *location) { e.Skipped = append(e.Skipped, p.order[l]) })
	if l == nil {
		e.Reason = fmt.Sprintf("no location matches %s: 404", path)
		return e
	}
	v.location = l
	e.Pattern, e.Index = l.pattern, p.order[l]
	e.Action, e.Target = describe(p.config.Locations[e.Index].Action)
	switch {
	case slash:
		e.Action, e.Target = "slash", ""
		e.Reason = fmt.Sprintf("%s is location %q without its slash: 301 to %s/", path, l.pattern, path)
	case l.exact:
		e.Reason = fmt.Sprintf("%s is exactly location %q", path, l.pattern)
	case l.regex != nil:
		e.Reason = fmt.Sprintf("the pattern of location %q is the first that %s matches", l.pattern, path)
	default:
		e.Reason = fmt.Sprintf("location %q is the longest that %s is in", l.pattern, path)
	}
	if l.when != nil {
		e.Reason += ", and its condition holds"
	}
	if l.rewrite != nil && !slash {
		e.Rewritten = string(l.rewrite.appendAddress(nil, x, &v))
	}
	if (e.Action == "static" || e.Action == "files") && method != "" && method != "GET" && method != "HEAD" {
		e.Reason += fmt.Sprintf("; it answers GET and HEAD, so %s gets 405", method)
	}
	return e
}

func describe(a Action) (action, target string) {
	switch a := a.(type) {
	case Static:
		return "static", ""
	case Files:
		return "files", a.Root
	case Redirect:
		return "redirect", ""
	case Endpoint:
		return "status", ""
	case Forward:
		if a.App {
			return "forward", "app"
		}
		return "forward", a.Upstream
	}
	panic(fmt.Sprintf("stackgen: unreachable: action %T", a))
}
