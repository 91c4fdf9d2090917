package server

import (
	"errors"
	"io"
	"net"
	"os"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
)

// writePiece is how much of a body is given to the kernel at once, in bytes:
// the client has WriteIdle to take it.
const writePiece = 128 << 10

// smallFile is the size up to which a file is read and sent with the head in
// one write; larger ones go by sendfile. In bytes.
const smallFile = 64 << 10

var (
	errShortBody = errors.New("server: the body ended before its declared length")
	errLongBody  = errors.New("server: the body is longer than its declared length")
)

// write sends b within the time a client has to take it.
func (c *conn) write(b []byte) error {
	if c.sock != nil {
		n, err := c.sock.TryWrite(b)
		if err != nil || n == len(b) {
			return err
		}
		b = b[n:]
	}
	return c.writeSlowly(b)
}

// writeSlowly is write for a client that may make us wait.
func (c *conn) writeSlowly(b []byte) error {
	c.Yield()
	if !c.arm(stepWrite, c.server.config.WriteIdle) {
		return os.ErrDeadlineExceeded
	}
	_, err := c.nc.Write(b)
	if !c.disarm() && err == nil {
		err = os.ErrDeadlineExceeded
	}
	return err
}

// writeBoth sends two slices, with one call to the kernel where the connection is plain.
func (c *conn) writeBoth(a, b []byte) error {
	switch {
	case c.sock != nil:
		n, err := c.sock.TryWriteBoth(a, b)
		if err != nil || n == len(a)+len(b) {
			return err
		}
		if n < len(a) {
			if err := c.writeSlowly(a[n:]); err != nil {
				return err
			}
			n = len(a)
		}
		return c.writeSlowly(b[n-len(a):])
	case c.kernel == nil:
		if err := c.write(a); err != nil {
			return err
		}
		return c.write(b)
	}
	if !c.arm(stepWrite, c.server.config.WriteIdle) {
		return os.ErrDeadlineExceeded
	}
	c.parts = [2][]byte{a, b}
	c.vector = net.Buffers(c.parts[:])
	_, err := c.vector.WriteTo(c.nc)
	c.parts = [2][]byte{}
	if !c.disarm() && err == nil {
		err = os.ErrDeadlineExceeded
	}
	return err
}

// writeBody sends a part of the body piece by piece and counts it.
func (c *conn) writeBody(b []byte) error {
	for len(b) > 0 {
		piece := b[:min(len(b), writePiece)]
		if err := c.write(piece); err != nil {
			return err
		}
		c.exchange.Sent += int64(len(piece))
		b = b[len(piece):]
	}
	return nil
}

// interim sends what comes before the final response, while the handler runs.
func (c *conn) interim(b []byte) error {
	err := c.writeSlowly(b)
	if !c.armServe() && err == nil {
		err = os.ErrDeadlineExceeded
	}
	return err
}

// Inform implements [gateway.Engine].
func (c *conn) Inform(status int, header *gateway.Header) error {
	if c.exchange.Request.Proto == gateway.HTTP10 || status < 100 || status > 199 || status == 101 {
		return nil // HTTP/1.0 clients know no interim responses
	}
	b := http1.AppendStatusLine(make([]byte, 0, 512), status)
	if header != nil {
		for _, f := range header.Fields() {
			if !http1.HopByHop(f.Name) && !gateway.EqualFold(f.Name, "Content-Length") {
				b = http1.AppendField(b, f.Name, f.Value)
			}
		}
	}
	return c.interim(http1.AppendEnd(b))
}

// sendFile sends a section of a file: small ones in one write with the head,
// large ones without passing through our memory where a poller drives the
// connection. The file may be shared: nobody looks at its position or moves it.
func (c *conn) sendFile(body gateway.Body) error {
	if body.Length > smallFile && c.sock != nil {
		if err := c.write(c.out); err != nil {
			return err
		}
		if body.Length <= writePiece {
			// The socket takes that much at once as a rule, and the file is in the page
			// cache; where the disk has to be waited for, the poller's monitor steps in.
			n, ended, err := c.sock.TrySendFile(body.File, body.Offset, body.Length)
			c.exchange.Sent += n
			body.Offset, body.Length = body.Offset+n, body.Length-n
			switch {
			case err != nil:
				return err
			case body.Length == 0:
				return nil
			case ended:
				return errShortBody
			}
		}
		c.Yield()
		return c.sendFileByKernel(body)
	}
	return c.sendReader(gateway.Body{
		Reader: io.NewSectionReader(body.File, body.Offset, body.Length), Length: body.Length,
	}, deliverLength)
}

// errChangedFile is why a file is not sent to its end.
var errChangedFile = errors.New("server: the file was changed while it was sent")

