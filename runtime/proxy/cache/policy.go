package cache

import (
	"bytes"
	"slices"
	"strings"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
)

// verdict is what becomes of an answer, and in a word why.
type verdict struct {
	store  bool
	reason string
	// lifetime is how long the answer is fresh (RFC 9111, section 4.2.1), age how
	// old it was when it came (section 4.2.3).
	lifetime, age time.Duration
	// withoutFields are fields that are not kept.
	withoutFields []string
	d             directives
}

// heuristic are the statuses whose answers may be kept though they do not say
// how long (RFC 9110, section 15.1).
var heuristic = []int{200, 203, 204, 300, 301, 308, 404, 405, 410, 414, 501}

// understood are the statuses whose rules this cache follows. A 206 and a 304 are
// no answers of their own.
var understood = append([]int{302, 303, 307, 400, 403, 406, 415, 429, 451, 500, 502, 503, 504}, heuristic...)

// judge decides whether a shared cache may keep an answer to a GET (RFC 9111,
// section 3), and for how long it is fresh.
func (h *handler) judge(r *gateway.Request, status int, header *gateway.Header, asked, now time.Time) verdict {
	d, targeted := answerDirectives(header)
	v := verdict{d: d, withoutFields: d.fields}
	request := parseDirectives(&r.Header)
	no := func(reason string) verdict { v.reason = reason; return v }
	switch {
	case r.Method != "GET":
		return no("method")
	case request.noStore:
		return no("request-no-store")
	case !slices.Contains(understood, status):
		return no("status")
	case d.noStore && !(d.mustUnderstand && slices.Contains(understood, status)):
		return no("no-store")
	case d.private:
		return no("private")
	case says(header, "Vary", "*"):
		return no("vary")
	case r.Header.Has("Authorization") && !d.public && !d.mustRevalidate && d.sMaxAge == notSaid:
		return no("authorization")
	case header.Has("Set-Cookie") && !slices.ContainsFunc(d.fields, func(f string) bool { return strings.EqualFold(f, "Set-Cookie") }):
		return no("set-cookie")
	case header.Has("Content-Range"):
		return no("partial")
	}
	v.age = age(header, asked, now)
	explicit := true
	date, hasDate := dateOf(header, "Date", now)
	if !hasDate {
		date = now
	}
	switch {
	case d.sMaxAge != notSaid:
		v.lifetime = d.sMaxAge
	case d.maxAge != notSaid:
		v.lifetime = d.maxAge
	case header.Has("Expires") && !targeted:
		if expires, ok := dateOf(header, "Expires", now); ok && header.Count("Expires") == 1 {
			v.lifetime = max(expires.Sub(date), 0)
		}
	default:
		explicit = false
	}
	if !explicit {
		switch {
		case d.noCache:
		case !slices.Contains(heuristic, status) && !d.public:
			return no("no-lifetime")
		case r.Header.Has("Cookie") && !d.public:
			// Nobody said that this answer is everybody's.
			return no("cookie")
		case len(r.Query) > 0 && h.config.TTL == 0:
			return no("query")
		case h.config.TTL > 0 && slices.Contains(heuristic, status):
			v.lifetime = h.config.TTL
		default:
			if modified, ok := dateOf(header, "Last-Modified", now); ok {
				v.lifetime = min(max(date.Sub(modified)/10, 0), 24*time.Hour)
			}
		}
	}
	if d.noCache {
		v.lifetime = 0
	}
	hasValidator := header.Has("ETag") || header.Has("Last-Modified")
	if v.lifetime <= v.age && !hasValidator && h.stale(d.staleWhileRevalidate, h.config.StaleWhileRevalidate) <= 0 && h.stale(d.staleIfError, h.config.StaleIfError) <= 0 {
		return no("stale")
	}
	v.store = true
	return v
}

// fails reports whether a status is an error that a stale answer may stand in for (RFC 5861, section 4).
func fails(status int) bool { return status == 500 || status >= 502 && status <= 504 }

// shared reports whether an error that is not kept answers those as well who wait for the same just
// then: an origin that fails is not asked by all of them at once. What may be somebody's own is not.
func (v *verdict) shared(r *gateway.Request, status int) bool {
	return fails(status) && (v.reason == "no-lifetime" || v.reason == "stale") && (v.d.public || !r.Header.Has("Cookie"))
}

// stale is how long something may be used beyond its time: by the answer's word,
// else by the site's.
func (h *handler) stale(said, standard time.Duration) time.Duration {
	if said != notSaid {
		return said
	}
	return standard
}

// age is how old an answer was when it came (RFC 9111, section 4.2.3).
func age(h *gateway.Header, asked, now time.Time) time.Duration {
	apparent := time.Duration(0)
	if date, ok := dateOf(h, "Date", now); ok {
		apparent = max(now.Sub(date).Truncate(time.Second), 0)
	}
	said := time.Duration(0)
	if f := h.Get("Age"); f != nil {
		first, _, _ := bytes.Cut(f, []byte(","))
		said = seconds(string(bytes.Trim(first, " \t")))
	}
	return max(apparent, said+max(now.Sub(asked), 0))
}

func dateOf(h *gateway.Header, name string, now time.Time) (time.Time, bool) {
	f := h.Get(name)
	if f == nil {
		return time.Time{}, false
	}
	s, ok := proxy.ParseDate(f, now)
	return time.Unix(s, 0), ok
}

// use is what may be done with a kept answer for a request.
type use uint8

const (
	fresh      use = iota // answer with it
	background            // answer with it, and ask for a newer one meanwhile
	revalidate            // ask whether it still holds
)

// decide says how a kept answer may be used (RFC 9111, section 4.2).
func (h *handler) decide(e *entry, request *directives, pragma bool, now time.Time) use {
	current := e.age(now)
	left := e.lifetime - current
	if request.noCache || pragma || e.noCache {
		return revalidate
	}
	if request.maxAge != notSaid && current > request.maxAge {
		return revalidate
	}
	if request.minFresh != notSaid && left < request.minFresh {
		return revalidate
	}
	if left > 0 {
		return fresh
	}
	if e.strict {
		return revalidate
	}
	if request.anyStale || request.maxStale != notSaid && -left <= request.maxStale {
		return fresh
	}
	if -left < h.stale(e.staleWhileRevalidate, h.config.StaleWhileRevalidate) {
		return background
	}
	return revalidate
}

// servesErrors reports whether a kept answer may stand in for an error of the origin
// (RFC 5861, section 4).
func (h *handler) servesErrors(e *entry, now time.Time) bool {
	return !e.strict && !e.noCache && e.age(now)-e.lifetime < h.stale(e.staleIfError, h.config.StaleIfError)
}
