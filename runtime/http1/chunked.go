package http1

import (
	"io"
	"net"
	"strconv"

	"stackgen.dev/runtime/gateway"
)

// AppendChunk appends p as one chunk. An empty p appends nothing, since an
// empty chunk would end the body.
func AppendChunk(dst, p []byte) []byte {
	if len(p) == 0 {
		return dst
	}
	dst = AppendChunkSize(dst, len(p))
	dst = append(dst, p...)
	return append(dst, '\r', '\n')
}

// AppendChunkSize appends the size line of a chunk of n bytes.
func AppendChunkSize(dst []byte, n int) []byte {
	dst = strconv.AppendInt(dst, int64(n), 16)
	return append(dst, '\r', '\n')
}

// AppendLastChunk appends the end of a chunked body with its trailer, which
// may be nil. Fields that may not stand in a trailer are left out.
func AppendLastChunk(dst []byte, trailer *gateway.Header) []byte {
	dst = append(dst, "0\r\n"...)
	if trailer != nil {
		for _, f := range trailer.Fields() {
			if !forbiddenTrailer(f.Name) {
				dst = AppendField(dst, f.Name, f.Value)
			}
		}
	}
	return append(dst, '\r', '\n')
}

// ChunkedWriter writes a chunked body: every Write is one chunk, sent at once.
// It writes to w without copying p where w can take several slices (net.Buffers).
type ChunkedWriter struct {
	w     io.Writer
	frame []byte
	parts [3][]byte
	list  net.Buffers
}

// Reset begins a body on w.
func (c *ChunkedWriter) Reset(w io.Writer) { c.w = w }

// smallChunk is the size up to which copying beats a vectored write, in bytes.
const smallChunk = 4 << 10

// Write sends p as one chunk.
func (c *ChunkedWriter) Write(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if len(p) <= smallChunk {
		c.frame = AppendChunk(c.frame[:0], p)
		if _, err := c.w.Write(c.frame); err != nil {
			return 0, err
		}
		return len(p), nil
	}
	c.frame = AppendChunkSize(c.frame[:0], len(p))
	c.parts = [3][]byte{c.frame, p, crlf}
	c.list = c.parts[:]
	if _, err := c.list.WriteTo(c.w); err != nil {
		return 0, err
	}
	return len(p), nil
}

// Close ends the body; w stays open.
func (c *ChunkedWriter) Close(trailer *gateway.Header) error {
	c.frame = AppendLastChunk(c.frame[:0], trailer)
	_, err := c.w.Write(c.frame)
	return err
}

var crlf = []byte("\r\n")
