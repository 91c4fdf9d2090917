package generator

import (
	"fmt"
	"go/token"
	"strings"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

// urlFunc is the typed reverse function of a route name.
type urlFunc struct {
	name   string // of the function: ShopCart
	route  *schema.Route
	params []schema.Segment
}

// urlFuncs lists the reverse functions, in the order of the routes.
func urlFuncs(site *schema.Site) []urlFunc {
	var list []urlFunc
	for _, r := range site.AllRoutes() {
		if r.Regex {
			continue
		}
		list = append(list, urlFunc{name: urlName(r), route: r, params: r.Captures()})
	}
	return list
}

// urlName is the reverse function of a route.
func urlName(r *schema.Route) string { return schema.GoName(strings.ReplaceAll(r.FullName, ":", "_")) }

// emitURLs writes gen/urls: a function for each route, so that a wrong name or
// a missing argument is an error of the compiler.
func (p *project) emitURLs() *emit.File {
	f := emit.New("gen/urls/urls.gen.go", p.module+"/gen/urls", "urls")
	f.PackageDoc("Package urls writes the paths of the site's routes; web.WithQuery and web.WithFragment add to them.")
	for _, c := range p.site.Converters {
		if c.ToValue.Set() {
			f.ImportAlias(p.module+"/"+c.ToValue.Package, importName(c.ToValue)) // which may hold the type
		}
	}
	for _, u := range p.urls {
		var params []jen.Code
		for _, c := range u.params {
			params = append(params, jen.Id(paramName(c.Name)).Add(p.captureType(c)))
		}
		what, path := "path", p.pathOf(u.route)
		if bound := u.route.BoundTo.V; bound != "" && !strings.HasPrefix(bound, "*") {
			what, path = "URL", p.hostOf(u.route, path)
		}
		f.Line()
		f.Doc(fmt.Sprintf("%s is the %s of route %q.", u.name, what, u.route.Address()))
		f.Func().Id(u.name).Params(params...).String().Block(jen.Return(path))
	}
	return f
}

// pathOf is the path of a route.
func (p *project) pathOf(r *schema.Route) *jen.Statement {
	path := p.urlOf(r.Segments, p.segmentOf)
	if strings.HasPrefix(r.Full, "/<") {
		return jen.Qual(pkgRoute, "Guard").Call(path)
	}
	return path
}

// hostOf is the URL of a route that is bound to a host.
func (p *project) hostOf(r *schema.Route, path *jen.Statement) *jen.Statement {
	label := func(c schema.Segment) jen.Code { return jen.Qual(pkgRoute, "HostLabel").Call(p.segmentOf(c)) }
	host := append([]schema.Segment{{Literal: "//"}}, r.HostSegments...)
	if len(r.Segments) == 1 && r.Segments[0].Name == "" {
		return p.urlOf(append(host, r.Segments...), label) // all behind the host is text
	}
	return p.urlOf(host, label).Op("+").Add(path)
}

// urlOf writes pieces of a pattern one behind the other; text that follows text is one literal.
func (p *project) urlOf(segments []schema.Segment, capture func(schema.Segment) jen.Code) *jen.Statement {
	var parts []jen.Code
	for i := 0; i < len(segments); i++ {
		if segments[i].Name != "" {
			parts = append(parts, capture(segments[i]))
			continue
		}
		text := segments[i].Literal
		for ; i+1 < len(segments) && segments[i+1].Name == ""; i++ {
			text += segments[i+1].Literal
		}
		parts = append(parts, jen.Lit(text))
	}
	out := jen.Add(parts[0])
	for _, part := range parts[1:] {
		out.Op("+").Add(part)
	}
	return out
}

// segmentOf is a parameter as a part of a path.
func (p *project) segmentOf(c schema.Segment) jen.Code {
	name := jen.Id(paramName(c.Name))
	switch {
	case c.Own != nil:
		return p.converterVar(c.Own).Dot("Segment").Call(name)
	case c.Converter == "int":
		return jen.Qual("strconv", "FormatInt").Call(name, jen.Lit(10))
	case c.Converter == "path":
		return jen.Qual(pkgRoute, "Rest").Call(name)
	}
	return jen.Qual(pkgRoute, "Segment").Call(name)
}

// paramName is a capture's name as a Go parameter of a function in gen/urls.
func paramName(name string) string {
	joined := localName(name)
	if token.IsKeyword(joined) || joined == "route" || joined == "strconv" || joined == "converters" {
		return joined + "_"
	}
	return joined
}

// localName is a name of the site file in Go's spelling: post_url is postURL.
func localName(name string) string {
	words := strings.Split(name, "_")
	for i, w := range words {
		if i > 0 {
			words[i] = schema.GoName(w)
		}
	}
	return strings.Join(words, "")
}
