package proxy

import (
	"crypto/tls"
	"fmt"
	"log/slog"
	"net/http"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/netpoll"
)

// UpstreamConfig describes a group of servers that speak HTTP/1.1.
type UpstreamConfig struct {
	// Name is the block's label.
	Name string
	// Balance says how a server is chosen; "" means round robin.
	Balance Balance
	// HashKey is what Hash goes by; needed there.
	HashKey Template
	// SlowStart is how long the share of a server that was out takes to grow to
	// its full size (slow_start); 0 gives it all at once. It counts for no hash.
	SlowStart time.Duration
	// HealthCheck asks the servers whether they are well; nil leaves that to requests.
	HealthCheck *HealthCheck
	// Sticky has clients come back to one server; nil does not.
	Sticky *Sticky
	// Tries is how many servers a request may try (proxy_next_upstream_tries); 0 sets no limit.
	Tries int
	// RetryBudget is how many requests in a hundred may be sent to another server after one had
	// them and did not answer, beside a few every second; 0 means 20, a negative number only those few.
	RetryBudget int
	// Servers may be empty, and changed at run time; without any, requests
	// get 503.
	Servers []Server
	// ConnectTimeout bounds making a connection (proxy_connect_timeout), SendTimeout
	// the time between two writes of a request (proxy_send_timeout), ReadTimeout the time
	// between two reads of an answer (proxy_read_timeout). 0 means 5, 60 and 60 seconds.
	ConnectTimeout, SendTimeout, ReadTimeout time.Duration
	// Pollers drive the connections to servers that do not speak TLS; nil leaves
	// them to Go's own poller.
	Pollers *netpoll.Group
	// Keepalive is how many idle connections are kept to each server, for all
	// cores together (keepalive); 0 is none.
	Keepalive int
	// KeepaliveTimeout is how long a connection may be idle (keepalive_timeout) and
	// KeepaliveTime how old it may get (keepalive_time); 0 means a minute and an hour. A server's own
	// "Keep-Alive: timeout=" shortens the former.
	KeepaliveTimeout, KeepaliveTime time.Duration
	// Queue is how many requests may wait while every server has as many
	// connections as it may (queue), QueueTimeout how long one waits; then they get 503. A
	// QueueTimeout of 0 means a minute.
	Queue        int
	QueueTimeout time.Duration
	// ResolveValid is how long the addresses of a server's name are used before
	// it is looked up again (resolver valid); 0 means as long as DNS says.
	ResolveValid time.Duration
	// Resolver looks names up (resolver); nil asks the system.
	Resolver Resolver
	// HTTP2 has servers spoken to by HTTP/2 (proxy_http_version 2, grpc_pass): those with an https
	// address over TLS (h2), the others by prior knowledge (h2c).
	HTTP2 bool
	// ProxyHeader writes what a connection to a server begins with that takes the client's address from
	// there (proxy_protocol); nil has it begin with the request. With it no connection is kept.
	ProxyHeader func(b []byte, client, server netip.AddrPort) []byte
	// TLS says how servers with an https address are spoken to.
	TLS ClientTLS
	// MaxFails failures within FailTimeout take a server out for FailTimeout;
	// 0 never does. A FailTimeout of 0 means 10 seconds.
	MaxFails    int
	FailTimeout time.Duration
	// Workers says that the servers are the site's own application behind
	// Trusted: they are told the client itself and not the chain of proxies.
	Workers bool
	// TellLocation has Workers learn which location a request came by.
	TellLocation bool
	// ResponseBuffer is how much memory holds the answer for a client that takes
	// it slowly, so that the server is free for others, in bytes (proxy_buffers); 0 means
	// 64 KiB, a negative number passes answers on no faster than their clients take
	// them (proxy_buffering off). Event streams always are.
	ResponseBuffer int64
	// MaxTempFile is how much beyond that a file holds, in bytes
	// (proxy_max_temp_file_size); 0 means 1 GiB, a negative number nothing.
	MaxTempFile int64
	// DurationBounds are Config.DurationBounds, for how long servers take; that of the proxy where it has any.
	DurationBounds []time.Duration
	maps           maps // of the proxy, for HashKey
	// SpoolDir is where bodies that do not fit in memory wait; "" is
	// the system's folder for temporary files.
	SpoolDir string
	// Log takes what operators have to know; nil discards it.
	Log *slog.Logger
}

