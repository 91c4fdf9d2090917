package server

import (
	"errors"
	"os"
	"syscall"

	"stackgen.dev/runtime/gateway"
)

// errChangedFile is why a file is not sent to its end.
var errChangedFile = errors.New("server: the file was changed while it was sent")

// fileSender sends sections of files from the kernel's memory to a socket. It
// belongs to a connection, so that using it allocates nothing.
type fileSender struct {
	raw    syscall.RawConn
	moved  func()                // hears that the client has taken something
	step   func(fd uintptr) bool // sendfile, made once
	head   func(fd uintptr) bool // sendHead, made once
	more   []byte                // what sendHead still has to send
	file   int
	offset int64
	left   int   // of the piece that is being sent, in bytes
	err    error // of the system call
}

// filePiece is how much of a file is sent before others on this core have
// their turn, in bytes (nginx sendfile_max_chunk).
const filePiece = 2 << 20

// sendFileByKernel sends the head and a section of a file, piece by piece. A
// file that has become shorter, or another one, breaks the response off.
func (c *conn) sendFileByKernel(body gateway.Body) error {
	if c.raw == nil {
		c.raw = rawConn(c.nc)
	}
	if err := c.writeMore(c.out); err != nil {
		return err
	}
	s := &c.files
	s.begin(c.raw, body.File, body.Offset)
	if s.moved == nil {
		// The client has WriteIdle for each part that it takes, not for the piece.
		s.moved = func() { c.arm(stepWrite, c.server.config.WriteIdle) }
	}
	for left := body.Length; left > 0; {
		piece := min(left, filePiece)
		if piece == left && left < body.Length && body.Owner != nil && !body.Owner.Intact() {
			return errChangedFile
		}
		if !c.arm(stepWrite, c.server.config.WriteIdle) {
			return os.ErrDeadlineExceeded
		}
		n, err := s.send(int(piece))
		c.exchange.Sent += int64(n)
		left -= int64(n)
		switch {
		case !c.disarm():
			return os.ErrDeadlineExceeded
		case err != nil:
			return err
		case int64(n) < piece:
			return errShortBody // the file was cut meanwhile
		}
	}
	return nil
}
