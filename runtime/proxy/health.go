package proxy

import "time"

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
		b.back = b.downUntil
		b.fails = 0
		u.log.Warn("proxy: server taken out", "upstream", u.config.Name, "server", b.label,
			"fails", u.config.MaxFails, "for", u.config.FailTimeout)
	}
}

// succeeded notes that a server answered.
func (u *Upstream) succeeded(b *backend, now time.Time) {
	if u.config.MaxFails <= 0 {
		return
	}
	u.mu.Lock()
	b.fails = 0
	if now.Before(b.downUntil) {
		b.back = now
	}
	b.downUntil = time.Time{}
	u.mu.Unlock()
}

// fullWeight is what a weight of 1 counts where servers start slowly, so that there are steps
// below it.
const fullWeight = 100

// weight is what a server counts now. One that was out comes back slowly: its
// share grows over SlowStart (slow_start). The lock is held.
func (u *Upstream) weight(b *backend, now time.Time) int {
	weight := max(b.server.Weight, 1)
	if u.config.SlowStart <= 0 {
		return weight
	}
	weight *= fullWeight
	if since := now.Sub(b.back); since < u.config.SlowStart {
		weight = max(1, int(int64(weight)*int64(max(since, 0)/time.Millisecond)/max(int64(u.config.SlowStart/time.Millisecond), 1)))
	}
	return weight
}
