package tmpl

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// keep is a text filter's result: safe where the input was and the filter keeps that.
func keep(v any, out []byte) any {
	if _, ok := simplify(v).(Safe); ok {
		return Safe(out)
	}
	return string(out)
}

// AppendUpper appends s in capitals.
func AppendUpper(b []byte, s string) []byte {
	for _, r := range s {
		switch {
		case 'a' <= r && r <= 'z':
			b = append(b, byte(r)-32)
		case r < 0x80:
			b = append(b, byte(r))
		case upperSpecial(r) != "":
			b = append(b, upperSpecial(r)...)
		default:
			b = utf8.AppendRune(b, unicode.ToUpper(r))
		}
	}
	return b
}

// upperSpecial are capitals of more than one letter.
func upperSpecial(r rune) string {
	switch r {
	case 'ß':
		return "SS"
	case 'ŉ':
		return "ʼN"
	case 'ﬀ':
		return "FF"
	case 'ﬁ':
		return "FI"
	case 'ﬂ':
		return "FL"
	case 'ﬃ':
		return "FFI"
	case 'ﬄ':
		return "FFL"
	case 'ﬅ', 'ﬆ':
		return "ST"
	}
	return ""
}

// FilterUpper is the filter upper, which safe text does not survive: &amp; would be &AMP;.
func FilterUpper(s *State, v any, args ...any) any { return string(AppendUpper(nil, text(v))) }

// AppendLower appends s in small letters.
func AppendLower(b []byte, s string) []byte {
	for i, r := range s {
		switch {
		case r == 'İ':
			b = append(b, "i̇"...)
		case r == 'Σ' && finalSigma(s, i):
			b = append(b, "ς"...)
		default:
			b = utf8.AppendRune(b, unicode.ToLower(r))
		}
	}
	return b
}

// finalSigma reports whether the sigma at i ends a word.
func finalSigma(s string, i int) bool {
	before, _ := utf8.DecodeLastRuneInString(s[:i])
	after, _ := utf8.DecodeRuneInString(s[i+len("Σ"):])
	return unicode.IsLetter(before) && !unicode.IsLetter(after)
}

// FilterLower is the filter lower.
func FilterLower(s *State, v any, args ...any) any { return keep(v, AppendLower(nil, text(v))) }

// AppendCapfirst appends s with its first letter in capitals.
func AppendCapfirst(b []byte, s string) []byte {
	_, n := utf8.DecodeRuneInString(s)
	return append(AppendUpper(b, s[:n]), s[n:]...)
}

// FilterCapfirst is the filter capfirst.
func FilterCapfirst(s *State, v any, args ...any) any { return keep(v, AppendCapfirst(nil, text(v))) }

// AppendTitle appends s with every word's first letter in capitals and the rest small.
func AppendTitle(b []byte, s string) []byte {
	mark := len(b)
	prev := rune(-1)
	for i, r := range s {
		switch {
		case !unicode.IsUpper(prev) && !unicode.IsLower(prev) && !unicode.IsTitle(prev):
			if up := upperSpecial(r); up != "" {
				first, n := utf8.DecodeRuneInString(up)
				b = AppendLower(utf8.AppendRune(b, first), up[n:])
			} else {
				b = utf8.AppendRune(b, unicode.ToTitle(r))
			}
		case r == 'Σ' && finalSigma(s, i):
			b = append(b, "ς"...)
		default:
			b = utf8.AppendRune(b, unicode.ToLower(r))
		}
		prev = r
	}
	// No capital behind an apostrophe in a word, nor behind a digit.
	out := b[mark:]
	for i := 1; i < len(out); i++ {
		if c := out[i]; c >= 'A' && c <= 'Z' {
			digit := out[i-1] >= '0' && out[i-1] <= '9'
			apostrophe := i > 1 && out[i-1] == '\'' && out[i-2] >= 'a' && out[i-2] <= 'z'
			if digit || apostrophe {
				out[i] += 'a' - 'A'
			}
		}
	}
	return b
}

