package middleware

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"net/netip"
	"slices"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/caches"
)

// RateLimit refuses requests of one view beyond a number in a time: 429 with
// Retry-After. They are counted in the site's cache, so all processes that
// share it count together.
//
//	view "contact" {
//	  rate_limit {
//	    rate    = "5/h"
//	    methods = ["POST"]
//	  }
//	}
type RateLimit struct {
	// Name tells the views apart.
	Name string
	// Requests may be made in each Per, which begins with the first of them.
	Requests int
	Per      time.Duration
	// Methods are those that count; all where it is empty.
	Methods []string
	// User is the key of who is logged in, 0 for nobody; nil counts by address alone.
	User func(r *web.Request) (int64, error)
}

// View puts the limit around a view.
func (l RateLimit) View(next web.Handler) web.Handler {
	return func(r *web.Request) (*web.Response, error) {
		if len(l.Methods) > 0 && !slices.Contains(l.Methods, r.Method()) {
			return next(r)
		}
		key, err := l.key(r)
		if err != nil {
			return nil, err
		}
		n, err := caches.Count(r.Context(), r.App().Cache(), key, l.Per)
		if err != nil {
			return nil, fmt.Errorf("rate limit of %s: %w", l.Name, err)
		}
		if n > int64(l.Requests) {
			return nil, &web.Error{Status: 429, Message: "Too many requests. Please try again later.", RetryAfter: l.Per}
		}
		return next(r)
	}
}

// key is what the request counts for: the user, or else the client's address.
func (l *RateLimit) key(r *web.Request) (string, error) {
	who := ""
	if l.User != nil {
		id, err := l.User(r)
		if err != nil {
			return "", err
		}
		if id != 0 {
			who = fmt.Sprintf("user %d", id)
		}
	}
	if who == "" {
		who = network(r.Client().Addr())
	}
	sum := sha256.Sum256([]byte(l.Name + "\x00" + who))
	return "rate:" + hex.EncodeToString(sum[:16]), nil
}

// network is what one customer has: an IPv4 address, or the /64 of an IPv6 address.
func network(ip netip.Addr) string {
	ip = ip.Unmap()
	if ip.Is6() {
		if prefix, err := ip.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return ip.String()
}
