package origin

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// URL is the beginning of a URL, cut as Python's urlsplit does, which is
// how Django looks at origins and redirect targets.
type URL struct {
	// Scheme is in lower case and may be empty.
	Scheme string
	// Netloc is host and port and what stands before them; case kept.
	Netloc string
	// Rest is everything after that.
	Rest string
}

// Split cuts a URL. It reports false for a host in brackets that is no address.
func Split(raw string) (URL, bool) {
	// As browsers do (WHATWG URL): blanks in front and line breaks anywhere vanish.
	raw = strings.TrimLeftFunc(raw, func(r rune) bool { return r <= ' ' })
	raw = strings.NewReplacer("\t", "", "\r", "", "\n", "").Replace(raw)
	u := URL{Rest: raw}
	if at := strings.IndexByte(raw, ':'); at > 0 && schemeName(raw[:at]) {
		u.Scheme, u.Rest = strings.ToLower(raw[:at]), raw[at+1:]
	}
	if after, found := strings.CutPrefix(u.Rest, "//"); found {
		end := strings.IndexAny(after, "/?#")
		if end < 0 {
			end = len(after)
		}
		u.Netloc, u.Rest = after[:end], after[end:]
		if !brackets(u.Netloc) {
			return URL{}, false
		}
	}
	return u, true
}

// String is the URL as urlsplit's geturl writes it: without a "?" or a "#" that nothing follows.
func (u URL) String() string {
	rest, fragment, _ := strings.Cut(u.Rest, "#")
	rest = strings.TrimSuffix(rest, "?")
	if fragment != "" {
		rest += "#" + fragment
	}
	if u.Netloc != "" {
		rest = "//" + u.Netloc + rest
	}
	if u.Scheme != "" {
		rest = u.Scheme + ":" + rest
	}
	return rest
}

func schemeName(s string) bool {
	for i := range len(s) {
		c := s[i] | 0x20
		if 'a' <= c && c <= 'z' {
			continue
		}
		if i == 0 || !('0' <= s[i] && s[i] <= '9' || s[i] == '+' || s[i] == '-' || s[i] == '.') {
			return false
		}
	}
	return true
}

// brackets checks an address in brackets: it is the whole host, with nothing between it and the port.
func brackets(netloc string) bool {
	open, shut := strings.IndexByte(netloc, '['), strings.IndexByte(netloc, ']')
	if open < 0 && shut < 0 {
		return true
	}
	if open < 0 || shut < 0 {
		return false
	}
	host := netloc[strings.LastIndexByte(netloc, '@')+1:]
	if !strings.HasPrefix(host, "[") {
		return false
	}
	address, port, _ := strings.Cut(host[1:], "]")
	if port != "" && port[0] != ':' {
		return false
	}
	if strings.HasPrefix(address, "v") {
		return futureAddress.MatchString(address)
	}
	ip, err := netip.ParseAddr(address)
	return err == nil && ip.Is6()
}

// futureAddress is RFC 3986's form for addresses of a later version.
var futureAddress = regexp.MustCompile(`\Av[a-fA-F0-9]+\..+\z`)

// SameDomain reports whether host is the pattern, or beneath it where the
// pattern begins with a dot: ".example.com" is example.com and all below. Both are
// compared as they are written. (Django's is_same_domain.)
func SameDomain(host, pattern string) bool {
	if pattern == "" {
		return false
	}
	return host == pattern || pattern[0] == '.' && (strings.HasSuffix(host, pattern) || host == pattern[1:])
}

// SafeRedirect reports whether a redirect to target stays on one of the hosts, so that
// a parameter like "next" cannot send people elsewhere. Targets without a host
// are safe. hosts are compared as they are written, port included. With
// httpsOnly a target with a scheme has to be https. (Django's
// url_has_allowed_host_and_scheme.)
func SafeRedirect(target string, hosts []string, httpsOnly bool) bool {
	target = strings.TrimSpace(target)
	// Browsers read a backslash as a slash, so both readings have to be safe.
	return target != "" && safe(target, hosts, httpsOnly) &&
		safe(strings.ReplaceAll(target, `\`, "/"), hosts, httpsOnly)
}

// maxTarget is the longest redirect target considered, in characters.
const maxTarget = 2048

func safe(target string, hosts []string, httpsOnly bool) bool {
	if strings.HasPrefix(target, "///") || len([]rune(target)) > maxTarget {
		return false
	}
	u, ok := Split(target)
	if !ok || u.Netloc == "" && u.Scheme != "" {
		return false
	}
	// Browsers ignore a control character in front.
	if first, _ := utf8.DecodeRuneInString(target); unicode.Is(unicode.C, first) {
		return false
	}
	scheme := u.Scheme
	if scheme == "" && u.Netloc != "" {
		scheme = "http"
	}
	if u.Netloc != "" {
		found := false
		for _, h := range hosts {
			found = found || h == u.Netloc
		}
		if !found {
			return false
		}
	}
	return scheme == "" || scheme == "https" || scheme == "http" && !httpsOnly
}
