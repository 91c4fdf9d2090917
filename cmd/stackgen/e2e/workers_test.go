//go:build e2e

package e2e

import (
	"fmt"
	"strings"
	"syscall"
	"testing"
	"time"

	"stackgen.dev/runtime/server/supervisor"
)

func replaceOnce(text, old, new string) string { return strings.Replace(text, old, new, 1) }

// loadClients is how many clients ask at the same time.
const loadClients = 8

// workersOf is how many processes run the application.
func workersOf(mode string) int {
	if mode == "process" {
		return 2
	}
	return 1
}

// Ensure HUP puts new processes in the place of all, and fails no request.
func TestReloadUnderLoad(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			s := startWorkers(t, mode)
			l := startLoad(s)
			for range cycles(t) {
				before := s.serving(mode)
				s.signal(syscall.SIGHUP)
				s.wait("new processes", func() bool { return allNew(before, s.serving(mode), workersOf(mode)) })
				s.settled(mode, workersOf(mode))
			}
			l.finish("HUP")
		})
	}
}

// Ensure TTIN and TTOU change the number of workers, and fail no request.
func TestScaleUnderLoad(t *testing.T) {
	s := startWorkers(t, "process")
	l := startLoad(s)
	for range cycles(t) {
		s.signal(syscall.SIGTTIN)
		s.settled("process", 3)
		s.signal(syscall.SIGTTOU)
		s.settled("process", 2)
	}
	l.finish("TTIN and TTOU")
}

// Ensure a killed worker costs no safe request, and answers 502 to the unsafe
// ones that it had; in inline mode the requests in flight are lost and the port
// never closes.
func TestKilledWorkerUnderLoad(t *testing.T) {
	for _, tt := range []struct {
		mode  string
		count int
	}{{"inline", 1}, {"process", 1}, {"process", 2}, {"process", 64}} {
		mode := tt.mode
		t.Run(fmt.Sprint(mode, " ", tt.count), func(t *testing.T) {
			s := startWorkers(t, mode, fmt.Sprint("COUNT=", tt.count))
			s.settled(mode, tt.count)
			l := startLoad(s)
			l.tolerate = func(f failure) bool {
				if mode == "process" {
					return f.method == "POST" && f.status == 502
				}
				return f.method != "CONNECT" && f.status == 0
			}
			for range cycles(t) {
				victim := s.calm(mode)
				kill(t, victim, syscall.SIGKILL)
				s.wait("a replacement", func() bool {
					now := s.serving(mode)
					return len(now) == tt.count && now[0] != victim
				})
				l.answered(s)
			}
			l.finish("kill -9")
		})
	}
}

// Ensure a worker that has served max_requests is replaced, and no request fails.
func TestMaxRequestsUnderLoad(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			s := startWorkers(t, mode, "MAX_REQUESTS=1500")
			l := startLoad(s)
			s.waitFor(5*time.Minute, "recycled workers", func() bool {
				return s.status().Restarts[supervisor.ReasonMaxRequests] >= int64(cycles(t))
			})
			l.finish("max_requests")
			s.waitLog("reason=max_requests")
		})
	}
}

// Ensure a worker that has lived for max_lifetime is replaced, and no request fails.
func TestMaxLifetimeUnderLoad(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			s := startWorkers(t, mode, "MAX_LIFETIME=500ms")
			l := startLoad(s)
			s.waitFor(5*time.Minute, "recycled workers", func() bool {
				return s.status().Restarts[supervisor.ReasonMaxLifetime] >= int64(cycles(t))
			})
			l.finish("max_lifetime")
			s.waitLog("reason=max_lifetime")
		})
	}
}

// Ensure a worker that holds more than memory_limit is replaced, and no request fails.
func TestMemoryLimitUnderLoad(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			s := startWorkers(t, mode, "MEMORY_LIMIT=64MB")
			l := startLoad(s)
			for i := range cycles(t) {
				// It grows bit by bit: what doubles its memory between two looks ends at once.
				s.wait("the limit to be reached", func() bool {
					s.get(browser(t), "/bad/leak").expect(t, "the leak", 200)
					return strings.Count(s.Log(), "reason=memory_limit") > i
				})
				s.wait("a replacement", func() bool { return s.status().Restarts[supervisor.ReasonMemory] > int64(i) })
				s.settled(mode, workersOf(mode))
			}
			l.finish("memory_limit")
			s.waitLog("reason=memory_limit")
		})
	}
}

// calm is the process of the first place, as soon as its death would be
// followed by another at once: those that die again and again are waited with.
func (s *site) calm(mode string) (pid int) {
	s.t.Helper()
	s.wait("a process whose death is not one of many", func() bool {
		for _, p := range s.status().Processes {
			if p.Role == applicationRole(mode) && p.Index == 0 && p.State == "ready" {
				pid = p.PID
				return p.Deaths < 4 || time.Since(p.Started) > 3*time.Second
			}
		}
		return false
	})
	return pid
}
