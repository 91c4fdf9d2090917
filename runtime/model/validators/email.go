package validators

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxEmail is how long an address can be, in characters (RFC 3696, section 3).
const maxEmail = 320

var (
	emailUser = regexp.MustCompile("(?i)" +
		"\\A(?:[-!#$%&'*+/=?^_`{}|~0-9A-Z]+(?:\\.[-!#$%&'*+/=?^_`{}|~0-9A-Z]+)*" +
		`|"(?:[\x01-\x08\x0b\x0c\x0e-\x1f!#-\[\]-\x7f]|\\[\x01-\x09\x0b\x0c\x0e-\x7f])*")\z`)
	emailDomain  = regexp.MustCompile(`(?i)\A` + hostname + domain + topLevel + `\z`)
	emailLiteral = regexp.MustCompile(`(?i)\A\[([A-F0-9:.]+)\]\z`)
)

// Email checks an address of e-mail: a dot-atom or quoted text, and a domain
// name with a top level, an address in brackets, or one of the names that are
// allowed beside; localhost where none are given (EmailValidator).
func Email(s string, allowed ...string) *Problem {
	if len(allowed) == 0 {
		allowed = []string{"localhost"}
	}
	at := strings.LastIndexByte(s, '@')
	if at < 0 || utf8.RuneCountInString(s) > maxEmail || !emailUser.MatchString(s[:at]) || !emailHost(s[at+1:], allowed) {
		return invalid("Enter a valid email address.")
	}
	return nil
}

func emailHost(host string, allowed []string) bool {
	if slices.Contains(allowed, host) || emailDomain.MatchString(host) {
		return true
	}
	literal := emailLiteral.FindStringSubmatch(host)
	return literal != nil && IP(literal[1]) == nil
}
