package tmpl

import "strings"

// blockedURL stands where a URL had a scheme that could run a script.
const blockedURL = "about:invalid#blocked"

// schemes are those that a value may bring into a URL attribute.
var schemes = map[string]bool{
	"http": true, "https": true, "mailto": true, "tel": true, "sms": true, "ftp": true, "ftps": true, "sftp": true,
	"geo": true, "magnet": true, "matrix": true, "irc": true, "ircs": true, "xmpp": true, "webcal": true, "ws": true, "wss": true,
	"cid": true, "urn": true, "news": true, "nntp": true, "ssh": true, "git": true, "bitcoin": true, "about": true,
}

// CheckURL looks at the URL that b holds from mark on, so far as it is written
// and HTML-escaped, and replaces it where its scheme is not one of a link.
// Relative URLs have no scheme and stay.
func CheckURL(b []byte, mark int) []byte {
	scheme := make([]byte, 0, 16)
	for _, c := range b[mark:] {
		switch {
		case c == ':':
			if schemes[string(scheme)] || len(scheme) == 0 {
				return b
			}
			return append(b[:mark], blockedURL...)
		case c == '/' || c == '?' || c == '#':
			return b
		case c <= ' ' || c == 0x7f:
			// Browsers skip these.
		case len(scheme) < cap(scheme):
			if c >= 'A' && c <= 'Z' {
				c += 'a' - 'A'
			}
			scheme = append(scheme, c)
		}
	}
	return b
}

// AppendUrlencode appends s quoted for a URL, with slashes as they are.
func AppendUrlencode(b []byte, s string) []byte { return appendQuoted(b, s, "/") }

// AppendUrlencodeSafe is AppendUrlencode that leaves the characters of safe.
func AppendUrlencodeSafe(b []byte, s, safe string) []byte { return appendQuoted(b, s, safe) }

// AppendIriencode appends s as the URL that the IRI s is.
func AppendIriencode(b []byte, s string) []byte { return appendQuoted(b, s, "/#%[]=:;$&()+,!?*@'~") }

const upperHex = "0123456789ABCDEF"

// appendQuoted is Python's urllib.parse.quote.
func appendQuoted(b []byte, s, safe string) []byte {
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c == '.' || c == '-' || c == '~' ||
			c < 0x80 && strings.IndexByte(safe, c) >= 0 {
			b = append(b, c)
			continue
		}
		b = append(b, '%', upperHex[c>>4], upperHex[c&15])
	}
	return b
}
