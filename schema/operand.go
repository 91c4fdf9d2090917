package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// operands reads a list that a field is looked up in.
func (c *condition) operands(f *Field, e hclsyntax.Expression) ([]Operand, bool) {
	if list, ok := e.(*hclsyntax.TupleConsExpr); ok {
		var out []Operand
		good := true
		for _, item := range list.Exprs {
			v, ok := c.operand(f, unwrap(item))
			good = good && ok
			out = append(out, v)
		}
		return out, good
	}
	v, bind, ok := c.d.value(c.u, e, cty.List(cty.DynamicPseudoType))
	if !ok {
		return nil, false
	}
	if bind != nil {
		c.d.report(listBinding(c.u, e.Range(), bind))
		return nil, false
	}
	var out []Operand
	for it := v.ElementIterator(); it.Next(); {
		_, item := it.Element()
		literal, p := literalFor(f, item)
		if p != nil {
			c.d.report(badValue(e.Range(), p, nil))
			return nil, false
		}
		out = append(out, Operand{Kind: LiteralOperand, Literal: literal, Range: e.Range()})
	}
	return out, true
}

// operand reads what a field is compared with or set to.
func (c *condition) operand(f *Field, e hclsyntax.Expression) (Operand, bool) {
	out := Operand{Range: e.Range()}
	if offset, ok, isNow := c.now(e); isNow {
		if c.fixed() {
			c.d.report(fixedCondition(e.Range(), "the time"))
			return out, false
		}
		out.Kind, out.Offset = NowOperand, offset
		if ok && f.Kind != DateTime && f.Kind != Date {
			c.d.report(nowForOtherKind(e.Range(), c.model, f))
			return out, false
		}
		return out, ok
	}
	if t, ok := traversalOf(e); ok {
		names, plain := steps(t)
		if root := names[0]; c.fixed() && (root == "url" || root == "request" || root == "var" && c.bound(names) != nil) {
			c.d.report(fixedCondition(e.Range(), map[string]string{"url": "a request", "request": "a request", "var": "the environment"}[root]))
			return out, false
		}
		switch names[0] {
		case "url":
			return c.capture(out, f, t, names, plain)
		case "request":
			return c.parameter(out, f, t, names, plain)
		case "var":
			if v := c.bound(names); v != nil && plain && len(names) == 2 {
				return c.variable(out, f, v)
			}
		}
	}
	v, ok := c.constant(e)
	if !ok {
		return out, false
	}
	literal, p := literalFor(f, v)
	if p != nil {
		c.d.report(badValue(e.Range(), p, nil))
		return out, false
	}
	out.Literal = literal
	return out, true
}

// constant evaluates what is neither the request's nor the clock's.
func (c *condition) constant(e hclsyntax.Expression) (cty.Value, bool) {
	if bound, ok := c.d.eval.names(e, "where"); !ok {
		return cty.NilVal, false
	} else if bound != nil {
		c.d.report(computedBinding(c.u, e.Range(), bound))
		return cty.NilVal, false
	}
	v, diags := e.Value(c.d.eval.ctx)
	c.d.reportHCL(diags)
	return v, !diags.HasErrors() && v.IsKnown()
}

func (c *condition) bound(names []string) *Variable {
	if len(names) < 2 {
		return nil
	}
	v := c.d.eval.variables[names[1]]
	if v == nil || v.Env.V == "" {
		return nil
	}
	return v
}

// variable is a value of the environment, read when the site starts.
func (c *condition) variable(out Operand, f *Field, v *Variable) (Operand, bool) {
	c.d.names.used[v] = true
	if v.Default != cty.NilVal && !v.Default.IsNull() {
		literal, p := literalFor(f, v.Default)
		if p != nil {
			c.d.report(badValue(out.Range, p, &Binding{Parts: []BindingPart{{Variable: v}}}))
			return out, false
		}
		out.Literal = literal
	}
	out.Kind, out.Name, out.Variable = VariableOperand, v.Name, v
	return out, true
}

// capture is url.NAME.
func (c *condition) capture(out Operand, f *Field, t hcl.Traversal, names []string, plain bool) (Operand, bool) {
	if len(names) != 2 || !plain {
		c.d.report(badCapture(t))
		return out, false
	}
	out.Kind, out.Name = URLOperand, names[1]
	c.d.captures = append(c.d.captures, captureUse{view: c.view(), name: names[1], field: f, at: stepRange(t, 1)})
	return out, true
}

