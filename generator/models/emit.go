package models

import (
	"strconv"
	"strings"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

// Emit writes the package gen/models of the module: a file for each model, in
// the order of the site file, and one for the statements of the views. It is
// empty for a site without models.
func Emit(site *schema.Site, module string) []*emit.File {
	if len(site.Models) == 0 && len(site.SQL) == 0 {
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
		writeModel(f, m, site)
		files = append(files, f)
	}
	if f := open("sql.gen.go"); writeSQL(f, site) {
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

// sqlConst is a statement as the site's databases write it: one text, or with
// several databases that differ, the one for SQLite and the one for PostgreSQL.
func sqlConst(site *schema.Site, sql string) jen.Code {
	lite, pg := sqltext.SQLite.Text(sql), sqltext.Postgres.Text(sql)
	engines := map[string]bool{}
	if site.Database != nil {
		for _, e := range site.Database.Engines {
			engines[e.V] = true
		}
	}
	switch {
	case engines["postgres"] && engines["sqlite"] && lite != pg:
		return jen.Op(rawString(lite)).Op("+").Qual(modelPkg, "OnPostgres").Op("+").Op(rawString(pg))
	case engines["postgres"]:
		return jen.Op(rawString(pg))
	}
	return jen.Op(rawString(lite))
}
