package web

import (
	"context"

	"stackgen.dev/runtime/gateway"
)

// Upgrade answers 101 and switches to another protocol (RFC 9110, section 7.8), one that the client has
// asked for. serve gets the connection when every layer has had its turn and the head has been sent; it is
// closed when serve returns, and until then the request is good. Its context has no deadline any more; it
// ends when the server's time is over, and when serve, which sees the client leave, calls end.
//
// What serve changes in the session is not kept, as the answer has gone.
func (r *Request) Upgrade(protocol string, serve func(c gateway.Conn, end context.CancelFunc)) *Response {
	out := &r.x.Response
	out.Reset()
	out.Status = 101
	out.Takeover(func(c gateway.Conn) {
		r.queries = nil // it would hold what is asked for hours against one page
		// What the route has captured holds on to all that the request was read into, and the engine has
		// made a small copy by now.
		r.app.table.MatchHost(r.x.Request.Host, r.x.Request.Path, &r.match)
		serve(c, r.x.Prolong())
	})
	p := Described()
	p.Status = 101
	p.AddHeader("Connection", "Upgrade")
	p.AddHeader("Upgrade", protocol)
	return p
}
