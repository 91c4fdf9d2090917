package http3

import (
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
)

// frameKind is what a frame between two processes is: its first byte, after its length.
type frameKind byte

const (
	frameHello   frameKind = 'h' // who sends: a tag; the first frame
	framePacket  frameKind = 'p' // a packet that is for the receiver
	frameYield   frameKind = 'y' // let the sender read
	frameBegun   frameKind = 'b' // connection IDs that the sender has begun connections for
	frameYours   frameKind = 'g' // the sender has stopped reading
	frameLeaving frameKind = 'l' // the sender reads and is about to go
)

// maxFrame is the longest frame without its length, in bytes.
const maxFrame = 4096

var errFrame = errors.New("http3: malformed frame of another process")

// appendFrame appends a frame: two bytes of length, the kind, the rest.
func appendFrame(b []byte, kind frameKind, rest ...byte) []byte {
	b = binary.BigEndian.AppendUint16(b, uint16(1+len(rest)))
	return append(append(b, byte(kind)), rest...)
}

// readFrame reads the next frame. The rest is valid until the next call with that buffer.
func readFrame(r io.Reader, buffer *[maxFrame]byte) (kind frameKind, rest []byte, err error) {
	var size [2]byte
	if _, err := io.ReadFull(r, size[:]); err != nil {
		return 0, nil, err
	}
	n := int(binary.BigEndian.Uint16(size[:]))
	if n == 0 || n > maxFrame {
		return 0, nil, errFrame
	}
	if _, err := io.ReadFull(r, buffer[:n]); err != nil {
		return 0, nil, err
	}
	return frameKind(buffer[0]), buffer[1:n], nil
}

// datagram is a packet as it came in by UDP: who sent it, and what the kernel says beside
// (the address that it was sent to, congestion).
type datagram struct {
	from netip.AddrPort
	zone string
	oob  []byte
	data []byte
}

// withoutZone takes the zone off, which travels by itself.
func withoutZone(a netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(a.Addr().WithZone(""), a.Port())
}

// appendDatagram appends the frame of a packet.
func appendDatagram(b []byte, d datagram) []byte {
	from, _ := d.from.MarshalBinary() // an address without zone does not fail
	rest := append(make([]byte, 0, 3+len(from)+len(d.zone)+len(d.oob)+len(d.data)), byte(len(from)))
	rest = append(append(rest, from...), byte(len(d.zone)))
	rest = append(append(rest, d.zone...), byte(len(d.oob)))
	return appendFrame(b, framePacket, append(append(rest, d.oob...), d.data...)...)
}

// parseDatagram reads what appendDatagram wrote behind the kind. It keeps nothing of b.
func parseDatagram(b []byte) (d datagram, err error) {
	next := func() (part []byte) {
		if len(b) == 0 || len(b) < 1+int(b[0]) {
			err = errFrame
			return nil
		}
		part, b = b[1:1+int(b[0])], b[1+int(b[0]):]
		return part
	}
	from, zone, oob := next(), next(), next()
	if err != nil {
		return d, err
	}
	if d.from.UnmarshalBinary(from) != nil || !d.from.IsValid() || d.from.Addr().Zone() != "" || len(b) == 0 {
		return datagram{}, errFrame
	}
	d.zone, d.oob, d.data = string(zone), append([]byte(nil), oob...), append([]byte(nil), b...)
	return d, nil
}

// addr is the sender as package net has it.
func (d datagram) addr() *net.UDPAddr {
	return &net.UDPAddr{IP: d.from.Addr().AsSlice(), Port: int(d.from.Port()), Zone: d.zone}
}

// clientID is a connection ID that a client made up.
type clientID string

// appendBegun appends frames with connection IDs.
func appendBegun(b []byte, ids []clientID) []byte {
	var rest []byte
	for _, id := range ids {
		if len(rest)+1+maxID >= maxFrame {
			b, rest = appendFrame(b, frameBegun, rest...), rest[:0]
		}
		rest = append(append(rest, byte(len(id))), id...)
	}
	if len(rest) > 0 {
		b = appendFrame(b, frameBegun, rest...)
	}
	return b
}

// parseBegun reads the connection IDs of a frame.
func parseBegun(b []byte) (ids []clientID, err error) {
	for len(b) > 0 {
		n := int(b[0])
		if n > maxID || len(b) < 1+n {
			return nil, errFrame
		}
		ids, b = append(ids, clientID(b[1:1+n])), b[1+n:]
	}
	return ids, nil
}
