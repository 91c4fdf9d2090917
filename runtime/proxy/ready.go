package proxy

import (
	"context"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Health are the paths at which the machine before the site asks how it is: whatever the Host, as such
// machines ask by address, and during maintenance too.
type Health struct {
	// Live answers 200 for as long as the process answers at all; "" for no such path.
	Live string
	// Ready answers 200 while requests would be answered, and 503 with the reasons otherwise: every upstream
	// that a location forwards to needs a server that is up, and the application a worker.
	Ready string
}

// health is a compiled Health.
type health struct {
	live, ready string
	needed      []*Upstream
}

func (p *Proxy) compileHealth(c *Health) error {
	if c == nil {
		return nil
	}
	p.health = &health{live: c.Live, ready: c.Ready}
	for _, path := range []string{c.Live, c.Ready} {
		if normal, err := gateway.NormalizePath(nil, []byte(path)); path != "" && (err != nil || string(normal) != path || path[0] != '/') {
			return fmt.Errorf("proxy: health: %q is not a path", path)
		}
	}
	seen := map[*Upstream]bool{}
	for _, l := range p.config.Locations {
		f, ok := l.Action.(Forward)
		if !ok {
			continue
		}
		u := p.upstreams[f.Upstream]
		if f.App {
			u, _ = p.config.App.(*Upstream)
		}
		if u != nil && !seen[u] {
			seen[u] = true
			p.health.needed = append(p.health.needed, u)
		}
	}
	return nil
}

// readyLimit bounds how long names are looked up before a site says that it is not ready.
const readyLimit = time.Second

// answer answers if it is asked, and reports whether it was.
func (h *health) answer(p *Proxy, x *gateway.Exchange) bool {
	path := string(x.Request.Path)
	if path == "" || path != h.live && path != h.ready {
		return false
	}
	r := &x.Response
	if m := x.Request.Method; m != "GET" && m != "HEAD" {
		r.Status = 405
		r.Header.Add("Allow", "GET, HEAD")
		return true
	}
	r.Header.Add("Content-Type", "text/plain; charset=utf-8")
	r.Header.Add("Cache-Control", "no-store")
	if path == h.live {
		r.Text("live\n")
		return true
	}
	x.MayBlock()
	var lacks []string
	if p.maintenance != nil && p.maintenance.closed(netip.Addr{}, p.now()) {
		lacks = append(lacks, "the site is closed for maintenance")
	}
	for _, u := range h.needed {
		if !u.ready(x.Context(), time.Now()) {
			lacks = append(lacks, "upstream "+u.config.Name+": no server is up")
		}
	}
	if len(lacks) == 0 {
		r.Text("ready\n")
		return true
	}
	r.Status = 503
	r.Text(strings.Join(lacks, "\n") + "\n")
	return true
}

// ready reports whether a server could answer now.
func (u *Upstream) ready(ctx context.Context, now time.Time) bool {
	u.resolve(ctx, now, readyLimit)
	u.mu.Lock()
	defer u.mu.Unlock()
	for _, b := range u.backends {
		if !b.server.Down && !b.server.Drain && !b.out(now) {
			return true
		}
	}
	return false
}
