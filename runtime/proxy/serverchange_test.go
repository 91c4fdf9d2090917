package proxy

import (
	"sync"
	"testing"
)

// Ensure that servers may be changed while requests are on their way to them, and fail: the
// race detector looks on.
func TestServersChangeUnderRequests(t *testing.T) {
	good := script(t, "unix", func(c *scriptConn) {
		for c.request() != nil {
			c.say("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\na")
		}
	})
	bad := script(t, "unix", func(c *scriptConn) { c.request() })
	p, _ := front(t, UpstreamConfig{}, good, bad)
	var asking sync.WaitGroup
	for range 4 {
		asking.Go(func() {
			for range 100 {
				x := exchange(t, "GET /")
				p.Serve(x)
				x.Finish()
			}
		})
	}
	for i := range 200 {
		if err := p.Upstream("u").SetServers([]Server{{URL: good, Weight: 1 + i%3}, {URL: bad}}); err != nil {
			t.Error(err)
		}
	}
	asking.Wait()
}
