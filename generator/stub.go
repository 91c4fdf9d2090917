package generator

import (
	"fmt"
	"go/ast"
	"go/format"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"strings"
	"unicode"

	"stackgen.dev/schema"
)

// Stub writes the function that addr names, unless it is there, and says where
// it is. addr is a view ("view.checkout") or a function ("go.middleware.Timing").
func Stub(site *schema.Site, addr string) (path string, line int, written bool, err error) {
	ref, body, err := stubFor(site, addr)
	if err != nil {
		return "", 0, false, err
	}
	folder := filepath.Join(site.Dir, filepath.FromSlash(ref.Package))
	if path, line = findFunc(folder, ref.Name); path != "" {
		return path, line, false, nil
	}
	imports := stubImports(site, body)
	path = filepath.Join(folder, goFileName(snake(ref.Name)))
	old, err := os.ReadFile(path)
	switch {
	case os.IsNotExist(err):
		old = []byte("package " + packageName(folder) + "\n\n" + importDecl(imports))
	case err != nil:
		return "", 0, false, err
	default:
		for _, imported := range imports {
			if !strings.Contains(string(old), `"`+imported+`"`) {
				return "", 0, false, fmt.Errorf("%s exists and does not import %s: write the function there by hand:\n\n%s", path, imported, body)
			}
		}
	}
	src, err := format.Source([]byte(strings.TrimRight(string(old), "\n") + "\n\n" + body))
	if err != nil {
		return "", 0, false, fmt.Errorf("%s does not parse: %w", path, err)
	}
	if err := os.MkdirAll(folder, 0o777); err != nil {
		return "", 0, false, err
	}
	rel := filepath.ToSlash(filepath.Join(ref.Package, filepath.Base(path)))
	if err := writeFile(site.Dir, rel, src); err != nil {
		return "", 0, false, err
	}
	path, line = findFunc(folder, ref.Name)
	return path, line, true, nil
}

// importDecl imports packages, each on its line where there are several.
func importDecl(paths []string) string {
	switch len(paths) {
	case 0:
		return ""
	case 1:
		return "import \"" + paths[0] + "\"\n"
	}
	return "import (\n\t\"" + strings.Join(paths, "\"\n\t\"") + "\"\n)\n"
}

// stubFor is the reference that an address names, and the function to write for it.
func stubFor(site *schema.Site, addr string) (schema.GoRef, string, error) {
	var known []string
	for _, v := range site.Views {
		if !v.Handler.Set() {
			continue
		}
		names := []string{"view." + v.Name, v.Handler.Address()}
		known = append(known, names...)
		if addr == names[0] || addr == names[1] {
			return v.Handler, viewStub(v), nil
		}
	}
	for _, m := range site.Middleware {
		if !m.Go.Set() {
			continue
		}
		known = append(known, m.Go.Address())
		if addr == m.Go.Address() {
			return m.Go, middlewareStub(m.Go), nil
		}
	}
	for _, h := range site.Workers.Hooks.All() {
		known = append(known, h.Go.Address())
		if addr == h.Go.Address() {
			return h.Go, hookStub(h), nil
		}
	}
	for _, h := range hookStubs(site) {
		known = append(known, h.ref.Address())
		if addr == h.ref.Address() {
			return h.ref, h.body, nil
		}
	}
	if t := site.Templates; t != nil {
		for _, f := range t.Filters {
			known = append(known, f.Handler.Address())
			if addr == f.Handler.Address() {
				return f.Handler, fmt.Sprintf("// %s is the filter %s.\nfunc %s(value string) string {\n\treturn value\n}\n", f.Handler.Name, f.Name, f.Handler.Name), nil
			}
		}
		for _, g := range t.Tags {
			known = append(known, g.Handler.Address())
			if addr == g.Handler.Address() {
				return g.Handler, tagStub(g), nil
			}
		}
		for _, c := range t.Context {
			known = append(known, c.Handler.Address())
			if addr == c.Handler.Address() {
				return c.Handler, fmt.Sprintf("// %s is the name %s of every template.\nfunc %s(r *web.Request) string {\n\treturn %q\n}\n", c.Handler.Name, c.Name, c.Handler.Name, c.Name), nil
			}
		}
	}
	hint := ""
	if near := schema.Suggest(addr, known); near != "" {
		hint = " Did you mean " + near + "?"
	}
	if len(known) == 0 {
		hint = " The site names no Go function; a view does so with handler = go.views.NAME."
	}
	return schema.GoRef{}, "", fmt.Errorf("%s is not a Go function of the site.%s", addr, hint)
}

