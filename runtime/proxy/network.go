package proxy

import (
	"fmt"
	"net/netip"
)

// ParseNetwork reads a network, or one address, into the one form in which clients are compared
// with it: IPv4 that is written as IPv6 ("::ffff:192.0.2.0/120") is IPv4, and what stands behind the
// network's bits is zero.
func ParseNetwork(text string) (netip.Prefix, error) {
	if a, err := netip.ParseAddr(text); err == nil {
		a = a.Unmap().WithZone("")
		return netip.PrefixFrom(a, a.BitLen()), nil
	}
	network, err := netip.ParsePrefix(text)
	if err != nil {
		return network, fmt.Errorf("%q is no network", text)
	}
	if a := network.Addr(); a.Is4In6() && network.Bits() >= mappedBits {
		network = netip.PrefixFrom(a.Unmap(), network.Bits()-mappedBits)
	}
	return network.Masked(), nil
}

// mappedBits come before an IPv4 address in the IPv6 address that stands for it (RFC 4291, section 2.5.5.2).
const mappedBits = 96
