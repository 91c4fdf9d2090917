package supervisor

import (
	"log/slog"
	"net"
	"path/filepath"
	"syscall"
	"testing"
)

// Ensure a listener's queue is as long as it is to be: of a unix socket the
// system refuses the connection that finds it full.
func TestBacklog(t *testing.T) {
	path := filepath.Join(t.TempDir(), "s")
	s, err := listen(ListenSpec{Name: "x", Address: "unix:" + path, Backlog: 3}, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	defer s.close()
	waiting := 0
	for ; waiting < 100; waiting++ {
		fd, err := syscall.Socket(syscall.AF_UNIX, syscall.SOCK_STREAM, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer syscall.Close(fd)
		if err := syscall.SetNonblock(fd, true); err != nil {
			t.Fatal(err)
		}
		if syscall.Connect(fd, &syscall.SockaddrUnix{Name: path}) != nil {
			break
		}
	}
	if waiting < 3 || waiting > 4 { // Linux takes one more
		t.Errorf("%d connections wait in a queue for 3", waiting)
	}
	// What a killed site has left is taken over; what somebody listens on is not.
	if l, err := net.Listen("unix", path); err == nil {
		l.Close()
		t.Error("the path is free")
	}
}
