package proxy

import (
	"fmt"
	"io"
	"net"
	"testing"
)

// tunnels opens tunnels to a server that sends back what comes.
func tunnels(b *testing.B, n int) []net.Conn {
	url := script(b, "tcp", func(c *scriptConn) {
		if c.request() != nil {
			c.say("HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
			io.Copy(c.Conn, c.Conn)
		}
	})
	_, address := front(b, UpstreamConfig{}, url)
	var all []net.Conn
	for range n {
		c := dial(b, address)
		c.send("GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n")
		if a := c.read("GET"); a.status != 101 {
			b.Fatalf("got %d", a.status)
		}
		all = append(all, c.Conn)
	}
	return all
}

// Messages that go and come back, one at a time on each tunnel.
func BenchmarkTunnelMessages(b *testing.B) {
	for _, n := range []int{1, 64} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			all := tunnels(b, n)
			message := make([]byte, 100)
			done := make(chan error, n)
			b.ResetTimer()
			for i, c := range all {
				rounds := b.N / n
				if i < b.N%n {
					rounds++
				}
				go func() {
					buf := make([]byte, len(message))
					for range rounds {
						if _, err := c.Write(message); err != nil {
							done <- err
							return
						}
						if _, err := io.ReadFull(c, buf); err != nil {
							done <- err
							return
						}
					}
					done <- nil
				}()
			}
			for range all {
				if err := <-done; err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// As much as goes through one tunnel, both ways.
func BenchmarkTunnelBulk(b *testing.B) {
	c := tunnels(b, 1)[0]
	piece := make([]byte, 256<<10)
	b.SetBytes(int64(len(piece)))
	b.ResetTimer()
	sent := make(chan error, 1)
	go func() {
		for range b.N {
			if _, err := c.Write(piece); err != nil {
				sent <- err
				return
			}
		}
		sent <- nil
	}()
	if _, err := io.CopyN(io.Discard, c, int64(b.N)*int64(len(piece))); err != nil {
		b.Fatal(err)
	}
	if err := <-sent; err != nil {
		b.Fatal(err)
	}
}
