package schema

import (
	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
	"github.com/zclconf/go-cty/cty/function"
)

// evaluator computes expressions from variables, locals and functions.
type evaluator struct {
	d         *decoder
	variables map[string]*Variable
	locals    map[string]*local
	functions map[string]function.Function
	ctx       *hcl.EvalContext
}

// local is one name of a locals block.
type local struct {
	name  string
	expr  hclsyntax.Expression
	at    hcl.Range
	value cty.Value
	// bound is a variable of the environment that the value depends on, or nil.
	bound *Variable
	state int // 0 not evaluated, 1 being evaluated, 2 done
}

func newEvaluator(d *decoder) *evaluator {
	e := &evaluator{d: d, variables: map[string]*Variable{}, locals: map[string]*local{}, functions: map[string]function.Function{}}
	for _, f := range functions(d.site.Dir) {
		e.functions[f.name] = f.fn
	}
	e.refresh()
	return e
}

// refresh rebuilds what expressions see.
func (e *evaluator) refresh() {
	vars, locals := map[string]cty.Value{}, map[string]cty.Value{}
	for name, v := range e.variables {
		vars[name] = variableValue(v)
	}
	for name, l := range e.locals {
		locals[name] = l.value
	}
	e.ctx = &hcl.EvalContext{
		Variables: map[string]cty.Value{"var": cty.ObjectVal(vars), "local": cty.ObjectVal(locals)},
		Functions: e.functions,
	}
}

// variableValue is what checks go by: the default, or something unknown of the type.
func variableValue(v *Variable) cty.Value {
	if v.Default == cty.NilVal {
		if v.Type == cty.NilType {
			return cty.DynamicVal
		}
		return cty.UnknownVal(v.Type)
	}
	return v.Default
}

// addLocals enters the names of a locals block.
func (e *evaluator) addLocals(body hcl.Body) {
	attrs, diags := body.JustAttributes()
	e.d.reportHCL(diags)
	for _, a := range inFileOrder(attrs) {
		expr, diags := native(a.Expr, false)
		e.d.reportHCL(diags)
		if expr == nil {
			continue
		}
		if x := checkName("local", a.Name, a.NameRange); x != nil {
			e.d.report(*x)
		}
		l := &local{name: a.Name, expr: expr, at: a.NameRange, value: cty.DynamicVal}
		if e.d.names.declare(e.d, "local", a.Name, a.NameRange, l) {
			e.locals[a.Name] = l
		}
	}
}

// evaluateLocals computes every local after those it names.
func (e *evaluator) evaluateLocals() {
	for _, x := range e.d.names.of("local").order {
		e.evaluateLocal(x.owner.(*local), nil)
	}
	e.refresh()
}

func (e *evaluator) evaluateLocal(l *local, path []*local) {
	if l.state == 2 {
		return
	}
	path = append(path, l)
	if l.state == 1 {
		e.d.report(localCycle(path))
		return
	}
	l.state = 1
	for _, t := range hclsyntax.Variables(l.expr) {
		if names, _ := steps(t); len(names) > 1 && names[0] == "local" && e.locals[names[1]] != nil {
			e.evaluateLocal(e.locals[names[1]], path)
		}
	}
	e.refresh()
	if bound, ok := e.names(l.expr, "a local"); ok {
		l.bound = bound
		v, diags := l.expr.Value(e.ctx)
		e.d.reportHCL(diags)
		if !diags.HasErrors() {
			l.value = v
		}
	}
	l.state = 2
}

// names checks that an expression uses only names that there are: var.x,
// local.x and functions. It returns a variable of the environment that the
// value depends on. where says what the expression stands in, for messages.
func (e *evaluator) names(expr hclsyntax.Expression, where string) (bound *Variable, ok bool) {
	ok = true
	switch x := expr.(type) {
	case *hclsyntax.LiteralValueExpr:
		return nil, true
	case *hclsyntax.TemplateExpr:
		if x.IsStringLiteral() {
			return nil, true
		}
	}
	for _, t := range hclsyntax.Variables(expr) {
		v, good := e.name(t, where)
		ok = ok && good
		if bound == nil {
			bound = v
		}
	}
	hclsyntax.VisitAll(expr, func(n hclsyntax.Node) hcl.Diagnostics {
		if c, isCall := n.(*hclsyntax.FunctionCallExpr); isCall && !e.function(c, where) {
			ok = false
		}
		return nil
	})
	return bound, ok
}

// name checks one reference of an expression.
func (e *evaluator) name(t hcl.Traversal, where string) (bound *Variable, ok bool) {
	names, _ := steps(t)
	switch {
	case names[0] == "var" && len(names) > 1:
		if v := e.variables[names[1]]; v != nil {
			e.d.names.used[v] = true
			if v.Env.V != "" {
				return v, true
			}
			return nil, true
		}
		e.d.report(unknownName(e.d.names, "var", names[1], stepRange(t, 1)))
	case names[0] == "local" && len(names) > 1:
		if l := e.locals[names[1]]; l != nil {
			e.d.names.used[l] = true
			return l.bound, true
		}
		e.d.report(unknownName(e.d.names, "local", names[1], stepRange(t, 1)))
	default:
		e.d.report(notAValue(e.d.names, t, where))
	}
	return nil, false
}

func (e *evaluator) function(c *hclsyntax.FunctionCallExpr, where string) bool {
	if _, ok := e.functions[c.Name]; ok {
		return true
	}
	var known []string
	for name := range e.functions {
		known = append(known, name)
	}
	e.d.report(unknownFunction(c.Name, c.NameRange, known, where))
	return false
}

