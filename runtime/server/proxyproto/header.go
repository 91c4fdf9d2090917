// Package proxyproto reads and writes the header by which a load balancer that knows nothing of HTTP says
// who is at the other end of a connection: the PROXY protocol, versions 1 and 2
// (https://www.haproxy.org/download/3.2/doc/proxy-protocol.txt).
//
// Headers are read strictly and not a byte beyond them, so that what follows is the connection's as if
// there had been none. Errors are for the log; whoever sends a wrong one gets no answer.
package proxyproto

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"strconv"
	"strings"
)

// Header is what is said of a connection.
type Header struct {
	// Source is the client, Destination what it has connected to; neither is valid where nothing is said:
	// a health check of the load balancer itself, or a connection of another kind.
	Source, Destination netip.AddrPort
}

const (
	signature = "\r\n\r\n\x00\r\nQUIT\n"
	// maxText is the longest header of version 1, with its line's end.
	maxText = 107
	// maxBinary bounds what of version 2 stands behind its first 16 bytes: addresses and
	// what else the balancer says (TLV).
	maxBinary = 4 << 10
)

// ErrNone is a connection that begins with something else.
var ErrNone = errors.New("proxyproto: the connection does not begin with a PROXY header")

// Read reads a header.
func Read(r io.Reader) (Header, error) {
	var first [len(signature)]byte // no header is shorter
	if _, err := io.ReadFull(r, first[:]); err != nil {
		return Header{}, fmt.Errorf("proxyproto: reading the header: %w", err)
	}
	if string(first[:]) == signature {
		return readBinary(r)
	}
	if !bytes.HasPrefix(first[:], []byte("PROXY ")) {
		return Header{}, ErrNone
	}
	line := first[:]
	for !bytes.HasSuffix(line, []byte("\r\n")) {
		if len(line) == maxText {
			return Header{}, errors.New("proxyproto: the header's line is too long")
		}
		var next [1]byte
		if _, err := io.ReadFull(r, next[:]); err != nil {
			return Header{}, fmt.Errorf("proxyproto: reading the header: %w", err)
		}
		line = append(line, next[0])
	}
	return parseText(string(line[:len(line)-2]))
}

// parseText parses a header of version 1 without its line's end.
func parseText(line string) (Header, error) {
	if line == "PROXY UNKNOWN" || strings.HasPrefix(line, "PROXY UNKNOWN ") {
		return Header{}, nil // whatever follows
	}
	bad := fmt.Errorf("proxyproto: %q is no header", line)
	words := strings.Split(line, " ")
	if len(words) != 6 || words[1] != "TCP4" && words[1] != "TCP6" {
		return Header{}, bad
	}
	var ends [2]netip.AddrPort
	for i := range ends {
		a, err := netip.ParseAddr(words[2+i])
		port, ok := parsePort(words[4+i])
		if err != nil || !ok || a.Zone() != "" || a.Is4() != (words[1] == "TCP4") {
			return Header{}, bad
		}
		ends[i] = netip.AddrPortFrom(a.Unmap(), port)
	}
	return Header{ends[0], ends[1]}, nil
}

// parsePort reads a number as only one text says it.
func parsePort(text string) (uint16, bool) {
	n, err := strconv.ParseUint(text, 10, 16)
	return uint16(n), err == nil && strconv.FormatUint(n, 10) == text
}

// readBinary reads what follows the signature of version 2.
func readBinary(r io.Reader) (Header, error) {
	var head [4]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return Header{}, fmt.Errorf("proxyproto: reading the header: %w", err)
	}
	size := int(binary.BigEndian.Uint16(head[2:]))
	if size > maxBinary {
		return Header{}, fmt.Errorf("proxyproto: a header of %d bytes is too long", size)
	}
	rest := make([]byte, size)
	if _, err := io.ReadFull(r, rest); err != nil {
		return Header{}, fmt.Errorf("proxyproto: reading the header: %w", err)
	}
	return parseBinary(head[0], head[1], rest)
}

