package generator

import (
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"path"
	"path/filepath"
	"strconv"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/template"
	"stackgen.dev/schema"
)

// templateFuncs gives the template compiler the project's own filters, tags and
// names, with the types that their Go functions declare.
func (p *project) templateFuncs(opts *template.Options) {
	opts.Values = append(opts.Values, p.userValues()...)
	t := p.site.Templates
	if t == nil {
		return
	}
	for _, f := range t.Filters {
		fn, ok := p.templateFunc(f.Handler)
		if !ok {
			continue
		}
		if n := len(fn.Params); fn.Request || n < 1 || n > 2 {
			p.badFunc(f.Handler, "A filter takes the value, and the argument where it has one: func(value T) R, or func(value T, argument U) R.")
			continue
		}
		opts.Filters = append(opts.Filters, template.Filter{Name: f.Name, Func: fn})
	}
	for _, g := range t.Tags {
		fn, ok := p.templateFunc(g.Handler)
		if !ok {
			continue
		}
		if g.Block.V && (len(fn.Params) == 0 || fn.Params[0].Type.Kind != template.SafeString && fn.Params[0].Type.Kind != template.String) {
			p.badFunc(g.Handler, "A tag with an end takes what stands inside first: func(content tmpl.Safe, …) R.")
			continue
		}
		opts.Tags = append(opts.Tags, template.Tag{Name: g.Name, Func: fn, Block: g.Block.V, Template: g.Template.V})
	}
	for _, c := range t.Context {
		fn, ok := p.templateFunc(c.Handler)
		if !ok {
			continue
		}
		if !fn.Request || len(fn.Params) > 0 {
			p.badFunc(c.Handler, "A name of every template takes the request: func(*web.Request) R.")
			continue
		}
		opts.Values = append(opts.Values, template.Value{Name: c.Name, Func: fn})
	}
}

func (p *project) badFunc(ref schema.GoRef, detail string) {
	p.fail(schema.Diagnostic{Severity: schema.Error, Summary: ref.Address() + " has the wrong form", Detail: detail, Subject: ref.Range})
}

// templateFunc is goFunction for a function that templates call themselves,
// so that its package cannot import theirs.
func (p *project) templateFunc(ref schema.GoRef) (template.Function, bool) {
	for _, file := range sourceFiles(filepath.Join(p.site.Dir, filepath.FromSlash(ref.Package))) {
		parsed, _ := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if parsed == nil {
			continue
		}
		for _, imp := range parsed.Imports {
			if at, _ := strconv.Unquote(imp.Path.Value); at == p.module+"/"+sitePackage || at == p.module+"/gen/templates" {
				p.badFunc(ref, fmt.Sprintf("Its package imports %s (%s), which imports it. Put functions for templates into a package of their own.", at, filepath.Base(file)))
				return template.Function{}, false
			}
		}
	}
	return p.goFunction(ref)
}

// goFunction reads a function's types off its source.
func (p *project) goFunction(ref schema.GoRef) (template.Function, bool) {
	fn := template.Function{Path: p.module + "/" + ref.Package, Name: ref.Name}
	for _, file := range sourceFiles(filepath.Join(p.site.Dir, filepath.FromSlash(ref.Package))) {
		parsed, _ := parser.ParseFile(token.NewFileSet(), file, nil, parser.SkipObjectResolution)
		if parsed == nil {
			continue
		}
		for _, d := range parsed.Decls {
			if decl, ok := d.(*ast.FuncDecl); ok && decl.Recv == nil && decl.Name.Name == ref.Name {
				types := goTypes{imports: importPaths(parsed), home: fn.Path, models: p.site.Module.V + "/gen/models", row: p.rowOf}
				types.function(decl.Type, &fn)
				return fn, true
			}
		}
	}
	return fn, false // schema has said so
}

// importPaths are a file's imports by the names that it uses.
func importPaths(f *ast.File) map[string]string {
	paths := map[string]string{}
	for _, imp := range f.Imports {
		at, err := strconv.Unquote(imp.Path.Value)
		if err != nil {
			continue
		}
		name := path.Base(at)
		if imp.Name != nil {
			name = imp.Name.Name
		}
		paths[name] = at
	}
	return paths
}

// goTypes reads Go types of one file.
type goTypes struct {
	imports map[string]string
	home    string
	// models is the package of rows, and row the type of those of a name there; nil
	// for a name that is none.
	models string
	row    func(name string) *template.Type
}

