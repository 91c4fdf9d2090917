package netpoll

import (
	"net"
	"net/netip"
	"os"
	"syscall"
	"time"
)

// Listener accepts driven connections from a socket that somebody else has opened.
type Listener struct {
	net.Listener
	group *Group
	sock  *Conn // the same socket, under a descriptor of our own
}

// Listen has the group accept from l. It reports false when l is no plain TCP
// or unix socket. Closing the result closes l as well.
func (g *Group) Listen(l net.Listener) (*Listener, bool) {
	network := "tcp"
	switch l.(type) {
	case *net.TCPListener:
	case *net.UnixListener:
		network = "unix"
	default:
		return nil, false
	}
	fd, err := duplicate(l.(syscall.Conn))
	if err != nil {
		return nil, false
	}
	sock := g.newConn(fd, network, l.Addr())
	if err := sock.Open(nil); err != nil {
		sock.Close()
		return nil, false
	}
	return &Listener{l, g, sock}, true
}

// Accept waits for the next connection, a *[Conn] on which nothing happens before Open.
func (l *Listener) Accept() (net.Conn, error) {
	c := l.sock
	c.rd.turn.Lock()
	defer c.rd.turn.Unlock()
	for {
		if err := c.rd.wait(); err != nil {
			return nil, c.failed("accept", err)
		}
		if !c.use() {
			return nil, c.failed("accept", net.ErrClosed)
		}
		fd, peer, err := syscall.Accept4(c.fd, syscall.SOCK_NONBLOCK|syscall.SOCK_CLOEXEC)
		c.unuse()
		if err == syscall.EAGAIN {
			continue
		}
		c.rd.again() // there may be more in the queue
		switch {
		case err == syscall.EINTR, err == syscall.ECONNABORTED:
			continue
		case err == nil && fd >= maxDescriptor:
			syscall.Close(fd)
			err = syscall.EMFILE
			fallthrough
		case err != nil:
			return nil, c.failed("accept", os.NewSyscallError("accept4", err))
		}
		if c.network == "tcp" {
			// What has been written is complete: nothing more is to be waited for.
			syscall.SetsockoptInt(fd, syscall.IPPROTO_TCP, syscall.TCP_NODELAY, 1)
		}
		return l.group.newConn(fd, c.network, address(peer)), nil
	}
}

// SetDeadline bounds Accept.
func (l *Listener) SetDeadline(t time.Time) error { return l.sock.SetReadDeadline(t) }

// Close ends Accept, and the listener that this one was made of.
func (l *Listener) Close() error {
	// The socket may live on in other processes, and with it what was registered.
	if l.sock.use() {
		syscall.EpollCtl(l.sock.poller.fd, syscall.EPOLL_CTL_DEL, l.sock.fd, nil)
		l.sock.unuse()
	}
	l.sock.Close()
	return l.Listener.Close()
}

// address is a socket address in package net's words.
func address(sa syscall.Sockaddr) net.Addr {
	switch sa := sa.(type) {
	case *syscall.SockaddrInet4:
		return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.AddrFrom4(sa.Addr), uint16(sa.Port)))
	case *syscall.SockaddrInet6:
		return net.TCPAddrFromAddrPort(netip.AddrPortFrom(netip.AddrFrom16(sa.Addr).Unmap(), uint16(sa.Port)))
	case *syscall.SockaddrUnix:
		return &net.UnixAddr{Net: "unix", Name: sa.Name}
	}
	return &net.UnixAddr{Net: "unix"}
}
