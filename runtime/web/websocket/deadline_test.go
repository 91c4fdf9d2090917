package websocket_test

import (
	"time"

	"stackgen.dev/runtime/gateway"
)

// deadlines gives every request a deadline and has its context made, as a worker's engine and a database do.
type deadlines struct{ gateway.Handler }

// Serve implements gateway.Handler.
func (d deadlines) Serve(x *gateway.Exchange) {
	x.SetDeadline(time.Now().Add(time.Hour))
	x.Context()
	d.Handler.Serve(x)
}
