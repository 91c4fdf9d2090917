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
		u := urlFunc{name: urlName(r), route: r}
		for _, s := range r.Segments {
			if s.Name != "" {
				u.params = append(u.params, s)
			}
		}
		list = append(list, u)
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
		var params, parts []jen.Code
		for _, s := range u.route.Segments {
			if s.Name == "" {
				parts = append(parts, jen.Lit(s.Literal))
				continue
			}
			name := paramName(s.Name)
			params = append(params, jen.Id(name).Add(p.captureType(s)))
			switch {
			case s.Own != nil:
				parts = append(parts, p.converterVar(s.Own).Dot("Segment").Call(jen.Id(name)))
			case s.Converter == "int":
				parts = append(parts, jen.Qual("strconv", "FormatInt").Call(jen.Id(name), jen.Lit(10)))
			case s.Converter == "path":
				parts = append(parts, jen.Qual(pkgRoute, "Rest").Call(jen.Id(name)))
			default:
				parts = append(parts, jen.Qual(pkgRoute, "Segment").Call(jen.Id(name)))
			}
		}
		path := jen.Add(parts[0])
		for _, part := range parts[1:] {
			path.Op("+").Add(part)
		}
		body := jen.Code(path)
		if strings.HasPrefix(u.route.Full, "/<") {
			body = jen.Qual(pkgRoute, "Guard").Call(path)
		}
		f.Line()
		f.Doc(fmt.Sprintf("%s is the path of route %q.", u.name, u.route.Full))
		f.Func().Id(u.name).Params(params...).String().Block(jen.Return(body))
	}
	return f
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
