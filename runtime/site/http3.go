package site

import (
	"fmt"
	"net"
	"path/filepath"

	"stackgen.dev/runtime/server"
	"stackgen.dev/runtime/server/supervisor"
)

// altSvc is what answers of a listener say of HTTP/3, "" where it speaks none.
func (l Listener) altSvc(child *supervisor.Child) string {
	if l.HTTP3 == nil {
		return ""
	}
	socket := child.Packets(supervisor.PacketsName(l.Name))
	if socket == nil {
		return ""
	}
	return server.AltSvc(socket.LocalAddr().(*net.UDPAddr).Port)
}

// serveHTTP3 serves HTTP/3 beside the listeners that want it. From here on this process reads from their UDP
// sockets, and one before it no more.
func (s *settings) serveHTTP3(child *supervisor.Child, engine *server.Server, secure *secured) error {
	for _, l := range s.Listeners {
		if l.HTTP3 == nil {
			continue
		}
		socket := child.Packets(supervisor.PacketsName(l.Name))
		if socket == nil {
			return fmt.Errorf("the UDP socket of listener %s was not handed over: the supervisor is of a version without it, and an upgrade (USR2) opens it", l.Name)
		}
		if err := engine.ServeHTTP3(l.HTTP3, socket, secure.configs[l.Name], filepath.Join(s.data, "http3", l.Name)); err != nil {
			return fmt.Errorf("listener %s: %w", l.Name, err)
		}
	}
	return nil
}
