package proxy

import (
	"bytes"
	"fmt"
	"strings"
)

// location is a compiled Location.
type location struct {
	pattern  string // as the site file writes it
	path     string // what is compared
	exact    bool
	handler  handler
	maxBody  int64
	response rules // of the proxy and the location
	request  rules
	host     string // the Host that request rules set, "" keeps the client's
}

// locations finds the location of a path. It is a tree of path segments: a
// look-up costs one map access a segment of the request, however many
// locations there are.
type locations struct {
	root node
}

// node is one path without a trailing slash; the root's is empty.
type node struct {
	children map[string]*node
	exact    *location // "= /a"
	exactDir *location // "= /a/"
	self     *location // "/a"
	dir      *location // "/a/"
}

// add puts a location in, and fails if another one has the same pattern.
func (t *locations) add(l *location) error {
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
	if *slot != nil {
		return fmt.Errorf("proxy: location %q is declared twice", l.pattern)
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
	// "forward", or "slash" for the redirect from "/old" to "/old/".
	Action string
	// Target is where it leads: the upstream's name, "app", or the folder;
	// empty for assets and redirects.
	Target string
	// Reason is one sentence for people.
	Reason string
}

// Explain says what would answer a request, without serving it. The path is in
// the form of gateway.Request.Path. Every location takes every method; the
// method decides only what the action then says (405 of files to a POST).
func (p *Proxy) Explain(method, path string) Explanation {
	if !strings.HasPrefix(path, "/") {
		return Explanation{Index: -1, Reason: "the path does not begin with a slash"}
	}
	l, slash := p.locations.find([]byte(path))
	if l == nil {
		return Explanation{Index: -1, Reason: fmt.Sprintf("no location matches %s: 404", path)}
	}
	e := Explanation{Pattern: l.pattern, Index: p.order[l]}
	e.Action, e.Target = describe(p.config.Locations[e.Index].Action)
	switch {
	case slash:
		e.Action, e.Target = "slash", ""
		e.Reason = fmt.Sprintf("%s is location %q without its slash: 301 to %s/", path, l.pattern, path)
	case l.exact:
		e.Reason = fmt.Sprintf("%s is exactly location %q", path, l.pattern)
	default:
		e.Reason = fmt.Sprintf("location %q is the longest that %s is in", l.pattern, path)
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
	case Forward:
		if a.App {
			return "forward", "app"
		}
		return "forward", a.Upstream
	}
	panic(fmt.Sprintf("stackgen: unreachable: action %T", a))
}
