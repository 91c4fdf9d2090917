package gateway

import (
	"crypto/tls"
	"io"
	"net/netip"
)

// Proto is the protocol version a request came in.
type Proto uint8

// The versions that engines speak. The zero Proto is unknown.
const (
	HTTP10 Proto = iota + 1
	HTTP11
	HTTP2
	HTTP3
)

// String is the version as a log shows it, for example "HTTP/1.1".
func (p Proto) String() string {
	switch p {
	case HTTP10:
		return "HTTP/1.0"
	case HTTP11:
		return "HTTP/1.1"
	case HTTP2:
		return "HTTP/2.0"
	case HTTP3:
		return "HTTP/3.0"
	}
	return "HTTP/?"
}

// Request is what the client asked. All byte slices are read only and belong
// to the engine.
type Request struct {
	// Method is the request method, "GET" and so on, case kept (RFC 9110, section 9).
	Method string
	// Target is the request target as it was sent.
	Target []byte
	// Path is the target's path: percent-decoded and with dot segments
	// removed, once, by the engine ([NormalizePath]). An encoded slash stays "%2F"
	// and an encoded percent sign stays "%25", so a segment is never split by decoding
	// and every path has one form; [AppendSegment] decodes these two, [AppendPath]
	// encodes the path again. It always begins with a slash, except for "*" of
	// OPTIONS and for CONNECT, where it is empty.
	Path []byte
	// Query is what follows the first question mark, undecoded; empty when
	// there is none.
	Query []byte
	// Proto is the protocol version on the client's connection.
	Proto Proto
	// Header holds the fields in the order they came, without those that
	// HTTP/2 writes with a colon.
	Header Header
	// Host is the authority that the client asked for: Host or :authority,
	// with port if one was given. Empty only for HTTP/1.0 without a Host.
	Host []byte
	// Scheme is "http" or "https".
	Scheme string
	// Client is the address of the client; not valid for a unix socket.
	Client netip.AddrPort
	// TLS describes the connection's TLS session, nil where there is none.
	TLS *tls.ConnectionState
	// Body streams the content; nil when the request has none. Reading it
	// sends "100 Continue" where the client waits for that. It fails with an
	// *[Error]: of status 413 beyond MaxBody, 408 when the client stalls, 400
	// where the framing is wrong, and 499 when the client leaves. Engines' bodies
	// are an [Interrupter] too.
	Body io.Reader
	// ContentLength is the content's size in bytes, -1 when not known.
	ContentLength int64
	// MaxBody is the largest content that may be read, in bytes; 0 means no limit.
	// Every tier may lower it before the body is read.
	MaxBody int64
	// Trailer holds trailer fields once Body has returned io.EOF.
	Trailer Header
	// ID names the request in every log line; the outermost tier sets it.
	ID string
	// RemoteUser is who the outermost tier has found the client to be by a password, "" for
	// nobody (REMOTE_USER). It does not go from process to process.
	RemoteUser string

	buffer []byte
}

// Buffer returns an empty slice whose memory is reused from request to
// request, for what an engine has to write down to fill the request (a
// decoded path); the longer slice is given back with [Request.KeepBuffer].
func (r *Request) Buffer() []byte { return r.buffer[:0] }

// KeepBuffer makes b's memory the next request's Buffer.
func (r *Request) KeepBuffer(b []byte) { r.buffer = b }

// BodyTooLarge reports whether the declared content length is over MaxBody.
func (r *Request) BodyTooLarge() bool {
	return r.MaxBody > 0 && r.ContentLength > r.MaxBody
}

func (r *Request) reset() {
	r.Header.Reset()
	r.Trailer.Reset()
	*r = Request{Header: r.Header, Trailer: r.Trailer, buffer: r.buffer}
}

// Interrupter is what the Body of an engine is beside an io.Reader.
type Interrupter interface {
	// Interrupt has the Read that waits, and all to come, fail at once; the
	// response may still be sent. Unlike Read it may be called from any
	// goroutine while the exchange lasts.
	Interrupt()
}

// Error is a failure that has an HTTP status: reading a body that is too
// large, for example. Handlers that cannot do better answer with its status.
type Error struct {
	// Status is the HTTP status that answers the failure.
	Status int
	// Reason is a short phrase for the log and the client.
	Reason string
}

func (e *Error) Error() string { return e.Reason }

// The failures of reading a body that every engine reports alike.
var (
	ErrBodyTooLarge = &Error{413, "the request body is too large"}
	ErrBodyTimeout  = &Error{408, "the request body came too slowly"}
	ErrBodyInvalid  = &Error{400, "the request body is malformed"}
	// ErrBodyCut is answered to nobody: 499 is nginx's status for the log.
	ErrBodyCut = &Error{499, "the client left in the middle of the request body"}
	// ErrBodyInterrupted is what the body's own reader asked for (see [Interrupter]).
	ErrBodyInterrupted = &Error{400, "the rest of the request body is not wanted"}
)
