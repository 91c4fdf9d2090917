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
	"log/slog"
	"math/big"
	"net"
	"net/netip"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"
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
	mu      sync.Mutex
	answer  []netip.Addr
	err     error
	lookups int
	asked   chan struct{}
}

func (n *nameServer) lookup(context.Context, string, string) ([]netip.Addr, error) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.lookups++
	select {
	case n.asked <- struct{}{}:
	default:
	}
	return append([]netip.Addr(nil), n.answer...), n.err
}

func (n *nameServer) say(err error, addresses ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.answer, n.err = nil, err
	for _, a := range addresses {
		n.answer = append(n.answer, netip.MustParseAddr(a))
	}
}

// A name is looked up once for many connections, anew when that is old, and what
// was known serves while the name server does not answer.
func TestNames(t *testing.T) {
	server := &nameServer{asked: make(chan struct{}, 1)}
	moved := make(chan struct{}, 1)
	n := &names{host: "inner.test", valid: time.Hour, lookup: server.lookup, changed: func() { moved <- struct{}{} }}
	get := func(now time.Time) string {
		t.Helper()
		addresses, err := n.resolve(context.Background(), now)
		if err != nil {
			return err.Error()
		}
		return strings.Trim(strings.ReplaceAll(netipJoin(addresses), "127.0.0.", ""), " ")
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
	server.say(nil, "127.0.0.2", "127.0.0.1", "::ffff:127.0.0.3")
	for _, want := range []string{"1 2 3", "2 3 1", "3 1 2", "1 2 3"} {
		if got := get(now); got != want {
			t.Errorf("got %q, want %q", got, want)
		}
	}
	if server.lookups != 2 {
		t.Errorf("%d look-ups", server.lookups)
	}
	server.say(errors.New("the name server is away"))
	for range 2 {
		if got := get(now.Add(2 * time.Hour)); len(got) != 5 {
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

func netipJoin(addresses []netip.Addr) (s string) {
	for _, a := range addresses {
		s += a.String() + " "
	}
	return s
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
	first := answering("127.0.0.1:0", "a")
	_, port, _ := net.SplitHostPort(first.Addr().String())
	answering("127.0.0.2:"+port, "b")
	server := &nameServer{asked: make(chan struct{}, 1)}
	server.say(nil, "127.0.0.1", "127.0.0.3") // nobody is at the second
	p := newProxy(t, frontConfig(UpstreamConfig{}, "http://inner.test:"+port))
	u := p.Upstream("u")
	u.lookup = server.lookup
	address := serveOn(t, p)
	names := u.backends[0].names
	c := dial(t, address)
	get := func() string {
		c.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n")
		return c.read("GET").body
	}
	for range 3 {
		if got := get(); got != "a" {
			t.Errorf("got %q", got)
		}
		u.backends[0].pool.drop() // each on a connection of its own
	}
	get()
	server.say(nil, "127.0.0.2")
	names.expire()
	names.resolve(context.Background(), time.Now())
	for idle(&u.backends[0].pool) > 0 { // until the change has been heard of
		time.Sleep(time.Millisecond)
	}
	if got := get(); got != "b" {
		t.Errorf("after the move: %q", got)
	}
}
