//go:build !linux

package supervisor

import "time"

// monotonic matters to systemd alone.
func monotonic() time.Duration { return 0 }
