//go:build unix

package server

import "syscall"

// peerState is what a look into a socket tells about the other side.
type peerState uint8

const (
	peerThere peerState = iota
	peerEnded           // it sends no more
	peerReset           // it is gone
)

// peek looks into a socket without reading from it and without waiting.
func peek(raw syscall.RawConn) peerState {
	if raw == nil {
		return peerThere
	}
	state := peerThere
	err := raw.Control(func(fd uintptr) {
		var b [1]byte
		for {
			n, _, err := syscall.Recvfrom(int(fd), b[:], syscall.MSG_PEEK|syscall.MSG_DONTWAIT)
			switch {
			case err == syscall.EINTR:
				continue
			case err == syscall.EAGAIN:
			case err != nil:
				state = peerReset
			case n == 0:
				state = peerEnded
			}
			return
		}
	})
	if err != nil {
		return peerReset
	}
	return state
}
