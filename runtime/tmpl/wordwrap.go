package tmpl

import (
	"strings"
	"unicode/utf8"
)

// AppendWordwrap appends s with its lines broken at that width; words are not broken.
func AppendWordwrap(b []byte, s string, width int64) []byte {
	first := true
	add := func(line string) {
		if !first {
			b = append(b, '\n')
		}
		first = false
		b = append(b, line...)
	}
	for _, line := range splitLines(s) {
		wrapped := wrap(expandTabs(line), int(width))
		if len(wrapped) == 0 {
			add(line)
		}
		for _, w := range wrapped {
			add(w)
		}
	}
	if strings.HasSuffix(s, "\n") {
		add("")
	}
	return b
}

// FilterWordwrap is the filter wordwrap.
func FilterWordwrap(s *State, v any, args ...any) any {
	n := s.width(args[0])
	if n <= 0 {
		s.failf("invalid width %d", n)
		return ""
	}
	return keep(v, AppendWordwrap(nil, text(v), int64(n)))
}

// wrap is Python's textwrap without breaking words.
func wrap(line string, width int) []string {
	chunks := spaceChunks(line)
	var lines []string
	for len(chunks) > 0 {
		if strings.TrimSpace(chunks[0]) == "" && len(lines) > 0 {
			chunks = chunks[1:]
		}
		var current []string
		n := 0
		for len(chunks) > 0 {
			l := utf8.RuneCountInString(chunks[0])
			if n+l > width {
				break
			}
			current, n, chunks = append(current, chunks[0]), n+l, chunks[1:]
		}
		if len(chunks) > 0 && len(current) == 0 && utf8.RuneCountInString(chunks[0]) > width {
			current, chunks = append(current, chunks[0]), chunks[1:]
		}
		if k := len(current); k > 0 && strings.TrimSpace(current[k-1]) == "" {
			current = current[:k-1]
		}
		if len(current) > 0 {
			lines = append(lines, strings.Join(current, ""))
		}
	}
	return lines
}

// spaceChunks splits into words and the space between them.
func spaceChunks(s string) []string {
	var chunks []string
	for s != "" {
		isBlank := func(r rune) bool { return strings.ContainsRune("\t\n\v\f\r ", r) }
		end := strings.IndexFunc(s, isBlank)
		if end == 0 {
			end = strings.IndexFunc(s, func(r rune) bool { return !isBlank(r) })
		}
		if end < 0 {
			end = len(s)
		}
		chunks = append(chunks, s[:end])
		s = s[end:]
	}
	return chunks
}

func expandTabs(s string) string {
	if strings.IndexByte(s, '\t') < 0 {
		return s
	}
	var b strings.Builder
	column := 0
	for _, r := range s {
		if r != '\t' {
			b.WriteRune(r)
			column++
			continue
		}
		n := 8 - column%8
		b.WriteString(strings.Repeat(" ", n))
		column += n
	}
	return b.String()
}

// splitLines is Python's splitlines().
func splitLines(s string) []string {
	var lines []string
	for s != "" {
		i := strings.IndexFunc(s, func(r rune) bool {
			return r == '\n' || r == '\r' || r == '\v' || r == '\f' || r >= 0x1c && r <= 0x1e || r == 0x85 || r == 0x2028 || r == 0x2029
		})
		if i < 0 {
			return append(lines, s)
		}
		lines = append(lines, s[:i])
		if strings.HasPrefix(s[i:], "\r\n") {
			i++
		}
		_, n := utf8.DecodeRuneInString(s[i:])
		s = s[i+n:]
	}
	return lines
}
