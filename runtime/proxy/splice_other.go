//go:build !linux

package proxy

import (
	"errors"
	"syscall"

	"stackgen.dev/runtime/netpoll"
)

// splicing says that bytes pass from socket to socket without passing through
// the program's memory: elsewhere they are copied.
const splicing = false

type pipe struct{}

func newPipe() (*pipe, error) { return nil, errors.ErrUnsupported }

func (*pipe) close() {}

func (*pipe) fill(syscall.RawConn, int64) (int, error) { return 0, errors.ErrUnsupported }

func (*pipes) fill(syscall.RawConn) (*pipe, int, error) { return nil, 0, errors.ErrUnsupported }

func (*pipes) fillReady(*netpoll.Conn) (*pipe, int, error) { return nil, 0, errors.ErrUnsupported }

func (*pipe) drain(syscall.RawConn, int) error { return errors.ErrUnsupported }
