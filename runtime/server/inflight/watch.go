package inflight

import (
	"bytes"
	"fmt"
	"runtime/pprof"
	"strings"
	"time"
)

// Watch looks for requests that overstay until stop is closed.
func (t *Tracker) Watch(stop <-chan struct{}) {
	if t.config.Timeout <= 0 {
		return
	}
	ticker := time.NewTicker(min(max(t.config.Timeout/8, 5*time.Millisecond), 500*time.Millisecond))
	defer ticker.Stop()
	for {
		select {
		case <-stop:
			return
		case <-ticker.C:
			t.look(time.Now())
		}
	}
}

// look logs the requests that have become overdue, and says once that one is stuck.
func (t *Tracker) look(now time.Time) {
	stuck := false
	for _, e := range t.running() {
		e.mu.Lock()
		active, first := e.active, false
		after := now.Sub(e.start) - e.waited
		if !e.waiting.IsZero() {
			after -= now.Sub(e.waiting)
		}
		request := e.describe()
		if active && after > t.config.Timeout && !e.overdue {
			e.overdue, first = true, true
		}
		e.mu.Unlock()
		if first {
			t.timeouts.Add(1)
			t.config.Log.Error("request overdue: the client gets 503", append(request, "after", after.Round(time.Millisecond), "stack", stackOf(e.name))...)
		}
		if active && after > t.config.Timeout+t.config.Grace {
			stuck = true
			if !t.stuck {
				t.config.Log.Error("handler ignores its deadline: this process is to be replaced", append(request, "after", after.Round(time.Millisecond), "stack", stackOf(e.name))...)
			}
		}
	}
	if stuck && !t.stuck {
		t.stuck = true
		if t.config.Stuck != nil {
			t.config.Stuck()
		}
	}
}

// describe names a request for the log; the lock is held.
func (e *entry) describe() []any {
	return []any{"method", e.method, "path", string(e.path), "id", e.id}
}

// running are the entries that somebody holds.
func (t *Tracker) running() []*entry {
	t.mu.Lock()
	defer t.mu.Unlock()
	var held []*entry
	kept := t.entries[:0]
	for _, w := range t.entries {
		if e := w.Value(); e != nil {
			held = append(held, e)
			kept = append(kept, w)
		}
	}
	clear(t.entries[len(kept):])
	t.entries = kept
	return held
}

// InFlight describes the requests that are running, for the last words of a
// process: "GET /reports/ 2.3s".
func (t *Tracker) InFlight() []string {
	var all []string
	for _, e := range t.running() {
		e.mu.Lock()
		if e.active {
			all = append(all, fmt.Sprintf("%s %s %s", e.method, e.path, time.Since(e.start).Round(time.Millisecond)))
		}
		e.mu.Unlock()
	}
	return all
}

// serveFrame is in the stack of every goroutine that is in the application.
const serveFrame = "inflight.(*Tracker).Serve+"

// stackOf is the stack of the goroutine that runs a request, innermost call
// first, down to the application: "" if it has just ended.
func stackOf(name string) string {
	var profile bytes.Buffer
	pprof.Lookup("goroutine").WriteTo(&profile, 1)
	return findStack(profile.String(), name)
}

// findStack finds the stack with a label in a goroutine profile, which looks like
//
//	1 @ 0x47f1ce 0x…
//	# labels: {"stackgen_request":"7"}
//	#	0x6e4a2e	time.Sleep+0x14e	/usr/lib/go/src/runtime/time.go:338
func findStack(profile, name string) string {
	want := fmt.Sprintf("%q:%q", label, name)
	for record := range strings.SplitSeq(profile, "\n\n") {
		labels, frames, ok := strings.Cut(record, "\n#\t")
		if !ok || !strings.Contains(labels, want) || !strings.Contains(frames, serveFrame) {
			continue
		}
		var stack strings.Builder
		for line := range strings.SplitSeq(frames, "\n") {
			fields := strings.SplitN(strings.TrimPrefix(line, "#\t"), "\t", 3)
			if len(fields) < 3 {
				continue
			}
			if strings.Contains(fields[1], serveFrame) {
				break
			}
			function, _, _ := strings.Cut(strings.TrimSpace(fields[1]), "+0x")
			fmt.Fprintf(&stack, "%s\n\t%s\n", function, strings.TrimSpace(fields[2]))
		}
		return stack.String()
	}
	return ""
}
