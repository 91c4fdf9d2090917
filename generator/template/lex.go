package template

import "strings"

type tokenKind int

const (
	textToken tokenKind = iota
	variableToken
	tagToken
)

// token is a run of text, {{ … }} or {% … %}. Comments {# … #} leave none.
type token struct {
	kind tokenKind
	// span is the whole token, inner what stands between the braces, trimmed.
	span, inner span
}

// lex splits a template as Django does: a token never crosses a line, and what
// does not close on its line is text. Inside verbatim everything is text.
func lex(src *source) []token {
	var tokens []token
	text := src.text
	begin := 0
	verbatim := "" // the tag that ends it
	add := func(kind tokenKind, start, end int) {
		t := token{kind: kind, span: span{src, start, end}}
		if kind != textToken {
			inner := text[start+2 : end-2]
			lead := len(inner) - len(strings.TrimLeft(inner, space))
			t.inner = span{src, start + 2 + lead, start + 2 + lead + len(strings.Trim(inner, space))}
		}
		tokens = append(tokens, t)
	}
	for i := 0; i+1 < len(text); {
		if text[i] != '{' {
			i++
			continue
		}
		var closing string
		kind := textToken
		switch text[i+1] {
		case '%':
			closing, kind = "%}", tagToken
		case '{':
			closing, kind = "}}", variableToken
		case '#':
			closing = "#}"
		default:
			i++
			continue
		}
		rest, _, _ := strings.Cut(text[i+2:], "\n")
		n := strings.Index(rest, closing)
		if n < 0 {
			i++
			continue
		}
		end := i + 2 + n + 2
		inner := strings.Trim(text[i+2:end-2], space)
		if verbatim != "" {
			if kind != tagToken || inner != verbatim {
				i = end
				continue
			}
			verbatim = ""
		} else if kind == tagToken && (inner == "verbatim" || strings.HasPrefix(inner, "verbatim ")) {
			verbatim = "end" + inner
		}
		if i > begin {
			add(textToken, begin, i)
		}
		if closing != "#}" {
			add(kind, i, end)
		}
		i, begin = end, end
	}
	if begin < len(text) {
		add(textToken, begin, len(text))
	}
	return tokens
}

// space is what Django's strip() takes off around a tag's content, the ASCII part.
const space = " \t\n\r\v\f\x1c\x1d\x1e\x1f"

// word is a piece of a tag, with its place.
type word struct {
	text string
	span span
}

// words splits a tag's content at spaces outside of quotes (Django's smart_split).
func words(s span) []word {
	var out []word
	text := s.text()
	for i := 0; i < len(text); {
		if strings.IndexByte(space, text[i]) >= 0 {
			i++
			continue
		}
		start := i
		for i < len(text) && strings.IndexByte(space, text[i]) < 0 {
			if q := text[i]; q == '"' || q == '\'' {
				if end := quoted(text, i); end > 0 {
					i = end
					continue
				}
			}
			i++
		}
		// _("…") may hold spaces: the quote above has skipped them.
		out = append(out, word{text[start:i], s.sub(start, i-start)})
	}
	return out
}

// quoted is where the string literal beginning at i ends, or -1 when it does not.
func quoted(s string, i int) int {
	q := s[i]
	for j := i + 1; j < len(s); j++ {
		switch s[j] {
		case '\\':
			j++
		case q:
			return j + 1
		}
	}
	return -1
}
