package generator

import (
	"bytes"
	"fmt"
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"

	"github.com/hashicorp/hcl/v2"

	"stackgen.dev/schema"
)

// CompileError is a refusal of the Go compiler, turned to the places that the
// user wrote: the site file where generated code names a function of the
// user's, and the user's own Go.
type CompileError struct {
	Diagnostics schema.Diagnostics
	// Output is what the compiler said without a place of the user's.
	Output string
}

func (e *CompileError) Error() string { return "the project's Go does not compile" }

// errorLine is one error as the compiler prints it: file, line, column, message.
var errorLine = regexp.MustCompile(`^(?:\./)?([^:]+\.go):(\d+):(\d+): (.*)$`)

// reference finds pkg.Name in a compiler's message.
var reference = regexp.MustCompile(`\b([a-z][a-z0-9_]*)\.([A-Z]\w*)\b`)

// refusal turns the compiler's words into a CompileError.
func refusal(site *schema.Site, opts CompileOptions, said []byte) *CompileError {
	e := &CompileError{}
	var rest strings.Builder
	last := -1 // the diagnostic that indented lines belong to
	for _, line := range strings.Split(strings.TrimRight(string(said), "\n"), "\n") {
		if strings.HasPrefix(line, "\t") && last >= 0 {
			e.Diagnostics[last].Detail += " " + strings.TrimSpace(line)
			continue
		}
		last = -1
		if strings.HasPrefix(line, "# ") && len(said) > len(line) {
			continue // the package's name, said again by every line below
		}
		d, ok := diagnose(site, opts, errorLine.FindStringSubmatch(line))
		if !ok {
			rest.WriteString(line + "\n")
			continue
		}
		last = len(e.Diagnostics)
		e.Diagnostics = append(e.Diagnostics, d)
	}
	e.Output = strings.TrimLeft(rest.String(), "\n")
	return e
}

// diagnose finds the place of the user's that an error of the compiler is about.
// m is what errorLine found, nil for nothing.
func diagnose(site *schema.Site, opts CompileOptions, m []string) (schema.Diagnostic, bool) {
	switch {
	case m == nil, strings.HasPrefix(m[1], runtimeRoot):
		return schema.Diagnostic{}, false
	case strings.HasPrefix(m[1], "gen/"):
		return diagnoseSite(site, m[4])
	}
	d := schema.Diagnostic{
		Severity: schema.Error, Summary: "Go does not compile",
		Detail: "The compiler says: " + m[4] + ".",
	}
	if pkg, ok := strings.CutPrefix(m[4], missingModule); ok {
		pkg, _, _ = strings.Cut(pkg, ":")
		d.Summary = "Go package not found"
		d.Detail = fmt.Sprintf("No module in go.mod has the package %s. Add it, in the folder %s: go get %s", pkg, opts.Dir, pkg)
	}
	d.Subject = goPlace(opts, m[1], m[2], m[3])
	return d, true
}

// missingModule begins the go command's words for an import that go.mod does not cover.
const missingModule = "cannot find module providing package "

// firstWord is an identifier or a number that a text begins with.
var firstWord = regexp.MustCompile(`^\w+`)

// goPlace is a place in the user's Go: the word that begins there. Its file
// has the name that the user reaches it by.
func goPlace(opts CompileOptions, file, line, column string) hcl.Range {
	full := filepath.Join(opts.Dir, filepath.FromSlash(file))
	at := hcl.Pos{}
	at.Line, _ = strconv.Atoi(line) // digits: errorLine matched them
	at.Column, _ = strconv.Atoi(column)
	r := hcl.Range{Filename: full, Start: at, End: at}
	src, err := os.ReadFile(full)
	if err != nil {
		return r
	}
	if opts.Sources != nil {
		opts.Sources.Add(full, src)
	}
	start := 0
	for n := 1; n < at.Line; n++ {
		next := bytes.IndexByte(src[start:], '\n')
		if next < 0 {
			return r
		}
		start += next + 1
	}
	r.Start.Byte = min(start+max(at.Column-1, 0), len(src))
	word := max(len(firstWord.Find(src[r.Start.Byte:])), 1)
	r.End.Byte, r.End.Column = r.Start.Byte+word, at.Column+word
	return r
}

// diagnoseSite finds the place in the site file that made generated code name
// a function the compiler complains of.
func diagnoseSite(site *schema.Site, message string) (schema.Diagnostic, bool) {
	for _, m := range reference.FindAllStringSubmatch(message, -1) {
		for _, ref := range goRefs(site) {
			if ref.Name == m[2] && m[1] == importName(ref) {
				return schema.Diagnostic{
					Severity: schema.Error,
					Summary:  ref.Address() + " does not fit",
					Detail:   "The compiler says: " + message + ".",
					Subject:  ref.Range,
				}, true
			}
		}
	}
	return schema.Diagnostic{}, false
}

// importName is the name under which generated code imports the package of a
// user's function. It may be called as one of the runtime's is.
func importName(ref schema.GoRef) string {
	base := path.Base(ref.Package)
	if takenNames[base] {
		return "my" + base
	}
	return base
}

// goRefs lists the user's functions that the site names.
func goRefs(site *schema.Site) []schema.GoRef {
	var refs []schema.GoRef
	for _, m := range site.Middleware {
		if m.Go.Set() {
			refs = append(refs, m.Go)
		}
	}
	for _, v := range site.Views {
		if v.Handler.Set() {
			refs = append(refs, v.Handler)
		}
	}
	for _, c := range site.Converters {
		if c.ToValue.Set() {
			refs = append(refs, c.ToValue)
		}
		if c.ToURL.Set() {
			refs = append(refs, c.ToURL)
		}
	}
	for _, m := range site.Models {
		if m.Clean.Set() {
			refs = append(refs, m.Clean)
		}
		for _, v := range goValidators(m) {
			refs = append(refs, v.ref)
		}
	}
	if t := site.Templates; t != nil {
		for _, f := range t.Filters {
			refs = append(refs, f.Handler)
		}
		for _, g := range t.Tags {
			refs = append(refs, g.Handler)
		}
		for _, c := range t.Context {
			refs = append(refs, c.Handler)
		}
	}
	return refs
}
