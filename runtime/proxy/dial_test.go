package proxy

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"net/netip"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stackgen.dev/internal/porttest"
)

// certificate makes a certificate for a name, and the PEM file by which it is believed.
func certificate(t testing.TB, name string) (cert tls.Certificate, ca string) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: name}, DNSNames: []string{name},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		IsCA: true, BasicConstraintsValid: true, KeyUsage: x509.KeyUsageCertSign | x509.KeyUsageDigitalSignature,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	ca = filepath.Join(t.TempDir(), "ca.pem")
	write(t, ca, string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key}, ca
}

// secureServer answers everything with ok over TLS and counts connections. Every
// kept connection is closed after two requests.
func secureServer(t testing.TB, cert tls.Certificate) (url string, connections *atomic.Int32) {
	t.Helper()
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{cert}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	connections = new(atomic.Int32)
	go func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			connections.Add(1)
			go func() {
				defer nc.Close()
				buf := make([]byte, 64<<10)
				for range 2 {
					if _, err := nc.Read(buf); err != nil {
						return
					}
					nc.Write([]byte(ok))
				}
			}()
		}
	}()
	return "https://" + l.Addr().String(), connections
}

// Certificates of servers are verified; whoever is not believed gets no request.
func TestServersWithTLS(t *testing.T) {
	cert, ca := certificate(t, "inner.test")
	_, otherCA := certificate(t, "inner.test")
	tests := []struct {
		name   string
		config ClientTLS
		status int
		log    string
	}{
		{"believed", ClientTLS{TrustedCertificate: ca, ServerName: "inner.test"}, 200, ""},
		{"not for the host of the URL", ClientTLS{TrustedCertificate: ca}, 502, "cannot validate certificate for 127.0.0.1"},
		{"for another name", ClientTLS{TrustedCertificate: ca, ServerName: "outer.test"}, 502, "not outer.test"},
		{"of another authority", ClientTLS{TrustedCertificate: otherCA, ServerName: "inner.test"}, 502, "unknown authority"},
		{"of no authority of the system", ClientTLS{ServerName: "inner.test"}, 502, "unknown authority"},
		{"unseen, where that is wanted", ClientTLS{Insecure: true}, 200, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			url, connections := secureServer(t, cert)
			logged := make(lines, 10)
			config := frontConfig(UpstreamConfig{TLS: tt.config}, url)
			config.Log = slog.New(slog.NewTextHandler(logged, nil))
			c := dial(t, serveOn(t, newProxy(t, config)))
			for range 5 {
				c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
				if a := c.read("GET"); a.status != tt.status {
					t.Fatalf("got %d", a.status)
				}
				if tt.log == "" {
					continue
				}
				if line := <-logged; !strings.Contains(line, tt.log) {
					t.Errorf("the log says %s", line)
				}
				return
			}
			if n := connections.Load(); n != 3 {
				t.Errorf("%d connections for 5 requests, of which each takes two", n)
			}
		})
	}
}

// nameServer answers for one name.
type nameServer struct {
	mu       sync.Mutex
	answer   []netip.Addr
	services []Service
	err      error
	lookups  int
}

func (n *nameServer) Addresses(context.Context, string) ([]netip.Addr, time.Duration, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lookups++
	return append([]netip.Addr(nil), n.answer...), time.Minute, n.err
}

func (n *nameServer) Services(context.Context, string, string) ([]Service, time.Duration, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lookups++
	return n.services, time.Minute, n.err
}

func (n *nameServer) say(err error, addresses ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.answer, n.err = nil, err
	for _, a := range addresses {
		n.answer = append(n.answer, netip.MustParseAddr(a))
	}
}

