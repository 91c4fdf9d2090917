package generator

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// eachGoFile reads the Go that is the user's, with its comments: the project's
// folder without gen/, tests, and what the go command passes over. The name is
// beneath the project, with slashes. A file with mistakes is read as far as it goes.
func (p *project) eachGoFile(visit func(name string, files *token.FileSet, file *ast.File)) {
	filepath.WalkDir(p.site.Dir, func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return nil // what cannot be read is no part of the program
		}
		if name := d.Name(); d.IsDir() && file != p.site.Dir && (name == "gen" || name == "vendor" || name == "testdata" || strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_")) {
			return fs.SkipDir
		}
		if d.IsDir() && file != p.site.Dir {
			if _, err := os.Stat(filepath.Join(file, "go.mod")); err == nil {
				return fs.SkipDir // another module
			}
		}
		if d.IsDir() || !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		files := token.NewFileSet()
		parsed, _ := parser.ParseFile(files, file, nil, parser.SkipObjectResolution|parser.ParseComments)
		rel, err := filepath.Rel(p.site.Dir, file)
		if parsed != nil && err == nil {
			visit(filepath.ToSlash(rel), files, parsed)
		}
		return nil
	})
}
