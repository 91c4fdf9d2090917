package proxy

import "time"

// retryBudget bounds how often requests are sent to a second server after the first
// had them: when many servers fail, sending everything twice brings down the rest. It is a
// bucket of tokens: every request adds a part of one, every second some, and a retry takes one.
type retryBudget struct {
	tokens float64
	last   time.Time
}

const (
	retriesASecond = 10.0  // whatever the traffic
	retriesAtOnce  = 100.0 // the most that are saved up
)

// request notes a request.
func (r *retryBudget) request(percent int, now time.Time) {
	if r.last.IsZero() {
		r.tokens, r.last = retriesASecond, now
	}
	if d := now.Sub(r.last); d > 0 {
		r.tokens += d.Seconds() * retriesASecond
		r.last = now
	}
	r.tokens = min(r.tokens+float64(percent)/100, retriesAtOnce)
}

// take reports whether one more may be sent again.
func (r *retryBudget) take() bool {
	if r.tokens < 1 {
		return false
	}
	r.tokens--
	return true
}

// mayRetry reports whether the budget of the upstream has a retry left. The workers of a
// site have no budget: the process that takes over from one that died is a new one.
func (u *Upstream) mayRetry() bool {
	if u.config.Workers {
		return true
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.budget.take()
}
