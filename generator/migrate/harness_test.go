package migrate

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"stackgen.dev/runtime/model"
	runtime "stackgen.dev/runtime/model/migrate"
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

// project is a folder of migrations with a database that has had them.
type project struct {
	*testing.T
	dir string
	db  *model.DB
}

func newProject(t *testing.T) *project {
	t.Helper()
	db, err := sqlite.Open(ctx, "sqlite::memory:", sqlite.Options{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return &project{t, filepath.Join(t.TempDir(), "migrations"), db}
}

// migrate writes and applies what the models need.
func (p *project) migrate(s *schema.Site) *Migration {
	p.Helper()
	m, err := Diff(s, p.dir)
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
}

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
	if again, err := Diff(s, p.dir); again != nil || err != nil {
		p.Errorf("nothing has changed, but: %v, %v", again, err)
	}
}

func field(name, typ string, attrs ...string) string {
	return fmt.Sprintf("  field %q {\n    type = %s\n    %s\n  }\n", name, typ, strings.Join(attrs, "\n    "))
}

func block(name string, parts ...string) string {
	return fmt.Sprintf("model %q {\n%s}\n", name, strings.Join(parts, ""))
}
