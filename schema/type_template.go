package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// requestTemplate is text with attributes of the request in it.
type requestTemplate struct{}

func (requestTemplate) word() string         { return "string with ${request.…} in it" }
func (requestTemplate) json() any            { return jsonString("") }
func (requestTemplate) goType() reflect.Type { return reflect.TypeFor[RequestTemplate]() }
func (requestTemplate) symbolic() bool       { return false }

// requestAttrs are what a template may take from the request.
func requestAttrs() []string { return []string{"host", "path", "query", "uri"} }

func (requestTemplate) decode(d *decoder, u *use) {
	into := u.target.Addr().Interface().(*RequestTemplate)
	into.Range = u.at
	exprs := []hclsyntax.Expression{u.expr}
	switch e := u.expr.(type) {
	case *hclsyntax.TemplateExpr:
		exprs = e.Parts
	case *hclsyntax.TemplateWrapExpr:
		exprs = []hclsyntax.Expression{e.Wrapped}
	}
	for _, e := range exprs {
		part, ok := requestPart(d, u, e)
		if !ok {
			continue
		}
		if n := len(into.Parts); n > 0 && part.Attr == "" && into.Parts[n-1].Attr == "" {
			into.Parts[n-1].Literal += part.Literal
			continue
		}
		into.Parts = append(into.Parts, part)
	}
}

func requestPart(d *decoder, u *use, e hclsyntax.Expression) (RequestPart, bool) {
	t, ok := traversalOf(unwrap(e))
	if !ok || t.RootName() != "request" {
		v, bind, ok := d.value(u, e, cty.String)
		if !ok || bind != nil {
			return RequestPart{}, false
		}
		return RequestPart{Literal: v.AsString()}, true
	}
	names, _ := steps(t)
	if len(names) == 2 {
		for _, name := range requestAttrs() {
			if names[1] == name {
				return RequestPart{Attr: name}, true
			}
		}
	}
	d.report(unknownRequestAttr(t))
	return RequestPart{}, false
}
