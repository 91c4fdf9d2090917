package generator

import (
	"os"
	"strings"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/generator/models"
	"stackgen.dev/runtime/model/migrate"
	"stackgen.dev/schema"
)

// migrationRoot is where the copies of migrations lie.
const migrationRoot = sitePackage + "/migrations/"

// addMigrations copies the migrations into the set, so that the binary carries them.
func (p *project) addMigrations(set *FileSet) {
	if p.site.Database == nil {
		return
	}
	for _, m := range MigrationSets(p.site) {
		if err := p.addMigrationSet(set, m); err != nil {
			p.fail(schema.Diagnostic{
				Summary: "The migrations cannot be used",
				Detail:  "In the folder " + m.Dir + ": " + strings.TrimPrefix(err.Error(), "migrate: ") + ".",
				Subject: p.site.Database.DeclRange,
			})
			return
		}
	}
}

func (p *project) addMigrationSet(set *FileSet, m MigrationSet) error {
	if err := m.misplaced(); err != nil {
		return err
	}
	// What the site's migrate command would refuse is refused here.
	files, err := migrate.Load(os.DirFS(m.Dir))
	if err != nil {
		return err
	}
	for _, f := range files {
		text, err := m.SQL(f.Name)
		if err != nil {
			return err
		}
		set.Add(migrationRoot+m.folder+f.Name, []byte(text))
		for _, name := range f.Functions() {
			p.migrationFunctions[name] = true
		}
	}
	return nil
}

// drivers are the packages of the database drivers.
var drivers = map[string]string{"sqlite": pkgSQLite, "postgres": pkgPostgres}

// openFunctions are what the functions that open a database are called.
var openFunctions = map[string]string{"sqlite": "openSQLite", "postgres": "openPostgres"}

// emitDatabase writes gen/site/database.gen.go: the drivers and the migrations that
// the binary carries.
func (p *project) emitDatabase(set *FileSet) *emit.File {
	f := p.file("database")
	var rows []jen.Code
	embedded := ""
	for _, m := range MigrationSets(p.site) {
		any := false
		for _, path := range set.Paths() {
			any = any || strings.HasPrefix(path, migrationRoot+m.folder)
		}
		row := fields{}
		row.add("Name", jen.Lit(m.Engine))
		row.add("Open", jen.Id(openFunctions[m.Engine]))
		if any {
			embedded += " migrations/" + m.folder + "*.sql"
			folder := strings.TrimSuffix("migrations/"+m.folder, "/")
			row.add("Migrations", jen.Qual(pkgSite, "Migrations").Call(jen.Id("migrationFiles"), jen.Lit(folder)))
		}
		if len(p.migrationFunctions) > 0 {
			row.add("Functions", jen.Id("migrationFunctions").Call())
		}
		rows = append(rows, jen.Values(row...))
	}
	if embedded != "" {
		f.Doc("migrationFiles are the numbered SQL files, as they were when the site was built.")
		f.Comment("//go:embed" + embedded)
		f.Var().Id("migrationFiles").Qual("embed", "FS")
		f.Line()
	}
	f.Doc("engines are the databases that the binary can work with; the URL says which.")
	f.Func().Id("engines").Params().Index().Qual(pkgSite, "Engine").Block(
		jen.Return(jen.Index().Qual(pkgSite, "Engine").Add(emit.Rows(rows...))),
	)
	for _, m := range MigrationSets(p.site) {
		pkg, ok := drivers[m.Engine]
		if !ok {
			bug("database engine %q", m.Engine)
		}
		f.Line()
		f.Func().Id(openFunctions[m.Engine]).Params(
			jen.Id("ctx").Qual("context", "Context"), jen.Id("url").String(), jen.Id("_").Op("*").Qual("log/slog", "Logger"),
		).Params(jen.Op("*").Qual(pkgModel, "DB"), jen.Error()).Block(
			p.opened(jen.Qual(pkg, "Open").Call(jen.Id("ctx"), jen.Id("url"), jen.Qual(pkg, "Options").Values()))...,
		)
	}
	p.emitHooks(f)
	p.emitTables(f)
	if names := sortedNames(p.migrationFunctions); len(names) > 0 {
		var rows []jen.Code
		for _, name := range names {
			rows = append(rows, jen.Lit(name).Op(":").Qual(p.module+"/migrations", name))
		}
		f.ImportAlias(p.module+"/migrations", "mymigrations")
		f.Line()
		f.Doc("migrationFunctions are the Go functions that migrations run.")
		f.Func().Id("migrationFunctions").Params().Map(jen.String()).Qual(pkgMigrate, "Func").Block(
			jen.Return(jen.Map(jen.String()).Qual(pkgMigrate, "Func").Add(emit.Rows(rows...))),
		)
	}
	return f
}

