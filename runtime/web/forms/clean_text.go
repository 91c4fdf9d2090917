package forms

import (
	"fmt"
	"net/netip"
	"strings"
	"unicode/utf8"

	"stackgen.dev/runtime/web/origin"
)

// parseText checks a text; several things may be wrong with it at once.
func (f *Field) parseText(raw string) (any, []Error) {
	var errs []Error
	maxLength := f.MaxLength
	switch f.Kind {
	case Slug:
		if !isSlug(raw) {
			errs = append(errs, Error{"Enter a valid “slug” consisting of letters, numbers, underscores or hyphens.", "invalid"})
		}
	case Email:
		if maxLength == 0 {
			maxLength = 320
		}
		if !isEmail(raw) {
			errs = append(errs, Error{"Enter a valid email address.", "invalid"})
		}
	case URL:
		var ok bool
		if raw, ok = cleanURL(raw); !ok {
			errs = append(errs, Error{"Enter a valid URL.", "invalid"})
		}
	}
	n := utf8.RuneCountInString(raw)
	if f.MinLength > 0 && n < f.MinLength {
		errs = append(errs, Error{fmt.Sprintf("Ensure this value has at least %d character%s (it has %d).", f.MinLength, plural(f.MinLength), n), "min_length"})
	}
	if maxLength > 0 && n > maxLength {
		errs = append(errs, Error{fmt.Sprintf("Ensure this value has at most %d character%s (it has %d).", maxLength, plural(maxLength), n), "max_length"})
	}
	if strings.IndexByte(raw, 0) >= 0 {
		errs = append(errs, Error{"Null characters are not allowed.", "null_characters_not_allowed"})
	}
	return raw, errs
}

func plural(n int) string {
	if n == 1 {
		return ""
	}
	return "s"
}

func isSlug(s string) bool {
	for i := range len(s) {
		if c := s[i]; !alnum(c) && c != '-' && c != '_' {
			return false
		}
	}
	return true
}

func alnum(c byte) bool {
	return 'a' <= c|0x20 && c|0x20 <= 'z' || '0' <= c && c <= '9'
}

// isEmail accepts what Django's EmailValidator does: a dot-atom or quoted
// string, and a domain name with a dot, localhost, or an address in brackets.
func isEmail(s string) bool {
	at := strings.LastIndexByte(s, '@')
	if at < 1 || len(s) > 320 {
		return false
	}
	user, domain := s[:at], s[at+1:]
	if !dotAtom(user) && !quotedString(user) {
		return false
	}
	if domain == "localhost" {
		return true
	}
	if inner, ok := strings.CutPrefix(domain, "["); ok && strings.HasSuffix(inner, "]") {
		address, err := netip.ParseAddr(strings.TrimSuffix(inner, "]"))
		return err == nil && address.Zone() == ""
	}
	labels := strings.Split(domain, ".")
	if len(labels) < 2 {
		return false
	}
	for _, l := range labels {
		if !hostLabel(l, false) {
			return false
		}
	}
	return len(labels[len(labels)-1]) >= 2
}

func dotAtom(s string) bool {
	for atom := range strings.SplitSeq(s, ".") {
		if atom == "" {
			return false
		}
		for i := range len(atom) {
			if !alnum(atom[i]) && strings.IndexByte("-!#$%&'*+/=?^_`{}|~", atom[i]) < 0 {
				return false
			}
		}
	}
	return true
}

func quotedString(s string) bool {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		return false
	}
	s = s[1 : len(s)-1]
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c == '\\' {
			if i++; i == len(s) {
				return false
			}
			c = s[i]
			if c == '"' || c == '\\' {
				continue
			}
		}
		if c == 0 || c == '\n' || c == '\r' || c == '"' || c > 0x7f {
			return false
		}
	}
	return true
}

// hostLabel is one label of a domain name: letters, digits and hyphens, no
// hyphen at either end, at most 63 characters; international letters where wide.
func hostLabel(l string, wide bool) bool {
	if l == "" || utf8.RuneCountInString(l) > 63 || l[0] == '-' || l[len(l)-1] == '-' {
		return false
	}
	for _, r := range l {
		if r < utf8.RuneSelf && !alnum(byte(r)) && r != '-' || r >= utf8.RuneSelf && (!wide || r < 0xa1 || r > 0xffff) {
			return false
		}
	}
	return true
}

// cleanURL puts "https" before a URL without a scheme and checks it as
// Django's URLField and URLValidator do.
func cleanURL(s string) (string, bool) {
	u, ok := origin.Split(s)
	if !ok {
		return s, false
	}
	if u.Scheme == "" {
		u.Scheme = "https"
	} else if u.Netloc == "" && !strings.Contains(u.Rest, "/") && strings.Contains(s, ".") {
		// "example.com:8080" looks like a scheme.
		return s, false
	}
	if u.Netloc == "" {
		end := strings.IndexAny(u.Rest, "/?#")
		if end < 0 {
			end = len(u.Rest)
		}
		u.Netloc, u.Rest = u.Rest[:end], u.Rest[end:]
	}
	full := u.Scheme + "://" + u.Netloc + u.Rest
	switch u.Scheme {
	case "http", "https", "ftp", "ftps":
	default:
		return s, false
	}
	if len(full) > 2048 || strings.ContainsAny(s, "\t\r\n") || strings.ContainsFunc(full, func(r rune) bool { return r <= ' ' || r == 0x7f }) {
		return full, false
	}
	u, ok = origin.Split(full) // the host may have come from the path
	return full, ok && urlHost(u.Netloc)
}

// urlHost checks user, host and port.
func urlHost(netloc string) bool {
	if at := strings.LastIndexByte(netloc, '@'); at >= 0 {
		user, password, _ := strings.Cut(netloc[:at], ":")
		if user == "" || strings.ContainsAny(user+password, ":@/") {
			return false
		}
		netloc = netloc[at+1:]
	}
	host := netloc
	if at := strings.LastIndexByte(netloc, ':'); at > strings.LastIndexByte(netloc, ']') {
		port := netloc[at+1:]
		if port == "" || len(port) > 5 || strings.Trim(port, "0123456789") != "" {
			return false
		}
		host = netloc[:at]
	}
	if len(host) > 253 {
		return false
	}
	if host == "localhost" || strings.HasPrefix(host, "[") {
		return true // brackets were checked
	}
	if address, err := netip.ParseAddr(host); err == nil {
		return address.Is4()
	}
	labels := strings.Split(strings.TrimSuffix(host, "."), ".")
	if len(labels) < 2 {
		return false
	}
	for _, l := range labels {
		if !hostLabel(l, true) {
			return false
		}
	}
	top := labels[len(labels)-1]
	return utf8.RuneCountInString(top) >= 2 && (strings.HasPrefix(top, "xn--") || strings.Trim(top, "0123456789") == top)
}
