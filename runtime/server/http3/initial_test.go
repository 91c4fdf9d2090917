package http3_test

import (
	"crypto/tls"
	"net"
	"sync/atomic"
	"testing"
	"time"

	"github.com/quic-go/quic-go"
)

// initials sends first packets of connections, as clients do that vanish then.
type initials struct {
	t    *testing.T
	site *site
	seen atomic.Bool
}

func initialOf(t *testing.T, s *site) *initials { return &initials{t: t, site: s} }

// send begins a connection from a socket that hears one answer and gives none.
func (p *initials) send(byte) {
	p.t.Helper()
	c, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		p.t.Fatal(err)
	}
	mute := &muteConn{PacketConn: c, initials: p}
	to, err := net.ResolveUDPAddr("udp", p.site.addr)
	if err != nil {
		p.t.Fatal(err)
	}
	transport := &quic.Transport{Conn: mute}
	p.t.Cleanup(func() {
		transport.Close()
		c.Close()
	})
	go transport.Dial(p.t.Context(), to, &tls.Config{InsecureSkipVerify: true, NextProtos: []string{"h3"}}, &quic.Config{HandshakeIdleTimeout: 5 * time.Second})
	wait(p.t, "a packet is sent", func() bool { return mute.sent.Load() > 0 })
}

// retried reports whether the server has asked one to show its address.
func (p *initials) retried() bool { return p.seen.Load() }

// muteConn sends one packet, and looks at answers without passing them on.
type muteConn struct {
	net.PacketConn
	initials *initials
	sent     atomic.Int64
}

func (c *muteConn) WriteTo(b []byte, to net.Addr) (int, error) {
	if c.sent.Add(1) > 2 { // a first flight may take two
		return len(b), nil
	}
	return c.PacketConn.WriteTo(b, to)
}

func (c *muteConn) ReadFrom(b []byte) (int, net.Addr, error) {
	for {
		n, from, err := c.PacketConn.ReadFrom(b)
		if err != nil {
			return n, from, err
		}
		// A long header of the type Retry (RFC 9000, section 17.2.5).
		if n > 0 && b[0]&0xf0 == 0xf0 {
			c.initials.seen.Store(true)
		}
	}
}
