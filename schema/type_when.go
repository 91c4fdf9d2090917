package schema

import (
	"net/netip"
	"reflect"
	"regexp"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// RequestCondition is what has to hold of a request: a tree of comparisons. The
// zero value always holds.
type RequestCondition struct {
	// Op is "all", "any", "not", "equal", "prefix", "suffix", "contains",
	// "matches" or "within"; "" where nothing is written.
	Op string
	// Attr is what is compared with Values: "request.method".
	Attr   string
	Values []string
	// Of are what all, any and not join.
	Of    []RequestCondition
	Range hcl.Range
}

// whenType is a condition on a request:
//
//	request.method == "POST" && !startswith(request.path, "/a/")
type whenType struct{}

func (whenType) word() string         { return "condition on the request" }
func (whenType) json() any            { return jsonString("") }
func (whenType) goType() reflect.Type { return reflect.TypeFor[RequestCondition]() }
func (whenType) symbolic() bool       { return true }

func (whenType) decode(d *decoder, u *use) {
	if c, ok := d.when(u, u.expr); ok {
		c.Range = u.at
		*u.target.Addr().Interface().(*RequestCondition) = c
	}
}

// whenFunctions are the comparisons that are written as calls, and whether the
// attribute is the first of the two arguments.
var whenFunctions = map[string]struct {
	op    string
	first bool
}{
	"startswith": {"prefix", true}, "endswith": {"suffix", true}, "strcontains": {"contains", true},
	"matches": {"matches", true}, "within": {"within", true}, "contains": {"equal", false},
}

// when reads one part of a condition.
func (d *decoder) when(u *use, expr hclsyntax.Expression) (RequestCondition, bool) {
	switch e := unwrap(expr).(type) {
	case *hclsyntax.BinaryOpExpr:
		switch e.Op {
		case hclsyntax.OpLogicalAnd:
			return d.join(u, "all", e.LHS, e.RHS)
		case hclsyntax.OpLogicalOr:
			return d.join(u, "any", e.LHS, e.RHS)
		case hclsyntax.OpEqual:
			return d.compare(u, "equal", e.LHS, e.RHS, e)
		case hclsyntax.OpNotEqual:
			c, ok := d.compare(u, "equal", e.LHS, e.RHS, e)
			return RequestCondition{Op: "not", Of: []RequestCondition{c}}, ok
		}
	case *hclsyntax.UnaryOpExpr:
		if e.Op == hclsyntax.OpLogicalNot {
			c, ok := d.when(u, e.Val)
			return RequestCondition{Op: "not", Of: []RequestCondition{c}}, ok
		}
	case *hclsyntax.FunctionCallExpr:
		if f, ok := whenFunctions[e.Name]; ok && len(e.Args) == 2 {
			attr, value := e.Args[0], e.Args[1]
			if !f.first {
				attr, value = value, attr
			}
			return d.compare(u, f.op, attr, value, e)
		}
	}
	d.report(errorAt(expr.Range(), "Condition that is none", "A condition compares something of the request with text. Write request.method == \"POST\", startswith(request.path, \"/a/\"), endswith, strcontains, matches(request.path, \"^/[0-9]+$\"), within(client.address, [\"10.0.0.0/8\"]) or contains([\"a\", \"b\"], request.host), joined by &&, || and !."))
	return RequestCondition{}, false
}

func (d *decoder) join(u *use, op string, left, right hclsyntax.Expression) (RequestCondition, bool) {
	a, okA := d.when(u, left)
	b, okB := d.when(u, right)
	c := RequestCondition{Op: op}
	for _, part := range []RequestCondition{a, b} {
		if part.Op == op {
			c.Of = append(c.Of, part.Of...)
		} else {
			c.Of = append(c.Of, part)
		}
	}
	return c, okA && okB
}

// compare reads an attribute of the request and what it is compared with, in
// whichever order the two stand.
func (d *decoder) compare(u *use, op string, left, right hclsyntax.Expression, whole hclsyntax.Expression) (RequestCondition, bool) {
	c := RequestCondition{Op: op, Range: whole.Range()}
	t, ok := traversalOf(unwrap(left))
	if !ok || !ofRequest(t) {
		if other, swap := traversalOf(unwrap(right)); swap && ofRequest(other) && op == "equal" {
			t, right, ok = other, left, true
		}
	}
	if !ok || !ofRequest(t) {
		d.report(errorAt(whole.Range(), "Comparison without the request", "Nothing of the request stands in the comparison, so it always comes out the same. Write what is compared, such as request.host or request.header.Accept."))
		return c, false
	}
	part, ok := d.requestAttr(u, t)
	if !ok {
		return c, false
	}
	c.Attr = part.Attr
	if op == "within" && c.Attr != "client.address" {
		d.report(errorAt(t.SourceRange(), "Network of what is no address", "Only client.address is in a network. Write within(client.address, [\"10.0.0.0/8\"])."))
		return c, false
	}
	list, isList := unwrap(right).(*hclsyntax.TupleConsExpr)
	exprs := []hclsyntax.Expression{right}
	if isList {
		exprs = list.Exprs
	}
	for _, e := range exprs {
		v, bind, ok := d.value(u, e, cty.String)
		if !ok {
			return c, false
		}
		if bind != nil || !v.IsKnown() {
			d.report(errorAt(e.Range(), "Condition that the environment changes", "Conditions are compiled when the site is built, and this variable is known only when it starts. Write the text itself."))
			return c, false
		}
		text := v.AsString()
		if !d.whenValue(op, text, e.Range()) {
			return c, false
		}
		c.Values = append(c.Values, text)
	}
	if len(c.Values) == 0 {
		d.report(errorAt(right.Range(), "Comparison with nothing", "The list is empty, so the comparison never holds. Write what is looked for into it."))
		return c, false
	}
	return c, true
}

// whenValue looks at what is compared with.
func (d *decoder) whenValue(op, text string, at hcl.Range) bool {
	switch op {
	case "matches":
		if _, err := regexp.Compile(text); err != nil {
			d.report(errorAt(at, "Invalid regular expression", "%q is not a regular expression: %s. The syntax is that of Go's package regexp.", text, regexpError(err)))
			return false
		}
	case "within":
		_, err := netip.ParsePrefix(text)
		_, aerr := netip.ParseAddr(text)
		if err != nil && aerr != nil {
			d.report(badValue(at, badNetwork(text), nil))
			return false
		}
	}
	return true
}

func regexpError(err error) string {
	return strings.TrimPrefix(err.Error(), "error parsing regexp: ")
}

// locationPattern is the regular expression of a location's label: "~ ^/a" or,
// without regard to case, "~* ^/a".
func locationPattern(label string) (source string, ok bool) {
	source, ok = strings.CutPrefix(label, "~")
	if rest, fold := strings.CutPrefix(source, "*"); fold {
		return "(?i)" + strings.TrimLeft(rest, " "), ok
	}
	return strings.TrimLeft(source, " "), ok
}
