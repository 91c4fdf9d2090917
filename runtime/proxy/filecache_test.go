package proxy

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
)

// clock is a time that tests set.
type clock struct{ nanoseconds atomic.Int64 }

func newClock() *clock {
	c := new(clock)
	c.nanoseconds.Store(time.Now().UnixNano())
	return c
}

func (c *clock) now() time.Time          { return time.Unix(0, c.nanoseconds.Load()) }
func (c *clock) forward(d time.Duration) { c.nanoseconds.Add(int64(d)) }

// filesProxy serves a folder under "/" by a clock of its own.
func filesProxy(t testing.TB, f Files) (*Proxy, *fileCache, *clock) {
	t.Helper()
	p := newProxy(t, Config{Locations: []Location{{Path: "/", Action: f}}})
	c := newClock()
	p.now = c.now
	cache := &p.locations.root.dir.handler.(*filesHandler).cache
	return p, cache, c
}

// settle dates files back, so that every change to them shows.
func settle(t testing.TB, root string) {
	t.Helper()
	long := time.Now().Add(-time.Hour)
	err := filepath.Walk(root, func(path string, info os.FileInfo, err error) error {
		if err == nil && info.Mode().IsRegular() {
			err = os.Chtimes(path, long, long)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

func write(t testing.TB, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
		t.Fatal(err)
	}
}

// replace puts a new file into the place of another in one step.
func replace(t testing.TB, path, content string) {
	t.Helper()
	write(t, path+".new", content)
	if err := os.Rename(path+".new", path); err != nil {
		t.Fatal(err)
	}
}

// Every change to a file shows when it is looked at again, and what is in memory
// not before.
func TestAChangedFileIsNoticed(t *testing.T) {
	tests := []struct {
		name, path string
		change     func(t *testing.T, root string)
		fields     []string
		before     string
		status     int
		after      string
	}{
		{"not at all", "/a.txt", func(*testing.T, string) {}, nil, "text", 200, "text"},
		{"replaced", "/a.txt", func(t *testing.T, root string) { replace(t, root+"/a.txt", "new!") }, nil, "text", 200, "new!"},
		{"rewritten in place", "/a.txt", func(t *testing.T, root string) { write(t, root+"/a.txt", "new!") }, nil, "text", 200, "new!"},
		{"replaced by one of the same size and time", "/a.txt", func(t *testing.T, root string) {
			info, err := os.Stat(root + "/a.txt")
			if err != nil {
				t.Fatal(err)
			}
			write(t, root+"/b.txt", "new!")
			os.Chtimes(root+"/b.txt", info.ModTime(), info.ModTime())
			if err := os.Rename(root+"/b.txt", root+"/a.txt"); err != nil {
				t.Fatal(err)
			}
		}, nil, "text", 200, map[bool]string{true: "new!", false: "text"}[runtime.GOOS == "linux"]},
		{"removed", "/a.txt", func(t *testing.T, root string) { os.Remove(root + "/a.txt") }, nil, "text", 404, ""},
		{"now a folder", "/a.txt", func(t *testing.T, root string) { os.Remove(root + "/a.txt"); os.Mkdir(root+"/a.txt", 0o755) }, nil, "text", 301, ""},
		{"a link that leads elsewhere now", "/link", func(t *testing.T, root string) {
			os.Remove(root + "/link")
			os.Symlink("big.bin", root+"/link")
		}, nil, "text", 200, strings.Repeat("x", 100_000)},
		{"a link that leads out now", "/link", func(t *testing.T, root string) {
			os.Remove(root + "/link")
			os.Symlink("/etc/hosts", root+"/link")
		}, nil, "text", 404, ""},
		{"the index of a folder", "/docs/", func(t *testing.T, root string) { replace(t, root+"/docs/index.html", "new docs") }, nil, "docs", 200, "new docs"},
		{"the fallback", "/none", func(t *testing.T, root string) { replace(t, root+"/fallback.html", "new") }, nil, "fall", 200, "new"},
		{"no need of the fallback any more", "/none", func(t *testing.T, root string) { write(t, root+"/none", "now there") }, nil, "fall", 200, "now there"},
		{"a variant that is new", "/a.txt", func(t *testing.T, root string) { write(t, root+"/a.txt.gz", "GZ") }, []string{"Accept-Encoding: gzip"}, "text", 200, "GZ"},
		{"a variant that is gone", "/b.js", func(t *testing.T, root string) { os.Remove(root + "/b.js.br") }, []string{"Accept-Encoding: br"}, "BR", 200, "script"},
		{"a variant that is too old", "/b.js", func(t *testing.T, root string) { replace(t, root+"/b.js", "new") }, []string{"Accept-Encoding: br"}, "BR", 200, "new"},
		{"a large one, replaced", "/big.bin", func(t *testing.T, root string) { replace(t, root+"/big.bin", "small") }, nil, strings.Repeat("x", 100_000), 200, "small"},
		{"a small one that has grown", "/a.txt", func(t *testing.T, root string) { write(t, root+"/a.txt", strings.Repeat("y", 100_000)) }, nil, "text", 200, strings.Repeat("y", 100_000)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := folder(t, map[string]string{"a.txt": "text", "b.js": "script", "b.js.br": "BR", "link": "->a.txt", "docs/index.html": "docs",
				"fallback.html": "fall", "big.bin": strings.Repeat("x", 100_000)})
			settle(t, root)
			p, _, clock := filesProxy(t, Files{Root: root, Index: "index.html", Fallback: "fallback.html"})
			if tt.status == 404 {
				p, _, clock = filesProxy(t, Files{Root: root, Index: "index.html"})
			}
			get := func() answer { return ask(t, p, "GET "+tt.path, tt.fields...) }
			first := get()
			if first.body != tt.before {
				t.Fatalf("before: %.20q", first.body)
			}
			tt.change(t, root)
			if a := get(); a.status != 200 || a.body != tt.before && !strings.HasPrefix(tt.name, "no need") {
				t.Errorf("while it is valid: %d %.20q", a.status, a.body)
			}
			clock.forward(time.Second)
			a := get()
			if a.status != tt.status || tt.status == 200 && a.body != tt.after {
				t.Errorf("afterwards: %d %.20q", a.status, a.body)
			}
			if a.status == 200 && (a.field("ETag") == first.field("ETag")) != (a.body == first.body) && tt.name != "replaced by one of the same size and time" {
				t.Errorf("the entity tag was %s and is %s", first.field("ETag"), a.field("ETag"))
			}
		})
	}
}

// A file that was written to in the moment before it was read may have been written to again
// without its time changing: it is read again when it is looked at.
func TestAFileThatMayHaveChangedUnseenIsReadAgain(t *testing.T) {
	root := folder(t, map[string]string{"a.txt": "one"})
	p, _, clock := filesProxy(t, Files{Root: root})
	now := time.Now().Add(time.Hour) // which stays a moment ago however slow the machine is
	os.Chtimes(root+"/a.txt", now, now)
	if a := ask(t, p, "GET /a.txt"); a.body != "one" {
		t.Fatalf("got %q", a.body)
	}
	write(t, root+"/a.txt", "two")
	os.Chtimes(root+"/a.txt", now, now)
	clock.forward(time.Second)
	if a := ask(t, p, "GET /a.txt"); a.body != "two" {
		t.Errorf("got %q", a.body)
	}
}

// A large file that is cut or rewritten in its place shows at once: what is
// announced is what can be sent.
func TestALargeFileIsLookedAtEveryTime(t *testing.T) {
	root := folder(t, map[string]string{"big.bin": strings.Repeat("x", 200_000)})
	settle(t, root)
	p, _, _ := filesProxy(t, Files{Root: root})
	for _, size := range []int{200_000, 70_000, 100_000, 10} {
		if err := os.Truncate(root+"/big.bin", int64(size)); err != nil {
			t.Fatal(err)
		}
		if a := ask(t, p, "GET /big.bin"); a.status != 200 || len(a.body) != size {
			t.Errorf("got %d with %d bytes, want %d", a.status, len(a.body), size)
		}
	}
}

func TestRangesOfKeptFiles(t *testing.T) {
	digits := strings.Repeat("0123456789", 10_000)
	root := folder(t, map[string]string{"small.bin": digits[:100], "big.bin": digits})
	settle(t, root)
	p, cache, _ := filesProxy(t, Files{Root: root})
	for range 3 {
		for _, name := range []string{"small.bin", "big.bin"} {
			if a := ask(t, p, "GET /"+name, "Range: bytes=10-14"); a.status != 206 || a.body != "01234" {
				t.Errorf("%s: got %d %q", name, a.status, a.body)
			}
			if a := ask(t, p, "GET /"+name, "Range: bytes=10-14,20-21"); a.status != 206 || strings.Count(a.body, "\r\n\r\n01") != 2 {
				t.Errorf("%s: got %d %q", name, a.status, a.body)
			}
			if a := ask(t, p, "GET /"+name, "Range: bytes=900000-"); a.status != 416 {
				t.Errorf("%s: got %d", name, a.status)
			}
			if a := ask(t, p, "GET /"+name, "If-None-Match: *"); a.status != 304 {
				t.Errorf("%s: got %d", name, a.status)
			}
			if a := ask(t, p, "GET /"+name, "If-Match: \"other\""); a.status != 412 {
				t.Errorf("%s: got %d", name, a.status)
			}
		}
	}
	for _, f := range cache.files {
		if n := f.users.Load(); n != 1 {
			t.Errorf("%s has %d users, the cache alone is one", f.key, n)
		}
	}
}

func TestTheFileCacheIsBounded(t *testing.T) {
	files := map[string]string{}
	for i := range 40 {
		files[fmt.Sprintf("small%d", i)] = strings.Repeat("s", 1000)
		files[fmt.Sprintf("big%d", i)] = strings.Repeat("b", 70_000)
	}
	tests := []struct {
		name, kind                  string
		most                        int
		memory                      int64
		files, descriptors, memory2 int
	}{
		{"by count", "small", 10, 1 << 20, 10, 0, 10_000},
		{"by memory", "small", 100, 5500, 5, 0, 5000},
		{"by descriptors", "big", 10, 1 << 20, 10, 10, 0},
		{"nothing", "small", -1, 0, 0, 0, 0},
		{"nothing large", "big", -1, 0, 0, 0, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := folder(t, files)
			settle(t, root)
			p, cache, clock := filesProxy(t, Files{Root: root, OpenFileCache: tt.most, OpenFileCacheMemory: tt.memory})
			for range 2 {
				for i := range 40 {
					clock.forward(time.Millisecond)
					if a := ask(t, p, fmt.Sprintf("GET /%s%d", tt.kind, i)); a.status != 200 || len(a.body) < 1000 {
						t.Fatalf("got %d", a.status)
					}
				}
			}
			if len(cache.files) != tt.files || cache.descriptors != tt.descriptors || int(cache.bytes) != tt.memory2 {
				t.Errorf("%d files, %d descriptors and %d bytes are kept", len(cache.files), cache.descriptors, cache.bytes)
			}
			if n := openDescriptors(t, root, tt.descriptors+1); n != tt.descriptors+1 { // and the folder
				t.Errorf("%d descriptors are open", n)
			}
			clock.forward(fileInactive / 2)
			ask(t, p, "GET /"+tt.kind+"0")
			clock.forward(fileInactive / 2)
			cache.now = clock.now
			cache.sweep()
			if len(cache.files) > 1 {
				t.Errorf("%d files are kept that nobody asks for", len(cache.files))
			}
			p.Close()
			if len(cache.files) != 0 || cache.descriptors != 0 || cache.bytes != 0 {
				t.Errorf("%d files, %d descriptors and %d bytes are left", len(cache.files), cache.descriptors, cache.bytes)
			}
			if a := ask(t, p, "GET /"+tt.kind+"0"); a.status != 200 || len(cache.files) != 0 {
				t.Errorf("after the end: %d, %d files kept", a.status, len(cache.files))
			}
			if n := openDescriptors(t, root, 1); n != 1 {
				t.Errorf("%d descriptors are open at the end", n)
			}
		})
	}
}

// openDescriptors counts the open files beneath a folder, itself included, where the
// system tells; elsewhere it believes the count.
func openDescriptors(t testing.TB, root string, believed int) (n int) {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return believed
	}
	for _, e := range entries {
		if to, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil && strings.HasPrefix(to, root) {
			n++
		}
	}
	return n
}

