// Command backend is what every peer of the bench forwards to: a fixed small
// answer to any request without a body, on kept-alive connections. It parses
// nothing, so that it takes little of the core that it shares with the load
// generator. It is no HTTP server for anything else.
package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
)

const answer = "HTTP/1.1 200 OK\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: 23\r\n\r\nHello from the backend."

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: backend ADDRESS")
		os.Exit(2)
	}
	l, err := net.Listen("tcp", os.Args[1])
	for err == nil {
		var c net.Conn
		if c, err = l.Accept(); err == nil {
			go serve(c)
		}
	}
	fmt.Fprintln(os.Stderr, "backend:", err)
	os.Exit(1)
}

// serve answers each end of a request head. A head may come in pieces: what is
// behind the last one that ended stays in the buffer.
func serve(c net.Conn) {
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
			filled = copy(buffer, buffer[end+4:filled])
			if _, err := c.Write([]byte(answer)); err != nil {
				return
			}
		}
		if filled == len(buffer) {
			return
		}
	}
}
