package generator

import (
	"bytes"
	"fmt"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"sort"
	"strings"

	stackgen "stackgen.dev"
)

// runtimeRoot is where the runtime's copy lies in a project: a module of its own.
const runtimeRoot = ".stackgen/"

// runtimePackages lists the runtime's packages that the generated files and
// the user's own import, with everything those import, as folders.
func runtimePackages(dir string, set *FileSet) []string {
	needed := map[string]bool{}
	var visit func(pkg string)
	visit = func(pkg string) {
		if needed[pkg] {
			return
		}
		files := stackgen.RuntimeFiles(pkg)
		if len(files) == 0 {
			return // the compiler will say so, at the user's import
		}
		needed[pkg] = true
		for name, src := range files {
			for _, imp := range importsOf(name, src) {
				visit(imp)
			}
		}
	}
	for _, path := range set.Paths() {
		if strings.HasSuffix(path, ".go") {
			for _, imp := range importsOf(path, set.Content(path)) {
				visit(imp)
			}
		}
	}
	for _, file := range userGoFiles(dir) {
		if src, err := os.ReadFile(file); err == nil {
			for _, imp := range importsOf(file, src) {
				visit(imp)
			}
		}
	}
	pkgs := make([]string, 0, len(needed))
	for p := range needed {
		pkgs = append(pkgs, p)
	}
	sort.Strings(pkgs)
	return pkgs
}

// importsOf lists the packages of this module that a Go file imports, as folders.
func importsOf(name string, src []byte) []string {
	var dirs []string
	for _, imp := range allImports(name, src) {
		if dir, ok := strings.CutPrefix(imp, stackgen.Module+"/"); ok {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// allImports lists a Go file's import paths. A file that does not parse
// imports nothing: the compiler will say why.
func allImports(name string, src []byte) []string {
	file, err := parser.ParseFile(token.NewFileSet(), name, src, parser.ImportsOnly)
	if err != nil {
		return nil
	}
	var paths []string
	for _, spec := range file.Imports {
		paths = append(paths, strings.Trim(spec.Path.Value, `"`))
	}
	return paths
}

// userGoFiles lists the Go files of the project that are not stackgen's.
func userGoFiles(dir string) []string {
	var files []string
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	for _, e := range entries {
		name := e.Name()
		if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "gen" || name == "testdata" || name == "vendor" {
			continue
		}
		if !e.IsDir() {
			if strings.HasSuffix(name, ".go") {
				files = append(files, filepath.Join(dir, name))
			}
			continue
		}
		sub := filepath.Join(dir, name)
		if _, err := os.Stat(filepath.Join(sub, "go.mod")); err == nil {
			continue
		}
		files = append(files, userGoFiles(sub)...)
	}
	return files
}

// copyRuntime adds the runtime's packages to the set, as the module that the
// project's go.mod points at.
func copyRuntime(set *FileSet, pkgs []string, requires []Require) {
	for _, pkg := range pkgs {
		for name, src := range stackgen.RuntimeFiles(pkg) {
			set.Add(runtimeRoot+name, src)
		}
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "// The runtime that gen/ compiles against, written by stackgen.\nmodule %s\n\ngo %s\n", stackgen.Module, goVersion())
	if len(requires) > 0 {
		b.WriteString("\nrequire (\n")
		for _, r := range requires {
			fmt.Fprintf(&b, "\t%s %s\n", r.Path, r.Version)
		}
		b.WriteString(")\n")
	}
	set.Add(runtimeRoot+"go.mod", b.Bytes())
}
