package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/ext/typeexpr"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// typeType is the type of a variable: string, number, bool, list(string).
type typeType struct{}

func (typeType) word() string         { return "type" }
func (typeType) json() any            { return jsonString("") }
func (typeType) goType() reflect.Type { return reflect.TypeFor[cty.Type]() }
func (typeType) symbolic() bool       { return true }

func (typeType) decode(d *decoder, u *use) {
	if text, quoted := literalString(u.expr); quoted {
		d.report(quotedType(text, u.expr.Range()))
		return
	}
	t, diags := typeexpr.Type(u.expr)
	if diags.HasErrors() {
		d.report(badVariableType(u.expr.Range()))
		return
	}
	u.target.Set(reflect.ValueOf(t))
}

// constantType is any value without names in it: the default of a variable.
type constantType struct{}

func (constantType) word() string         { return "constant" }
func (constantType) json() any            { return map[string]any{} }
func (constantType) goType() reflect.Type { return reflect.TypeFor[cty.Value]() }
func (constantType) symbolic() bool       { return false }

func (constantType) decode(d *decoder, u *use) {
	v, diags := u.expr.Value(&hcl.EvalContext{})
	if diags.HasErrors() || !v.IsWhollyKnown() {
		d.report(defaultNotConstant(u.expr.Range()))
		return
	}
	u.target.Set(reflect.ValueOf(v))
}

// checkVariable settles the variable's type.
func checkVariable(d *decoder, s *scope) {
	v := s.owner.(*Variable)
	typed := v.Type != cty.NilType
	switch {
	case !typed && v.Default != cty.NilVal:
		v.Type = v.Default.Type()
	case !typed:
		v.Type = cty.String
	case v.Default != cty.NilVal:
		converted, err := convert.Convert(v.Default, v.Type)
		if err != nil {
			d.report(defaultOfOtherType(v, d.attrRange(v, "default", v.DeclRange), d.attrRange(v, "type", v.DeclRange)))
			v.Default = cty.NilVal
		} else {
			v.Default = converted
		}
	}
	env := d.attrRange(v, "env", v.DeclRange)
	switch {
	case v.Env.V != "" && !v.Type.IsPrimitiveType():
		d.report(environmentNotPrimitive(v, env))
		v.Env = String{}
	case v.Env.V == "" && v.Default == cty.NilVal && !d.isWritten(v, "default") && !d.isWritten(v, "env"):
		d.report(variableWithoutValue(v))
	}
	if first := d.environment(v); first != nil {
		d.report(environmentTwice(v, env, first))
	}
}

// environment finds an earlier variable that reads the same name.
func (d *decoder) environment(v *Variable) *Variable {
	for _, w := range d.site.Variables {
		if w != v && w.Env.V != "" && w.Env.V == v.Env.V {
			return w
		}
	}
	return nil
}
