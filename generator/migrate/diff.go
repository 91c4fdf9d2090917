package migrate

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/hashicorp/hcl/v2"

	runtime "stackgen.dev/runtime/model/migrate"
	"stackgen.dev/runtime/model/sqltext"
	"stackgen.dev/schema"
)

// Migration is a migration that is not written yet.
type Migration struct {
	// Number is its place in the history, Name what its file is called besides.
	Number int
	Name   string
	// Steps say what it does, one line each.
	Steps []string
	// Destructive are the losses on the way forward: "drops column post.body".
	Destructive []string
	// SQL is the whole file.
	SQL []byte
}

// Error is something that only the user can decide. Range is the place in the
// site file, the zero Range where there is none.
type Error struct {
	Range   hcl.Range
	Message string
}

// Error is the message.
func (e *Error) Error() string { return "migrate: " + e.Message }

// File is the file's name: "0002_post_subtitle.sql".
func (m *Migration) File() string { return fmt.Sprintf("%04d_%s.sql", m.Number, m.Name) }

// Write writes the file into the folder of migrations, which is made when it is
// missing. It never replaces a file.
func (m *Migration) Write(dir string) (path string, err error) {
	path = filepath.Join(dir, m.File())
	if err := WriteNew(path, m.SQL); err != nil {
		return "", fmt.Errorf("migrate: %w", err)
	}
	return path, nil
}

// WriteNew writes a file that must not exist, and its folder; half of one, which could be
// applied, is not left.
func WriteNew(path string, text []byte) error {
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	_, err = f.Write(text)
	if err = errors.Join(err, f.Close()); err != nil {
		os.Remove(path)
	}
	return err
}

// Options change how Diff decides.
type Options struct {
	// Renamed is asked whether a table or column that would go and one of the
	// same definition that would come are the same under another name; nil for
	// no. Where the site file says renamed_from, it is not asked.
	Renamed func(Rename) (bool, error)
}

// Rename is a table or column that may have a new name.
type Rename struct {
	// Table is the column's table, "" where the name is a table's.
	Table    string
	Old, New string
}

// Diff is the migration that leads from the migrations in dir to the models of
// the site; nil when there is nothing to do. engine is "sqlite" or "postgres". An
// [*Error] needs the user.
func Diff(site *schema.Site, engine, dir string, opts Options) (*Migration, error) {
	files, err := runtime.Load(os.DirFS(dir))
	if err != nil {
		return nil, err
	}
	return diff(site, dialectOf(engine), files, opts)
}

// DiffFiles is Diff from the migrations given.
func DiffFiles(site *schema.Site, engine string, files []runtime.File, opts Options) (*Migration, error) {
	return diff(site, dialectOf(engine), files, opts)
}

// Leads reports whether migrations lead to the models of the site.
func Leads(site *schema.Site, engine string, files []runtime.File) (bool, error) {
	m, err := DiffFiles(site, engine, files, Options{})
	return m == nil, err
}

func dialectOf(engine string) sqltext.Dialect {
	switch engine {
	case "sqlite":
		return sqltext.SQLite
	case "postgres":
		return sqltext.Postgres
	}
	panic("stackgen: unreachable: database engine " + engine)
}

func diff(site *schema.Site, dialect sqltext.Dialect, files []runtime.File, opts Options) (*Migration, error) {
	now, err := replay(dialect, files)
	if err != nil {
		return nil, fmt.Errorf("the migrations that exist cannot be applied: %w", err)
	}
	want, err := desired(site, dialect)
	if err != nil {
		return nil, err
	}
	for _, t := range want.tables {
		if t.name == runtime.Table || unmanaged(files, t.name) {
			return nil, &Error{Message: "the table " + t.name + " is a model's and cannot be left alone as well"}
		}
	}
	renamed := written(site, now, want)
	if err := ask(renamed, now, want, opts.Renamed); err != nil {
		return nil, err
	}
	adopt(now, want, renamed)
	wanted := expected(want, now, renamed)
	forward, err := newPlan(now, wanted, renamed, false)
	if err != nil {
		return nil, err
	}
	if len(forward.sql) == 0 {
		return nil, nil
	}
	backward, err := newPlan(wanted, now, renamed.inverse(), true)
	if err != nil {
		return nil, err
	}
	m := &Migration{Number: len(files) + 1, Destructive: forward.destructive}
	m.Name = autoName(m.Number, forward.steps)
	for _, s := range forward.steps {
		m.Steps = append(m.Steps, s.text)
	}
	m.SQL = render(forward, backward, unlisted(wanted, files))
	return m, verify(dialect, m, files, now, wanted)
}

// replay is the state after migrations.
func replay(dialect sqltext.Dialect, files []runtime.File) (*state, error) {
	if dialect == sqltext.Postgres {
		return replayPostgres(files)
	}
	return replaySQLite(files)
}

// verify follows the migration forward and back: the first must lead to want,
// the second to now, where it began.
func verify(dialect sqltext.Dialect, m *Migration, files []runtime.File, now, want *state) error {
	if dialect == sqltext.Postgres {
		return verifyPostgres(m, files, now, want)
	}
	return verifySQLite(m, files, now, want)
}

func unmanaged(files []runtime.File, name string) bool {
	for _, f := range files {
		for _, n := range f.Unmanaged {
			if n == name {
				return true
			}
		}
	}
	return false
}

// unlisted are the names of what models declare that no migration lists yet.
func unlisted(wanted *state, files []runtime.File) []string {
	known := managed(files)
	var names []string
	for _, n := range wanted.names() {
		if !known[n] {
			names = append(names, n)
		}
	}
	return names
}

// render is the file.
func render(forward, backward *plan, names []string) []byte {
	var b strings.Builder
	b.WriteString("-- Written by stackgen migrate diff. Review it, change it where you must, commit it.\n")
	for _, s := range forward.steps {
		b.WriteString("-- " + s.text + "\n")
	}
	for len(names) > 0 {
		n := min(len(names), 8)
		b.WriteString("-- migrate: managed " + strings.Join(names[:n], " ") + "\n")
		names = names[n:]
	}
	section := func(name string, p *plan) {
		b.WriteString("\n-- migrate: " + name + "\n")
		for _, statement := range p.sql {
			b.WriteString(statement + "\n")
		}
	}
	section("up", forward)
	section("down", backward)
	return []byte(b.String())
}
