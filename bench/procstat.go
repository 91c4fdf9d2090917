package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"
)

// tick is the unit of times in /proc/PID/stat: Linux shows 100 to the second on
// every machine (proc_pid_stat(5), USER_HZ).
const tick = 10 * time.Millisecond

// stat is what is read of /proc/PID/stat.
type stat struct {
	pid, parent int
	// cpu is user and system time, of the process itself and of the children
	// that ended and were waited for.
	cpu time.Duration
}

// parseStat reads /proc/PID/stat. The second field is the program's name in
// parentheses, which may hold spaces and parentheses itself.
func parseStat(text string) (stat, error) {
	open, end := strings.IndexByte(text, '('), strings.LastIndexByte(text, ')')
	if open < 0 || end < open {
		return stat{}, fmt.Errorf("/proc/PID/stat: %q has no name in parentheses", text)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(text[:open]))
	if err != nil {
		return stat{}, fmt.Errorf("/proc/PID/stat: process id: %w", err)
	}
	f := strings.Fields(text[end+1:]) // from field 3 on
	if len(f) < 15 {
		return stat{}, fmt.Errorf("/proc/PID/stat: %d fields after the name, 15 needed", len(f))
	}
	s := stat{pid: pid}
	if s.parent, err = strconv.Atoi(f[1]); err != nil {
		return stat{}, fmt.Errorf("/proc/PID/stat: parent: %w", err)
	}
	for _, i := range []int{11, 12, 13, 14} { // utime, stime, cutime, cstime
		n, err := strconv.ParseInt(f[i], 10, 64)
		if err != nil {
			return stat{}, fmt.Errorf("/proc/PID/stat: field %d: %w", i+3, err)
		}
		s.cpu += time.Duration(n) * tick
	}
	return s, nil
}

// parseResident reads VmRSS of /proc/PID/status, in bytes. A process that has
// ended and was not waited for has none: 0.
func parseResident(text string) (int64, error) {
	for _, line := range strings.Split(text, "\n") {
		rest, ok := strings.CutPrefix(line, "VmRSS:")
		if !ok {
			continue
		}
		f := strings.Fields(rest)
		if len(f) != 2 || f[1] != "kB" {
			return 0, fmt.Errorf("/proc/PID/status: %q", line)
		}
		n, err := strconv.ParseInt(f[0], 10, 64)
		return n * 1024, err
	}
	return 0, nil
}

// tree returns those of all that are root or descend from it.
func tree(all []stat, root int) []stat {
	children := map[int][]stat{}
	var found []stat
	for _, s := range all {
		if s.pid == root {
			found = append(found, s)
		} else {
			children[s.parent] = append(children[s.parent], s)
		}
	}
	for i := 0; i < len(found); i++ {
		found = append(found, children[found[i].pid]...)
	}
	return found
}

// usage is what the processes of a server have taken.
type usage struct {
	cpu         time.Duration
	application time.Duration // of cpu, what programs with views took
	resident    int64         // bytes, the sum of VmRSS: pages that two processes share count twice
}

// add puts two programs together.
func (u usage) add(other usage) usage {
	return usage{cpu: u.cpu + other.cpu, application: u.application + other.application, resident: u.resident + other.resident}
}

// usageOf reads the usage of a process and of all that descend from it.
func usageOf(root int) (usage, error) {
	all, err := readStats()
	if err != nil {
		return usage{}, err
	}
	var u usage
	for _, s := range tree(all, root) {
		u.cpu += s.cpu
		text, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", s.pid))
		if err != nil {
			return usage{}, fmt.Errorf("a process of the server ended: %w", err)
		}
		n, err := parseResident(string(text))
		if err != nil {
			return usage{}, err
		}
		u.resident += n
	}
	if u.resident == 0 {
		return usage{}, fmt.Errorf("process %d has ended", root)
	}
	return u, nil
}

// readStats reads the stat of every process; those that end meanwhile are left out.
func readStats() ([]stat, error) {
	paths, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil || len(paths) == 0 {
		return nil, errors.Join(errors.New("there is no /proc: the bench runs on Linux"), err)
	}
	var all []stat
	for _, p := range paths {
		text, err := os.ReadFile(p)
		if err != nil {
			var path *fs.PathError
			if errors.As(err, &path) {
				continue
			}
			return nil, err
		}
		s, err := parseStat(string(text))
		if err != nil {
			return nil, err
		}
		all = append(all, s)
	}
	return all, nil
}
