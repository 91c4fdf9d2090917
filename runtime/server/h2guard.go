package server

import (
	"crypto/tls"
	"encoding/binary"
	"errors"
	"log/slog"
	"net"
	"sync/atomic"
	"time"
)

// guard counts the frames of an HTTP/2 connection on their way in, and ends it
// when a client sends many that cost work and ask for nothing: streams opened and
// reset, SETTINGS and PING to be acknowledged, empty frames (CVE-2023-44487,
// CVE-2019-9512, CVE-2019-9515, CVE-2019-9518, CVE-2024-27316). net/http bounds how much of that waits, not
// how often it happens. It reads frame headers only (RFC 9113, section 4.1) and changes no byte.
type guard struct {
	net.Conn
	of     *http2Server
	tls    *tls.ConnectionState
	altSvc string
	log    *slog.Logger

	streams atomic.Int64 // that have a handler
	spoke   atomic.Bool  // something was sent: net/http knows the connection
	leaves  atomic.Bool  // was closed once while the server goes

	skip   int // bytes until the next frame header
	header [frameHeader]byte
	have   int // bytes of header
	credit float64
	last   time.Time
	sent   atomic.Int64 // bytes written since the last look
}

const (
	// frameHeader is the size of a frame's header in bytes.
	frameHeader = 9
	// guardBurst is how many frames that ask for nothing may come at once, and
	// guardRate how many a second go on for ever.
	guardBurst, guardRate = 1000, 100
	// guardWindow is how many bytes we send for one WINDOW_UPDATE that costs nothing.
	guardWindow = 512
)

// The frame types that count (RFC 9113, section 6).
const (
	frameData         = 0x0
	frameHeaders      = 0x1
	frameResetStream  = 0x3
	frameContinuation = 0x9
)

const (
	flagEndStream  = 0x1
	flagEndHeaders = 0x4
)

var errFlood = errors.New("server: too many HTTP/2 frames that ask for nothing")

func newGuard(nc net.Conn, of *http2Server, log *slog.Logger) *guard {
	g := &guard{Conn: nc, of: of, log: log, skip: len(preface), credit: guardBurst, last: time.Now()}
	if t, ok := nc.(*tls.Conn); ok {
		state := t.ConnectionState()
		g.tls = &state
	}
	return g
}

// Read reads on and looks at what came.
func (g *guard) Read(p []byte) (int, error) {
	n, err := g.Conn.Read(p)
	if !g.scan(p[:n]) {
		g.log.Info("HTTP/2 connection refused", "client", g.RemoteAddr().String(), "reason", errFlood.Error())
		return 0, errFlood
	}
	return n, err
}

// Write counts what is sent, for which the client updates its windows.
func (g *guard) Write(p []byte) (int, error) {
	g.spoke.Store(true)
	n, err := g.Conn.Write(p)
	g.sent.Add(int64(n))
	return n, err
}

// scan follows the frames and reports whether they are in bounds.
func (g *guard) scan(b []byte) bool {
	for len(b) > 0 {
		if g.skip > 0 {
			n := min(g.skip, len(b))
			g.skip -= n
			b = b[n:]
			continue
		}
		n := copy(g.header[g.have:], b)
		g.have += n
		b = b[n:]
		if g.have < frameHeader {
			return true
		}
		g.have = 0
		g.skip = int(binary.BigEndian.Uint32(g.header[:4]) >> 8)
		if g.credit -= frameCost(g.header[3], g.header[4], g.skip); g.credit < 0 && !g.renew() {
			return false
		}
		g.credit = min(g.credit, guardBurst)
	}
	return true
}

// frameCost is what a frame takes from the credit. A request gives some of what its
// reset costs; priorities and other frames that come with requests are paid by it.
func frameCost(kind, flags byte, size int) float64 {
	switch {
	case kind == frameHeaders:
		return -1
	case kind == frameResetStream:
		return 2
	case kind == frameData && (size > 0 || flags&flagEndStream != 0):
		return 0
	case kind == frameContinuation && (size > 0 || flags&flagEndHeaders != 0):
		return 0 // net/http bounds their bytes
	}
	return 1
}

// renew adds the credit that time and what was sent have earned.
func (g *guard) renew() bool {
	now := time.Now()
	g.credit += now.Sub(g.last).Seconds()*guardRate + float64(g.sent.Swap(0)/guardWindow)
	g.last = now
	return g.credit >= 0
}

var _ net.Conn = (*guard)(nil)
