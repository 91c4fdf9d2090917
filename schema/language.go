package schema

import "strings"

// language is the set of paths that a pattern matches, as a nondeterministic
// automaton whose states are numbered from 0; the last one accepts. Each state
// has at most one step onwards and may loop, which is all that patterns need.
type language struct {
	steps []pathStep
	// prefix is the literal text before the first capture, whole that there is no capture.
	prefix string
	whole  bool
}

// pathStep leads from state i to i+1 on a byte of class; with loop the same
// bytes also stay in state i+1.
type pathStep struct {
	class byteClass
	loop  bool
}

// byteClass is a set of bytes.
type byteClass [4]uint64

func (c *byteClass) add(b byte)      { c[b>>6] |= 1 << (b & 63) }
func (c *byteClass) has(b byte) bool { return c[b>>6]&(1<<(b&63)) != 0 }
func (c *byteClass) addRange(from, to byte) {
	for b := int(from); b <= int(to); b++ {
		c.add(byte(b))
	}
}
func one(b byte) byteClass { var c byteClass; c.add(b); return c }

// classOf is what one byte of a capture may be.
func classOf(converter string) byteClass {
	var c byteClass
	switch converter {
	case "int":
		c.addRange('0', '9')
	case "slug":
		c.addRange('0', '9')
		c.addRange('a', 'z')
		c.addRange('A', 'Z')
		c.add('-')
		c.add('_')
	case "path":
		c.addRange(0, 255)
	default:
		c.addRange(0, 255)
		c['/'>>6] &^= 1 << ('/' & 63)
	}
	return c
}

func newLanguage(segments []Segment) *language {
	l := &language{whole: true}
	for _, s := range segments {
		switch {
		case s.Name == "":
			if l.whole {
				l.prefix += s.Literal
			}
			for i := range len(s.Literal) {
				l.steps = append(l.steps, pathStep{class: one(s.Literal[i])})
			}
			continue
		case s.Converter == "uuid":
			l.addUUID()
		default:
			l.steps = append(l.steps, pathStep{class: classOf(s.Converter), loop: true})
		}
		l.whole = false
	}
	return l
}

func (l *language) addUUID() {
	var hex byteClass
	hex.addRange('0', '9')
	hex.addRange('a', 'f')
	for i, n := range []int{8, 4, 4, 4, 12} {
		if i > 0 {
			l.steps = append(l.steps, pathStep{class: one('-')})
		}
		for range n {
			l.steps = append(l.steps, pathStep{class: hex})
		}
	}
}

// mayContain is a quick no for most pairs.
func (l *language) mayContain(m *language) bool {
	if l.whole {
		return m.whole && l.prefix == m.prefix
	}
	return strings.HasPrefix(m.prefix, l.prefix)
}

// maxPairs bounds the work on patterns that are made to be hard; routes are
// then taken not to be in each other's way.
const maxPairs = 10_000

// contains reports whether every path of m is one of l. It walks m's states
// together with the sets of states that l can be in after the same bytes.
func (l *language) contains(m *language) bool {
	type pair struct {
		at  int
		set string
	}
	classes := l.distinguished(m)
	start := make([]bool, len(l.steps)+1)
	start[0] = true
	todo := []pair{{0, packed(start)}}
	seen := map[pair]bool{todo[0]: true}
	for len(todo) > 0 {
		if len(seen) > maxPairs {
			return false
		}
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		set := unpacked(p.set)
		if p.at == len(m.steps) && !set[len(l.steps)] {
			return false
		}
		for _, b := range classes {
			next := packed(l.step(set, b))
			for _, at := range m.next(p.at, b) {
				q := pair{at, next}
				if !seen[q] {
					seen[q] = true
					todo = append(todo, q)
				}
			}
		}
	}
	return true
}

// next lists where one state leads on a byte.
func (l *language) next(at int, b byte) []int {
	var out []int
	if at < len(l.steps) && l.steps[at].class.has(b) {
		out = append(out, at+1)
	}
	if at > 0 && l.steps[at-1].loop && l.steps[at-1].class.has(b) {
		out = append(out, at)
	}
	return out
}

// step is next for a set of states.
func (l *language) step(set []bool, b byte) []bool {
	out := make([]bool, len(set))
	for at, in := range set {
		if !in {
			continue
		}
		for _, to := range l.next(at, b) {
			out[to] = true
		}
	}
	return out
}

// distinguished picks one byte for every way in which the two patterns can
// tell bytes apart.
func (l *language) distinguished(m *language) []byte {
	var classes []byteClass
	for _, p := range [][]pathStep{l.steps, m.steps} {
		for _, s := range p {
			known := false
			for _, c := range classes {
				known = known || c == s.class
			}
			if !known {
				classes = append(classes, s.class)
			}
		}
	}
	var out []byte
	seen := map[string]bool{}
	for b := range 256 {
		signature := make([]bool, len(classes))
		for i := range classes {
			signature[i] = classes[i].has(byte(b))
		}
		if k := packed(signature); !seen[k] {
			seen[k] = true
			out = append(out, byte(b))
		}
	}
	return out
}

func packed(set []bool) string {
	b := make([]byte, len(set))
	for i, in := range set {
		if in {
			b[i] = 1
		}
	}
	return string(b)
}

func unpacked(s string) []bool {
	set := make([]bool, len(s))
	for i := range len(s) {
		set[i] = s[i] == 1
	}
	return set
}
