package http1

import (
	"errors"
	"io"
)

// Reader is the read side of a connection: a buffer that messages are parsed
// from where they lie. A head that is in use is held: what is read
// later (the body, the next message) never moves or overwrites it.
//
// The zero Reader has to be Reset before use. It is for one goroutine.
type Reader struct {
	src io.Reader
	buf []byte
	// The unread bytes are buf[r:w]. Bytes before hold are in use.
	r, w, hold int
}

// MinBuffer is the smallest memory a Reader works with, in bytes: a chunk's
// size line with its extension fits into what a held head leaves of it.
const MinBuffer = 1024

// ErrBufferFull is why Fill read nothing: the unread bytes take up all the memory.
var ErrBufferFull = errors.New("http1: the buffer is full")

// Reset makes the reader read src into memory, which it keeps until the next Reset.
func (b *Reader) Reset(src io.Reader, memory []byte) {
	*b = Reader{src: src, buf: memory[:cap(memory)]}
}

// Memory gives the reader's memory back, for a pool, and leaves it without.
func (b *Reader) Memory() []byte {
	m := b.buf
	b.buf, b.r, b.w, b.hold = nil, 0, 0, 0
	return m
}

// Size is the size of the reader's memory, in bytes.
func (b *Reader) Size() int { return len(b.buf) }

// Buffered returns what has been read and not consumed.
func (b *Reader) Buffered() []byte { return b.buf[b.r:b.w] }

// Source is the reader beneath, for whoever bypasses an empty buffer.
func (b *Reader) Source() io.Reader { return b.src }

// Discard consumes the first n buffered bytes.
func (b *Reader) Discard(n int) { b.r += n }

// Hold consumes the first n buffered bytes and keeps them where they are until
// Release, together with everything before them.
func (b *Reader) Hold(n int) {
	b.r += n
	b.hold = b.r
}

// Release ends Hold: slices of what was held are no longer valid.
func (b *Reader) Release() {
	b.hold = 0
	if b.r == b.w {
		b.r, b.w = 0, 0
	}
}

// Fill reads once from the source, and returns at least one more buffered byte
// or an error. It moves unread bytes to make room, but not into what is held;
// when a held head leaves less than MinBuffer it moves them to fresh memory.
func (b *Reader) Fill() error {
	if b.r == b.w {
		b.r, b.w = b.hold, b.hold
	}
	if b.w == len(b.buf) {
		switch {
		case b.hold > 0 && len(b.buf)-b.hold < MinBuffer:
			fresh := make([]byte, max(len(b.buf), 4*MinBuffer))
			b.w = copy(fresh, b.buf[b.r:b.w])
			b.buf, b.r, b.hold = fresh, 0, 0
		case b.r > b.hold:
			n := copy(b.buf[b.hold:], b.buf[b.r:b.w])
			b.r, b.w = b.hold, b.hold+n
		default:
			return ErrBufferFull
		}
	}
	for empty := 0; empty < 16; empty++ {
		n, err := b.src.Read(b.buf[b.w:])
		b.w += n
		if n > 0 {
			return nil
		}
		if err != nil {
			return err
		}
	}
	return io.ErrNoProgress
}

// Grow replaces the memory by a larger one, to which the unread bytes are
// copied; memory that is held stays valid. It returns the old memory.
func (b *Reader) Grow(memory []byte) (old []byte) {
	old = b.buf
	memory = memory[:cap(memory)]
	b.w = copy(memory, old[b.r:b.w])
	b.buf, b.r, b.hold = memory, 0, 0
	return old
}

// Read consumes buffered bytes first; then it reads the source directly, or
// by way of the buffer when p is small.
func (b *Reader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	if b.r == b.w {
		if len(p) >= MinBuffer {
			return b.src.Read(p)
		}
		if err := b.Fill(); err != nil {
			return 0, err
		}
	}
	n := copy(p, b.buf[b.r:b.w])
	b.r += n
	return n, nil
}
