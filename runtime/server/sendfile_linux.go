package server

import (
	"os"
	"syscall"
)

// kernelSends says that fileSender is there.
const kernelSends = true

func (s *fileSender) begin(raw syscall.RawConn, file *os.File, offset int64) {
	s.raw, s.file, s.offset = raw, int(file.Fd()), offset
	if s.step == nil {
		s.step = s.sendfile
	}
}

// send sends the next n bytes of the file; fewer where it ends before.
func (s *fileSender) send(n int) (sent int, err error) {
	s.left, s.err = n, nil
	err = s.raw.Write(s.step)
	if err == nil {
		err = s.err
	}
	return n - s.left, err
}

// sendfile is called whenever the socket may take something. The offset is our
// own: the file's position stays where it is.
func (s *fileSender) sendfile(fd uintptr) bool {
	for s.left > 0 {
		n, err := syscall.Sendfile(int(fd), s.file, &s.offset, s.left)
		switch {
		case n > 0:
			s.left -= n
			if s.left > 0 {
				s.moved()
			}
		case err == syscall.EINTR:
		case err == syscall.EAGAIN:
			return false
		default: // the end of the file, or a failure
			if err != nil {
				s.err = os.NewSyscallError("sendfile", err)
			}
			return true
		}
	}
	return true
}

// writeMore sends b, telling the kernel that more follows at once: it does not
// send a packet that is not full.
func (c *conn) writeMore(b []byte) error {
	if !c.arm(stepWrite, c.server.config.WriteIdle) {
		return os.ErrDeadlineExceeded
	}
	s := &c.files
	s.more, s.err = b, nil
	if s.head == nil {
		s.head = s.sendHead
	}
	err := c.raw.Write(s.head)
	s.more = nil
	if err == nil {
		err = s.err
	}
	if !c.disarm() && err == nil {
		err = os.ErrDeadlineExceeded
	}
	return err
}

func (s *fileSender) sendHead(fd uintptr) bool {
	for len(s.more) > 0 {
		n, err := syscall.SendmsgN(int(fd), s.more, nil, nil, syscall.MSG_MORE)
		switch {
		case n > 0:
			s.more = s.more[n:]
		case err == syscall.EINTR:
		case err == syscall.EAGAIN:
			return false
		default:
			s.err = os.NewSyscallError("sendmsg", err)
			return true
		}
	}
	return true
}
