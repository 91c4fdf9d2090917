package tmpl

import (
	"unicode/utf8"
)

// EscapeJS escapes what b holds from mark on for the inside of a JavaScript
// string or template literal, in a script element or an attribute.
func EscapeJS(b []byte, mark int) []byte {
	s := string(b[mark:])
	return appendJSString(b[:mark], s)
}

// AppendEscapejs appends s as Django's escapejs does.
func AppendEscapejs(b []byte, s string) []byte {
	for _, r := range s {
		if r < 32 || r == 0x7f || r == 0x2028 || r == 0x2029 || r < 0x80 && escapejs[byte(r)] {
			b = append(b, '\\', 'u', upperHex[r>>12&15], upperHex[r>>8&15], upperHex[r>>4&15], upperHex[r&15])
			continue
		}
		b = utf8.AppendRune(b, r)
	}
	return b
}

var escapejs = [128]bool{'\\': true, '\'': true, '"': true, '>': true, '<': true, '&': true, '=': true, '-': true, ';': true, '`': true}

// appendJSString also escapes what ends a template literal's text.
func appendJSString(b []byte, s string) []byte {
	for _, r := range s {
		if r < 32 || r == 0x2028 || r == 0x2029 || r == '$' || r == '/' || r < 0x80 && escapejs[byte(r)] {
			b = append(b, '\\', 'u', upperHex[r>>12&15], upperHex[r>>8&15], upperHex[r>>4&15], upperHex[r&15])
			continue
		}
		b = utf8.AppendRune(b, r)
	}
	return b
}

// EscapeCSS escapes what b holds from mark on for a value or string of CSS:
// everything that is not a letter, digit, space, or one of # % . , - _ + becomes
// an escape, so that it cannot end the value that it stands in.
func EscapeCSS(b []byte, mark int) []byte {
	s := string(b[mark:])
	b = b[:mark]
	for _, r := range s {
		switch {
		case r >= 0x80, r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9',
			r == ' ', r == '#', r == '%', r == '.', r == ',', r == '-', r == '_', r == '+':
			b = utf8.AppendRune(b, r)
		default:
			b = append(b, '\\')
			if r > 15 {
				b = append(b, upperHex[r>>4])
			}
			b = append(b, upperHex[r&15], ' ')
		}
	}
	return b
}
