package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
)

// server is a peer that runs, in all of its programs.
type server struct {
	peer
	address  string
	programs []*process
}

// serve starts a peer for a row. Stop it.
func (b *bench) serve(ctx context.Context, p peer, r row) (*server, error) {
	address, err := freeAddress()
	if err != nil {
		return nil, err
	}
	commands, err := p.commands(r.setting(address))
	if err != nil {
		return nil, err
	}
	s := &server{peer: p, address: address}
	for _, c := range commands {
		program, err := start(ctx, b.serverCPU, c)
		if err != nil {
			return nil, errors.Join(err, s.stop())
		}
		s.programs = append(s.programs, program)
	}
	if err := b.verify(ctx, s, r); err != nil {
		return nil, errors.Join(err, s.stop())
	}
	return s, nil
}

// stop ends all programs, the one that clients speak to first.
func (s *server) stop() error {
	var errs []error
	for _, p := range slices.Backward(s.programs) {
		errs = append(errs, p.stop())
	}
	return errors.Join(errs...)
}

// usage is what all programs have taken so far.
func (s *server) usage() (total usage, err error) {
	for _, p := range s.programs {
		u, err := p.usage()
		if err != nil {
			return usage{}, err
		}
		if p.application {
			u.application = u.cpu
		}
		total = total.add(u)
	}
	return total, nil
}

// unzip undoes gzip; another coding, or none, is an error.
func unzip(coding string, b []byte) ([]byte, error) {
	if coding != "gzip" {
		return nil, fmt.Errorf("Content-Encoding is %q", coding)
	}
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// verify makes sure that a server answers as the row expects: figures of
// answers that differ would say nothing.
func (b *bench) verify(ctx context.Context, s *server, r row) error {
	want, err := b.expected(r.body)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, "GET", r.url(s.address), nil)
	if err != nil {
		return err
	}
	if name, value, ok := strings.Cut(r.fields, ": "); ok {
		req.Header.Set(name, value)
	}
	if r.kind == sockets {
		return nil // a request without Upgrade is no WebSocket
	}
	req.Close = r.protocol != http2
	transport := &http.Transport{
		TLSClientConfig:    &tls.Config{InsecureSkipVerify: true}, // the bench's own certificate
		ForceAttemptHTTP2:  r.protocol == http2,
		DisableCompression: true, // as the load generators do
	}
	defer transport.CloseIdleConnections()
	res, err := transport.RoundTrip(req)
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		return fmt.Errorf("%s: %w", s.name, err)
	}
	if strings.HasPrefix(r.fields, "Accept-Encoding: ") {
		size := len(got)
		if got, err = unzip(res.Header.Get("Content-Encoding"), got); err != nil {
			return fmt.Errorf("%s: %s: %w", s.name, r.path, err)
		}
		b.say("%s makes %d bytes of %d", s.name, size, len(got))
	}
	if r.protocol == http2 && res.ProtoMajor != 2 {
		return fmt.Errorf("%s answers with %s instead of HTTP/2", s.name, res.Proto)
	}
	if r.body.worlds != nil {
		if err := r.body.worlds(got); err != nil || res.StatusCode != 200 {
			return fmt.Errorf("%s answers %s with %s and what is not expected: %w: %.80q", s.name, r.path, res.Status, err, got)
		}
		return nil
	}
	// A line break behind an answer is a matter of taste: json.Encoder writes one.
	if res.StatusCode != 200 || !bytes.Equal(bytes.TrimRight(got, "\n"), bytes.TrimRight(want, "\n")) {
		return fmt.Errorf("%s answers %s with %s and %d bytes that are not the %d expected: %.80q", s.name, r.path, res.Status, len(got), len(want), got)
	}
	return nil
}
