package main

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// Ensure that /proc/PID/stat is read whatever the program is called.
func TestParseStat(t *testing.T) {
	const rest = " S 41 42 42 0 -1 4194560 100 200 0 0 150 50 7 3 20 0 1 0 1000 0 0"
	for _, test := range []struct {
		name, text string
		want       stat
		err        string
	}{
		{name: "own time and that of ended children", text: "42 (nginx)" + rest, want: stat{pid: 42, parent: 41, cpu: 2100 * time.Millisecond}},
		{name: "spaces and parentheses in the name", text: "42 (a (b) 7 c)" + rest, want: stat{pid: 42, parent: 41, cpu: 2100 * time.Millisecond}},
		{name: "no name", text: "42 nginx" + rest, err: "parentheses"},
		{name: "parentheses the wrong way round", text: "42 )nginx(" + rest, err: "parentheses"},
		{name: "cut short", text: "42 (nginx) S 41 42", err: "fields"},
		{name: "no process id", text: "x (nginx)" + rest, err: "process id"},
		{name: "no parent", text: "42 (nginx)" + strings.Replace(rest, "41", "x", 1), err: "parent"},
		{name: "a time that is no number", text: "42 (nginx)" + strings.Replace(rest, "150", "x", 1), err: "field 14"},
		{name: "nothing", text: "", err: "parentheses"},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseStat(test.text)
			if test.err != "" {
				if err == nil || !strings.Contains(err.Error(), test.err) {
					t.Fatalf("error %v, want one about %q", err, test.err)
				}
				return
			}
			if err != nil || got != test.want {
				t.Errorf("got %+v, %v; want %+v", got, err, test.want)
			}
		})
	}
}

// Ensure that a server is all of its processes and nothing else.
func TestTree(t *testing.T) {
	all := []stat{
		{pid: 1}, {pid: 20, parent: 1}, {pid: 30, parent: 20}, {pid: 31, parent: 20},
		{pid: 40, parent: 30}, {pid: 21, parent: 1}, {pid: 50, parent: 21},
	}
	for _, test := range []struct {
		name string
		root int
		want []int
	}{
		{"a supervisor, its children and theirs", 20, []int{20, 30, 31, 40}},
		{"a process without children", 31, []int{31}},
		{"a process that has ended", 99, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			var got []int
			for _, s := range tree(all, test.root) {
				got = append(got, s.pid)
			}
			slices.Sort(got)
			if !slices.Equal(got, test.want) {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

// Ensure that resident memory is read in bytes.
func TestParseResident(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       int64
		fails      bool
	}{
		{name: "among other lines", text: "Name:\tnginx\nVmHWM:\t    9000 kB\nVmRSS:\t    2048 kB\nThreads:\t1\n", want: 2 << 20},
		{name: "a process that has ended has none", text: "Name:\tnginx\nState:\tZ (zombie)\n", want: 0},
		{name: "another unit", text: "VmRSS:\t2 MB\n", fails: true},
		{name: "no number", text: "VmRSS:\tmany kB\n", fails: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseResident(test.text)
			if (err != nil) != test.fails || got != test.want {
				t.Errorf("%d, %v; want %d", got, err, test.want)
			}
		})
	}
}

// Ensure that time of a core is busy time, whoever took it.
func TestParseCores(t *testing.T) {
	const text = "cpu  9 9 9 9 9 9 9 9 0 0\ncpu0 100 10 50 5000 70 3 7 30 0 0\ncpu1 1 0 0 9000 0 0 0 0 0 0\ncpu10 5 5 5 5 5 5 5 5 0 0\nintr 1\n"
	for _, test := range []struct {
		name  string
		cores []int
		want  time.Duration
		fails bool
	}{
		{name: "without idle time and waiting for disks", cores: []int{0}, want: 2 * time.Second},
		{name: "two cores together", cores: []int{0, 1}, want: 2010 * time.Millisecond},
		{name: "a core that is not there", cores: []int{0, 2}, fails: true},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, err := parseCores(text, test.cores...)
			if (err != nil) != test.fails || got != test.want {
				t.Errorf("%s, %v; want %s", got, err, test.want)
			}
		})
	}
}

// Ensure that what others took is what was busy and not ours.
func TestOtherShare(t *testing.T) {
	for _, test := range []struct {
		name             string
		busy, ours, wall time.Duration
		want             float64
	}{
		{"nobody else", 4 * time.Second, 4 * time.Second, 2 * time.Second, 0},
		{"a quarter", 4 * time.Second, 3 * time.Second, 2 * time.Second, 0.25},
		{"ticks that do not meet", 3990 * time.Millisecond, 4 * time.Second, 2 * time.Second, 0},
		{"no time passed", time.Second, 0, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := otherShare(test.busy, test.ours, test.wall, 2); got != test.want {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}
