package route

import (
	"bytes"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// The compiled form is a radix tree over the literal text of all patterns.
// Captures are edges of their own, one for each converter. A search goes down every edge that fits and
// remembers the lowest route number; a subtree whose lowest
// number is not lower is not entered. So the answer is the first route in file
// order, and the work depends on the path and on how many kinds of capture
// stand at one place, not on the number of routes.

// node is a place in the tree.
type node struct {
	id int
	// first is the lowest number of a route at or below this node.
	first int
	// route ends here; -1 when none does.
	route int
	// index holds the first bytes of the literal edges, in their order.
	index    string
	literals []literalEdge
	captures []captureEdge
}

type literalEdge struct {
	text string
	to   *node
}

type captureEdge struct {
	conv *Converter
	to   *node
}

func (t *Table) newNode() *node {
	n := &node{id: t.nodes, first: len(t.entries), route: -1}
	t.nodes++
	return n
}

// insert adds route i. Routes come in order, so the first to reach a node is
// the lowest.
func (t *Table) insert(i int) {
	n := t.rootOf(t.entries[i].host)
	if t.entries[i].expression != nil {
		return
	}
	n.first = min(n.first, i)
	for _, p := range t.entries[i].parts {
		if p.conv != nil {
			n = t.capture(n, p.conv)
			n.first = min(n.first, i)
			continue
		}
		// A percent sign in a path is always written "%25" (gateway.Request.Path).
		text := strings.ReplaceAll(p.literal, "%", "%25")
		for text != "" {
			n, text = t.descend(n, text)
			n.first = min(n.first, i)
		}
	}
	if n.route < 0 {
		n.route = i
	}
}

func (t *Table) capture(n *node, conv *Converter) *node {
	for _, e := range n.captures {
		if e.conv == conv {
			return e.to
		}
	}
	to := t.newNode()
	n.captures = append(n.captures, captureEdge{conv, to})
	return to
}

// descend follows or makes the edge for the beginning of text, splitting an
// edge where it has to, and returns what of text is left.
func (t *Table) descend(n *node, text string) (*node, string) {
	at := strings.IndexByte(n.index, text[0])
	if at < 0 {
		to := t.newNode()
		n.index += text[:1]
		n.literals = append(n.literals, literalEdge{text, to})
		return to, ""
	}
	edge := &n.literals[at]
	same := 0
	for same < len(text) && same < len(edge.text) && text[same] == edge.text[same] {
		same++
	}
	if same < len(edge.text) {
		mid := t.newNode()
		mid.first = edge.to.first
		mid.index = edge.text[same : same+1]
		mid.literals = []literalEdge{{edge.text[same:], edge.to}}
		*edge = literalEdge{edge.text[:same], mid}
	}
	return edge.to, text[same:]
}

type span struct{ start, end int }

// Match is the result of a search, and its working memory: keep it and no
// search allocates.
type Match struct {
	// Route is the number of the route, -1 when none matches.
	Route int
	spans [MaxCaptures]span

	path      []byte
	host      []byte // without port
	hostSpans [maxHostCaptures]span

	table   *Table
	work    [MaxCaptures]span
	escaped bool // the path holds a percent sign
	steps   int
	read    int // bytes that expressions of converters were given
	seen    map[[2]int]struct{}
	source  string // what an expression matched
}

// manySteps is when a search begins to remember where it has been: patterns
// with several path captures would else take polynomial time on paths made for that.
const manySteps = 2000

// Match finds the first route for every host that matches path, which is in the form of
// gateway.Request.Path: decoded, but for "%2F" and "%25". The path must stay
// unchanged while captures are read.
func (t *Table) Match(path []byte, m *Match) bool { return t.MatchHost(nil, path, m) }

// MatchHost is Match for a request to a host, as the Host field has it: among the routes for every host and those that are bound to it.
func (t *Table) MatchHost(host, path []byte, m *Match) bool {
	m.Route, m.path, m.table, m.steps, m.read = len(t.entries), path, t, 0, 0
	m.escaped = bytes.IndexByte(path, '%') >= 0
	if utf8.Valid(path) {
		m.search(t.root, 0, 0)
		if len(t.hosts) > 0 {
			m.host = bareHost(host)
			t.matchHosts(m)
		}
	}
	m.seen, m.source = nil, ""
	if len(t.expressions) > 0 && bytes.HasPrefix(path, []byte("/")) && utf8.Valid(path) {
		t.matchExpressions(m)
	}
	if m.Route == len(t.entries) {
		m.Route = -1
		return false
	}
	return true
}

// search looks below n at position pos for a route lower than the best so far.
// depth captures have been taken.
func (m *Match) search(n *node, pos, depth int) {
	for {
		if n.first >= m.Route || m.visited(n.id, pos) {
			return
		}
		if pos == len(m.path) {
			if n.route >= 0 && n.route < m.Route {
				m.Route, m.spans = n.route, m.work
			}
			return // neither text nor a capture can be empty
		}
		for i := range n.captures {
			m.take(&n.captures[i], pos, depth)
		}
		at := strings.IndexByte(n.index, m.path[pos])
		if at < 0 {
			return
		}
		edge := &n.literals[at]
		if len(m.path)-pos < len(edge.text) || string(m.path[pos:pos+len(edge.text)]) != edge.text {
			return
		}
		n, pos = edge.to, pos+len(edge.text)
	}
}

// visited reports whether the search was at this place before: it would find
// nothing new, as the first visit found all that is to be found below. place is a
// node's number, or that of the node behind a capture, made negative.
func (m *Match) visited(place, pos int) bool {
	if m.steps++; m.steps < manySteps {
		return false
	}
	if m.seen == nil {
		m.seen = make(map[[2]int]struct{})
	}
	key := [2]int{place, pos}
	if _, ok := m.seen[key]; ok {
		return true
	}
	m.seen[key] = struct{}{}
	return false
}

// take tries a capture at pos, the longest text first, as a regular
// expression would.
func (m *Match) take(e *captureEdge, pos, depth int) {
	if e.to.first >= m.Route {
		return
	}
	rest := m.path[pos:]
	longest := 0
	if e.conv.run != nil {
		longest = e.conv.run(rest)
		// An earlier start on the same run has tried every end that this one can.
		if !e.conv.whole && !e.conv.integer && e.conv.Accept == nil && m.visited(-1-e.to.id, pos+longest) {
			return
		}
	} else {
		longest = e.conv.reach.end(rest)
	}
	for n := longest; n > 0; n-- {
		end := pos + n
		if e.to.mayContinue(m.path, end) && !(m.escaped && splitsEscape(m.path, end)) && m.accepted(e.conv, rest[:n]) {
			m.work[depth] = span{pos, end}
			m.search(e.to, end, depth+1)
			if e.to.first >= m.Route {
				return
			}
		}
		if e.conv.whole {
			return
		}
	}
}

// mayContinue is a quick look at whether anything below n can stand at pos.
func (n *node) mayContinue(path []byte, pos int) bool {
	if pos == len(path) {
		return n.route >= 0
	}
	return len(n.captures) > 0 || strings.IndexByte(n.index, path[pos]) >= 0
}

// splitsEscape reports whether pos is inside "%25" or "%2F".
func splitsEscape(path []byte, pos int) bool {
	return path[pos-1] == '%' || pos >= 2 && path[pos-2] == '%'
}

func (m *Match) accepted(c *Converter, text []byte) bool {
	if c.Regex != nil {
		if m.escaped {
			text = decoded(text)
		}
		if m.read += len(text); m.read > manyBytes || !c.Regex.Match(text) {
			return false
		}
	}
	if c.integer && len(text) > 18 {
		if _, err := strconv.ParseInt(string(text), 10, 64); err != nil {
			return false
		}
	}
	return c.Accept == nil || c.Accept(string(text))
}

// Entry is the route that matched.
func (m *Match) Entry() *Entry { return &m.table.entries[m.Route] }

// Capture returns what the route captured under a name, as a new string.
func (m *Match) Capture(name string) (string, bool) {
	if m.Route < 0 {
		return "", false
	}
	e := &m.table.entries[m.Route]
	for i, have := range e.Captures {
		if have == name {
			n := e.hostCaptures()
			return m.text(i), i < n || m.spans[i-n].start >= 0
		}
	}
	return "", false
}

// Value returns what the route captured under a name as its converter makes it: an int64 for int, what
// NewConverter's toValue returns for a converter of the site's own, and else a string.
func (m *Match) Value(name string) (any, bool) {
	text, found := m.Capture(name)
	if !found {
		return nil, false
	}
	e := m.Entry()
	switch c := e.converter(slices.Index(e.Captures, name)); {
	case c == nil:
	case c.value != nil:
		v, err := c.value(text)
		return v, err == nil
	case c.integer:
		n, err := strconv.ParseInt(text, 10, 64)
		return n, err == nil
	}
	return text, true
}

// Int returns an int capture as a number, without making a string.
func (m *Match) Int(name string) (int64, bool) {
	if m.Route < 0 {
		return 0, false
	}
	e := &m.table.entries[m.Route]
	for i, have := range e.Captures {
		if have == name {
			if e.expression != nil || e.host != nil {
				n, err := strconv.ParseInt(m.text(i), 10, 64)
				return n, err == nil
			}
			n, err := strconv.ParseInt(string(m.path[m.spans[i].start:m.spans[i].end]), 10, 64)
			return n, err == nil
		}
	}
	return 0, false
}

// encodings are what of a path is still encoded.
var encodings = strings.NewReplacer("%2F", "/", "%2f", "/", "%25", "%")

// text is capture i, decoded.
func (m *Match) text(i int) string {
	n := m.Entry().hostCaptures()
	if i < n {
		return strings.ToLower(string(m.host[m.hostSpans[i].start:m.hostSpans[i].end]))
	}
	i -= n
	if m.table.entries[m.Route].expression != nil {
		if m.spans[i].start < 0 {
			return ""
		}
		return m.source[m.spans[i].start:m.spans[i].end]
	}
	raw := m.path[m.spans[i].start:m.spans[i].end]
	if !m.escaped {
		return string(raw)
	}
	s := string(raw)
	if m.table.entries[m.Route].convs[i].crosses {
		return encodings.Replace(s)
	}
	return strings.ReplaceAll(s, "%25", "%")
}
