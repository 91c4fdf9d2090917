package proxy

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"

	"stackgen.dev/runtime/gateway"
)

// candidate is a location whose path matches. Slash says that it does so with a
// slash added.
type candidate struct {
	location *location
	slash    bool
}

// choose finds the location of a request where patterns or conditions have a say:
// first the exact path, then the patterns in file order, then the prefixes from the
// longest to the shortest. A location whose condition does not hold is as good as
// not there; of several with one path the first in the file whose condition holds is taken.
// Skipped hears of those that did not hold; it may be nil.
func (p *Proxy) choose(x *gateway.Exchange, v *visit, skipped func(*location)) (*location, bool) {
	path := x.Request.Path
	try := func(l *location) *location {
		for ; l != nil; l = l.next {
			v.location = l
			if l.when == nil || l.when.holds(x, v) {
				v.location = nil
				return l
			}
			if skipped != nil {
				skipped(l)
			}
		}
		v.location = nil
		return nil
	}
	var some [8]candidate
	exact, prefixes := p.locations.candidates(path, some[:0])
	if l := try(exact); l != nil {
		return l, false
	}
	for _, l := range p.locations.patterns {
		at := l.regex.FindSubmatchIndex(path)
		if at == nil {
			continue
		}
		v.groups = &groups{path: bytes.Clone(path), at: at}
		if l := try(l); l != nil {
			return l, false
		}
		v.groups = nil
	}
	for i := len(prefixes) - 1; i >= 0; i-- {
		if l := try(prefixes[i].location); l != nil {
			return l, prefixes[i].slash
		}
	}
	return nil, false
}

// candidates appends the locations that a path is in, the longest last, and
// returns the one for the path alone beside them.
func (t *locations) candidates(path []byte, list []candidate) (exact *location, _ []candidate) {
	for at := &t.root; ; {
		if at.self != nil {
			list = append(list, candidate{at.self, false})
		}
		if at.dir != nil {
			list = append(list, candidate{at.dir, false})
		}
		if len(path) == 1 && at.exactDir != nil {
			return at.exactDir, list
		}
		segment := path[1:]
		end := bytes.IndexByte(segment, '/')
		if end >= 0 {
			segment = segment[:end]
		}
		child := at.children[string(segment)]
		switch {
		case child == nil:
			return nil, list
		case end >= 0:
			at, path = child, path[1+len(segment):]
			continue
		}
		if child.dir != nil {
			list = append(list, candidate{child.dir, true})
		}
		if child.self != nil {
			list = append(list, candidate{child.self, false})
		}
		return child.exact, list
	}
}

// parseExpression splits "~ ^/a" and "~* ^/a", which ignores case; ok is false for
// a label that is a path.
func parseExpression(label string) (re *regexp.Regexp, ok bool, err error) {
	source, ok := strings.CutPrefix(label, "~")
	if !ok {
		return nil, false, nil
	}
	flags := ""
	if rest, fold := strings.CutPrefix(source, "*"); fold {
		source, flags = rest, "(?i)"
	}
	re, err = regexp.Compile(flags + strings.TrimLeft(source, " "))
	if err != nil {
		return nil, true, fmt.Errorf("proxy: location %q: %w", label, err)
	}
	return re, true, nil
}
