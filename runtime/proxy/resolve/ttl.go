package resolve

import (
	"encoding/binary"
	"math"
	"net"
	"sync"
	"time"
)

// shortest is the shortest time for which any of the answers of a look-up count.
type shortest struct {
	mu    sync.Mutex
	known bool
	least uint32 // seconds
}

func (s *shortest) ttl() time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.known {
		return 0
	}
	// At least something, as 0 is for what is not known.
	return max(time.Duration(s.least)*time.Second, time.Millisecond)
}

// note looks into an answer to a question with this id (RFC 1035, section 4). What is malformed, or an
// answer to another question, the resolver itself throws away; here it says nothing.
func (s *shortest) note(message []byte, id uint16) {
	const head, response = 12, 0x80
	if len(message) < head || binary.BigEndian.Uint16(message) != id || message[2]&response == 0 {
		return
	}
	questions, answers := binary.BigEndian.Uint16(message[4:]), binary.BigEndian.Uint16(message[6:])
	rest := message[head:]
	for range questions {
		if rest = skipName(rest); len(rest) < 4 {
			return
		}
		rest = rest[4:] // type and class
	}
	for range answers {
		if rest = skipName(rest); len(rest) < 10 {
			return
		}
		ttl, size := binary.BigEndian.Uint32(rest[4:]), int(binary.BigEndian.Uint16(rest[8:]))
		if rest = rest[10:]; len(rest) < size {
			return
		}
		rest = rest[size:]
		if ttl > math.MaxInt32 {
			ttl = 0 // RFC 2181, section 8
		}
		s.mu.Lock()
		if !s.known || ttl < s.least {
			s.known, s.least = true, ttl
		}
		s.mu.Unlock()
	}
}

// skipName is what stands behind a name, nil where that does not end.
func skipName(b []byte) []byte {
	for len(b) > 0 {
		switch size := int(b[0]); {
		case size == 0:
			return b[1:]
		case size >= 0xc0 && len(b) >= 2: // the rest of the name stands elsewhere
			return b[2:]
		case size >= 0x40 || len(b) <= size:
			return nil
		default:
			b = b[1+size:]
		}
	}
	return nil
}

// read reads along on a connection to a name server.
func (s *shortest) read(nc net.Conn) net.Conn {
	if u, ok := nc.(*net.UDPConn); ok {
		return &packets{UDPConn: u, to: s}
	}
	return &stream{Conn: nc, to: s}
}

// packets is a connection on which each message is a packet.
type packets struct {
	*net.UDPConn // Go's resolver tells by its methods that it sends packets
	to           *shortest
	id           uint16
}

func (p *packets) Write(b []byte) (int, error) {
	if len(b) >= 2 {
		p.id = binary.BigEndian.Uint16(b)
	}
	return p.UDPConn.Write(b)
}

func (p *packets) Read(b []byte) (int, error) {
	n, err := p.UDPConn.Read(b)
	p.to.note(b[:n], p.id)
	return n, err
}

// stream is one on which a message stands behind its length (RFC 1035, section 4.2.2).
type stream struct {
	net.Conn
	to   *shortest
	id   uint16
	read []byte
}

func (s *stream) Write(b []byte) (int, error) {
	if len(b) >= 4 {
		s.id = binary.BigEndian.Uint16(b[2:])
	}
	return s.Conn.Write(b)
}

func (s *stream) Read(b []byte) (int, error) {
	n, err := s.Conn.Read(b)
	s.read = append(s.read, b[:n]...)
	for len(s.read) >= 2 {
		end := 2 + int(binary.BigEndian.Uint16(s.read))
		if len(s.read) < end {
			break
		}
		s.to.note(s.read[2:end], s.id)
		s.read = s.read[end:]
	}
	return n, err
}
