package generator

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"stackgen.dev/generator/migrate"
	runtime "stackgen.dev/runtime/model/migrate"
	"stackgen.dev/schema"
)

// Rebased says what became of a migration.
type Rebased struct {
	// Name is the new file; "" when there is nothing left for it to do.
	Name string
	// Rewritten says that it was written anew from the models, Destructive what it loses then.
	Rewritten   bool
	Destructive []string
}

// Rebase moves a migration behind all others. Where its SQL leads from there to
// the models it is kept; otherwise it is written anew, and the former file is
// kept with the suffix .orig.
func (m MigrationSet) Rebase(name string) (Rebased, error) {
	files, last, err := m.without(name)
	if err != nil {
		return Rebased{}, err
	}
	text, err := m.SQL(name)
	if err != nil {
		return Rebased{}, err
	}
	_, rest, _ := strings.Cut(strings.TrimSuffix(name, ".sql"), "_")
	next := fmt.Sprintf("%04d_%s.sql", last+1, rest)
	moved, err := runtime.Parse(next, []byte(text))
	if err != nil {
		return Rebased{}, err
	}
	if done, err := migrate.Leads(m.site, m.Engine, append(files[:len(files):len(files)], moved)); err == nil && done {
		return Rebased{Name: next}, m.move(name, next, text)
	}
	again, err := migrate.DiffFiles(m.site, m.Engine, files, migrate.Options{})
	if err != nil {
		return Rebased{}, err
	}
	done := Rebased{}
	if again != nil {
		if err := again.SetName(rest); err != nil {
			return Rebased{}, err
		}
		done = Rebased{Name: again.File(), Rewritten: true, Destructive: again.Destructive}
	}
	former, kept := filepath.Join(m.Dir, name), filepath.Join(m.Dir, name+".orig")
	if _, err := os.Lstat(kept); err == nil {
		return Rebased{}, fmt.Errorf("migrate: what %s was would be kept as %[1]s.orig, and there is such a file already; move it away", name)
	}
	if err := os.Rename(former, kept); err != nil {
		return Rebased{}, err
	}
	if again != nil {
		if _, err := m.Write(again); err != nil {
			return Rebased{}, errors.Join(err, os.Rename(kept, former))
		}
	}
	return done, nil
}

// without are the files of the set but one, which have to be a line.
func (m MigrationSet) without(name string) (files []runtime.File, last int, err error) {
	names, err := m.Names()
	if err != nil {
		return nil, 0, err
	}
	for _, n := range names {
		if n == name {
			continue
		}
		text, err := m.SQL(n)
		if err != nil {
			return nil, 0, err
		}
		f, err := runtime.Parse(n, []byte(text))
		if err != nil {
			return nil, 0, err
		}
		if f.Number != len(files)+1 {
			return nil, 0, fmt.Errorf("migrate: without %s the others are no line: %s would be number %d; rebase the migration that came second", name, n, len(files)+1)
		}
		files = append(files, f)
	}
	return files, len(files), nil
}

func (m MigrationSet) move(name, next, text string) error {
	if next == name {
		return nil
	}
	if err := migrate.WriteNew(filepath.Join(m.Dir, next), []byte(text)); err != nil {
		return err
	}
	return os.Remove(filepath.Join(m.Dir, name))
}

// WriteEmpty writes the next migration with empty sections, or with sections
// that run a Go function, and returns its path.
func (m MigrationSet) WriteEmpty(name, function string) (string, error) {
	files, err := runtime.Load(os.DirFS(m.Dir))
	if err != nil {
		return "", err
	}
	next := &migrate.Migration{Number: len(files) + 1}
	if err := next.SetName(name); err != nil {
		return "", err
	}
	text := "-- Moves data. Write what it does, and how it is taken back.\n\n-- migrate: up\n"
	if function != "" {
		if !goFunction.MatchString(function) {
			return "", fmt.Errorf("%q is not the name of a Go function that other packages can call; write one such as FillSlugs", function)
		}
		text += "-- migrate: go " + function + "\n"
	}
	next.SQL = []byte(text + "\n-- migrate: down\n")
	return next.Write(m.Dir)
}

var goFunction = regexp.MustCompile(`^[A-Z][A-Za-z0-9_]*$`)

// WriteMigrationFunction writes the Go function of a migration of data into
// migrations/, and returns its path; "" when the function is there. A file of that name
// which lacks it is left to the user.
func WriteMigrationFunction(site *schema.Site, name, function string) (string, error) {
	file := goFileName(name)
	path := filepath.Join(site.Dir, "migrations", file)
	if hasFunction(filepath.Dir(path), function) {
		return "", nil
	}
	if _, err := os.Lstat(path); err == nil {
		return "", fmt.Errorf("migrations/%s is there, and has no function %s; add it: func %[2]s(tx model.Source) error", file, function)
	}
	return path, migrate.WriteNew(path, fmt.Appendf(nil, `package migrations

import "stackgen.dev/runtime/model"

// %s moves the data of the migration %s. All that it does with tx is
// part of the migration: an error takes everything back.
func %s(tx model.Source) error {
	return nil
}
`, function, name, function))
}

// hasFunction reports whether a folder's Go has a function.
func hasFunction(dir, name string) bool {
	files, _ := filepath.Glob(filepath.Join(dir, "*.go"))
	for _, path := range files {
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.SkipObjectResolution)
		if err != nil {
			continue // the compiler will say so
		}
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok && f.Recv == nil && f.Name.Name == name {
				return true
			}
		}
	}
	return false
}
