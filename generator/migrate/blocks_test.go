package migrate

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"

	runtime "stackgen.dev/runtime/model/migrate"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

var update = flag.Bool("update", false, "write the golden texts anew")

// load is the site with model blocks that were written by Inspect.
func load(t *testing.T, blocks string) *schema.Site {
	t.Helper()
	file := filepath.Join(t.TempDir(), "site.hcl")
	text := "site \"fixture\" {}\ndatabase {\n  url = \"sqlite:data/test.db\"\n  engines = [sqlite, postgres]\n}\nview \"home\" { text = \"hi\" }\nroute \"/\" { view = view.home }\n" + blocks
	if err := os.WriteFile(file, []byte(text), 0o644); err != nil {
		t.Fatal(err)
	}
	s, _, diags := schema.Load(file)
	if diags.HasErrors() {
		for _, d := range diags {
			t.Errorf("%d: %s: %s", d.Subject.Start.Line, d.Summary, d.Detail)
		}
		t.Fatalf("the blocks do not load:\n%s", text)
	}
	return s
}

// Ensure that a database with every kind of field, inspected and generated again,
// is the same.
func TestInspectRoundTrip(t *testing.T) {
	every, _, diags := schema.Load("../models/testsite/site.hcl")
	if diags.HasErrors() {
		t.Fatal(diags)
	}
	each(t, func(t *testing.T, engine string) {
		p := newProjectOn(t, engine)
		p.migrate(every)
		now, err := p.inspect()
		if err != nil {
			t.Fatal(err)
		}
		blocks := blocksOf(t, now)
		again := newProjectOn(t, engine)
		again.migrate(load(t, blocks))
		if got, want := again.shape(), p.shape(); got != want {
			t.Errorf("generated again it differs:\n%s\nfrom\n%s", difference(got, want), blocks)
		}
	})
}

// Ensure that views stand behind the models, as comments that a site file takes.
func TestInspectViews(t *testing.T) {
	each(t, func(t *testing.T, engine string) {
		p := newProjectOn(t, engine)
		p.script(`CREATE TABLE note (id bigint PRIMARY KEY, title text NOT NULL);
CREATE VIEW recent AS
SELECT id, title
FROM note WHERE id > 10;`)
		s, err := inspectDatabase(p.db)
		if err != nil {
			t.Fatal(err)
		}
		if s.views, err = inspectViews(p.db); err != nil {
			t.Fatal(err)
		}
		blocks := blocksOf(t, s)
		load(t, blocks)
		for _, want := range []string{`model "note" {`, "\n# recent is a view, and no model.", "\n#   CREATE VIEW recent AS\n#", "title\n#"} {
			if !strings.Contains(blocks, want) {
				t.Errorf("no %q in\n%s", want, blocks)
			}
		}
	})
}

func blocksOf(t *testing.T, s *state) string {
	t.Helper()
	blocks, err := s.blocks()
	if err != nil {
		t.Fatal(err)
	}
	return blocks
}

// inspect is the state of the project's database.
func (p *project) inspect() (*state, error) {
	if p.engine == "postgres" {
		s, err := inspectPostgres(p.db)
		if err != nil {
			return nil, err
		}
		return s.managed(nil), nil
	}
	return inspectAfter(p.db, []runtime.File{})
}

// Ensure that the tables Django makes for itself become models, and what a model
// cannot say is said in a comment. The SQL is what sqlmigrate prints.
func TestInspectDjango(t *testing.T) {
	each(t, func(t *testing.T, engine string) {
		p := newProjectOn(t, engine)
		sql, err := os.ReadFile("testdata/django_" + engine + ".sql")
		if err != nil {
			t.Fatal(err)
		}
		p.script(string(sql))
		s, err := p.inspect()
		if err != nil {
			t.Fatal(err)
		}
		blocks := blocksOf(t, s)
		golden := "testdata/django_" + engine + ".hcl"
		if *update {
			if err := os.WriteFile(golden, []byte(blocks), 0o644); err != nil {
				t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil || blocks != string(want) {
			t.Errorf("%v; got\n%s", err, blocks)
		}
		again := newProjectOn(t, engine)
		again.migrate(load(t, blocks))
		made, err := again.inspect()
		if err != nil {
			t.Fatal(err)
		}
		if got, want := columnsOf(made), columnsOf(s); got != want {
			t.Errorf("generated again the columns differ:\n%s", difference(got, want))
		}
	})
}

// columnsOf are the columns of Django's tables that are models, without when their
// foreign keys are checked, which a comment says, and types that mean nothing to SQLite.
func columnsOf(s *state) string {
	var lines []string
	for _, line := range strings.Split(s.canonical(), "\n") {
		if !strings.HasPrefix(line, "column ") || strings.HasPrefix(line, "column stackgen_") || strings.HasPrefix(line, "column pair.") || strings.HasPrefix(line, "column other.") {
			continue
		}
		line = strings.Replace(line, " DEFERRABLE INITIALLY DEFERRED", "", 1)
		if strings.Contains(line, " references ") && s.dialect == sqltext.SQLite {
			line = strings.Replace(line, " integer ", " bigint ", 1)
		}
		lines = append(lines, line)
	}
	return strings.Join(lines, "\n")
}
