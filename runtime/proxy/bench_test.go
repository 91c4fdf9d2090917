package proxy

import (
	"fmt"
	"io"
	"net"
	"syscall"
	"testing"

	"stackgen.dev/runtime/http1"
)

// smallAnswer is a server that answers every request, whose head is all there
// is, with the same few bytes: it costs as little as a server in Go can.
func smallAnswer(b *testing.B, network string) (url string) {
	const text = "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nDate: Sat, 14 Mar 2026 12:00:00 GMT\r\nContent-Length: 13\r\n\r\nHello, World!"
	return script(b, network, func(c *scriptConn) {
		buf := make([]byte, 4<<10)
		for {
			if _, err := c.Read(buf); err != nil {
				return
			}
			c.say(text)
		}
	})
}

// BenchmarkProxied is one request through engine and proxy to a server and
// back, over real sockets.
func BenchmarkProxied(b *testing.B) {
	for _, network := range []string{"tcp", "unix"} {
		b.Run(network, func(b *testing.B) {
			_, address := front(b, UpstreamConfig{}, smallAnswer(b, network))
			benchmarkRequests(b, address)
		})
	}
}

func benchmarkRequests(b *testing.B, address string) {
	b.ReportAllocs()
	b.RunParallel(func(pb *testing.PB) {
		nc, err := net.Dial("tcp", address)
		if err != nil {
			b.Error(err)
			return
		}
		defer nc.Close()
		var r http1.Response
		buf := make([]byte, 4<<10)
		for pb.Next() {
			if _, err := io.WriteString(nc, "GET / HTTP/1.1\r\nHost: example.com\r\nUser-Agent: bench\r\nAccept: */*\r\n\r\n"); err != nil {
				b.Error(err)
				return
			}
			n, err := nc.Read(buf)
			if err != nil {
				b.Error(err)
				return
			}
			if _, err := http1.ParseResponse(buf[:n], "GET", &r, http1.Limits{}); err != nil || r.Status != 200 {
				b.Error(r.Status, err)
				return
			}
		}
	})
}

// BenchmarkProxiedLarge is a large body on its way from server to client.
func BenchmarkProxiedLarge(b *testing.B) {
	for _, size := range []int{100 << 10, 1 << 20} {
		b.Run(fmt.Sprintf("%dK", size>>10), func(b *testing.B) {
			text := []byte(fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Length: %d\r\n\r\n%s", size, numbered(size)))
			url := script(b, "tcp", func(c *scriptConn) {
				buf := make([]byte, 4<<10)
				for {
					if _, err := c.Read(buf); err != nil {
						return
					}
					c.Write(text)
				}
			})
			_, address := front(b, UpstreamConfig{}, url)
			nc, err := net.Dial("tcp", address)
			if err != nil {
				b.Fatal(err)
			}
			defer nc.Close()
			var r http1.Response
			b.SetBytes(int64(size))
			buf := make([]byte, 256<<10)
			var before, after syscall.Rusage
			syscall.Getrusage(syscall.RUSAGE_SELF, &before)
			for b.Loop() {
				io.WriteString(nc, "GET / HTTP/1.1\r\nHost: example.com\r\n\r\n")
				n, err := nc.Read(buf)
				if err != nil {
					b.Fatal(err)
				}
				head, err := http1.ParseResponse(buf[:n], "GET", &r, http1.Limits{})
				if err != nil {
					b.Fatal(err)
				}
				for left := size - (n - head); left > 0; left -= n {
					if n, err = nc.Read(buf); err != nil {
						b.Fatal(err)
					}
				}
			}
			syscall.Getrusage(syscall.RUSAGE_SELF, &after)
			cpu := after.Utime.Nano() + after.Stime.Nano() - before.Utime.Nano() - before.Stime.Nano()
			b.ReportMetric(float64(cpu)/float64(b.N), "cpu-ns/op")
		})
	}
}
