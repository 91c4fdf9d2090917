package schema

import (
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
	"github.com/zclconf/go-cty/cty"
)

// requestTemplate is text with attributes of the request in it, or one of them alone.
type requestTemplate struct{}

func (requestTemplate) word() string         { return "string with ${request.…} in it" }
func (requestTemplate) json() any            { return jsonString("") }
func (requestTemplate) goType() reflect.Type { return reflect.TypeFor[RequestTemplate]() }
func (requestTemplate) symbolic() bool       { return false }

// requestAttrs are what a template may take from the request.
func requestAttrs() []string {
	return []string{"host", "path", "query", "uri", "scheme", "method", "id", "header", "cookie"}
}

// clientAttrs are what there is to say of who asks.
func clientAttrs() []string {
	return []string{"client.address", "client.user", "client.certificate.subject", "client.certificate.issuer", "client.certificate.serial", "client.certificate.fingerprint"}
}

func (requestTemplate) decode(d *decoder, u *use) {
	into := u.target.Addr().Interface().(*RequestTemplate)
	*into, _ = d.template(u, u.expr)
	into.Range = u.at
}

// template reads a whole expression.
func (d *decoder) template(u *use, expr hclsyntax.Expression) (into RequestTemplate, good bool) {
	into.Range, good = expr.Range(), true
	exprs := []hclsyntax.Expression{expr}
	switch e := expr.(type) {
	case *hclsyntax.TemplateExpr:
		exprs = e.Parts
	case *hclsyntax.TemplateWrapExpr:
		exprs = []hclsyntax.Expression{e.Wrapped}
	}
	for _, e := range exprs {
		part, ok := requestPart(d, u, e)
		if !ok {
			good = false
			continue
		}
		if n := len(into.Parts); n > 0 && part.Attr == "" && part.Bind == nil && into.Parts[n-1].Attr == "" && into.Parts[n-1].Bind == nil {
			into.Parts[n-1].Literal += part.Literal
			continue
		}
		into.Parts = append(into.Parts, part)
	}
	return into, good
}

func requestPart(d *decoder, u *use, e hclsyntax.Expression) (RequestPart, bool) {
	t, ok := traversalOf(unwrap(e))
	if !ok || !ofRequest(t) {
		v, bind, ok := d.value(u, e, cty.String)
		if !ok {
			return RequestPart{}, false
		}
		part := RequestPart{Bind: bind}
		if v.IsKnown() {
			part.Literal = v.AsString()
			if p := u.attr.check(part.Literal); p != nil {
				d.report(badValue(e.Range(), p, bind))
				return part, false
			}
		}
		return part, true
	}
	return d.requestAttr(u, t)
}

// ofRequest reports whether a reference is to something of a request.
func ofRequest(t hcl.Traversal) bool {
	switch t.RootName() {
	case "request", "client", "match", "response", "map":
		return true
	}
	return false
}

// requestAttr reads request.path, request.header.NAME, request.query.NAME,
// request.cookie.NAME, client.address and match.GROUP.
func (d *decoder) requestAttr(u *use, t hcl.Traversal) (RequestPart, bool) {
	names, plain := steps(t)
	whole := dotted(t)
	switch {
	case names[0] == "match":
		if group, ok := groupName(t); ok {
			return d.matchGroup(u, t, group)
		}
	case !plain:
	case names[0] == "map" && len(names) == 2:
		return d.mapAttr(t, names[1]), true
	case isAnswerAttr(u, names):
		return RequestPart{Attr: strings.Join(names, ".")}, true
	case slices.Contains(clientAttrs(), whole):
		return RequestPart{Attr: whole}, true
	case names[0] == "request" && len(names) == 2 && names[1] != "header" && names[1] != "cookie":
		for _, name := range requestAttrs() {
			if names[1] == name {
				return RequestPart{Attr: whole}, true
			}
		}
	case names[0] == "request" && len(names) == 3 && (names[1] == "header" || names[1] == "cookie" || names[1] == "query"):
		return RequestPart{Attr: whole}, true
	}
	d.report(unknownRequestAttr(t))
	return RequestPart{}, false
}

// groupName is the second step of match.NAME and match[1].
func groupName(t hcl.Traversal) (string, bool) {
	if len(t) != 2 {
		return "", false
	}
	switch s := t[1].(type) {
	case hcl.TraverseAttr:
		return s.Name, true
	case hcl.TraverseIndex:
		if s.Key.Type() == cty.Number {
			n, _ := s.Key.AsBigFloat().Int64()
			return strconv.FormatInt(n, 10), true
		}
	}
	return "", false
}

// matchGroup holds a group's name against the pattern of the location around.
func (d *decoder) matchGroup(u *use, t hcl.Traversal, group string) (RequestPart, bool) {
	if _, ok := u.owner.(*Map); ok {
		return d.rowGroup(u, t, group)
	}
	for s := u.scope; s != nil; s = s.parent {
		l, ok := s.owner.(*Location)
		if !ok {
			continue
		}
		source, isPattern := locationPattern(l.Pattern)
		if !isPattern {
			break
		}
		return d.groupOf(t, group, l.Pattern, source)
	}
	d.report(errorAt(t.SourceRange(), "Group without a pattern", "Only a location whose label is a regular expression has groups. Write its label as in \"~ ^/users/([0-9]+)$\"."))
	return RequestPart{}, false
}

// groupOf holds a group's name against a pattern.
func (d *decoder) groupOf(t hcl.Traversal, group, pattern, source string) (RequestPart, bool) {
	part := RequestPart{Attr: "match." + group}
	re, err := regexp.Compile(source)
	if err != nil {
		return part, true // reported where it stands
	}
	n, err := strconv.Atoi(group)
	if err != nil {
		n = re.SubexpIndex(group)
	}
	if n < 0 || n > re.NumSubexp() {
		d.report(errorAt(t.SourceRange(), "Group that the pattern does not have", "The pattern %q has %d groups, and %s is none of them. Write match[1] for the first, or give one a name, as in (?P<%s>[a-z]+).",
			pattern, re.NumSubexp(), group, "name"))
		return part, false
	}
	return part, true
}

// headerMap is an object of header fields, whose values may be made from the request.
type headerMap struct{ stringMap }

func (headerMap) word() string { return "map of strings with ${request.…} in them" }

func (headerMap) decode(d *decoder, u *use) {
	into := u.target.Addr().Interface().(*StringMap)
	object, ok := u.expr.(*hclsyntax.ObjectConsExpr)
	if !ok {
		*into = readStringMap(d, u)
		return
	}
	d.eachItem(u, object, func(key string, _ hcl.Range, value hclsyntax.Expression) {
		if !slices.ContainsFunc(hclsyntax.Variables(value), ofRequest) {
			if v, ok := stringType().read(d, u, value); ok {
				*into = append(*into, StringPair{Key: key, Value: v})
			}
			return
		}
		if t, ok := d.template(u, value); ok {
			*into = append(*into, StringPair{Key: key, Value: String{Range: value.Range(), Set: true}, Template: t})
		}
	})
}
