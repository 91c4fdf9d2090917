// Package resolve finds the servers of upstreams by DNS, and says how long what it finds
// counts. It is a [proxy.Resolver]; sites link it that name a server by a name.
//
// Asking is Go's own resolver's, with all that belongs to it: /etc/hosts, search domains,
// answers that are cut off and asked for again by TCP, servers that do not answer. That
// one keeps how long an answer counts to itself, so this package reads along
// on its connections (ttl.go). Its errors are net.DNSError.
package resolve

import (
	"cmp"
	"context"
	"errors"
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
	turn    atomic.Uint32 // counts the servers that failed
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
func (r *Resolver) Addresses(ctx context.Context, host string) (found []netip.Addr, ttl time.Duration, err error) {
	err = r.ask(ctx, func(ctx context.Context, asked *asking) (err error) {
		found, err = asked.LookupNetIP(ctx, "ip", host)
		ttl = asked.ttl()
		return err
	})
	return found, ttl, err
}

// Services implements [proxy.Resolver]. A service with underscores is a name of its own: "_api._udp".
func (r *Resolver) Services(ctx context.Context, service, domain string) (found []proxy.Service, ttl time.Duration, err error) {
	proto := "tcp"
	if strings.HasPrefix(service, "_") {
		service, proto, domain = "", "", service+"."+domain
	}
	err = r.ask(ctx, func(ctx context.Context, asked *asking) (err error) {
		found, err = asked.services(ctx, service, proto, domain)
		ttl = asked.ttl()
		return err
	})
	return found, ttl, err
}

func (a *asking) services(ctx context.Context, service, proto, domain string) ([]proxy.Service, error) {
	_, records, err := a.LookupSRV(ctx, service, proto, domain)
	if err != nil {
		return nil, err
	}
	var found []proxy.Service
	for _, record := range records[:min(len(records), maxTargets)] {
		addresses, aerr := a.LookupNetIP(ctx, "ip", record.Target)
		if aerr != nil {
			err = fmt.Errorf("the place %s of the service: %w", record.Target, aerr)
			continue
		}
		for _, address := range addresses {
			found = append(found, proxy.Service{Address: address, Port: record.Port, Priority: record.Priority, Weight: record.Weight})
		}
	}
	if len(found) > 0 {
		err = nil // of the others one knows
	}
	return found, err
}

// maxTargets bounds how many names one service may lead to.
const maxTargets = 64

// asking is one look-up at one name server.
type asking struct {
	net.Resolver
	shortest shortest
}

// patience is how long a name server is waited for while there is another to ask.
const patience = 3 * time.Second

// ask looks up at one name server after the other, until one says what there is, or that there is nothing.
// It begins with the one that answered last.
//
// Each look-up stays with one server. Go's resolver asks for IPv4 and IPv6 at the same time, and takes the answer to one of them
// for the whole when the other fails; so while there is another server to ask, a failure of either is one of both.
func (r *Resolver) ask(ctx context.Context, look func(context.Context, *asking) error) error {
	first, n := r.turn.Load(), max(len(r.servers), 1)
	for i := 0; ; i++ {
		a := new(asking)
		a.PreferGo = true
		server := ""
		if len(r.servers) > 0 {
			server = r.servers[(int(first)+i)%n]
		}
		a.Dial = func(ctx context.Context, network, address string) (net.Conn, error) {
			var d net.Dialer
			nc, err := d.DialContext(ctx, network, cmp.Or(server, address))
			if err != nil {
				return nil, err
			}
			return a.shortest.read(nc), nil
		}
		if i == n-1 {
			return look(ctx, a)
		}
		a.StrictErrors = true
		part, done := context.WithTimeout(ctx, patience)
		err := look(part, a)
		done()
		var failed *net.DNSError
		if err == nil || ctx.Err() != nil || errors.As(err, &failed) && failed.IsNotFound {
			return err
		}
		r.turn.CompareAndSwap(first+uint32(i), first+uint32(i)+1)
	}
}

// ttl is how long what was found counts: as long as the record that counts shortest.
func (a *asking) ttl() time.Duration { return a.shortest.ttl() }

var _ proxy.Resolver = (*Resolver)(nil)
