package route

import "strings"

// pchar are the bytes that stand for themselves in a path: RFC 3986, section
// 3.3, with the slash.
var pchar = func() (t [256]bool) {
	const others = "-._~!$&'()*+,;=:@/"
	for c := range t {
		t[c] = 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' ||
			c < 0x80 && strings.IndexByte(others, byte(c)) >= 0
	}
	return t
}()

const upperhex = "0123456789ABCDEF"

// AppendRest appends text as a part of a path that may hold slashes, percent-encoded where needed.
func AppendRest(b []byte, text string) []byte { return quote(b, text, true) }

// AppendSegment is AppendRest for a single segment: a slash becomes %2F, so that a
// value cannot reach beyond its place.
func AppendSegment(b []byte, text string) []byte { return quote(b, text, false) }

func quote(b []byte, text string, slash bool) []byte {
	for i := range len(text) {
		if c := text[i]; pchar[c] && (slash || c != '/') {
			b = append(b, c)
		} else {
			b = append(b, '%', upperhex[c>>4], upperhex[c&15])
		}
	}
	return b
}

// Rest quotes the value of a path capture for a URL.
func Rest(text string) string {
	if clean(text, true) {
		return text
	}
	return string(AppendRest(nil, text))
}

// Segment quotes the value of any other capture for a URL.
func Segment(text string) string {
	if clean(text, false) {
		return text
	}
	return string(AppendSegment(nil, text))
}

func clean(text string, slash bool) bool {
	for i := range len(text) {
		if c := text[i]; !pchar[c] || !slash && c == '/' {
			return false
		}
	}
	return true
}

// Guard keeps a path from being read as "//host/…" by a client: of two leading
// slashes the second is encoded (Django's escape_leading_slashes).
func Guard(path string) string {
	if strings.HasPrefix(path, "//") {
		return "/%2F" + path[2:]
	}
	return path
}
