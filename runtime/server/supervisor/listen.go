package supervisor

import (
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"os"
	"strings"
	"syscall"
	"time"
)

// socket is a listening socket that this process holds for others.
type socket struct {
	name    string
	spec    string // the address as the site file has it
	address string
	file    *os.File
	path    string // to remove at the end; empty for TCP
	// datagram says that it is one of UDP.
	datagram bool
	// inherited says that a predecessor has it, too.
	inherited bool
}

// How long an address may be another's: a site that is started again at once when
// its supervisor was killed finds the processes of that one still giving it up (gunicorn
// tries five times, a second apart).
const (
	addressTime  = 5 * time.Second
	addressPause = 20 * time.Millisecond
)

// patiently listens, and tries again for a while as long as the address is in use.
func patiently[T any](spec ListenSpec, log *slog.Logger, listen func() (T, error)) (T, error) {
	l, err := listen()
	if !errors.Is(err, syscall.EADDRINUSE) {
		return l, err
	}
	log.Warn("the address is in use, waiting for it", "listener", spec.Name, "address", spec.Address, "for", addressTime)
	for end := time.Now().Add(addressTime); errors.Is(err, syscall.EADDRINUSE) && time.Now().Before(end); {
		time.Sleep(addressPause)
		l, err = listen()
	}
	return l, err
}

// listen opens a listening socket.
func listen(spec ListenSpec, log *slog.Logger) (*socket, error) {
	network, address := "tcp", spec.Address
	path, isUnix := strings.CutPrefix(spec.Address, "unix:")
	if isUnix {
		network, address = "unix", path
	}
	l, err := patiently(spec, log, func() (net.Listener, error) {
		if isUnix {
			removeStale(path)
		}
		return net.Listen(network, address)
	})
	if err != nil {
		return nil, spec.failed(err)
	}
	defer l.Close()
	s := &socket{name: spec.Name, spec: spec.Address, address: l.Addr().String()}
	if u, ok := l.(*net.UnixListener); ok {
		u.SetUnlinkOnClose(false)
		s.path, s.address = path, spec.Address
		if err := spec.permit(path); err != nil {
			os.Remove(path)
			return nil, fmt.Errorf("supervisor: listener %q: %w", spec.Name, err)
		}
	}
	if s.file, err = detach(l); err != nil {
		return nil, fmt.Errorf("supervisor: listener %q: %w", spec.Name, err)
	}
	if spec.Backlog > 0 { // a second listen(2) changes the length of the queue
		if err := syscall.Listen(int(s.file.Fd()), spec.Backlog); err != nil {
			return nil, fmt.Errorf("supervisor: listener %q: %w", spec.Name, os.NewSyscallError("listen", err))
		}
	}
	return s, nil
}

// failed says why listening failed.
func (spec ListenSpec) failed(err error) error {
	address := spec.Address
	if spec.Datagram {
		address += " (UDP)"
	}
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		return fmt.Errorf("supervisor: listener %q: address already in use: %s", spec.Name, address)
	case errors.Is(err, fs.ErrPermission):
		return fmt.Errorf("supervisor: listener %q: not permitted to listen on %s", spec.Name, address)
	}
	return fmt.Errorf("supervisor: listener %q: %w", spec.Name, err)
}

// permit gives a unix socket its owner and mode.
func (spec ListenSpec) permit(path string) error {
	if o := spec.Owner; o != nil {
		if err := os.Chown(path, int(o.Uid), int(o.Gid)); err != nil {
			return err
		}
	}
	if spec.Mode != 0 {
		return os.Chmod(path, spec.Mode)
	}
	return nil
}

// detach takes the socket out of the runtime's poller: it would wake this
// process for every connection, though others accept them.
func detach(l any) (*os.File, error) {
	f, err := l.(interface{ File() (*os.File, error) }).File()
	if err != nil {
		return nil, err
	}
	defer f.Close()
	// Fd makes the socket blocking, and a file made of a blocking descriptor is not
	// polled. The process that accepts makes it non-blocking again, for all.
	fd, err := duplicate(int(f.Fd()))
	if err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	return os.NewFile(uintptr(fd), f.Name()), nil
}

// duplicate is dup(2) for a descriptor that children do not inherit by accident.
func duplicate(fd int) (int, error) {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	d, err := syscall.Dup(fd)
	if err == nil {
		syscall.CloseOnExec(d)
	}
	return d, err
}

// removeStale removes the socket of a process that has gone without cleaning up.
func removeStale(path string) {
	info, err := os.Lstat(path)
	if err != nil || info.Mode()&os.ModeSocket == 0 {
		return
	}
	c, err := net.Dial("unix", path)
	if err == nil {
		c.Close()
		return
	}
	if errors.Is(err, syscall.ECONNREFUSED) {
		os.Remove(path)
	}
}

// The bounds of a flush: for the next connection in the queue to show, and for all.
const (
	flushNext = 10 * time.Millisecond
	flushAll  = 200 * time.Millisecond
)

// flush closes the connections that wait for a process which will not be
// there for a while: whoever made them tries elsewhere.
func (s *socket) flush() {
	if s.datagram {
		return // packets that are lost are sent again
	}
	l, err := net.FileListener(s.file)
	if err != nil {
		return
	}
	defer l.Close()
	d, ok := l.(interface{ SetDeadline(time.Time) error })
	for end := time.Now().Add(flushAll); ok && time.Now().Before(end); {
		d.SetDeadline(time.Now().Add(flushNext))
		c, err := l.Accept()
		if err != nil {
			return
		}
		c.Close()
	}
}

// close gives the socket up.
func (s *socket) close() {
	if s == nil {
		return
	}
	s.file.Close()
	if s.path != "" {
		os.Remove(s.path)
	}
}
