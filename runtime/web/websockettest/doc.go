// Package websockettest is the client's end of a WebSocket, for tests of a site's views (WebsocketCommunicator of
// Channels). A project does not import it, but calls WebSocket of its gen/sitetest:
//
//	s := sitetest.New(t)
//	c := s.WebSocket("/chat/")
//	c.Send("Hello")
//	if got := c.Receive(); got != "You said: Hello" { … }
//
// The request goes through the whole site, with the visitor's cookies. What does not come within [Patience]
// fails the test, and so does the end of the connection where it is not expected.
package websockettest
