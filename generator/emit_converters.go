package generator

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"strconv"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/generator/models"
	"stackgen.dev/generator/template"
	"stackgen.dev/schema"
)

// convertersPackage is where the site's own path converters are: beneath gen/urls and gen/site, which
// both use them.
const convertersPackage = "gen/converters"

// emitConverters writes gen/converters, nil for a site without converters of its own.
func (p *project) emitConverters() *emit.File {
	if len(p.site.Converters) == 0 {
		return nil
	}
	f := emit.New(convertersPackage+"/converters.gen.go", p.module+"/"+convertersPackage, "converters")
	f.PackageDoc("Package converters holds the site's own path converters: what they read, and what they write.")
	for i, c := range p.site.Converters {
		if i > 0 {
			f.Line()
		}
		make := jen.Qual(pkgRoute, "TextConverter").Call(jen.Lit(c.Name), regexLit(c))
		if c.ToValue.Set() {
			p.checkConverterImports(c.ToValue)
			toURL := jen.Func().Params(jen.Id("text").String()).String().Block(jen.Return(jen.Id("text")))
			if c.ToURL.Set() {
				p.checkConverterImports(c.ToURL)
				f.ImportAlias(p.module+"/"+c.ToURL.Package, importName(c.ToURL))
				toURL = jen.Add(p.goFunc(c.ToURL))
			}
			f.ImportAlias(p.module+"/"+c.ToValue.Package, importName(c.ToValue))
			make = jen.Qual(pkgRoute, "NewConverter").Call(jen.Lit(c.Name), regexLit(c), p.goFunc(c.ToValue), toURL)
		}
		f.Doc(fmt.Sprintf("%s reads and writes <%s:…>.", schema.GoName(c.Name), c.Name))
		f.Var().Id(schema.GoName(c.Name)).Op("=").Add(make)
	}
	return f
}

// regexLit is a converter's expression as people write it.
func regexLit(c *schema.Converter) jen.Code {
	if text := c.Regex.V; strconv.CanBackquote(text) {
		return jen.Op("`" + text + "`")
	}
	return jen.Lit(c.Regex.V)
}

// checkConverterImports reports a function whose package imports what is made of it.
func (p *project) checkConverterImports(ref schema.GoRef) {
	for _, file := range sourceFiles(filepath.Join(p.site.Dir, filepath.FromSlash(ref.Package))) {
		parsed, _ := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if parsed == nil {
			continue
		}
		for _, imp := range parsed.Imports {
			at, _ := strconv.Unquote(imp.Path.Value)
			for _, above := range []string{sitePackage, "gen/templates", "gen/urls", convertersPackage} {
				if at == p.module+"/"+above {
					p.badFunc(ref, fmt.Sprintf("Its package imports %s (%s), which is made of the site's converters. Put functions of converters into a package of their own.", at, filepath.Base(file)))
					return
				}
			}
		}
	}
}

// converterVar is a converter in generated code: converters.Yyyy.
func (p *project) converterVar(c *schema.Converter) *jen.Statement {
	return jen.Qual(p.module+"/"+convertersPackage, schema.GoName(c.Name))
}

// convertersConfig is what the dispatcher is told of them.
func (p *project) convertersConfig() jen.Code {
	var list []jen.Code
	for _, c := range p.site.Converters {
		list = append(list, p.converterVar(c).Dot("Converter").Call())
	}
	return jen.Index().Op("*").Qual(pkgRoute, "Converter").Values(list...)
}

// captureType is the Go type of what is captured.
func (p *project) captureType(s schema.Segment) *jen.Statement {
	if s.Own == nil || !s.Own.ToValue.Set() {
		return jen.Id(s.Value())
	}
	types, result, ok := p.resultType(s.Own.ToValue)
	if !ok {
		return jen.Any() // schema has said so
	}
	return types.code(result)
}

// resultType is the first result of a function of the user's, as it is written.
func (p *project) resultType(ref schema.GoRef) (goTypes, ast.Expr, bool) {
	for _, file := range sourceFiles(filepath.Join(p.site.Dir, filepath.FromSlash(ref.Package))) {
		parsed, _ := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if parsed == nil {
			continue
		}
		for _, d := range parsed.Decls {
			if decl, ok := d.(*ast.FuncDecl); ok && decl.Recv == nil && decl.Name.Name == ref.Name && decl.Type.Results != nil {
				return goTypes{imports: importPaths(parsed), home: p.module + "/" + ref.Package}, decl.Type.Results.List[0].Type, true
			}
		}
	}
	return goTypes{}, nil, false
}

// templateConverter tells the template compiler of a converter.
func (p *project) templateConverter(s schema.Segment) *template.Converter {
	if s.Own == nil {
		return nil
	}
	typ := textType
	if s.Own.ToValue.Set() {
		if types, result, ok := p.resultType(s.Own.ToValue); ok {
			typ = types.value(result)
		}
	}
	return &template.Converter{
		Path: p.module + "/" + convertersPackage, Var: schema.GoName(s.Own.Name), Regex: s.Own.Regex.V,
		Type: typ, Code: func() *jen.Statement { return p.captureType(s) },
	}
}

// arg is what the request captures, as the converter of s makes it.
func (e *viewEmitter) arg(s schema.Segment) jen.Code {
	return jen.Qual(pkgWeb, "Arg").Index(e.captureType(s)).Call(jen.Id("r"), jen.Lit(s.Name))
}

// ownCapture is what a view's routes capture under a name by a converter of the site's own, as a
// value of the type that parse returns ("" for text); nil where a built-in converter captures it.
func (e *viewEmitter) ownCapture(name, parse string) jen.Code {
	for _, r := range e.site.RoutesOf(e.v) {
		for _, s := range r.Captures() {
			if s.Name != name || s.Own == nil || !s.Own.ToValue.Set() {
				continue
			}
			if parse == "ParseInt" && s.Value() == "int" {
				return jen.Int64().Call(e.arg(s))
			}
			return e.arg(s)
		}
	}
	return nil
}

// captureFromRequest is what the request captures under the name of a route's capture, and of its type.
func (e *viewEmitter) captureFromRequest(s schema.Segment) jen.Code {
	if s.Own == nil && e.ownCapture(s.Name, "") == nil {
		if s.Value() == "int64" {
			return jen.Id("r").Dot("ArgInt").Call(jen.Lit(s.Name))
		}
		return jen.Id("r").Dot("Arg").Call(jen.Lit(s.Name))
	}
	return e.arg(s)
}

// ofCapture is the value of a row's field as a capture takes it.
func ofCapture(s schema.Segment, f *schema.Field, value *jen.Statement) jen.Code {
	switch {
	case models.ParseFunc(f) == "ParseUUID" && s.Own == nil:
		return value.Dot("String").Call()
	case models.ParseFunc(f) == "ParseInt" && s.Value() == "int":
		return jen.Int().Call(value)
	}
	return value
}
