package cache

import (
	"bytes"
	"container/list"
	"strings"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
)

// entry is one kept answer. All but what the store guards is never changed:
// a newer head makes a new entry.
type entry struct {
	key string
	// vary are names of request fields and the values that were answered to.
	vary   []pair
	status int
	fields []pair
	block  *gateway.HeaderBlock // all of fields but Date
	date   string
	// stored is when the answer came, ageThen how old it was.
	stored   time.Time
	asked    time.Time // when whoever had it fetched asked; zero where that is not known
	ageThen  time.Duration
	lifetime time.Duration
	// strict says that it is not used beyond its time, noCache that it is asked about always.
	strict, noCache                    bool
	staleWhileRevalidate, staleIfError time.Duration
	tags                               []string
	size                               int64
	mediaType, etag, lastModified      string
	modified                           int64 // Last-Modified, in seconds since 1970
	came                               int64 // Date, or when it came

	unkept bool // an error, for those who wait and nobody later

	// Guarded by the store.
	body   []byte // nil where it is on the disk alone
	file   string // "" where it is in memory alone
	memory *list.Element
	disk   *list.Element
	gone   bool
}

type pair struct{ Name, Value string }

func (e *entry) age(now time.Time) time.Duration { return e.ageThen + max(now.Sub(e.stored), 0) }

// fieldsNotKept are fields of the connection, and of this one answer (RFC 9111, section 3.1).
var fieldsNotKept = []string{"Connection", "Content-Length", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authentication-Info",
	"Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Age", "Cache-Status", "X-Request-ID"}

// newEntry keeps the head of an answer.
func newEntry(key string, r *gateway.Request, status int, header *gateway.Header, v verdict, now time.Time) *entry {
	e := &entry{key: key, status: status, stored: now, ageThen: v.age, lifetime: v.lifetime,
		strict: v.d.mustRevalidate || v.d.proxyRevalidate || v.d.sMaxAge != notSaid, noCache: v.d.noCache,
		staleWhileRevalidate: v.d.staleWhileRevalidate, staleIfError: v.d.staleIfError}
	elements(header, "Vary", func(name []byte) {
		e.vary = append(e.vary, pair{strings.ToLower(string(name)), normalized(&r.Header, string(name))})
	})
	elements(header, "Cache-Tag", func(tag []byte) { e.tags = append(e.tags, string(tag)) })
	listed := connectionLists(header)
	for _, f := range header.Fields() {
		if !dropped(f.Name, fieldsNotKept) && !dropped(f.Name, v.withoutFields) && !dropped(f.Name, listed) {
			e.fields = append(e.fields, pair{string(f.Name), string(f.Value)})
		}
	}
	e.prepare(now)
	return e
}

// connectionLists are the fields that Connection names, which are the connection's too.
func connectionLists(h *gateway.Header) (names []string) {
	elements(h, "Connection", func(name []byte) { names = append(names, string(name)) })
	return names
}

// prepare works out what answering needs.
func (e *entry) prepare(now time.Time) {
	var h gateway.Header
	e.came = e.stored.Unix()
	for _, f := range e.fields {
		switch {
		case strings.EqualFold(f.Name, "Date"):
			e.date = f.Value
			if date, ok := proxy.ParseDate([]byte(f.Value), now); ok {
				e.came = date
			}
			continue
		case strings.EqualFold(f.Name, "Content-Type"):
			e.mediaType = f.Value
		case strings.EqualFold(f.Name, "ETag"):
			e.etag = f.Value
		case strings.EqualFold(f.Name, "Last-Modified"):
			e.lastModified = f.Value
			e.modified, _ = proxy.ParseDate([]byte(f.Value), now)
		}
		if plain(f) {
			h.Add(f.Name, f.Value)
		}
	}
	e.block = gateway.NewHeaderBlock(&h)
}

// plain reports whether a field can stand in a header block, and is no field of
// the connection: a file of the disk may say anything.
func plain(f pair) bool {
	for i := 0; i < len(f.Value); i++ {
		if c := f.Value[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	for i := 0; i < len(f.Name); i++ {
		if c := f.Name[i]; c <= ' ' || c >= 0x7f || c == ':' {
			return false
		}
	}
	return f.Name != "" && !dropped([]byte(f.Name), fieldsNotKept)
}

func dropped(name []byte, list []string) bool {
	for _, n := range list {
		if gateway.EqualFold(name, n) {
			return true
		}
	}
	return false
}

// updated is the entry with the fields of a 304 in place of its own (RFC 9111,
// section 3.2), but for those that describe the content as it was sent.
func (e *entry) updated(header *gateway.Header, v verdict, now time.Time) *entry {
	next := &entry{key: e.key, vary: e.vary, status: e.status, stored: now, ageThen: v.age, lifetime: v.lifetime, tags: e.tags, size: e.size,
		strict: v.d.mustRevalidate || v.d.proxyRevalidate || v.d.sMaxAge != notSaid, noCache: v.d.noCache,
		staleWhileRevalidate: v.d.staleWhileRevalidate, staleIfError: v.d.staleIfError}
	fixed := append([]string{"Content-Encoding", "Content-Range", "Content-Type", "Set-Cookie"}, fieldsNotKept...)
	fixed = append(fixed, connectionLists(header)...)
	for _, f := range e.fields {
		if dropped([]byte(f.Name), fixed) || !header.Has(f.Name) {
			next.fields = append(next.fields, f)
		}
	}
	for _, f := range header.Fields() {
		if !dropped(f.Name, fixed) && !dropped(f.Name, v.withoutFields) {
			next.fields = append(next.fields, pair{string(f.Name), string(f.Value)})
		}
	}
	next.prepare(now)
	return next
}

// header is the head that the entry has, for judging it anew.
func (e *entry) header(h *gateway.Header) {
	for _, f := range e.fields {
		h.Add(f.Name, f.Value)
	}
}

// matches reports whether the answer is one to a request's fields (RFC 9111, section 4.1).
func (e *entry) matches(h *gateway.Header) bool {
	for _, p := range e.vary {
		if normalized(h, p.Name) != p.Value {
			return false
		}
	}
	return true
}

// normalized is the value of a request field as variants are told apart: lines
// joined, and white space around commas taken away.
func normalized(h *gateway.Header, name string) string {
	var b []byte
	for _, f := range h.Fields() {
		if !gateway.EqualFold(f.Name, name) {
			continue
		}
		for list, more := f.Value, true; more; {
			var e []byte
			e, list, more = bytes.Cut(list, []byte(","))
			if len(b) > 0 {
				b = append(b, ',')
			}
			b = append(b, bytes.Trim(e, " \t")...)
		}
	}
	if strings.EqualFold(name, "Accept-Encoding") {
		return strings.ToLower(string(b))
	}
	return string(b)
}
