package server

import (
	"io"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"golang.org/x/net/http2"

	"stackgen.dev/runtime/gateway"
)

// A head has 16 KiB in HTTP/2 too, and a hundred fields.
func TestHTTP2HeadLimit(t *testing.T) {
	r := start(t, Config{}, func(x *gateway.Exchange) {})
	c := r.dialHTTP2(t)
	if o := c.outcome(c.ask(true, good("x", strings.Repeat("a", 15<<10))...)); o.status != "200" {
		t.Errorf("15 KiB: %s", o.status)
	}
	c = r.dialHTTP2(t)
	block := c.encode(good("x", strings.Repeat("a", 12<<10), "y", strings.Repeat("b", 12<<10))...)
	c.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: block[:10<<10], EndStream: true})
	c.WriteContinuation(1, true, block[10<<10:])
	if o := c.outcome(1); o.status != "431" {
		t.Errorf("24 KiB: %s", o.status)
	}
	c = r.dialHTTP2(t)
	many := good()
	for range 101 {
		many = append(many, "x", "y")
	}
	if o := c.outcome(c.ask(true, many...)); o.status != "431" {
		t.Errorf("101 fields: %s", o.status)
	}
}

// More streams than allowed are refused, and those that run are not disturbed.
func TestHTTP2Streams(t *testing.T) {
	release := make(chan struct{})
	r := start(t, Config{MaxStreams: 3}, func(x *gateway.Exchange) { <-release })
	c := r.dialHTTP2(t)
	for range 3 {
		c.ask(true, good()...)
	}
	if o := c.outcome(c.ask(true, good()...)); !strings.HasPrefix(o.status, "reset") {
		t.Errorf("the fourth stream: %s", o.status)
	}
	close(release)
	if o := c.outcome(5); o.status != "200" {
		t.Errorf("the third stream: %s", o.status)
	}
}

// Clients that keep the server busy without asking for anything are cut off
// before long.
func TestHTTP2Floods(t *testing.T) {
	const many = 20 * guardBurst
	floods := []struct {
		name string
		send func(c *h2client, i int) error
	}{
		{"streams opened and reset", func(c *h2client, i int) error {
			id := c.ask(true, good()...)
			return c.WriteRSTStream(id, http2.ErrCodeCancel)
		}},
		{"SETTINGS", func(c *h2client, i int) error { return c.WriteSettings() }},
		{"PING", func(c *h2client, i int) error { return c.WritePing(false, [8]byte{}) }},
		{"PRIORITY", func(c *h2client, i int) error {
			return c.WritePriority(uint32(2*i+1), http2.PriorityParam{Weight: 1})
		}},
		{"WINDOW_UPDATE", func(c *h2client, i int) error { return c.WriteWindowUpdate(0, 1) }},
		{"unknown frames", func(c *h2client, i int) error { return c.WriteRawFrame(0xee, 0, 0, nil) }},
		{"empty DATA", func(c *h2client, i int) error {
			if i == 0 {
				c.ask(false, good()...)
			}
			return c.WriteData(1, false, nil)
		}},
		{"empty CONTINUATION", func(c *h2client, i int) error {
			if i == 0 {
				return c.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: c.encode(good()...)})
			}
			return c.WriteContinuation(1, false, nil)
		}},
		{"CONTINUATION without end", func(c *h2client, i int) error {
			if i == 0 {
				return c.WriteHeaders(http2.HeadersFrameParam{StreamID: 1, BlockFragment: c.encode(good()...)})
			}
			return c.WriteContinuation(1, false, c.encode("x", strings.Repeat("a", 4<<10)))
		}},
	}
	var served atomic.Int64
	r := start(t, Config{}, func(x *gateway.Exchange) {
		served.Add(1)
		if x.Request.Body != nil {
			io.Copy(io.Discard, x.Request.Body)
		}
	})
	for _, tt := range floods {
		t.Run(tt.name, func(t *testing.T) {
			served.Store(0)
			began := time.Now()
			c := r.dialHTTP2(t)
			last, sent := atomic.Uint32{}, make(chan struct{})
			go func() {
				defer close(sent)
				for i := range many {
					if tt.send(c, i) != nil {
						break
					}
				}
				// What would be answered, were the connection still served.
				switch tt.name {
				case "empty DATA":
					last.Store(1)
					c.WriteData(1, true, nil)
				case "empty CONTINUATION", "CONTINUATION without end":
					last.Store(1)
					c.WriteContinuation(1, true, nil)
				default:
					last.Store(c.next)
					c.ask(true, good()...)
				}
			}()
			for {
				f, err := c.ReadFrame() // so that answers do not pile up
				if err != nil {
					break
				}
				if h, ok := f.(*http2.MetaHeadersFrame); ok && h.StreamID == last.Load() && h.PseudoValue("status") == "200" {
					t.Error("the connection goes on")
					break
				}
			}
			c.Close() // a sender that waits goes on
			<-sent
			// A sender that takes its time has the rate as well.
			if n, most := served.Load(), 2*guardBurst+int64(guardRate*time.Since(began).Seconds()); n > most {
				t.Errorf("%d requests were served meanwhile, at most %d are to be", n, most)
			}
		})
	}
	// Busy clients in bounds are left alone.
	c := r.dialHTTP2(t)
	for range 300 {
		id := c.ask(true, good()...)
		c.WritePing(false, [8]byte{})
		c.WriteWindowUpdate(0, 1)
		if o := c.outcome(id); o.status != "200" {
			t.Fatalf("got %+v", o)
		}
	}
}

