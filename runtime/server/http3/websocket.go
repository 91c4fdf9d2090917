package http3

import (
	"crypto/rand"
	"crypto/sha1"
	"encoding/base64"
	"errors"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/quic-go/quic-go"
	"github.com/quic-go/quic-go/http3"

	"stackgen.dev/runtime/gateway"
)

// webSocket makes a request for a WebSocket on a stream (extended CONNECT: RFC 9220, RFC 8441) what it is in
// HTTP/1.1, a GET that asks for an upgrade (RFC 6455, section 4.1): to all tiers it is that.
func (s *session) webSocket(w http.ResponseWriter, r *http.Request) (http.ResponseWriter, *http.Request) {
	get := new(http.Request)
	*get = *r
	get.Method, get.Proto, get.Body, get.ContentLength = http.MethodGet, "HTTP/3.0", http.NoBody, 0
	get.Header = r.Header.Clone()
	get.Header.Del("Content-Length")
	// On a stream there is no key; who answers wants one.
	var nonce [16]byte
	rand.Read(nonce[:])
	key := base64.StdEncoding.EncodeToString(nonce[:])
	get.Header.Set("Sec-Websocket-Key", key)
	get.Header.Set("Connection", "Upgrade")
	get.Header.Set("Upgrade", "websocket")
	return &webSocketWriter{ResponseWriter: w, session: s, key: key}, get
}

// webSocketWriter answers a request for a WebSocket.
type webSocketWriter struct {
	http.ResponseWriter
	session *session
	key     string
	mute    bool
}

// Unwrap is for http.ResponseController.
func (w *webSocketWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }

// WriteHeader sends the head of an answer that is no WebSocket. One of success would say that it is
// (RFC 8441, section 5): then there is none here.
func (w *webSocketWriter) WriteHeader(status int) {
	if status >= 200 && status <= 299 {
		clear(w.Header())
		status, w.mute = http.StatusNotImplemented, true
	}
	w.ResponseWriter.WriteHeader(status)
}

// Write implements http.ResponseWriter.
func (w *webSocketWriter) Write(b []byte) (int, error) {
	if w.mute {
		return len(b), nil
	}
	return w.ResponseWriter.Write(b)
}

// guid is what a server appends to the key (RFC 6455, section 1.3).
const guid = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"

// Switch implements [gateway.Switcher].
func (w *webSocketWriter) Switch(header http.Header) (gateway.Conn, error) {
	sum := sha1.Sum([]byte(w.key + guid))
	if header.Get("Sec-Websocket-Accept") != base64.StdEncoding.EncodeToString(sum[:]) {
		return nil, errors.New("the answer is no WebSocket's")
	}
	streamer, ok := w.ResponseWriter.(http3.HTTPStreamer)
	if !ok {
		return nil, errors.New("the stream cannot be had")
	}
	for name, values := range header {
		switch name {
		case "Connection", "Upgrade", "Sec-Websocket-Accept":
		default:
			w.Header()[name] = values
		}
	}
	w.ResponseWriter.WriteHeader(http.StatusOK)
	stream, err := streamer.HTTPStream()
	if err != nil {
		return nil, err
	}
	return &webSocketConn{Stream: stream, session: w.session}, nil
}

// webSocketConn is a WebSocket's stream.
type webSocketConn struct {
	*http3.Stream
	session *session

	writing sync.Mutex // a stream is not ended while it is written to
	broken  bool       // in the middle of a frame of HTTP/3
}

// Write implements net.Conn.
func (c *webSocketConn) Write(b []byte) (int, error) {
	c.writing.Lock()
	defer c.writing.Unlock()
	n, err := c.Stream.Write(b)
	c.broken = c.broken || err != nil
	return n, err
}

// CloseWrite implements [gateway.Conn].
func (c *webSocketConn) CloseWrite() error {
	c.writing.Lock()
	defer c.writing.Unlock()
	if c.broken {
		c.CancelWrite(quic.StreamErrorCode(http3.ErrCodeRequestCanceled))
		return nil
	}
	return c.Stream.Close()
}

// Close implements net.Conn. What was written is still sent.
func (c *webSocketConn) Close() error {
	c.SetWriteDeadline(time.Unix(1, 0)) // who waits to write waits no longer
	err := c.CloseWrite()
	c.CancelRead(quic.StreamErrorCode(http3.ErrCodeNoError))
	return err
}

// LocalAddr implements net.Conn.
func (c *webSocketConn) LocalAddr() net.Addr { return c.session.conn.LocalAddr() }

// RemoteAddr implements net.Conn.
func (c *webSocketConn) RemoteAddr() net.Addr { return c.session.conn.RemoteAddr() }

var (
	_ gateway.Switcher = (*webSocketWriter)(nil)
	_ gateway.Conn     = (*webSocketConn)(nil)
)
