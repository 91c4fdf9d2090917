//go:build !race

package proxy

// poolAllocs is how many allocations a request may cost: none.
const poolAllocs = 0
