package redis

import (
	"context"
	"errors"
	"net"
	"testing"
	"time"
)

// Ensure that a server that is away is asked once in a while and not by every request, and found again.
func TestDialer(t *testing.T) {
	now, tries := time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC), 0
	away := errors.New("away")
	answer := away
	d := &dialer{now: func() time.Time { return now }, dial: func(context.Context, string, string) (net.Conn, error) { tries++; return nil, answer }}
	dial := func(ctx context.Context, want error, tried int) {
		t.Helper()
		if _, err := d.Dial(ctx, "tcp", "x"); !errors.Is(err, want) || tries != tried {
			t.Errorf("%v after %d tries, want %v after %d", err, tries, want, tried)
		}
	}
	gone, cancel := context.WithCancel(t.Context())
	cancel()
	dial(gone, away, 1)
	dial(t.Context(), away, 2) // the one before had gone by itself
	dial(t.Context(), away, 2)
	now = now.Add(again)
	dial(t.Context(), away, 3)
	answer = nil
	dial(t.Context(), away, 3)
	now = now.Add(again)
	dial(t.Context(), nil, 4)
	dial(t.Context(), nil, 5)
}
