package tmpl

import (
	"html"
	"math"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// FilterUrlize is the filter urlize.
func FilterUrlize(s *State, escape bool, v any, args ...any) any {
	return Safe(urlize(text(v), math.MaxInt, hasToEscape(escape, v)))
}

// FilterUrlizetrunc is the filter urlizetrunc.
func FilterUrlizetrunc(s *State, escape bool, v any, args ...any) any {
	return Safe(urlize(text(v), s.width(args[0]), hasToEscape(escape, v)))
}

// maxURL is the longest word that is looked at.
const maxURL = 2048

var (
	simpleURL = regexp.MustCompile(`(?i)^https?://\[?[\pL\pN_]`)
	// simpleHost is what looks like a host without a scheme.
	simpleHost = regexp.MustCompile(`(?i)^www\.|^[a-z\x{00a1}-\x{ffff}0-9](?:[a-z\x{00a1}-\x{ffff}0-9-]{0,61}[a-z\x{00a1}-\x{ffff}0-9])?` +
		`(?:\.[a-z\x{00a1}-\x{ffff}0-9](?:[a-z\x{00a1}-\x{ffff}0-9-]{0,61}[a-z\x{00a1}-\x{ffff}0-9])?)*\.(?:com|edu|gov|int|mil|net|org)(?:$|/.*$)`)
	emailLocal  = regexp.MustCompile("(?i)^[-!#$%&'*+/=?^_`{}|~0-9a-z]+(?:\\.[-!#$%&'*+/=?^_`{}|~0-9a-z]+)*$")
	emailDomain = regexp.MustCompile(`(?i)^(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)+(?:[a-z0-9-]{2,63})$`)
)

// urlize makes links of a text's URLs and e-mail addresses. limit is how
// many letters they show.
func urlize(s string, limit int, escape bool) string {
	var b []byte
	for s != "" {
		separator := func(r rune) bool { return isSpace(r) || strings.ContainsRune(`<>"'`, r) }
		end := strings.IndexFunc(s, separator)
		if end == 0 {
			end = strings.IndexFunc(s, func(r rune) bool { return !separator(r) })
		}
		if end < 0 {
			end = len(s)
		}
		b = appendLink(b, s[:end], limit, escape)
		s = s[end:]
	}
	return string(b)
}

// appendLink appends a word, as a link if it is one.
func appendLink(b []byte, word string, limit int, escape bool) []byte {
	if !strings.ContainsAny(word, ".@:") {
		return AppendEscaped(b, word, escape)
	}
	lead, middle, trail := trimPunctuation(word)
	url, attrs := "", ` rel="nofollow"`
	switch short := utf8.RuneCountInString(middle) <= maxURL; {
	case short && simpleURL.MatchString(middle):
		url = quoteURL(html.UnescapeString(middle))
	case short && simpleHost.MatchString(middle) && (strings.HasPrefix(strings.ToLower(middle), "www.") || !strings.HasPrefix(strings.ToLower(middle), "http")):
		url = quoteURL("http://" + html.UnescapeString(middle))
	case !strings.Contains(middle, ":") && isEmail(middle):
		at := strings.LastIndexByte(middle, '@')
		url = "mailto:" + string(appendQuoted(nil, middle[:at], "")) + "@" + string(appendQuoted(nil, middle[at+1:], ""))
		attrs = ""
	default:
		return AppendEscaped(b, word, escape)
	}
	shown := middle
	if utf8.RuneCountInString(shown) > limit {
		shown = string([]rune(shown)[:max(0, limit-1)]) + ellipsis
	}
	b = AppendEscaped(b, lead, escape)
	b = append(b, `<a href="`...)
	b = AppendHTML(b, url)
	b = append(b, '"')
	b = append(b, attrs...)
	b = append(b, '>')
	b = AppendEscaped(b, shown, escape)
	b = append(b, "</a>"...)
	return AppendEscaped(b, trail, escape)
}

func isEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	return at > 0 && len(s) <= 320 && emailLocal.MatchString(s[:at]) && emailDomain.MatchString(strings.Map(plainLetter, s[at+1:])) && !strings.HasSuffix(s, "-")
}

