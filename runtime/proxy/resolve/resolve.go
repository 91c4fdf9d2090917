// Package resolve finds the servers of upstreams by DNS, and says how long what it finds
// counts. It is a [proxy.Resolver]; sites link it that name a server by a name.
//
// Asking is Go's own resolver's, with all that belongs to it: /etc/hosts, search domains,
// answers that are cut off and asked for again by TCP, servers that do not answer. That
// one keeps how long an answer counts to itself, so this package reads along
// on its connections (ttl.go). Its errors are net.DNSError.
package resolve

import (
	"context"
	"fmt"
	"net"
	"net/netip"
	"strings"
	"sync/atomic"
	"time"

	"stackgen.dev/runtime/proxy"
)

// Resolver asks name servers.
type Resolver struct {
	servers []string
	turn    atomic.Uint32
}

// New is a resolver that asks name servers at these addresses ("10.0.0.2:53"; the port
// may be left out), and without any those of /etc/resolv.conf.
func New(servers ...string) *Resolver {
	r := new(Resolver)
	for _, s := range servers {
		if _, _, err := net.SplitHostPort(s); err != nil {
			s = net.JoinHostPort(strings.Trim(s, "[]"), "53")
		}
		r.servers = append(r.servers, s)
	}
	return r
}

// Addresses implements [proxy.Resolver].
func (r *Resolver) Addresses(ctx context.Context, host string) ([]netip.Addr, time.Duration, error) {
	asked := r.ask()
	found, err := asked.LookupNetIP(ctx, "ip", host)
	return found, asked.ttl(), err
}

// Services implements [proxy.Resolver]. A service with underscores is a name of its own: "_api._udp".
func (r *Resolver) Services(ctx context.Context, service, domain string) ([]proxy.Service, time.Duration, error) {
	asked := r.ask()
	proto := "tcp"
	if strings.HasPrefix(service, "_") {
		service, proto, domain = "", "", service+"."+domain
	}
	_, records, err := asked.LookupSRV(ctx, service, proto, domain)
	if err != nil {
		return nil, 0, err
	}
	var found []proxy.Service
	for _, record := range records[:min(len(records), maxTargets)] {
		addresses, aerr := asked.LookupNetIP(ctx, "ip", record.Target)
		if aerr != nil {
			err = fmt.Errorf("the place %s of the service: %w", record.Target, aerr)
			continue
		}
		for _, a := range addresses {
			found = append(found, proxy.Service{Address: a, Port: record.Port, Priority: record.Priority, Weight: record.Weight})
		}
	}
	if len(found) > 0 {
		err = nil // of the others one knows
	}
	return found, asked.ttl(), err
}

// maxTargets bounds how many names one service may lead to.
const maxTargets = 64

// asking is one look-up.
type asking struct {
	net.Resolver
	shortest shortest
}

func (r *Resolver) ask() *asking {
	a := new(asking)
	a.PreferGo = true
	a.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
		if n := len(r.servers); n > 0 {
			address = r.servers[int(r.turn.Add(1))%n]
		}
		var d net.Dialer
		nc, err := d.DialContext(ctx, network, address)
		if err != nil {
			return nil, err
		}
		return a.shortest.read(nc), nil
	}
	return a
}

// ttl is how long what was found counts: as long as the record that counts shortest.
func (a *asking) ttl() time.Duration { return a.shortest.ttl() }

var _ proxy.Resolver = (*Resolver)(nil)
