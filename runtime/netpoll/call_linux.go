//go:build !386

package netpoll

import "syscall"

// The calls of sockets: read and write, which are for files of any kind, look at
// a position and a lock first: a small answer takes 4 % more of the processor with
// them.
const (
	callReceive = syscall.SYS_RECVFROM
	callSend    = syscall.SYS_SENDTO
)