// FilterTitle is the filter title.
func FilterTitle(s *State, v any, args ...any) any { return keep(v, AppendTitle(nil, text(v))) }

// AppendAddslashes appends s with backslashes before quotes and backslashes.
func AppendAddslashes(b []byte, s string) []byte {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c == '\\' || c == '"' || c == '\'' {
			b = append(b, '\\')
		}
		b = append(b, s[i])
	}
	return b
}

// FilterAddslashes is the filter addslashes.
func FilterAddslashes(s *State, v any, args ...any) any {
	return keep(v, AppendAddslashes(nil, text(v)))
}

// FilterCut is the filter cut. Without ; in what is cut, safe text stays safe.
func FilterCut(s *State, v any, args ...any) any {
	arg := text(args[0])
	out := strings.ReplaceAll(text(v), arg, "")
	if _, safe := simplify(v).(Safe); safe && arg != ";" {
		return Safe(out)
	}
	return out
}

// AppendSlugify appends s as a slug: ASCII letters, digits, hyphens and underscores.
func AppendSlugify(b []byte, s string) []byte {
	s = norm.NFKD.String(s)
	mark := len(b)
	for _, r := range s {
		if r >= 0x80 {
			continue
		}
		c := byte(r)
		switch {
		case c >= 'A' && c <= 'Z':
			b = append(b, c+32)
		case c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_':
			b = append(b, c)
		case c == '-' || c == ' ' || c >= '\t' && c <= '\r' || c >= 0x1c && c <= 0x1f:
			if n := len(b); n > mark && b[n-1] == '-' {
				continue
			}
			b = append(b, '-')
		}
	}
	out := strings.Trim(string(b[mark:]), "-_")
	return append(b[:mark], out...)
}

// FilterSlugify is the filter slugify.
func FilterSlugify(s *State, v any, args ...any) any { return keep(v, AppendSlugify(nil, text(v))) }

// width is the argument of center and its like; what is no number is an error.
func (s *State) width(v any) int {
	n, ok := toInt(v)
	if !ok {
		s.failf("%s is not a whole number", repr(v))
	}
	return n
}

// maxWidth bounds what a template's number can make a page grow by.
const maxWidth = 1 << 20

// AppendCenter appends s in the middle of width letters.
func AppendCenter(b []byte, s string, width int64) []byte {
	gap := int(min(width, maxWidth)) - utf8.RuneCountInString(s)
	if gap <= 0 {
		return append(b, s...)
	}
	left := gap / 2
	b = appendSpaces(b, left)
	b = append(b, s...)
	return appendSpaces(b, gap-left)
}

func appendSpaces(b []byte, n int) []byte {
	for range n {
		b = append(b, ' ')
	}
	return b
}

// AppendLjust appends s and spaces up to width letters.
func AppendLjust(b []byte, s string, width int64) []byte {
	return appendSpaces(append(b, s...), max(0, int(min(width, maxWidth))-utf8.RuneCountInString(s)))
}

// AppendRjust appends spaces and s, width letters in all.
func AppendRjust(b []byte, s string, width int64) []byte {
	return append(appendSpaces(b, max(0, int(min(width, maxWidth))-utf8.RuneCountInString(s))), s...)
}

// FilterCenter is the filter center.
func FilterCenter(s *State, v any, args ...any) any {
	return keep(v, AppendCenter(nil, text(v), int64(s.width(args[0]))))
}

// FilterLjust is the filter ljust.
func FilterLjust(s *State, v any, args ...any) any {
	return keep(v, AppendLjust(nil, text(v), int64(s.width(args[0]))))
}

// FilterRjust is the filter rjust.
func FilterRjust(s *State, v any, args ...any) any {
	return keep(v, AppendRjust(nil, text(v), int64(s.width(args[0]))))
}

// FilterMakeList is the filter make_list.
func FilterMakeList(s *State, v any, args ...any) any { return letters(text(v)) }

