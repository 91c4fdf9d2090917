package schema

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// goShape is the form that a Go function must have.
type goShape int

const (
	viewFunction goShape = iota
	middlewareFunction
	processHook
	requestHook
	// templateFunction is a filter, a tag or a name of templates: its types are
	// the template compiler's to judge.
	templateFunction
	httpHandler
	formHandler
	webSocketFunction
	userTest
	querysetHook
	rowHook
	rowClean
	valueTest
	formInvalid
	commandFunction
	// contextFunction gives a view's template a name; its result is the template
	// compiler's to judge.
	contextFunction
	// toValueFunction and toURLFunction are a converter's.
	toValueFunction
	toURLFunction
)

// String is the form as Go writes it.
func (s goShape) String() string {
	switch s {
	case viewFunction:
		return "func(*web.Request) (*web.Response, error)"
	case processHook:
		return "func(*site.Process) error"
	case requestHook:
		return "func(*site.Request)"
	case templateFunction:
		return "func(…) R, or func(…) (R, error)"
	case httpHandler:
		return "func() http.Handler"
	case formHandler:
		return "func(*web.Request, *forms.Form) error"
	case webSocketFunction:
		return "func(*web.Request, *websocket.Conn) error"
	case userTest:
		return "func(*web.Request) (bool, error)"
	case querysetHook:
		return "func(*web.Request, model.Query[models.T]) (model.Query[models.T], error)"
	case rowHook:
		return "func(*web.Request, *forms.Form, *models.T) error"
	case rowClean:
		return "func(model.Source, *models.T) error"
	case valueTest:
		return "func(T) error"
	case formInvalid:
		return "func(*web.Request, *forms.Form) (*web.Response, error)"
	case commandFunction:
		return "func(*command.Call) error"
	case toValueFunction:
		return "func(string) (T, error), of a type T that other packages can name"
	case toURLFunction:
		return "func(T) string"
	case contextFunction:
		return "func(*web.Request) R, or func(*web.Request, *models.T) R in a view of one row; (R, error) will do as well"
	}
	return "func(web.Handler) web.Handler"
}

// goUse is one reference to a Go function.
type goUse struct {
	ref   GoRef
	shape goShape
	// takes is the name of the type that a valueTest gets; "" for any.
	takes string
}

// form is what the function has to be.
func (u *goUse) form() string {
	if u.takes == "" {
		return u.shape.String()
	}
	name := u.takes
	switch name {
	case "Decimal", "Date", "TimeOfDay", "UUID":
		name = "model." + name
	case "Time", "Duration":
		name = "time." + name
	case "RawMessage":
		name = "json." + name
	}
	if u.shape == toURLFunction {
		return "func(" + name + ") string"
	}
	return "func(" + name + ") error"
}

// goPackage is what the files of one folder declare at their top.
type goPackage struct {
	found bool
	// functions and others are the declared names; test files are left out.
	functions map[string]*goFunction
	others    map[string]hcl.Range
	name      string
}

type goFunction struct {
	decl *ast.FuncDecl
	at   hcl.Range
}

// checkGo looks for the functions that the site names. It only reads syntax,
// so it works while the project's code does not compile.
func (d *decoder) checkGo() {
	for _, use := range d.goes {
		d.checkGoUse(use, d.goPackage(use.ref.Package))
	}
}

// goPackage is readPackage, once for each folder.
func (d *decoder) goPackage(name string) *goPackage {
	p := d.packages[name]
	if p == nil {
		p = d.readPackage(name)
		d.packages[name] = p
	}
	return p
}

