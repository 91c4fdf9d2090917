package cache_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
	"stackgen.dev/runtime/proxy/cache"
	"stackgen.dev/runtime/proxy/proxytest"
)

// Ensure that two processes of a reload keep to one size of the folder that they share: the new one
// writes and the old one serves on, until the new one has gone, of which it then takes over what is there.
func TestTwoProcessesShareOneSize(t *testing.T) {
	const most, each = 1 << 20, 100 << 10
	data := t.TempDir()
	asked := map[string]int{}
	open := func(memory int64) *proxy.Proxy {
		return proxytest.NewConfig(t, nil, proxy.Config{Data: data, App: gateway.HandlerFunc(func(x *gateway.Exchange) {
			asked[string(x.Request.Path)]++
			x.Response.Header.Add("Cache-Control", "max-age=3600")
			body := bytes.Repeat([]byte("x"), each)
			if bytes.HasSuffix(x.Request.Path, []byte("r")) {
				x.Response.Reader(bytes.NewReader(body), each)
			} else {
				x.Response.Bytes(body)
			}
		}), Locations: []proxy.Location{{Path: "/", Action: proxy.Forward{App: true}, Layers: []proxy.Layer{
			cache.Cache{Name: "a", Disk: most, Memory: memory}}}}})
	}
	// size is that of all files, whoever wrote them.
	size := func() (sum int64) {
		filepath.WalkDir(filepath.Join(data, "cache"), func(path string, d fs.DirEntry, err error) error {
			if err == nil && d.Type().IsRegular() {
				info, err := os.Stat(path)
				if err == nil {
					sum += info.Size()
				}
			}
			return nil
		})
		return sum
	}
	ask := func(p *proxy.Proxy, path string) {
		t.Helper()
		if a := proxytest.Ask(t, p, "GET "+path); a.Status != 200 || len(a.Body) != each {
			t.Fatalf("%s: %d, %d bytes", path, a.Status, len(a.Body))
		}
	}
	fill := func(p *proxy.Proxy, name string) {
		t.Helper()
		for i := range 20 {
			ask(p, fmt.Sprintf("/%s/%d%s", name, i, strings.Repeat("r", i%2)))
			if got := size(); got > most {
				t.Fatalf("after %d of %s the folder has %d bytes, at most %d are to be kept", i, name, got, most)
			}
		}
	}
	hit := func(p *proxy.Proxy, path string, want bool) {
		t.Helper()
		before := asked[path]
		ask(p, path)
		if got := asked[path] == before; got != want {
			t.Errorf("%s is kept: %t, want %t", path, got, want)
		}
	}
	old := open(1) // nothing in memory, so that the disk shows
	fill(old, "old")
	hit(old, "/old/18", true)
	fresh := open(1)
	hit(fresh, "/old/18", true)
	fill(fresh, "fresh")
	fill(old, "late")
	hit(old, "/late/18", false) // for whom there is no place
	hit(fresh, "/fresh/18", true)
	hit(fresh, "/old/0", false)
	fill(fresh, "more")
	if size() < most/2 {
		t.Errorf("%d bytes are kept, of %d", size(), most)
	}

	// The new one goes: a reload that is taken back.
	fresh.Close()
	ask(old, "/again/0")
	for deadline := time.Now().Add(time.Minute); proxytest.Ask(t, old, "GET /more/18", "Cache-Control: only-if-cached").Status != 200; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("what the other process kept is not found")
		}
	}
	fill(old, "then")
	hit(old, "/then/18", true)
	fresh.Close() // once more does no harm
}
