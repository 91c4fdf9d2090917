// Package supervisor runs a site as processes: gunicorn's arbiter.
//
// [Run] is the supervisor. It owns the listening sockets, starts the site's
// binary again for every process of the topology and hands it the sockets, so a crash
// or a replacement never refuses a connection; it serves no request itself. A
// process learns from [Inherited] that it is a child, takes its listeners, says
// [Child.Ready], reports its figures every second, and drains when told.
//
//	inline    one serving process that runs every tier on the public listeners
//	process   one proxy process on the public listeners, Workers worker processes,
//	          each on a unix socket of its own in a private folder
//	workers   worker processes that share the public listeners (serve --tier app)
//
// Supervisor and child speak over two pipes, one JSON value a line. A closed pipe
// is a message too: when the supervisor has gone, its children drain and exit, workers
// when the last proxy has gone (the life line). A third pipe carries what the Go
// runtime says when a child crashes.
//
// # Replacing
//
// A process is replaced for a [Reason]: it has asked for it ([Child.Replace]), it has
// died, it reports nothing, or somebody wants it. Where the old one lives, the new
// one is ready before the old is told to go, and a worker is told only when every proxy
// has said that it sends it nothing more: each process of a slot has an address of its
// own, a link to the slot's socket. That socket outlives them, so what waits in it is
// served by whoever comes next.
//
// A process that dies is started again, at once the first time and after a
// growing pause when it keeps dying. If the site cannot start at all, Run returns why.
//
// # Signals
//
// They have gunicorn's meaning. TERM stops gracefully; a second TERM, INT and QUIT
// quickly; HUP replaces the processes one after another by those of the binary that
// is on disk now, and goes back to the old one if that does not start; USR2 starts that
// binary as a second supervisor beside this one, on the same sockets; WINCH then lets this
// one's processes go; TTIN and TTOU change the number of workers by one; USR1 has
// logs opened anew. A child takes TERM, INT and QUIT too, and the supervisor puts another in its place,
// at TERM before the child leaves. So TERM to all processes of a site at once, as service
// managers send it, is as graceful as TERM to the supervisor alone.
//
// The same and more can be asked for over a unix socket that only the owner
// can open: see [Command].
//
// Sockets may come from systemd (LISTEN_FDS), which is told how the site is
// doing (sd_notify), and as process 1 the supervisor reaps orphans.
package supervisor
