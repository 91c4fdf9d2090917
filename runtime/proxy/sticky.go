package proxy

import (
	"bytes"
	"fmt"
	"strconv"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Sticky has the requests of a client go to one server, as long as that is there
// (sticky cookie of nginx's commercial edition).
type Sticky struct {
	// Cookie is the cookie's name.
	Cookie string
	// MaxAge is how long clients keep it; 0 is until the browser is closed.
	MaxAge time.Duration
}

func (s *Sticky) check(name string) error {
	switch {
	case !validToken(s.Cookie):
		return fmt.Errorf("proxy: upstream %q: sticky: %q is not the name of a cookie", name, s.Cookie)
	case s.MaxAge < 0:
		return fmt.Errorf("proxy: upstream %q: sticky: the cookie's age is negative", name)
	}
	return nil
}

// pickStuck is the server that the client has been with, nil if it has been with
// none, or that one is not there. One that drains keeps its clients.
func (u *Upstream) pickStuck(c *choice, now time.Time) *backend {
	if c.stuck == 0 {
		return nil
	}
	for _, b := range u.backends {
		if b.id == c.stuck && !b.server.Down && !b.out(now) && !b.full() && !among(c.tried, b) {
			return b
		}
	}
	return nil
}

// stuckTo is the server that a request's cookie names, 0 for none. The value says nothing of the
// server to the client, and one that is made up chooses a server at most.
func (s *Sticky) stuckTo(r *gateway.Request) uint64 {
	if s == nil {
		return 0
	}
	for _, f := range r.Header.Fields() {
		if !gateway.EqualFold(f.Name, "Cookie") {
			continue
		}
		for pair := range bytes.SplitSeq(f.Value, []byte(";")) {
			name, value, ok := bytes.Cut(bytes.Trim(pair, " \t"), []byte("="))
			if ok && string(name) == s.Cookie && len(value) == 16 {
				if id, err := strconv.ParseUint(string(value), 16, 64); err == nil {
					return id
				}
			}
		}
	}
	return 0
}

// stick has the client come back to the server that has answered it.
func (t *trip) stick() {
	s := t.u.config.Sticky
	if s == nil || t.choice.stuck == t.backend.id {
		return
	}
	value := fmt.Appendf(nil, "%s=%016x; Path=/; HttpOnly; SameSite=Lax", s.Cookie, t.backend.id)
	if s.MaxAge > 0 {
		value = fmt.Appendf(value, "; Max-Age=%d", int64(s.MaxAge/time.Second))
	}
	if t.x.Request.Scheme == "https" {
		value = append(value, "; Secure"...)
	}
	t.x.Response.Header.Add("Set-Cookie", string(value))
}
