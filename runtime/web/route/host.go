package route

import (
	"fmt"
	"strings"

	"stackgen.dev/runtime/gateway"
)

// A route may hold for some hosts only. The routes of each host pattern have a
// tree of their own beside that of the routes for every host, and a search looks into those
// whose pattern the host matches; a site without any pays nothing.

// maxHostCaptures is how many captures one host may have.
const maxHostCaptures = 4

// host is a compiled host pattern: its labels from the left. "*" as the first stands for any number of labels.
type host struct {
	pattern string
	labels  []part
	any     bool // "*." before the labels
	// captured are the labels that capture, from the left.
	captured []part
}

// hostRoutes are the routes of one host pattern.
type hostRoutes struct {
	host *host
	root *node
}

// parseHost reads "api.example.com", "*.example.com" or "<team>.example.com": a capture is a whole label.
func parseHost(pattern string, converters map[string]*Converter) (*host, error) {
	h := &host{pattern: pattern}
	text := strings.ToLower(pattern)
	if strings.Contains(text, "<") {
		text = pattern // names of captures stay as they are
	}
	if rest, any := strings.CutPrefix(text, "*."); any {
		h.any, text = true, rest
	}
	for _, label := range strings.Split(text, ".") {
		if !strings.HasPrefix(label, "<") {
			if label == "" || strings.ContainsAny(label, "<>*/:") {
				return nil, fmt.Errorf("host %q: %q is no label", pattern, label)
			}
			h.labels = append(h.labels, part{literal: strings.ToLower(label)})
			continue
		}
		parts, err := parse(label, converters)
		if err != nil {
			return nil, fmt.Errorf("host %q: %w", pattern, err)
		}
		if len(parts) != 1 || len(h.captured) == maxHostCaptures {
			return nil, fmt.Errorf("host %q: a capture is a whole label, and there are %d at most", pattern, maxHostCaptures)
		}
		h.labels, h.captured = append(h.labels, parts[0]), append(h.captured, parts[0])
	}
	return h, nil
}

// bareHost is a Host field without port and final dot.
func bareHost(field []byte) []byte {
	if len(field) > 0 && field[0] == '[' {
		return field // an IPv6 address has no labels
	}
	for i := len(field) - 1; i >= 0; i-- {
		if field[i] == ':' {
			field = field[:i]
			break
		}
	}
	if n := len(field); n > 1 && field[n-1] == '.' {
		field = field[:n-1]
	}
	return field
}

// match reports whether a bare host is one of the pattern's. Captures go to spans, in bytes of the host.
func (h *host) match(name []byte, spans *[maxHostCaptures]span) bool {
	end := len(name)
	capture := len(h.captured)
	for i := len(h.labels) - 1; i >= 0; i-- {
		if end < 0 {
			return false
		}
		start := end
		for start > 0 && name[start-1] != '.' {
			start--
		}
		label := name[start:end]
		if c := h.labels[i].conv; c == nil {
			if !gateway.EqualFold(label, h.labels[i].literal) {
				return false
			}
		} else if !c.accepts(strings.ToLower(string(label))) {
			return false
		} else {
			capture--
			spans[capture] = span{start, end}
		}
		end = start - 1 // the dot before
	}
	if h.any {
		return end > 0
	}
	return end < 0
}

// matchHosts looks among the routes of the hosts that the request's is one of for one that matches before
// the best so far.
func (t *Table) matchHosts(m *Match) {
	var spans [maxHostCaptures]span
	for i := range t.hosts {
		r := &t.hosts[i]
		if r.root.first >= m.Route || !r.host.match(m.host, &spans) {
			continue
		}
		before := m.Route
		if m.search(r.root, 0, 0); m.Route != before {
			m.hostSpans = spans
		}
	}
}

// hostOf makes the host of a route, one for each pattern; nil for every host.
func (t *Table) hostOf(pattern string, converters map[string]*Converter) (*host, error) {
	if pattern == "" {
		return nil, nil
	}
	for _, r := range t.hosts {
		if r.host.pattern == pattern {
			return r.host, nil
		}
	}
	h, err := parseHost(pattern, converters)
	if err == nil {
		t.hosts = append(t.hosts, hostRoutes{host: h})
	}
	return h, err
}

// rootOf is the tree of the routes of a host, nil for every host.
func (t *Table) rootOf(h *host) *node {
	for i := range t.hosts {
		if r := &t.hosts[i]; r.host == h {
			if r.root == nil {
				r.root = t.newNode()
			}
			return r.root
		}
	}
	return t.root
}

// build writes "//" and the host of a route, with values for its captures; "" for a route of every host, and
// for one of all hosts below a name: it is on the host that the client is on.
func (h *host) build(value func(i int, p part) any) (string, bool) {
	if h == nil || h.any {
		return "", true
	}
	var b strings.Builder
	b.WriteString("//")
	next := 0
	for i, l := range h.labels {
		if i > 0 {
			b.WriteByte('.')
		}
		if l.conv == nil {
			b.WriteString(l.literal)
			continue
		}
		text, err := l.conv.format(value(next, l))
		next++
		if err != nil || !l.conv.accepts(text) || !Label(text) {
			return "", false
		}
		b.WriteString(text)
	}
	return b.String(), true
}

// Label reports whether text can be a label of a host: letters, digits, hyphens and underscores, at most 63 of them.
func Label(text string) bool {
	if text == "" || len(text) > 63 || text[0] == '-' || text[len(text)-1] == '-' {
		return false
	}
	for i := range len(text) {
		if !word[text[i]] {
			return false
		}
	}
	return true
}

// HostLabel is a value as a label of a host, for generated code; one that can be none becomes a label that
// no host has, so that a value cannot lead to a host beyond the site.
func HostLabel(text string) string {
	if Label(text) {
		return text
	}
	return "-"
}