func TestAKeptFileAllocatesNothing(t *testing.T) {
	root := folder(t, map[string]string{"a.txt": "text", "big.bin": strings.Repeat("x", 100_000)})
	settle(t, root)
	p, _, _ := filesProxy(t, Files{Root: root})
	for _, path := range []string{"/a.txt", "/big.bin"} {
		x := exchange(t, "GET "+path, "Accept-Encoding: gzip, deflate, br, zstd")
		allocs := testing.AllocsPerRun(1000, func() {
			x.Request.ID = ""
			x.Response.Reset()
			p.Serve(x)
		})
		if allocs > poolAllocs {
			t.Errorf("%s: %v allocations", path, allocs)
		}
	}
}

// slowly asks for a file on a connection that takes little at a time, reads the
// beginning, has something happen to the file, and reads on.
func slowly(t *testing.T, address, path string, meanwhile func()) (string, error) {
	t.Helper()
	c := dial(t, address)
	c.Conn.(*net.TCPConn).SetReadBuffer(128 << 10)
	c.send("GET " + path + " HTTP/1.1\r\nHost: a\r\n\r\n")
	if err := c.in.Fill(); err != nil {
		t.Fatal(err)
	}
	meanwhile()
	a, err := c.tryRead("GET")
	return a.body, err
}

