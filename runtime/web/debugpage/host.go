package debugpage

import (
	"net"
	"net/netip"
	"strings"
)

// OwnName reports whether a Host field has an address, or a name of the machine's own. What is wrong is shown under
// these alone: a page of another site, whose name was made to lead here (DNS rebinding), comes under that name, and
// would read what the browser gets.
func OwnName(host string) bool {
	if name, _, err := net.SplitHostPort(host); err == nil {
		host = name
	}
	host = strings.ToLower(strings.TrimSuffix(strings.Trim(host, "[]"), "."))
	_, err := netip.ParseAddr(host)
	return err == nil || host == "localhost" || strings.HasSuffix(host, ".localhost")
}
