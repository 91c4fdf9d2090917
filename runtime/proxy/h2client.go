package proxy

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"time"
)

// newClient is what speaks HTTP/2 to a server: with TLS where its URL is https (h2), else by
// prior knowledge (h2c, RFC 9113, section 3.3). All requests share its connections.
func (b *backend) newClient(u *Upstream) *http.Transport {
	protocols := new(http.Protocols)
	t := &http.Transport{
		Protocols: protocols, DisableCompression: true, MaxResponseHeaderBytes: maxAnswerHead,
		IdleConnTimeout: u.config.KeepaliveTimeout,
		// A connection on which nothing comes is asked whether anybody is there.
		HTTP2: &http.HTTP2Config{SendPingTimeout: u.config.ReadTimeout / 2, PingTimeout: u.config.ConnectTimeout},
	}
	dial := func(ctx context.Context, _, _ string) (net.Conn, error) {
		nc, err := b.dialHTTP2(ctx)
		if err != nil {
			return nil, &dialError{err}
		}
		return nc, nil
	}
	if b.at.secure {
		protocols.SetHTTP2(true)
		t.DialTLSContext = dial
	} else {
		protocols.SetUnencryptedHTTP2(true)
		t.DialContext = dial
	}
	return t
}

// dialError is a connection that could not be made: nothing was sent.
type dialError struct{ err error }

func (e *dialError) Error() string { return e.err.Error() }
func (e *dialError) Unwrap() error { return e.err }

// dialHTTP2 makes a connection. The limit is the first request's: others wait for it, too.
func (b *backend) dialHTTP2(ctx context.Context) (net.Conn, error) {
	limit, ok := ctx.Value(connectLimit{}).(time.Time)
	if !ok {
		limit = time.Now().Add(lookupLimit)
	}
	nc, err := b.dialChecked(limit)
	if err != nil {
		return nil, err
	}
	if t, ok := nc.(*tls.Conn); ok && t.ConnectionState().NegotiatedProtocol != "h2" {
		nc.Close()
		return nil, errNotHTTP2
	}
	return nc, nil
}

// errNotHTTP2 is a server that does not take the protocol that the upstream wants.
var errNotHTTP2 = errors.New("the server does not speak HTTP/2 (http_version)")

// connectLimit is where a request's context holds the moment by which a connection has to be there.
type connectLimit struct{}

// probeHTTP2 asks a server whether it is well.
func (u *Upstream) probeHTTP2(ctx context.Context, b *backend, host string) (*http.Response, error) {
	h := u.config.HealthCheck
	req, err := http.NewRequestWithContext(ctx, "GET", b.scheme()+"://"+host+h.Path, nil)
	if err != nil {
		return nil, err
	}
	req.URL.Host, req.Host = b.at.address, host
	if b.at.address == "" || b.at.network == "unix" {
		req.URL.Host = host
	}
	req.Header.Set("User-Agent", "stackgen-health-check")
	resp, err := b.client.RoundTrip(req)
	if err != nil {
		return nil, fmt.Errorf("no answer: %w", err)
	}
	return resp, nil
}

// scheme is the one of the server's URL.
func (b *backend) scheme() string {
	if b.at.secure {
		return "https"
	}
	return "http"
}
