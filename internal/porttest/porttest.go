// Package porttest gives tests ports of loopback that stay theirs: one on which
// nobody listens, and one on which something is to listen later. A port that was
// opened and closed again is neither, as the system may give it to the next who asks.
// Only tests import it.
package porttest

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"os"
	"runtime"
	"syscall"
	"testing"
)

var loopback = netip.AddrFrom4([4]byte{127, 0, 0, 1})

// Refusing is an address that refuses every connection as long as the test lasts: a
// socket has it and does not listen.
func Refusing(t testing.TB) netip.AddrPort {
	t.Helper()
	fd, err := bind(0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { syscall.Close(fd) })
	name, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	return netip.AddrPortFrom(loopback, uint16(name.(*syscall.SockaddrInet4).Port))
}

// Free is an address on which nobody but the test will listen as long as it lasts, over
// TCP and UDP.
func Free(t testing.TB) netip.AddrPort {
	t.Helper()
	address, release, err := Take()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(release)
	return address
}

// Take is Free for as long as release is not called.
//
// The number is none of those that the system chooses from. A socket has it that does
// not listen, which keeps it from others who call Take, and not from a program that
// listens with SO_REUSEADDR, as all do that Linux has.
func Take() (address netip.AddrPort, release func(), err error) {
	const lowest = 10_000
	most := chosenFrom()
	for range 100 {
		port := lowest + rand.IntN(most-lowest)
		address = netip.AddrPortFrom(loopback, uint16(port))
		fd, taken := bind(port)
		if err = taken; err != nil {
			continue
		}
		packets, taken := net.ListenPacket("udp", address.String())
		if err = taken; err != nil {
			syscall.Close(fd)
			continue
		}
		packets.Close()
		if runtime.GOOS != "linux" {
			return address, func() {}, syscall.Close(fd)
		}
		if err := syscall.SetsockoptInt(fd, syscall.SOL_SOCKET, syscall.SO_REUSEADDR, 1); err != nil {
			return address, nil, errors.Join(err, syscall.Close(fd))
		}
		return address, func() { syscall.Close(fd) }, nil
	}
	return address, nil, fmt.Errorf("porttest: no port is free: %w", err)
}

// bind makes a socket that has a port, for 0 one that the system chooses.
func bind(port int) (fd int, err error) {
	syscall.ForkLock.RLock()
	fd, err = syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err == nil {
		syscall.CloseOnExec(fd)
	}
	syscall.ForkLock.RUnlock()
	if err != nil {
		return 0, os.NewSyscallError("socket", err)
	}
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: loopback.As4(), Port: port}); err != nil {
		return 0, errors.Join(os.NewSyscallError("bind", err), syscall.Close(fd))
	}
	return fd, nil
}

// chosenFrom is the first port of those that the system chooses from.
func chosenFrom() int {
	first := 32768
	if text, err := os.ReadFile("/proc/sys/net/ipv4/ip_local_port_range"); err == nil {
		fmt.Sscan(string(text), &first)
	}
	return max(first, 20_000)
}
