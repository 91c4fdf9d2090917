package cache

import (
	"bytes"
	"strings"
	"time"

	"stackgen.dev/runtime/gateway"
)

// directives are what Cache-Control says (RFC 9111, section 5.2). A duration
// below zero is one that is not said.
type directives struct {
	noStore, noCache, private, public             bool
	mustRevalidate, proxyRevalidate, onlyIfCached bool
	mustUnderstand                                bool
	maxAge, sMaxAge, minFresh, maxStale           time.Duration
	staleWhileRevalidate, staleIfError            time.Duration
	anyStale                                      bool // max-stale without a number
	// fields are those that no-cache and private name: they are not stored.
	fields []string
}

const notSaid = time.Duration(-1)

// mostSeconds is what a number that is too large to hold counts as (RFC 9111,
// section 1.2.2).
const mostSeconds = 1 << 31

// parseDirectives reads all Cache-Control fields. A directive that stands twice
// counts in its stricter form; a number that is none makes what it is for stale.
func parseDirectives(h *gateway.Header) directives {
	d := directives{maxAge: notSaid, sMaxAge: notSaid, minFresh: notSaid, maxStale: notSaid, staleWhileRevalidate: notSaid, staleIfError: notSaid}
	for _, f := range h.Fields() {
		if !gateway.EqualFold(f.Name, "Cache-Control") {
			continue
		}
		for rest := f.Value; len(rest) > 0; {
			var name, value string
			var has bool
			name, value, has, rest = nextDirective(rest)
			d.apply(strings.ToLower(name), value, has)
		}
	}
	return d
}

func (d *directives) apply(name, value string, has bool) {
	switch name {
	case "no-store":
		d.noStore = true
	case "no-cache", "private":
		if has && value != "" {
			for _, field := range strings.Split(value, ",") {
				if field = strings.TrimSpace(field); field != "" {
					d.fields = append(d.fields, field)
				}
			}
			return
		}
		if name == "private" {
			d.private = true
		} else {
			d.noCache = true
		}
	case "public":
		d.public = true
	case "must-revalidate":
		d.mustRevalidate = true
	case "proxy-revalidate":
		d.proxyRevalidate = true
	case "must-understand":
		d.mustUnderstand = true
	case "only-if-cached":
		d.onlyIfCached = true
	case "max-age":
		shorter(&d.maxAge, seconds(value))
	case "s-maxage":
		shorter(&d.sMaxAge, seconds(value))
	case "min-fresh":
		d.minFresh = seconds(value)
	case "max-stale":
		if d.anyStale = !has; has {
			d.maxStale = seconds(value)
		}
	case "stale-while-revalidate":
		shorter(&d.staleWhileRevalidate, seconds(value))
	case "stale-if-error":
		shorter(&d.staleIfError, seconds(value))
	}
}

func shorter(into *time.Duration, d time.Duration) {
	if *into == notSaid || d < *into {
		*into = d
	}
}

// seconds reads delta-seconds; what is none is no time at all.
func seconds(s string) time.Duration {
	if s == "" {
		return 0
	}
	n := int64(0)
	for _, c := range []byte(s) {
		if c < '0' || c > '9' {
			return 0
		}
		if n = n*10 + int64(c-'0'); n > mostSeconds {
			n = mostSeconds
		}
	}
	return time.Duration(n) * time.Second
}

// nextDirective takes one directive off a list, its value unquoted.
func nextDirective(b []byte) (name, value string, has bool, rest []byte) {
	b = bytes.TrimLeft(b, " \t,")
	end := bytes.IndexAny(b, "=,")
	if end < 0 {
		return string(bytes.TrimRight(b, " \t")), "", false, nil
	}
	name = string(bytes.TrimRight(b[:end], " \t"))
	if b[end] == ',' {
		return name, "", false, b[end+1:]
	}
	b = bytes.TrimLeft(b[end+1:], " \t")
	if len(b) > 0 && b[0] == '"' {
		var text []byte
		i := 1
		for ; i < len(b) && b[i] != '"'; i++ {
			if b[i] == '\\' && i+1 < len(b) {
				i++
			}
			text = append(text, b[i])
		}
		b = b[min(i+1, len(b)):]
		if comma := bytes.IndexByte(b, ','); comma >= 0 {
			return name, string(text), true, b[comma+1:]
		}
		return name, string(text), true, nil
	}
	if comma := bytes.IndexByte(b, ','); comma >= 0 {
		return name, string(bytes.TrimRight(b[:comma], " \t")), true, b[comma+1:]
	}
	return name, string(bytes.TrimRight(b, " \t")), true, nil
}

// says reports whether a list field has an element, compared without regard to case.
func says(h *gateway.Header, field, element string) bool {
	found := false
	elements(h, field, func(e []byte) { found = found || gateway.EqualFold(e, element) })
	return found
}

// elements goes through the elements of a list field.
func elements(h *gateway.Header, field string, do func([]byte)) {
	for _, f := range h.Fields() {
		if !gateway.EqualFold(f.Name, field) {
			continue
		}
		for list, more := f.Value, true; more; {
			var e []byte
			e, list, more = bytes.Cut(list, []byte(","))
			if e = bytes.Trim(e, " \t"); len(e) > 0 {
				do(e)
			}
		}
	}
}