// value evaluates an attribute's expression, or one element of it, to a value
// of the wanted type. The value is unknown where a variable of the environment
// without a default stands in it; then and where such a variable has a default
// the binding says how to put the value together at start.
func (d *decoder) value(u *use, expr hclsyntax.Expression, want cty.Type) (v cty.Value, b *Binding, ok bool) {
	bound, ok := d.eval.names(expr, u.attr.Name)
	if !ok {
		return cty.NilVal, nil, false
	}
	v, diags := expr.Value(d.eval.ctx)
	d.reportHCL(diags)
	if diags.HasErrors() {
		return cty.NilVal, nil, false
	}
	if bound != nil {
		return d.boundValue(u, expr, bound, v, want)
	}
	if v.IsNull() || !v.IsKnown() || !sameType(v.Type(), want) && !becomesText(expr, v, want) {
		if v.IsKnown() {
			d.report(wrongType(u, expr, v, want))
		}
		return cty.NilVal, nil, false
	}
	v, err := convert.Convert(v, want)
	if err != nil || !v.IsWhollyKnown() {
		return cty.NilVal, nil, false
	}
	return v, nil, true
}

// becomesText reports whether a number or a truth that is not written out, such
// as local.port or "${local.port}", stands where a string is wanted.
func becomesText(expr hclsyntax.Expression, v cty.Value, want cty.Type) bool {
	switch expr.(type) {
	case *hclsyntax.LiteralValueExpr, *hclsyntax.UnaryOpExpr:
		return false
	}
	return want == cty.String && v.Type().IsPrimitiveType()
}

// boundValue is value where the environment has a say.
func (d *decoder) boundValue(u *use, expr hclsyntax.Expression, bound *Variable, v cty.Value, want cty.Type) (cty.Value, *Binding, bool) {
	if !u.attr.Bindable {
		d.report(notBindable(u, expr.Range(), bound))
		return cty.NilVal, nil, false
	}
	b, ok := d.eval.binding(expr)
	if !ok || want != cty.String && len(b.Parts) != 1 {
		d.report(computedBinding(u, expr.Range(), bound))
		return cty.NilVal, nil, false
	}
	if !v.IsKnown() {
		return cty.UnknownVal(want), b, true
	}
	converted, err := convert.Convert(v, want)
	if err != nil || converted.IsNull() {
		d.report(wrongType(u, expr, v, want).and(bound.DeclRange, "var.%s and its default are declared here", bound.Name))
		return cty.NilVal, nil, false
	}
	return converted, b, true
}

// sameType forgives what HCL's literals cannot say: a tuple is a list.
func sameType(have, want cty.Type) bool {
	if want == cty.DynamicPseudoType || have.Equals(want) {
		return true
	}
	if want.IsListType() && (have.IsTupleType() || have.IsListType() || have.IsSetType()) {
		return convert.GetConversion(have, want) != nil
	}
	return want.IsMapType() && (have.IsObjectType() || have.IsMapType())
}

// binding takes an expression apart into text and variables. It fails on
// anything that would have to be computed.
func (e *evaluator) binding(expr hclsyntax.Expression) (*Binding, bool) {
	b := &Binding{}
	if !e.bindingParts(b, expr) {
		return nil, false
	}
	return b, true
}

func (e *evaluator) bindingParts(b *Binding, expr hclsyntax.Expression) bool {
	expr = unwrap(expr)
	if x, ok := expr.(*hclsyntax.TemplateExpr); ok {
		for _, p := range x.Parts {
			if !e.bindingParts(b, p) {
				return false
			}
		}
		return true
	}
	if t, ok := traversalOf(expr); ok {
		names, plain := steps(t)
		if plain && len(names) == 2 && names[0] == "var" && e.variables[names[1]] != nil && e.variables[names[1]].Env.V != "" {
			b.Parts = append(b.Parts, BindingPart{Variable: e.variables[names[1]]})
			return true
		}
		if plain && len(names) == 2 && names[0] == "local" && e.locals[names[1]] != nil && e.locals[names[1]].bound != nil {
			return e.bindingParts(b, e.locals[names[1]].expr)
		}
	}
	if e.dependsOnEnvironment(expr) {
		return false
	}
	v, diags := expr.Value(e.ctx)
	if diags.HasErrors() || !v.IsKnown() || v.IsNull() {
		return false
	}
	text, err := convert.Convert(v, cty.String)
	if err != nil {
		return false
	}
	b.addText(text.AsString())
	return true
}

// dependsOnEnvironment reports whether a variable of the environment stands in the expression.
func (e *evaluator) dependsOnEnvironment(expr hclsyntax.Expression) bool {
	for _, t := range hclsyntax.Variables(expr) {
		names, _ := steps(t)
		if len(names) < 2 {
			continue
		}
		if v := e.variables[names[1]]; names[0] == "var" && v != nil && v.Env.V != "" {
			return true
		}
		if l := e.locals[names[1]]; names[0] == "local" && l != nil && l.bound != nil {
			return true
		}
	}
	return false
}

// addText adds literal text, to the literal before it where there is one.
func (b *Binding) addText(text string) {
	if n := len(b.Parts); n > 0 && b.Parts[n-1].Variable == nil {
		b.Parts[n-1].Literal += text
		return
	}
	if text != "" {
		b.Parts = append(b.Parts, BindingPart{Literal: text})
	}
}
