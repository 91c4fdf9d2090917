// Command backend is what every peer of the bench forwards to: a fixed small
// answer to any request without a body, or a large one under /100k, on kept-alive
// connections, and a WebSocket that echoes under /socket. It parses next to nothing, so that it takes little of the core that
// it shares with the load generator. It is no HTTP server for anything else.
package main

import (
	"bytes"
	"fmt"
	"io"
	"net"
	"os"
)

// largePrefix is how a request for the large answer begins.
const largePrefix = "GET /100k "

// socketPrefix is how a request for a WebSocket begins.
const socketPrefix = "GET /socket "

// answers are whole responses.
type answers struct {
	small, large []byte
}

func main() {
	if len(os.Args) != 3 {
		fmt.Fprintln(os.Stderr, "usage: backend ADDRESS FILE")
		os.Exit(2)
	}
	fmt.Fprintln(os.Stderr, "backend:", run(os.Args[1], os.Args[2]))
	os.Exit(1)
}

// run serves until it cannot.
func run(address, file string) error {
	large, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	a := answers{small: response([]byte("Hello from the backend.")), large: response(large)}
	l, err := net.Listen("tcp", address)
	if err != nil {
		return err
	}
	for {
		c, err := l.Accept()
		if err != nil {
			return err
		}
		go a.serve(c)
	}
}

// response puts a head before a body.
func response(body []byte) []byte {
	return append(fmt.Appendf(nil, "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: %d\r\n\r\n", len(body)), body...)
}

// echo switches protocols and then sends back what comes, as it comes.
func echo(c net.Conn, first []byte) {
	const switched = "HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n\r\n"
	if _, err := c.Write(append([]byte(switched), first...)); err != nil {
		return
	}
	io.Copy(struct{ io.Writer }{c}, struct{ io.Reader }{c}) // between sockets it would hold a pipe for each
}

// serve answers each end of a request head. A head may come in pieces: what is
// behind the last one that ended stays in the buffer.
func (a answers) serve(c net.Conn) {
	defer c.Close()
	buffer := make([]byte, 16<<10)
	filled := 0
	for {
		n, err := c.Read(buffer[filled:])
		if err != nil {
			return
		}
		filled += n
		for {
			end := bytes.Index(buffer[:filled], []byte("\r\n\r\n"))
			if end < 0 {
				break
			}
			if bytes.HasPrefix(buffer[:end], []byte(socketPrefix)) {
				echo(c, buffer[end+4:filled])
				return
			}
			answer := a.small
			if bytes.HasPrefix(buffer[:end], []byte(largePrefix)) {
				answer = a.large
			}
			filled = copy(buffer, buffer[end+4:filled])
			if _, err := c.Write(answer); err != nil {
				return
			}
		}
		if filled == len(buffer) {
			return
		}
	}
}
