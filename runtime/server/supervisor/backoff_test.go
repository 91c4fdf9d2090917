package supervisor

import (
	"testing"
	"time"
)

// Ensure the pauses grow from nothing to the limit, and stay there.
func TestPause(t *testing.T) {
	for deaths, want := range map[int]time.Duration{
		0: 0, 1: 0, 2: 100 * time.Millisecond, 3: 200 * time.Millisecond, 4: 400 * time.Millisecond,
		10: 25600 * time.Millisecond, 11: 30 * time.Second, 1 << 40: 30 * time.Second,
	} {
		if got := pause(deaths); got != want {
			t.Errorf("after %d deaths: %s, want %s", deaths, got, want)
		}
	}
}