// emitTables writes what dump and load go by: every table with its columns,
// those first that others point at.
func (p *project) emitTables(f *emit.File) {
	var rows []jen.Code
	for _, m := range tableOrder(p.site.Models) {
		if m.Builtin && m.Name == "cache_entry" {
			continue // it can be made again
		}
		var columns []jen.Code
		for _, field := range m.Fields {
			kind := columnKind(field)
			row := fields{}
			row.add("Name", jen.Lit(models.ColumnName(field)))
			row.add("Field", jen.Lit(field.Name))
			row.add("Kind", jen.Lit(string(kind.Kind)))
			row.addIf(kind.Kind == schema.Decimal, "Places", jen.Lit(kind.DecimalPlaces))
			row.addIf(field.PrimaryKey.V, "Key", jen.True())
			row.addIf(field.Null.V, "Null", jen.True())
			row.addIf(field.IsGenerated, "Generated", jen.True())
			columns = append(columns, jen.Values(row...))
		}
		row := fields{}
		row.add("Model", jen.Lit(m.Name))
		row.add("Name", jen.Lit(models.TableName(m)))
		row.add("Columns", jen.Index().Qual(pkgSite, "Column").Add(emit.Rows(columns...)))
		var links []jen.Code
		for _, f := range m.ManyToMany {
			if f.Through.Target == nil || !f.Through.Target.Implicit {
				continue // its pairs are rows like others, with fields of their own
			}
			links = append(links, jen.Values(
				emit.Field("Field", jen.Lit(f.Name)), emit.Field("Table", jen.Lit(models.TableName(f.Through.Target))),
				emit.Field("From", jen.Lit(models.ColumnName(f.Source))), emit.Field("To", jen.Lit(models.ColumnName(f.Dest))),
				emit.Field("Kind", jen.Lit(string(columnKind(f.Dest).Kind)))))
		}
		row.addIf(len(links) > 0, "Links", jen.Index().Qual(pkgSite, "Link").Add(emit.Rows(links...)))
		rows = append(rows, jen.Values(row...))
	}
	f.Line()
	f.Doc("tables are what dump and load go by, those first that others point at.")
	f.Func().Id("tables").Params().Index().Qual(pkgSite, "Table").Block(
		jen.Return(jen.Index().Qual(pkgSite, "Table").Add(emit.Rows(rows...))),
	)
}

// columnKind is the field whose type the column of a field has: of a foreign key the one it points at.
func columnKind(f *schema.Field) *schema.Field {
	for f.Kind == schema.ForeignKey {
		f = f.Target.Target.PrimaryKey()
	}
	return f
}

// tableOrder has models after those that they point at, as far as that goes.
func tableOrder(list []*schema.Model) []*schema.Model {
	var ordered []*schema.Model
	seen := map[*schema.Model]bool{}
	var visit func(m *schema.Model)
	visit = func(m *schema.Model) {
		if seen[m] {
			return
		}
		seen[m] = true
		for _, f := range m.Fields {
			if f.Kind == schema.ForeignKey {
				visit(f.Target.Target)
			}
		}
		ordered = append(ordered, m)
	}
	for _, m := range list {
		visit(m)
	}
	return ordered
}
