// Command load is the bench's own load generator, for what wrk and h2load do
// not measure:
//
//	load pace       requests at a constant rate, whether answers come or not
//	load connect    a new TLS connection, with a full handshake, for each request
//	load slow       clients that dawdle, until it is told to stop
//	load probe      how fast the core that it runs on is at the moment
//	load bounce     how far apart the two cores that it runs on are
//
// Each writes one JSON object to standard output when it is done. It checks what it
// gets (status and length), so that a fast wrong answer is an error.
//
// pace is an open loop: the time at which a request is due is fixed before it
// starts, and latency counts from then, so that an answer that is late makes all
// that wait behind it late as well (what wrk2 calls coordinated omission does not
// happen). It is one epoll loop on one thread without timers of the Go
// runtime, whose resolution is a millisecond while waiting; it runs on
// Linux only.
package main
