package proxy

import (
	"bytes"
	"net/netip"
	"time"

	"stackgen.dev/runtime/gateway"
)

// record is what the proxy notes of a request for its log and its figures. It
// stays with its exchange, so that noting allocates nothing.
type record struct {
	location *location // nil where none answers
	// path and query are as the client asked: the request's own change on its way.
	path, query []byte
	peer        netip.AddrPort // who is at the other end of the connection
	upstream    *Upstream      // nil where none was asked
	server      string         // the last one that was tried
	tries       int
	waited      time.Duration // for servers, until the head of an answer
	cache       CacheResult
	refusal     Refusal
	now         time.Time
	kept        [][]byte // the fields of the answer that the log wants, in its order
}

// unload moves what is noted of a request that may last for hours out of the memory that others use.
func (r *record) unload() {
	r.path, r.query = bytes.Clone(r.path), bytes.Clone(r.query)
	for i := range r.kept {
		r.kept[i] = bytes.Clone(r.kept[i])
	}
}

// CacheResult is what a cache did with a request.
type CacheResult uint8

// The results; the zero CacheResult is a request that met no cache.
const (
	NoCache          CacheResult = iota
	CacheHit                     // a fresh answer was kept
	CacheStale                   // an old one stands in
	CacheRevalidated             // an old one holds still, says the origin
	CacheMiss                    // the origin answers
	CacheExpired                 // the origin answers anew for what was too old
	CacheBypass                  // the cache has no part in it
	cacheResults
)

var cacheWords = [cacheResults]string{"", "hit", "stale", "revalidated", "miss", "expired", "bypass"}

// String is the result's name in logs and metrics.
func (c CacheResult) String() string { return cacheWords[c] }

// Refusal is who turned a request away.
type Refusal uint8

// Who does; the zero Refusal is nobody.
const (
	NotRefused Refusal = iota
	ByAccess
	ByMethod
	ByRateLimit
	ByLimitConn
	ByBasicAuth
	ByForwardAuth
	ByMaxBody
	ByHost
	ByMaintenance
	refusals
)

var refusalWords = [refusals]string{"", "access", "methods", "rate_limit", "limit_conn", "basic_auth", "forward_auth", "max_body", "host", "maintenance"}

// String is the name of the block or attribute.
func (r Refusal) String() string { return refusalWords[r] }

// NoteCache notes what a cache did with a request.
func NoteCache(x *gateway.Exchange, c CacheResult) {
	if r := recordOf(x); r != nil {
		r.cache = c
	}
}

// NoteRefusal notes who turns a request away.
func NoteRefusal(x *gateway.Exchange, by Refusal) {
	if r := recordOf(x); r != nil {
		r.refusal = by
	}
}

// recordOf is the record of an exchange, nil where nothing is noted.
func recordOf(x *gateway.Exchange) *record {
	r, _ := x.Notes.(*record)
	return r
}

// beginRecord begins to note, where there is a log or there are figures.
func (p *Proxy) beginRecord(x *gateway.Exchange, v *visit) *record {
	if p.recorded == nil {
		return nil
	}
	r := recordOf(x)
	if r == nil {
		r = new(record)
		x.Notes = r
	}
	*r = record{path: x.Request.Path, query: x.Request.Query, peer: v.peer, kept: r.kept[:0]}
	if p.config.Tracer != nil {
		p.beginTrace(x, v.trusted)
	}
	x.After(p.recorded)
	return r
}

// endRecord counts and logs an exchange whose response has been sent.
func (p *Proxy) endRecord(x *gateway.Exchange) {
	r := recordOf(x)
	now := p.now()
	if p.figures != nil {
		p.figures.count(x, r, now)
	}
	if p.access != nil {
		r.now = now
		p.access.record(x, now)
	}
	p.endTrace(x, r)
	// What was noted lies in the exchange's memory and in what a reload replaces.
	*r = record{kept: r.kept[:0]}
}

// beginNotes begins to note the way to a server and back. Began is zero and noted nil
// where nobody wants to know.
func (t *trip) beginNotes() (began time.Time, noted *record) {
	if noted = recordOf(t.x); noted != nil {
		noted.upstream = t.u
	}
	if noted != nil || t.u.figures.waits.Load() != nil {
		began = time.Now()
	}
	return began, noted
}

// noteAnswer notes how long the server took, whatever came of it.
func (t *trip) noteAnswer(began time.Time, noted *record) {
	if began.IsZero() {
		return
	}
	took := time.Since(began)
	if noted != nil {
		noted.waited = took
	}
	if h := t.u.figures.waits.Load(); h != nil {
		h.observe(took)
	}
}
