package http1

import (
	"bytes"

	"stackgen.dev/runtime/gateway"
)

// ParseRequest parses a request head at the start of buf into r and returns
// its length in bytes. While buf holds only the beginning of a head it returns
// 0 and [ErrIncomplete]; the caller reads more and calls again with the whole.
// Any other error is a *[gateway.Error]; the connection cannot be used further.
//
// It fills Method, Target, Path, Query, Proto, Host and Header with slices of
// buf, and ContentLength: 0 for no content, -1 for a chunked body. Scheme,
// Client, TLS and Body are the engine's to fill. Equal repetitions of
// Content-Length are reduced to one field.
func ParseRequest(buf []byte, r *gateway.Request, limits Limits) (n int, err error) {
	limits = limits.WithDefaults()
	pos, err := skipLeadingLines(buf)
	if err != nil {
		return 0, err
	}
	end, err := line(buf, pos)
	if err != nil {
		return 0, err
	}
	if end < 0 {
		if len(buf)-pos >= limits.Line {
			return 0, errLineLong
		}
		// A wrong first byte is told at once: somebody who speaks TLS or another
		// protocol to a plain port would wait for an answer otherwise.
		if pos < len(buf) && !tokenChars[buf[pos]] {
			return 0, errMethod
		}
		return 0, ErrIncomplete
	}
	if end-pos > limits.Line {
		return 0, errLineLong
	}
	if err := parseRequestLine(buf[pos:end], r); err != nil {
		return 0, err
	}
	r.Header.Reset()
	s := significant{length: -1}
	n, err = parseFields(buf, end+2, &r.Header, &s, &limits)
	if err != nil {
		return 0, err
	}
	if err := fillTarget(r, &s); err != nil {
		return 0, err
	}
	if r.ContentLength, err = requestFraming(r, &s); err != nil {
		return 0, err
	}
	return n, nil
}

// skipLeadingLines passes over the few empty lines allowed before a request.
func skipLeadingLines(buf []byte) (int, error) {
	pos := 0
	for lines := 0; pos < len(buf) && buf[pos] == '\r'; lines++ {
		if pos+1 == len(buf) {
			return 0, ErrIncomplete
		}
		if buf[pos+1] != '\n' {
			return 0, errBareCR
		}
		if lines == maxLeadingLines {
			return 0, errLeadingLines
		}
		pos += 2
	}
	return pos, nil
}

// parseRequestLine is RFC 9112, section 3: single spaces and nothing else
// between method, target and version.
func parseRequestLine(b []byte, r *gateway.Request) error {
	i := bytes.IndexByte(b, ' ')
	if i <= 0 {
		return errRequestLine
	}
	if err := checkMethod(b[:i]); err != nil {
		return err
	}
	r.Method = methodName(b[:i])
	b = b[i+1:]
	i = bytes.IndexByte(b, ' ')
	if i < 0 {
		return errRequestLine // HTTP/0.9
	}
	if i == 0 {
		return errTarget
	}
	r.Target = b[:i:i]
	if !targetChars(r.Target) {
		return errTarget
	}
	var err error
	r.Proto, err = parseVersion(b[i+1:])
	return err
}

// maxMethod is the longest method passed on, in bytes.
const maxMethod = 32

// checkMethod takes tokens without lower-case letters, as nginx and gunicorn
// do: methods are case-sensitive, and "get" is a GET only to careless parsers.
func checkMethod(b []byte) error {
	for _, c := range b {
		if !tokenChars[c] || 'a' <= c && c <= 'z' {
			return errMethod
		}
	}
	if len(b) > maxMethod {
		return errMethodLong
	}
	return nil
}

// CheckMethod refuses, with the status that answers it, a method that this
// package would not have read: HTTP/2 takes any characters for one.
func CheckMethod(method string) error {
	if method == "" {
		return errMethod
	}
	return checkMethod([]byte(method))
}

// methodName is b as a string, without allocating for the methods in use.
func methodName(b []byte) string {
	switch string(b) {
	case "GET":
		return "GET"
	case "POST":
		return "POST"
	case "HEAD":
		return "HEAD"
	case "PUT":
		return "PUT"
	case "PATCH":
		return "PATCH"
	case "DELETE":
		return "DELETE"
	case "OPTIONS":
		return "OPTIONS"
	case "CONNECT":
		return "CONNECT"
	case "TRACE":
		return "TRACE"
	}
	return string(b)
}

// parseVersion is RFC 9112, section 2.3. A higher minor version is treated as
// 1.1 (RFC 9110, section 2.5).
func parseVersion(b []byte) (gateway.Proto, error) {
	if len(b) != 8 || string(b[:5]) != "HTTP/" || !digit(b[5]) || b[6] != '.' || !digit(b[7]) {
		return 0, errRequestLine
	}
	switch {
	case b[5] != '1':
		return 0, errVersion
	case b[7] == '0':
		return gateway.HTTP10, nil
	}
	return gateway.HTTP11, nil
}

func digit(c byte) bool { return '0' <= c && c <= '9' }

// requestFraming decides where a request's body ends (RFC 9112, section 6.3).
func requestFraming(r *gateway.Request, s *significant) (int64, error) {
	switch {
	case s.types > 1:
		return 0, errTypeRepeated
	case s.codings > 1:
		return 0, errCoding
	case s.codings == 1 && r.Proto == gateway.HTTP10:
		return 0, errCodingHTTP10
	case s.codings == 1 && s.length >= 0:
		return 0, errBothFramings
	case r.Method == "CONNECT" && (s.codings == 1 || s.length > 0):
		return 0, errConnectBody
	case s.codings == 1:
		return -1, nil
	case s.length > 0:
		return s.length, nil
	}
	return 0, nil
}
