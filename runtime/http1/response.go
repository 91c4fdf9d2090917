package http1

import (
	"stackgen.dev/runtime/gateway"
)

// Framing says how the end of a response's body is found (RFC 9112, section 6.3).
type Framing uint8

// The framings. The zero Framing is a response without a body.
const (
	FramingNone    Framing = iota // no body: HEAD, 1xx, 204, 304, Content-Length: 0
	FramingLength                 // ContentLength bytes
	FramingChunked                // chunked coding
	FramingClose                  // up to the end of the connection
)

// Response is the head of a response as it was received. Slices belong to the
// buffer it was parsed from.
type Response struct {
	Status int
	Reason []byte
	Proto  gateway.Proto
	Header gateway.Header
	// Framing tells how the body ends.
	Framing Framing
	// ContentLength is what the Content-Length field says, in bytes, even where
	// no body follows (HEAD, 304); -1 without one.
	ContentLength int64
	// Close says that the connection ends with this response.
	Close bool
}

// Interim reports whether the response is one before the final one
// (1xx; RFC 9110, section 15.2). 101 is final: HTTP ends with it.
func (r *Response) Interim() bool { return r.Status < 200 && r.Status != 101 }

// ParseResponse parses the head of the response to a request of the given
// method, with the contract of [ParseRequest]; refusals have status 502. After
// an interim response the caller parses on at n. What follows the head of a 101, or
// of a 2xx to CONNECT, is no longer HTTP; Framing is FramingNone and Close true there.
func ParseResponse(buf []byte, method string, r *Response, limits Limits) (n int, err error) {
	limits = limits.WithDefaults()
	end, err := line(buf, 0)
	if err != nil {
		return 0, asBadGateway(err)
	}
	if end < 0 {
		if len(buf) >= limits.Head || !beginsLike(buf, "HTTP/1.") {
			return 0, errStatusLine
		}
		return 0, ErrIncomplete
	}
	if err := parseStatusLine(buf[:end], r); err != nil {
		return 0, err
	}
	r.Header.Reset()
	s := significant{length: -1, response: true}
	n, err = parseFields(buf, end+2, &r.Header, &s, &limits)
	if err != nil {
		return 0, asBadGateway(err)
	}
	r.ContentLength = s.length
	r.Close = s.close || r.Proto == gateway.HTTP10 && !s.keepAlive
	r.Framing, err = responseFraming(r, method, &s)
	if err != nil {
		return 0, err
	}
	return n, nil
}

// parseStatusLine is RFC 9112, section 4. The space before an empty reason is
// not insisted on: many servers leave it out, and nothing can be misread.
func parseStatusLine(b []byte, r *Response) error {
	if len(b) < 12 || string(b[:7]) != "HTTP/1." || !digit(b[7]) || b[8] != ' ' {
		return errStatusLine
	}
	r.Proto = gateway.HTTP11
	if b[7] == '0' {
		r.Proto = gateway.HTTP10
	}
	if !digit(b[9]) || !digit(b[10]) || !digit(b[11]) {
		return errStatusLine
	}
	r.Status = int(b[9]-'0')*100 + int(b[10]-'0')*10 + int(b[11]-'0')
	if r.Status < 100 || r.Status > 599 {
		return errStatusLine
	}
	r.Reason = nil
	if len(b) > 12 {
		if b[12] != ' ' || !ValidValue(b[13:]) {
			return errStatusLine
		}
		r.Reason = b[13:]
	}
	return nil
}

// responseFraming is RFC 9112, section 6.3, without its leniency: a response
// with both framings, or with a body where none may be, is an attempt at
// response splitting or a server too broken to share a connection with.
func responseFraming(r *Response, method string, s *significant) (Framing, error) {
	switch {
	case s.codings > 1:
		return 0, asBadGateway(errCoding)
	case s.codings == 1 && r.Proto == gateway.HTTP10:
		return 0, asBadGateway(errCodingHTTP10)
	case s.codings == 1 && s.length >= 0:
		return 0, asBadGateway(errBothFramings)
	}
	switch {
	case r.Status == 101 || method == "CONNECT" && r.Status/100 == 2:
		r.Close = true
		return FramingNone, nil
	case r.Status < 200 || r.Status == 204:
		if s.codings == 1 || s.length > 0 {
			return 0, errBodyless
		}
		return FramingNone, nil
	case method == "HEAD" || r.Status == 304:
		return FramingNone, nil
	case s.codings == 1:
		return FramingChunked, nil
	case s.length == 0:
		return FramingNone, nil
	case s.length > 0:
		return FramingLength, nil
	}
	r.Close = true
	return FramingClose, nil
}

// beginsLike reports whether b and text agree as far as both reach.
func beginsLike(b []byte, text string) bool {
	n := min(len(b), len(text))
	return string(b[:n]) == text[:n]
}

// asBadGateway turns a refusal into what a gateway answers: the fault is the
// upstream's. ErrIncomplete stays what it is.
func asBadGateway(err error) error {
	if e, ok := err.(*gateway.Error); ok {
		return &gateway.Error{Status: 502, Reason: e.Reason}
	}
	return err
}
