package proxy

import (
	"fmt"
	"net/netip"
	"os"
	"strconv"
	"sync/atomic"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Maintenance answers 503 to everybody, but for some, as long as a file exists.
type Maintenance struct {
	// File switches it on. It is looked at once a second.
	File string
	// Allow are the networks of those who see the site all the same.
	Allow []netip.Prefix
	// RetryAfter is when others are told to come again; 0 is five minutes.
	RetryAfter time.Duration
}

// maintenance is a Maintenance while the proxy runs.
type maintenance struct {
	file       string
	allow      prefixes
	retryAfter string
	looked     atomic.Int64 // when, in nanoseconds since 1970
	on         atomic.Bool
}

func newMaintenance(c *Maintenance) (*maintenance, error) {
	if c == nil {
		return nil, nil
	}
	if c.File == "" || c.RetryAfter < 0 {
		return nil, fmt.Errorf("proxy: maintenance: the file has no name, or retry_after is negative")
	}
	seconds := int64(orDefault(c.RetryAfter, 5*time.Minute) / time.Second)
	m := &maintenance{file: c.File, allow: c.Allow, retryAfter: strconv.FormatInt(max(seconds, 1), 10)}
	return m, nil
}

// closed reports whether a client is to be turned away.
func (m *maintenance) closed(a netip.Addr, now time.Time) bool {
	if looked := m.looked.Load(); now.UnixNano()-looked >= int64(time.Second) || now.UnixNano() < looked {
		if m.looked.CompareAndSwap(looked, now.UnixNano()) {
			_, err := os.Stat(m.file)
			m.on.Store(err == nil)
		}
	}
	return m.on.Load() && !m.allow.contain(a)
}

// closedForMaintenance answers 503 if the site is closed to the client.
func (p *Proxy) closedForMaintenance(x *gateway.Exchange, v *visit) bool {
	if !p.maintenance.closed(x.Request.Client.Addr(), p.now()) {
		return false
	}
	NoteRefusal(x, ByMaintenance)
	p.fail(x, *v, 503, nil)
	x.Response.Header.Set("Retry-After", p.maintenance.retryAfter)
	return true
}
