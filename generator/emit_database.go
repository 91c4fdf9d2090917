package generator

import (
	"os"
	"path/filepath"
	"sort"
	"strings"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/runtime/model/migrate"
	"stackgen.dev/schema"
)

// migrationRoot is where the copies of migrations lie.
const migrationRoot = "gen/migrations/"

// Migrations lists the migrations of a project, in order.
func Migrations(site *schema.Site) ([]string, error) {
	entries, err := os.ReadDir(filepath.Join(site.Dir, "migrations"))
	if os.IsNotExist(err) {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if !e.IsDir() && strings.HasSuffix(e.Name(), ".sql") {
			names = append(names, e.Name())
		}
	}
	sort.Strings(names)
	return names, nil
}

// MigrationSQL is the text of one migration.
func MigrationSQL(site *schema.Site, name string) (string, error) {
	b, err := os.ReadFile(filepath.Join(site.Dir, "migrations", name))
	return string(b), err
}

// addMigrations copies the migrations into the set, so that the binary carries them.
func (p *project) addMigrations(set *FileSet) {
	if p.site.Database == nil {
		return
	}
	names, err := Migrations(p.site)
	if err == nil {
		// What the site's migrate command would refuse is refused here.
		_, err = migrate.Load(os.DirFS(migrationDir(p.site)))
	}
	for _, name := range names {
		if err != nil {
			break
		}
		var text string
		if text, err = MigrationSQL(p.site, name); err != nil {
			break
		}
		set.Add(migrationRoot+name, []byte(text))
	}
	if err != nil {
		p.fail(schema.Diagnostic{
			Summary: "The migrations cannot be used",
			Detail:  "In the folder " + migrationDir(p.site) + ": " + strings.TrimPrefix(err.Error(), "migrate: ") + ".",
			Subject: p.site.Database.DeclRange,
		})
	}
}

// engines are the packages of the database drivers.
var engines = map[string]string{"sqlite": pkgSQLite}

// emitDatabase writes gen/database.gen.go: the driver and the migrations that the binary carries.
func (p *project) emitDatabase(set *FileSet) *emit.File {
	f := p.file("database")
	any := false
	for _, path := range set.Paths() {
		any = any || strings.HasPrefix(path, migrationRoot)
	}
	f.Doc("migrationFiles are the numbered SQL files, as they were when the site was built.")
	if any {
		f.Comment("//go:embed migrations/*.sql")
	}
	f.Var().Id("migrationFiles").Qual("embed", "FS")
	f.Line()
	f.Doc("migrations is the folder that holds them.")
	f.Func().Id("migrations").Params().Qual("io/fs", "FS").Block(
		jen.Return(jen.Qual(pkgSite, "Migrations").Call(jen.Id("migrationFiles"), jen.Lit("migrations"))),
	)
	f.Line()
	engine, ok := engines[p.site.Database.Engine]
	if !ok {
		bug("database engine %q", p.site.Database.Engine)
	}
	f.Doc("openDatabase opens the database, with the engine that the binary carries.")
	f.Func().Id("openDatabase").Params(
		jen.Id("ctx").Qual("context", "Context"), jen.Id("url").String(), jen.Id("_").Op("*").Qual("log/slog", "Logger"),
	).Params(jen.Op("*").Qual(pkgModel, "DB"), jen.Error()).Block(
		jen.Return(jen.Qual(engine, "Open").Call(jen.Id("ctx"), jen.Id("url"), jen.Qual(engine, "Options").Values())),
	)
	return f
}
