package supervisor

import (
	"log/slog"
	"net"
	"os"
	"strings"
	"syscall"
	"testing"
)

// Ensure that the UDP socket of a listener lies beside its socket of TCP, that one which is another's is told, and
// that those which are handed over are told apart by their kind.
func TestPackets(t *testing.T) {
	log := slog.New(slog.DiscardHandler)
	tcp, err := listen(ListenSpec{Name: "public", Address: "127.0.0.1:0"}, log)
	if err != nil {
		t.Fatal(err)
	}
	defer tcp.close()
	spec := ListenSpec{Name: PacketsName("public"), Address: "127.0.0.1:0", Datagram: true}
	udp, err := listenPackets(spec, packetAddress(spec, []*socket{tcp}), log)
	if err != nil {
		t.Fatal(err)
	}
	defer udp.close()
	if udp.address != tcp.address {
		t.Errorf("UDP at %s, TCP at %s", udp.address, tcp.address)
	}
	if isDatagram(tcp.file) || !isDatagram(udp.file) {
		t.Error("the kinds are mistaken")
	}
	if address, err := packetsAddress(udp.file); address != udp.address || err != nil {
		t.Errorf("%s, %v", address, err)
	}

	for _, test := range []struct {
		name  string
		err   error
		wants string
	}{
		{"in use", &net.OpError{Op: "listen", Err: os.NewSyscallError("bind", syscall.EADDRINUSE)}, "address already in use: 127.0.0.1:0 (UDP)"},
		{"not permitted", os.NewSyscallError("bind", syscall.EACCES), "not permitted to listen on 127.0.0.1:0 (UDP)"},
	} {
		if got := spec.failed(test.err).Error(); !strings.Contains(got, test.wants) {
			t.Errorf("%s: %s", test.name, got)
		}
	}

	// systemd has both under one name.
	in := &inheritance{systemd: true, sockets: []*socket{
		{name: "public", address: udp.address, datagram: true}, {name: "public", address: tcp.address},
	}}
	if so := in.take(ListenSpec{Name: "public", Address: ":443"}, 2); so == nil || so.datagram {
		t.Errorf("TCP: %+v", so)
	}
	if so := in.take(ListenSpec{Name: PacketsName("public"), Address: ":443", Datagram: true}, 2); so == nil || !so.datagram || so.name != PacketsName("public") {
		t.Errorf("UDP: %+v", so)
	}
	// One of an older supervisor has none.
	old := &inheritance{sockets: []*socket{{name: "public", spec: ":443"}}}
	if so := old.take(ListenSpec{Name: PacketsName("public"), Address: ":443", Datagram: true}, 2); so != nil {
		t.Errorf("a socket of TCP for UDP: %+v", so)
	}
}