func (c *conn) sendFileByKernel(body gateway.Body) error {
	for left := body.Length; left > 0; {
		piece := min(left, writePiece)
		if piece == left && left < body.Length && body.Owner != nil && !body.Owner.Intact() {
			return errChangedFile
		}
		if !c.arm(stepWrite, c.server.config.WriteIdle) {
			return os.ErrDeadlineExceeded
		}
		n, err := c.sock.SendFile(body.File, body.Offset+body.Length-left, piece)
		c.exchange.Sent += n
		left -= n
		switch {
		case !c.disarm():
			return os.ErrDeadlineExceeded
		case err != nil:
			return err
		case n < piece:
			return errShortBody // the file was cut meanwhile
		}
	}
	return nil
}

// sendReader sends what a reader yields, each part as it comes: a stream from
// an upstream is never held back.
func (c *conn) sendReader(body gateway.Body, how delivery) error {
	scratch := c.server.copies.Get().(*[]byte)
	defer c.server.copies.Put(scratch)
	// The head goes out with the first part if that is there at once; a source that
	// makes the client wait would make it wait for the head as well.
	frame := (*scratch)[:0]
	if ready(body.Reader) {
		frame = append(frame, c.out...)
	} else {
		c.Yield()
		if err := c.write(c.out); err != nil {
			return err
		}
	}
	const chunkRoom = 8 // "7fff\r\n" before and "\r\n" behind the data
	left := body.Length
	splicer := c.splicer(body, how)
	for left != 0 {
		if splicer != nil && len(frame) == 0 && left >= spliceFrom {
			n, err := c.splice(splicer, left)
			left -= n
			switch {
			case errors.Is(err, errors.ErrUnsupported):
				// The next part has to be read.
			case err != nil:
				return err
			default:
				continue
			}
		}
		start := len(frame)
		if how == deliverChunked {
			start += chunkRoom - 2
		}
		room := (*scratch)[start : copyBuffer-2]
		if left > 0 && int64(len(room)) > left {
			room = room[:left]
		}
		n, err := body.Reader.Read(room)
		if left > 0 {
			left -= int64(n)
		}
		if n > 0 {
			frame = (*scratch)[:start+n]
			if how == deliverChunked {
				frame = enchunk(frame, start, n, chunkRoom-2)
			}
		}
		if len(frame) > 0 && (n > 0 || err != nil) {
			if werr := c.write(frame); werr != nil {
				return werr
			}
			c.exchange.Sent += int64(n)
			frame = (*scratch)[:0]
		}
		switch {
		case err == io.EOF && left > 0:
			return errShortBody
		case err == io.EOF:
			left = 0
		case err != nil:
			return err
		}
	}
	if len(frame) > 0 { // a body of no bytes
		if err := c.write(frame); err != nil {
			return err
		}
	}
	if how == deliverChunked {
		c.out = http1.AppendLastChunk(c.out[:0], nil)
		return c.write(c.out)
	}
	return nil
}

// spliceFrom is how much of a body has to be left for passing it on by the
// kernel to cost less than copying it, in bytes.
const spliceFrom = 64 << 10

// splicer is the body's reader if the kernel can pass on what it yields.
func (c *conn) splicer(body gateway.Body, how delivery) gateway.Splicer {
	if how != deliverLength || body.Length < spliceFrom || c.kernel == nil {
		return nil
	}
	s, ok := body.Reader.(gateway.Splicer)
	if !ok {
		return nil
	}
	if c.raw == nil {
		c.raw = rawConn(c.nc)
	}
	return s
}

// splice has the kernel pass on the next part of a body.
func (c *conn) splice(s gateway.Splicer, left int64) (int64, error) {
	sending := false
	n, err := s.Splice(c.raw, left, func() {
		sending = true
		c.arm(stepWrite, c.server.config.WriteIdle)
	})
	c.exchange.Sent += n
	if sending && !c.disarm() && err == nil {
		err = os.ErrDeadlineExceeded
	}
	return n, err
}

// enchunk writes the size line right before the n bytes at start, where room
// bytes are free for it, and CRLF behind them. Leading zeros fill the room.
func enchunk(frame []byte, start, n, room int) []byte {
	const digits = "0123456789abcdef"
	line := frame[start-room : start]
	line[room-2], line[room-1] = '\r', '\n'
	for i := room - 3; i >= 0; i-- {
		line[i] = digits[n&15]
		n >>= 4
	}
	return append(frame, '\r', '\n')
}

// ready reports whether reading will not wait for anybody: files and memory.
func ready(r io.Reader) bool {
	switch r.(type) {
	case *io.SectionReader, *os.File:
		return true
	}
	_, sized := r.(interface{ Len() int }) // bytes.Reader, strings.Reader, bytes.Buffer
	return sized
}
