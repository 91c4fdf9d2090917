package schema

import (
	"reflect"
	"time"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"
)

// attrType is what may stand behind an attribute's equals sign, and how it
// gets into the struct.
type attrType interface {
	// word names the type in messages and in the manual, without an article.
	word() string
	// json is the type in JSON Schema.
	json() any
	// goType is the type of the struct's field; nil when decode finds its own way.
	goType() reflect.Type
	// symbolic says that strings of the JSON form are expressions.
	symbolic() bool
	decode(d *decoder, u *use)
}

// scalar is a type of one value that may be computed and bound.
type scalar[T any] struct {
	name, pattern string
	// want is the type of the expression.
	want    cty.Type
	convert func(v cty.Value) (T, *problem)
}

func (t scalar[T]) word() string         { return t.name }
func (t scalar[T]) goType() reflect.Type { return reflect.TypeFor[Value[T]]() }
func (t scalar[T]) symbolic() bool       { return false }

func (t scalar[T]) json() any {
	switch t.want {
	case cty.Bool:
		return jsonOr(map[string]any{"type": "boolean"})
	case cty.Number:
		kind := "integer"
		if t.name == "number" {
			kind = "number"
		}
		return jsonOr(map[string]any{"type": kind})
	}
	return jsonString(t.pattern)
}

func (t scalar[T]) decode(d *decoder, u *use) {
	if v, ok := t.read(d, u, u.expr); ok {
		v.Set = u.set
		if !u.set {
			v.Range = u.at
		}
		*u.target.Addr().Interface().(*Value[T]) = v
	}
}

// read evaluates one expression and checks what it says.
func (t scalar[T]) read(d *decoder, u *use, expr hclsyntax.Expression) (Value[T], bool) {
	out := Value[T]{Range: expr.Range(), Set: u.set}
	v, bind, ok := d.value(u, expr, t.want)
	if !ok {
		return out, false
	}
	out.Bind = bind
	if !v.IsKnown() {
		return out, true
	}
	converted, p := t.convert(v)
	if p == nil {
		p = u.attr.check(converted)
	}
	if p != nil {
		d.report(badValue(expr.Range(), p, bind))
		return out, false
	}
	out.V = converted
	return out, true
}

// check applies what the table says about values.
func (a *attr) check(v any) *problem {
	if text, ok := v.(string); ok && len(a.Enum) > 0 {
		if p := checkEnum(a, text); p != nil {
			return p
		}
	}
	if a.Check == nil {
		return nil
	}
	return a.Check(v)
}

func stringType() scalar[string] {
	return scalar[string]{name: "string", want: cty.String, convert: func(v cty.Value) (string, *problem) { return v.AsString(), nil }}
}

func boolType() scalar[bool] {
	return scalar[bool]{name: "bool", want: cty.Bool, convert: func(v cty.Value) (bool, *problem) { return v.True(), nil }}
}

func intType() scalar[int] {
	return scalar[int]{name: "whole number", want: cty.Number, convert: func(v cty.Value) (int, *problem) {
		n, accuracy := v.AsBigFloat().Int64()
		if accuracy != 0 || n != int64(int32(n)) {
			return 0, notWhole(v.AsBigFloat().Text('g', 10))
		}
		return int(n), nil
	}}
}

func durationType() scalar[time.Duration] {
	return scalar[time.Duration]{name: "duration", pattern: `^([0-9.]+(ms|s|m|h|d|w))+$|\$\{`, want: cty.String,
		convert: func(v cty.Value) (time.Duration, *problem) {
			n, err := ParseDuration(v.AsString())
			if err != nil || n < 0 {
				return 0, notDuration(v.AsString())
			}
			return n, nil
		}}
}

func sizeType() scalar[int64] {
	return scalar[int64]{name: "size", pattern: `^[0-9.]+(B|KB|MB|GB|TB)$|\$\{`, want: cty.String,
		convert: func(v cty.Value) (int64, *problem) {
			n, err := parseSize(v.AsString())
			if err != nil {
				return 0, notSize(v.AsString())
			}
			return n, nil
		}}
}

// stringList is a list of strings, each with its own place.
type stringList struct{}

func (stringList) word() string         { return "list of strings" }
func (stringList) json() any            { return jsonList(jsonString("")) }
func (stringList) goType() reflect.Type { return reflect.TypeFor[[]String]() }
func (stringList) symbolic() bool       { return false }

func (stringList) decode(d *decoder, u *use) {
	*u.target.Addr().Interface().(*[]String) = readStrings(d, u)
}

