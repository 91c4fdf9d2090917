package server

import (
	"log/slog"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
	"stackgen.dev/runtime/netpoll"
)

// Config says how a Server treats its clients. Zero fields mean the defaults
// named beside them; a negative duration switches that limit off.
type Config struct {
	// Handler answers the requests; it must not be nil.
	Handler gateway.Handler
	// Log receives panics, failed handshakes and failures of accepting; nil discards.
	Log *slog.Logger

	// Limits bounds the request head: 16 KiB and 100 fields.
	Limits http1.Limits
	// MaxBody is what Request.MaxBody begins with, in bytes: 32 MiB; negative
	// means no limit (nginx client_max_body_size).
	MaxBody int64

	// HeaderTimeout is for the whole request head, from its first byte or from
	// the connection's start: 10 s (nginx client_header_timeout).
	HeaderTimeout time.Duration
	// BodyIdle is the longest pause inside a request body: 30 s (nginx client_body_timeout).
	BodyIdle time.Duration
	// MinRate is the lowest average rate of a request body in bytes per second,
	// counted while the engine waits for it and after ten seconds of waiting: 500.
	MinRate int64
	// WriteIdle is the longest the client may take to accept the next 128 KiB of
	// a response: 60 s (nginx send_timeout).
	WriteIdle time.Duration
	// KeepAlive is how long a connection may rest between requests: 75 s (nginx keepalive_timeout).
	KeepAlive time.Duration
	// DrainIdle is how long a draining server leaves its idle connections open: a
	// client that sends its next request just then gets an answer, not a reset: 100 ms.
	DrainIdle time.Duration
	// Timeout is how long the handler may take for a request, counted from its
	// first byte and without the time spent waiting for the client's body; then the client
	// gets 503 (gunicorn timeout). Zero means no limit; handlers may set another with
	// Exchange.SetDeadline.
	Timeout time.Duration

	// Pollers drive the plain connections; nil has the server make its own.
	Pollers *netpoll.Group

	// MaxStreams is how many requests one HTTP/2 connection may have in flight: 128.
	MaxStreams int
}

func (c Config) withDefaults() Config {
	if c.Handler == nil {
		panic("stackgen: unreachable: server.Config without a Handler")
	}
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	c.Limits = c.Limits.WithDefaults()
	if c.MaxBody == 0 {
		c.MaxBody = 32 << 20
	}
	c.MaxBody = max(c.MaxBody, 0)
	defaultTo(&c.HeaderTimeout, 10*time.Second)
	defaultTo(&c.BodyIdle, 30*time.Second)
	defaultTo(&c.WriteIdle, 60*time.Second)
	defaultTo(&c.KeepAlive, 75*time.Second)
	defaultTo(&c.DrainIdle, 100*time.Millisecond)
	if c.MinRate == 0 {
		c.MinRate = 500
	}
	if c.MaxStreams == 0 {
		c.MaxStreams = 128
	}
	return c
}

func defaultTo(d *time.Duration, value time.Duration) {
	if *d == 0 {
		*d = value
	}
	*d = max(*d, 0)
}
