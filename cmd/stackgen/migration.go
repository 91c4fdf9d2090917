package main

import (
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode"
	"unicode/utf8"

	"stackgen.dev/generator"
	"stackgen.dev/generator/migrate"
	"stackgen.dev/schema"
)

// nextMigration is a migration that the models lack, with the set that it is of.
type nextMigration struct {
	*migrate.Migration
	set generator.MigrationSet
}

// path is where the file would be, beneath the project.
func (m nextMigration) path() string { return m.set.Path(m.File()) }

// nextMigrations are the migrations that the models lack, one for each engine
// that lacks one. What only the user can decide is printed with its place in the
// site file.
func (p *project) nextMigrations(w io.Writer, name string, opts migrate.Options) ([]nextMigration, error) {
	var list []nextMigration
	for _, set := range generator.MigrationSets(p.site) {
		m, err := set.Plan(name, opts)
		if d, ok := migrationDiagnostic(err); ok {
			printDiagnostics(w, schema.Diagnostics{d}, p.sources)
			return nil, exitCode(1)
		}
		if err != nil {
			return nil, err
		}
		if m != nil {
			list = append(list, nextMigration{m, set})
		}
	}
	return list, nil
}

// warnOfMigration says that the models are ahead of the migrations, and how
// to write the next one. That stops no build.
func (p *project) warnOfMigration(w io.Writer) {
	for _, set := range generator.MigrationSets(p.site) {
		m, err := set.Plan("", migrate.Options{})
		d, ok := migrationDiagnostic(err)
		switch {
		case ok:
			d.Severity = schema.Warning
			printDiagnostics(w, schema.Diagnostics{d}, p.sources)
		case err != nil:
			fmt.Fprintf(w, "warning: %v\n", err)
		case m != nil:
			fmt.Fprintf(w, "warning: the models have changed since the last migration; write the next one with: %s\n", p.command("migrate diff"))
		default:
			continue
		}
		return
	}
}

func migrationDiagnostic(err error) (schema.Diagnostic, bool) {
	var e *migrate.Error
	if !errors.As(err, &e) {
		return schema.Diagnostic{}, false
	}
	return schema.Diagnostic{
		Severity: schema.Error, Summary: "Migration needs a decision", Detail: sentence(e.Message), Subject: e.Range,
	}, true
}

// sentence writes an error as diagnostics are written.
func sentence(text string) string {
	first, size := utf8.DecodeRuneInString(text)
	return strings.TrimSuffix(string(unicode.ToUpper(first))+text[size:], ".") + "."
}

// command is a command line of stackgen for this very site.
func (p *project) command(verb string) string {
	if p.site.File == defaultFile {
		return "stackgen " + verb
	}
	return "stackgen " + verb + " " + p.site.File
}
