//go:build !linux

package site

import "runtime"

// memory is what the Go runtime has from the system, in bytes, as far as it
// has not given it back.
func memory() int64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.Sys - m.HeapReleased)
}
