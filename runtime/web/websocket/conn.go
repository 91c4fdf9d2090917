package websocket

import (
	"context"
	"errors"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"time"
	"unicode/utf8"

	coder "github.com/coder/websocket"

	"stackgen.dev/runtime/gateway"
)

// Conn is a WebSocket. Messages are read by one goroutine at a time; everything else may be called by any number.
type Conn struct {
	ws          *coder.Conn
	socket      *socket
	ctx         context.Context
	endContext  context.CancelFunc
	subprotocol string

	// incoming holds what has been read and the function has not seen; closed when no more comes.
	incoming chan Message
	// heard says that something has come since a ping was sent, waits that the client has more to say
	// than the function reads.
	heard, waits atomic.Bool
	interval     time.Duration
	beats        *time.Timer // nil where nobody asks

	mu     sync.Mutex
	cause  *CloseError   // why it has ended; nil while it goes on
	closed chan struct{} // closed when the other side has been told

	queue   []Message // what Post has left to send
	sending bool      // and somebody is at it
}

// closeTimeout is how long the other side may take to answer a close frame, writeTimeout to take a part of a message.
const (
	closeTimeout = 5 * time.Second
	writeTimeout = 30 * time.Second
)

// newConn takes an accepted connection; serve begins to read from it.
func newConn(ctx context.Context, end context.CancelFunc, ws *coder.Conn, s *socket) *Conn {
	c := &Conn{ws: ws, socket: s, ctx: ctx, endContext: end, incoming: make(chan Message, 1), closed: make(chan struct{})}
	return c
}

// Context ends with the connection; it is the request's.
func (c *Conn) Context() context.Context { return c.ctx }

// Subprotocol is what both sides have agreed on, "" for none.
func (c *Conn) Subprotocol() string { return c.subprotocol }

// Close ends the connection with a code and a reason, and returns when the client has answered, or 5
// seconds later. Only the first call counts. NoStatus and Abnormal cannot be sent, and are NormalClosure.
func (c *Conn) Close(code Code, reason string) {
	c.close(&CloseError{code, reason})
}

// close tells the other side that it is over, unless it is already.
func (c *Conn) close(cause *CloseError) {
	cause = cause.sendable()
	if !c.end(cause) {
		return
	}
	c.socket.last(closeTimeout)
	c.ws.Close(coder.StatusCode(cause.Code), cause.Reason) // an error is that it was over already
	close(c.closed)
}

// drop ends the connection without a word, as nobody is there to hear it or all has been said.
func (c *Conn) drop(cause *CloseError) {
	if c.end(cause) {
		c.ws.CloseNow()
		close(c.closed)
	}
}

// end notes why it is over, once.
func (c *Conn) end(cause *CloseError) bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cause != nil {
		return false
	}
	c.cause = cause
	if c.beats != nil {
		c.beats.Stop()
	}
	c.queue = nil
	c.endContext()
	return true
}

// ended is why the connection is over, nil while it goes on.
func (c *Conn) ended() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cause == nil {
		return nil // and no *CloseError
	}
	return c.cause
}

// pump reads what comes, at all times: a ping is answered and the end is seen while the function does
// something else.
func (c *Conn) pump() {
	defer close(c.incoming)
	for {
		kind, b, err := c.ws.Read(context.Background())
		if err != nil {
			c.failed(err)
			return
		}
		c.heard.Store(true)
		if kind == coder.MessageText && !utf8.Valid(b) {
			c.close(&CloseError{InvalidData, "text that is not UTF-8"})
			return
		}
		c.waits.Store(true)
		select {
		case c.incoming <- Message{Kind(kind), b}:
			c.waits.Store(false)
		case <-c.ctx.Done():
			return
		}
	}
}

// failed ends the connection for what reading from it, or writing to it, came to.
func (c *Conn) failed(err error) {
	var told coder.CloseError
	switch {
	case errors.As(err, &told): // and the library has answered
		c.drop(&CloseError{Code(told.Code), told.Reason})
	case errors.Is(err, coder.ErrMessageTooBig): // and it has said so; the client may be sending still
		c.close(&CloseError{MessageTooBig, "the message is too big"})
	case isNetwork(err):
		c.drop(&CloseError{Abnormal, "the connection broke"})
	default:
		c.close(&CloseError{ProtocolError, ""})
	}
}

// isNetwork tells the end of a connection from a client that does not keep to the protocol.
func isNetwork(err error) bool {
	var network net.Error
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) || errors.As(err, &network)
}

// watch has the client asked whether it is there, after every interval.
func (c *Conn) watch(interval time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if interval > 0 && c.cause == nil {
		c.interval = interval
		c.beats = time.AfterFunc(interval, c.beat)
	}
}

// beat asks, and ends the connection of a client that does not answer. An answer behind messages that the
// function does not read cannot be seen.
func (c *Conn) beat() {
	if !c.waits.Load() {
		c.heard.Store(false)
		ctx, cancel := context.WithTimeout(context.Background(), c.interval)
		err := c.ws.Ping(ctx)
		cancel()
		if err != nil && !c.waits.Load() && !c.heard.Load() {
			c.drop(&CloseError{Abnormal, "the client has not answered a ping"})
			return
		}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.cause == nil {
		c.beats.Reset(c.interval)
	}
}

// socket is the connection beneath the frames: what is written to it has to be taken in time.
type socket struct {
	gateway.Conn
	mu     sync.Mutex
	ending bool
}

// Write implements net.Conn.
func (s *socket) Write(b []byte) (int, error) {
	s.mu.Lock()
	if !s.ending {
		s.SetWriteDeadline(time.Now().Add(writeTimeout))
	}
	s.mu.Unlock()
	return s.Conn.Write(b)
}

// last leaves the connection that much time for all that is still to be said and heard.
func (s *socket) last(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ending = true
	s.SetDeadline(time.Now().Add(d))
}
