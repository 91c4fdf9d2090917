package main

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// frame is a text frame of a client, masked with zeros (RFC 6455, section 5.2).
var frame = []byte("\x81\x85\x00\x00\x00\x00Hello")

// opener returns what makes a connection a WebSocket and has one message come back on it.
func opener(host, path string) func(net.Conn) error {
	request := []byte("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n" +
		"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n")
	return func(c net.Conn) error {
		c.SetDeadline(time.Now().Add(patience))
		if _, err := c.Write(request); err != nil {
			return err
		}
		// Nothing is read beyond the head: the server speaks when it is spoken to.
		res, err := http.ReadResponse(bufio.NewReader(c), nil)
		if err != nil {
			return err
		}
		if res.StatusCode != http.StatusSwitchingProtocols {
			return fmt.Errorf("%s in place of a WebSocket", res.Status)
		}
		return echo(c)
	}
}

// echo sends a message and waits until the backend has sent it back as it came.
func echo(c net.Conn) error {
	c.SetDeadline(time.Now().Add(patience))
	if _, err := c.Write(frame); err != nil {
		return err
	}
	back := make([]byte, len(frame))
	if _, err := io.ReadFull(c, back); err != nil {
		return err
	}
	if !bytes.Equal(back, frame) {
		return fmt.Errorf("a message came back as %q", back)
	}
	return nil
}