// A name is looked up once for many requests, anew when what DNS said is old, and what
// was known serves while the name server does not answer.
func TestNames(t *testing.T) {
	server := new(nameServer)
	moved := make(chan struct{}, 1)
	u := &Upstream{resolver: server}
	at := endpoint{host: "inner.test", port: 80}
	n := &names{lookup: func(ctx context.Context) ([]member, time.Duration, error) { return u.lookUp(ctx, at) }, changed: func() { moved <- struct{}{} }}
	get := func(now time.Time) string {
		t.Helper()
		if running := n.freshen(now); running != nil {
			<-running
		}
		members, err := n.known()
		if len(members) == 0 {
			return err.Error()
		}
		var all []string
		for _, m := range members {
			all = append(all, strings.TrimPrefix(m.addresses[0].Addr().String(), "127.0.0."))
		}
		return strings.Join(all, " ")
	}
	settled := func() {
		n.mu.Lock()
		running := n.running
		n.mu.Unlock()
		if running != nil {
			<-running
		}
	}
	now := time.Now()
	server.say(errors.New("no such host"))
	if got := get(now); got != "no such host" {
		t.Errorf("got %q", got)
	}
	server.say(nil, "127.0.0.2", "127.0.0.1", "::ffff:127.0.0.3", "127.0.0.2")
	for range 4 {
		if got := get(now); got != "1 2 3" {
			t.Errorf("got %q", got)
		}
	}
	<-moved
	if server.lookups != 2 {
		t.Errorf("%d look-ups", server.lookups)
	}
	server.say(errors.New("the name server is away"))
	for range 2 {
		if got := get(now.Add(2 * time.Hour)); got != "1 2 3" {
			t.Errorf("got %q while the name server is away", got)
		}
		settled()
	}
	server.say(nil, "127.0.0.9")
	get(now.Add(4 * time.Hour)) // has it looked up, and does not wait
	<-moved
	if got := get(time.Now()); got != "9" {
		t.Errorf("got %q after the move", got)
	}
}

// How long what DNS says counts.
func TestValidity(t *testing.T) {
	for _, tt := range []struct{ written, said, want time.Duration }{
		{0, 30 * time.Second, 30 * time.Second},
		{0, 0, 10 * time.Second},
		{0, time.Millisecond, time.Second},
		{0, 48 * time.Hour, time.Hour},
		{5 * time.Minute, time.Second, 5 * time.Minute},
	} {
		if got := (&names{valid: tt.written}).validity(tt.said); got != tt.want {
			t.Errorf("written %s, said %s: %s, want %s", tt.written, tt.said, got, tt.want)
		}
	}
}

// What stands behind a name: one server for each address but for localhost, and by SRV
// records those of the lowest priority with the others as their backups.
func TestMembers(t *testing.T) {
	addresses := []netip.Addr{netip.MustParseAddr("::1"), netip.MustParseAddr("127.0.0.1")}
	if got := addressMembers("LocalHost", slices.Clone(addresses), 80); len(got) != 1 || len(got[0].addresses) != 2 || !got[0].addresses[0].Addr().Is4() {
		t.Errorf("localhost: %v", got)
	}
	if got := addressMembers("a.test", slices.Clone(addresses), 80); len(got) != 2 {
		t.Errorf("another name: %v", got)
	}
	server := &nameServer{services: []Service{
		{netip.MustParseAddr("10.0.0.2"), 81, 10, 0}, {netip.MustParseAddr("10.0.0.1"), 80, 10, 3}, {netip.MustParseAddr("10.0.0.9"), 80, 20, 5},
	}}
	u, err := NewUpstream(UpstreamConfig{Name: "u", Resolver: server, Servers: []Server{{Name: "a", URL: "http://api.test", Service: "http", Weight: 2}}})
	if err != nil {
		t.Fatal(err)
	}
	if err := u.resolve(context.Background(), time.Now(), time.Minute); err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, b := range u.backends {
		got = append(got, fmt.Sprintf("%s*%d", b.server.Name, b.server.Weight))
		if b.server.Backup != (b.addresses[0].Addr().String() == "10.0.0.9") {
			t.Errorf("%s is a backup: %v", b.server.Name, b.server.Backup)
		}
	}
	if want := "a (10.0.0.1:80)*6 a (10.0.0.2:81)*2 a (10.0.0.9:80)*10"; strings.Join(got, " ") != want {
		t.Errorf("got %s, want %s", strings.Join(got, " "), want)
	}
	many := make([]Service, 1000)
	for i := range many {
		many[i] = Service{netip.AddrFrom4([4]byte{10, 0, byte(i >> 8), byte(i)}), 80, 1, 1}
	}
	if n := len(serviceMembers(many)); n != maxMembers {
		t.Errorf("%d of 1000", n)
	}
	for _, s := range []Server{{URL: "http://api.test:80", Service: "http"}, {URL: "http://10.0.0.1", Service: "http"}, {URL: "unix:/a", Service: "http"}} {
		if _, err := NewUpstream(UpstreamConfig{Servers: []Server{s}}); err == nil {
			t.Errorf("a service of %s passes", s.URL)
		}
	}
}

