package sqlshell

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"stackgen.dev/runtime/model"
)

// batch is how many rows are looked at before they are printed, for the width of
// their columns.
const batch = 1000

// print prints rows under the names of their columns, and how many there are. It has the
// statement stop when what is printed cannot be written.
func (s *Shell) print(names []string, rows model.Rows, stop func()) error {
	out := bufio.NewWriter(s.Out)
	heads := make([]string, len(names))
	for i, n := range names {
		heads[i] = shown(n)
	}
	p := &printer{out: out, names: heads, widths: make([]int, len(names)), expanded: s.Expanded}
	for i, n := range heads {
		p.widths[i] = utf8.RuneCountInString(n)
	}
	limit := 0
	if s.Terminal {
		limit = s.Width
	}
	var lost error
	for lost == nil && rows.Next() {
		cells := make([]string, len(names))
		for i := range names {
			cells[i] = s.Null
			if !rows.IsNull(i) {
				cells[i] = shown(rows.Text(i))
			}
			p.widths[i] = max(p.widths[i], utf8.RuneCountInString(cells[i]))
		}
		if p.rows = append(p.rows, cells); len(p.rows) == batch {
			p.flush(limit)
			lost = out.Flush()
		}
	}
	if lost != nil {
		stop()
		rows.Close()
		return lost
	}
	err := rows.Close()
	p.flush(limit)
	if err == nil {
		fmt.Fprintf(out, "(%s)\n", counted(int64(p.count)))
	}
	return errors.Join(err, out.Flush())
}

func counted(n int64) string {
	if n == 1 {
		return "1 row"
	}
	return strconv.FormatInt(n, 10) + " rows"
}

// printer prints rows in batches, as a table or column by column.
type printer struct {
	out      io.Writer
	names    []string
	widths   []int
	rows     [][]string
	count    int // of rows printed
	headed   bool
	expanded bool
}

// flush prints the rows that were collected; wider than limit, each becomes lines
// of its own, and all behind them.
func (p *printer) flush(limit int) {
	width := 0
	for _, w := range p.widths {
		width += w + len(gap)
	}
	if limit > 0 && width-len(gap) > limit && len(p.rows) > 0 {
		p.expanded = true
	}
	if !p.expanded && !p.headed {
		p.headed = true
		p.table(p.names)
	}
	for _, cells := range p.rows {
		p.count++
		if p.expanded {
			p.record(cells)
		} else {
			p.table(cells)
		}
	}
	p.rows = p.rows[:0]
}

const gap = "  "

func (p *printer) table(cells []string) {
	for i, c := range cells {
		io.WriteString(p.out, c)
		if i < len(cells)-1 {
			io.WriteString(p.out, strings.Repeat(" ", p.widths[i]-utf8.RuneCountInString(c))+gap)
		}
	}
	io.WriteString(p.out, "\n")
}

func (p *printer) record(cells []string) {
	widest := 0
	for _, n := range p.names {
		widest = max(widest, utf8.RuneCountInString(n))
	}
	fmt.Fprintf(p.out, "-[ %d ]-\n", p.count)
	for i, c := range cells {
		fmt.Fprintf(p.out, "%s%s | %s\n", p.names[i], strings.Repeat(" ", widest-utf8.RuneCountInString(p.names[i])), c)
	}
}

// shown is a value on one line, in which nothing moves the cursor or changes the
// terminal.
func shown(text string) string {
	plain := true
	for _, r := range text {
		if r == utf8.RuneError || unsafeRune(r) {
			plain = false
			break
		}
	}
	if plain {
		return text
	}
	var b strings.Builder
	for len(text) > 0 {
		r, size := utf8.DecodeRuneInString(text)
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, text[0])
		case unsafeRune(r):
			quoted := strconv.QuoteRune(r)
			b.WriteString(quoted[1 : len(quoted)-1])
		default:
			b.WriteString(text[:size])
		}
		text = text[size:]
	}
	return b.String()
}

// unsafeRune reports whether a terminal does something with a character other than
// showing it: controls, and those that turn the direction of writing.
func unsafeRune(r rune) bool {
	return unicode.IsControl(r) || r >= '\u202a' && r <= '\u202e' || r >= '\u2066' && r <= '\u2069'
}
