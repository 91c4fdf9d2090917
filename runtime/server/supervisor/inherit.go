package supervisor

import (
	"fmt"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// inheritance are listening sockets that were handed over: by a predecessor, or
// by systemd (sd_listen_fds(3)).
type inheritance struct {
	sockets []*socket
	systemd bool
	taken   int
}

// systemdFD is the first descriptor that systemd passes (SD_LISTEN_FDS_START).
const systemdFD = 3

// inheritSockets takes the sockets that this process was started with.
func inheritSockets(u *upgrade) (*inheritance, error) {
	in, err := u.inherit()
	if in != nil || err != nil {
		return in, err
	}
	in = &inheritance{systemd: true}
	if os.Getenv("LISTEN_PID") != strconv.Itoa(os.Getpid()) {
		return in, nil
	}
	n, err := strconv.Atoi(os.Getenv("LISTEN_FDS"))
	if err != nil || n < 0 {
		return nil, fmt.Errorf("supervisor: LISTEN_FDS is %q: it has to be the number of sockets", os.Getenv("LISTEN_FDS"))
	}
	names := strings.Split(os.Getenv("LISTEN_FDNAMES"), ":")
	for i := range n {
		name := ""
		if i < len(names) {
			name = names[i]
		}
		so := &socket{name: name}
		if so.file, err = unpolledFile(systemdFD+i, name); err != nil {
			return nil, fmt.Errorf("supervisor: socket %d of LISTEN_FDS: %w", i+1, err)
		}
		if so.datagram = isDatagram(so.file); so.datagram {
			so.address, err = packetsAddress(so.file)
		} else {
			so.address, err = listeningAddress(so.file)
		}
		if err != nil {
			return nil, fmt.Errorf("supervisor: socket %d of LISTEN_FDS: %w", i+1, err)
		}
		in.sockets = append(in.sockets, so)
	}
	return in, nil
}

// unpolledFile is an inherited descriptor as a file that this process does not
// poll: it would be woken for every connection, though others accept them. The
// descriptor is put in the place of a file that cannot be polled. Making it
// blocking for a moment would have the same end, and could catch those who accept from
// the same socket just then.
func unpolledFile(fd int, name string) (*os.File, error) {
	null, err := syscall.Open(os.DevNull, syscall.O_RDONLY|syscall.O_CLOEXEC, 0)
	if err != nil {
		return nil, os.NewSyscallError("open", err)
	}
	f := os.NewFile(uintptr(null), name)
	if err := replaceFD(fd, null); err != nil {
		return nil, os.NewSyscallError("dup", err)
	}
	return f, syscall.Close(fd)
}

// listeningAddress is where a socket listens; an error if it does not.
func listeningAddress(f *os.File) (string, error) {
	l, err := net.FileListener(f)
	if err != nil {
		return "", err
	}
	defer l.Close()
	if u, ok := l.(*net.UnixListener); ok {
		u.SetUnlinkOnClose(false)
		return "unix:" + l.Addr().String(), nil
	}
	return l.Addr().String(), nil
}

// take returns the socket for a listener, nil if there is none. A predecessor's
// is known by name and address; systemd's by name (FileDescriptorName=) or address, and where
// there are as many as listeners, by order.
func (in *inheritance) take(spec ListenSpec, listeners int) *socket {
	if in == nil {
		return nil
	}
	fits := func(is func(so *socket) bool) int {
		return slices.IndexFunc(in.sockets, func(so *socket) bool { return so != nil && so.datagram == spec.Datagram && is(so) })
	}
	i := -1
	if !in.systemd {
		i = fits(func(so *socket) bool { return so.name == spec.Name && so.spec == spec.Address })
	} else {
		name := strings.TrimSuffix(spec.Name, packetsSuffix)
		if i = fits(func(so *socket) bool { return so.name == name }); i < 0 {
			i = fits(func(so *socket) bool { return sameAddress(so.address, spec.Address) })
		}
		if i < 0 && len(in.sockets) == listeners && in.sockets[in.taken] != nil && in.sockets[in.taken].datagram == spec.Datagram {
			i = in.taken
		}
	}
	in.taken++
	if i < 0 {
		return nil
	}
	so := in.sockets[i]
	in.sockets[i] = nil
	so.name, so.spec = spec.Name, spec.Address
	return so
}

// sameAddress compares the address of a socket with one from a site file.
func sameAddress(actual, written string) bool {
	if actual == written {
		return true
	}
	host, port, err := net.SplitHostPort(written)
	if err != nil {
		return false
	}
	ah, ap, err := net.SplitHostPort(actual)
	return err == nil && ap == port && host == "" && (ah == "::" || ah == "0.0.0.0")
}

// unused is an error when systemd has handed over what no listener is for.
func (in *inheritance) unused() error {
	if in == nil || !in.systemd {
		return nil
	}
	for _, so := range in.sockets {
		if so != nil {
			return fmt.Errorf("supervisor: systemd hands over a socket (name %q, address %s) that no listener of the site is for", so.name, so.address)
		}
	}
	return nil
}

// close closes what was not taken.
func (in *inheritance) close() {
	if in == nil {
		return
	}
	for _, so := range in.sockets {
		if so != nil {
			so.file.Close()
		}
	}
}

// withoutActivation is an environment without what systemd says to this process alone.
func withoutActivation(env []string) []string {
	var rest []string
	for _, e := range env {
		name, _, _ := strings.Cut(e, "=")
		switch name {
		case "LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES", "NOTIFY_SOCKET", "WATCHDOG_USEC", "WATCHDOG_PID", upgradeEnv:
			continue
		}
		rest = append(rest, e)
	}
	return rest
}