// A server that stops says so, answers what runs, and closes.
func TestHTTP2GoAway(t *testing.T) {
	began, release := make(chan struct{}), make(chan struct{})
	r := start(t, Config{}, func(x *gateway.Exchange) {
		close(began)
		<-release
		x.Response.Text("done")
	})
	c := r.dialHTTP2(t)
	id := c.ask(true, good()...)
	within(t, began, "the request")
	if st := r.Stats(); st.Connections < 1 {
		t.Error("the connection is not counted")
	}
	stopped := make(chan struct{})
	go func() { r.shutdown(); close(stopped) }()
	goaway, body := false, ""
	for {
		f, err := c.ReadFrame()
		if err != nil {
			break
		}
		switch f := f.(type) {
		case *http2.GoAwayFrame:
			if f.ErrCode != http2.ErrCodeNo {
				t.Errorf("GOAWAY with %v", f.ErrCode)
			}
			if !goaway {
				goaway = true
				close(release)
			}
		case *http2.DataFrame:
			if f.StreamID == id {
				body += string(f.Data())
			}
		}
	}
	if !goaway || body != "done" {
		t.Errorf("GOAWAY %v, answer %q", goaway, body)
	}
	within(t, stopped, "Shutdown")
}

// Clients that stop sending a body, or stop taking an answer, are given up by
// stream as they are by connection elsewhere.
func TestHTTP2Timeouts(t *testing.T) {
	ended := make(chan int64, 1)
	r := start(t, Config{BodyIdle: 40 * time.Millisecond, WriteIdle: 40 * time.Millisecond}, func(x *gateway.Exchange) {
		x.After(func(x *gateway.Exchange) { ended <- x.Sent })
		if x.Request.Body != nil {
			if _, err := io.ReadAll(x.Request.Body); err != nil {
				answerError(x, err)
			}
			return
		}
		x.Response.Bytes(make([]byte, 1<<20))
	})
	c := r.dialHTTP2(t)
	id := c.ask(false, good("content-length", "5")...)
	c.WriteData(id, false, []byte("he"))
	if o := c.outcome(id); o.status != "408" {
		t.Errorf("a body that stops: %s", o.status)
	}
	within(t, ended, "the end of the first exchange")
	id = c.ask(true, good()...) // and the windows are never widened
	if sent := within(t, ended, "the answer to be given up"); sent >= 1<<20 {
		t.Errorf("%d bytes were sent into closed windows", sent)
	}
	for {
		f, err := c.ReadFrame()
		if err != nil {
			t.Fatalf("the connection ended as well: %v", err)
		}
		if reset, ok := f.(*http2.RSTStreamFrame); ok && reset.StreamID == id {
			break
		}
	}
}