// view is the view that the condition stands in.
func (c *condition) view() *View {
	for s := c.u.scope; s != nil; s = s.parent {
		if v, ok := s.owner.(*View); ok {
			return v
		}
	}
	return nil
}

// parameter is request.query.NAME.
func (c *condition) parameter(out Operand, f *Field, t hcl.Traversal, names []string, plain bool) (Operand, bool) {
	if len(names) > 1 && names[1] == "user" {
		return c.requestUser(out, f, t, names, plain)
	}
	if len(names) != 3 || names[1] != "query" || !plain {
		c.d.report(badParameter(t))
		return out, false
	}
	if !isText(f.Kind) {
		c.d.report(parameterForOtherKind(out.Range, c.model, f, names[2]))
		return out, false
	}
	out.Kind, out.Name = QueryOperand, names[2]
	return out, true
}

// requestUser is request.user.
func (c *condition) requestUser(out Operand, f *Field, t hcl.Traversal, names []string, plain bool) (Operand, bool) {
	if len(names) != 2 || !plain {
		c.d.report(badUser(t))
		return out, false
	}
	if f.Kind != ForeignKey || f.Target.Target == nil || f.Target.Target.Name != "user" {
		c.d.report(userForOtherField(out.Range, c.model, f))
		return out, false
	}
	out.Kind, out.Name = UserOperand, "user"
	c.d.userUses = append(c.d.userUses, userUse{view: c.view(), field: f, set: c.u.attr.Name == "set", at: out.Range})
	return out, true
}

// now reads now(), now() + duration("1h") and now() - duration("1h").
func (c *condition) now(e hclsyntax.Expression) (offset int64, ok, isNow bool) {
	if f, isCall := call(e); isCall && f.Name == "now" {
		if len(f.Args) > 0 {
			c.d.report(nowTakesNothing(f.Range()))
			return 0, false, true
		}
		return 0, true, true
	}
	b, isBinary := e.(*hclsyntax.BinaryOpExpr)
	if !isBinary || b.Op != hclsyntax.OpAdd && b.Op != hclsyntax.OpSubtract {
		return 0, false, false
	}
	base, ok, isNow := c.now(unwrap(b.LHS))
	if !isNow {
		return 0, false, false
	}
	if !ok {
		return 0, false, true
	}
	f, isCall := call(unwrap(b.RHS))
	if !isCall || f.Name != "duration" || len(f.Args) != 1 {
		c.d.report(nowOffset(b.RHS.Range()))
		return 0, false, true
	}
	v, ok := c.constant(f.Args[0])
	if !ok {
		return 0, false, true
	}
	if v.IsNull() || v.Type() != cty.String {
		c.d.report(nowOffset(b.RHS.Range()))
		return 0, false, true
	}
	length, err := ParseDuration(v.AsString())
	if err != nil {
		c.d.report(badValue(f.Args[0].Range(), notDuration(v.AsString()), nil))
		return 0, false, true
	}
	if b.Op == hclsyntax.OpSubtract {
		length = -length
	}
	return base + int64(length), true, true
}

// setType gives fields a value: { author = url.author, created = now() }.
type setType struct{}

func (setType) word() string         { return "map of fields and their values" }
func (setType) json() any            { return map[string]any{"type": "object"} }
func (setType) goType() reflect.Type { return reflect.TypeFor[[]SetField]() }
func (setType) symbolic() bool       { return false }

func (setType) decode(d *decoder, u *use) {
	object, ok := u.expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		d.report(notAnObject(u, "set = { status = \"draft\" }", u.expr.Range()))
		return
	}
	into := u.target.Addr().Interface().(*[]SetField)
	d.eachItem(u, object, func(name string, at hcl.Range, value hclsyntax.Expression) {
		d.wait(resolveConditions, func() {
			m := d.modelOf(u.scope)
			if m == nil {
				return
			}
			f := d.fieldOf(m, name, at)
			if f == nil || f.Kind == "" {
				return
			}
			c := &condition{d: d, u: u, model: m}
			v, ok := c.operand(f, unwrap(value))
			if !ok {
				d.broken(u.owner)
				return
			}
			*into = append(*into, SetField{Field: f, Value: v, Range: at})
		})
	})
}
