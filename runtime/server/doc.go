// Package server is the engine that speaks HTTP to clients and calls a
// [gateway.Handler]: HTTP/1.1 on package http1 with a connection loop of its own,
// HTTP/2 (over TLS, and h2c with prior knowledge) on net/http, HTTP/3 where it is given one that
// speaks it ([HTTP3]: package http3).
//
// A [Server] serves listeners that somebody else opened; processes, sockets
// and signals are package supervisor's.
//
// Plain connections are driven by package netpoll: one goroutine a core reads
// their requests, calls the handler and writes the answer, until something has to be
// waited for; from there on the request has a goroutine of its own (see
// [gateway.Exchange.MayBlock]). Connections that speak TLS have a goroutine each, and where the
// system has no poller all have.
//
// Time limits cost no timer a request: every connection notes until when its
// present step may take, and one goroutine of the server looks at all of them a few
// times a second. The same goroutine answers for handlers that overstay their deadline, and
// notices clients that have left while somebody waits on the exchange's context.
//
// A request without content that gets a small byte body allocates nothing.
//
// What clients do wrong is answered (408, 413, 431 and so on) and not returned;
// panics of handlers are logged with their stack and answered 500.
package server
