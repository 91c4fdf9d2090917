//go:build e2e

package e2e

import (
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
)

// Ensure that clients of HTTP/2 lose nothing to a reload: events that had begun go on on their connection
// and end whole, requests that come meanwhile are answered, and what comes after it is the new process's.
func TestHTTP2OutlivesReload(t *testing.T) {
	const streams = 20
	release := make(chan struct{})
	upstream := backend(t, "tcp", "127.0.0.1:0", func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/events" {
			fmt.Fprint(w, "an answer")
			return
		}
		w.Header().Set("Content-Type", "text/event-stream")
		fmt.Fprint(w, "data: first\n\n")
		w.(http.Flusher).Flush()
		select {
		case <-release:
			fmt.Fprint(w, "data: second\n\n")
		case <-r.Context().Done():
			t.Error("the proxy let go of a stream")
		}
	})
	s, c := forwardingSite(t, t.TempDir(), "http://"+upstream, "")
	c.Transport.(*http.Transport).ForceAttemptHTTP2 = true
	const public = "https://www.example.com"

	open := make([]*http.Response, streams)
	for i := range open {
		res, err := c.Get(public + "/events")
		if err != nil {
			t.Fatal(err)
		}
		defer res.Body.Close()
		first := make([]byte, len("data: first\n\n"))
		if _, err := io.ReadFull(res.Body, first); err != nil || res.ProtoMajor != 2 {
			t.Fatalf("%s, %q, %v", res.Proto, first, err)
		}
		open[i] = res
	}

	var stop atomic.Bool
	var asked atomic.Int64
	var load sync.WaitGroup
	for range 4 {
		load.Go(func() {
			for !stop.Load() {
				res, err := c.Get(public + "/")
				if err != nil {
					t.Errorf("request %d: %v", asked.Load(), err)
					return
				}
				text, err := io.ReadAll(res.Body)
				res.Body.Close()
				if err != nil || res.StatusCode != 200 || string(text) != "an answer" {
					t.Errorf("request %d: %s, %q, %v", asked.Load(), res.Status, text, err)
				}
				asked.Add(1)
			}
		})
	}
	more := func(than int64) { s.wait("more answers", func() bool { return asked.Load() > than+50 || t.Failed() }) }
	more(0)
	for range 3 {
		reloads := strings.Count(s.Log(), "msg=reloaded")
		s.signal(syscall.SIGHUP)
		s.wait("the reload", func() bool { return strings.Count(s.Log(), "msg=reloaded") > reloads })
		more(asked.Load())
	}
	stop.Store(true)
	load.Wait()
	t.Logf("%d requests were answered around three reloads", asked.Load())

	close(release)
	for i, res := range open {
		if rest, err := io.ReadAll(res.Body); err != nil || string(rest) != "data: second\n\n" {
			t.Errorf("stream %d ends with %q, %v", i, rest, err)
		}
	}
}