// The first two bytes behind the signature, and the sizes of the addresses.
const (
	version2, local, proxied        = 0x20, 0x0, 0x1
	unspecified, tcp4, tcp6, socket = 0x00, 0x11, 0x21, 0x31
)

func parseBinary(command, family byte, rest []byte) (Header, error) {
	if command&0xf0 != version2 || command&0xf > proxied {
		return Header{}, fmt.Errorf("proxyproto: there is no version and command %#x", command)
	}
	var h Header
	size := 0
	switch family {
	case unspecified:
		size = 0
	case tcp4:
		size = 12
	case tcp6:
		size = 36
	case socket:
		size = 216
	default:
		if command&0xf == local {
			return Header{}, nil // whatever it says
		}
		return Header{}, fmt.Errorf("proxyproto: a connection of the kind %#x is none of ours", family)
	}
	if len(rest) < size {
		return Header{}, errors.New("proxyproto: the header ends within an address")
	}
	switch family {
	case tcp4:
		h.Source = netip.AddrPortFrom(netip.AddrFrom4([4]byte(rest)), binary.BigEndian.Uint16(rest[8:]))
		h.Destination = netip.AddrPortFrom(netip.AddrFrom4([4]byte(rest[4:])), binary.BigEndian.Uint16(rest[10:]))
	case tcp6:
		h.Source = netip.AddrPortFrom(netip.AddrFrom16([16]byte(rest)).Unmap(), binary.BigEndian.Uint16(rest[32:]))
		h.Destination = netip.AddrPortFrom(netip.AddrFrom16([16]byte(rest[16:])).Unmap(), binary.BigEndian.Uint16(rest[34:]))
	}
	for more := rest[size:]; len(more) > 0; { // what else is said has to be well-formed
		if len(more) < 3 || len(more) < 3+int(binary.BigEndian.Uint16(more[1:])) {
			return Header{}, errors.New("proxyproto: what stands behind the addresses is cut off")
		}
		more = more[3+int(binary.BigEndian.Uint16(more[1:])):]
	}
	if command&0xf == local {
		return Header{}, nil
	}
	return h, nil
}

// Text and Binary write headers of version 1 and 2, of a connection to a server on behalf of a client.
func Text(b []byte, client, server netip.AddrPort) []byte {
	return Header{client, server}.Append(b, 1)
}

// Binary is Text of version 2.
func Binary(b []byte, client, server netip.AddrPort) []byte {
	return Header{client, server}.Append(b, 2)
}

// Append writes a header of a version, 1 or 2, in front of a connection.
func (h Header) Append(b []byte, version int) []byte {
	known := h.Source.IsValid() && h.Destination.IsValid()
	src, dst := h.Source.Addr().Unmap().WithZone(""), h.Destination.Addr().Unmap().WithZone("")
	four := known && src.Is4() && dst.Is4()
	if version == 1 {
		switch {
		case !known:
			return append(b, "PROXY UNKNOWN\r\n"...)
		case four:
			b = append(b, "PROXY TCP4 "...)
		default:
			src, dst = netip.AddrFrom16(src.As16()), netip.AddrFrom16(dst.As16())
			b = append(b, "PROXY TCP6 "...)
		}
		b = append(src.AppendTo(b), ' ')
		b = append(dst.AppendTo(b), ' ')
		b = append(strconv.AppendUint(b, uint64(h.Source.Port()), 10), ' ')
		return append(strconv.AppendUint(b, uint64(h.Destination.Port()), 10), "\r\n"...)
	}
	b = append(b, signature...)
	switch {
	case !known:
		return append(b, version2|local, unspecified, 0, 0)
	case four:
		b = append(b, version2|proxied, tcp4, 0, 12)
		b = append(append(b, src.AsSlice()...), dst.AsSlice()...)
	default:
		b = append(b, version2|proxied, tcp6, 0, 36)
		s, d := src.As16(), dst.As16()
		b = append(append(b, s[:]...), d[:]...)
	}
	return binary.BigEndian.AppendUint16(binary.BigEndian.AppendUint16(b, h.Source.Port()), h.Destination.Port())
}
