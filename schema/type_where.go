package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// conditionType is a condition on rows.
type conditionType struct{}

func (conditionType) word() string         { return "condition" }
func (conditionType) json() any            { return jsonString("") }
func (conditionType) goType() reflect.Type { return reflect.TypeFor[Predicate]() }
func (conditionType) symbolic() bool       { return true }

func (conditionType) decode(d *decoder, u *use) {
	into := u.target
	d.wait(resolveConditions, func() {
		m := d.modelOf(u.scope)
		if m == nil {
			return
		}
		c := &condition{d: d, u: u, model: m}
		if p := c.predicate(u.expr); p != nil {
			into.Set(reflect.ValueOf(&p).Elem())
		}
	})
}

// condition reads one where.
type condition struct {
	d     *decoder
	u     *use
	model *Model
}

// predicate reads an expression that is true or false; nil after a report.
func (c *condition) predicate(e hclsyntax.Expression) Predicate {
	switch e := unwrap(e).(type) {
	case *hclsyntax.BinaryOpExpr:
		return c.binary(e)
	case *hclsyntax.UnaryOpExpr:
		if e.Op == hclsyntax.OpLogicalNot {
			if p := c.predicate(e.Val); p != nil {
				return Not{Term: p}
			}
			return nil
		}
	case *hclsyntax.FunctionCallExpr:
		return c.call(e)
	case *hclsyntax.ScopeTraversalExpr:
		return c.truth(e)
	case *hclsyntax.TemplateExpr:
		c.d.report(quotedCondition(e.Range()))
		return nil
	}
	c.d.report(notACondition(e.Range(), c.model))
	return nil
}

func (c *condition) binary(e *hclsyntax.BinaryOpExpr) Predicate {
	switch e.Op {
	case hclsyntax.OpLogicalAnd, hclsyntax.OpLogicalOr:
		l, r := c.predicate(e.LHS), c.predicate(e.RHS)
		if l == nil || r == nil {
			return nil
		}
		if e.Op == hclsyntax.OpLogicalAnd {
			if and, ok := l.(And); ok {
				return And{Terms: append(and.Terms, r)}
			}
			return And{Terms: []Predicate{l, r}}
		}
		if or, ok := l.(Or); ok {
			return Or{Terms: append(or.Terms, r)}
		}
		return Or{Terms: []Predicate{l, r}}
	}
	op, ok := comparison(e.Op)
	if !ok {
		c.d.report(notACondition(e.Range(), c.model))
		return nil
	}
	left, right := unwrap(e.LHS), unwrap(e.RHS)
	if c.computed(left) || c.computed(right) || c.isField(left) && c.isField(right) {
		return c.test(e, op, left, right)
	}
	if !c.isField(left) {
		if !c.isField(right) {
			c.d.report(nothingOfTheModel(e.Range(), c.model, left, right))
			return nil
		}
		left, right, op = right, left, mirrored(op)
	}
	f, path := c.field(left)
	if f == nil || f.Kind == "" {
		return nil
	}
	return across(path, c.compare(e, f, op, right))
}

func (c *condition) compare(e *hclsyntax.BinaryOpExpr, f *Field, op string, right hclsyntax.Expression) Predicate {
	if isNull(right) {
		if op != "=" && op != "!=" {
			c.d.report(orderOfNull(e.Range(), f))
			return nil
		}
		if !f.Null.V {
			c.d.report(neverNull(e.Range(), f, c.model))
		}
		return IsNull{Field: f, Negated: op == "!=", Range: e.Range()}
	}
	if f.Kind == JSON || op != "=" && op != "!=" && (f.Kind == Boolean || f.Kind == UUID || f.Kind == ForeignKey) {
		c.d.report(notComparable(e.Range(), f, op))
		return nil
	}
	v, ok := c.operand(f, right)
	if !ok {
		return nil
	}
	return Compare{Field: f, Op: op, Value: v, Range: e.Range()}
}

// truth is a boolean field by itself.
func (c *condition) truth(e *hclsyntax.ScopeTraversalExpr) Predicate {
	if !c.isField(e) {
		c.d.report(notACondition(e.Range(), c.model))
		return nil
	}
	f, path := c.field(e)
	switch {
	case f == nil || f.Kind == "":
		return nil
	case f.Kind != Boolean:
		c.d.report(notBoolean(e.Range(), c.model, f))
		return nil
	}
	return across(path, Compare{Field: f, Op: "=", Value: Operand{Kind: LiteralOperand, Literal: true, Range: e.Range()}, Range: e.Range()})
}

// textLookups are the functions on text, in Django's words.
func textLookups() []string {
	return []string{"contains", "icontains", "startswith", "istartswith", "endswith", "iendswith", "iexact"}
}

