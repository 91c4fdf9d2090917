package proxy

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"syscall"
	"time"

	"stackgen.dev/runtime/gateway"
)

// forward is a compiled Forward. Exactly one of app and upstream is set.
type forward struct {
	app                 gateway.Handler
	blocks              bool // the application may wait without saying so
	upstream            *Upstream
	location            *location // nil for an Upstream that serves by itself
	strip               int       // how much of the path is taken off, in bytes
	unbuffered          bool
	connect, send, read time.Duration
}

// compile finds what is forwarded to, and who else gets requests.
func (f Forward) compile(p *Proxy, l *location) (handler, error) {
	c, err := f.compileOne(p, l)
	if err != nil {
		return nil, err
	}
	h := handler(c)
	if f.Split != nil {
		if h, err = f.Split.compile(p, l, f, c); err != nil {
			return nil, err
		}
	}
	if f.Mirror != nil {
		return f.Mirror.compile(p, l, f, h)
	}
	return h, nil
}

// compileOne finds one of those that are forwarded to.
func (f Forward) compileOne(p *Proxy, l *location) (*forward, error) {
	c := &forward{location: l, unbuffered: f.Unbuffered, connect: f.ConnectTimeout, send: f.SendTimeout, read: f.ReadTimeout}
	switch {
	case f.App == (f.Upstream != ""):
		return nil, fmt.Errorf("forward: exactly one of app and an upstream is needed")
	case f.App && p.config.App == nil:
		return nil, fmt.Errorf("forward: there is no application")
	case f.App:
		if u, ok := p.config.App.(*Upstream); ok {
			c.upstream = u
		} else {
			c.app = p.config.App
			c.blocks = !gateway.Cooperates(c.app)
		}
	default:
		if c.upstream = p.upstreams[f.Upstream]; c.upstream == nil {
			return nil, fmt.Errorf("forward: there is no upstream %q", f.Upstream)
		}
	}
	if f.StripPrefix {
		c.strip = len(l.path)
		if l.path[c.strip-1] == '/' {
			c.strip-- // the slash stays
		}
	}
	if c.upstream == nil {
		return c, nil
	}
	for _, d := range []struct{ own, standard *time.Duration }{
		{&c.connect, &c.upstream.config.ConnectTimeout},
		{&c.send, &c.upstream.config.SendTimeout},
		{&c.read, &c.upstream.config.ReadTimeout},
	} {
		if *d.own < 0 {
			return nil, fmt.Errorf("forward: a timeout is negative")
		}
		if *d.own == 0 {
			*d.own = *d.standard
		}
	}
	return c, nil
}

func (f *forward) serve(p *Proxy, x *gateway.Exchange, v visit) {
	r := &x.Request
	if f.location.maxBody > 0 {
		r.MaxBody = f.location.maxBody
	}
	if r.BodyTooLarge() {
		NoteRefusal(x, ByMaxBody)
		p.fail(x, v, 413, nil)
		return
	}
	if f.location.madeRequest {
		f.location.request.applyTo(&r.Header, x, &v)
	} else {
		f.location.request.apply(&r.Header)
	}
	x.Location = f.location.pattern
	if f.upstream != nil {
		f.upstream.forward(p, x, v, f)
		return
	}
	if f.strip > 0 {
		r.Path = f.path(r.Path)
	}
	dropProvenance(&r.Header, v.trusted)
	if f.blocks {
		x.MayBlock()
	}
	f.app.Serve(x)
}

// path is what is forwarded of a path.
func (f *forward) path(path []byte) []byte {
	if f.strip >= len(path) {
		return slash
	}
	return path[f.strip:]
}

var slash = []byte("/")

// forward sends a request to a server of the upstream and has its answer
// described; or an error page, when there is none.
func (u *Upstream) forward(p *Proxy, x *gateway.Exchange, v visit, f *forward) {
	x.MayBlock()
	t := u.trips.Get().(*trip)
	t.begin(p, x, v, f)
	x.After(t.after)
	err := t.takeBody()
	if err == nil {
		err = t.run()
	}
	if err == nil {
		err = t.describe()
	}
	if err == nil {
		return
	}
	t.leaveHTTP2()
	t.letGo(false)
	t.leave()
	status := statusOf(err)
	if status == 499 {
		// Nobody is there to read a page; the access log has the status.
		x.Response.Reset()
		x.Response.Status = status
		p.log.LogAttrs(context.Background(), slog.LevelInfo, "proxy: client left before it was answered",
			slog.String("id", x.Request.ID), slog.String("upstream", u.config.Name))
		return
	}
	p.fail(x, v, status, fmt.Errorf("proxy: upstream %s: %w", u.config.Name, err))
}

// The ways in which forwarding fails. What the operator reads wraps one of them.
var (
	errNoServer      = errors.New("no server is there")
	errConnect       = errors.New("connect")
	errTimeout       = errors.New("timed out")
	errNothingSent   = errors.New("the connection was closed before the request")
	errStale         = errors.New("the server closed the connection, or sent what nobody asked for, while it was idle")
	errUnanswered    = errors.New("the connection was closed without an answer")
	errBadAnswer     = errors.New("the answer is malformed")
	errClientGone    = errors.New("the client has left")
	errClientBody    = errors.New("reading the request's body")
	errSwitchUnasked = errors.New("the server switches protocols unasked")
)

// statusOf is the status that answers a failure: whose fault it was, and
// whether it was refusal (502) or silence (504).
func statusOf(err error) int {
	var own *gateway.Error
	var store spoolError
	switch {
	case errors.Is(err, errClientGone):
		return 499
	case errors.As(err, &store):
		if errors.Is(err, syscall.ENOSPC) {
			return 507
		}
		return 500
	case errors.Is(err, errClientBody):
		if errors.As(err, &own) {
			return own.Status
		}
		return 499 // it stopped in the middle
	case errors.Is(err, errNoServer), errors.Is(err, errBusy):
		return 503
	case errors.Is(err, errTimeout):
		return 504
	}
	return 502
}

// takeBody spools the request's body before a server is engaged.
func (t *trip) takeBody() error {
	r := &t.x.Request
	if r.Body == nil || t.unbuffered {
		return nil
	}
	err := t.body.fill(r.Body, t.spoolDir())
	cleanTrailer(&r.Trailer)
	var store spoolError
	if err == nil || errors.As(err, &store) {
		return err
	}
	return fmt.Errorf("%w: %w", errClientBody, err)
}

// spoolDir is where what does not fit in memory waits.
func (t *trip) spoolDir() string {
	if t.u.config.SpoolDir != "" {
		return t.u.config.SpoolDir
	}
	return t.p.config.SpoolDir
}

// safeToRepeat reports whether a method may be sent twice although the first
// request may have been acted upon (RFC 9110, section 9.2.1).
func safeToRepeat(method string) bool {
	switch method {
	case "GET", "HEAD", "OPTIONS", "TRACE":
		return true
	}
	return false
}

var _ io.Closer = (*trip)(nil)
