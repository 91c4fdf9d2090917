// Package http3 speaks HTTP/3 for package server, by quic-go. Sites link it where a listener asks for
// it (http3 = true).
//
// # One socket, several processes
//
// While a site is reloaded or upgraded, two processes or more have connections on one UDP socket, and a
// packet that arrives does not say which of them it is for: QUIC's connections are known by the IDs that the
// server itself hands out (RFC 9000, section 5.1), not by addresses. So an ID names the process that made it, encrypted
// with a key that all of them share, and one process at a time reads from the socket: the newest that
// serves. What is for another it passes on over a unix socket. Answers each writes to the UDP socket itself.
//
//	socket.go   the UDP socket as quic-go sees it: reads, and sorts what came by its process
//	connid.go   connection IDs, and the keys that processes share
//	peers.go    the unix sockets between processes, in a folder of the data folder
//	frame.go    what goes over them
//	turn.go     who reads: whoever holds the lock of a file, which ends with its process
//
// A packet that begins a connection has an ID that the client made up. Those that the reader has seen of late it
// tells its successor, so that a handshake which is under way goes on where it began.
//
// A process that dies takes its connections with it; its successor answers what still comes for them with a
// stateless reset, and clients begin anew.
//
// # Bounds
//
// A connection has so many requests in flight as one of HTTP/2, and small windows. Where many handshakes
// are under way, clients first have to show that their address is theirs (Retry); beyond that, and beyond so many
// connections, they are refused. One that opens and resets requests without end is closed. There is no 0-RTT: what
// comes in it can be replayed (RFC 8470).
package http3
