// Package server is the engine that speaks HTTP to clients and calls a
// [gateway.Handler]: HTTP/1.1 on package http1 with a connection loop of its own,
// HTTP/2 (over TLS, and h2c with prior knowledge) on net/http.
//
// A [Server] serves listeners that somebody else opened; processes, sockets
// and signals are package supervisor's.
//
// Each connection has a goroutine. Time limits cost no timer a request: every
// connection notes until when its present step may take, and one goroutine
// of the server looks at all of them a few times a second. The same goroutine
// answers for handlers that overstay their deadline, and notices clients that
// have left while somebody waits on the exchange's context.
//
// A request without content that gets a small byte body allocates nothing.
//
// What clients do wrong is answered (408, 413, 431 and so on) and not returned;
// panics of handlers are logged with their stack and answered 500.
package server
