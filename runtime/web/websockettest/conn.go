package websockettest

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	coder "github.com/coder/websocket"

	"stackgen.dev/runtime/web/websocket"
	"stackgen.dev/runtime/web/webtest"
)

// Patience is how long a client waits for a message, or for an answer to its close frame.
const Patience = 20 * time.Second

// Conn is the client's end of a WebSocket; it ends with the test. It is for the test's goroutine.
type Conn struct {
	// Handshake is the answer: of status 101, or what refused the connection. Nothing can be sent then.
	Handshake *webtest.Response

	t  testing.TB
	ws *coder.Conn
}

// Dial asks for a WebSocket as a page of the site does, unless the request has an Origin of its own; Method is GET.
func Dial(t testing.TB, client *webtest.Client, r webtest.Request, subprotocols ...string) *Conn {
	t.Helper()
	c := &Conn{t: t}
	scheme := "http://"
	if client.Secure {
		scheme = "https://"
	}
	fields := http.Header{"Origin": {scheme + client.Host}}
	for _, f := range r.Header {
		fields.Set(f[0], f[1])
	}
	trip := func(req *http.Request) (*http.Response, error) {
		asked := webtest.Request{Target: r.Target}
		for name, values := range req.Header {
			for _, value := range values {
				asked.Header = append(asked.Header, [2]string{name, value})
			}
		}
		p, nc, end := client.Upgrade(t.Context(), asked)
		t.Cleanup(end)
		c.Handshake = p
		res := &http.Response{StatusCode: p.Status, Header: http.Header{}, Body: http.NoBody}
		for _, f := range p.Fields {
			res.Header.Add(f[0], f[1])
		}
		if nc != nil {
			res.Body = nc
		}
		return res, nil
	}
	ws, _, err := coder.Dial(context.Background(), "ws://"+client.Host+"/", &coder.DialOptions{
		HTTPClient: &http.Client{Transport: tripper(trip)}, HTTPHeader: fields, Subprotocols: subprotocols,
	})
	switch {
	case c.Handshake == nil || err != nil && c.Handshake.Status == 101:
		t.Fatalf("websockettest: %s: %v", r.Target, err)
	case err == nil:
		ws.SetReadLimit(-1)
		c.ws = ws
	}
	return c
}

// tripper is a function as an http.RoundTripper.
type tripper func(*http.Request) (*http.Response, error)

// RoundTrip implements http.RoundTripper.
func (f tripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

// Subprotocol is what both sides have agreed on, "" for none.
func (c *Conn) Subprotocol() string { return c.open().Subprotocol() }

// open is the connection; a test goes no further where it was refused.
func (c *Conn) open() *coder.Conn {
	c.t.Helper()
	if c.ws == nil {
		c.t.Fatalf("websockettest: the connection was refused with %d:\n%s", c.Handshake.Status, c.Handshake.Body)
	}
	return c.ws
}

// Send sends a message of text.
func (c *Conn) Send(text string) {
	c.t.Helper()
	c.write(coder.MessageText, []byte(text))
}

// SendBinary sends a binary message.
func (c *Conn) SendBinary(b []byte) {
	c.t.Helper()
	c.write(coder.MessageBinary, b)
}

// SendJSON sends a value as JSON.
func (c *Conn) SendJSON(v any) {
	c.t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		c.t.Fatalf("websockettest: %v", err)
	}
	c.write(coder.MessageText, b)
}

func (c *Conn) write(kind coder.MessageType, b []byte) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	if err := c.open().Write(ctx, kind, b); err != nil {
		c.t.Fatalf("websockettest: %v", err)
	}
}

// Receive waits for a message of text.
func (c *Conn) Receive() string {
	c.t.Helper()
	return string(c.read(coder.MessageText))
}

// ReceiveBinary waits for a binary message.
func (c *Conn) ReceiveBinary() []byte {
	c.t.Helper()
	return c.read(coder.MessageBinary)
}

// ReceiveJSON waits for a message of text, and reads it as JSON.
func (c *Conn) ReceiveJSON(into any) {
	c.t.Helper()
	if b := c.read(coder.MessageText); json.Unmarshal(b, into) != nil {
		c.t.Fatalf("websockettest: the message is not that JSON: %s", b)
	}
}

func (c *Conn) read(want coder.MessageType) []byte {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	kind, b, err := c.open().Read(ctx)
	if err != nil {
		c.t.Fatalf("websockettest: no message, but %v", err)
	}
	if kind != want {
		c.t.Fatalf("websockettest: the message is %v, not %v: %q", kind, want, b)
	}
	return b
}

// Close ends the connection and waits for the site's answer.
func (c *Conn) Close(code websocket.Code, reason string) {
	c.t.Helper()
	if err := c.open().Close(coder.StatusCode(code), reason); err != nil && coder.CloseStatus(err) < 0 {
		c.t.Fatalf("websockettest: %v", err)
	}
}

// Closed waits until the site ends the connection, and says how. Messages before that are a mistake.
func (c *Conn) Closed() (code websocket.Code, reason string) {
	c.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	_, b, err := c.open().Read(ctx)
	var told coder.CloseError
	switch {
	case err == nil:
		c.t.Fatalf("websockettest: the connection goes on, with %q", b)
	case errors.As(err, &told):
		return websocket.Code(told.Code), told.Reason
	case ctx.Err() != nil:
		c.t.Fatal("websockettest: the connection goes on")
	}
	return websocket.Abnormal, err.Error()
}
