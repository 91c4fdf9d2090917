package template

import (
	"fmt"
	"regexp"
	"slices"

	"github.com/dave/jennifer/jen"
)

// ownArgument converts a value to what a converter of the site's own takes: a value of
// its type, or the text of one.
func (c *compiler) ownArgument(u URL, p Param, e *filterExpr, v value) (jen.Code, bool) {
	if v.lit == nil && v.t.Kind == Nullable {
		v = c.plain(c.opened(v))
	}
	number := p.Own.Type.Kind == Int && v.t.Kind == Int
	if v.lit != nil && !number {
		if text := printed(v.lit); !regexp.MustCompile(`\A(?:` + p.Own.Regex + `)\z`).MatchString(text) {
			c.errorAt(e.span, fmt.Sprintf("%q does not fit %s of the URL %q", text, p.Name, u.Name), fmt.Sprintf("The converter %s takes text that matches %s.", p.Converter, p.Own.Regex))
			return nil, false
		}
	}
	switch {
	case number && p.Own.Type.Go.Name == "int64":
		return c.native(v), true
	case number:
		return jen.Id(p.Own.Type.Go.Name).Call(c.native(v)), true
	case v.t.Kind == Func || v.t.Kind == Struct && v.t.Text == nil:
		c.errorAt(e.span, fmt.Sprintf("%s does not fit %s of the URL %q", article(v.t), p.Name, u.Name), "Name one of its attributes.")
		return nil, false
	}
	return jen.Qual(runtimePath, "PathArgument").Call(c.stateRef(), c.boxed(v), jen.Qual(p.Own.Path, p.Own.Var).Dot("Value")), true
}

// ownValues are functions that make the arguments of a URL for converters of the site's own, nil for the
// others; nil where the URL has none.
func ownValues(u URL) jen.Code {
	if !slices.ContainsFunc(u.Params, func(p Param) bool { return p.Own != nil }) {
		return nil
	}
	var list []jen.Code
	for _, p := range u.Params {
		if p.Own == nil {
			list = append(list, jen.Nil())
			continue
		}
		list = append(list, jen.Func().Params(jen.Id("v").Any()).Params(jen.Any(), jen.Error()).Block(
			jen.Return(jen.Qual(p.Own.Path, p.Own.Var).Dot("Value").Call(jen.Id("v")))))
	}
	return jen.Index().Func().Params(jen.Any()).Params(jen.Any(), jen.Error()).Values(list...)
}
