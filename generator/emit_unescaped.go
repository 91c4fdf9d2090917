package generator

import (
	"fmt"
	"go/ast"
	"go/token"
	"path"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/generator/template"
)

// unescaped is a place of the project that writes values without escaping them.
type unescaped struct{ place, what string }

// unescaped lists all of them, those of templates first: check --deploy shows them.
func (p *project) unescaped() []unescaped {
	opts := template.Options{Load: p.loadTemplate, Names: p.templateNames()}
	p.templateFuncs(&opts)
	var all []unescaped
	for _, u := range template.FindUnescaped(opts, opts.Names) {
		all = append(all, unescaped{fmt.Sprintf("%s/%s:%d:%d", templateDir, u.Template, u.Line, u.Column), u.What})
	}
	return append(all, p.markedInGo()...)
}

// markedSafe are the Go types whose values are not escaped, by import path
// (mark_safe).
var markedSafe = map[string]string{"stackgen.dev/runtime/tmpl": "Safe", "html/template": "HTML"}

// markedInGo lists where the user's Go calls a text safe.
func (p *project) markedInGo() []unescaped {
	var all []unescaped
	p.eachGoFile(func(name string, files *token.FileSet, parsed *ast.File) {
		imports := importPaths(parsed)
		ast.Inspect(parsed, func(n ast.Node) bool {
			call, ok := n.(*ast.CallExpr)
			if !ok {
				return true
			}
			sel, ok := call.Fun.(*ast.SelectorExpr)
			if !ok {
				return true
			}
			if id, ok := sel.X.(*ast.Ident); ok && markedSafe[imports[id.Name]] == sel.Sel.Name {
				at := files.Position(call.Pos())
				all = append(all, unescaped{fmt.Sprintf("%s:%d:%d", name, at.Line, at.Column), path.Base(imports[id.Name]) + "." + sel.Sel.Name})
			}
			return true
		})
	})
	return all
}

// emitUnescaped writes gen/site/unescaped.gen.go; nil where everything is escaped.
func (p *project) emitUnescaped() *emit.File {
	all := p.unescaped()
	if len(all) == 0 {
		return nil
	}
	var rows []jen.Code
	for _, u := range all {
		rows = append(rows, jen.Values(emit.Field("Place", jen.Lit(u.place)), emit.Field("What", jen.Lit(u.what))))
	}
	f := p.file("unescaped")
	f.Doc("unescaped is where values are written without escaping, for check --deploy.")
	f.Var().Id("unescaped").Op("=").Index().Qual(pkgSite, "Unescaped").Add(emit.Rows(rows...))
	return f
}