// AppendPhone2numeric appends s with its letters as the digits of a phone.
func AppendPhone2numeric(b []byte, s string) []byte {
	for _, r := range string(AppendLower(nil, s)) {
		if r >= 'a' && r <= 'z' {
			b = append(b, "22233344455566677778889999"[r-'a'])
			continue
		}
		b = utf8.AppendRune(b, r)
	}
	return b
}

// FilterPhone2numeric is the filter phone2numeric.
func FilterPhone2numeric(s *State, v any, args ...any) any {
	return keep(v, AppendPhone2numeric(nil, text(v)))
}

// Wordcount is the number of words.
func Wordcount(s string) int { return len(splitSpace(s)) }

// FilterWordcount is the filter wordcount.
func FilterWordcount(s *State, v any, args ...any) any { return Wordcount(text(v)) }

// splitSpace is Python's split().
func splitSpace(s string) []string { return strings.FieldsFunc(s, isSpace) }

// isSpace is Python's isspace().
func isSpace(r rune) bool { return unicode.IsSpace(r) || r >= 0x1c && r <= 0x1f }

// FilterUrlencode is the filter urlencode.
func FilterUrlencode(s *State, v any, args ...any) any {
	safe := "/"
	if len(args) > 0 {
		safe = text(args[0])
	}
	return string(appendQuoted(nil, text(v), safe))
}

// FilterIriencode is the filter iriencode.
func FilterIriencode(s *State, v any, args ...any) any { return keep(v, AppendIriencode(nil, text(v))) }

// FilterEscapejs is the filter escapejs.
func FilterEscapejs(s *State, v any, args ...any) any { return Safe(AppendEscapejs(nil, text(v))) }

// FilterEscape is the filter escape.
func FilterEscape(s *State, v any, args ...any) any {
	if v, ok := simplify(v).(Safe); ok {
		return v
	}
	return Safe(AppendHTML(nil, text(v)))
}

// FilterForceEscape is the filter force_escape.
func FilterForceEscape(s *State, v any, args ...any) any { return Safe(AppendHTML(nil, text(v))) }

// FilterSafe is the filter safe.
func FilterSafe(s *State, v any, args ...any) any { return Safe(text(v)) }

// FilterStringformat is the filter stringformat: one of Python's % codes.
func FilterStringformat(s *State, v any, args ...any) any {
	out, ok := percent(text(args[0]), v)
	if !ok {
		return ""
	}
	if _, safe := simplify(v).(Safe); safe {
		return Safe(out)
	}
	return out
}

// FilterPprint is the filter pprint.
func FilterPprint(s *State, v any, args ...any) any { return keep(v, []byte(repr(v))) }

// toInt is Python's int(): whole numbers, numbers cut off, digits.
func toInt(v any) (int, bool) {
	switch v := simplify(v).(type) {
	case bool:
		if v {
			return 1, true
		}
		return 0, true
	case int64:
		return int(v), true
	case float64:
		if v != v || v > 1e18 || v < -1e18 {
			return 0, false
		}
		return int(v), true
	case Decimal:
		r, ok := rational(v)
		if !ok {
			return 0, false
		}
		f, _ := r.Float64()
		return int(f), true
	case string:
		n, err := strconv.Atoi(asciiDigits(v))
		return n, err == nil
	case Safe:
		return toInt(string(v))
	}
	return 0, false
}

// asciiDigits is a number's text as Python's int() reads it: without space
// around and underscores inside, with digits of any script.
func asciiDigits(s string) string {
	s = strings.TrimFunc(s, isSpace)
	if strings.Contains(s, "__") || strings.HasPrefix(s, "_") || strings.HasSuffix(s, "_") {
		return ""
	}
	return strings.Map(func(r rune) rune {
		switch {
		case r == '_':
			return -1
		case r < 0x80 || !unicode.IsDigit(r):
			return r
		}
		zero := r
		for unicode.IsDigit(zero - 1) {
			zero--
		}
		return '0' + (r-zero)%10
	}, s)
}
