package schema

import (
	"bytes"
	"strings"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// atom is a token of the layout: one of HCL's, or a whole quoted string or
// heredoc, which stays as it is.
type atom struct {
	kind hclsyntax.TokenType
	text string
	// apart says that white space stood before it.
	apart bool
}

// layoutLine is one line of a file; no atoms are an empty line.
type layoutLine struct {
	atoms []atom
	// depth is the number of brackets that are open where the line begins.
	depth int
}

// layOut gives a file, which parses, its canonical layout.
func layOut(src []byte, filename string) []byte {
	lines := dropEmpty(indent(splitLines(src, filename)))
	var out bytes.Buffer
	for at := 0; at < len(lines); {
		n := chain(lines[at:])
		writeChain(&out, lines[at:at+n])
		at += n
	}
	return out.Bytes()
}

// splitLines turns the file into lines of atoms.
func splitLines(src []byte, filename string) []layoutLine {
	tokens, _ := hclsyntax.LexConfig(src, filename, hcl.InitialPos)
	var lines []layoutLine
	var line layoutLine
	end := 0
	for i := 0; i < len(tokens); i++ {
		t := tokens[i]
		start := t.Range.Start.Byte
		a := atom{kind: t.Type, apart: start > end}
		last := i
		switch t.Type {
		case hclsyntax.TokenEOF:
			if len(line.atoms) > 0 {
				lines = append(lines, line)
			}
			return lines
		case hclsyntax.TokenNewline:
			end = t.Range.End.Byte
			lines = append(lines, line)
			line = layoutLine{}
			continue
		case hclsyntax.TokenOQuote:
			last = closing(tokens, i, hclsyntax.TokenOQuote, hclsyntax.TokenCQuote)
		case hclsyntax.TokenOHeredoc:
			last = closing(tokens, i, hclsyntax.TokenOHeredoc, hclsyntax.TokenCHeredoc)
		}
		end = tokens[last].Range.End.Byte
		i = last
		a.text = string(src[start:end])
		if t.Type == hclsyntax.TokenComment && strings.HasSuffix(a.text, "\n") {
			a.text = strings.TrimRight(a.text, " \t\n")
			line.atoms = append(line.atoms, a)
			lines = append(lines, line)
			line = layoutLine{}
			continue
		}
		line.atoms = append(line.atoms, a)
	}
	return lines
}

// closing is the index of the token that closes the one at i.
func closing(tokens hclsyntax.Tokens, i int, open, close hclsyntax.TokenType) int {
	depth := 0
	for j := i; j < len(tokens); j++ {
		switch tokens[j].Type {
		case open:
			depth++
		case close:
			depth--
			if depth == 0 {
				return j
			}
		}
	}
	return len(tokens) - 1
}

// indent counts open brackets; brackets opened on one line indent by one step.
func indent(lines []layoutLine) []layoutLine {
	var steps []int // per open bracket: whether it added a step
	depth := 0
	for i := range lines {
		opened := false
		leading := true
		start := depth
		for _, a := range lines[i].atoms {
			switch a.kind {
			case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen:
				leading = false
				step := 1
				if opened {
					step = 0
				}
				opened = true
				steps = append(steps, step)
				depth += step
			case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen:
				if n := len(steps); n > 0 {
					depth -= steps[n-1]
					if steps[n-1] == 1 {
						opened = false
					}
					steps = steps[:n-1]
				}
				if leading {
					start = depth
				}
			default:
				leading = false
			}
		}
		lines[i].depth = start
	}
	return lines
}

// dropEmpty keeps one empty line of several, and none at the edges of a block or of the file.
func dropEmpty(lines []layoutLine) []layoutLine {
	var out []layoutLine
	for i, l := range lines {
		if len(l.atoms) > 0 {
			out = append(out, l)
			continue
		}
		if len(out) == 0 || len(out[len(out)-1].atoms) == 0 || opens(out[len(out)-1]) {
			continue
		}
		next := i + 1
		for next < len(lines) && len(lines[next].atoms) == 0 {
			next++
		}
		if next < len(lines) && !closes(lines[next]) {
			out = append(out, l)
		}
	}
	return out
}

func opens(l layoutLine) bool {
	switch l.atoms[len(l.atoms)-1].kind {
	case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen:
		return true
	}
	return false
}

func closes(l layoutLine) bool {
	switch l.atoms[0].kind {
	case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen:
		return true
	}
	return false
}

// lineKind says what lines are aligned with: attributes with attributes, and
// blocks of one line with such blocks of the same type.
func lineKind(l layoutLine) string {
	if len(l.atoms) < 3 {
		return ""
	}
	balance := 0
	for _, a := range l.atoms {
		switch a.kind {
		case hclsyntax.TokenOBrace, hclsyntax.TokenOBrack, hclsyntax.TokenOParen:
			balance++
		case hclsyntax.TokenCBrace, hclsyntax.TokenCBrack, hclsyntax.TokenCParen:
			balance--
		case hclsyntax.TokenOHeredoc:
			return ""
		}
	}
	first := l.atoms[0].kind
	switch {
	case balance != 0:
		return ""
	case (first == hclsyntax.TokenIdent || first == hclsyntax.TokenOQuote) && l.atoms[1].kind == hclsyntax.TokenEqual:
		return "="
	case first == hclsyntax.TokenIdent && l.atoms[1].kind == hclsyntax.TokenOQuote && l.atoms[2].kind == hclsyntax.TokenOBrace:
		return l.atoms[0].text
	}
	return ""
}

// chain is how many lines from the first on are aligned with each other.
func chain(lines []layoutLine) int {
	kind := lineKind(lines[0])
	n := 1
	for kind != "" && n < len(lines) && lineKind(lines[n]) == kind && lines[n].depth == lines[0].depth {
		n++
	}
	return n
}

// writeChain writes lines whose equals signs or braces, and whose comments, stand beneath each other.
func writeChain(out *bytes.Buffer, lines []layoutLine) {
	heads, rests, comments := make([]string, len(lines)), make([]string, len(lines)), make([]string, len(lines))
	width, full := 0, 0
	for i, l := range lines {
		atoms := l.atoms
		if n := len(atoms); n > 1 && atoms[n-1].kind == hclsyntax.TokenComment && !strings.Contains(atoms[n-1].text, "\n") {
			comments[i] = atoms[n-1].text
			atoms = atoms[:n-1]
		}
		split := len(atoms)
		if kind := lineKind(l); kind == "=" {
			split = 1
		} else if kind != "" {
			split = 2
		}
		heads[i] = strings.Repeat("  ", l.depth) + spaced(atoms[:split])
		if split < len(atoms) {
			rests[i] = spaced(atoms[split:])
			width = max(width, columns(heads[i]))
		}
	}
	for i := range lines {
		if rests[i] != "" {
			heads[i] += strings.Repeat(" ", width-columns(heads[i])+1) + rests[i]
		}
		if comments[i] != "" {
			full = max(full, columns(heads[i]))
		}
	}
	for i := range lines {
		text := heads[i]
		if comments[i] != "" {
			text += strings.Repeat(" ", full-columns(heads[i])+1) + comments[i]
		}
		if len(lines[i].atoms) == 0 {
			text = ""
		}
		out.WriteString(text + "\n")
	}
}

// spaced puts the atoms of a line together.
func spaced(atoms []atom) string {
	var out strings.Builder
	for i, a := range atoms {
		if i > 0 && space(atoms, i) {
			out.WriteByte(' ')
		}
		out.WriteString(a.text)
	}
	return out.String()
}

// space reports whether a space stands before the atom at i.
func space(atoms []atom, i int) bool {
	before, a := atoms[i-1], atoms[i]
	switch a.kind {
	case hclsyntax.TokenComma, hclsyntax.TokenDot, hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenEllipsis:
		return false
	case hclsyntax.TokenCBrace:
		return before.kind != hclsyntax.TokenOBrace
	case hclsyntax.TokenOParen:
		if before.kind == hclsyntax.TokenIdent {
			return a.apart && i > 1 && before.text == "in"
		}
	case hclsyntax.TokenOBrack:
		if endsValue(before) {
			return a.apart
		}
	case hclsyntax.TokenColon:
		return spacedColon(atoms[:i])
	case hclsyntax.TokenStar:
		if before.kind == hclsyntax.TokenDot || before.kind == hclsyntax.TokenOBrack {
			return false
		}
	}
	switch before.kind {
	case hclsyntax.TokenDot, hclsyntax.TokenOParen, hclsyntax.TokenOBrack, hclsyntax.TokenBang:
		return false
	case hclsyntax.TokenMinus:
		return i > 1 && endsValue(atoms[i-2])
	}
	return true
}

// spacedColon reports whether a colon behind these atoms belongs to a
// conditional or a loop, and not to a key of an object.
func spacedColon(before []atom) bool {
	open := 0
	for i := len(before) - 1; i >= 0; i-- {
		switch a := before[i]; {
		case a.kind == hclsyntax.TokenCBrace || a.kind == hclsyntax.TokenCBrack || a.kind == hclsyntax.TokenCParen:
			open++
		case a.kind == hclsyntax.TokenOBrace || a.kind == hclsyntax.TokenOBrack || a.kind == hclsyntax.TokenOParen:
			if open == 0 {
				return false
			}
			open--
		case open == 0 && (a.kind == hclsyntax.TokenQuestion || a.kind == hclsyntax.TokenIdent && a.text == "for"):
			return true
		case open == 0 && a.kind == hclsyntax.TokenComma && (i < 2 || before[i-2].text != "for"):
			return false
		}
	}
	return false
}

// endsValue reports whether a value may end with the atom, so that a minus
// behind it subtracts and a bracket looks up.
func endsValue(a atom) bool {
	switch a.kind {
	case hclsyntax.TokenIdent, hclsyntax.TokenNumberLit, hclsyntax.TokenOQuote, hclsyntax.TokenCParen, hclsyntax.TokenCBrack, hclsyntax.TokenCBrace:
		return true
	}
	return false
}
