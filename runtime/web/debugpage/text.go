package debugpage

import (
	"fmt"
	"strings"
)

// Text is the report for who reads no HTML: curl, tests, other programs.
func (p *Report) Text() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d %s\n%s %s\n\n%s\n", p.Status, p.Title, p.Method, clean(p.URL), indent(p.Error))
	for _, e := range p.Excerpts {
		fmt.Fprintf(&b, "\n%s\n%s\n", e.Title, e.Place)
		for _, l := range e.Lines {
			mark := ' '
			if l.Here {
				mark = '>'
			}
			fmt.Fprintf(&b, "%c %4d  %s\n", mark, l.Number, l.Text+l.Marked)
		}
	}
	if len(p.Way) > 0 {
		b.WriteString("\nThe way through the tiers\n")
		for _, s := range p.Way {
			mark := ' '
			if s.Failed {
				mark = '>'
			}
			fmt.Fprintf(&b, "%c %-10s %s", mark, s.Tier, clean(s.Text))
			if s.Place != "" {
				fmt.Fprintf(&b, "  (%s)", s.Place)
			}
			b.WriteByte('\n')
		}
	}
	for _, t := range p.Tables {
		if len(t.Rows) == 0 {
			continue
		}
		fmt.Fprintf(&b, "\n%s\n", t.Title)
		for _, r := range t.Rows {
			fmt.Fprintf(&b, "  %s: %s", clean(r.Name), clean(r.Value))
			if r.Note != "" {
				fmt.Fprintf(&b, "  (%s)", r.Note)
			}
			b.WriteByte('\n')
		}
	}
	if p.Stack != "" {
		b.WriteString("\nStack\n" + p.Stack + "\n")
	}
	return b.String()
}

// clean keeps what a client sent on one line, without the characters that move a terminal's cursor.
func clean(s string) string {
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return ' '
		}
		return r
	}, s)
}

func indent(s string) string {
	lines := strings.Split(s, "\n")
	for i := range lines {
		lines[i] = "  " + clean(lines[i])
	}
	return strings.Join(lines, "\n")
}
