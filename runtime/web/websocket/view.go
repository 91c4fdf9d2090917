package websocket

import (
	"context"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/origin"
)

// View is a view that speaks over a WebSocket.
type View struct {
	// Serve is the site's function; the connection lasts until it returns.
	Serve func(r *web.Request, c *Conn) error
	// MaxMessageSize is how long a message of the client's may be, in bytes; 0 is DefaultMaxMessageSize. A longer one
	// ends the connection with 1009.
	MaxMessageSize int64
	// PingInterval is how often a client is asked whether it is still there, and how long it may take to
	// answer; 0 is DefaultPingInterval, less is never.
	PingInterval time.Duration
	// Origins are sites whose pages may connect beside this one's: "https://app.example.com",
	// "https://*.example.com", or "*" for all.
	Origins []string
	// Subprotocols are those that Serve speaks, the one that it likes best first.
	Subprotocols []string

	trusted *origin.Trusted
	anybody bool
}

// What a view has whose site file says nothing of it. A message is in memory as a whole, up to three of them for each
// connection. Proxies on the way take a connection for dead after a minute of silence (nginx proxy_read_timeout).
const (
	DefaultMaxMessageSize = 64 << 10
	DefaultPingInterval   = 30 * time.Second
)

// Handler is the view for the dispatcher: it answers 101, or says why not.
func (v View) Handler() web.Handler {
	if v.MaxMessageSize == 0 {
		v.MaxMessageSize = DefaultMaxMessageSize
	}
	if v.PingInterval == 0 {
		v.PingInterval = DefaultPingInterval
	}
	v.trusted = origin.NewTrusted(v.Origins)
	for _, o := range v.Origins {
		v.anybody = v.anybody || o == "*"
	}
	only := web.NewMethods("GET")
	return func(r *web.Request) (*web.Response, error) {
		if !only.Allow(r.Method()) {
			return only.Refuse(r.Method()), nil
		}
		shake, err := v.read(r)
		if err != nil {
			return nil, err
		}
		p := r.Upgrade("websocket", func(nc gateway.Conn, end context.CancelFunc) {
			v.serve(r, nc, shake, end)
		})
		p.AddHeader("Sec-WebSocket-Accept", shake.accept())
		if shake.subprotocol != "" {
			p.AddHeader("Sec-WebSocket-Protocol", shake.subprotocol)
		}
		return p, nil
	}
}
