// Package supervisor runs a site as processes: gunicorn's arbiter.
//
// [Run] is the supervisor. It owns the listening sockets, starts its own
// binary again for every process of the topology and hands it the sockets, so a crash
// or a replacement never refuses a connection; it serves no request itself. A
// process learns from [Inherited] that it is a child, takes its listeners, says
// [Child.Ready], and drains when told.
//
//	inline    one serving process that runs every tier on the public listeners
//	process   one proxy process on the public listeners, Workers worker processes,
//	          each on a unix socket of its own in a private folder
//
// Supervisor and child speak over two pipes, one JSON value a line. A closed pipe
// is a message too: when the supervisor has gone, its children drain and exit.
//
// Signals have gunicorn's meaning: TERM stops gracefully, a second TERM, INT
// and QUIT quickly; HUP replaces the processes one after another; TTIN and TTOU
// change the number of workers by one. A child takes TERM, INT and QUIT too, and the
// supervisor puts another in its place.
//
// A process that dies is started again, at once the first time and after a
// growing pause when it keeps dying. If the site cannot start at all, Run returns why.
package supervisor
