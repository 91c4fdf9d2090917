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

// nextMigration is the migration that the models lack, nil for none. What only
// the user can decide is printed with its place in the site file.
func (p *project) nextMigration(w io.Writer, name string) (*migrate.Migration, error) {
	m, err := generator.PlanMigration(p.site, name)
	if d, ok := migrationDiagnostic(err); ok {
		printDiagnostics(w, schema.Diagnostics{d}, p.sources)
		return nil, exitCode(1)
	}
	return m, err
}

// warnOfMigration says that the models are ahead of the migrations, and how
// to write the next one. That stops no build.
func (p *project) warnOfMigration(w io.Writer) {
	m, err := generator.PlanMigration(p.site, "")
	d, ok := migrationDiagnostic(err)
	switch {
	case ok:
		d.Severity = schema.Warning
		printDiagnostics(w, schema.Diagnostics{d}, p.sources)
	case err != nil:
		fmt.Fprintf(w, "warning: %v\n", err)
	case m != nil:
		fmt.Fprintf(w, "warning: the models have changed since the last migration; write the next one with: %s\n", p.command("migrate diff"))
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
