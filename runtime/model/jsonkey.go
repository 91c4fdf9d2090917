package model

import (
	"encoding/json"

	"stackgen.dev/runtime/model/sqltext"
)

// JSONPath is the value at a path of a JSON field (KeyTransform). A comparison
// holds for values of the kind that it compares with: a number is neither equal to
// text nor less than it, and where the key is missing none holds. Its negation
// holds for all other rows, those without the key included; add Exists where they
// are not meant. (Django's exclude leaves out some of them.)
type JSONPath[M any] = JSONPathOf[*M]

// JSONPathOf is JSONPath, by the type of a pointer to the row.
type JSONPathOf[R any] struct {
	of     sqltext.Term
	path   []string
	member bool // the last step is a key of an object, also where it is a number
}

// Key is the value at a path of a JSON field: model.Key(PostField.Meta, "tags",
// "0"). Steps that are whole numbers are places in lists.
func Key[M any](e Expression[M, json.RawMessage], path ...string) JSONPath[M] {
	return JSONPath[M]{of: e.expression().term, path: path}
}

func (j JSONPathOf[R]) as(form sqltext.JSONForm) sqltext.Term {
	return sqltext.JSONKey{Of: j.of, Path: j.path, Member: j.member, Form: form}
}

// Eq holds where the value is v, which is what json.Marshal takes; nil is
// JSON's null, and not a key that is missing.
func (j JSONPathOf[R]) Eq(v any) CondOf[R] { return j.compare(sqltext.Eq, v) }

// Lt holds where the value is less than v. Nothing is less than null.
func (j JSONPathOf[R]) Lt(v any) CondOf[R] { return j.compare(sqltext.Lt, v) }

// Lte holds where the value is v or less.
func (j JSONPathOf[R]) Lte(v any) CondOf[R] { return j.compare(sqltext.Le, v) }

// Gt holds where the value is greater than v.
func (j JSONPathOf[R]) Gt(v any) CondOf[R] { return j.compare(sqltext.Gt, v) }

// Gte holds where the value is v or greater.
func (j JSONPathOf[R]) Gte(v any) CondOf[R] { return j.compare(sqltext.Ge, v) }

// In holds where the value is one of these.
func (j JSONPathOf[R]) In(values ...any) CondOf[R] {
	conds := make([]CondOf[R], len(values))
	for i, v := range values {
		conds[i] = j.Eq(v)
	}
	return CondOf[R]{sqltext.Or(exprs(conds))}
}

// Exists holds where the key is there, also with null (has_key, isnull=False).
func (j JSONPathOf[R]) Exists() CondOf[R] {
	return CondOf[R]{sqltext.IsNull{Of: j.as(sqltext.JSONType), Negated: true}}
}

// Missing holds where the key is not there (isnull=True).
func (j JSONPathOf[R]) Missing() CondOf[R] {
	return CondOf[R]{sqltext.IsNull{Of: j.as(sqltext.JSONType)}}
}

// Text is the value as text, for text look-ups and Values.
func (j JSONPathOf[R]) Text() *TextExprOf[R] { return textExpr[R](j.as(sqltext.JSONText)) }

// JSON is the value as JSON text; null where the key is missing.
func (j JSONPathOf[R]) JSON() *ExprOf[R, json.RawMessage] {
	return newExpr[R](j.as(sqltext.JSONRaw), JSONValue, 0)
}

// Asc orders by the value: rows without the key come first, then numbers, then
// text, and JSON's null last.
func (j JSONPathOf[R]) Asc() OrderOf[R] {
	return OrderOf[R]{sqltext.Order{By: j.as(sqltext.JSONOrder)}}
}

// Desc is Asc from the end.
func (j JSONPathOf[R]) Desc() OrderOf[R] {
	return OrderOf[R]{sqltext.Order{By: j.as(sqltext.JSONOrder), Descending: true}}
}

func (j JSONPathOf[R]) compare(op sqltext.Op, v any) CondOf[R] {
	text, err := json.Marshal(v)
	if err != nil {
		refused := sqltext.Bind(sqltext.Invalid("a value that has no JSON form: " + err.Error()))
		return CondOf[R]{sqltext.Compare{Left: j.as(sqltext.JSONValue), Op: op, Right: sqltext.JSONDocument{Text: refused}}}
	}
	kinds := jsonKinds(text)
	list := make([]sqltext.Operand, len(kinds))
	for i, kind := range kinds {
		list[i] = sqltext.Constant(sqltext.Text(kind))
	}
	same := sqltext.In{Of: j.as(sqltext.JSONType), List: list}
	switch {
	case kinds[0] != "null":
		document := sqltext.JSONDocument{Text: sqltext.Bind(sqltext.Text(string(text)))}
		return CondOf[R]{sqltext.And{same, sqltext.Compare{Left: j.as(sqltext.JSONValue), Op: op, Right: document}}}
	case op == sqltext.Lt, op == sqltext.Gt:
		return CondOf[R]{sqltext.Or{}}
	}
	return CondOf[R]{same}
}

// jsonKinds are what the databases call the type of a JSON text.
func jsonKinds(text []byte) []string {
	switch text[0] {
	case 'n':
		return []string{"null"}
	case 't', 'f':
		return []string{"true", "false", "boolean"}
	case '"':
		return []string{"text", "string"}
	case '[':
		return []string{"array"}
	case '{':
		return []string{"object"}
	}
	return []string{"integer", "real", "number"}
}

// HasKey holds where a JSON object has the key (has_key).
func HasKey[M any](e Expression[M, json.RawMessage], key string) Cond[M] {
	j := Key(e, key)
	j.member = true
	return j.Exists()
}

// HasKeys holds where it has all of them (has_keys).
func HasKeys[M any](e Expression[M, json.RawMessage], keys ...string) Cond[M] {
	return And(hasKeys(e, keys)...)
}

// HasAnyKeys holds where it has one of them (has_any_keys).
func HasAnyKeys[M any](e Expression[M, json.RawMessage], keys ...string) Cond[M] {
	return Or(hasKeys(e, keys)...)
}

func hasKeys[M any](e Expression[M, json.RawMessage], keys []string) []Cond[M] {
	conds := make([]Cond[M], len(keys))
	for i, key := range keys {
		conds[i] = HasKey(e, key)
	}
	return conds
}

// JSONEq holds where the whole document is v, which is what json.Marshal takes;
// nil is JSON's null, and not a field that is null. SQLite compares objects with
// their keys in the order in which they were stored.
func JSONEq[M any](e Expression[M, json.RawMessage], v any) Cond[M] { return Key(e).Eq(v) }
