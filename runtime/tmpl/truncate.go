package tmpl

import (
	"html"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const ellipsis = "…"

// combining reports whether r stands on the letter before it and has no width.
func combining(r rune) bool { return r >= 0x300 && norm.NFC.PropertiesString(string(r)).CCC() != 0 }

// AppendTruncatechars appends s cut to n letters, the last of which is … where it was cut.
func AppendTruncatechars(b []byte, s string, n int64) []byte {
	if n <= 0 {
		return b
	}
	s = norm.NFC.String(s)
	count, end := int64(0), -1
	for i, r := range s {
		if combining(r) {
			continue
		}
		count++
		if end < 0 && count > n-1 {
			end = i
		}
		if count > n {
			return append(append(b, s[:max(end, 0)]...), ellipsis...)
		}
	}
	return append(b, s...)
}

// FilterTruncatechars is the filter truncatechars.
func FilterTruncatechars(s *State, v any, args ...any) any {
	n, ok := toInt(args[0])
	if !ok {
		return keep(v, []byte(text(v)))
	}
	return keep(v, AppendTruncatechars(nil, text(v), int64(n)))
}

// AppendTruncatewords appends the first n words of s, and … where there are more.
func AppendTruncatewords(b []byte, s string, n int64) []byte {
	if n <= 0 {
		return b
	}
	for i := int64(0); ; i++ {
		s = strings.TrimLeftFunc(s, isSpace)
		if s == "" {
			return b
		}
		if i == n {
			return append(b, " "+ellipsis...)
		}
		if i > 0 {
			b = append(b, ' ')
		}
		end := strings.IndexFunc(s, isSpace)
		if end < 0 {
			end = len(s)
		}
		b = append(b, s[:end]...)
		s = s[end:]
	}
}

// FilterTruncatewords is the filter truncatewords.
func FilterTruncatewords(s *State, v any, args ...any) any {
	n, ok := toInt(args[0])
	if !ok {
		return keep(v, []byte(text(v)))
	}
	return keep(v, AppendTruncatewords(nil, text(v), int64(n)))
}

// FilterTruncatecharsHtml is the filter truncatechars_html.
func FilterTruncatecharsHtml(s *State, v any, args ...any) any {
	n, ok := toInt(args[0])
	if !ok {
		return keep(v, []byte(text(v)))
	}
	return keep(v, truncateHTML(norm.NFC.String(text(v)), n, false))
}

// FilterTruncatewordsHtml is the filter truncatewords_html.
func FilterTruncatewordsHtml(s *State, v any, args ...any) any {
	n, ok := toInt(args[0])
	if !ok {
		return keep(v, []byte(text(v)))
	}
	return keep(v, truncateHTML(text(v), n, true))
}

var voidElements = map[string]bool{
	"area": true, "base": true, "br": true, "col": true, "embed": true, "hr": true, "img": true, "input": true, "link": true,
	"meta": true, "param": true, "source": true, "track": true, "wbr": true,
}

// truncateHTML cuts the text of HTML and closes the tags that are open there.
func truncateHTML(s string, n int, byWords bool) []byte {
	if n <= 0 {
		return nil
	}
	var b []byte
	var open []string
	left := n
	if !byWords {
		left = n - 1
	}
	whole, seen := s, 0
	for s != "" {
		var p piece
		p, s = nextPiece(s)
		switch p.kind {
		case startTag:
			b = append(b, p.raw...)
			if !voidElements[p.name] {
				open = append(open, p.name)
			}
		case emptyTag:
			b = append(b, p.raw...)
			if !voidElements[p.name] {
				b = append(b, "</"+p.name+">"...)
			}
		case endTag:
			if voidElements[p.name] {
				continue
			}
			b = append(b, "</"+p.name+">"...)
			for i := len(open) - 1; i >= 0; i-- {
				if open[i] == p.name {
					open = append(open[:i], open[i+1:]...)
					break
				}
			}
		case textPiece:
			data := html.UnescapeString(p.raw)
			// Text pieces next to each other are one.
			for s != "" {
				next, rest := nextPiece(s)
				if next.kind != textPiece {
					break
				}
				data += html.UnescapeString(next.raw)
				s = rest
			}
			var done bool
			if byWords {
				b, left, done = appendWords(b, data, left)
			} else {
				count := utf8.RuneCountInString(data)
				seen += count
				if seen == n && len(b)+len(data) == len(whole) {
					return append(b, AppendHTML(nil, data)...)
				}
				b, left, done = appendChars(b, data, left)
			}
			if done {
				for i := len(open) - 1; i >= 0; i-- {
					b = append(b, "</"+open[i]+">"...)
				}
				return b
			}
		}
	}
	return b
}

func appendChars(b []byte, data string, left int) ([]byte, int, bool) {
	count := utf8.RuneCountInString(data)
	if left < count {
		b = AppendHTML(b, string([]rune(data)[:left]))
		return append(b, ellipsis...), 0, true
	}
	return AppendHTML(b, data), left - count, false
}

func appendWords(b []byte, data string, left int) ([]byte, int, bool) {
	words := splitWords(data)
	if left < len(words) {
		b = AppendHTML(b, strings.Join(words[:left], " "))
		return append(b, " "+ellipsis...), 0, true
	}
	return AppendHTML(b, strings.Join(words, " ")), left - len(words), false
}

// splitWords splits at space between two words; space at the ends stays.
func splitWords(s string) []string {
	var words []string
	start := 0
	for i := 0; i < len(s); {
		r, n := utf8.DecodeRuneInString(s[i:])
		if !unicode.IsSpace(r) {
			i += n
			continue
		}
		end := i
		for end < len(s) {
			r, n := utf8.DecodeRuneInString(s[end:])
			if !unicode.IsSpace(r) {
				break
			}
			end += n
		}
		if i > 0 && end < len(s) {
			words = append(words, s[start:i])
			start = end
		}
		i = end
	}
	return append(words, s[start:])
}