func (g goTypes) function(t *ast.FuncType, fn *template.Function) {
	for i, field := range t.Params.List {
		names := field.Names
		if len(names) == 0 {
			names = []*ast.Ident{{Name: fmt.Sprintf("arg%d", i+1)}}
		}
		for j, name := range names {
			typ := field.Type
			if i == 0 && j == 0 && g.named(typ, pkgWeb, "Request") {
				fn.Request = true
				continue
			}
			if e, ok := typ.(*ast.Ellipsis); ok {
				fn.Variadic, typ = true, e.Elt
			}
			fn.Params = append(fn.Params, template.FuncParam{Name: snake(name.Name), Type: g.value(typ)})
		}
	}
	fn.Result = &template.Type{Kind: template.Any}
	if t.Results != nil && len(t.Results.List) > 0 {
		fn.Result = g.result(t.Results.List[0].Type)
		fn.Error = len(t.Results.List) == 2
	}
}

// named reports whether a type is *pkg.name.
func (g goTypes) named(t ast.Expr, pkg, name string) bool {
	star, ok := t.(*ast.StarExpr)
	if !ok {
		return false
	}
	sel, ok := star.X.(*ast.SelectorExpr)
	if !ok {
		return false
	}
	id, ok := sel.X.(*ast.Ident)
	return ok && g.imports[id.Name] == pkg && sel.Sel.Name == name
}

// value is a type as the template compiler knows it; one that it does not is
// any value, converted to that Go type.
func (g goTypes) value(t ast.Expr) *template.Type {
	switch t := t.(type) {
	case *ast.Ident:
		switch t.Name {
		case "string":
			return textType
		case "int", "int8", "int16", "int32", "int64":
			return &template.Type{Kind: template.Int, Go: template.GoType{Name: t.Name}}
		case "float64":
			return &template.Type{Kind: template.Float}
		case "bool":
			return boolType
		case "any":
			return &template.Type{Kind: template.Any}
		}
	case *ast.SelectorExpr:
		if id, ok := t.X.(*ast.Ident); ok {
			switch g.imports[id.Name] + "." + t.Sel.Name {
			case "time.Time":
				return &template.Type{Kind: template.Time}
			case "time.Duration":
				return &template.Type{Kind: template.Duration}
			case "stackgen.dev/runtime/tmpl.Safe":
				return &template.Type{Kind: template.SafeString}
			}
		}
	}
	return &template.Type{Kind: template.Any, Code: func() *jen.Statement { return g.code(t) }}
}

// result is the type of what a function returns: rows and a list of known values
// too. A row may be nil, those of a list are not.
func (g goTypes) result(t ast.Expr) *template.Type {
	if row := g.rowType(t); row != nil {
		return &template.Type{Kind: template.Nullable, Elem: row}
	}
	if list, ok := t.(*ast.ArrayType); ok && list.Len == nil {
		if row := g.rowType(list.Elt); row != nil {
			return &template.Type{Kind: template.List, Elem: row}
		}
		if elem := g.value(list.Elt); elem.Kind != template.Any {
			return &template.Type{Kind: template.List, Elem: elem}
		}
	}
	if v := g.value(t); v.Kind != template.Any {
		return v
	}
	return &template.Type{Kind: template.Any}
}

// rowType is the type of *models.Name, nil for any other.
func (g goTypes) rowType(t ast.Expr) *template.Type {
	star, ok := t.(*ast.StarExpr)
	if !ok {
		return nil
	}
	sel, ok := star.X.(*ast.SelectorExpr)
	if !ok {
		return nil
	}
	if id, ok := sel.X.(*ast.Ident); !ok || g.imports[id.Name] != g.models {
		return nil
	}
	return g.row(sel.Sel.Name)
}

// code is a type in generated Go.
func (g goTypes) code(t ast.Expr) *jen.Statement {
	switch t := t.(type) {
	case *ast.Ident:
		if t.IsExported() {
			return jen.Qual(g.home, t.Name)
		}
		return jen.Id(t.Name)
	case *ast.StarExpr:
		return jen.Op("*").Add(g.code(t.X))
	case *ast.SelectorExpr:
		if id, ok := t.X.(*ast.Ident); ok {
			return jen.Qual(g.imports[id.Name], t.Sel.Name)
		}
	case *ast.ArrayType:
		if t.Len == nil {
			return jen.Index().Add(g.code(t.Elt))
		}
	case *ast.MapType:
		return jen.Map(g.code(t.Key)).Add(g.code(t.Value))
	}
	return jen.Any()
}
