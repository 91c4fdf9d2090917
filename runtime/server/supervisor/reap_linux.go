package supervisor

import (
	"syscall"
	"unsafe"
)

// waitid(2): its constants, and the part of siginfo_t that says who has ended.
const (
	waitAny    = 0          // P_ALL
	waitExited = 4          // WEXITED
	waitPeek   = 0x01000000 // WNOWAIT
)

type signalInfo struct {
	signo, errno, code, _ int32
	pid                   int32
	_                     [108]byte
}

// reap takes away the orphans that have ended: as process 1 of a container the
// supervisor is the parent of every process whose own has gone. Those that
// it has started itself are waited for elsewhere.
func (s *supervisor) reap() {
	own := map[int]bool{}
	for _, p := range s.processes() {
		own[p.pid()] = true
	}
	if s.upgrade.running() {
		own[s.upgrade.successor.Process.Pid] = true
	}
	for {
		var info signalInfo
		_, _, errno := syscall.Syscall6(syscall.SYS_WAITID, waitAny, 0, uintptr(unsafe.Pointer(&info)),
			waitExited|waitPeek|syscall.WNOHANG, 0, 0)
		if errno != 0 || info.pid == 0 || own[int(info.pid)] {
			return // one of our own first: its end is an event, and the next signal comes
		}
		var status syscall.WaitStatus
		if _, err := syscall.Wait4(int(info.pid), &status, syscall.WNOHANG, nil); err != nil {
			return
		}
		s.plan.Log.Debug("reaped an orphan", "pid", info.pid, "status", status)
	}
}
