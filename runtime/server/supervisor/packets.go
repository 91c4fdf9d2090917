package supervisor

import (
	"log/slog"
	"net"
	"os"
	"syscall"
)

// packetsSuffix is what the name of a UDP socket has beside that of its listener. systemd gives both
// the same.
const packetsSuffix = "/udp"

// PacketsName is the name of the UDP socket beside a listener.
func PacketsName(listener string) string { return listener + packetsSuffix }

// listenPackets opens a UDP socket.
func listenPackets(spec ListenSpec, address string, log *slog.Logger) (*socket, error) {
	c, err := patiently(spec, log, func() (net.PacketConn, error) { return net.ListenPacket("udp", address) })
	if err != nil {
		return nil, spec.failed(err)
	}
	defer c.Close()
	s := &socket{name: spec.Name, spec: spec.Address, address: c.LocalAddr().String(), datagram: true}
	if s.file, err = detach(c); err != nil {
		return nil, spec.failed(err)
	}
	return s, nil
}

// packetAddress is where the UDP socket of a listener is to be: beside the socket of TCP, whose port the system may
// have chosen.
func packetAddress(spec ListenSpec, open []*socket) string {
	if _, port, err := net.SplitHostPort(spec.Address); err == nil && port == "0" {
		for i := len(open) - 1; i >= 0; i-- {
			if !open[i].datagram && open[i].spec == spec.Address {
				return open[i].address
			}
		}
	}
	return spec.Address
}

// isDatagram reports whether a descriptor is a socket of UDP.
func isDatagram(f *os.File) bool {
	raw, err := f.SyscallConn()
	if err != nil {
		return false
	}
	kind := 0
	raw.Control(func(fd uintptr) { kind, err = syscall.GetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_TYPE) })
	return err == nil && kind == syscall.SOCK_DGRAM
}

// packetsAddress is where a socket of UDP is bound.
func packetsAddress(f *os.File) (string, error) {
	c, err := net.FilePacketConn(f)
	if err != nil {
		return "", err
	}
	defer c.Close()
	return c.LocalAddr().String(), nil
}

// inheritPackets takes a socket of UDP that the supervisor has handed over.
func inheritPackets(fd int, name string) (*net.UDPConn, error) {
	f := os.NewFile(uintptr(fd), name)
	defer f.Close() // FilePacketConn keeps a duplicate, closed on exec
	c, err := net.FilePacketConn(f)
	if err != nil {
		return nil, err
	}
	u, ok := c.(*net.UDPConn)
	if !ok {
		c.Close()
		return nil, syscall.EPROTOTYPE
	}
	return u, nil
}
