// Package gateway is the contract between whatever speaks a protocol to a
// client and whatever answers: what WSGI is between gunicorn and Django.
//
// An engine (HTTP/1.1, HTTP/2, HTTP/3) fills an [Exchange], calls
// [Handler.Serve] and then writes the [Response] that the handler described.
// Handlers are stacked: the proxy is one, the application another, and in
// inline mode the proxy hands the very same Exchange to the application as a
// function call.
//
// A response is described, not written: the handler says which body it has and
// returns; the engine sends it after every tier has had its turn. So an outer
// handler may still change the head, and nothing is copied on the way.
//
// Memory: the engine reuses an Exchange, and every []byte reachable from it,
// after Serve has returned and the response has been written. Whoever keeps
// something longer copies it. A context handed out by [Exchange.Context] is
// never reused.
//
// The package imports none of the project's other packages.
package gateway
