package proxy

import (
	"bytes"
	"fmt"
	"net/netip"
	"regexp"
	"strings"

	"stackgen.dev/runtime/gateway"
)

// Condition is what has to hold of a request for a location to answer it. It is
// plain data, a tree of comparisons. The zero Condition always holds.
type Condition struct {
	// Op says how Attr is compared, or how Of are joined.
	Op Operation
	// Attr is what is compared with Values.
	Attr   Attribute
	Values []string
	// Of are the conditions that All, Any and Not join.
	Of []Condition
}

// Operation is how a Condition compares or joins.
type Operation string

// The operations. Comparisons hold if one of the values makes them hold. An
// attribute that a request does not have is the empty text.
const (
	All      Operation = "all"      // every one of Of holds
	Any      Operation = "any"      // one of Of holds
	Not      Operation = "not"      // the only one of Of does not hold
	Equal    Operation = "equal"    // Attr is a value
	Prefix   Operation = "prefix"   // Attr begins with a value
	Suffix   Operation = "suffix"   // Attr ends with a value
	Contains Operation = "contains" // Attr has a value in it
	Matches  Operation = "matches"  // a value, a regular expression, matches in Attr
	Within   Operation = "within"   // the client's address is in a value, a network
)

// test is a compiled Condition.
type test struct {
	op       Operation
	attr     attribute
	values   []string
	patterns []*regexp.Regexp
	networks []netip.Prefix
	of       []*test
}

// compile checks a condition; nil is one that always holds.
func (c Condition) compile(m maps) (*test, error) { return c.compileWith(m.compile) }

func (c Condition) compileWith(compile func(Attribute) (attribute, error)) (*test, error) {
	t := &test{op: c.Op, values: c.Values}
	switch c.Op {
	case "":
		return nil, nil
	case All, Any, Not:
		if len(c.Of) == 0 || c.Op == Not && len(c.Of) != 1 {
			return nil, fmt.Errorf("when: %q joins nothing", c.Op)
		}
		for _, inner := range c.Of {
			i, err := inner.compileWith(compile)
			if err != nil {
				return nil, err
			}
			if i == nil {
				return nil, fmt.Errorf("when: %q joins nothing", c.Op)
			}
			t.of = append(t.of, i)
		}
		return t, nil
	case Equal, Prefix, Suffix, Contains, Matches, Within:
	default:
		return nil, fmt.Errorf("when: there is no comparison %q", c.Op)
	}
	var err error
	if t.attr, err = compile(c.Attr); err != nil {
		return nil, fmt.Errorf("when: %w", err)
	}
	if t.attr.kind == RequestHost {
		t.values = nil
		for _, v := range c.Values {
			t.values = append(t.values, strings.ToLower(v))
		}
	}
	for _, v := range c.Values {
		switch c.Op {
		case Matches:
			re, err := regexp.Compile(v)
			if err != nil {
				return nil, fmt.Errorf("when: %w", err)
			}
			t.patterns = append(t.patterns, re)
		case Within:
			network, err := ParseNetwork(v)
			if err != nil {
				return nil, fmt.Errorf("when: %w", err)
			}
			t.networks = append(t.networks, network)
		}
	}
	return t, nil
}

// holds reports whether the condition holds of a request.
func (t *test) holds(x *gateway.Exchange, v *visit) bool {
	switch t.op {
	case All:
		for _, inner := range t.of {
			if !inner.holds(x, v) {
				return false
			}
		}
		return true
	case Any:
		for _, inner := range t.of {
			if inner.holds(x, v) {
				return true
			}
		}
		return false
	case Not:
		return !t.of[0].holds(x, v)
	case Within:
		return prefixes(t.networks).contain(x.Request.Client.Addr())
	}
	var buf [256]byte
	value := t.attr.append(buf[:0], x, v)
	for i, want := range t.values {
		var yes bool
		switch t.op {
		case Equal:
			yes = string(value) == want
		case Prefix:
			yes = len(value) >= len(want) && string(value[:len(want)]) == want
		case Suffix:
			yes = len(value) >= len(want) && string(value[len(value)-len(want):]) == want
		case Contains:
			yes = bytes.Contains(value, []byte(want))
		case Matches:
			yes = t.patterns[i].Match(value)
		}
		if yes {
			return true
		}
	}
	return false
}
