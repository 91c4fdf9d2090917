//go:build !linux

package supervisor

import "syscall"

// replaceFD makes to another descriptor of what from is, closed on exec.
func replaceFD(from, to int) error {
	syscall.ForkLock.RLock()
	defer syscall.ForkLock.RUnlock()
	if err := syscall.Dup2(from, to); err != nil {
		return err
	}
	syscall.CloseOnExec(to)
	return nil
}
