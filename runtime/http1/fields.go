package http1

import (
	"bytes"

	"stackgen.dev/runtime/gateway"
)

// significant collects, while fields are parsed, what decides about the
// connection and the body.
type significant struct {
	host      []byte
	hosts     int
	length    int64 // -1: no Content-Length
	codings   int   // Transfer-Encoding fields, each "chunked"
	types     int   // Content-Type fields
	close     bool  // Connection: close
	keepAlive bool  // Connection: keep-alive
	expect    bool  // Expect: 100-continue
	response  bool  // the message is a response: Host and Expect mean nothing
}

// line finds the line that begins at pos: its end, without CRLF. It returns
// -1 when the line is not complete yet.
func line(buf []byte, pos int) (end int, err error) {
	i := bytes.IndexByte(buf[pos:], '\n')
	if i < 0 {
		return -1, nil
	}
	if i == 0 || buf[pos+i-1] != '\r' {
		return 0, errBareLF
	}
	return pos + i - 1, nil
}

// parseFields reads field lines from pos up to and including the empty line
// (RFC 9112, section 5) and returns the position behind it.
func parseFields(buf []byte, pos int, h *gateway.Header, s *significant, limits *Limits) (int, error) {
	for count := 0; ; count++ {
		end, err := line(buf, pos)
		if err != nil {
			return 0, err
		}
		if end < 0 {
			if len(buf) >= limits.Head {
				return 0, errHeadLong
			}
			return 0, ErrIncomplete
		}
		if end+2 > limits.Head {
			return 0, errHeadLong
		}
		if end == pos {
			return end + 2, nil
		}
		if count == limits.Fields {
			return 0, errFieldCount
		}
		name, value, err := splitField(buf[pos:end])
		if err != nil {
			return 0, err
		}
		keep, err := s.note(name, value)
		if err != nil {
			return 0, err
		}
		if keep {
			h.AddBorrowed(name, value)
		}
		pos = end + 2
	}
}

// splitField takes one field line apart (RFC 9112, section 5.1).
func splitField(b []byte) (name, value []byte, err error) {
	if b[0] == ' ' || b[0] == '\t' {
		return nil, nil, errFolded // RFC 9112, section 5.2
	}
	i := 0
	for i < len(b) && tokenChars[b[i]] {
		i++
	}
	if i == 0 || i == len(b) || b[i] != ':' {
		return nil, nil, errFieldName
	}
	name, value = b[:i:i], trimSpace(b[i+1:])
	if !ValidValue(value) {
		if bytes.IndexByte(value, '\r') >= 0 {
			return nil, nil, errBareCR
		}
		return nil, nil, errFieldValue
	}
	return name, value[:len(value):len(value)], nil
}

// note looks at a field that may matter. keep is false for a repetition that
// says nothing new.
func (s *significant) note(name, value []byte) (keep bool, err error) {
	switch len(name) {
	case 4:
		if gateway.EqualFold(name, "Host") {
			s.hosts++
			s.host = value
		}
	case 6:
		if !s.response && gateway.EqualFold(name, "Expect") {
			if !gateway.EqualFold(value, "100-continue") {
				return true, errExpectation
			}
			s.expect = true
		}
	case 10:
		if gateway.EqualFold(name, "Connection") {
			s.noteConnection(value)
		}
	case 12:
		if gateway.EqualFold(name, "Content-Type") {
			s.types++
		}
	case 14:
		if gateway.EqualFold(name, "Content-Length") {
			n, ok := ParseContentLength(value)
			switch {
			case !ok:
				return true, errLength
			case s.length >= 0 && s.length != n:
				return true, errLengthDiffers
			case s.length >= 0:
				return false, nil
			}
			s.length = n
		}
	case 17:
		if gateway.EqualFold(name, "Transfer-Encoding") {
			s.codings++
			return true, checkCoding(value)
		}
	}
	return true, nil
}

func (s *significant) noteConnection(value []byte) {
	for option := range listItems(value) {
		switch {
		case gateway.EqualFold(option, "close"):
			s.close = true
		case gateway.EqualFold(option, "keep-alive"):
			s.keepAlive = true
		}
	}
}

// ParseContentLength reads the value of a Content-Length (RFC 9110, section
// 8.6): digits and nothing else, no list.
func ParseContentLength(b []byte) (int64, bool) {
	if len(b) == 0 || len(b) > 18 {
		return 0, false
	}
	n := int64(0)
	for _, c := range b {
		if c < '0' || c > '9' {
			return 0, false
		}
		n = n*10 + int64(c-'0')
	}
	return n, true
}

// checkCoding accepts "chunked" alone (RFC 9112, section 6.1). Lists that hold
// chunked twice or not last are malformed; other codings are unknown to us.
func checkCoding(value []byte) error {
	if gateway.EqualFold(value, "chunked") {
		return nil
	}
	chunked, unknown := 0, false
	for coding := range listItems(value) {
		switch {
		case chunked > 0:
			return errCoding
		case gateway.EqualFold(coding, "chunked"):
			chunked++
		case !ValidName(coding):
			return errCoding
		default:
			unknown = true
		}
	}
	if unknown {
		return errCodingUnknown
	}
	return errCoding
}

// listItems yields the members of a comma-separated list (RFC 9110, section
// 5.6.1), empty ones left out.
func listItems(value []byte) func(yield func([]byte) bool) {
	return func(yield func([]byte) bool) {
		for len(value) > 0 {
			item, rest, _ := bytes.Cut(value, comma)
			value = rest
			if item = trimSpace(item); len(item) > 0 && !yield(item) {
				return
			}
		}
	}
}

var comma = []byte{','}
