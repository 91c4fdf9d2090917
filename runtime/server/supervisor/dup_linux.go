package supervisor

import "syscall"

// replaceFD makes to another descriptor of what from is, closed on exec.
func replaceFD(from, to int) error { return syscall.Dup3(from, to, syscall.O_CLOEXEC) }