// What happens to a file while it is sent: a client gets the file it was
// promised, or can tell that it did not.
func TestAFileChangedWhileItIsSent(t *testing.T) {
	const size = 20 << 20 // more than the sockets hold
	old := strings.Repeat("o", size)
	tests := []struct {
		name   string
		change func(t *testing.T, path string)
		whole  bool
	}{
		{"untouched", func(*testing.T, string) {}, true},
		{"replaced", func(t *testing.T, path string) { replace(t, path, strings.Repeat("n", size)) }, true},
		{"removed", func(t *testing.T, path string) { os.Remove(path) }, true},
		{"cut", func(t *testing.T, path string) { os.Truncate(path, 1<<20) }, false},
		{"rewritten in place", func(t *testing.T, path string) { write(t, path, strings.Repeat("n", size)) }, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			root := folder(t, map[string]string{"big.bin": old})
			settle(t, root)
			p, _, _ := filesProxy(t, Files{Root: root})
			body, err := slowly(t, serveOn(t, p), "/big.bin", func() { tt.change(t, root+"/big.bin") })
			if tt.whole && (err != nil || body != old) {
				t.Errorf("got %d bytes, %v", len(body), err)
			}
			if !tt.whole && err == nil {
				t.Errorf("the client takes %d bytes for the whole", len(body))
			}
		})
	}
}

