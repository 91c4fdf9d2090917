package proxy

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// ClientTLS says how servers with an https address are spoken to. Their
// certificates are verified, unless Insecure says otherwise.
type ClientTLS struct {
	// TrustedCertificate is a PEM file with the authorities that are believed, in place of the
	// system's (proxy_ssl_trusted_certificate); "" for these.
	TrustedCertificate string
	// ServerName is the name that certificates have to be for, and that servers are
	// asked for (proxy_ssl_name); "" is the host of each server's URL.
	ServerName string
	// Insecure believes every certificate (proxy_ssl_verify off).
	Insecure bool
}

// config reads what has to be read. The result is shared by all servers.
func (c ClientTLS) config() (*tls.Config, error) {
	config := &tls.Config{
		MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}, ServerName: c.ServerName,
		InsecureSkipVerify: c.Insecure, ClientSessionCache: tls.NewLRUClientSessionCache(0),
	}
	if c.TrustedCertificate == "" {
		return config, nil
	}
	pem, err := os.ReadFile(c.TrustedCertificate)
	if err != nil {
		return nil, err
	}
	config.RootCAs = x509.NewCertPool()
	if !config.RootCAs.AppendCertsFromPEM(pem) {
		return nil, fmt.Errorf("%s holds no certificate in PEM form", c.TrustedCertificate)
	}
	return config, nil
}

// endpoint is where a server listens.
type endpoint struct {
	network string // "tcp" or "unix"
	address string // for net.Dial: with a name still in it
	host    string // of a URL
	port    uint16
	ported  bool // the URL says it
	secure  bool
	service string // what SRV records are asked for, "" for none
}

// parseEndpoint takes a server's URL apart.
func parseEndpoint(s string) (endpoint, error) {
	if path, ok := strings.CutPrefix(s, "unix:"); ok {
		if path == "" {
			return endpoint{}, fmt.Errorf("%q names no socket", s)
		}
		return endpoint{network: "unix", address: filepath.Clean(path)}, nil
	}
	at, err := url.Parse(s)
	switch {
	case err != nil:
		return endpoint{}, err
	case at.Scheme != "http" && at.Scheme != "https" || at.Hostname() == "" || at.User != nil || at.RawQuery != "" || at.Fragment != "" || strings.Trim(at.Path, "/") != "":
		return endpoint{}, fmt.Errorf("%q is neither \"http://host:port\", \"https://host:port\" nor \"unix:/path\"", s)
	}
	t := endpoint{network: "tcp", host: at.Hostname(), port: 80, secure: at.Scheme == "https"}
	if t.secure {
		t.port = 443
	}
	if text := at.Port(); text != "" {
		port, err := strconv.ParseUint(text, 10, 16)
		if err != nil {
			return endpoint{}, fmt.Errorf("%q has no port that can be", s)
		}
		t.port, t.ported = uint16(port), true
	}
	t.address = net.JoinHostPort(t.host, strconv.Itoa(int(t.port)))
	return t, nil
}

// dial makes a connection within a limit, and speaks TLS on it where that is wanted.
func (b *backend) dial(limit time.Time, client netip.AddrPort) (net.Conn, error) {
	ctx, cancel := context.WithDeadline(context.Background(), limit)
	defer cancel()
	nc, err := b.dialPlain(ctx)
	if err == nil && b.header != nil {
		err = b.sendHeader(nc, client, limit)
	}
	switch {
	case err != nil:
		return nil, err
	case !b.at.secure && b.pollers != nil:
		if driven, err := b.pollers.Take(nc); err == nil {
			return driven, nil
		}
		return nc, nil
	case !b.at.secure:
		return nc, nil
	}
	config := b.tls
	if config.ServerName == "" {
		config = config.Clone()
		config.ServerName = b.at.host
	}
	t := tls.Client(nc, config)
	if err := t.HandshakeContext(ctx); err != nil {
		nc.Close()
		return nil, fmt.Errorf("TLS: %w", err)
	}
	return t, nil
}

// sendHeader says who the client is; one that is not valid is nobody, a health check.
func (b *backend) sendHeader(nc net.Conn, client netip.AddrPort, limit time.Time) error {
	var server netip.AddrPort
	if a, ok := nc.RemoteAddr().(*net.TCPAddr); ok {
		server = a.AddrPort()
	}
	nc.SetWriteDeadline(limit)
	if _, err := nc.Write(b.header(nil, client, server)); err != nil {
		nc.Close()
		return err
	}
	return nc.SetWriteDeadline(time.Time{})
}

// dialChecked makes a connection for a health check, which no poller drives.
func (b *backend) dialChecked(limit time.Time) (net.Conn, error) {
	plain := &backend{at: b.at, source: b.source, addresses: b.addresses, tls: b.tls, header: b.header}
	return plain.dial(limit, netip.AddrPort{})
}

// dialPlain tries one address of the server after the other.
func (b *backend) dialPlain(ctx context.Context) (nc net.Conn, err error) {
	var dialer net.Dialer
	if len(b.addresses) == 0 {
		return dialer.DialContext(ctx, b.at.network, b.at.address)
	}
	for i, a := range b.addresses {
		if nc, err = dialOne(ctx, &dialer, a, len(b.addresses)-i); err == nil {
			return nc, nil
		}
	}
	b.source.names.expire(time.Now())
	return nil, err
}

// dialOne gives an address its share of the time, as long as others are left.
func dialOne(ctx context.Context, dialer *net.Dialer, at netip.AddrPort, left int) (net.Conn, error) {
	if limit, ok := ctx.Deadline(); ok && left > 1 {
		var cancel func()
		ctx, cancel = context.WithTimeout(ctx, time.Until(limit)/time.Duration(left))
		defer cancel()
	}
	return dialer.DialContext(ctx, "tcp", at.String())
}
