package proxy

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"slices"
	"time"
)

// source is a server as the site file has it. Where its address is a name, it stands
// for as many servers as that leads to.
type source struct {
	server Server
	at     endpoint
	names  *names // nil where the address needs no resolving
}

// newSource checks a server.
func (u *Upstream) newSource(s Server) (*source, error) {
	at, err := parseEndpoint(s.URL)
	if err != nil {
		return nil, err
	}
	if s.Weight < 0 || s.MaxConns < 0 {
		return nil, errors.New("its weight or max_conns is negative")
	}
	_, notAddress := netip.ParseAddr(at.host)
	if s.Service != "" {
		if at.network != "tcp" || notAddress == nil || at.ported {
			return nil, fmt.Errorf("%q has to be a domain's name alone, as the port of a service is DNS's to say", s.URL)
		}
		at.service = s.Service
	}
	src := &source{server: s, at: at}
	if notAddress != nil && at.host != "" {
		src.names = &names{valid: u.config.ResolveValid, changed: u.resettle,
			lookup: func(ctx context.Context) ([]member, time.Duration, error) { return u.lookUp(ctx, at) }}
	}
	return src, nil
}

// members are the servers that the source stands for now.
func (s *source) members() []member {
	if s.names == nil {
		return []member{{weight: 1}}
	}
	known, _ := s.names.known()
	return known
}

// settle makes the servers of the sources what they are now: those that stay keep their connections,
// health and share. It returns those that have gone; the lock is held.
func (u *Upstream) settle() (gone []*backend) {
	var next []*backend
	for _, src := range u.sources {
		for _, m := range src.members() {
			server := src.server
			server.Weight = max(server.Weight, 1) * m.weight
			server.Backup = server.Backup || m.backup
			server.Drain = server.Drain || u.drained[server.Name]
			id := server.URL
			if len(m.addresses) > 0 {
				id += " " + m.addresses[0].String()
				server.Name = src.server.label() + " (" + m.addresses[0].String() + ")"
			}
			b := u.backendAt(src.at, m.addresses)
			if b == nil {
				b = &backend{label: server.label(), figures: u.figures.server(src.server.label()), at: src.at, addresses: m.addresses, source: src, id: max(hashBytes([]byte(id)), 1), tls: u.tls, header: u.config.ProxyHeader, pollers: u.config.Pollers}
				b.pool.configure(u.config.Keepalive, u.config.KeepaliveTimeout, u.config.KeepaliveTime)
				if u.config.HTTP2 {
					b.client = b.newClient(u)
				}
			}
			b.server = server
			next = append(next, b)
		}
	}
	for _, old := range u.backends {
		if !slices.Contains(next, old) {
			gone = append(gone, old)
		}
	}
	u.backends = next
	for range u.waiting {
		u.wake() // there may be more room now, or none at all
	}
	return gone
}

// backendAt is the server there, nil for none; the lock is held.
func (u *Upstream) backendAt(at endpoint, addresses []netip.AddrPort) *backend {
	for _, b := range u.backends {
		if b.at == at && slices.Equal(b.addresses, addresses) {
			return b
		}
	}
	return nil
}

// resettle takes up what look-ups have found.
func (u *Upstream) resettle() {
	u.mu.Lock()
	gone := u.settle()
	u.mu.Unlock()
	for _, b := range gone {
		b.close()
	}
}

// resolve has names looked up that are due, and waits only where no server is known at all.
// The error says why there is none.
func (u *Upstream) resolve(ctx context.Context, now time.Time, limit time.Duration) error {
	sources := u.named.Load()
	if sources == nil {
		return nil
	}
	var running []<-chan struct{}
	for _, src := range *sources {
		if r := src.names.freshen(now); r != nil {
			running = append(running, r)
		}
	}
	if len(running) == 0 || u.known() {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for _, r := range running {
		select {
		case <-r:
		case <-ctx.Done():
			return fmt.Errorf("%w: looking its name up: %w", errNoServer, context.Cause(ctx))
		}
		if u.known() {
			return nil
		}
	}
	for _, src := range *sources {
		if _, err := src.names.known(); err != nil {
			return fmt.Errorf("%w: server %s: %w", errNoServer, src.server.label(), err)
		}
	}
	return nil
}

// known reports whether any server is known.
func (u *Upstream) known() bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return len(u.backends) > 0
}
