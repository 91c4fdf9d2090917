package porttest

import (
	"errors"
	"net"
	"syscall"
	"testing"
)

// Ensure that a refusing port refuses, and that nobody can open it.
func TestRefusing(t *testing.T) {
	address := Refusing(t)
	for range 3 {
		if c, err := net.Dial("tcp", address.String()); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("connected: %v, %v", c, err)
		}
	}
	if l, err := net.Listen("tcp", address.String()); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("opened: %v, %v", l, err)
	}
}

// Ensure that a free port can be opened, closed and opened again, over TCP and UDP, and that until its
// release no other is given that number.
func TestTake(t *testing.T) {
	address, release, err := Take()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if c, err := net.Dial("tcp", address.String()); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Errorf("connected: %v, %v", c, err)
		}
		l, err := net.Listen("tcp", address.String())
		if err != nil {
			t.Fatal(err)
		}
		packets, err := net.ListenPacket("udp", address.String())
		if err != nil {
			t.Fatal(err)
		}
		if c, err := net.Dial("tcp", address.String()); err != nil {
			t.Errorf("not connected: %v", err)
		} else {
			c.Close()
		}
		packets.Close()
		l.Close()
	}
	if fd, err := bind(int(address.Port())); !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("given once more: %d, %v", fd, err)
	}
	release()
	fd, err := bind(int(Free(t).Port()))
	if !errors.Is(err, syscall.EADDRINUSE) {
		t.Errorf("given once more: %d, %v", fd, err)
	}
}
