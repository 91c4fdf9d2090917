package route

import (
	"bytes"
	"regexp"
	"regexp/syntax"
	"unicode/utf8"
)

// How far a capture of a site's own converter may reach is read off its expression, so
// that a path is not searched for captures that cannot be.

// manyBytes bounds the text that one search gives to expressions of converters:
// with several of them, those that take slashes, a path can be made that asks for much more. Beyond it
// nothing matches; paths that people write ask for some hundred bytes.
const manyBytes = 1 << 20

// reach is how far a capture may go.
type reach struct {
	// slash says that a capture may hold a slash.
	slash bool
	// longest is its length in bytes, -1 for any.
	longest int
}

func reachOf(re *regexp.Regexp) (reach, error) {
	parsed, err := syntax.Parse(re.String(), syntax.Perl)
	if err != nil {
		return reach{}, err
	}
	prog, err := syntax.Compile(parsed.Simplify())
	if err != nil {
		return reach{}, err
	}
	r := reach{longest: longest(parsed)}
	for i := range prog.Inst {
		switch in := &prog.Inst[i]; in.Op {
		case syntax.InstRune, syntax.InstRune1, syntax.InstRuneAny, syntax.InstRuneAnyNotNL:
			r.slash = r.slash || in.MatchRune('/')
		}
	}
	return r, nil
}

// longest is the length of the longest text that an expression matches, -1 for any.
func longest(re *syntax.Regexp) int {
	switch re.Op {
	case syntax.OpLiteral:
		return len(re.Rune) * utf8.UTFMax // a letter may stand for a longer one of another case
	case syntax.OpCharClass, syntax.OpAnyChar, syntax.OpAnyCharNotNL:
		return utf8.UTFMax
	case syntax.OpStar, syntax.OpPlus:
		return -1
	case syntax.OpRepeat:
		one := longest(re.Sub[0])
		if re.Max < 0 || one < 0 {
			return -1
		}
		return re.Max * one
	}
	sum, most := 0, 0
	for _, sub := range re.Sub {
		n := longest(sub)
		if n < 0 {
			return -1
		}
		sum, most = sum+n, max(most, n)
	}
	if re.Op == syntax.OpAlternate {
		return most
	}
	return sum
}

// end is the longest beginning of p that a capture may be. p is as in a path: a slash may
// be written "%2F", and what takes a byte may take three.
func (r reach) end(p []byte) int {
	if r.longest >= 0 && len(p) > 3*r.longest {
		p = p[:3*r.longest]
	}
	if r.slash {
		return len(p)
	}
	return runStr(p)
}

// decoded is a capture's text as expressions of converters get it.
func decoded(text []byte) []byte {
	if bytes.IndexByte(text, '%') < 0 {
		return text
	}
	return []byte(encodings.Replace(string(text)))
}
