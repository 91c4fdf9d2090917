package schema

import "reflect"

// countType is a whole number, or the word auto.
type countType struct{ scalar[int] }

func (t countType) word() string { return "whole number or auto" }
func (t countType) json() any    { return jsonOr(map[string]any{"type": "integer"}) }

func (t countType) decode(d *decoder, u *use) {
	word, ok := keyword(u.expr)
	if text, quoted := literalString(u.expr); quoted && u.json {
		word, ok = text, true
	}
	if ok && word == "auto" {
		u.target.Set(reflect.ValueOf(Int{V: AutoCount, Range: u.at, Set: u.set}))
		return
	}
	t.scalar.decode(d, u)
}

// hookType names a Go function of the project with the form of a hook.
type hookType struct{ shape goShape }

func (hookType) word() string         { return goRefType{}.word() }
func (hookType) json() any            { return goRefType{}.json() }
func (hookType) goType() reflect.Type { return goRefType{}.goType() }
func (hookType) symbolic() bool       { return true }

func (t hookType) decode(d *decoder, u *use) {
	if ref, ok := d.goRef(u, u.expr); ok {
		*u.target.Addr().Interface().(*GoRef) = ref
		d.goes = append(d.goes, &goUse{ref: ref, shape: t.shape})
	}
}

var (
	_ attrType = countType{}
	_ attrType = hookType{}
)
