// Package websocket has views that speak over a WebSocket (RFC 6455). A site names a function of its own:
//
//	view "chat" {
//	  websocket { handler = go.views.Chat }
//	}
//
//	func Chat(r *web.Request, c *websocket.Conn) error {
//		for {
//			text, err := c.ReadText()
//			if err != nil {
//				return err
//			}
//			if err := c.WriteText("You said: " + text); err != nil {
//				return err
//			}
//		}
//	}
//
// The function is called when layers and guards have let the request pass and the client has been
// answered; before that it is a request like any other, and what refuses it is an answer like any other. The
// connection lasts until the function returns, and is closed then: with 1000 after nil, with the code of a
// [CloseError] that it returns, with 1008 after an error of the client's ([web.Forbidden] and its like), and with 1011 after any other
// error and a panic, which are logged. That the connection has ended is an error of every method, a
// *CloseError too, so that functions return what they get.
//
// The request's context ends with the connection: when the client leaves, when it has not answered a ping,
// and when the process has to end, at the limit of its drain: the client is told 1001 then, going away, and
// connects again to the process that has taken over.
//
// What comes is read at all times, so that pings are answered and a client's leaving shows; two messages
// may wait for the function, and the client with more of them. Between messages a connection holds two
// goroutines and some 24 KB, of which 12 are their stacks. Framing is github.com/coder/websocket's, which only sites with such views link.
package websocket
