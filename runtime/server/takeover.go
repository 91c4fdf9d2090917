package server

import (
	"bytes"
	"net"

	"stackgen.dev/runtime/gateway"
)

// taken is a connection that a handler has taken over.
type taken struct {
	net.Conn
	ahead bytes.Reader // what the engine had read; the handler's only, also when serving is over
}

var _ gateway.Conn = (*taken)(nil)

// Read returns first what the engine had read.
func (t *taken) Read(p []byte) (int, error) {
	if t.ahead.Len() > 0 {
		return t.ahead.Read(p)
	}
	return t.Conn.Read(p)
}

// CloseWrite implements [gateway.Conn].
func (t *taken) CloseWrite() error { return closeWrite(t.Conn) }

// NetConn is the connection beneath, for whoever relays it by the kernel when
// nothing is buffered any more.
func (t *taken) NetConn() net.Conn {
	if t.ahead.Len() > 0 {
		return nil
	}
	return t.Conn
}