// Server is one server of an upstream.
type Server struct {
	// Name is the block's label; it stands in the log. Workers have the name of their
	// place: the process that takes another's place has its name, and a URL of its own.
	Name string
	// URL is "http://host:port", "https://host:port" or "unix:/path".
	URL string
	// Service has DNS say by SRV records where a service of the URL's host is, in place of its
	// addresses (service); "" does not.
	Service string
	// MaxConns is how many connections the server gets at a time (max_conns); 0
	// sets no limit.
	MaxConns int
	// Weight is the server's share of requests (weight); 0 means 1.
	Weight int
	// Backup servers get requests when no other is there (backup).
	Backup bool
	// Down servers get no requests at all (down), Drain servers only those of clients
	// that are stuck to them (drain).
	Down, Drain bool
}

// Upstream forwards requests to a group of servers. It is safe for concurrent use.
type Upstream struct {
	config UpstreamConfig
	log    *slog.Logger
	pages  *Proxy // for the error pages of an Upstream that serves by itself
	alone  *forward
	trips  sync.Pool // of *trip
	relays sync.Pool // of *relayBuffer
	pipes  pipes

	tls      *tls.Config
	resolver Resolver
	hashKey  *Text
	named    atomic.Pointer[[]*source] // those of sources with a name, nil for none

	chance func(n int) int // of tests; nil is random

	figures upstreamFigures

	mu       sync.Mutex
	budget   retryBudget
	sources  []*source
	backends []*backend      // of all sources
	drained  map[string]bool // servers that an operator has drain, by name
	waiting  []waiter
}

// backend is a server of an upstream while the proxy runs.
type backend struct {
	label  string // in the log
	at     endpoint
	source *source
	// addresses are what the name of at led to; nil where that needs no resolving.
	addresses []netip.AddrPort
	id        uint64 // of the address, never 0
	tls       *tls.Config
	header    func(b []byte, client, server netip.AddrPort) []byte // UpstreamConfig.ProxyHeader
	// pollers is nil where Go's own poller drives the connections.
	pollers *netpoll.Group
	pool    pool
	client  *http.Transport // of HTTP/2, nil otherwise
	figures *serverFigures

	// Guarded by Upstream.mu.
	server               Server
	active               int // requests running
	turn                 int // of smooth weighted round robin
	fails                int
	firstFail, downUntil time.Time
	back                 time.Time // since when it is there again
	sick                 bool      // say its checks
	checks               int       // that said otherwise, one after the other

	checking atomic.Bool
}

// label is what the server is called.
func (s Server) label() string {
	if s.Name != "" {
		return s.Name
	}
	return s.URL
}

