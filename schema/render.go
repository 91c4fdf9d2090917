package schema

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"github.com/hashicorp/hcl/v2"
	"golang.org/x/text/width"
)

// RenderOptions says what the reader's screen can do.
type RenderOptions struct {
	// Color puts ANSI colours in.
	Color bool
	// Width is the number of columns; 0 stands for 80.
	Width int
}

// Render writes diagnostics for people: each with its place, the line of
// source, what is wrong and what to do, then other places that belong to it,
// and in the end how many there are. It writes nothing for an empty list.
//
//	site.hcl:4:27: error: Unknown view
//
//	  4 | route "/" { view = view.hoem }
//	    |                         ^^^^
//
//	  There is no view called "hoem". Perhaps view.home is meant.
func Render(w io.Writer, diags Diagnostics, sources *Sources, options RenderOptions) {
	diags = diags.Sorted()
	if len(diags) == 0 {
		return
	}
	if options.Width <= 0 {
		options.Width = 80
	}
	out := bufio.NewWriter(w)
	defer out.Flush()
	r := &renderer{out, sources, options}
	for _, d := range diags {
		r.diagnostic(d)
	}
	r.summary(diags)
}

type renderer struct {
	*bufio.Writer
	sources *Sources
	RenderOptions
}

const (
	bold   = "\x1b[1m"
	red    = "\x1b[1;31m"
	yellow = "\x1b[1;33m"
	blue   = "\x1b[1;34m"
	plain  = "\x1b[0m"
)

func (r *renderer) paint(color, text string) string {
	if !r.Color || text == "" {
		return text
	}
	return color + text + plain
}

func severityColor(s Severity) string {
	if s == Warning {
		return yellow
	}
	return red
}

func (r *renderer) diagnostic(d Diagnostic) {
	color := severityColor(d.Severity)
	fmt.Fprintf(r, "%s %s %s\n", r.paint(bold, placeText(d.Subject)+":"), r.paint(color, d.Severity.String()+":"), r.paint(bold, d.Summary))
	r.snippet(d.Subject, color)
	r.WriteByte('\n')
	for _, line := range wrap(d.Detail, r.Width-2) {
		fmt.Fprintf(r, "  %s\n", line)
	}
	r.WriteByte('\n')
	for _, rel := range d.Related {
		fmt.Fprintf(r, "  %s: %s\n", placeText(rel.Range), rel.Message)
		r.snippet(rel.Range, blue)
		r.WriteByte('\n')
	}
}

// placeText is file:line:column, as far as it is known.
func placeText(at hcl.Range) string {
	switch {
	case at.Filename == "":
		return "stackgen"
	case at.Start.Line == 0:
		return at.Filename
	}
	return fmt.Sprintf("%s:%d:%d", at.Filename, at.Start.Line, at.Start.Column)
}

// snippet shows the line that a place begins in, with carets beneath it.
func (r *renderer) snippet(at hcl.Range, color string) {
	line, ok := r.sources.line(at)
	if !ok {
		return
	}
	start := max(0, min(at.Start.Byte-line.start, len(line.text)))
	end := len(line.text)
	if at.End.Line == at.Start.Line {
		end = max(start, min(at.End.Byte-line.start, len(line.text)))
	}
	before, marked, after := expand(line.text[:start], 0), "", ""
	marked = expand(line.text[start:end], columns(before))
	after = expand(line.text[end:], columns(before)+columns(marked))
	number := fmt.Sprintf("%d", at.Start.Line)
	gutter := strings.Repeat(" ", len(number))
	before, marked, after = window(before, marked, after, r.Width-len(number)-5)
	fmt.Fprintf(r, "\n  %s %s\n", r.paint(blue, number+" |"), strings.TrimRight(before+marked+after, " "))
	carets := strings.Repeat("^", max(1, columns(strings.TrimRight(marked, " "))))
	fmt.Fprintf(r, "  %s %s%s\n", r.paint(blue, gutter+" |"), strings.Repeat(" ", columns(before)), r.paint(color, carets))
}