func readStrings(d *decoder, u *use) []String {
	var out []String
	if list, ok := u.expr.(*hclsyntax.TupleConsExpr); ok {
		for _, e := range list.Exprs {
			if v, ok := stringType().read(d, u, e); ok {
				out = append(out, v)
			}
		}
		return out
	}
	v, bind, ok := d.value(u, u.expr, cty.List(cty.String))
	if !ok {
		return nil
	}
	if bind != nil {
		d.report(listBinding(u, u.expr.Range(), bind))
		return nil
	}
	for it := v.ElementIterator(); it.Next(); {
		_, e := it.Element()
		if e.IsNull() {
			d.report(wrongType(u, u.expr, e, cty.String))
			return nil
		}
		if p := u.attr.check(e.AsString()); p != nil {
			d.report(badValue(u.expr.Range(), p, nil))
			continue
		}
		out = append(out, String{V: e.AsString(), Range: u.expr.Range(), Set: u.set})
	}
	return out
}

// stringMap is an object of strings, in the order it is written.
type stringMap struct{}

func (stringMap) word() string         { return "map of strings" }
func (stringMap) goType() reflect.Type { return reflect.TypeFor[StringMap]() }
func (stringMap) symbolic() bool       { return false }
func (stringMap) json() any {
	return map[string]any{"type": "object", "additionalProperties": jsonString("")}
}

func (stringMap) decode(d *decoder, u *use) {
	*u.target.Addr().Interface().(*StringMap) = readStringMap(d, u)
}

func readStringMap(d *decoder, u *use) StringMap {
	var out StringMap
	if object, ok := u.expr.(*hclsyntax.ObjectConsExpr); ok {
		d.eachItem(u, object, func(key string, _ hcl.Range, value hclsyntax.Expression) {
			if v, ok := stringType().read(d, u, value); ok {
				out = append(out, StringPair{Key: key, Value: v})
			}
		})
		return out
	}
	v, bind, ok := d.value(u, u.expr, cty.Map(cty.String))
	if !ok {
		return nil
	}
	if bind != nil {
		d.report(listBinding(u, u.expr.Range(), bind))
		return nil
	}
	for it := v.ElementIterator(); it.Next(); {
		k, e := it.Element()
		if e.IsNull() {
			d.report(wrongType(u, u.expr, e, cty.String))
			return nil
		}
		out = append(out, StringPair{Key: k.AsString(), Value: String{V: e.AsString(), Range: u.expr.Range(), Set: u.set}})
	}
	return out
}

// eachItem goes through what is written in braces, each key once.
func (d *decoder) eachItem(u *use, object *hclsyntax.ObjectConsExpr, do func(key string, at hcl.Range, value hclsyntax.Expression)) {
	seen := map[string]hcl.Range{}
	for _, item := range object.Items {
		key, ok := d.objectKey(u, item.KeyExpr)
		if !ok {
			continue
		}
		at := item.KeyExpr.Range()
		if first, ok := seen[key]; ok {
			d.report(keyTwice(u, key, at, first))
			continue
		}
		seen[key] = at
		do(key, at, item.ValueExpr)
	}
}

// objectKey is a key of an object: a bare word, a string or a number.
func (d *decoder) objectKey(u *use, key hclsyntax.Expression) (string, bool) {
	if k, ok := key.(*hclsyntax.ObjectConsKeyExpr); ok {
		if word, ok := keyword(k.Wrapped); ok && !k.ForceNonLiteral {
			return word, true
		}
		key = k.Wrapped
	}
	v, bind, ok := d.value(u, key, cty.DynamicPseudoType)
	switch {
	case !ok:
		return "", false
	case bind != nil || !v.IsKnown():
		d.report(listBinding(u, key.Range(), bind))
		return "", false
	case v.IsNull() || v.Type() != cty.String && v.Type() != cty.Number:
		d.report(keyOfOtherType(u, v, key.Range()))
		return "", false
	}
	text, err := convert.Convert(v, cty.String)
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	return text.AsString(), true
}

// wordType is a bare word out of the attribute's Enum.
type wordType struct{}

func (wordType) word() string         { return "word" }
func (wordType) json() any            { return jsonString("") }
func (wordType) goType() reflect.Type { return reflect.TypeFor[String]() }
func (wordType) symbolic() bool       { return true }

func (wordType) decode(d *decoder, u *use) {
	word, ok := keyword(u.expr)
	if !ok {
		if text, quoted := literalString(u.expr); quoted {
			d.report(quotedWord(u, u.expr.Range(), text))
			return
		}
		d.report(notAWord(u, u.expr.Range()))
		return
	}
	if p := checkEnum(u.attr, word); p != nil {
		d.report(badValue(u.expr.Range(), p, nil))
		return
	}
	u.target.Set(reflect.ValueOf(String{V: word, Range: u.at, Set: u.set}))
}