// A log that grows while it is sent is sent as far as was promised.
func TestAFileThatGrowsWhileItIsSent(t *testing.T) {
	line := strings.Repeat("l", 20<<20)
	root := folder(t, map[string]string{"a.log": line})
	p, _, _ := filesProxy(t, Files{Root: root})
	soon := time.Now().Add(time.Hour) // so that it has not come to rest however slow the machine is
	if err := os.Chtimes(root+"/a.log", soon, soon); err != nil {
		t.Fatal(err)
	}
	body, err := slowly(t, serveOn(t, p), "/a.log", func() {
		f, err := os.OpenFile(root+"/a.log", os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		io.WriteString(f, "more")
	})
	if err != nil || body != line {
		t.Errorf("got %d bytes, %v", len(body), err)
	}
}

// Under load, with files replaced all the time, every answer is one file.
func TestFilesReplacedUnderLoad(t *testing.T) {
	sizes := map[string]int{"small.bin": 3000, "big.bin": 300_000}
	root := folder(t, map[string]string{"small.bin": strings.Repeat("a", 3000), "big.bin": strings.Repeat("a", 300_000)})
	p := newProxy(t, Config{Locations: []Location{{Path: "/", Action: Files{Root: root, OpenFileCacheValid: time.Microsecond, OpenFileCache: 1}}}})
	address := serveOn(t, p)
	stop, replaced := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(replaced)
		for i := 0; ; i++ {
			for name, size := range sizes {
				replace(t, root+"/"+name, strings.Repeat(string(rune('a'+i%26)), size+i%26))
			}
			select {
			case <-stop:
				return
			default:
			}
		}
	}()
	var clients sync.WaitGroup
	for range 4 {
		clients.Add(1)
		go func() {
			defer clients.Done()
			c := dial(t, address)
			for range 80 {
				for name := range sizes {
					c.SetDeadline(time.Now().Add(time.Minute)) // for each: the race detector is slow
					fmt.Fprintf(c.Conn, "GET /%s HTTP/1.1\r\nHost: a\r\n\r\n", name)
					a, err := c.tryRead("GET")
					if err != nil || a.status != 200 {
						t.Errorf("%s: %d, %v", name, a.status, err)
						return
					}
					if letter := a.body[:1]; strings.Count(a.body, letter) != len(a.body) || len(a.body) != sizes[name]+int(letter[0]-'a') {
						t.Errorf("%s: a mixture of %d bytes", name, len(a.body))
					}
				}
			}
			c.Close()
		}()
	}
	clients.Wait()
	close(stop)
	<-replaced
	p.Close()
	for openDescriptors(t, root, 1) > 1 { // the last answers are just being put away
		runtime.Gosched()
	}
}

var _ gateway.FileOwner = (*fileContent)(nil)
