package site

import (
	"bytes"
	"os"
	"strconv"
)

// memory is what this process holds of the machine's memory, in bytes: the
// second field of statm, in pages (proc_pid_statm(5)).
func memory() int64 {
	b, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return 0
	}
	fields := bytes.Fields(b)
	if len(fields) < 2 {
		return 0
	}
	pages, err := strconv.ParseInt(string(fields[1]), 10, 64)
	if err != nil {
		return 0
	}
	return pages * int64(os.Getpagesize())
}
