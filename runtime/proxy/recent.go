package proxy

import (
	"strings"
	"sync"
	"time"

	"stackgen.dev/runtime/gateway"
)

// mostRecent is how many errors are remembered for the status page.
const mostRecent = 50

// RecentError is a request that was answered with 5xx.
type RecentError struct {
	Time   time.Time `json:"time"`
	ID     string    `json:"id"`
	Status int       `json:"status"`
	Method string    `json:"method"`
	// Path is without the query, which may hold secrets, and no longer than recentPath bytes.
	Path     string `json:"path"`
	Location string `json:"location,omitempty"`
	Upstream string `json:"upstream,omitempty"`
	Server   string `json:"server,omitempty"`
	// Route is what the application matched.
	Route string `json:"route,omitempty"`
}

// recentPath bounds what is kept of a path, and of a method, which clients choose.
const recentPath = 200

// recentErrors remembers the last ones.
type recentErrors struct {
	mu   sync.Mutex
	ring [mostRecent]RecentError
	next int
}

func (e *recentErrors) add(x *gateway.Exchange, r *record, status int, now time.Time) {
	one := RecentError{Time: now, ID: strings.Clone(x.Request.ID), Status: status, Method: short(x.Request.Method), Path: short(string(r.path)), Route: strings.Clone(x.Route)}
	if r.location != nil {
		one.Location = r.location.pattern
	}
	if r.upstream != nil {
		one.Upstream, one.Server = r.upstream.config.Name, r.server
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	e.ring[e.next%mostRecent] = one
	e.next++
}

// short is a copy that is not long.
func short(text string) string {
	if len(text) > recentPath {
		text = text[:recentPath] + "…"
	}
	return strings.ToValidUTF8(strings.Clone(text), "\uFFFD")
}

// list has the newest first.
func (e *recentErrors) list() []RecentError {
	e.mu.Lock()
	defer e.mu.Unlock()
	var all []RecentError
	for i := e.next - 1; i >= 0 && i > e.next-1-mostRecent; i-- {
		all = append(all, e.ring[i%mostRecent])
	}
	return all
}
