package generator

import (
	"github.com/zclconf/go-cty/cty"
	"github.com/zclconf/go-cty/cty/convert"

	"stackgen.dev/schema"
)

// variableDefault is a variable's default as the environment would say it;
// false where there is none.
func variableDefault(v *schema.Variable) (string, bool) {
	if v.Default == cty.NilVal || v.Default.IsNull() {
		return "", false
	}
	if v.Default.Type().IsListType() || v.Default.Type().IsTupleType() || v.Default.Type().IsSetType() {
		text := ""
		for it := v.Default.ElementIterator(); it.Next(); {
			_, item := it.Element()
			if text != "" {
				text += ","
			}
			text += plainText(item)
		}
		return text, true
	}
	return plainText(v.Default), true
}

func plainText(v cty.Value) string {
	s, err := convert.Convert(v, cty.String)
	if err != nil {
		bug("variable default of type %s: %v", v.Type().FriendlyName(), err)
	}
	return s.AsString()
}

// bindsVariables reports whether the environment gives the site values.
func (p *project) bindsVariables() bool {
	for _, v := range p.site.Variables {
		if v.Env.V != "" {
			return true
		}
	}
	return false
}
