// Package http1 is the HTTP/1.1 wire format (RFC 9112) in both directions, as
// functions over bytes: parsing heads, deciding where a body ends, reading and
// writing chunked bodies, writing heads. It holds no policy, opens nothing and
// starts nothing; the server's engine and the proxy's upstream client stand on it.
//
// It is strict on purpose. A message that two parsers could read differently
// is refused, in requests and in responses alike: bare CR or LF, folded lines,
// space before the colon, more than one Host, a Content-Length beside a
// Transfer-Encoding, chunked on HTTP/1.0 and so on. Package http1test is the table
// of rules, with the section of the RFC behind each.
//
// Everything parsed is a slice of the buffer it was parsed from. Nothing is
// allocated for a message with a method in common use.
//
// A refusal is a *[gateway.Error] with the status that answers it: 400, 413,
// 414, 417, 431, 501 or 505 for requests, 502 for responses. [ErrIncomplete]
// asks for more bytes.
package http1
