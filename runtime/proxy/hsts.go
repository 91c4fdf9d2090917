package proxy

import (
	"strconv"
	"time"
)

const hstsField = "Strict-Transport-Security"

// HSTS is the value of Strict-Transport-Security (RFC 6797, section 6.1): how long browsers
// keep to https, for every name below as well, and on the list that they come with.
func HSTS(maxAge time.Duration, subdomains, preload bool) string {
	value := "max-age=" + strconv.FormatInt(int64(maxAge/time.Second), 10)
	if subdomains {
		value += "; includeSubDomains"
	}
	if preload {
		value += "; preload"
	}
	return value
}
