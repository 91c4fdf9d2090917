package gateway

import (
	"bufio"
	"bytes"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"
)

// Hijack implements http.Hijacker. The head that the handler then writes to
// the connection is taken as the description of the response; after it the
// connection is the client's. Reading waits for that.
func (w *httpResponseWriter) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	if w.commit != commitNothing {
		return nil, nil, http.ErrHijacked
	}
	if r := &w.run.x.Request; r.Proto != HTTP10 && r.Proto != HTTP11 && !r.Header.Has("Upgrade") {
		return nil, nil, http.ErrNotSupported
	}
	w.commit = commitHijack
	w.hijacked = newHijackedConn(w)
	return w.hijacked, bufio.NewReadWriter(bufio.NewReader(w.hijacked), bufio.NewWriter(w.hijacked)), nil
}

// hijackedConn is the connection a hijacker holds: at first it collects the
// head, then it is the client's.
type hijackedConn struct {
	writer *httpResponseWriter

	mu       sync.Mutex
	head     []byte
	rest     []byte // written right behind the head
	conn     Conn
	deadline [2]time.Time // for reading and writing, set too early
	attached chan struct{}
	closed   chan struct{}
	once     sync.Once // closes closed
}

func newHijackedConn(w *httpResponseWriter) *hijackedConn {
	return &hijackedConn{writer: w, attached: make(chan struct{}), closed: make(chan struct{})}
}

var errHijackedHead = errors.New("gateway: a hijacker has to write a response head first")

// attach gives the real connection; the result is closed with it.
func (c *hijackedConn) attach(conn Conn) <-chan struct{} {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.conn = conn
	conn.SetReadDeadline(c.deadline[0])
	conn.SetWriteDeadline(c.deadline[1])
	if len(c.rest) > 0 {
		conn.Write(c.rest)
	}
	close(c.attached)
	return c.closed
}

// real waits for the client's connection.
func (c *hijackedConn) real() (Conn, error) {
	select {
	case <-c.attached:
		return c.conn, nil
	case <-c.closed:
	case <-c.writer.run.ctx.Done():
	}
	select {
	case <-c.attached:
		return c.conn, nil
	default:
		return nil, net.ErrClosed
	}
}

func (c *hijackedConn) Read(p []byte) (int, error) {
	conn, err := c.real()
	if err != nil {
		return 0, err
	}
	return conn.Read(p)
}

func (c *hijackedConn) Write(p []byte) (int, error) {
	c.mu.Lock()
	if c.conn != nil {
		c.mu.Unlock()
		return c.conn.Write(p)
	}
	defer c.mu.Unlock()
	if c.writer.status != 0 {
		c.rest = append(c.rest, p...)
		return len(p), nil
	}
	c.head = append(c.head, p...)
	end := bytes.Index(c.head, []byte("\r\n\r\n"))
	if end < 0 {
		if len(c.head) > httpBuffer {
			return 0, errHijackedHead
		}
		return len(p), nil
	}
	res, err := http.ReadResponse(bufio.NewReader(bytes.NewReader(c.head)), &http.Request{Method: http.MethodHead})
	if err != nil {
		return 0, errHijackedHead
	}
	c.rest = append(c.rest, c.head[end+4:]...)
	c.writer.status, c.writer.sent = res.StatusCode, res.Header
	c.writer.run.commit()
	return len(p), nil
}

func (c *hijackedConn) Close() error {
	c.once.Do(func() { close(c.closed) })
	c.writer.run.commit()
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.conn != nil {
		return c.conn.Close()
	}
	return nil
}

// CloseWrite ends the sending direction.
func (c *hijackedConn) CloseWrite() error {
	conn, err := c.real()
	if err != nil {
		return err
	}
	return conn.CloseWrite()
}

func (c *hijackedConn) LocalAddr() net.Addr { return hijackedAddr("") }

func (c *hijackedConn) RemoteAddr() net.Addr {
	return hijackedAddr(c.writer.run.client)
}

func (c *hijackedConn) SetDeadline(t time.Time) error {
	return errors.Join(c.SetReadDeadline(t), c.SetWriteDeadline(t))
}

func (c *hijackedConn) SetReadDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline[0] = t
	if c.conn != nil {
		return c.conn.SetReadDeadline(t)
	}
	return nil
}

func (c *hijackedConn) SetWriteDeadline(t time.Time) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.deadline[1] = t
	if c.conn != nil {
		return c.conn.SetWriteDeadline(t)
	}
	return nil
}

// hijackedAddr is an address as text.
type hijackedAddr string

func (hijackedAddr) Network() string  { return "tcp" }
func (a hijackedAddr) String() string { return string(a) }
