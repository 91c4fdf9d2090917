package http1

import (
	"strconv"

	"stackgen.dev/runtime/gateway"
)

// AppendRequestLine appends a request line; target is written as it stands.
func AppendRequestLine(dst []byte, method string, target []byte) []byte {
	dst = append(dst, method...)
	dst = append(dst, ' ')
	dst = append(dst, target...)
	return append(dst, " HTTP/1.1\r\n"...)
}

// AppendStatusLine appends a status line with the usual reason phrase.
func AppendStatusLine(dst []byte, status int) []byte {
	switch status {
	case 200:
		return append(dst, "HTTP/1.1 200 OK\r\n"...)
	case 304:
		return append(dst, "HTTP/1.1 304 Not Modified\r\n"...)
	}
	dst = append(dst, "HTTP/1.1 "...)
	dst = strconv.AppendInt(dst, int64(status), 10)
	dst = append(dst, ' ')
	dst = append(dst, ReasonPhrase(status)...)
	return append(dst, '\r', '\n')
}

// AppendField appends a field line. Somebody else's data may stand in the
// value: characters that would end the line early become spaces (RFC 9110,
// section 5.5), and a field whose name is not a token is left out.
func AppendField(dst, name, value []byte) []byte {
	if !ValidName(name) {
		return dst
	}
	dst = append(dst, name...)
	dst = append(dst, ':', ' ')
	start := len(dst)
	dst = append(dst, value...)
	if !ValidValue(value) {
		for i, c := range dst[start:] {
			if c < ' ' && c != '\t' || c == 0x7f {
				dst[start+i] = ' '
			}
		}
	}
	return append(dst, '\r', '\n')
}

// AppendFieldString is AppendField for names and values that are ours.
func AppendFieldString(dst []byte, name, value string) []byte {
	dst = append(dst, name...)
	dst = append(dst, ':', ' ')
	dst = append(dst, value...)
	return append(dst, '\r', '\n')
}

// AppendFields appends every field of h.
func AppendFields(dst []byte, h *gateway.Header) []byte {
	for _, f := range h.Fields() {
		dst = AppendField(dst, f.Name, f.Value)
	}
	return dst
}

// AppendContentLength appends the Content-Length field.
func AppendContentLength(dst []byte, n int64) []byte {
	dst = append(dst, "Content-Length: "...)
	dst = strconv.AppendInt(dst, n, 10)
	return append(dst, '\r', '\n')
}

// AppendEnd appends the empty line that ends a head.
func AppendEnd(dst []byte) []byte { return append(dst, '\r', '\n') }
