package proxy

import (
	"math"
	"net/netip"
	"time"

	"stackgen.dev/runtime/gateway"
)

// pickHashed chooses by highest random weight: each server and the key together come to a number, and
// the highest wins. When a server goes, only its keys move, each to its next
// best; when one comes, only those that it wins. Weights count exactly.
func (u *Upstream) pickHashed(c *choice, now time.Time, backups, ignoreHealth bool) *backend {
	var best *backend
	highest := 0.0
	for _, b := range u.backends {
		if !b.eligible(c, now, backups, ignoreHealth) {
			continue
		}
		// With x even between 0 and 1, -weight/log(x) is highest in proportion to the weight.
		x := (float64(mix(c.key^b.id)>>11) + 0.5) / (1 << 53)
		if score := -float64(u.weight(b, now)) / math.Log(x); best == nil || score > highest {
			best, highest = b, score
		}
	}
	return best
}

// hashBytes is FNV-1a. It is the same in every process: all proxies of a site send a key to one server.
func hashBytes(b []byte) uint64 {
	h := uint64(14695981039346656037)
	for _, c := range b {
		h = (h ^ uint64(c)) * 1099511628211
	}
	return mix(h)
}

// mix has every bit depend on every other (the finalizer of MurmurHash3).
func mix(h uint64) uint64 {
	h ^= h >> 33
	h *= 0xff51afd7ed558ccd
	h ^= h >> 33
	h *= 0xc4ceb9fe1a85ec53
	return h ^ h>>33
}

// key is what a request is hashed by.
func (u *Upstream) key(x *gateway.Exchange, v *visit) uint64 {
	var few [128]byte
	switch u.config.Balance {
	case IPHash:
		return hashBytes(appendSite(few[:0], x.Request.Client.Addr()))
	case Hash:
		return hashBytes(u.hashKey.append(few[:0], x, v))
	}
	return 0
}

// appendSite is what counts of an address: three bytes as with nginx's ip_hash, and
// of IPv6 what a site is given (RFC 6177), since clients change the rest every day.
func appendSite(b []byte, a netip.Addr) []byte {
	a = a.Unmap()
	switch {
	case a.Is4():
		all := a.As4()
		return append(b, all[:3]...)
	case a.Is6():
		all := a.As16()
		return append(b, all[:8]...)
	}
	return b
}
