package schema

import (
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// native returns the expression as a tree of the native syntax. An expression
// of the JSON form becomes one: with symbolic, its strings are expressions
// themselves (references, calls, conditions); otherwise they are templates.
func native(expr hcl.Expression, symbolic bool) (hclsyntax.Expression, hcl.Diagnostics) {
	if e, ok := expr.(hclsyntax.Expression); ok {
		return e, nil
	}
	var diags hcl.Diagnostics
	rng := expr.Range()
	if list, d := hcl.ExprList(expr); !d.HasErrors() {
		tuple := &hclsyntax.TupleConsExpr{SrcRange: rng, OpenRange: expr.StartRange()}
		for _, item := range list {
			e, d := native(item, symbolic)
			diags = append(diags, d...)
			if e != nil {
				tuple.Exprs = append(tuple.Exprs, e)
			}
		}
		return tuple, diags
	}
	if pairs, d := hcl.ExprMap(expr); !d.HasErrors() {
		object := &hclsyntax.ObjectConsExpr{SrcRange: rng, OpenRange: expr.StartRange()}
		for _, pair := range pairs {
			e, d := native(pair.Value, symbolic)
			diags = append(diags, d...)
			key, _ := pair.Key.Value(nil)
			if e == nil || key.Type() != cty.String {
				continue
			}
			object.Items = append(object.Items, hclsyntax.ObjectConsItem{
				KeyExpr:   &hclsyntax.LiteralValueExpr{Val: key, SrcRange: pair.Key.Range()},
				ValueExpr: e,
			})
		}
		return object, diags
	}
	// Without a context the JSON form hands out strings as they stand.
	val, d := expr.Value(nil)
	if d.HasErrors() {
		return nil, d
	}
	if val.IsNull() || val.Type() != cty.String {
		return &hclsyntax.LiteralValueExpr{Val: val, SrcRange: rng}, nil
	}
	start := rng.Start
	start.Byte++
	start.Column++
	text := []byte(val.AsString())
	if symbolic {
		return hclsyntax.ParseExpression(text, rng.Filename, start)
	}
	e, d := hclsyntax.ParseTemplate(text, rng.Filename, start)
	if t, ok := e.(*hclsyntax.TemplateExpr); ok && len(t.Parts) == 0 {
		return &hclsyntax.LiteralValueExpr{Val: cty.StringVal(""), SrcRange: rng}, d
	}
	return e, d
}

// isJSON reports whether the expression comes from the JSON form.
func isJSON(expr hcl.Expression) bool {
	_, ok := expr.(hclsyntax.Expression)
	return !ok
}

// unwrap takes off parentheses, and "${ }" where that is all there is.
func unwrap(expr hclsyntax.Expression) hclsyntax.Expression {
	for {
		switch e := expr.(type) {
		case *hclsyntax.ParenthesesExpr:
			expr = e.Expression
		case *hclsyntax.TemplateWrapExpr:
			expr = e.Wrapped
		default:
			return expr
		}
	}
}

// literalString returns the text of a quoted string without interpolation.
func literalString(expr hclsyntax.Expression) (string, bool) {
	switch e := expr.(type) {
	case *hclsyntax.TemplateExpr:
		if !e.IsStringLiteral() {
			return "", len(e.Parts) == 0
		}
	case *hclsyntax.LiteralValueExpr:
	default:
		return "", false
	}
	v, diags := expr.Value(nil)
	if diags.HasErrors() || v.IsNull() || !v.IsKnown() || v.Type() != cty.String {
		return "", false
	}
	return v.AsString(), true
}

// isNull reports whether the expression is the word null, which stands for
// an attribute that is not written.
func isNull(expr hclsyntax.Expression) bool {
	l, ok := expr.(*hclsyntax.LiteralValueExpr)
	return ok && l.Val.IsNull()
}

// traversalOf returns the steps of a plain reference; relative indexes and
// calls make it none.
func traversalOf(expr hclsyntax.Expression) (hcl.Traversal, bool) {
	e, ok := expr.(*hclsyntax.ScopeTraversalExpr)
	if !ok {
		return nil, false
	}
	return e.Traversal, true
}

// steps writes a reference's names out; false where a step is an index.
func steps(t hcl.Traversal) ([]string, bool) {
	names := make([]string, 0, len(t))
	for _, step := range t {
		switch s := step.(type) {
		case hcl.TraverseRoot:
			names = append(names, s.Name)
		case hcl.TraverseAttr:
			names = append(names, s.Name)
		default:
			return names, false
		}
	}
	return names, true
}

// dotted is a reference as text.
func dotted(t hcl.Traversal) string {
	names, _ := steps(t)
	return strings.Join(names, ".")
}

// stepRange is the place of one step of a reference, without the dot before it.
func stepRange(t hcl.Traversal, i int) hcl.Range {
	if i >= len(t) {
		return t.SourceRange()
	}
	rng := t[i].SourceRange()
	if _, ok := t[i].(hcl.TraverseAttr); ok && rng.End.Byte-rng.Start.Byte > 1 {
		rng.Start.Byte++
		rng.Start.Column++
	}
	return rng
}

// keyword returns a bare word, as in on_delete = cascade.
func keyword(expr hclsyntax.Expression) (string, bool) {
	t, ok := traversalOf(expr)
	if !ok || len(t) != 1 {
		return "", false
	}
	return t.RootName(), true
}

// call returns the name and arguments of a call.
func call(expr hclsyntax.Expression) (*hclsyntax.FunctionCallExpr, bool) {
	c, ok := expr.(*hclsyntax.FunctionCallExpr)
	return c, ok
}