// A server that moves to another address is found there, and its old
// connections are not used any more; one address of several may be dead.
func TestAServerThatMoves(t *testing.T) {
	answering := func(address, name string) net.Listener {
		l, err := net.Listen("tcp", address)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { l.Close() })
		go func() {
			for {
				nc, err := l.Accept()
				if err != nil {
					return
				}
				go func() {
					defer nc.Close()
					buf := make([]byte, 4<<10)
					for {
						if _, err := nc.Read(buf); err != nil {
							return
						}
						nc.Write([]byte("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\n" + name))
					}
				}()
			}
		}()
		return l
	}
	first := answering(porttest.Free(t).String(), "a")
	_, port, _ := net.SplitHostPort(first.Addr().String())
	answering("127.0.0.2:"+port, "b")
	server := new(nameServer)
	server.say(nil, "127.0.0.1", "127.0.0.3") // nobody is at the second
	p := newProxy(t, frontConfig(UpstreamConfig{Resolver: server}, "http://inner.test:"+port))
	u := p.Upstream("u")
	address := serveOn(t, p)
	c := dial(t, address)
	get := func() string {
		c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		return c.read("GET").body
	}
	for range 4 {
		if got := get(); got != "a" {
			t.Errorf("got %q", got)
		}
	}
	u.mu.Lock()
	old := u.backends[0]
	u.mu.Unlock()
	if idle(&old.pool) != 1 {
		t.Errorf("%d idle connections", idle(&old.pool))
	}
	server.say(nil, "127.0.0.2")
	u.sources[0].names.mu.Lock()
	u.sources[0].names.until = time.Time{}
	u.sources[0].names.mu.Unlock()
	get()
	for idle(&old.pool) > 0 { // until the change has been heard of
		time.Sleep(time.Millisecond)
	}
	for range 3 {
		if got := get(); got != "b" {
			t.Errorf("after the move: %q", got)
		}
	}
}

// Ensure that requests to an upstream whose name leads nowhere get 503, and are answered as soon as it leads somewhere.
func TestANameWithoutServers(t *testing.T) {
	server := new(nameServer)
	server.say(errors.New("the name server is away"))
	logged := make(lines, 10)
	url, _ := recorder(t, "tcp")
	_, port, _ := net.SplitHostPort(strings.TrimPrefix(url, "http://"))
	config := frontConfig(UpstreamConfig{Resolver: server}, "http://inner.test:"+port)
	config.Log = slog.New(slog.NewTextHandler(logged, nil))
	c := dial(t, serveOn(t, newProxy(t, config)))
	ask := func() int {
		c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		return c.read("GET").status
	}
	if status := ask(); status != 503 {
		t.Errorf("got %d", status)
	}
	if line := <-logged; !strings.Contains(line, "the name server is away") {
		t.Errorf("the log says %s", line)
	}
	server.say(nil, "127.0.0.1")
	if status := ask(); status != 200 {
		t.Errorf("got %d", status)
	}
}