// plainLetter puts a letter of ASCII in the place of one that only international names have.
func plainLetter(r rune) rune {
	if r > '\u00a0' && (unicode.IsLetter(r) || unicode.IsDigit(r)) {
		return 'a'
	}
	return r
}

// trimPunctuation takes off what belongs to the sentence around a word.
func trimPunctuation(word string) (lead, middle, trail string) {
	middle = strings.TrimLeft(word, "([")
	lead = word[:len(word)-len(middle)]
	counts := map[string]int{}
	for _, c := range []string{"(", ")", "[", "]"} {
		counts[c] = strings.Count(middle, c)
	}
	for trimmed := true; trimmed && middle != ""; {
		trimmed = false
		for _, pair := range [][2]string{{"(", ")"}, {"[", "]"}} {
			if extra := counts[pair[1]] - counts[pair[0]]; extra > 0 && strings.HasSuffix(middle, pair[1]) {
				extra = min(extra, len(middle))
				trail = middle[len(middle)-extra:] + trail
				middle = middle[:len(middle)-extra]
				counts[pair[1]] -= extra
				trimmed = true
			}
		}
		amp := strings.LastIndexByte(middle, '&')
		chars := ".,:;!"
		if amp >= 0 {
			chars = ".,:!"
		}
		if r := strings.TrimRight(middle, chars); r != middle {
			trail = middle[len(r):] + trail
			middle = r
			trimmed = true
		}
		if strings.HasSuffix(middle, ";") && amp >= 0 {
			middle, trail, trimmed = trimSemicolon(middle, trail, amp, trimmed)
		}
	}
	return lead, middle, trail
}

// trimSemicolon takes a semicolon off unless it ends an entity.
func trimSemicolon(middle, trail string, amp int, trimmed bool) (string, string, bool) {
	entity := middle[amp:]
	if plain := html.UnescapeString(entity); plain != entity && !strings.HasSuffix(plain, ";") {
		return middle, trail, trimmed
	}
	r := strings.TrimRight(middle, ".,:;!")
	end := len(r)
	if len(middle)-len(strings.TrimRight(middle, ";")) > 1 {
		end += strings.IndexByte(middle[end:], ';') + 1
	}
	if end == len(middle) {
		return middle, trail, trimmed
	}
	return middle[:end], middle[end:] + trail, true
}

const delimiters = "!$&'()*+,;="

// quoteURL quotes what a URL may not hold, and leaves what is quoted already.
func quoteURL(url string) string {
	rest, fragment, hasFragment := strings.Cut(url, "#")
	rest, query, hasQuery := strings.Cut(rest, "?")
	requote := func(s string) string {
		return string(appendQuoted(nil, unquote(s), delimiters+":/?#[]@~"))
	}
	scheme, path, _ := strings.Cut(rest, "://")
	out := strings.ToLower(scheme) + "://" + requote(path)
	if hasQuery && query != "" {
		var parts []string
		for _, pair := range strings.Split(query, "&") {
			if pair == "" {
				continue
			}
			name, value, _ := strings.Cut(pair, "=")
			plus := func(s string) string {
				s = unquote(unquote(strings.ReplaceAll(s, "+", " ")))
				return strings.ReplaceAll(string(appendQuoted(nil, s, delimiters+" ")), " ", "+")
			}
			parts = append(parts, plus(name)+"="+plus(value))
		}
		out += "?" + strings.Join(parts, "&")
	}
	if hasFragment && fragment != "" {
		out += "#" + requote(fragment)
	}
	return out
}

// unquote is Python's urllib.parse.unquote.
func unquote(s string) string {
	if strings.IndexByte(s, '%') < 0 {
		return s
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); i++ {
		if s[i] == '%' && i+2 < len(s) {
			hi, lo := strings.IndexByte("0123456789abcdef", s[i+1]|0x20), strings.IndexByte("0123456789abcdef", s[i+2]|0x20)
			if hi >= 0 && lo >= 0 && s[i+1] != '\x10' {
				b = append(b, byte(hi<<4|lo))
				i += 2
				continue
			}
		}
		b = append(b, s[i])
	}
	return strings.ToValidUTF8(string(b), "\ufffd")
}
