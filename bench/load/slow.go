package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

const (
	step        = time.Second // how long a slow client pauses
	slowRead    = 512         // bytes that a slow reader takes then
	slowReceive = 4096        // bytes of its receive buffer (SO_RCVBUF): what it does not take stays with the server
)

// dawdled is what slow clients say at the end.
type dawdled struct {
	Clients int   `json:"clients"`
	Held    int64 `json:"held"` // connections that the server had not closed
}

// dawdle opens connections of which every second sends the head of a request
// byte by byte, and the others ask for a large answer and read it as slowly. It
// writes "ready" when all of them are open, and ends with the context.
func dawdle(ctx context.Context, j job, ready io.Writer) (dawdled, error) {
	var held atomic.Int64
	var clients sync.WaitGroup
	defer clients.Wait()
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	for i := range j.connections {
		begin, turn := slowWriter(j), writeSlowly
		if i%2 == 1 {
			begin, turn = slowReader(j), readSlowly
		}
		c, err := dialSlow(ctx, j.address)
		if err != nil {
			return dawdled{}, fmt.Errorf("connection %d: %w", i+1, err)
		}
		if _, err := io.WriteString(c, begin); err != nil {
			return dawdled{}, fmt.Errorf("connection %d: %w", i+1, err)
		}
		held.Add(1)
		clients.Go(func() {
			defer c.Close()
			// The turns of all are spread over the step.
			timer := time.NewTimer(step * time.Duration(i) / time.Duration(j.connections))
			defer timer.Stop()
			for {
				select {
				case <-ctx.Done():
					return
				case <-timer.C:
				}
				if err := turn(c); err != nil {
					held.Add(-1)
					return
				}
				timer.Reset(step)
			}
		})
	}
	fmt.Fprintln(ready, "ready")
	<-ctx.Done()
	return dawdled{Clients: j.connections, Held: held.Load()}, nil
}

// dialSlow connects with a small receive buffer, which has to be set before.
func dialSlow(ctx context.Context, address string) (net.Conn, error) {
	d := net.Dialer{Control: func(_, _ string, raw syscall.RawConn) error {
		var set error
		if err := raw.Control(func(fd uintptr) {
			set = syscall.SetsockoptInt(int(fd), syscall.SOL_SOCKET, syscall.SO_RCVBUF, slowReceive)
		}); err != nil {
			return err
		}
		return set
	}}
	return d.DialContext(ctx, "tcp", address)
}

// slowWriter is where a head begins that goes on for ever.
func slowWriter(j job) string {
	return "GET " + j.path + " HTTP/1.1\r\nHost: " + j.address + "\r\nX-Slow: "
}

func writeSlowly(c net.Conn) error {
	_, err := io.WriteString(c, "a")
	return err
}

// slowReader is a whole request.
func slowReader(j job) string {
	return "GET " + j.slowPath + " HTTP/1.1\r\nHost: " + j.address + "\r\n\r\n"
}

func readSlowly(c net.Conn) error {
	_, err := c.Read(make([]byte, slowRead))
	return err
}