// call is contains(list, field), or a look-up in a text field.
func (c *condition) call(e *hclsyntax.FunctionCallExpr) Predicate {
	known := false
	for _, name := range textLookups() {
		known = known || name == e.Name
	}
	if !known {
		c.d.report(unknownLookup(e.Name, e.NameRange))
		return nil
	}
	if len(e.Args) != 2 || e.ExpandFinal {
		c.d.report(lookupArguments(e, c.model))
		return nil
	}
	if e.Name == "contains" && !c.isField(unwrap(e.Args[0])) {
		return c.in(e)
	}
	if !c.isField(unwrap(e.Args[0])) {
		c.d.report(lookupArguments(e, c.model))
		return nil
	}
	f, path := c.field(unwrap(e.Args[0]))
	if f == nil || f.Kind == "" {
		return nil
	}
	if !isText(f.Kind) {
		c.d.report(lookupNeedsText(e, c.model, f))
		return nil
	}
	v, ok := c.operand(f, unwrap(e.Args[1]))
	if !ok {
		return nil
	}
	return across(path, Match{Field: f, Op: e.Name, Value: v, Range: e.Range()})
}

// in is contains([...], model.field).
func (c *condition) in(e *hclsyntax.FunctionCallExpr) Predicate {
	second := unwrap(e.Args[1])
	if !c.isField(second) {
		c.d.report(lookupArguments(e, c.model))
		return nil
	}
	f, path := c.field(second)
	if f == nil || f.Kind == "" {
		return nil
	}
	values, ok := c.operands(f, unwrap(e.Args[0]))
	if !ok {
		return nil
	}
	return across(path, In{Field: f, Values: values, Range: e.Range()})
}

// isField reports whether an expression begins with the model's name.
func (c *condition) isField(e hclsyntax.Expression) bool {
	t, ok := traversalOf(e)
	return ok && t.RootName() == c.root()
}

// across puts a condition behind the relations that lead to its field.
func across(path []Hop, p Predicate) Predicate {
	if len(path) == 0 || p == nil {
		return p
	}
	return Crossing{Path: path, Term: p}
}

// field is what an expression that begins with the model's name stands for, and
// the relations that lead there: post.title, post.author.name, post.tags.name.
func (c *condition) field(e hclsyntax.Expression) (*Field, []Hop) {
	t, _ := traversalOf(e)
	names, plain := steps(t)
	if len(names) < 2 || !plain {
		c.d.report(notAField(t, c.model))
		return nil, nil
	}
	m := c.model
	var path []Hop
	for i := 1; i < len(names)-1; i++ {
		hop, next := m.hop(names[i])
		if hop.Field == nil {
			if f := m.Field(names[i]); f != nil {
				c.d.report(throughForeignKey(t, m, f))
			} else {
				c.d.report(unknownField(m, names[i], stepRange(t, i)))
			}
			return nil, nil
		}
		if next == nil {
			return nil, nil // the relation names no model, which is reported
		}
		path, m = append(path, hop), next
	}
	if len(path) > 0 && c.fixed() {
		c.d.report(fixedCondition(t.SourceRange(), "other rows"))
		return nil, nil
	}
	last := len(names) - 1
	if hop, _ := m.hop(names[last]); hop.Field != nil && m.Field(names[last]) == nil {
		c.d.report(relationAsField(t, m, hop))
		return nil, nil
	}
	return c.d.fieldOf(m, names[last], stepRange(t, last)), path
}

// hop is the relation of that name, and the model that it leads to.
func (m *Model) hop(name string) (Hop, *Model) {
	if f := m.Relation(name); f != nil {
		return Hop{Name: name, Field: f}, f.Target.Target
	}
	for _, r := range m.Reverse {
		if r.Name == name {
			return Hop{Name: name, Field: r.Field, Back: true}, r.From
		}
	}
	return Hop{}, nil
}

func comparison(op *hclsyntax.Operation) (string, bool) {
	switch op {
	case hclsyntax.OpEqual:
		return "=", true
	case hclsyntax.OpNotEqual:
		return "!=", true
	case hclsyntax.OpLessThan:
		return "<", true
	case hclsyntax.OpLessThanOrEqual:
		return "<=", true
	case hclsyntax.OpGreaterThan:
		return ">", true
	case hclsyntax.OpGreaterThanOrEqual:
		return ">=", true
	}
	return "", false
}

// mirrored is the comparison with its sides swapped.
func mirrored(op string) string {
	switch op {
	case "<":
		return ">"
	case "<=":
		return ">="
	case ">":
		return "<"
	case ">=":
		return "<="
	}
	return op
}

// captureUse is a condition's or a set's use of url.NAME, checked against routes.
type captureUse struct {
	view  *View
	name  string
	field *Field
	at    hcl.Range
}
