package migrate

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"stackgen.dev/runtime/model"
	runtime "stackgen.dev/runtime/model/migrate"
	"stackgen.dev/runtime/model/postgres"
	"stackgen.dev/runtime/model/postgres/pgtest"
	"stackgen.dev/runtime/model/sqlite"
	"stackgen.dev/schema"
)

var ctx = context.Background()

// site is the site with these model blocks.
func site(t testing.TB, models string) *schema.Site {
	t.Helper()
	file := filepath.Join(t.TempDir(), "site.hcl")
	text := "site \"fixture\" {}\ndatabase { url = \"sqlite:data/test.db\" }\n" + models
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	s, _, diags := schema.Load(file)
	for _, d := range diags {
		if d.Severity == schema.Error && s != nil && !strings.Contains(d.Summary, "route") {
			t.Fatalf("%d: %s: %s", d.Subject.Start.Line, d.Summary, d.Detail)
		}
	}
	return s
}

// server is the PostgreSQL of this package's tests.
var server *pgtest.Server

func TestMain(m *testing.M) {
	var err error
	if server, err = pgtest.Start(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	code := m.Run()
	server.Stop()
	os.Exit(code)
}

// project is a folder of migrations with a database that has had them.
type project struct {
	*testing.T
	engine string
	dir    string
	db     *model.DB
}

// newProject is a project on SQLite.
func newProject(t *testing.T) *project { t.Helper(); return newProjectOn(t, "sqlite") }

func newProjectOn(t *testing.T, engine string) *project {
	t.Helper()
	var db *model.DB
	var err error
	if engine == "postgres" {
		db, err = postgres.Open(ctx, server.Schema(t), postgres.Options{Connections: 4})
	} else {
		db, err = sqlite.Open(ctx, "sqlite::memory:", sqlite.Options{})
	}
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return &project{t, engine, filepath.Join(t.TempDir(), "migrations"), db}
}

// each runs a test on every engine.
func each(t *testing.T, test func(t *testing.T, engine string)) {
	t.Helper()
	for _, engine := range []string{"sqlite", "postgres"} {
		t.Run(engine, func(t *testing.T) { test(t, engine) })
	}
}

// inspected holds the database against what its migrations are read as.
func (p *project) inspected() {
	p.Helper()
	if p.engine != "postgres" {
		return // its migrations are run, not read
	}
	files, err := runtime.Load(os.DirFS(p.dir))
	if err != nil {
		p.Fatal(err)
	}
	applied, err := p.migrator().Status(ctx)
	if err != nil {
		p.Fatal(err)
	}
	for i, a := range applied {
		if a.Applied.IsZero() {
			files = files[:i]
			break
		}
	}
	read, err := replayPostgres(files)
	if err != nil {
		p.Fatal(err)
	}
	real, err := inspectPostgres(p.db)
	if err != nil {
		p.Fatal(err)
	}
	if got, want := byName(read.canonical()), byName(real.managed(files).canonical()); got != want {
		p.Errorf("the migrations are read otherwise than the server does:\n%s", difference(got, want))
	}
}

// migrate writes and applies what the models need.
func (p *project) migrate(s *schema.Site) *Migration {
	p.Helper()
	m, err := p.diff(s)
	if err != nil {
		p.Fatal(err)
	}
	if m == nil {
		return nil
	}
	if _, err := m.Write(p.dir); err != nil {
		p.Fatal(err)
	}
	p.apply()
	return m
}

func (p *project) migrator() *runtime.Migrator {
	p.Helper()
	files, err := runtime.Load(os.DirFS(p.dir))
	if err != nil {
		p.Fatal(err)
	}
	return runtime.New(p.db, files)
}

func (p *project) apply() {
	p.Helper()
	if _, err := p.migrator().Apply(ctx, nil); err != nil {
		p.Fatal(err)
	}
	p.inspected()
}

// diff is the migration that the models need.
func (p *project) diff(s *schema.Site) (*Migration, error) {
	return Diff(s, p.engine, p.dir, Options{})
}

var inWords = regexp.MustCompile(`(declared index \S+ unique=\S+|check \S+ CONSTRAINT|extra=).*`)

// byName leaves out what the server says in words of its own.
func byName(canonical string) string { return inWords.ReplaceAllString(canonical, "$1") }

func (p *project) script(sql string) {
	p.Helper()
	if err := p.db.Session(ctx, func(s model.Session) error { return s.Script(ctx, sql) }); err != nil {
		p.Fatal(err)
	}
}

// rows is the one text column of a query, its rows between bars.
func (p *project) rows(sql string) string {
	p.Helper()
	list, err := texts(p.db, sql)
	if err != nil {
		p.Fatal(err)
	}
	return strings.Join(list, "|")
}

// done ensures that there is nothing left to do.
func (p *project) done(s *schema.Site) {
	p.Helper()
	if again, err := p.diff(s); again != nil || err != nil {
		p.Errorf("nothing has changed, but: %v, %v", again, err)
	}
}

func field(name, typ string, attrs ...string) string {
	return fmt.Sprintf("  field %q {\n    type = %s\n    %s\n  }\n", name, typ, strings.Join(attrs, "\n    "))
}

func block(name string, parts ...string) string {
	return fmt.Sprintf("model %q {\n%s}\n", name, strings.Join(parts, ""))
}

// write puts a migration into the folder, and remove takes it away.
func (p *project) write(name, text string) {
	p.Helper()
	if err := os.WriteFile(filepath.Join(p.dir, name), []byte(text), 0o644); err != nil {
		p.Fatal(err)
	}
}

func (p *project) remove(name string) {
	p.Helper()
	if err := os.Remove(filepath.Join(p.dir, name)); err != nil {
		p.Fatal(err)
	}
}
