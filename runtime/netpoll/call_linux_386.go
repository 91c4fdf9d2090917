package netpoll

import "syscall"

// 386 has one call for all that sockets do, with its arguments in memory; these
// take the first three arguments and leave the others.
const (
	callReceive = syscall.SYS_READ
	callSend    = syscall.SYS_WRITE
)