// sourceLine is one line of a file, with the byte at which it begins.
type sourceLine struct {
	text  string
	start int
}

// line finds the line that a place begins in.
func (s *Sources) line(at hcl.Range) (sourceLine, bool) {
	text := s.Bytes(at.Filename)
	if text == nil || at.Start.Line < 1 || at.Start.Byte > len(text) || at.Start.Byte < 0 {
		return sourceLine{}, false
	}
	start := bytes.LastIndexByte(text[:at.Start.Byte], '\n') + 1
	end := bytes.IndexByte(text[start:], '\n')
	if end < 0 {
		end = len(text) - start
	}
	return sourceLine{strings.TrimRight(string(text[start:start+end]), "\r"), start}, true
}

// expand replaces tabs by spaces up to the next multiple of four, and what
// would move the cursor by a replacement character.
func expand(text string, column int) string {
	var out strings.Builder
	for _, c := range text {
		switch {
		case c == '\t':
			n := 4 - column%4
			out.WriteString(strings.Repeat(" ", n))
			column += n
		case c < ' ' || c >= 0x7f && c < 0xa0 || c == utf8.RuneError:
			out.WriteRune('\uFFFD')
			column++
		default:
			out.WriteRune(c)
			column += runeColumns(c)
		}
	}
	return out.String()
}

// columns is how wide a text is on the screen.
func columns(text string) int {
	n := 0
	for _, c := range text {
		n += runeColumns(c)
	}
	return n
}

func runeColumns(c rune) int {
	switch width.LookupRune(c).Kind() {
	case width.EastAsianWide, width.EastAsianFullwidth:
		return 2
	}
	return 1
}

// window cuts a long line so that what is marked stays in sight.
func window(before, marked, after string, limit int) (string, string, string) {
	limit = max(limit, 30)
	if columns(before)+columns(marked)+columns(after) <= limit {
		return before, marked, after
	}
	if columns(marked) > limit*2/3 {
		marked = cut(marked, limit*2/3) + "…"
	}
	if room := limit - columns(marked); columns(before) > room*2/3 {
		runes := []rune(before)
		keep := len(runes)
		for n := 0; keep > 0 && n < room/2; keep-- {
			n += runeColumns(runes[keep-1])
		}
		before = "…" + string(runes[keep:])
	}
	if room := limit - columns(before) - columns(marked); columns(after) > room {
		after = cut(after, room-1) + "…"
	}
	return before, marked, after
}

// cut keeps the beginning of a text.
func cut(text string, limit int) string {
	n := 0
	for i, c := range text {
		n += runeColumns(c)
		if n > limit {
			return text[:i]
		}
	}
	return text
}

// wrap breaks text into lines at spaces.
func wrap(text string, limit int) []string {
	limit = max(limit, 30)
	var lines []string
	line := ""
	for _, word := range strings.Fields(text) {
		switch {
		case line == "":
			line = word
		case columns(line)+1+columns(word) <= limit:
			line += " " + word
		default:
			lines = append(lines, line)
			line = word
		}
	}
	return append(lines, line)
}

// summary is the last line: "2 errors, 1 warning in site.hcl".
func (r *renderer) summary(diags Diagnostics) {
	var parts []string
	color := yellow
	if n := diags.Errors(); n > 0 {
		parts = append(parts, plural(n, "error"))
		color = red
	}
	if n := diags.Warnings(); n > 0 {
		parts = append(parts, plural(n, "warning"))
	}
	seen := map[string]bool{}
	for _, d := range diags {
		seen[d.Subject.Filename] = true
	}
	where := fmt.Sprintf("%d files", len(seen))
	if len(seen) == 1 {
		where = diags[0].Subject.Filename
	}
	fmt.Fprintf(r, "%s in %s\n", r.paint(color, strings.Join(parts, ", ")), where)
}

func plural(n int, word string) string {
	if n == 1 {
		return "1 " + word
	}
	return fmt.Sprintf("%d %ss", n, word)
}
