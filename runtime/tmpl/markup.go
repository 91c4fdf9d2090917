package tmpl

import "strings"

// piece is a part of HTML: text, or a tag with its name.
type piece struct {
	raw  string
	kind pieceKind
	// name is a tag's name in small letters.
	name string
}

type pieceKind uint8

const (
	textPiece pieceKind = iota
	startTag
	endTag
	emptyTag // <br/>
	markup   // a comment, declaration or processing instruction
)

// nextPiece cuts the first piece off HTML. A < that begins nothing is text.
func nextPiece(s string) (p piece, rest string) {
	if s[0] != '<' {
		i := strings.IndexByte(s, '<')
		if i < 0 {
			i = len(s)
		}
		return piece{raw: s[:i]}, s[i:]
	}
	cut := func(end int, kind pieceKind, name string) (piece, string) {
		return piece{raw: s[:end], kind: kind, name: strings.ToLower(name)}, s[end:]
	}
	switch {
	case strings.HasPrefix(s, "<!--"):
		if strings.HasPrefix(s, "<!-->") {
			return cut(5, markup, "")
		}
		if strings.HasPrefix(s, "<!--->") {
			return cut(6, markup, "")
		}
		if i := strings.Index(s[4:], "-->"); i >= 0 {
			return cut(4+i+3, markup, "")
		}
		return cut(len(s), markup, "")
	case strings.HasPrefix(s, "<!") || strings.HasPrefix(s, "<?"):
		if i := strings.IndexByte(s, '>'); i >= 0 {
			return cut(i+1, markup, "")
		}
		return cut(len(s), markup, "")
	case strings.HasPrefix(s, "</"):
		if len(s) > 2 && letter(s[2]) {
			if i := tagEnd(s); i >= 0 {
				return cut(i, endTag, tagName(s[2:]))
			}
			return cut(len(s), markup, "")
		}
		if len(s) > 2 {
			if i := strings.IndexByte(s, '>'); i >= 0 {
				return cut(i+1, markup, "")
			}
		}
	case len(s) > 1 && letter(s[1]):
		if i := tagEnd(s); i >= 0 {
			if strings.HasSuffix(s[:i], "/>") {
				return cut(i, emptyTag, tagName(s[1:]))
			}
			return cut(i, startTag, tagName(s[1:]))
		}
		return cut(len(s), markup, "")
	}
	return cut(1, textPiece, "")
}

func letter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }

func tagName(s string) string {
	i := strings.IndexAny(s, " \t\n\r\f/>")
	if i < 0 {
		return s
	}
	return s[:i]
}

// tagEnd is where the tag at the beginning of s ends, -1 when it does not:
// a > inside of a quoted value does not count.
func tagEnd(s string) int {
	value := false
	for i := 1; i < len(s); i++ {
		switch c := s[i]; {
		case c == '>':
			return i + 1
		case c == '=':
			value = true
		case (c == '"' || c == '\'') && value:
			end := strings.IndexByte(s[i+1:], c)
			if end < 0 {
				return -1
			}
			i += end + 1
			value = false
		case c != ' ' && c != '\t' && c != '\n':
			value = false
		}
	}
	return -1
}

// AppendStriptags appends s without its tags. What is left is not safe.
func AppendStriptags(b []byte, s string) []byte {
	for range 50 {
		if !strings.Contains(s, "<") || !strings.Contains(s, ">") {
			break
		}
		stripped := stripOnce(s)
		if strings.Count(stripped, "<") == strings.Count(s, "<") {
			break
		}
		s = stripped
	}
	return append(b, s...)
}

func stripOnce(s string) string {
	var b strings.Builder
	for s != "" {
		var p piece
		p, s = nextPiece(s)
		if p.kind == textPiece {
			b.WriteString(p.raw)
		}
		if p.kind == startTag && (p.name == "script" || p.name == "style") {
			end := strings.Index(strings.ToLower(s), "</"+p.name)
			if end < 0 {
				end = len(s)
			}
			b.WriteString(s[:end])
			s = s[end:]
		}
	}
	return b.String()
}

// FilterStriptags is the filter striptags.
func FilterStriptags(s *State, v any, args ...any) any { return keep(v, AppendStriptags(nil, text(v))) }