// NewUpstream checks the configuration. It connects to nothing: a site starts
// even when its upstreams are away.
func NewUpstream(c UpstreamConfig) (*Upstream, error) {
	switch c.Balance {
	case "":
		c.Balance = RoundRobin
	case RoundRobin, LeastConn, IPHash, Hash, Random:
	default:
		return nil, fmt.Errorf("proxy: upstream %q: balance %q is not \"round_robin\", \"least_conn\", \"ip_hash\", \"hash\" or \"random\"", c.Name, c.Balance)
	}
	if (c.Balance == Hash) != (len(c.HashKey) > 0) {
		return nil, fmt.Errorf("proxy: upstream %q: a hash key is for balance \"hash\", which needs one", c.Name)
	}
	if c.HealthCheck != nil {
		var err error
		if c.HealthCheck, err = c.HealthCheck.withDefaults(c.Name); err != nil {
			return nil, err
		}
	}
	if c.Sticky != nil {
		if err := c.Sticky.check(c.Name); err != nil {
			return nil, err
		}
	}
	c.RetryBudget = max(orDefault(c.RetryBudget, 20), 0)
	for _, d := range []struct {
		value    *time.Duration
		standard time.Duration
	}{
		{&c.ConnectTimeout, 5 * time.Second},
		{&c.SendTimeout, time.Minute},
		{&c.ReadTimeout, time.Minute},
		{&c.KeepaliveTimeout, time.Minute},
		{&c.KeepaliveTime, time.Hour},
		{&c.FailTimeout, 10 * time.Second},
		{&c.QueueTimeout, time.Minute},
		{&c.ResolveValid, 0},
		{&c.SlowStart, 0},
	} {
		if *d.value < 0 {
			return nil, fmt.Errorf("proxy: upstream %q: a timeout is negative", c.Name)
		}
		if *d.value == 0 {
			*d.value = d.standard
		}
	}
	if c.ProxyHeader != nil {
		if c.HTTP2 {
			return nil, fmt.Errorf("proxy: upstream %q: connections that many clients share cannot have a PROXY header", c.Name)
		}
		c.Keepalive = 0
	}
	if c.Keepalive < 0 || c.Queue < 0 || c.Tries < 0 {
		return nil, fmt.Errorf("proxy: upstream %q: a count is negative", c.Name)
	}
	c.ResponseBuffer = max(orDefault(c.ResponseBuffer, 64<<10), 0)
	c.MaxTempFile = max(orDefault(c.MaxTempFile, 1<<30), 0)
	u := &Upstream{config: c, log: c.Log, resolver: c.Resolver}
	if u.resolver == nil {
		u.resolver = systemResolver{}
	}
	var err error
	if u.hashKey, err = c.HashKey.compile(c.maps); err != nil {
		return nil, fmt.Errorf("proxy: upstream %q: hash key: %w", c.Name, err)
	}
	if u.tls, err = c.TLS.config(); err != nil {
		return nil, fmt.Errorf("proxy: upstream %q: tls: %w", c.Name, err)
	}
	if c.HTTP2 {
		u.tls.NextProtos = []string{"h2"}
	}
	if u.log == nil {
		u.log = slog.New(slog.DiscardHandler)
	}
	u.pages = &Proxy{log: u.log, now: time.Now}
	u.alone = &forward{upstream: u, send: c.SendTimeout, read: c.ReadTimeout, connect: c.ConnectTimeout}
	u.measure(c.DurationBounds)
	u.trips.New = func() any { return newTrip(u) }
	if err := u.SetServers(c.Servers); err != nil {
		return nil, err
	}
	return u, nil
}

// SetServers replaces the servers. Those that stay, by URL, keep their
// connections, health and share; requests running on others finish. After an
// error nothing has changed.
func (u *Upstream) SetServers(servers []Server) error {
	next := make([]*source, 0, len(servers))
	for _, s := range servers {
		src, err := u.newSource(s)
		if err != nil {
			return fmt.Errorf("proxy: upstream %q: server %s: %w", u.config.Name, s.label(), err)
		}
		for _, other := range next {
			if other.at == src.at {
				return fmt.Errorf("proxy: upstream %q: server %s is named twice", u.config.Name, s.URL)
			}
		}
		next = append(next, src)
	}
	u.mu.Lock()
	var named []*source
	for i, src := range next {
		for _, old := range u.sources {
			if old.at == src.at {
				old.server = src.server
				next[i] = old
			}
		}
		if next[i].names != nil {
			named = append(named, next[i])
		}
	}
	u.sources = next
	if named != nil {
		u.named.Store(&named)
	} else {
		u.named.Store(nil)
	}
	gone := u.settle()
	u.mu.Unlock()
	for _, b := range gone {
		b.close()
	}
	return nil
}

// close closes idle connections, and keeps none from then on.
func (b *backend) close() {
	b.pool.close()
	if b.client != nil {
		b.client.CloseIdleConnections()
	}
}

// only reports whether b is the only worker of a site.
func (u *Upstream) only(b *backend) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.config.Workers && len(u.backends) == 1 && u.backends[0] == b
}

// Serve forwards a request as it is: what makes an Upstream of workers the
// application of a Config.
func (u *Upstream) Serve(x *gateway.Exchange) {
	u.forward(u.pages, x, visit{peer: x.Request.Client}, u.alone)
}

// Close closes idle connections. Requests running finish, and an Upstream that
// goes on being used opens new ones without keeping them.
func (u *Upstream) Close() error {
	u.mu.Lock()
	backends := u.backends
	u.mu.Unlock()
	for _, b := range backends {
		b.close()
	}
	u.pipes.close()
	return nil
}

var _ gateway.Handler = (*Upstream)(nil)
