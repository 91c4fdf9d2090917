package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Choice is a value that a field may have, and what people read for it.
type Choice struct {
	Key   string
	Value String
	// Group is the name of the choices that it stands among, "" for none.
	Group string
}

// choicesType is a map of values and what people read, some of them in groups:
// { draft = "Draft", Done = { live = "Live", gone = "Gone" } }.
type choicesType struct{}

func (choicesType) word() string {
	return "map of strings, or of groups of them"
}
func (choicesType) goType() reflect.Type { return reflect.TypeFor[[]Choice]() }
func (choicesType) symbolic() bool       { return false }
func (choicesType) json() any {
	return map[string]any{"type": "object", "additionalProperties": map[string]any{"anyOf": []any{jsonString(""), stringMap{}.json()}}}
}

func (choicesType) decode(d *decoder, u *use) {
	into := u.target.Addr().Interface().(*[]Choice)
	object, ok := u.expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		for _, pair := range readStringMap(d, u) {
			*into = append(*into, Choice{Key: pair.Key, Value: pair.Value})
		}
		return
	}
	seen := map[string]hcl.Range{}
	add := func(c Choice, at hcl.Range) {
		if first, ok := seen[c.Key]; ok {
			d.report(keyTwice(u, c.Key, at, first))
			return
		}
		seen[c.Key] = at
		*into = append(*into, c)
	}
	d.eachItem(u, object, func(key string, at hcl.Range, value hclsyntax.Expression) {
		if group, ok := value.(*hclsyntax.ObjectConsExpr); ok {
			d.eachItem(u, group, func(inner string, at hcl.Range, value hclsyntax.Expression) {
				if v, ok := stringType().read(d, u, value); ok {
					add(Choice{Key: inner, Value: v, Group: key}, at)
				}
			})
			return
		}
		if v, ok := stringType().read(d, u, value); ok {
			add(Choice{Key: key, Value: v}, at)
		}
	})
}
