package main

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
	"time"
)

// patience bounds every wait of the idle row, so that a server that does not
// answer is an error.
const patience = 10 * time.Second

// allowFiles raises the limit of open files, of the bench and so of what it
// starts, as far as it may. It returns why that is not enough for so many connections.
func allowFiles(connections int) string {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return "the limit of open files cannot be read: " + err.Error()
	}
	limit.Cur = limit.Max
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return "the limit of open files cannot be raised: " + err.Error()
	}
	if need := uint64(connections) + 256; limit.Cur < need {
		return fmt.Sprintf("%d connections need %d open files, and the machine allows %d (ulimit -Hn)", connections, need, limit.Cur)
	}
	return ""
}

// mostSockets is how many proxied WebSockets the machine lets one process have, each with a
// client and a server.
func (b *bench) mostSockets() int {
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		return b.idle
	}
	return int(min(limit.Max, 1<<24)-512) / 2
}

// measureIdle opens so many connections, has each do something that uses it, and reads what the
// server's memory is while all of them are idle. At the end each is asked whether it lives.
func (b *bench) measureIdle(server *server, count int, open, ask func(net.Conn) error) (s sample, err error) {
	before, err := server.usage()
	if err != nil {
		return s, err
	}
	s.before = before.resident
	s.opened = count
	connections := make([]net.Conn, 0, count)
	defer func() {
		for _, c := range connections {
			c.Close()
		}
	}()
	for range count {
		c, err := net.DialTimeout("tcp", server.address, patience)
		if err != nil {
			return s, fmt.Errorf("%s: connection %d: %w", server.name, len(connections)+1, err)
		}
		connections = append(connections, c)
		if err := open(c); err != nil {
			return s, fmt.Errorf("%s: connection %d: %w", server.name, len(connections), err)
		}
	}
	during, err := server.usage()
	if err != nil {
		return s, err
	}
	s.resident = during.resident
	for _, c := range connections {
		if ask(c) == nil {
			s.held++
		}
	}
	return s, nil
}

// asker returns what makes one request on a connection and reads its answer.
func asker(host, path string) func(net.Conn) error {
	request := []byte("GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
	reader := bufio.NewReader(strings.NewReader(""))
	return func(c net.Conn) error {
		c.SetDeadline(time.Now().Add(patience))
		if _, err := c.Write(request); err != nil {
			return err
		}
		reader.Reset(c)
		res, err := http.ReadResponse(reader, nil)
		if err != nil {
			return err
		}
		defer res.Body.Close()
		if _, err := io.Copy(io.Discard, res.Body); err != nil {
			return err
		}
		if res.StatusCode != 200 || res.Close {
			return fmt.Errorf("%s, Connection: close is %t", res.Status, res.Close)
		}
		return nil
	}
}
