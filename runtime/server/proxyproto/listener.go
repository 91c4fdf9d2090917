package proxyproto

import (
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"os"
	"sync"
	"time"
)

// Listener is a listener whose connections from some networks begin with a header, and have the
// address that it says. Everybody else's are as they come: a header is not believed, and no request.
type Listener struct {
	net.Listener
	trusted []netip.Prefix
	sockets bool
	timeout time.Duration
	log     *slog.Logger

	ready chan net.Conn
	slots chan struct{}
	over  chan struct{}
	err   error // of accepting
	once  sync.Once
}

// mostAtOnce bounds how many headers are waited for at a time.
const mostAtOnce = 1 << 14

// Listen makes a Listener. Sockets says that connections over a unix socket begin with one, too; timeout
// bounds how long a header may take.
func Listen(l net.Listener, trusted []netip.Prefix, sockets bool, timeout time.Duration, log *slog.Logger) *Listener {
	p := &Listener{Listener: l, trusted: trusted, sockets: sockets, timeout: timeout, log: log,
		ready: make(chan net.Conn), slots: make(chan struct{}, mostAtOnce), over: make(chan struct{})}
	go p.accept()
	return p
}

func (p *Listener) accept() {
	pause := time.Duration(0)
	for {
		nc, err := p.Listener.Accept()
		// The end of SetDeadline calls itself temporary, and is not.
		if t, ok := err.(interface{ Temporary() bool }); ok && t.Temporary() && !errors.Is(err, os.ErrDeadlineExceeded) {
			pause = min(max(2*pause, 5*time.Millisecond), time.Second) // out of descriptors
			time.Sleep(pause)
			continue
		}
		if err != nil {
			p.err = err
			close(p.over)
			return
		}
		pause = 0
		if !p.trusts(nc.RemoteAddr()) {
			p.hand(nc)
			continue
		}
		p.slots <- struct{}{}
		go func() {
			defer func() { <-p.slots }()
			p.read(nc)
		}()
	}
}

// trusts reports whether a peer is one whose connections begin with a header.
func (p *Listener) trusts(peer net.Addr) bool {
	a, ok := peer.(*net.TCPAddr)
	if !ok {
		return p.sockets
	}
	addr := a.AddrPort().Addr().Unmap().WithZone("")
	for _, prefix := range p.trusted {
		if prefix.Contains(addr) {
			return true
		}
	}
	return false
}

// read reads a connection's header and hands it on.
func (p *Listener) read(nc net.Conn) {
	nc.SetReadDeadline(time.Now().Add(p.timeout))
	h, err := Read(nc)
	if err != nil {
		p.log.Info("connection refused", "peer", nc.RemoteAddr().String(), "reason", err.Error())
		nc.Close()
		return
	}
	nc.SetReadDeadline(time.Time{})
	if !h.Source.IsValid() {
		p.hand(nc)
		return
	}
	client := net.TCPAddrFromAddrPort(h.Source)
	switch nc := nc.(type) {
	case *net.TCPConn:
		p.hand(&tcpConn{nc, client})
	default:
		p.hand(&otherConn{nc, client})
	}
}

func (p *Listener) hand(nc net.Conn) {
	select {
	case p.ready <- nc:
	case <-p.over:
		// Accepting has ended; those whose header was on its way are served still where somebody asks.
		select {
		case p.ready <- nc:
		case <-time.After(p.timeout):
			nc.Close()
		}
	}
}

// Accept returns connections whose header has been read.
func (p *Listener) Accept() (net.Conn, error) {
	select {
	case nc := <-p.ready:
		return nc, nil
	default:
	}
	select {
	case nc := <-p.ready:
		return nc, nil
	case <-p.over:
		return nil, p.err
	}
}

// SetDeadline bounds accepting.
func (p *Listener) SetDeadline(t time.Time) error {
	if d, ok := p.Listener.(interface{ SetDeadline(time.Time) error }); ok {
		return d.SetDeadline(t)
	}
	return p.Close()
}

// Close ends accepting.
func (p *Listener) Close() error {
	err := net.ErrClosed
	p.once.Do(func() { err = p.Listener.Close() })
	return err
}

// tcpConn is a connection that comes from somebody else than its peer.
type tcpConn struct {
	*net.TCPConn
	client *net.TCPAddr
}

// RemoteAddr is the client's address.
func (c *tcpConn) RemoteAddr() net.Addr { return c.client }

// Kernel is the connection that the kernel knows, for who has it send files.
func (c *tcpConn) Kernel() *net.TCPConn { return c.TCPConn }

// otherConn is tcpConn over a unix socket.
type otherConn struct {
	net.Conn
	client *net.TCPAddr
}

// RemoteAddr is the client's address.
func (c *otherConn) RemoteAddr() net.Addr { return c.client }

// CloseWrite ends the sending direction.
func (c *otherConn) CloseWrite() error {
	if w, ok := c.Conn.(interface{ CloseWrite() error }); ok {
		return w.CloseWrite()
	}
	return nil
}
