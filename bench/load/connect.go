package main

import (
	"bytes"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// connect opens connections one after another, as many at a time as the job
// says, and makes one request on each. Every handshake is a full one: the client
// keeps no tickets, and offers X25519 alone, so that every server does the
// same arithmetic. Connections that are under way at the end count as well.
func connect(ctx context.Context, j job) (report, error) {
	var (
		mu  sync.Mutex
		all latencies
		r   report
	)
	start := time.Now()
	var clients sync.WaitGroup
	for range j.connections {
		clients.Go(func() {
			for ctx.Err() == nil && time.Since(start) < j.duration {
				began := time.Now()
				err := handshake(ctx, j)
				took := time.Since(began)
				mu.Lock()
				if err == nil {
					all.add(took)
				} else if ctx.Err() == nil {
					r.fail(err)
				}
				mu.Unlock()
			}
		})
	}
	clients.Wait()
	r.Requests = int64(len(all))
	r.PerSecond = float64(r.Requests) / time.Since(start).Seconds()
	all.into(&r)
	return r, nil
}

// handshake makes one connection with one request.
func handshake(ctx context.Context, j job) error {
	raw, err := (&net.Dialer{Timeout: silence}).DialContext(ctx, "tcp", j.address)
	if err != nil {
		return err
	}
	defer raw.Close()
	raw.SetDeadline(time.Now().Add(silence))
	raw.(*net.TCPConn).SetLinger(0) // a port is free again at once
	c := tls.Client(raw, &tls.Config{
		InsecureSkipVerify: true, // the bench's own certificate
		CurvePreferences:   []tls.CurveID{tls.X25519},
		MinVersion:         tls.VersionTLS13,
	})
	if err := c.HandshakeContext(ctx); err != nil {
		return err
	}
	if c.ConnectionState().DidResume {
		return errors.New("a session was resumed")
	}
	if _, err := io.WriteString(c, "GET "+j.path+" HTTP/1.1\r\nHost: "+j.address+"\r\nConnection: close\r\n\r\n"); err != nil {
		return err
	}
	got, err := io.ReadAll(c)
	if err != nil {
		return err
	}
	if !bytes.HasPrefix(got, []byte("HTTP/1.1 200")) {
		return fmt.Errorf("answered %.40q", got)
	}
	return nil
}
