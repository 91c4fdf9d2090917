// Package proxy is the web server tier: a [gateway.Handler] that answers from
// files, redirects, or hands a request on to an upstream or to the site's own
// application. It is what nginx is in front of gunicorn.
//
// Generated code describes the tier as a [Config], plain data in the order of
// the site file, and [New] compiles it. A request then takes this way:
//
//  1. peer: the client's address and scheme are taken from X-Forwarded-* and
//     Forwarded behind a trusted proxy, and only there (forwarded.go)
//  2. id: every request is named, in logs and in X-Request-ID (requestid.go)
//  3. host: a host that the site does not declare gets 421 (host.go)
//  4. location: the exact one, else the longest prefix (location.go)
//  5. action: [Static], [Files], [Redirect] or [Forward]
//  6. header rules of the proxy, then of the location, on every answer, errors
//     included (headers.go)
//  7. access log, when the answer has been sent (accesslog.go)
//
// Files of the disk are kept open, small ones in memory with their heads ready
// (filecache.go, openfile.go). What is kept is compared with what its name leads to once
// it is no longer valid; large files are looked at for every answer, and once more
// before the last piece is sent: a client gets one file or none.
//
// An [Upstream] speaks HTTP/1.1 over TCP, TLS or unix sockets to a group of servers, or HTTP/2 by net/http
// (h2client.go, h2trip.go). A server as the site file has it is a source (source.go), which stands for as many as
// its name leads to (names.go). A trip
// (trip.go) is one request on its way: it takes a kept connection or makes one
// (pool.go, dial.go), waits where a server has as many as it may (queue.go), sends and reads in one step
// (conn.go), and goes on to another server only where that can do no harm. Large answers and
// upgraded connections pass from socket to socket (splice.go); those of slow clients are
// read ahead of them (readahead.go), so that the server is free.
// The site's worker processes are an upstream like any other; [Trusted] is
// their end of that connection.
//
// Mistakes in a Config are errors of New, for the operator. Failures while
// serving become answers (403 to 504), are logged with the request's id, and
// never reach the caller. Nothing in the package is global: two proxies in one
// process share nothing.
package proxy