func (d *decoder) checkGoUse(use *goUse, p *goPackage) {
	if !p.found {
		d.report(goPackageMissing(use, d.site.Dir, d.near(use.ref.Package)))
		return
	}
	if p.name == "main" {
		d.report(goPackageMain(use))
		return
	}
	if at, ok := p.others[use.ref.Name]; ok {
		if at.Start.Line > 0 {
			d.report(goNotAFunction(use, at))
		}
		return
	}
	f := p.functions[use.ref.Name]
	if f == nil {
		var names []string
		for name := range p.functions {
			names = append(names, name)
		}
		near := Suggest(use.ref.Name, names)
		x := goFunctionMissing(use, near)
		if near != "" {
			x = x.and(p.functions[near].at, "%s is declared here", near)
		}
		d.report(x)
		return
	}
	if use.shape == middlewareFunction && isHTTPMiddleware(f.decl.Type) {
		for i := range d.site.Middleware {
			if d.site.Middleware[i].Go == use.ref {
				d.site.Middleware[i].HTTP = true
			}
		}
	}
	if !hasShape(f.decl.Type, use.shape) || use.takes != "" && typeName(flat(f.decl.Type.Params)[0]) != use.takes {
		d.report(goWrongShape(use, f.at))
	}
}

// readPackage parses the Go files of a folder.
func (d *decoder) readPackage(name string) *goPackage {
	p := &goPackage{functions: map[string]*goFunction{}, others: map[string]hcl.Range{}}
	dir := filepath.Join(d.site.Dir, filepath.FromSlash(name))
	entries, err := os.ReadDir(dir)
	if err != nil {
		return p
	}
	for _, e := range entries {
		if !strings.HasSuffix(e.Name(), ".go") || strings.HasSuffix(e.Name(), "_test.go") || e.IsDir() {
			continue
		}
		file := filepath.Join(dir, e.Name())
		text, err := os.ReadFile(file)
		if err != nil {
			continue
		}
		d.sources.Add(file, text)
		p.found = true
		p.read(file, text)
	}
	return p
}

func (p *goPackage) read(file string, text []byte) {
	set := token.NewFileSet()
	f, _ := parser.ParseFile(set, file, text, parser.SkipObjectResolution)
	if f == nil {
		return
	}
	if f.Name != nil {
		p.name = f.Name.Name
	}
	for _, decl := range f.Decls {
		switch decl := decl.(type) {
		case *ast.FuncDecl:
			if decl.Recv == nil {
				p.functions[decl.Name.Name] = &goFunction{decl, goRange(set, decl.Name)}
			}
		case *ast.GenDecl:
			for _, spec := range decl.Specs {
				switch spec := spec.(type) {
				case *ast.TypeSpec:
					p.others[spec.Name.Name] = goRange(set, spec.Name)
				case *ast.ValueSpec:
					for _, name := range spec.Names {
						at := goRange(set, name)
						if decl.Tok == token.VAR {
							at = hcl.Range{} // a variable may hold a function
						}
						p.others[name.Name] = at
					}
				}
			}
		}
	}
}

// goRange is a place in Go source as diagnostics have it.
func goRange(set *token.FileSet, n ast.Node) hcl.Range {
	from, to := set.Position(n.Pos()), set.Position(n.End())
	return hcl.Range{
		Filename: from.Filename,
		Start:    hcl.Pos{Line: from.Line, Column: from.Column, Byte: from.Offset},
		End:      hcl.Pos{Line: to.Line, Column: to.Column, Byte: to.Offset},
	}
}

