package models

import (
	"strconv"
	"strings"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

// Emit writes the package gen/models of the module: a file for each model, in
// the order of the site file, and one for the statements of the views. It is
// empty for a site without models.
func Emit(site *schema.Site, module string) []*emit.File {
	if len(site.Models) == 0 {
		return nil
	}
	var files []*emit.File
	open := func(name string) *emit.File {
		return emit.New("gen/models/"+name, module+"/gen/models", "models")
	}
	doc := open("doc.gen.go")
	doc.PackageDoc("Package models has the rows of the site's tables as Go structs, and typed queries for them.")
	files = append(files, doc)
	for _, m := range site.Models {
		f := open(fileName(m))
		writeModel(f, m)
		files = append(files, f)
	}
	if f := open("queries.gen.go"); writeQueries(f, site) {
		files = append(files, f)
	}
	return files
}

// rawString is a Go string literal that keeps its lines, where it can.
func rawString(s string) string {
	if strings.Contains(s, "`") {
		return strconv.Quote(s)
	}
	return "`" + s + "`"
}
