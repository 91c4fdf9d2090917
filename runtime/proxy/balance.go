package proxy

import (
	"math/rand/v2"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Balance is how an upstream chooses a server.
type Balance string

// The ways to choose. The zero Balance is round robin.
const (
	RoundRobin Balance = "round_robin" // in turn, by weight
	LeastConn  Balance = "least_conn"  // the one with the fewest requests running, by weight
	IPHash     Balance = "ip_hash"     // by the client's address: the same one each time
	Hash       Balance = "hash"        // by UpstreamConfig.HashKey: the same one each time
	Random     Balance = "random"      // of two by chance, by weight, the one with fewer requests running
)

// choice is what choosing a server for a request goes by.
type choice struct {
	tried []*backend // and failed at
	key   uint64     // of Hash and IPHash
	stuck uint64     // the server that the client's cookie names, 0 for none

	few [8]*backend // the memory of tried, mostly
}

// begin makes ready for a request.
func (c *choice) begin(u *Upstream, x *gateway.Exchange, v *visit) {
	c.tried, c.key, c.stuck = c.few[:0], u.key(x, v), u.config.Sticky.stuckTo(&x.Request)
}

// pick chooses a server for a request that has tried some already, nil when no
// other is left. Backup servers come only when no ordinary one is. A server
// that is taken out counts as not there, unless all are: then they are all
// tried again, because refusing everybody helps nobody. The lock is held.
func (u *Upstream) pick(c *choice, now time.Time) *backend {
	if u.config.Workers && len(c.tried) > 0 {
		// Another process in the place of one that was tried may be dying, too: a
		// process in another place has not been heard of.
		elsewhere := *c
		elsewhere.tried = append(c.tried[:len(c.tried):len(c.tried)], u.namesakes(c.tried)...)
		if b := u.pickIn(&elsewhere, now); b != nil {
			return b
		}
	}
	if b := u.pickStuck(c, now); b != nil {
		return b
	}
	return u.pickIn(c, now)
}

// namesakes are the servers with the name of one that was tried. The lock is held.
func (u *Upstream) namesakes(tried []*backend) (same []*backend) {
	for _, b := range u.backends {
		for _, t := range tried {
			if t != b && t.server.Name == b.server.Name {
				same = append(same, b)
			}
		}
	}
	return same
}

func (u *Upstream) pickIn(c *choice, now time.Time) *backend {
	for _, ignoreHealth := range [...]bool{false, true} {
		for _, backups := range [...]bool{false, true} {
			if b := u.pickAmong(c, now, backups, ignoreHealth); b != nil {
				return b
			}
		}
		if len(c.tried) > 0 {
			return nil // a retry goes to a healthy server or nowhere
		}
	}
	return nil
}

// eligible reports whether a server may be chosen.
func (b *backend) eligible(c *choice, now time.Time, backups, ignoreHealth bool) bool {
	return b.server.Backup == backups && !b.server.Down && !b.server.Drain && (ignoreHealth || !b.out(now)) && !b.full() && !among(c.tried, b)
}

// out reports whether a server is taken out, by what requests met or by its checks.
func (b *backend) out(now time.Time) bool { return b.sick || now.Before(b.downUntil) }

func (u *Upstream) pickAmong(c *choice, now time.Time, backups, ignoreHealth bool) *backend {
	switch u.config.Balance {
	case IPHash, Hash:
		return u.pickHashed(c, now, backups, ignoreHealth)
	case Random:
		return u.pickRandom(c, now, backups, ignoreHealth)
	}
	var best *backend
	total := 0
	for _, b := range u.backends {
		if !b.eligible(c, now, backups, ignoreHealth) {
			continue
		}
		weight := u.weight(b, now)
		if u.config.Balance == LeastConn && best != nil {
			// Fewer requests in relation to the weight win; equals take turns.
			mine, its := b.active*u.weight(best, now), best.active*weight
			if mine > its {
				continue
			}
			if mine < its {
				best, total = nil, 0
			}
		}
		total += weight
		if best == nil || b.turn+weight > best.turn+u.weight(best, now) {
			best = b
		}
	}
	if best == nil {
		return nil
	}
	// Smooth weighted round robin: everybody who took part moves up by his
	// weight, the winner back by all of them, so that 5,1,1 gives a a b a c a a.
	for _, b := range u.backends {
		if !b.eligible(c, now, backups, ignoreHealth) {
			continue
		}
		if u.config.Balance == LeastConn && b.active*u.weight(best, now) != best.active*u.weight(b, now) {
			continue
		}
		b.turn += u.weight(b, now)
	}
	best.turn -= total
	return best
}

// pickRandom takes two servers by chance and then the one with less to do: nearly as
// even as looking at all, and proxies that know nothing of one another do not all take the same one.
func (u *Upstream) pickRandom(c *choice, now time.Time, backups, ignoreHealth bool) *backend {
	first := u.drawOne(c, now, backups, ignoreHealth, nil)
	if first == nil {
		return nil
	}
	second := u.drawOne(c, now, backups, ignoreHealth, first)
	if second != nil && second.active*u.weight(first, now) < first.active*u.weight(second, now) {
		return second
	}
	return first
}

// drawOne draws a server other than one, by weight.
func (u *Upstream) drawOne(c *choice, now time.Time, backups, ignoreHealth bool, other *backend) *backend {
	total := 0
	for _, b := range u.backends {
		if b != other && b.eligible(c, now, backups, ignoreHealth) {
			total += u.weight(b, now)
		}
	}
	if total == 0 {
		return nil
	}
	draw := u.random(total)
	for _, b := range u.backends {
		if b != other && b.eligible(c, now, backups, ignoreHealth) {
			if draw -= u.weight(b, now); draw < 0 {
				return b
			}
		}
	}
	panic("stackgen: unreachable: a draw beyond all servers")
}

func (u *Upstream) random(n int) int {
	if u.chance != nil {
		return u.chance(n)
	}
	return rand.IntN(n)
}

func among(tried []*backend, b *backend) bool {
	for _, t := range tried {
		if t == b {
			return true
		}
	}
	return false
}
