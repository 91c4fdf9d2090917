package proxy

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"stackgen.dev/runtime/http1"
)

// HealthCheck asks servers whether they are well, beside what requests show
// (health_check of nginx's commercial edition).
type HealthCheck struct {
	// Path is asked for with GET, Host the Host that is asked for; "" is the server's own.
	Path, Host string
	// Status is the status that a server is well with; 0 means any from 200 to 399.
	Status int
	// Body has to stand in the first 64 KiB of the answer; "" for anything.
	Body string
	// Interval is between two checks of a server, Timeout bounds one; 0 means 5 and 2 seconds.
	Interval, Timeout time.Duration
	// Fails checks that fail one after the other take a server out, and Passes that do not bring it
	// back; 0 means 1.
	Fails, Passes int
}

func (h *HealthCheck) withDefaults(name string) (*HealthCheck, error) {
	c := *h
	if c.Path == "" || c.Path[0] != '/' || !validFieldValue(c.Path) || !validFieldValue(c.Host) || bytes.ContainsAny([]byte(c.Path), " #") {
		return nil, fmt.Errorf("proxy: upstream %q: health check: %q is not a path", name, c.Path)
	}
	if c.Interval < 0 || c.Timeout < 0 || c.Fails < 0 || c.Passes < 0 || c.Status < 0 || c.Status > 599 {
		return nil, fmt.Errorf("proxy: upstream %q: health check: a number is not one that can be", name)
	}
	c.Interval, c.Timeout = orDefault(c.Interval, 5*time.Second), orDefault(c.Timeout, 2*time.Second)
	c.Fails, c.Passes = max(c.Fails, 1), max(c.Passes, 1)
	return &c, nil
}

// maxCheckBody bounds what is read of an answer to look for HealthCheck.Body.
const maxCheckBody = 64 << 10

// Check has the servers of all upstreams that ask for it checked, until stop is closed.
func (p *Proxy) Check(stop <-chan struct{}) {
	for _, u := range p.upstreams {
		if u.config.HealthCheck != nil {
			go u.check(stop)
		}
	}
}

// check checks all servers at once, again and again.
func (u *Upstream) check(stop <-chan struct{}) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	tick := time.NewTicker(u.config.HealthCheck.Interval)
	defer tick.Stop()
	for {
		u.resolve(ctx, time.Now(), u.config.HealthCheck.Timeout) // what is not known yet is not checked
		u.mu.Lock()
		backends := u.backends
		u.mu.Unlock()
		for _, b := range backends {
			if b.checking.CompareAndSwap(false, true) { // the last one is over
				go func() {
					defer b.checking.Store(false)
					err := u.probe(ctx, b)
					if ctx.Err() == nil {
						u.checked(b, err, time.Now())
					}
				}()
			}
		}
		select {
		case <-stop:
			return
		case <-tick.C:
		}
	}
}

// checked notes what a check has shown.
func (u *Upstream) checked(b *backend, err error, now time.Time) {
	h := u.config.HealthCheck
	u.mu.Lock()
	defer u.mu.Unlock()
	if (err != nil) == b.sick {
		b.checks = 0 // as it is known
		return
	}
	b.checks++
	switch {
	case !b.sick && b.checks >= h.Fails:
		b.sick, b.checks = true, 0
		u.log.Warn("proxy: server taken out by its health check", "upstream", u.config.Name, "server", b.label, "error", err)
	case b.sick && b.checks >= h.Passes:
		b.sick, b.checks, b.back = false, 0, now
		b.fails, b.downUntil = 0, time.Time{}
		u.log.Info("proxy: server is well again", "upstream", u.config.Name, "server", b.label)
		for range u.waiting {
			u.wake()
		}
	}
}

// probe asks a server once, over a connection of its own: nil means that it is well.
func (u *Upstream) probe(ctx context.Context, b *backend) error {
	h := u.config.HealthCheck
	limit := time.Now().Add(h.Timeout)
	host := h.Host
	if host == "" {
		if host = b.at.host; host == "" {
			host = "localhost"
		}
	}
	if b.client != nil {
		ctx, cancel := context.WithDeadline(ctx, limit)
		defer cancel()
		answer, err := u.probeHTTP2(ctx, b, host)
		if err != nil {
			return err
		}
		defer answer.Body.Close()
		return h.judge(answer.StatusCode, answer.Body)
	}
	nc, err := b.dialChecked(limit)
	if err != nil {
		return err
	}
	defer nc.Close()
	defer context.AfterFunc(ctx, func() { nc.Close() })()
	nc.SetDeadline(limit)
	ask := fmt.Appendf(nil, "GET %s HTTP/1.1\r\nHost: %s\r\nUser-Agent: stackgen-health-check\r\nConnection: close\r\n\r\n", h.Path, host)
	if _, err := nc.Write(ask); err != nil {
		return err
	}
	var in http1.Reader
	in.Reset(nc, make([]byte, maxAnswerHead+tripMemory))
	var answer http1.Response
	for interim := 0; ; {
		n, err := http1.ParseResponse(in.Buffered(), "GET", &answer, http1.Limits{Head: maxAnswerHead, Fields: maxAnswerFields})
		switch {
		case err == http1.ErrIncomplete:
			if err := in.Fill(); err != nil {
				return fmt.Errorf("no answer: %w", err)
			}
			continue
		case err != nil:
			return err
		}
		if answer.Interim() && interim < maxInterim {
			interim++
			in.Discard(n)
			continue
		}
		in.Hold(n)
		break
	}
	return h.judge(answer.Status, answerBody(&in, &answer))
}

// judge says by an answer whether a server is well.
func (h *HealthCheck) judge(status int, content io.Reader) error {
	if h.Status != 0 && status != h.Status || h.Status == 0 && (status < 200 || status > 399) {
		return fmt.Errorf("it answers %d", status)
	}
	if h.Body == "" {
		return nil
	}
	body, err := io.ReadAll(io.LimitReader(content, maxCheckBody))
	switch {
	case bytes.Contains(body, []byte(h.Body)):
		return nil
	case err != nil:
		return err
	}
	return errors.New("what has to stand in the answer does not")
}

// answerBody reads an answer's body.
func answerBody(in *http1.Reader, answer *http1.Response) io.Reader {
	switch answer.Framing {
	case http1.FramingNone:
		return bytes.NewReader(nil)
	case http1.FramingLength:
		r := new(http1.LengthReader)
		r.Reset(in, answer.ContentLength)
		return r
	case http1.FramingChunked:
		r := new(http1.ChunkedReader)
		r.Reset(in, nil)
		return r
	}
	return in
}
