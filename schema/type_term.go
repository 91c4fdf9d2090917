package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// termList is a list of expressions of a row, desc(…) around those to sort downwards.
type termList struct{}

func (termList) word() string         { return "list of expressions" }
func (termList) json() any            { return jsonList(jsonString("")) }
func (termList) goType() reflect.Type { return reflect.TypeFor[[]IndexTerm]() }
func (termList) symbolic() bool       { return true }

func (termList) decode(d *decoder, u *use) {
	list, ok := u.expr.(*hclsyntax.TupleConsExpr)
	if !ok || len(list.Exprs) == 0 {
		d.report(notAList(u, u.attr.Name+" = [lower(post.title)]", u.expr.Range()))
		return
	}
	into := u.target.Addr().Interface().(*[]IndexTerm)
	d.wait(resolveConditions, func() {
		m := d.modelOf(u.scope)
		if m == nil {
			return
		}
		c := &condition{d: d, u: u, model: m}
		for _, e := range list.Exprs {
			term := IndexTerm{Range: e.Range()}
			if f, ok := call(unwrap(e)); ok && f.Name == "desc" && len(f.Args) == 1 {
				term.Descending, e = true, f.Args[0]
			}
			if term.Term = c.term(e); term.Term == nil {
				continue
			}
			*into = append(*into, term)
		}
	})
}

// termType is one expression of a row.
type termType struct{}

func (termType) word() string         { return "expression" }
func (termType) json() any            { return jsonString("") }
func (termType) goType() reflect.Type { return reflect.TypeFor[Term]() }
func (termType) symbolic() bool       { return true }

func (termType) decode(d *decoder, u *use) {
	into := u.target
	d.wait(resolveConditions, func() {
		if m := d.modelOf(u.scope); m != nil {
			c := &condition{d: d, u: u, model: m}
			if t := c.term(u.expr); t != nil {
				into.Set(reflect.ValueOf(&t).Elem())
			}
		}
	})
}

// fixed reports whether the condition stands in the database for all requests.
func (c *condition) fixed() bool {
	switch c.u.owner.(type) {
	case *Constraint, *Index, *Field:
		return true
	}
	return false
}

// computed reports whether an expression is made from the row and is no plain
// field, so that it is compared as a Test.
func (c *condition) computed(e hclsyntax.Expression) bool {
	if c.isField(e) {
		return false
	}
	for _, t := range hclsyntax.Variables(e) {
		if t.RootName() == c.root() {
			return true
		}
	}
	return false
}

// test compares two values of which one at least is computed, or two fields.
func (c *condition) test(e *hclsyntax.BinaryOpExpr, op string, left, right hclsyntax.Expression) Predicate {
	t := Test{Op: op, Range: e.Range()}
	ofRow := func(e hclsyntax.Expression) bool { return c.isField(e) || c.computed(e) }
	if !ofRow(left) { // the constant takes the class of the other side
		if t.Right = c.term(right); t.Right == nil {
			return nil
		}
		t.Left = c.literal(left, class(t.Right))
	} else {
		if t.Left = c.term(left); t.Left == nil {
			return nil
		}
		if ofRow(right) {
			t.Right = c.term(right)
		} else {
			t.Right = c.literal(right, class(t.Left))
		}
	}
	switch {
	case t.Left == nil || t.Right == nil:
		return nil
	case class(t.Left) != class(t.Right):
		c.d.report(termsDiffer(e.Range(), class(t.Left), class(t.Right)))
		return nil
	}
	return t
}

// term reads a value that is computed from the row; nil after a report.
func (c *condition) term(e hclsyntax.Expression) Term {
	e = unwrap(e)
	switch x := e.(type) {
	case *hclsyntax.ScopeTraversalExpr:
		if !c.isField(x) {
			break
		}
		f, path := c.field(x)
		switch {
		case f == nil || f.Kind == "":
			return nil
		case len(path) > 0:
			c.d.report(termAcross(x.Range(), c.model))
			return nil
		case kindClass(f) == "":
			c.d.report(termOfKind(x.Range(), f))
			return nil
		}
		return FieldTerm{Field: f}
	case *hclsyntax.BinaryOpExpr:
		return c.arithmetic(x)
	case *hclsyntax.FunctionCallExpr:
		return c.function(x)
	}
	c.d.report(notATerm(e.Range(), c.model))
	return nil
}

