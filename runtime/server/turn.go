package server

import (
	"io"
	"net"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
	"stackgen.dev/runtime/netpoll"
)

// initialBuffer is the memory a connection reads into, in bytes. It grows for
// a larger head, up to the limit, and shrinks again afterwards.
const initialBuffer = 4 << 10

// turn is what a connection needs while a request is read and answered. A
// connection that a poller drives has none while it rests.
type turn struct {
	in       http1.Reader
	memory   []byte // of initialBuffer bytes
	source   source
	out      []byte // the response head, and small bodies behind it
	exchange gateway.Exchange
	body     body
	stream   streamWriter
	parts    [2][]byte
	vector   net.Buffers

	// looked is how much of a head that is not complete has been parsed.
	looked int
	// persistent says that the client wants the connection to go on.
	persistent bool
	// keep says that the connection goes on after this response.
	keep bool
	// serving says that the exchange has begun, and is not finished.
	serving bool
	// abrupt says that it ends without further ado: the response failed, or
	// somebody else had the connection.
	abrupt bool
	// handed is the connection as a handler has it; nil where none has taken it over.
	handed *drivenTaken
	// deadline is until when the handler may run (see Server.now), 0 without limit.
	deadline int64
}

// takeTurn readies c for a request.
func (c *conn) takeTurn() {
	t := c.server.turns.Get().(*turn)
	c.turn = t
	t.source.conn, t.body.conn, t.stream.conn = c, c, c
	t.in.Reset(&t.source, t.memory)
	t.exchange.Bind(c, c.server.base)
}

// giveTurn gives back what takeTurn took.
func (c *conn) giveTurn() {
	t := c.turn
	c.turn = nil
	c.server.keepTurn(t)
}

func newTurn() any { return &turn{memory: make([]byte, initialBuffer)} }

// keepTurn keeps a turn for the next request, unless it was unloaded.
func (s *Server) keepTurn(t *turn) {
	if t.memory == nil {
		return
	}
	t.source.conn, t.body.conn, t.stream.conn = nil, nil, nil
	t.in.Reset(nil, nil)
	t.source.patient = false
	t.exchange.Bind(nil, nil)
	if cap(t.out) > maxKeptOut {
		t.out = nil
	}
	s.turns.Put(t)
}

// shrink gives up the memory that a large head has needed.
func (c *conn) shrink() {
	if c.in.Size() > initialBuffer {
		c.in.Reset(&c.source, c.memory)
	}
}

// source is what the connection's buffer is filled from.
type source struct {
	conn *conn
	// patient says that Read waits for bytes; else it returns netpoll.ErrWait.
	patient bool
}

// Read implements io.Reader.
func (s *source) Read(p []byte) (int, error) {
	c := s.conn
	if c.sock == nil {
		return c.nc.Read(p)
	}
	n, err := c.sock.TryRead(p)
	if err != netpoll.ErrWait || !s.patient {
		return n, err
	}
	c.Yield()
	return c.nc.Read(p)
}

var _ io.Reader = (*source)(nil)
