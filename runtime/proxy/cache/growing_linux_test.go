package cache_test

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"stackgen.dev/runtime/proxy/cache"
)

// failWrites has writes to a file that is being made in a folder fail from now on, while reads go on:
// its descriptor becomes one that is for reading.
func failWrites(t *testing.T, folder string) {
	t.Helper()
	all, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	for _, d := range all {
		name, _ := os.Readlink("/proc/self/fd/" + d.Name())
		if !strings.HasPrefix(name, folder) || !strings.HasPrefix(filepath.Base(name), ".new-") {
			continue
		}
		f, err := os.Open(name)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		fd, err := strconv.Atoi(d.Name())
		if err != nil {
			t.Fatal(err)
		}
		if err := syscall.Dup3(int(f.Fd()), fd, syscall.O_CLOEXEC); err != nil {
			t.Fatal(err)
		}
		return
	}
	t.Fatal("no answer is being written")
}

// Ensure that a disk that fails in the middle breaks off neither who reads the whole along nor who reads
// the end of it.
func TestTheDiskFailsOnTheWay(t *testing.T) {
	data := t.TempDir()
	body := text(3 * part)
	o := newTap(int64(len(body)))
	p := front(t, data, o, cache.Cache{Name: "f", Disk: 64 << 20, LockTimeout: time.Minute}, nil)
	first := ask(t, p, "GET /a")
	o.parts <- body[:part]
	first.take(part)
	second, end := ask(t, p, "GET /a"), ask(t, p, "GET /a", "Range: bytes=-10")
	second.take(part)
	failWrites(t, filepath.Join(data, "cache"))
	var all sync.WaitGroup
	for i, r := range []*reading{first, second} {
		all.Go(func() {
			if got, err := r.rest(); err != nil || got != body {
				t.Errorf("reader %d: %d bytes, %v", i, len(got), err)
			}
		})
	}
	all.Go(func() {
		if got, err := end.rest(); err != nil || got != body[len(body)-10:] {
			t.Errorf("the end: %q, %v", got, err)
		}
	})
	o.parts <- body[part : 2*part]
	o.parts <- body[2*part:]
	close(o.parts)
	all.Wait()
	if use := p.Figures().Caches[0]; use.Failures != 1 || use.Entries != 0 {
		t.Errorf("counted %+v", use)
	}
}
