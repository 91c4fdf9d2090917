package auth

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/caches"
)

// throttle counts failed logins in the site's cache: those of a name from an
// address, and those of an address. A name alone is not counted, or everybody
// could keep its owner out.
type throttle struct {
	ctx            context.Context
	cache          caches.Cache
	name, address  string
	attempts, many int64
	within         time.Duration
}

// byAddress is how many times as many failures an address may have, for people
// who share one.
const byAddress = 10

func (l *Layer) throttle(r *web.Request, username string) throttle {
	// An IPv6 customer has a network of addresses, and is counted as one.
	ip := r.Client().Addr().Unmap()
	address := ip.String()
	if ip.Is6() {
		if network, err := ip.Prefix(64); err == nil {
			address = network.String()
		}
	}
	sum := sha256.Sum256([]byte(username + "\x00" + address))
	return throttle{
		ctx: r.Context(), cache: r.App().Cache(), name: "login:" + hex.EncodeToString(sum[:16]), address: "login-from:" + address,
		attempts: int64(l.Attempts), many: int64(l.Attempts) * byAddress, within: l.AttemptsWithin,
	}
}

// begin refuses who has failed too often. It counts the attempt before the password
// is looked at, so that many at the same moment are no way around it.
func (t *throttle) begin() error {
	tried, err := caches.Count(t.ctx, t.cache, t.name, t.within)
	if err != nil {
		return fmt.Errorf("auth: count logins: %w", err)
	}
	failed, err := caches.Counted(t.ctx, t.cache, t.address)
	if err != nil {
		return fmt.Errorf("auth: count logins: %w", err)
	}
	if tried > t.attempts || failed >= t.many {
		return ErrThrottled
	}
	return nil
}

// failed counts a failure against the address.
func (t *throttle) failed() error {
	if _, err := caches.Count(t.ctx, t.cache, t.address, t.within); err != nil {
		return fmt.Errorf("auth: count logins: %w", err)
	}
	return nil
}

// passed forgets the failures of who got in.
func (t *throttle) passed() error { return t.cache.Delete(t.ctx, t.name) }
