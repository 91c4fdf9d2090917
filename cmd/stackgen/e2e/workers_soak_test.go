//go:build e2e

package e2e

import (
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"stackgen.dev/runtime/server/supervisor"
)

// Ensure cycles of everything that replaces processes leave nothing behind: no
// process, no descriptor, no socket, and no memory of the supervisor's.
func TestNoLeaks(t *testing.T) {
	for _, mode := range modes {
		t.Run(mode, func(t *testing.T) {
			s := startWorkers(t, mode, "MAX_REQUESTS=60000")
			l := startLoad(s)
			l.tolerate = func(f failure) bool { // of the process that is killed
				return mode == "inline" && f.status == 0 && f.method != "CONNECT" || f.method == "POST" && f.status == 502
			}
			cycle := func() {
				before := s.serving(mode)
				s.signal(syscall.SIGHUP)
				s.wait("new processes", func() bool { return allNew(before, s.serving(mode), workersOf(mode)) })
				s.settled(mode, workersOf(mode)) // the end of a reload sets the number of workers
				if mode == "process" {
					s.signal(syscall.SIGTTIN)
					s.wait("one more", func() bool { return len(s.serving(mode)) == 3 })
					s.signal(syscall.SIGTTOU)
				}
				s.settled(mode, workersOf(mode))
				victim := s.calm(mode)
				kill(t, victim, syscall.SIGKILL)
				s.wait("a replacement", func() bool {
					now := s.serving(mode)
					return len(now) == workersOf(mode) && now[0] != victim
				})
				l.answered(s)
				s.settled(mode, workersOf(mode))
			}
			for range 3 {
				cycle() // what is made once and kept is made now
			}
			first := s.holdings(t)
			for range cycles(t) {
				cycle()
			}
			last := s.holdings(t)
			l.finish("everything that replaces processes")
			t.Logf("%s: the supervisor grew from %v to %v", mode, first, last)
			if last.descriptors > first.descriptors+2 || last.children != first.children || last.sockets > first.sockets+8 {
				t.Errorf("left behind: %v, at first %v", last, first)
			}
			if last.memory > first.memory+32<<20 {
				t.Errorf("the supervisor holds %d MB, at first %d", last.memory>>20, first.memory>>20)
			}
		})
	}
}

// holdings is what a supervisor has.
type holdings struct {
	descriptors, children, sockets int
	memory                         int64
}

func (h holdings) String() string {
	return fmt.Sprintf("%d descriptors, %d children, %d sockets, %d KB", h.descriptors, h.children, h.sockets, h.memory>>10)
}

func (s *site) holdings(t *testing.T) holdings {
	t.Helper()
	pid := s.status().PID
	var h holdings
	fds, err := os.ReadDir(fmt.Sprintf("/proc/%d/fd", pid))
	if err != nil {
		t.Fatal(err)
	}
	h.descriptors = len(fds)
	tasks, err := filepath.Glob(fmt.Sprintf("/proc/%d/task/*/children", pid))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range tasks {
		b, err := os.ReadFile(file)
		if err == nil {
			h.children += len(strings.Fields(string(b)))
		}
	}
	h.memory = residentOf(t, pid)
	for _, fd := range fds {
		if to, err := os.Readlink(fmt.Sprintf("/proc/%d/fd/%s", pid, fd.Name())); err == nil && strings.HasPrefix(to, "socket:") {
			h.sockets++
		}
	}
	return h
}

// residentOf is what a process holds, in bytes.
func residentOf(t *testing.T, pid int) int64 {
	t.Helper()
	statm, err := os.ReadFile(fmt.Sprintf("/proc/%d/statm", pid))
	if err != nil {
		t.Fatal(err)
	}
	pages, err := strconv.ParseInt(strings.Fields(string(statm))[1], 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return pages * int64(os.Getpagesize())
}

// Ensure workers serve tens of thousands of requests without growing. The number
// that each has to reach grows with the cycles, to 50,000.
func TestLongLives(t *testing.T) {
	for _, tt := range []struct {
		mode  string
		count int
	}{{"inline", 1}, {"process", 1}, {"process", 2}, {"process", 64}} {
		t.Run(fmt.Sprint(tt.mode, " ", tt.count), func(t *testing.T) {
			want := int64(min(50_000, 1000*cycles(t)))
			if tt.count > 2 {
				want /= 10 // of each; the machine serves all of them
			}
			s := startWorkers(t, tt.mode, fmt.Sprint("COUNT=", tt.count))
			l := startLoad(s)
			smallest := func(of func(supervisor.ProcessStatus) int64) int64 {
				least := int64(1) << 62
				for _, p := range s.status().Processes {
					if p.Role == applicationRole(tt.mode) {
						least = min(least, of(p))
					}
				}
				return least
			}
			served := func(p supervisor.ProcessStatus) int64 { return p.Requests }
			s.waitFor(10*time.Minute, "the first requests", func() bool { n := smallest(served); return n >= want/5 && n < 1<<62 })
			early := s.memories(tt.mode)
			s.waitFor(20*time.Minute, "the last requests", func() bool { n := smallest(served); return n >= want && n < 1<<62 })
			late := s.memories(tt.mode)
			l.finish(fmt.Sprintf("%d requests in each worker's life", want))
			for index, before := range early {
				t.Logf("worker %d grew from %d KB to %d KB", index, before>>10, late[index]>>10)
				if late[index] > before+48<<20 {
					t.Errorf("worker %d grew from %d MB to %d MB", index, before>>20, late[index]>>20)
				}
			}
		})
	}
}

// memories is what each process that runs the application holds, by index.
func (s *site) memories(mode string) map[int]int64 {
	held := map[int]int64{}
	for _, p := range s.status().Processes {
		if p.Role == applicationRole(mode) {
			held[p.Index] = p.Memory
		}
	}
	return held
}
