// Package netpoll drives plain sockets by an event loop of its own, without a
// goroutine for each of them: epoll, edge-triggered, on Linux. Elsewhere
// [Supported] is false and nothing of it is used.
//
// A [Group] has one [Poller] a core. A poller is driven by one goroutine, which
// waits for events and calls the handlers of the connections that have something to
// read. Handlers of short work run right there: a request costs one read and one
// write, and no switch between goroutines. A handler that may have to wait for
// anything says so with [Driver.Leave]; then another goroutine drives on, and what
// the handler does from there is as free as in any goroutine. For those that do not
// say so there is a monitor, which replaces a driver that has been gone for some milliseconds.
//
// A [Conn] is a net.Conn as well: reading and writing wait where nobody else is
// held up, with deadlines. So a connection moves between both ways at no cost, and an
// idle one costs its memory only, some hundred bytes.
//
// The pollers wait inside Go's own network poller, in which they are registered
// as descriptors; no thread is blocked in the kernel, and the scheduler knows of all
// that is going on.
//
// Package server's connections and package proxy's upstream connections are
// driven by it. Errors are those of package net's connections: os.ErrDeadlineExceeded,
// net.ErrClosed, io.EOF, and *net.OpError around the kernel's.
package netpoll
