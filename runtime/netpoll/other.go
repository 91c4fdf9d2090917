//go:build !linux

package netpoll

import (
	"errors"
	"net"
	"os"
	"time"
)

// Supported says that the machine has what this package needs: Linux has.
const Supported = false

// ErrWait is what TryRead returns when there is nothing to read yet.
var ErrWait = errors.New("netpoll: nothing to read yet")

// Group is what does not exist here.
type Group struct{}

// New returns errors.ErrUnsupported.
func New() (*Group, error) { return nil, errors.ErrUnsupported }

// Close does nothing.
func (*Group) Close() {}

// Round does nothing.
func (*Group) Round() {}

// Listen reports false.
func (*Group) Listen(net.Listener) (*Listener, bool) { return nil, false }

// Take returns errors.ErrUnsupported.
func (*Group) Take(net.Conn) (*Conn, error) { return nil, errors.ErrUnsupported }

// Listener is never made here.
type Listener struct{ net.Listener }

// Handler is told that a connection has something to read, or has ended.
type Handler interface{ Ready(d *Driver) }

// Driver is never made here.
type Driver struct{}

// Leave is not called.
func (*Driver) Leave() { panic(unreachable) }

// Now is not called.
func (*Driver) Now() time.Time { panic(unreachable) }

// Drives is not called.
func (*Driver) Drives() bool { panic(unreachable) }

// Conn is never made here.
type Conn struct{ net.Conn }

const unreachable = "stackgen: unreachable: netpoll without epoll"

// The methods of Conn are not called.

func (*Conn) Open(Handler) error                                      { panic(unreachable) }
func (*Conn) Await() bool                                             { panic(unreachable) }
func (*Conn) AwaitBy(Handler) bool                                    { panic(unreachable) }
func (*Conn) Dismiss() Handler                                        { panic(unreachable) }
func (*Conn) TryRaw(func(uintptr) bool) error                         { panic(unreachable) }
func (*Conn) TryRead([]byte) (int, error)                             { panic(unreachable) }
func (*Conn) TryWrite([]byte) (int, error)                            { panic(unreachable) }
func (*Conn) TryWriteBoth(a, b []byte) (int, error)                   { panic(unreachable) }
func (*Conn) Ask(out, in []byte) (sent, n int, err error)             { panic(unreachable) }
func (*Conn) Quiet() bool                                             { panic(unreachable) }
func (*Conn) CloseWrite() error                                       { panic(unreachable) }
func (*Conn) SetLinger(int) error                                     { panic(unreachable) }
func (*Conn) SendFile(*os.File, int64, int64) (int64, error)          { panic(unreachable) }
func (*Conn) TrySendFile(*os.File, int64, int64) (int64, bool, error) { panic(unreachable) }
