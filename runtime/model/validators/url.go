package validators

import (
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// maxURL is how long a URL can be, in characters.
const maxURL = 2048

// notSpace are characters that no script calls a space.
const notSpace = `[^\s\p{Z}\x{1c}-\x{1f}\x{85}\x0b]`

var urlForm = regexp.MustCompile(`(?i)\A[a-z0-9.+-]*://` +
	`(?:[^\s\p{Z}\x{1c}-\x{1f}\x{85}\x0b:@/]+(?::[^\s\p{Z}\x{1c}-\x{1f}\x{85}\x0b:@/]*)?@)?` +
	`(?:(?:0|25[0-5]|2[0-4][0-9]|1[0-9]?[0-9]?|[1-9][0-9]?)(?:\.(?:0|25[0-5]|2[0-4][0-9]|1[0-9]?[0-9]?|[1-9][0-9]?)){3}` +
	`|\[[0-9a-f:.]+\]` +
	`|` + hostname + domain + topLevel + `\.?|localhost)` +
	`(?::[0-9]{1,5})?` +
	`(?:[/?#]` + notSpace + `*)?\z`)

// URL checks an absolute URL of one of these schemes; http, https, ftp and ftps
// where none are given (URLValidator).
func URL(s string, schemes ...string) *Problem {
	if len(schemes) == 0 {
		schemes = []string{"http", "https", "ftp", "ftps"}
	}
	if !isURL(s, schemes) {
		return invalid("Enter a valid URL.")
	}
	return nil
}

func isURL(s string, schemes []string) bool {
	scheme, rest, _ := strings.Cut(s, "://")
	if utf8.RuneCountInString(s) > maxURL || strings.ContainsAny(s, "\t\r\n") || !slices.Contains(schemes, strings.ToLower(scheme)) || !urlForm.MatchString(s) {
		return false
	}
	netloc := rest
	if end := strings.IndexAny(rest, "/?#"); end >= 0 {
		netloc = rest[:end]
	}
	host := netloc[strings.LastIndexByte(netloc, '@')+1:]
	if inner, bracketed := strings.CutPrefix(host, "["); bracketed {
		address, _, _ := strings.Cut(inner, "]")
		return isIPv6(address)
	}
	if strings.ContainsAny(netloc, "[]") { // brackets are for an address
		return false
	}
	host, _, _ = strings.Cut(host, ":")
	return host != "" && utf8.RuneCountInString(host) <= 253
}
