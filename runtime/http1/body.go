package http1

import (
	"io"

	"stackgen.dev/runtime/gateway"
)

// LengthReader reads a body of known length (RFC 9112, section 6.2). An end of
// the connection before it is [io.ErrUnexpectedEOF].
type LengthReader struct {
	src  *Reader
	left int64
}

// Reset begins a body of length bytes.
func (l *LengthReader) Reset(src *Reader, length int64) { l.src, l.left = src, length }

// Left is the number of bytes still to come.
func (l *LengthReader) Left() int64 { return l.left }

// Skip notes that n bytes of the body, which were not in the buffer, have been
// taken from the source directly.
func (l *LengthReader) Skip(n int64) { l.left -= n }

// Read reads a part of the body; io.EOF comes with or after its last byte.
func (l *LengthReader) Read(p []byte) (int, error) {
	if l.left == 0 {
		return 0, io.EOF
	}
	if int64(len(p)) > l.left {
		p = p[:l.left]
	}
	n, err := l.src.Read(p)
	l.left -= int64(n)
	switch {
	case l.left == 0:
		return n, io.EOF
	case err == io.EOF:
		return n, io.ErrUnexpectedEOF
	}
	return n, err
}

// The bounds of what a chunked body may carry besides its content, in bytes.
const (
	maxChunkLine   = 256      // one size line with its extensions
	maxChunkExtras = 16 << 10 // all extensions of a body
	maxTrailer     = 4000     // the trailer section; net/http, where it is passed on to, takes 4 KiB
	maxTrailers    = 32       // fields in it
	maxSizeDigits  = 15       // hexadecimal digits of a chunk's size
)

// ChunkedReader reads a chunked body (RFC 9112, section 7.1). Malformed coding
// is [gateway.ErrBodyInvalid]; an end of the connection inside it
// [io.ErrUnexpectedEOF]. After io.EOF the trailer has been read and
// the next message begins where the source stands.
type ChunkedReader struct {
	src     *Reader
	trailer *gateway.Header
	left    int64 // of the current chunk's data
	extras  int
	state   chunkState
	err     error
}

type chunkState uint8

const (
	chunkSize chunkState = iota // a size line comes
	chunkData                   // left bytes of data come
	chunkEnd                    // the CRLF behind the data comes
)

// Reset begins a body; trailer fields are copied into trailer, which may be
// nil when nobody wants them.
func (c *ChunkedReader) Reset(src *Reader, trailer *gateway.Header) {
	*c = ChunkedReader{src: src, trailer: trailer}
}

// Read reads a part of the content, without the coding. It returns what is
// there and does not wait for p to be full.
func (c *ChunkedReader) Read(p []byte) (n int, err error) {
	if len(p) == 0 {
		return 0, c.err
	}
	for c.err == nil {
		switch c.state {
		case chunkSize:
			if n > 0 && !c.lineBuffered() {
				return n, nil
			}
			c.err = c.readSize()
		case chunkData:
			if n > 0 && (n == len(p) || len(c.src.Buffered()) == 0) {
				return n, nil
			}
			want := p[n:]
			if int64(len(want)) > c.left {
				want = want[:c.left]
			}
			var m int
			m, c.err = c.src.Read(want)
			n += m
			if c.left -= int64(m); c.left == 0 {
				c.state = chunkEnd
			}
			if m > 0 && c.err != nil {
				c.err = nil // it comes again with the next read
			}
		case chunkEnd:
			if n > 0 && len(c.src.Buffered()) < 2 {
				return n, nil
			}
			c.err = c.readEnd()
		}
	}
	if c.err == io.EOF && !c.done() {
		c.err = io.ErrUnexpectedEOF
	}
	if n > 0 && c.err != io.EOF {
		return n, nil
	}
	return n, c.err
}

// done tells the io.EOF at the end of the body from one of the connection: the
// last chunk leaves left at -1.
func (c *ChunkedReader) done() bool { return c.left < 0 }

func (c *ChunkedReader) lineBuffered() bool {
	end, err := line(c.src.Buffered(), 0)
	return end >= 0 || err != nil
}

// nextLine waits for a line of at most limit bytes; it stays buffered.
func (c *ChunkedReader) nextLine(limit int) ([]byte, error) {
	for {
		b := c.src.Buffered()
		end, err := line(b, 0)
		if err != nil || end > limit || end < 0 && len(b) > limit {
			return nil, gateway.ErrBodyInvalid
		}
		if end >= 0 {
			return b[:end], nil
		}
		if err := c.src.Fill(); err != nil {
			return nil, err
		}
	}
}

// readSize reads a size line and, after the last chunk, the trailer.
func (c *ChunkedReader) readSize() error {
	b, err := c.nextLine(maxChunkLine)
	if err != nil {
		return err
	}
	size, digits := parseHex(b)
	if digits == 0 || digits > maxSizeDigits {
		return gateway.ErrBodyInvalid
	}
	if ext := b[digits:]; len(ext) > 0 {
		if c.extras += len(ext); c.extras > maxChunkExtras || ext[0] != ';' || !ValidValue(ext) {
			return gateway.ErrBodyInvalid
		}
	}
	c.src.Discard(len(b) + 2)
	if size == 0 {
		return c.readTrailer()
	}
	c.left, c.state = size, chunkData
	return nil
}

func (c *ChunkedReader) readEnd() error {
	for {
		b := c.src.Buffered()
		if len(b) > 0 && b[0] != '\r' || len(b) > 1 && b[1] != '\n' {
			return gateway.ErrBodyInvalid
		}
		if len(b) > 1 {
			c.src.Discard(2)
			c.state = chunkSize
			return nil
		}
		if err := c.src.Fill(); err != nil {
			return err
		}
	}
}

// readTrailer is RFC 9112, section 7.1.2. Fields that frame, route or
// authenticate a message must not come this late (RFC 9110, section 6.5.1).
func (c *ChunkedReader) readTrailer() error {
	size := 0
	for fields := 0; ; fields++ {
		b, err := c.nextLine(maxChunkLine * 3)
		if err != nil {
			return err
		}
		if len(b) == 0 {
			c.src.Discard(2)
			c.left = -1
			return io.EOF
		}
		name, value, err := splitField(b)
		if err != nil || forbiddenTrailer(name) {
			return gateway.ErrBodyInvalid
		}
		// As long as it came, or as it is passed on, with a space behind the colon.
		if size += max(len(b), len(name)+len(value)+2) + 2; size > maxTrailer || fields == maxTrailers {
			return gateway.ErrBodyInvalid
		}
		if c.trailer != nil {
			c.trailer.AddCopy(name, value)
		}
		c.src.Discard(len(b) + 2)
	}
}

// parseHex reads hexadecimal digits at the start of b: no sign, no prefix.
func parseHex(b []byte) (n int64, digits int) {
	for digits < len(b) && digits <= maxSizeDigits {
		c := b[digits]
		switch {
		case digit(c):
			c -= '0'
		case 'a' <= c|0x20 && c|0x20 <= 'f':
			c = c | 0x20 - 'a' + 10
		default:
			return n, digits
		}
		n = n<<4 | int64(c)
		digits++
	}
	return n, digits
}
