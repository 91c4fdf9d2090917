package proxy

import (
	"strconv"
	"testing"
	"time"
)

// Since when a request has waited for a worker, by what the proxy's process says.
func TestHandedOver(t *testing.T) {
	start := time.Unix(1000, 0)
	tests := []struct {
		name, value string
		want        time.Time
	}{
		{"before", strconv.FormatInt(start.Add(-time.Second).UnixNano(), 10), start.Add(-time.Second)},
		{"nothing", "", start},
		{"no number", "yesterday", start},
		{"later", strconv.FormatInt(start.Add(time.Second).UnixNano(), 10), start},
		{"long ago", "1", start.Add(0)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			base := start
			if tt.name == "long ago" {
				base = time.Unix(1_000_000, 0)
				tt.want = base
			}
			if got := handedOver([]byte(tt.value), base); !got.Equal(tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}
