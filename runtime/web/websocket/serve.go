package websocket

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"runtime/debug"

	coder "github.com/coder/websocket"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/web"
)

// serve has the connection until the site's function returns and the client knows.
func (v *View) serve(r *web.Request, nc gateway.Conn, shake handshake, end context.CancelFunc) {
	s := &socket{Conn: nc}
	ws, err := frames(s, shake)
	if err != nil {
		panic(fmt.Errorf("stackgen: unreachable: %w", err)) // the handshake was checked
	}
	ws.SetReadLimit(v.MaxMessageSize)
	c := newConn(r.Context(), end, ws, s)
	c.subprotocol = shake.subprotocol
	// The server's time is over, unless the connection had ended before.
	context.AfterFunc(r.Context(), func() { c.close(&CloseError{GoingAway, ""}) })
	pumped := make(chan struct{})
	go func() {
		defer close(pumped)
		c.pump()
	}()
	c.watch(v.PingInterval)
	c.close(v.call(r, c))
	<-c.closed
	<-pumped
}

// call runs the site's function, and returns how the connection is to end.
func (v *View) call(r *web.Request, c *Conn) (cause *CloseError) {
	defer func() {
		if value := recover(); value != nil {
			r.Log().Error("websocket: panic in a handler", "view", r.View().Name, "path", r.Path(), "panic", value, "stack", string(debug.Stack()))
			cause = &CloseError{InternalError, ""}
		}
	}()
	err := v.Serve(r, c)
	over := c.ended() != nil || c.ctx.Err() != nil
	var own *CloseError
	var refused *web.Error
	switch {
	case err == nil:
		return &CloseError{NormalClosure, ""}
	case errors.As(err, &own):
		return own
	case over && (errors.Is(err, context.Canceled) || errors.Is(err, net.ErrClosed)):
		return &CloseError{NormalClosure, ""}
	case errors.As(err, &refused) && refused.Status < 500:
		r.Log().Warn("websocket: client refused", "view", r.View().Name, "path", r.Path(), "status", refused.Status, "error", err.Error())
		return &CloseError{PolicyViolation, refused.Message}
	}
	r.Log().Error("websocket: handler failed", "view", r.View().Name, "path", r.Path(), "error", err.Error())
	return &CloseError{InternalError, ""}
}

// What a connection reads into and collects a frame in, in bytes: it has both while it rests. Longer frames
// go past them.
const (
	readBuffer  = 512
	writeBuffer = 1024
)

// frames gives a connection to the library. That takes one from net/http only, with a request whose
// handshake it checks again, and answers; the client has its answer already.
func frames(s *socket, shake handshake) (*coder.Conn, error) {
	req := &http.Request{Method: http.MethodGet, ProtoMajor: 1, ProtoMinor: 1, Header: http.Header{
		"Connection": {"Upgrade"}, "Upgrade": {"websocket"}, "Sec-Websocket-Version": {"13"}, "Sec-Websocket-Key": {shake.key},
	}}
	return coder.Accept(&answered{socket: s, header: http.Header{}}, req, &coder.AcceptOptions{InsecureSkipVerify: true})
}

// answered is a response that has been sent.
type answered struct {
	socket *socket
	header http.Header
}

// Header implements http.ResponseWriter.
func (a *answered) Header() http.Header { return a.header }

// WriteHeader implements http.ResponseWriter.
func (a *answered) WriteHeader(int) {}

// Write implements http.ResponseWriter.
func (a *answered) Write(b []byte) (int, error) { return len(b), nil }

// Hijack implements http.Hijacker.
func (a *answered) Hijack() (net.Conn, *bufio.ReadWriter, error) {
	return a.socket, bufio.NewReadWriter(bufio.NewReaderSize(a.socket, readBuffer), bufio.NewWriterSize(a.socket, writeBuffer)), nil
}

var _ http.Hijacker = (*answered)(nil)
