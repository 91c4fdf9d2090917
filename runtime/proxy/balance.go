package proxy

import "time"

// Balance is how an upstream chooses a server.
type Balance string

// The ways to choose. The zero Balance is round robin.
const (
	RoundRobin Balance = "round_robin" // in turn, by weight
	LeastConn  Balance = "least_conn"  // the one with the fewest requests running, by weight
)

// pick chooses a server for a request that has tried some already, nil when no
// other is left. Backup servers come only when no ordinary one is. A server
// that is taken out counts as not there, unless all are: then they are all
// tried again, because refusing everybody helps nobody. The lock is held.
func (u *Upstream) pick(tried []*backend, now time.Time) *backend {
	if u.config.Workers && len(tried) > 0 {
		// Another process in the place of one that was tried may be dying, too: a
		// process in another place has not been heard of.
		if b := u.pickIn(append(tried[:len(tried):len(tried)], u.namesakes(tried)...), now); b != nil {
			return b
		}
	}
	return u.pickIn(tried, now)
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

func (u *Upstream) pickIn(tried []*backend, now time.Time) *backend {
	for _, ignoreHealth := range [...]bool{false, true} {
		for _, backups := range [...]bool{false, true} {
			if b := u.pickAmong(tried, now, backups, ignoreHealth); b != nil {
				return b
			}
		}
		if len(tried) > 0 {
			return nil // a retry goes to a healthy server or nowhere
		}
	}
	return nil
}

func (u *Upstream) pickAmong(tried []*backend, now time.Time, backups, ignoreHealth bool) *backend {
	var best *backend
	total := 0
	for _, b := range u.backends {
		if b.server.Backup != backups || !ignoreHealth && now.Before(b.downUntil) || b.full() || among(tried, b) {
			continue
		}
		if u.config.Balance == LeastConn && best != nil {
			// Fewer requests in relation to the weight win; equals take turns.
			mine, its := b.active*best.weight(), best.active*b.weight()
			if mine > its {
				continue
			}
			if mine < its {
				best, total = nil, 0
			}
		}
		total += b.weight()
		if best == nil || b.turn+b.weight() > best.turn+best.weight() {
			best = b
		}
	}
	if best == nil {
		return nil
	}
	// Smooth weighted round robin: everybody who took part moves up by his
	// weight, the winner back by all of them, so that 5,1,1 gives a a b a c a a.
	for _, b := range u.backends {
		if b.server.Backup != backups || !ignoreHealth && now.Before(b.downUntil) || b.full() || among(tried, b) {
			continue
		}
		if u.config.Balance == LeastConn && b.active*best.weight() != best.active*b.weight() {
			continue
		}
		b.turn += b.weight()
	}
	best.turn -= total
	return best
}

func among(tried []*backend, b *backend) bool {
	for _, t := range tried {
		if t == b {
			return true
		}
	}
	return false
}

// failed notes a failure of a server: MaxFails of them within FailTimeout take it
// out for FailTimeout (max_fails, fail_timeout).
func (u *Upstream) failed(b *backend, now time.Time) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.config.MaxFails <= 0 {
		return
	}
	if now.Sub(b.firstFail) > u.config.FailTimeout {
		b.fails, b.firstFail = 0, now
	}
	if b.fails++; b.fails >= u.config.MaxFails {
		b.downUntil = now.Add(u.config.FailTimeout)
		b.fails = 0
		u.log.Warn("proxy: server taken out", "upstream", u.config.Name, "server", b.server.label(),
			"fails", u.config.MaxFails, "for", u.config.FailTimeout)
	}
}

// succeeded notes that a server answered.
func (u *Upstream) succeeded(b *backend) {
	if u.config.MaxFails <= 0 {
		return
	}
	u.mu.Lock()
	b.fails, b.downUntil = 0, time.Time{}
	u.mu.Unlock()
}
