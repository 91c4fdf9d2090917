package gateway

import (
	"io"
	"net"
	"os"
	"syscall"
)

// BodyKind says which of the bodies a Response holds.
type BodyKind uint8

// The bodies a response can have. A response has exactly one; describing a
// second one replaces the first (and closes it where it has to be closed).
const (
	NoBody       BodyKind = iota
	BytesBody             // Bytes
	FileBody              // File
	ReaderBody            // Reader
	StreamBody            // Stream
	TakeoverBody          // Takeover
)

// Response describes the answer. The zero Response is an empty 200.
type Response struct {
	// Status is the final status code; 0 means 200.
	Status int
	// Header holds the fields to send. Engines add Date, Content-Length,
	// Transfer-Encoding and Connection themselves; a Content-Length set here
	// counts only where the body's length is not known otherwise (HEAD, 304,
	// a Stream, which then has to write just as much).
	Header Header

	kind     BodyKind
	bytes    []byte
	buffer   []byte
	file     *os.File
	owner    FileOwner
	offset   int64
	length   int64
	reader   io.Reader
	stream   func(BodyWriter) error
	takeover func(Conn)
}

// FileOwner is who lends a file to a response.
type FileOwner interface {
	// Close gives the file back, once for each response that had it.
	Close() error
	// Intact reports whether the file still is what the response was described
	// from. An engine that sends it in several pieces asks before the last one, and
	// breaks the response off if it is not: better no file than parts of two.
	Intact() bool
}

// BodyWriter is where a stream writes.
type BodyWriter interface {
	io.Writer
	// Flush sends what has been written so far to the client.
	Flush() error
	// Trailer is sent after the body, where protocol and client allow.
	Trailer() *Header
}

// Splicer is what a Reader also is whose bytes come from a socket: an engine
// that sends to a socket may have the kernel pass them on (splice).
type Splicer interface {
	io.Reader
	// Splice moves some of what Read would yield, n bytes at most, to the socket
	// dst, and returns how many. It calls sending when they have come, before it waits
	// for dst to take them. [errors.ErrUnsupported] says that the next bytes, and
	// perhaps all others, have to be read. An error of dst's comes as it is.
	Splice(dst syscall.RawConn, n int64, sending func()) (int64, error)
}

// Conn is a connection taken over from the engine. Its Read returns first
// what the engine had already read.
type Conn interface {
	net.Conn
	// CloseWrite ends the sending direction.
	CloseWrite() error
}

// Keeper is what a [Conn] also is that needs no goroutine: what it was handed to may
// return and have the connection go on, driven by events.
type Keeper interface {
	Conn
	// Keep has the exchange last, and the connection with it, until end is called; that is
	// once, on any goroutine, which may wait. It is called before the function returns.
	Keep() (end func())
}

// Kind says which body the response has.
func (r *Response) Kind() BodyKind { return r.kind }

// Bytes makes b the body. It must not change until the response is written.
func (r *Response) Bytes(b []byte) {
	r.drop()
	r.kind, r.bytes, r.length = BytesBody, b, int64(len(b))
}

// Text makes s the body, without copying it.
func (r *Response) Text(s string) { r.Bytes(bytesOf(s)) }

// Buffer returns an empty slice whose memory is reused from request to
// request: append to it and hand the result to [Response.KeepBuffer].
func (r *Response) Buffer() []byte { return r.buffer[:0] }

// KeepBuffer makes b the body, and its memory the next request's Buffer.
func (r *Response) KeepBuffer(b []byte) {
	r.buffer = b
	r.Bytes(b)
}

// File makes length bytes of f, from offset, the body. The engine closes f,
// whether or not the body is sent.
func (r *Response) File(f *os.File, offset, length int64) {
	r.drop()
	r.kind, r.file, r.offset, r.length = FileBody, f, offset, length
}

// SharedFile is File for a descriptor that several responses use at the same
// time: engines read it by position alone (pread, sendfile with an offset), and
// owner is closed in its place.
func (r *Response) SharedFile(f *os.File, offset, length int64, owner FileOwner) {
	r.File(f, offset, length)
	r.owner = owner
}

// Reader makes what src yields the body: length bytes, or everything up to
// io.EOF when length is -1. If src is an io.Closer the engine closes it,
// whether or not the body is sent.
func (r *Response) Reader(src io.Reader, length int64) {
	r.drop()
	r.kind, r.reader, r.length = ReaderBody, src, length
}

// Stream makes what write sends the body. It is called once, after the head
// has gone out, on the goroutine that serves the request, and not at all when
// there is nothing to send it to (HEAD). An error it returns aborts the
// connection, so that the client can tell.
func (r *Response) Stream(write func(BodyWriter) error) {
	r.drop()
	r.kind, r.stream, r.length = StreamBody, write, -1
}

// Takeover hands the connection to serve after the head has been sent
// (101 Switching Protocols, or 200 to CONNECT). The connection is closed when
// serve returns, unless it says otherwise (see [Keeper]). Engines that cannot hand one over answer 501.
func (r *Response) Takeover(serve func(Conn)) {
	r.drop()
	r.kind, r.takeover = TakeoverBody, serve
}

// NoContent takes the body away and keeps status and header.
func (r *Response) NoContent() {
	r.drop()
	r.kind = NoBody
}

// Length is the body's size in bytes, -1 when only its end will tell.
func (r *Response) Length() int64 { return r.length }

// Body gives an engine what it has to send; which results are set depends on Kind.
func (r *Response) Body() Body {
	return Body{r.bytes, r.file, r.owner, r.offset, r.length, r.reader, r.stream, r.takeover}
}

// Body is a response's body as engines see it.
type Body struct {
	Bytes    []byte
	File     *os.File
	Owner    FileOwner // of a SharedFile, nil otherwise
	Offset   int64
	Length   int64
	Reader   io.Reader
	Stream   func(BodyWriter) error
	Takeover func(Conn)
}

// Reset empties the response and lets go of its body: what a handler calls
// before it replaces an answer by another one.
func (r *Response) Reset() {
	r.drop()
	r.Status = 0
	r.Header.Reset()
}

// drop forgets the body and closes what the engine was to close.
func (r *Response) drop() {
	switch r.kind {
	case FileBody:
		if r.owner != nil {
			r.owner.Close()
		} else {
			r.file.Close()
		}
	case ReaderBody:
		if c, ok := r.reader.(io.Closer); ok {
			c.Close()
		}
	}
	r.kind, r.bytes, r.file, r.owner, r.offset, r.length = NoBody, nil, nil, nil, 0, 0
	r.reader, r.stream, r.takeover = nil, nil, nil
}

// maxKeptBuffer is the largest body buffer kept for the next request, in
// bytes: one huge page must not hold its memory for ever.
const maxKeptBuffer = 1 << 20

func (r *Response) recycle() {
	r.Reset()
	if cap(r.buffer) > maxKeptBuffer {
		r.buffer = nil
	}
}
