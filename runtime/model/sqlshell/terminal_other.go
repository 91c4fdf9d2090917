//go:build !linux && !darwin

package sqlshell

// Terminal reports that nothing is a terminal.
func Terminal(any) (width int, is bool) { return 0, false }
