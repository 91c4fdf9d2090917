package validators

import (
	"net/netip"
	"regexp"
	"strings"
	"unicode/utf8"
)

// What names of hosts are made of, as in Django's DomainNameValidator; wide are
// letters beyond ASCII.
const (
	wide      = `\x{a1}-\x{ffff}`
	hostname  = `[a-z` + wide + `0-9](?:[a-z` + wide + `0-9-]{0,61}[a-z` + wide + `0-9])?`
	domain    = `(?:\.[a-z` + wide + `0-9](?:[a-z` + wide + `0-9-]{0,61}[a-z` + wide + `0-9])?)*`
	topLevel  = `\.(?:[a-z` + wide + `][a-z` + wide + `-]{0,61}[a-z` + wide + `]|xn--[a-z0-9]{1,59})`
	asciiName = `[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*\.[a-z0-9][a-z0-9-]{0,61}[a-z0-9]\.?`
)

var (
	domainName      = regexp.MustCompile(`(?i)\A` + hostname + domain + topLevel + `\.?\z`)
	asciiDomainName = regexp.MustCompile(`(?i)\A` + asciiName + `\z`)
)

// maxDomain is how long a name of a host can be, in characters.
const maxDomain = 255

// DomainName checks the name of a host with a top level. idna also takes
// letters beyond ASCII (DomainNameValidator).
func DomainName(s string, idna bool) *Problem {
	good := utf8.RuneCountInString(s) <= maxDomain
	switch {
	case !good:
	case idna:
		good = domainName.MatchString(s)
	default:
		good = ascii(s) && asciiDomainName.MatchString(s)
	}
	if !good {
		return invalid("Enter a valid domain name.")
	}
	return nil
}

func ascii(s string) bool {
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// IPv4 checks an address of version 4 (validate_ipv4_address).
func IPv4(s string) *Problem {
	if !isIPv4(s) {
		return invalid("Enter a valid IPv4 address.")
	}
	return nil
}

// IPv6 checks an address of version 6, with or without a zone (validate_ipv6_address).
func IPv6(s string) *Problem {
	if !isIPv6(s) {
		return invalid("Enter a valid IPv6 address.")
	}
	return nil
}

// IP checks an address of either version (validate_ipv46_address).
func IP(s string) *Problem {
	if !isIPv4(s) && !isIPv6(s) {
		return invalid("Enter a valid IPv4 or IPv6 address.")
	}
	return nil
}

func isIPv4(s string) bool {
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is4()
}

// maxIPv6 is how long an address can be, without its zone.
const maxIPv6 = 39

func isIPv6(s string) bool {
	bare, zone, _ := strings.Cut(s, "%")
	if len(bare) > maxIPv6 && !strings.Contains(bare, ".") || strings.ContainsAny(zone, "%/") {
		return false
	}
	a, err := netip.ParseAddr(s)
	return err == nil && a.Is6()
}
