package schema

import "encoding/json"

// JSONSchema describes the JSON form of site files, as JSON Schema 2020-12
// for editors. It is made from the same tables as everything else.
func JSONSchema() []byte {
	root := rootBlock()
	defs := map[string]any{}
	s := bodySchema(root, root, defs)
	s["$schema"] = "https://json-schema.org/draft/2020-12/schema"
	s["title"] = "stackgen site"
	s["$defs"] = defs
	out, err := json.MarshalIndent(s, "", "  ")
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
	return append(out, '\n')
}

// bodySchema describes what stands between braces.
func bodySchema(root, b *block, defs map[string]any) map[string]any {
	properties := map[string]any{"//": map[string]any{"description": "A comment."}}
	var required []string
	for _, a := range b.Attrs {
		properties[a.Name] = attrSchema(a)
		if a.Required {
			required = append(required, a.Name)
		}
	}
	for _, c := range b.Blocks {
		if c.Required {
			required = append(required, c.Type)
		}
		properties[c.Type] = blockSchema(root, c, defs)
	}
	s := map[string]any{"type": "object", "description": b.Doc, "properties": properties, "additionalProperties": b.Free}
	if len(required) > 0 {
		s["required"] = required
	}
	return s
}

func attrSchema(a *attr) any {
	t := a.Type.json()
	m, ok := t.(map[string]any)
	if !ok {
		panic("stackgen: unreachable: attribute without a JSON Schema: " + a.Name)
	}
	out := map[string]any{"description": a.Doc}
	for k, v := range m {
		out[k] = v
	}
	if len(a.Enum) > 0 && out["type"] == "string" {
		out["enum"] = a.Enum
	}
	if a.Default != "" {
		var v any
		if json.Unmarshal([]byte(a.Default), &v) == nil {
			out["default"] = v
		}
	}
	return out
}

// blockSchema describes the property that stands for all blocks of a type:
// one body or several, beneath their labels where they have one.
func blockSchema(root, b *block, defs map[string]any) any {
	name := definitionName(root, b)
	ref := map[string]any{"$ref": "#/$defs/" + name}
	if _, known := defs[name]; !known {
		defs[name] = true // taken, so that groups within groups come to an end
		defs[name] = bodySchema(root, b, defs)
	}
	one := []any{ref, map[string]any{"type": "array", "items": ref}}
	if b.Once {
		one = one[:1]
	}
	body := one[0]
	if len(one) > 1 {
		body = map[string]any{"anyOf": one}
	}
	if b.Label == "" {
		return body
	}
	labelled := map[string]any{"type": "object", "description": "Bodies by their " + b.Label + ".", "additionalProperties": body}
	return map[string]any{"anyOf": []any{labelled, map[string]any{"type": "array", "items": labelled}}}
}

// definitionName tells blocks of one type in different parents apart.
func definitionName(root, b *block) string {
	name := b.Type
	root.walk(func(path []string, c *block) {
		if c == b && len(path) > 1 && path[len(path)-2] != path[len(path)-1] {
			name = path[len(path)-2] + "_" + b.Type
		}
	})
	if b.Field == "Nodes" {
		return b.Type + "_in_group"
	}
	return name
}

// jsonString is a string in JSON Schema, with a pattern where there is one.
func jsonString(pattern string) any {
	s := map[string]any{"type": "string"}
	if pattern != "" {
		s["pattern"] = pattern
	}
	return s
}

// jsonList is a list in JSON Schema.
func jsonList(of any) any { return map[string]any{"type": "array", "items": of} }

// jsonOr allows an expression in a string where the native form has no quotes.
func jsonOr(t any) any {
	return map[string]any{"anyOf": []any{t, map[string]any{"type": "string", "pattern": `\$\{`}}}
}
