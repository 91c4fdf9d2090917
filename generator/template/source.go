package template

import (
	"fmt"
	"sort"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"stackgen.dev/schema"
)

// source is one template's text.
type source struct {
	// name is how templates refer to it; file is what diagnostics show.
	name, file string
	text       string
	lines      []int // offsets at which lines begin
}

func newSource(name, file, text string) *source {
	s := &source{name: name, file: file, text: text, lines: []int{0}}
	for i := 0; i < len(text); i++ {
		if text[i] == '\n' {
			s.lines = append(s.lines, i+1)
		}
	}
	return s
}

// span is a piece of a source.
type span struct {
	src        *source
	start, end int
}

func (s span) text() string { return s.src.text[s.start:s.end] }

// sub is the piece of s that is n bytes long and begins at offset.
func (s span) sub(offset, n int) span {
	return span{s.src, s.start + offset, s.start + offset + n}
}

func (s *source) pos(offset int) hcl.Pos {
	line := sort.SearchInts(s.lines, offset+1) - 1
	return hcl.Pos{Line: line + 1, Column: utf8.RuneCountInString(s.text[s.lines[line]:offset]) + 1, Byte: offset}
}

func (s span) rng() hcl.Range {
	return hcl.Range{Filename: s.src.file, Start: s.src.pos(s.start), End: s.src.pos(s.end)}
}

func (s span) line() int { return s.src.pos(s.start).Line }

// where is the place as generated comments name it.
func (s span) where() string { return fmt.Sprintf("%s:%d", s.src.name, s.line()) }

// place is where errors of the running page say that they come from; "" for none.
func (s span) place() string {
	if s.src == nil {
		return ""
	}
	at := s.src.pos(s.start)
	return fmt.Sprintf("%s:%d:%d", s.src.name, at.Line, at.Column)
}

// fault is a diagnostic on its way up from parsing or resolving.
type fault struct{ diag schema.Diagnostic }

// fault makes one. A summary has no period at its end, a detail has.
func (s span) fault(summary, detail string) fault {
	return fault{s.diag(schema.Error, summary, detail)}
}

func (s span) diag(severity schema.Severity, summary, detail string) schema.Diagnostic {
	return schema.Diagnostic{Severity: severity, Summary: strings.TrimSuffix(summary, "."), Detail: detail, Subject: s.rng()}
}

// suggest is "Did you mean …?" for the nearest of the known names, or "".
func suggest(name string, known []string) string {
	if s := schema.Suggest(name, known); s != "" {
		return `Did you mean "` + s + `"?`
	}
	return ""
}
