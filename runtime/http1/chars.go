package http1

import "encoding/binary"

// tokenChars marks the bytes of a token (RFC 9110, section 5.6.2).
var tokenChars = func() (t [256]bool) {
	for c := '0'; c <= '9'; c++ {
		t[c] = true
	}
	for c := 'a'; c <= 'z'; c++ {
		t[c], t[c-'a'+'A'] = true, true
	}
	for _, c := range "!#$%&'*+-.^_`|~" {
		t[c] = true
	}
	return t
}()

// ValidName reports whether b is a field name: a token (RFC 9110, section 5.1).
func ValidName(b []byte) bool {
	for _, c := range b {
		if !tokenChars[c] {
			return false
		}
	}
	return len(b) > 0
}

const (
	eachByte = 0x0101010101010101
	highBits = 0x8080808080808080
)

// ValidValue reports whether b may be a field value (RFC 9110, section 5.5):
// no control characters except the tab, so no CR, LF, NUL or DEL. Eight bytes
// are looked at in one step, as values are most of a head.
func ValidValue(b []byte) bool {
	for len(b) >= 8 {
		w := binary.LittleEndian.Uint64(b)
		below := (w - eachByte*0x20) &^ w // high bit set: a byte below 0x20
		del := w ^ eachByte*0x7f          // zero byte: a DEL
		del = (del - eachByte) &^ del     // high bit set there
		if (below|del)&highBits != 0 && !validBytes(b[:8]) {
			return false
		}
		b = b[8:]
	}
	return validBytes(b)
}

func validBytes(b []byte) bool {
	for _, c := range b {
		if c < 0x20 && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}

// trimSpace removes optional white space around a field value (RFC 9110, section 5.6.3).
func trimSpace(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}