// hasShape compares a signature with the form that is wanted, by the names of
// its types: what a package is imported as does not matter.
func hasShape(f *ast.FuncType, shape goShape) bool {
	params, results := flat(f.Params), flat(f.Results)
	if f.TypeParams != nil {
		return false
	}
	switch shape {
	case processHook:
		return len(params) == 1 && len(results) == 1 && typeName(params[0]) == "*Process" && typeName(results[0]) == "error"
	case requestHook:
		return len(params) == 1 && len(results) == 0 && typeName(params[0]) == "*Request"
	case templateFunction:
		return len(results) == 1 || len(results) == 2 && typeName(results[1]) == "error"
	case viewFunction:
		return len(params) == 1 && len(results) == 2 &&
			typeName(params[0]) == "*Request" && typeName(results[0]) == "*Response" && typeName(results[1]) == "error"
	}
	if shape == formHandler {
		return len(params) == 2 && len(results) == 1 && typeName(params[0]) == "*Request" && typeName(params[1]) == "*Form" && typeName(results[0]) == "error"
	}
	if shape == webSocketFunction {
		return len(params) == 2 && len(results) == 1 && typeName(params[0]) == "*Request" && typeName(params[1]) == "*Conn" && typeName(results[0]) == "error"
	}
	if shape == userTest {
		return len(params) == 1 && len(results) == 2 && typeName(params[0]) == "*Request" && typeName(results[0]) == "bool" && typeName(results[1]) == "error"
	}
	switch shape {
	case rowClean:
		return len(params) == 2 && len(results) == 1 && typeName(params[0]) == "Source" &&
			strings.HasPrefix(typeName(params[1]), "*") && typeName(results[0]) == "error"
	case toValueFunction:
		return len(params) == 1 && len(results) == 2 && typeName(params[0]) == "string" && nameable(results[0]) && typeName(results[1]) == "error"
	case toURLFunction:
		return len(params) == 1 && len(results) == 1 && typeName(results[0]) == "string"
	case valueTest:
		return len(params) == 1 && len(results) == 1 && typeName(results[0]) == "error"
	case querysetHook:
		return len(params) == 2 && len(results) == 2 && typeName(params[0]) == "*Request" &&
			typeName(params[1]) == "Query" && typeName(results[0]) == "Query" && typeName(results[1]) == "error"
	case rowHook:
		return len(params) == 3 && len(results) == 1 && typeName(params[0]) == "*Request" && typeName(params[1]) == "*Form" &&
			strings.HasPrefix(typeName(params[2]), "*") && typeName(results[0]) == "error"
	case formInvalid:
		return len(params) == 2 && len(results) == 2 && typeName(params[0]) == "*Request" && typeName(params[1]) == "*Form" &&
			typeName(results[0]) == "*Response" && typeName(results[1]) == "error"
	case commandFunction:
		return len(params) == 1 && len(results) == 1 && typeName(params[0]) == "*Call" && typeName(results[0]) == "error"
	case contextFunction:
		return (len(params) == 1 || len(params) == 2 && strings.HasPrefix(typeName(params[1]), "*")) && typeName(params[0]) == "*Request" &&
			(len(results) == 1 && typeName(results[0]) != "error" || len(results) == 2 && typeName(results[1]) == "error")
	}
	if shape == httpHandler {
		return len(params) == 0 && len(results) == 1 && typeName(results[0]) == "Handler"
	}
	return len(params) == 1 && len(results) == 1 && typeName(params[0]) == "Handler" && typeName(results[0]) == "Handler"
}

// isHTTPMiddleware tells net/http's middleware from ours by the package that Handler is of.
func isHTTPMiddleware(f *ast.FuncType) bool {
	params := flat(f.Params)
	if len(params) != 1 {
		return false
	}
	s, ok := params[0].(*ast.SelectorExpr)
	if !ok {
		return false
	}
	pkg, ok := s.X.(*ast.Ident)
	return ok && pkg.Name == "http"
}

// flat lists the types of a parameter list, one for each parameter.
func flat(list *ast.FieldList) []ast.Expr {
	if list == nil {
		return nil
	}
	var out []ast.Expr
	for _, f := range list.List {
		for range max(1, len(f.Names)) {
			out = append(out, f.Type)
		}
	}
	return out
}

func typeName(e ast.Expr) string {
	switch e := e.(type) {
	case *ast.StarExpr:
		return "*" + typeName(e.X)
	case *ast.SelectorExpr:
		return e.Sel.Name
	case *ast.IndexExpr:
		return typeName(e.X)
	case *ast.Ident:
		return e.Name
	case *ast.ArrayType:
		return "[]" + typeName(e.Elt)
	}
	return ""
}
