//go:build unix

package generator

import (
	"os/exec"
	"syscall"
)

// inGroup has a command run in a process group of its own, which is
// interrupted as a whole: the go command does not wait for its compilers.
func inGroup(cmd *exec.Cmd) {
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	cmd.Cancel = func() error { return syscall.Kill(-cmd.Process.Pid, syscall.SIGINT) }
}

// endGroup ends what an interrupted command has left of its group.
func endGroup(cmd *exec.Cmd) { syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }
