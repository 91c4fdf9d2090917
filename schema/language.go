package schema

import (
	"regexp/syntax"
	"slices"
	"strings"
)

// language is a set of paths, those that a pattern matches, as a
// nondeterministic automaton over bytes. State 0 is where it begins.
type language struct {
	steps [][]pathStep // by state
	// ends are the states in which a path may end.
	ends []int
	// prefix is the literal text before the first capture, whole that there is no capture.
	prefix string
	whole  bool
}

// pathStep leads to a state on a byte of class.
type pathStep struct {
	class byteClass
	to    int
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

// newLanguage is the set of paths of a pattern. What a converter of the site's own takes is not known
// exactly, as to_value may refuse what the expression matches: the set holds at least those paths that
// certainly match, and with widely at most those that may.
func newLanguage(segments []Segment, widely bool) *language {
	l := &language{whole: true, steps: make([][]pathStep, 1), ends: []int{0}}
	for _, s := range segments {
		switch {
		case s.Name == "":
			if l.whole {
				l.prefix += s.Literal
			}
			for i := range len(s.Literal) {
				l.add(one(s.Literal[i]), false)
			}
			continue
		case s.Own != nil:
			l.addOwn(s.Own, widely)
		case s.Converter == "uuid":
			l.addUUID()
		default:
			l.add(classOf(s.Converter), true)
		}
		l.whole = false
	}
	return l
}

// state makes a state.
func (l *language) state() int {
	l.steps = append(l.steps, nil)
	return len(l.steps) - 1
}

// add goes on by a byte of class, or with loop by any number of them.
func (l *language) add(class byteClass, loop bool) {
	to := l.state()
	for _, from := range l.ends {
		l.steps[from] = append(l.steps[from], pathStep{class, to})
	}
	if loop {
		l.steps[to] = append(l.steps[to], pathStep{class, to})
	}
	l.ends = []int{to}
}

func (l *language) addUUID() {
	var hex byteClass
	hex.addRange('0', '9')
	hex.addRange('a', 'f')
	for i, n := range []int{8, 4, 4, 4, 12} {
		if i > 0 {
			l.add(one('-'), false)
		}
		for range n {
			l.add(hex, false)
		}
	}
}

// maxInstructions bounds the expressions that are looked into.
const maxInstructions = 300

// addOwn goes on by what a converter's expression matches.
func (l *language) addOwn(c *Converter, widely bool) {
	prog, begin := programOf(c.Regex.V)
	if prog == nil || len(prog) > maxInstructions {
		if widely {
			l.add(classOf("path"), true)
		} else {
			l.ends = nil
		}
		return
	}
	if !widely && c.ToValue.Set() {
		l.ends = nil // it may refuse everything
		return
	}
	states := make([]int, len(prog))
	for i, in := range prog {
		if isRune(in) {
			states[i] = l.state()
		}
	}
	lead := func(from int, list []int) {
		for _, i := range list {
			l.steps[from] = append(l.steps[from], pathStep{bytesOf(prog[i], widely), states[i]})
		}
	}
	start, _ := runesFrom(prog, begin, widely)
	for _, from := range l.ends {
		lead(from, start)
	}
	l.ends = nil
	for i, in := range prog {
		if !isRune(in) {
			continue
		}
		next, ends := runesFrom(prog, int(in.Out), widely)
		lead(states[i], next)
		if ends {
			l.ends = append(l.ends, states[i])
		}
		if class := bytesOf(in, widely); class.has(0x80) {
			l.steps[states[i]] = append(l.steps[states[i]], pathStep{highBytes(), states[i]}) // the other bytes of the character
		}
	}
}

// programOf is an expression compiled, and where it begins; nil for one that does not compile.
func programOf(expression string) ([]syntax.Inst, int) {
	re, err := syntax.Parse(expression, syntax.Perl)
	if err != nil {
		return nil, 0
	}
	prog, err := syntax.Compile(re.Simplify())
	if err != nil {
		return nil, 0
	}
	return prog.Inst, prog.Start
}

func isRune(in syntax.Inst) bool {
	switch in.Op {
	case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
		return true
	}
	return false
}

// runesFrom lists the instructions for a character that come next after at, and says whether
// the expression may end there. Conditions such as \b hold widely, and else not at all.
func runesFrom(prog []syntax.Inst, at int, widely bool) (runes []int, ends bool) {
	seen := make([]bool, len(prog))
	todo := []int{at}
	for len(todo) > 0 {
		i := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		if seen[i] {
			continue
		}
		seen[i] = true
		switch in := prog[i]; in.Op {
		case syntax.InstAlt, syntax.InstAltMatch:
			todo = append(todo, int(in.Out), int(in.Arg))
		case syntax.InstCapture, syntax.InstNop:
			todo = append(todo, int(in.Out))
		case syntax.InstEmptyWidth:
			if widely {
				todo = append(todo, int(in.Out))
			}
		case syntax.InstMatch:
			ends = true
		case syntax.InstFail:
		default:
			runes = append(runes, i)
		}
	}
	return runes, ends
}

// bytesOf is what the first byte of an instruction's character may be. Characters beyond ASCII are
// taken together: all of them widely where there is one, and else none.
func bytesOf(in syntax.Inst, widely bool) byteClass {
	var c byteClass
	for b := range rune(0x80) {
		if in.MatchRune(b) {
			c.add(byte(b))
		}
	}
	if !widely {
		return c
	}
	beyond := in.Op == syntax.InstRuneAny || in.Op == syntax.InstRuneAnyNotNL || len(in.Rune) > 0 && slices.Max(in.Rune) >= 0x80 ||
		syntax.Flags(in.Arg)&syntax.FoldCase != 0 // "k" is also the Kelvin sign
	if beyond {
		high := highBytes()
		for i := range c {
			c[i] |= high[i]
		}
	}
	return c
}

func highBytes() byteClass {
	var c byteClass
	c.addRange(0x80, 0xff)
	return c
}

// covers reports whether every path of b is certainly one of a's.
func covers(a, b []Segment) bool {
	// What both begin with is the same, whatever its converters take.
	for len(a) > 0 && len(b) > 0 && a[0].matchesAs(b[0]) {
		a, b = a[1:], b[1:]
	}
	return newLanguage(a, false).contains(newLanguage(b, true))
}

// hasOwn reports whether a pattern captures by a converter of the site's own.
func hasOwn(segments []Segment) bool {
	return slices.ContainsFunc(segments, func(s Segment) bool { return s.Own != nil })
}

// matchesAs reports whether two pieces of patterns are the same but for the capture's name.
func (s Segment) matchesAs(t Segment) bool {
	return s.Literal == t.Literal && s.Converter == t.Converter && s.Own == t.Own
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
	start := make([]bool, len(l.steps))
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
		if slices.Contains(m.ends, p.at) && !slices.ContainsFunc(l.ends, func(end int) bool { return set[end] }) {
			return false
		}
		for _, b := range classes {
			targets := m.next(p.at, b)
			if len(targets) == 0 {
				continue
			}
			next := packed(l.step(set, b))
			for _, at := range targets {
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
	for _, s := range l.steps[at] {
		if s.class.has(b) {
			out = append(out, s.to)
		}
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
	known := map[byteClass]bool{}
	for _, steps := range slices.Concat(l.steps, m.steps) {
		for _, s := range steps {
			if !known[s.class] {
				known[s.class] = true
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
