package http3_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net"
	"net/http"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/quic-go/quic-go"
	quichttp3 "github.com/quic-go/quic-go/http3"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/server"
	"stackgen.dev/runtime/server/http3"
)

// patience bounds every wait; nothing waits that long where nothing is wrong.
const patience = time.Minute

// certified is a configuration with a certificate for a name, and who believes it.
func certified(t *testing.T, name string) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{name}, IsCA: true, BasicConstraintsValid: true,
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AddCert(leaf)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}}}, pool
}

// site is a socket that several servers share, as processes do.
type site struct {
	t      *testing.T
	file   *os.File
	addr   string
	dir    string
	config *tls.Config
	roots  *x509.CertPool
}

func newSite(t *testing.T) *site {
	t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	f, err := c.(*net.UDPConn).File()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	s := &site{t: t, file: f, addr: c.LocalAddr().String(), dir: t.TempDir()}
	s.config, s.roots = certified(t, "a.example")
	return s
}

// log is what servers have to say, shown where a test fails.
type log struct{ t *testing.T }

func (l log) Write(b []byte) (int, error) {
	l.t.Log(strings.TrimSuffix(string(b), "\n"))
	return len(b), nil
}

// serve starts one more server on the socket.
func (s *site) serve(config server.Config, h gateway.HandlerFunc) *server.Server {
	s.t.Helper()
	config.Handler, config.Log = h, slog.New(slog.NewTextHandler(log{s.t}, nil))
	r := server.New(config)
	c, err := net.FilePacketConn(s.file)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := r.ServeHTTP3(http3.Protocol{}, c.(*net.UDPConn), s.config, s.dir); err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(func() { r.Close() })
	return r
}

// client is a client with connections of its own.
func (s *site) client() *http.Client {
	transport := &quichttp3.Transport{
		TLSClientConfig: &tls.Config{RootCAs: s.roots, ServerName: "a.example"},
		Dial: func(ctx context.Context, _ string, config *tls.Config, q *quic.Config) (*quic.Conn, error) {
			return quic.DialAddrEarly(ctx, s.addr, config, q)
		},
	}
	s.t.Cleanup(func() { transport.Close() })
	return &http.Client{Transport: transport, Timeout: patience}
}

const url = "https://a.example"

// get asks for a path and returns what comes.
func get(c *http.Client, path string) (status int, body string, err error) {
	res, err := c.Get(url + path)
	if err != nil {
		return 0, "", err
	}
	defer res.Body.Close()
	b, err := io.ReadAll(res.Body)
	return res.StatusCode, string(b), err
}

// named answers with a name, on /wait when it is released, and on /events with two events.
type named struct {
	name    string
	release chan struct{}
	once    sync.Once
}

func (n *named) let() { n.once.Do(func() { close(n.release) }) }

func (n *named) serve(x *gateway.Exchange) {
	switch string(x.Request.Path) {
	case "/wait":
		<-n.release
	case "/events":
		x.Response.Header.Add("Content-Type", "text/event-stream")
		x.Response.Stream(func(w gateway.BodyWriter) error {
			fmt.Fprintf(w, "first %s\n", n.name)
			if err := w.Flush(); err != nil {
				return err
			}
			<-n.release
			_, err := fmt.Fprintf(w, "last %s\n", n.name)
			return err
		})
		return
	}
	x.Response.Text(n.name)
}

func newNamed(t *testing.T, name string) *named {
	n := &named{name: name, release: make(chan struct{})}
	t.Cleanup(n.let)
	return n
}

// wait waits until something holds.
func wait(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for end := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(end) {
			t.Fatalf("waited in vain until %s", what)
		}
	}
}
