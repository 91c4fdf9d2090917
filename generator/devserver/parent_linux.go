package devserver

import "syscall"

// endWithParent has a process told to end when stackgen is killed.
func endWithParent(attr *syscall.SysProcAttr) { attr.Pdeathsig = syscall.SIGTERM }
