package web

import (
	"testing"
	"time"
)

// Ensure that the first message of a new minute says how many were left out before it.
func TestAlarmsOfAMinute(t *testing.T) {
	var l alarms
	now := time.Date(2026, 3, 14, 15, 9, 26, 0, time.UTC)
	left := 0
	for range alarmsPerMinute + 7 {
		if _, ok := l.take(now); !ok {
			left++
		}
	}
	if left != 7 {
		t.Errorf("%d are left out", left)
	}
	if n, ok := l.take(now.Add(time.Minute)); !ok || n != 7 {
		t.Errorf("the next minute: %d %v", n, ok)
	}
	if n, ok := l.take(now.Add(time.Minute)); !ok || n != 0 {
		t.Errorf("and behind that: %d %v", n, ok)
	}
}
