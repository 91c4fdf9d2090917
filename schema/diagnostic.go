package schema

import (
	"fmt"
	"sort"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Severity says whether a diagnostic stops the build.
type Severity int

// The severities; the zero value is Error.
const (
	Error Severity = iota
	Warning
)

// String is the word that messages use.
func (s Severity) String() string {
	if s == Warning {
		return "warning"
	}
	return "error"
}

// Diagnostic is one thing that is wrong with what the user wrote. Anything
// that reads the user's files makes them; they need no constructor.
type Diagnostic struct {
	Severity Severity
	// Summary is a short phrase without a period.
	Summary string
	// Detail is whole sentences: what is wrong, and what to do about it.
	Detail string
	// Subject is the place. A range whose Start.Line is 0 is the file as a whole.
	Subject hcl.Range
	// Related are other places that the reader has to see.
	Related []Related
}

// Related is another place of a diagnostic, with what is to be seen there.
type Related struct {
	Range hcl.Range
	// Message is a phrase without a period: "view.home is declared here".
	Message string
}

// Diagnostics is a list of them.
type Diagnostics []Diagnostic

// HasErrors reports whether one of them is an error.
func (d Diagnostics) HasErrors() bool { return d.Errors() > 0 }

// Errors counts the errors.
func (d Diagnostics) Errors() int {
	n := 0
	for _, x := range d {
		if x.Severity == Error {
			n++
		}
	}
	return n
}

// Warnings counts the warnings.
func (d Diagnostics) Warnings() int { return len(d) - d.Errors() }

// Sorted returns the diagnostics in the order of files and places, each once.
func (d Diagnostics) Sorted() Diagnostics {
	sorted := append(Diagnostics{}, d...)
	sort.SliceStable(sorted, func(i, j int) bool { return sorted[i].before(sorted[j]) })
	var out Diagnostics
	for i, x := range sorted {
		if i == 0 || !x.same(sorted[i-1]) {
			out = append(out, x)
		}
	}
	return out
}

func (d Diagnostic) before(e Diagnostic) bool {
	a, b := d.Subject, e.Subject
	switch {
	case a.Filename != b.Filename:
		return a.Filename < b.Filename
	case a.Start.Byte != b.Start.Byte:
		return a.Start.Byte < b.Start.Byte
	case d.Severity != e.Severity:
		return d.Severity < e.Severity
	case d.Summary != e.Summary:
		return d.Summary < e.Summary
	}
	return d.Detail < e.Detail
}

func (d Diagnostic) same(e Diagnostic) bool {
	return d.Subject == e.Subject && d.Severity == e.Severity && d.Summary == e.Summary && d.Detail == e.Detail
}

// errorAt makes an error; detail is a format.
func errorAt(at hcl.Range, summary, detail string, args ...any) Diagnostic {
	return Diagnostic{Severity: Error, Summary: summary, Detail: fmt.Sprintf(detail, args...), Subject: at}
}

// warningAt makes a warning; detail is a format.
func warningAt(at hcl.Range, summary, detail string, args ...any) Diagnostic {
	d := errorAt(at, summary, detail, args...)
	d.Severity = Warning
	return d
}

// and adds another place to the diagnostic.
func (d Diagnostic) and(at hcl.Range, message string, args ...any) Diagnostic {
	d.Related = append(d.Related[:len(d.Related):len(d.Related)], Related{Range: at, Message: fmt.Sprintf(message, args...)})
	return d
}

// fromHCL takes over what the HCL library found, in the form that ours have.
func fromHCL(d *hcl.Diagnostic) Diagnostic {
	out := Diagnostic{Summary: strings.TrimRight(d.Summary, ".")}
	if d.Severity == hcl.DiagWarning {
		out.Severity = Warning
	}
	out.Detail = strings.TrimSpace(d.Detail)
	if !strings.HasSuffix(out.Detail, ".") {
		out.Detail = strings.TrimRight(out.Detail, "?!:") + "."
	}
	if d.Subject != nil {
		out.Subject = *d.Subject
	}
	return out
}
