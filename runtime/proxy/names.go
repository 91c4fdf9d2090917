package proxy

import (
	"context"
	"net"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"time"
)

// Resolver finds what stands behind a name. What it returns counts for ttl; 0 says that
// nothing is known of that. runtime/proxy/resolve has one that asks DNS.
type Resolver interface {
	// Addresses are those of a host.
	Addresses(ctx context.Context, host string) (found []netip.Addr, ttl time.Duration, err error)
	// Services are where a service of a domain is (SRV, RFC 2782): "http" of "example.com" is _http._tcp.example.com.
	Services(ctx context.Context, service, domain string) (found []Service, ttl time.Duration, err error)
}

// Service is one place where a service is.
type Service struct {
	// Address and Port are where it listens.
	Address netip.Addr
	Port    uint16
	// Priority is lower where it is to be asked first; Weight is its share among equals.
	Priority, Weight uint16
}

// member is one of what stands behind the name of a server.
type member struct {
	addresses []netip.AddrPort // of one machine: the first that answers is taken
	weight    int
	backup    bool
}

// maxMembers bounds what a name server can make of one name.
const maxMembers = 256

// names knows what stands behind one name (resolver). It is looked up when a
// request first needs it, and again once it is older than DNS lets it be: beside
// the requests, which use the old members meanwhile, and go on doing so for as long as the name
// server does not answer.
type names struct {
	valid  time.Duration // in place of what DNS says, 0 for that
	lookup func(ctx context.Context) ([]member, time.Duration, error)
	// changed hears of other members than before.
	changed func()

	mu      sync.Mutex
	members []member // sorted
	since   time.Time
	until   time.Time
	running chan struct{} // closed when the look-up that is running has ended; nil for none
	err     error         // of the last one
}

// freshen begins a look-up where one is due. The channel ends with the one that is running, nil
// where there are members already.
func (n *names) freshen(now time.Time) <-chan struct{} {
	n.mu.Lock()
	defer n.mu.Unlock()
	if !now.Before(n.until) {
		n.refresh()
	}
	if len(n.members) > 0 {
		return nil
	}
	return n.running
}

// known is what stands behind the name as far as is known, and why nothing does.
func (n *names) known() ([]member, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.members, n.err
}

// expire has the name looked up again soon: at one of the addresses there is nobody.
func (n *names) expire(now time.Time) {
	n.mu.Lock()
	if soon := n.since.Add(minValid); soon.Before(n.until) {
		n.until = soon
	}
	n.mu.Unlock()
}

const (
	// lookupLimit bounds one look-up.
	lookupLimit = 10 * time.Second
	// minValid and maxValid bound what DNS says of itself, standardValid stands in where
	// it says nothing, and again is when one that failed is tried again.
	minValid, maxValid = time.Second, time.Hour
	standardValid      = 10 * time.Second
	again              = 5 * time.Second
)

// refresh begins a look-up unless one is running; the lock is held.
func (n *names) refresh() {
	if n.running != nil {
		return
	}
	running := make(chan struct{})
	n.running = running
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), lookupLimit)
		defer cancel()
		found, ttl, err := n.lookup(ctx)
		n.mu.Lock()
		n.err, n.since = err, time.Now()
		different := false
		switch {
		case err == nil && len(found) > 0:
			different = !slices.EqualFunc(found, n.members, member.equal)
			n.members = found
			n.until = n.since.Add(n.validity(ttl))
		case len(n.members) == 0:
			n.until = time.Time{} // the next one tries again
		default:
			n.until = n.since.Add(min(again, n.validity(0)))
		}
		n.running = nil
		n.mu.Unlock()
		if different {
			n.changed()
		}
		close(running)
	}()
}

func (n *names) validity(ttl time.Duration) time.Duration {
	switch {
	case n.valid > 0:
		return n.valid
	case ttl <= 0:
		return standardValid
	}
	return min(max(ttl, minValid), maxValid)
}

func (m member) equal(o member) bool {
	return m.weight == o.weight && m.backup == o.backup && slices.Equal(m.addresses, o.addresses)
}

// lookUp asks the resolver for what stands behind the server of an upstream.
func (u *Upstream) lookUp(ctx context.Context, at endpoint) ([]member, time.Duration, error) {
	if at.service != "" {
		found, ttl, err := u.resolver.Services(ctx, at.service, at.host)
		return serviceMembers(found), ttl, err
	}
	found, ttl, err := u.resolver.Addresses(ctx, at.host)
	return addressMembers(at.host, found, at.port), ttl, err
}

// addressMembers makes each address a member of its own, but for localhost (RFC 6761, section
// 6.3): that is one server, however many addresses it has.
func addressMembers(host string, found []netip.Addr, port uint16) []member {
	for i := range found {
		found[i] = found[i].Unmap()
	}
	slices.SortFunc(found, netip.Addr.Compare)
	found = slices.Compact(found)
	var out []member
	for _, a := range found[:min(len(found), maxMembers)] {
		at := netip.AddrPortFrom(a, port)
		if strings.EqualFold(host, "localhost") && len(out) > 0 {
			out[0].addresses = append(out[0].addresses, at)
			continue
		}
		out = append(out, member{addresses: []netip.AddrPort{at}, weight: 1})
	}
	return out
}

// serviceMembers makes those of the lowest priority members, and the others their backups.
func serviceMembers(found []Service) []member {
	var out []member
	first := uint16(0xffff)
	for _, s := range found {
		first = min(first, s.Priority)
	}
	for _, s := range found[:min(len(found), maxMembers)] {
		out = append(out, member{
			addresses: []netip.AddrPort{netip.AddrPortFrom(s.Address.Unmap(), s.Port)},
			weight:    max(int(s.Weight), 1), backup: s.Priority != first,
		})
	}
	slices.SortFunc(out, func(a, b member) int { return a.addresses[0].Compare(b.addresses[0]) })
	return slices.CompactFunc(out, func(a, b member) bool { return a.addresses[0] == b.addresses[0] })
}

// systemResolver asks the system, which says nothing of how long an answer counts.
type systemResolver struct{}

func (systemResolver) Addresses(ctx context.Context, host string) ([]netip.Addr, time.Duration, error) {
	found, err := net.DefaultResolver.LookupNetIP(ctx, "ip", host)
	return found, 0, err
}

func (systemResolver) Services(ctx context.Context, service, domain string) ([]Service, time.Duration, error) {
	_, records, err := net.DefaultResolver.LookupSRV(ctx, service, "tcp", domain)
	var found []Service
	for _, r := range records {
		addresses, aerr := net.DefaultResolver.LookupNetIP(ctx, "ip", r.Target)
		if aerr != nil {
			err = aerr
			continue
		}
		for _, a := range addresses {
			found = append(found, Service{Address: a, Port: r.Port, Priority: r.Priority, Weight: r.Weight})
		}
	}
	if len(found) > 0 {
		err = nil
	}
	return found, 0, err
}
