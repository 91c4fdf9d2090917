// Package inflight watches the requests that an application is answering.
//
// A [Tracker] stands between engine and application. It gives each request its
// deadline (workers.timeout), counts and measures, and looks every now and then for
// those that overstay: the stack of such a handler is logged once, and when it
// goes on for longer than the grace period the process is reported as stuck. Go cannot
// stop a goroutine, so whoever hears of that has the process replaced.
//
// On the way of a request it costs two looks at the clock, a lock that nobody
// else holds, and no memory.
package inflight
