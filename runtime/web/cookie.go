package web

import (
	"strconv"
	"strings"
	"time"
)

// Cookie is a cookie to be set. The zero values are the safe ones: path "/",
// not readable by scripts, SameSite=Lax, Secure where the request came over
// TLS, ending with the browser.
type Cookie struct {
	// Name is a token (RFC 6265); Value is any text and quoted where it has to be.
	Name, Value string
	// MaxAge is how long the client keeps it; 0 until the browser closes,
	// negative deletes it.
	MaxAge time.Duration
	// Path is "/" where it is empty; Domain the host itself, without those below.
	Path, Domain string
	// SameSite is "Lax" where it is empty, or "Strict" or "None".
	SameSite string
	// Secure keeps it to TLS even where the request came without.
	Secure bool
	// Script lets scripts of the page read it (not HttpOnly).
	Script bool
}

// append writes the cookie as the value of Set-Cookie (RFC 6265, section 4.1).
func (c *Cookie) append(b []byte, tls bool, now time.Time) []byte {
	b = append(b, c.Name...)
	b = append(b, '=')
	b = appendCookieValue(b, c.Value)
	if c.MaxAge != 0 {
		seconds := int64(c.MaxAge / time.Second)
		expires := now.Add(c.MaxAge)
		if c.MaxAge < 0 {
			seconds, expires = 0, time.Unix(0, 0)
		}
		b = append(b, "; Expires="...)
		b = expires.UTC().AppendFormat(b, "Mon, 02 Jan 2006 15:04:05 GMT")
		b = append(b, "; Max-Age="...)
		b = strconv.AppendInt(b, seconds, 10)
	}
	if c.Domain != "" {
		b = append(append(b, "; Domain="...), c.Domain...)
	}
	path, same := c.Path, c.SameSite
	if path == "" {
		path = "/"
	}
	if same == "" {
		same = "Lax"
	}
	b = append(append(b, "; Path="...), path...)
	if !c.Script {
		b = append(b, "; HttpOnly"...)
	}
	b = append(append(b, "; SameSite="...), same...)
	if c.Secure || tls || same == "None" {
		b = append(b, "; Secure"...)
	}
	return b
}

// valid reports whether nothing in the cookie could end its field or begin another attribute.
func (c *Cookie) valid() bool {
	return c.Name != "" && bare(c.Name) &&
		!strings.ContainsAny(c.Path+c.Domain+c.SameSite, ";\r\n\x00")
}

// cookieBare are the characters that need no quoting in a cookie's value.
const cookieBare = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-.^_`|~:"

// appendCookieValue quotes as Python's http.cookies does, so that Django and
// we read each other's cookies: "a\054b" for a,b.
func appendCookieValue(b []byte, value string) []byte {
	if bare(value) {
		return append(b, value...)
	}
	b = append(b, '"')
	for i := range len(value) {
		switch c := value[i]; {
		case c == '"' || c == '\\':
			b = append(b, '\\', c)
		case c < ' ' || c >= 0x7f || c == ',' || c == ';':
			b = append(b, '\\', '0'+c>>6, '0'+c>>3&7, '0'+c&7)
		default:
			b = append(b, c)
		}
	}
	return append(b, '"')
}

func bare(value string) bool {
	for i := range len(value) {
		if strings.IndexByte(cookieBare, value[i]) < 0 {
			return false
		}
	}
	return true
}

// cookieValue finds a cookie in the value of a Cookie field: the last one of
// that name, as Django does. The result is still quoted.
func cookieValue(field []byte, name string) (value []byte, found bool) {
	for len(field) > 0 {
		end := 0
		for end < len(field) && field[end] != ';' {
			end++
		}
		chunk := field[:end]
		field = field[min(end+1, len(field)):]
		eq := 0
		for eq < len(chunk) && chunk[eq] != '=' {
			eq++
		}
		if eq < len(chunk) && string(trimBlank(chunk[:eq])) == name {
			value, found = trimBlank(chunk[eq+1:]), true
		}
	}
	return value, found
}

func trimBlank(b []byte) []byte {
	for len(b) > 0 && (b[0] == ' ' || b[0] == '\t') {
		b = b[1:]
	}
	for len(b) > 0 && (b[len(b)-1] == ' ' || b[len(b)-1] == '\t') {
		b = b[:len(b)-1]
	}
	return b
}

// unquoteCookie undoes appendCookieValue.
func unquoteCookie(raw []byte) string {
	if len(raw) < 2 || raw[0] != '"' || raw[len(raw)-1] != '"' {
		return string(raw)
	}
	raw = raw[1 : len(raw)-1]
	out := make([]byte, 0, len(raw))
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c != '\\' || i+1 == len(raw) {
			out = append(out, c)
			continue
		}
		if i+3 < len(raw) && octal(raw[i+1], '3') && octal(raw[i+2], '7') && octal(raw[i+3], '7') {
			out = append(out, (raw[i+1]-'0')<<6|(raw[i+2]-'0')<<3|(raw[i+3]-'0'))
			i += 3
			continue
		}
		i++
		out = append(out, raw[i])
	}
	return string(out)
}

func octal(c, most byte) bool { return '0' <= c && c <= most }
