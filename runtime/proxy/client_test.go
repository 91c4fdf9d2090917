package proxy

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
)

// client is a client on a raw connection.
type client struct {
	net.Conn
	t  testing.TB
	in http1.Reader
}

// testLimit keeps a test that waits for what never comes from hanging.
const testLimit = time.Minute

func dial(t testing.TB, address string) *client {
	t.Helper()
	nc := dialNetwork(t, "tcp", address)
	nc.SetDeadline(time.Now().Add(testLimit))
	c := &client{Conn: nc, t: t}
	c.in.Reset(nc, make([]byte, 256<<10))
	return c
}

func dialNetwork(t testing.TB, network, address string) net.Conn {
	t.Helper()
	nc, err := net.Dial(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { nc.Close() })
	return nc
}

func (c *client) send(s string) {
	c.t.Helper()
	if _, err := io.WriteString(c.Conn, s); err != nil {
		c.t.Fatal(err)
	}
}

// read reads the next response, final or not, to a request of that method.
func (c *client) read(method string) answer {
	c.t.Helper()
	a, err := c.tryRead(method)
	if err != nil {
		c.t.Fatalf("reading a response: %v (so far %d %q)", err, a.status, a.body)
	}
	return a
}

// tryRead is read for responses that may break off.
func (c *client) tryRead(method string) (answer, error) {
	var r http1.Response
	var a answer
	for {
		n, err := http1.ParseResponse(c.in.Buffered(), method, &r, http1.Limits{Head: 200 << 10, Fields: 1000})
		if err == nil {
			a.status = r.Status
			for _, f := range r.Header.Fields() {
				a.header.AddCopy(f.Name, f.Value)
			}
			c.in.Discard(n)
			break
		}
		if err != http1.ErrIncomplete {
			return a, err
		}
		if err := c.in.Fill(); err != nil {
			return a, err
		}
	}
	var src io.Reader
	switch r.Framing {
	case http1.FramingNone:
		return a, nil
	case http1.FramingLength:
		l := new(http1.LengthReader)
		l.Reset(&c.in, r.ContentLength)
		src = l
	case http1.FramingChunked:
		l := new(http1.ChunkedReader)
		l.Reset(&c.in, &a.header)
		src = l
	default:
		src = &c.in
	}
	b, err := io.ReadAll(src)
	a.body = string(b)
	return a, err
}

// received is a request as a server of an upstream got it.
type received struct {
	head string // request line and fields, without the last empty line
	body string
	gateway.Request
}

// script is a server of an upstream that does with every connection what a
// function says. It is over when the test is.
func script(t testing.TB, network string, serve func(c *scriptConn)) (url string) {
	t.Helper()
	address := "127.0.0.1:0"
	if network == "unix" {
		address = t.TempDir() + "/s"
	}
	l, err := net.Listen(network, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { l.Close() })
	go func() {
		for {
			nc, err := l.Accept()
			if err != nil {
				return
			}
			nc.SetDeadline(time.Now().Add(testLimit))
			go func() {
				defer nc.Close()
				serve(&scriptConn{Conn: nc, in: bufio.NewReaderSize(nc, 128<<10)})
			}()
		}
	}()
	if network == "unix" {
		return "unix:" + l.Addr().String()
	}
	return "http://" + l.Addr().String()
}

// scriptConn is a connection as a scripted server sees it.
type scriptConn struct {
	net.Conn
	in *bufio.Reader
}

// head reads a request's head, nil at the connection's end.
func (c *scriptConn) head() *received {
	var head []byte
	for {
		line, err := c.in.ReadBytes('\n')
		if err != nil {
			return nil
		}
		head = append(head, line...)
		if len(line) == 2 {
			break
		}
	}
	r := &received{head: string(bytes.TrimSuffix(head, []byte("\r\n\r\n")))}
	if _, err := http1.ParseRequest(head, &r.Request, http1.Limits{Head: 64 << 10}); err != nil {
		r.head = "MALFORMED: " + err.Error() + "\n" + r.head
	}
	return r
}

// request reads a request with its body, nil at the connection's end.
func (c *scriptConn) request() *received {
	r := c.head()
	if r == nil {
		return nil
	}
	var src io.Reader
	switch {
	case r.ContentLength > 0:
		src = io.LimitReader(c.in, r.ContentLength)
	case r.ContentLength < 0:
		var in http1.Reader
		in.Reset(c.in, make([]byte, 64<<10))
		chunked := new(http1.ChunkedReader)
		chunked.Reset(&in, &r.Trailer)
		src = chunked
	default:
		return r
	}
	b, err := io.ReadAll(src)
	if err != nil {
		return nil
	}
	r.body = string(b)
	return r
}

func (c *scriptConn) say(s string) { io.WriteString(c.Conn, s) }

// reset ends the connection without the courtesy of a FIN.
func (c *scriptConn) reset() {
	if tcp, ok := c.Conn.(*net.TCPConn); ok {
		tcp.SetLinger(0)
	}
	c.Close()
}