func (c *condition) arithmetic(e *hclsyntax.BinaryOpExpr) Term {
	op, ok := map[*hclsyntax.Operation]string{
		hclsyntax.OpAdd: "+", hclsyntax.OpSubtract: "-", hclsyntax.OpMultiply: "*", hclsyntax.OpDivide: "/", hclsyntax.OpModulo: "%",
	}[e.Op]
	if !ok {
		c.d.report(notATerm(e.Range(), c.model))
		return nil
	}
	out := Arithmetic{Op: op}
	for i, side := range []hclsyntax.Expression{unwrap(e.LHS), unwrap(e.RHS)} {
		var t Term
		if c.isField(side) || c.computed(side) {
			t = c.term(side)
		} else {
			t = c.literal(side, "number")
		}
		if t == nil {
			return nil
		}
		if class(t) != "number" {
			c.d.report(notANumber(side.Range(), class(t)))
			return nil
		}
		if i == 0 {
			out.Left = t
		} else {
			out.Right = t
		}
	}
	return out
}

func (c *condition) function(e *hclsyntax.FunctionCallExpr) Term {
	for _, f := range termFunctions() {
		if f.name != e.Name {
			continue
		}
		if len(e.Args) < f.min || len(e.Args) > f.max || e.ExpandFinal {
			break
		}
		out, takes := FunctionTerm{Name: f.name}, f.takes
		for _, a := range e.Args {
			a = unwrap(a)
			var t Term
			if c.isField(a) || c.computed(a) {
				t = c.term(a)
			} else if takes != "" {
				t = c.literal(a, takes)
			} else {
				c.d.report(notATerm(a.Range(), c.model))
			}
			if t == nil {
				return nil
			}
			if takes == "" {
				takes = class(t)
			}
			if class(t) != takes {
				c.d.report(termsDiffer(a.Range(), takes, class(t)))
				return nil
			}
			out.Args = append(out.Args, t)
		}
		return out
	}
	c.d.report(notATerm(e.Range(), c.model))
	return nil
}

// literal reads a constant of a class.
func (c *condition) literal(e hclsyntax.Expression, class string) Term {
	v, ok := c.constant(e)
	if !ok {
		return nil
	}
	fraction := v.Type() == cty.Number && !v.IsNull() && !v.AsBigFloat().IsInt()
	f := literalField(class, fraction)
	value, p := literalFor(f, v)
	if p != nil {
		c.d.report(badValue(e.Range(), &problem{p.summary, "This is " + describe(v) + ", and a " + class + " stands here. Write " + withArticle(literalForm(f)) + "."}, nil))
		return nil
	}
	return LiteralTerm{Field: f, Literal: value}
}

func termsDiffer(at hcl.Range, left, right string) Diagnostic {
	return errorAt(at, "Values of different types", "A %s is compared with a %s. Compare values of one type.", left, right)
}

func termAcross(at hcl.Range, m *Model) Diagnostic {
	return errorAt(at, "Expression across a relation", "An expression is computed from one row of %s. Name fields of the model itself.", m.Name)
}

func termOfKind(at hcl.Range, f *Field) Diagnostic {
	return errorAt(at, "Field that is not computed with", "The field %s is %s, which has no order and no arithmetic. Name another field.", f.Name, withArticle(string(f.Kind))).
		and(f.TypeRange, "its type is here")
}

func notANumber(at hcl.Range, class string) Diagnostic {
	return errorAt(at, "Arithmetic with something else", "This is a %s, and + - * / and %% are for numbers.", class)
}

func notATerm(at hcl.Range, m *Model) Diagnostic {
	var names []string
	for _, f := range termFunctions() {
		names = append(names, f.name)
	}
	return errorAt(at, "Not an expression of a row", "An expression is made of fields such as %s.%s, constants, + - * / %% and the functions %s. Write it with those.", m.Name, lastField(m), enumerate(names, "and"))
}

func fixedCondition(at hcl.Range, what string) Diagnostic {
	return errorAt(at, "Condition that changes", "The database holds this condition for every row at all times, so it cannot depend on %s. Use fields of the row and constants.", what)
}
