//go:build !unix

package generator

import (
	"os"
	"os/exec"
)

// inGroup has a command interrupted alone, where there are no process groups.
func inGroup(cmd *exec.Cmd) {
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
}

// endGroup does nothing where there are no process groups.
func endGroup(*exec.Cmd) {}
