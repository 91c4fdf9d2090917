package webtest

import (
	"context"
	"net"

	"stackgen.dev/runtime/gateway"
)

// Upgrade sends a request that asks for another protocol (a WebSocket), and returns the client's end of the
// connection where the answer takes it over, nil where it does not. The connection is a pair of sockets on loopback,
// so that each side may write before the other reads. The server's time is over when base ends; end closes the
// connection, and waits until the handler has let go of it.
func (c *Client) Upgrade(base context.Context, r Request) (p *Response, conn net.Conn, end func()) {
	x := c.begin(r, base)
	if x.Response.Kind() != gateway.TakeoverBody {
		p = read(x)
		x.Finish()
		c.keepAll(p)
		return p, nil, func() {}
	}
	serve := x.Response.Body().Takeover
	p = head(x)
	c.keepAll(p)
	conn, theirs := pair()
	over := make(chan struct{})
	go func() {
		defer close(over)
		serve(theirs)
		theirs.Close()
		x.Finish()
	}()
	return p, conn, func() {
		conn.Close()
		<-over
	}
}

// pair is the two ends of a connection.
func pair() (ours net.Conn, theirs gateway.Conn) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		panic("webtest: " + err.Error())
	}
	defer l.Close()
	ours, err = net.Dial("tcp", l.Addr().String())
	if err != nil {
		panic("webtest: " + err.Error())
	}
	for {
		accepted, err := l.Accept()
		if err != nil {
			panic("webtest: " + err.Error())
		}
		if accepted.RemoteAddr().String() == ours.LocalAddr().String() {
			return ours, accepted.(*net.TCPConn)
		}
		accepted.Close() // somebody else's on this machine
	}
}
