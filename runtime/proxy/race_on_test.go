//go:build race

package proxy

// poolAllocs is how many allocations a request may cost because sync.Pool
// forgets at random under the race detector.
const poolAllocs = 10