func tagStub(g *schema.TemplateTag) string {
	params, result, answer := "r *web.Request", "string", fmt.Sprintf("%q", g.Name)
	if g.Block.V {
		params, answer = "content string", "content"
	}
	if g.Template.V != "" {
		result, answer = "map[string]any", "map[string]any{}"
	}
	return fmt.Sprintf("// %s is the tag %s.\nfunc %s(%s) %s {\n\treturn %s\n}\n", g.Handler.Name, g.Name, g.Handler.Name, params, result, answer)
}

func viewStub(v *schema.View) string {
	answer := `web.Text("` + v.Name + `\n")`
	result := "return " + answer + ", nil"
	if v.Template.V != "" {
		result = fmt.Sprintf("return web.Render(r, %q, map[string]any{})", v.Template.V)
	}
	return fmt.Sprintf("// %s answers for view.%s.\nfunc %s(r *web.Request) (*web.Response, error) {\n\t%s\n}\n",
		v.Handler.Name, v.Name, v.Handler.Name, result)
}

func middlewareStub(ref schema.GoRef) string {
	return fmt.Sprintf(`// %s is a layer of the site's middleware: it sees every request on its way
// in and every response on its way out.
func %s(next web.Handler) web.Handler {
	return func(r *web.Request) (*web.Response, error) {
		return next(r)
	}
}
`, ref.Name, ref.Name)
}

func hookStub(h schema.Hook) string {
	if h.Request {
		return fmt.Sprintf("// %s is called for every request (workers.hooks.%s).\nfunc %s(r *site.Request) {\n}\n", h.Go.Name, h.Name, h.Go.Name)
	}
	return fmt.Sprintf("// %s is called in a process of the site (workers.hooks.%s).\nfunc %s(p *site.Process) error {\n\treturn nil\n}\n", h.Go.Name, h.Name, h.Go.Name)
}

// sourceFiles lists the Go files of a folder, less the tests.
func sourceFiles(folder string) []string {
	entries, _ := os.ReadDir(folder) // no folder has no files
	var files []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".go") && !strings.HasSuffix(e.Name(), "_test.go") {
			files = append(files, filepath.Join(folder, e.Name()))
		}
	}
	return files
}

// packageName is what the Go files of a folder call their package, or what
// the first of them should.
func packageName(folder string) string {
	for _, file := range sourceFiles(folder) {
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.PackageClauseOnly)
		if err == nil {
			return parsed.Name.Name
		}
	}
	return strings.ReplaceAll(filepath.Base(folder), "-", "_")
}

// findFunc looks a function up in the Go files of a folder.
func findFunc(folder, name string) (path string, line int) {
	for _, file := range sourceFiles(folder) {
		fset := token.NewFileSet()
		parsed, err := parser.ParseFile(fset, file, nil, parser.SkipObjectResolution)
		if parsed == nil || (err != nil && len(parsed.Decls) == 0) {
			continue
		}
		for _, d := range parsed.Decls {
			if fn, ok := d.(*ast.FuncDecl); ok && fn.Recv == nil && fn.Name.Name == name {
				return file, fset.Position(fn.Pos()).Line
			}
		}
	}
	return "", 0
}

// snake turns a Go name into a file name: PostDetail is post_detail.
func snake(name string) string {
	var b strings.Builder
	runes := []rune(name)
	for i, r := range runes {
		if unicode.IsUpper(r) && i > 0 && (unicode.IsLower(runes[i-1]) || i+1 < len(runes) && unicode.IsLower(runes[i+1])) {
			b.WriteByte('_')
		}
		b.WriteRune(unicode.ToLower(r))
	}
	return b.String()
}
