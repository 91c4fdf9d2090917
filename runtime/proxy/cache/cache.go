// Package cache keeps answers for others who ask the same: a shared cache as
// RFC 9111 has it (nginx proxy_cache), in memory and, where the site wants it, on the disk.
//
// The origin's word counts: what it does not allow to be kept by a shared cache
// is not kept, and nothing is kept by guess of a request that has a cookie. One request
// at a time asks the origin for what many want. What is no longer fresh is asked about
// with its validators; it stands in while a newer one is fetched, and for errors, as
// far as origin or site allow it (RFC 5861). Requests that change something make what is
// kept of their address go. Cache-Status (RFC 9211) says what happened.
package cache

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"os"
	"slices"
	"strconv"
	"sync/atomic"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
)

// Cache keeps the answers of a location.
type Cache struct {
	// Name tells the folders of a site's caches apart.
	Name string
	// Memory bounds what is kept in memory, in bytes; 0 means 64 MiB.
	Memory int64
	// Disk bounds what is kept on the disk, in bytes; 0 keeps nothing there.
	Disk int64
	// MaxObject is the largest body that is kept, in bytes; 0 means 8 MiB.
	MaxObject int64
	// Key tells answers apart (proxy_cache_key); empty is scheme, host, path and query.
	Key proxy.Template
	// Bypass are requests that the cache has no part in (proxy_cache_bypass, proxy_no_cache).
	Bypass proxy.Condition
	// TTL is how long answers are fresh that do not say so themselves, of requests
	// without a cookie (proxy_cache_valid); 0 goes by their Last-Modified.
	TTL time.Duration
	// StaleWhileRevalidate and StaleIfError count where an answer does not say
	// itself (proxy_cache_use_stale updating, error).
	StaleWhileRevalidate, StaleIfError time.Duration
	// LockTimeout is how long a request waits for another one that asks for the
	// same (proxy_cache_lock_timeout); 0 means five seconds.
	LockTimeout time.Duration
	// Tags are given to everything that is kept, beside those of the field Cache-Tag.
	Tags []string
	// Purge are the networks whose PURGE requests are followed: of an address, of
	// those that begin so ("/a/*"), or with the field Cache-Tag of what is tagged.
	Purge []netip.Prefix
}

// Start implements [proxy.Layer].
func (c Cache) Start(e *proxy.Environment) (proxy.LayerHandler, error) {
	if c.Memory < 0 || c.Disk < 0 || c.MaxObject < 0 || c.TTL < 0 || c.StaleWhileRevalidate < 0 || c.StaleIfError < 0 || c.LockTimeout < 0 {
		return nil, fmt.Errorf("cache: a size or a time is negative")
	}
	if c.Memory == 0 {
		c.Memory = 64 << 20
	}
	if c.MaxObject == 0 {
		c.MaxObject = 8 << 20
	}
	if c.LockTimeout == 0 {
		c.LockTimeout = 5 * time.Second
	}
	if len(c.Key) == 0 {
		c.Key = proxy.Template{{Attr: proxy.RequestScheme}, {Text: "://"}, {Attr: proxy.RequestHost}, {Attr: proxy.RequestURI}}
	}
	h := &handler{config: c, now: e.Now, store: &store{log: e.Log, now: e.Now, mostMemory: c.Memory, mostDisk: c.Disk, keys: map[string][]*entry{}},
		flights: flights{running: map[string]*flight{}, alone: map[string]time.Time{}}}
	var err error
	if h.key, err = e.Compile(c.Key); err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	if h.bypass, err = e.Condition(c.Bypass); err != nil {
		return nil, fmt.Errorf("cache: %w", err)
	}
	if c.Disk > 0 {
		if e.Data == "" {
			return nil, fmt.Errorf("cache: there is no folder to keep answers in")
		}
		name := sha256.Sum256([]byte(c.Name))
		h.store.folder = e.Folder("cache") + "/" + hex.EncodeToString(name[:8])
		if err := h.store.load(e.Now()); err != nil {
			return nil, fmt.Errorf("cache: %w", err)
		}
	}
	return h, nil
}

// Close gives the folder up, for another process.
func (h *handler) Close() error {
	if h.store.folder != "" {
		h.store.disown()
	}
	return nil
}

type handler struct {
	config  Cache
	now     func() time.Time
	key     *proxy.Text
	bypass  *proxy.Test
	store   *store
	flights flights
	// filling is how many bytes of answers on their way are in memory.
	filling atomic.Int64
}

// conditions are the fields that ask for less than the whole answer.
var conditions = []string{"If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since", "If-Range", "Range"}

// Serve implements [proxy.LayerHandler].
func (h *handler) Serve(x *gateway.Exchange, next proxy.Next) {
	r := &x.Request
	switch r.Method {
	case "GET", "HEAD":
	case "OPTIONS", "TRACE":
		next.Serve(x)
		return
	case "PURGE":
		if len(h.config.Purge) > 0 {
			h.purge(x, next)
			return
		}
		fallthrough
	default:
		next.Serve(x)
		h.invalidate(x, next)
		return
	}
	// Content in a GET means nothing that a key could tell apart (RFC 9110, section 9.3.1).
	if r.Header.Has("Upgrade") || r.Body != nil || h.bypass != nil && next.Holds(h.bypass, x) {
		next.Serve(x)
		proxy.NoteCache(x, proxy.CacheBypass)
		note(x, "fwd=bypass")
		return
	}
	var buf [512]byte
	key := string(next.Append(buf[:0], h.key, x))
	asked := parseDirectives(&r.Header)
	pragma := !r.Header.Has("Cache-Control") && says(&r.Header, "Pragma", "no-cache")
	now := h.now()
	e, body, file := h.store.find(key, &r.Header)
	if e != nil {
		switch h.decide(e, &asked, pragma, now) {
		case fresh:
			if h.answer(x, next, &r.Header, e, body, file, "hit") {
				proxy.NoteCache(x, proxy.CacheHit)
				return
			}
			e = nil
		case background:
			if h.answer(x, next, &r.Header, e, body, file, "hit") {
				proxy.NoteCache(x, proxy.CacheStale)
				h.refresh(x, next, key, e, body, file)
				return
			}
			e = nil
		}
	}
	if asked.onlyIfCached {
		next.Fail(x, 504, nil)
		note(x, "detail=only-if-cached")
		return
	}
	if r.Method == "HEAD" {
		next.Serve(x)
		if e != nil && statusOf(x) == 200 {
			h.headed(r, e, &x.Response.Header, body, file, now)
		}
		proxy.NoteCache(x, proxy.CacheBypass)
		note(x, "fwd=method")
		return
	}
	why := "uri-miss"
	switch {
	case e != nil && e.age(now) < e.lifetime && !e.noCache:
		why = "request"
	case e != nil:
		why = "stale"
	case h.store.newest(key) != nil:
		why = "vary-miss"
	}
	h.fetch(x, next, key, e, body, file, why)
}

// fetch asks the origin, and keeps what it says if it may.
func (h *handler) fetch(x *gateway.Exchange, next proxy.Next, key string, e *entry, body []byte, file, why string) {
	r := &x.Request
	proxy.NoteCache(x, proxy.CacheMiss)
	if e != nil {
		proxy.NoteCache(x, proxy.CacheExpired)
	}
	flight, answered := h.board(x, next, key, e, why)
	if answered {
		return
	}
	landed := flight == ""
	land := func(how landing) {
		if !landed {
			landed = true
			h.flights.land(flight, how, h.now())
		}
	}
	handedOver := false // to the body, which lands when it has been read
	defer func() {
		if !handedOver {
			land(notKept)
		}
	}()

	// The whole is wanted, whatever the client asks for.
	var asked gateway.Header
	for _, f := range r.Header.Fields() {
		if dropped(f.Name, conditions) {
			asked.AddBorrowed(f.Name, f.Value)
		}
	}
	for _, name := range conditions {
		r.Header.Del(name)
	}
	e.ask(&r.Header)
	began := h.now()
	next.Serve(x)
	now := h.now()
	status := statusOf(x)
	if e != nil {
		switch {
		case status == 304 && e.validates():
			if updated := h.validated(r, e, &x.Response.Header, body, file, began, now); updated != nil {
				x.Response.Reset()
				if h.answer(x, next, &asked, updated, body, file, "fwd="+why+"; fwd-status=304") {
					proxy.NoteCache(x, proxy.CacheRevalidated)
					land(kept)
					return
				}
			}
			// What was validated is gone, or another one was: once more from the beginning.
			x.Response.Reset()
			for _, name := range conditions {
				r.Header.Del(name)
			}
			next.Serve(x)
			status = statusOf(x)
		case fails(status) && h.servesErrors(e, now):
			x.Response.Reset()
			if h.answer(x, next, &asked, e, body, file, "fwd="+why+"; fwd-status="+strconv.Itoa(status)) {
				proxy.NoteCache(x, proxy.CacheStale)
				land(failed)
				return
			}
			next.Serve(x)
			status = statusOf(x)
		}
	}
	if status == 499 {
		land(unsaid) // the client has left, and nobody knows what the answer would have been
	}
	if status == 304 && asked.Len() == 0 {
		next.Fail(x, 502, errors.New("cache: the origin says that an answer is unchanged which nobody has"))
		status = 502
	}
	v := h.judge(r, status, &x.Response.Header, began, now)
	begun := func(g *growing) {
		if flight != "" {
			h.flights.begin(flight, g)
		}
	}
	if !v.store {
		if v.shared(r, status) && flight != "" {
			failure := h.entry(key, r, status, &x.Response.Header, v, now)
			failure.unkept = true
			_, handedOver = h.keep(x, failure, begun, land)
		}
		if e != nil && status < 500 && status != 499 {
			h.store.forget(e)
		}
		note(x, "fwd="+why+"; fwd-status="+strconv.Itoa(status)+"; detail="+v.reason)
		return
	}
	fresh := h.entry(key, r, status, &x.Response.Header, v, now)
	fresh.asked = began
	g, taken := h.keep(x, fresh, begun, land)
	handedOver = taken
	stored := ""
	if taken {
		stored = "; stored"
	}
	note(x, "fwd="+why+"; fwd-status="+strconv.Itoa(status)+stored)
	if status != 200 || asked.Len() == 0 {
		return
	}
	if x.Response.Kind() == gateway.BytesBody {
		next.AnswerStored(x, &asked, fresh.content(x.Response.Body().Bytes, nil))
	} else if g != nil && g.length >= 0 {
		if part := g.join(false); part != nil {
			next.AnswerStored(x, &asked, fresh.content(nil, part))
		}
	}
}

// board has a request wait for another one that asks for the same, and answers it with
// what comes of that. It returns the flight that the caller has to land, "" for
// one that asks for itself alone.
func (h *handler) board(x *gateway.Exchange, next proxy.Next, key string, e *entry, why string) (flight string, answered bool) {
	r := &x.Request
	var timeout <-chan time.Time
	var seen []string
	flight = flightOf(key, h.store.newest(key), &r.Header)
	for {
		wait, first := h.flights.board(flight, h.now())
		switch {
		case first && h.collapsed(x, next, key, e, why): // between the look and the boarding
			h.flights.land(flight, kept, h.now())
			return "", true
		case first:
			return flight, false
		case wait == nil:
			return "", false
		}
		x.MayBlock()
		if timeout == nil {
			t := time.NewTimer(h.config.LockTimeout)
			defer t.Stop()
			timeout = t.C
		}
		if !wait.wait(x.Context(), timeout) {
			return "", false
		}
		if g := wait.joinable(); g != nil {
			if !g.e.matches(&r.Header) {
				// Those who want this variant wait for one of theirs; where answers depend now on this field and
				// now on that one, each may lead to the next.
				seen = append(seen, flight)
				if flight = flightOf(key, g.e, &r.Header); slices.Contains(seen, flight) {
					return "", false
				}
				continue
			}
			if h.along(x, next, g, why) {
				return "", true
			}
			if how, over := wait.over(); !over || how == notKept {
				return "", false
			}
		}
		if h.collapsed(x, next, key, e, why) {
			return "", true
		}
		how, _ := wait.over()
		if how == failed && h.standsIn(x, next, key, why) {
			return "", true
		}
		if how != unsaid {
			return "", false
		}
	}
}

// collapsed answers with what has been kept meanwhile.
func (h *handler) collapsed(x *gateway.Exchange, next proxy.Next, key string, e *entry, why string) bool {
	r := &x.Request
	newer, body, file := h.store.find(key, &r.Header)
	if newer == nil || newer == e || !h.newEnough(x, newer) || !h.answer(x, next, &r.Header, newer, body, file, "fwd="+why+"; collapsed") {
		return false
	}
	proxy.NoteCache(x, proxy.CacheHit)
	return true
}

// standsIn answers with what is kept in place of an error that another request has got.
func (h *handler) standsIn(x *gateway.Exchange, next proxy.Next, key, why string) bool {
	r := &x.Request
	e, body, file := h.store.find(key, &r.Header)
	if e == nil || !h.servesErrors(e, h.now()) || !h.answer(x, next, &r.Header, e, body, file, "fwd="+why+"; collapsed") {
		return false
	}
	proxy.NoteCache(x, proxy.CacheStale)
	return true
}

// newEnough reports whether an answer that another request has got just now is one for this as well.
func (h *handler) newEnough(x *gateway.Exchange, e *entry) bool {
	asked := parseDirectives(&x.Request.Header)
	asked.noCache, asked.maxAge = false, notSaid
	return h.decide(e, &asked, false, h.now()) != revalidate
}

// along answers with what is just coming.
func (h *handler) along(x *gateway.Exchange, next proxy.Next, g *growing, why string) bool {
	if !g.e.unkept && !h.newEnough(x, g.e) || h.store.outdated(g.e) {
		return false
	}
	r := g.join(false)
	if r == nil {
		return false
	}
	if !g.e.unkept {
		proxy.NoteCache(x, proxy.CacheHit)
	}
	h.describe(x, g.e, "fwd="+why+"; collapsed")
	// Who wants the whole reads it as it comes; parts are read in whole buffers.
	if g.e.status == 200 && g.length >= 0 && slices.ContainsFunc(conditions, func(name string) bool { return x.Request.Header.Has(name) }) {
		next.AnswerStored(x, &x.Request.Header, g.e.content(nil, r))
		return true
	}
	x.Response.Reader(r, g.length)
	return true
}

// entry is a new entry with the site's tags.
func (h *handler) entry(key string, r *gateway.Request, status int, header *gateway.Header, v verdict, now time.Time) *entry {
	e := newEntry(key, r, status, header, v, now)
	e.tags = append(e.tags, h.config.Tags...)
	return e
}

// ask adds the conditions under which an entry still holds.
func (e *entry) ask(header *gateway.Header) {
	if e == nil {
		return
	}
	if e.etag != "" {
		header.Add("If-None-Match", e.etag)
	}
	if e.lastModified != "" {
		header.Add("If-Modified-Since", e.lastModified)
	}
}

func (e *entry) validates() bool { return e.etag != "" || e.lastModified != "" }

// validated brings an entry up to date by a 304; nil if the 304 is about another answer.
func (h *handler) validated(r *gateway.Request, e *entry, header *gateway.Header, body []byte, file string, began, now time.Time) *entry {
	if tag := header.Get("ETag"); tag != nil && e.etag != "" && !sameTag(string(tag), e.etag) {
		h.store.forget(e)
		return nil
	} else if modified := header.Get("Last-Modified"); tag == nil && modified != nil && e.lastModified != "" && string(modified) != e.lastModified {
		h.store.forget(e)
		return nil
	}
	var whole gateway.Header
	e.updated(header, verdict{}, now).header(&whole)
	if !header.Has("Age") {
		whole.Del("Age")
	}
	v := h.judge(r, e.status, &whole, began, now)
	next := e.updated(header, v, now)
	next.asked = began
	if !v.store {
		h.store.forget(e)
		return next
	}
	h.store.add(next, body, file)
	return next
}

// headed looks at what HEAD says of a kept answer (RFC 9111, section 4.3.5): the same
// is fresh again, another one is not used any more.
func (h *handler) headed(r *gateway.Request, e *entry, header *gateway.Header, body []byte, file string, asked time.Time) {
	tag, modified, length := header.Get("ETag"), header.Get("Last-Modified"), header.Get("Content-Length")
	if tag != nil && string(tag) != e.etag || modified != nil && string(modified) != e.lastModified ||
		length != nil && string(length) != strconv.FormatInt(e.size, 10) {
		h.store.forget(e)
		return
	}
	if tag == nil && modified == nil {
		return // it may be the same
	}
	method := r.Method
	r.Method = "GET"
	h.validated(r, e, header, body, file, asked, h.now())
	r.Method = method
}

func sameTag(a, b string) bool {
	return string(bytes.TrimPrefix([]byte(a), []byte("W/"))) == string(bytes.TrimPrefix([]byte(b), []byte("W/")))
}

// refresh asks for a newer answer while the client has the old one.
func (h *handler) refresh(x *gateway.Exchange, next proxy.Next, key string, e *entry, body []byte, file string) {
	flight := flightOf(key, e, &x.Request.Header)
	if _, first := h.flights.board(flight, h.now()); !first {
		return
	}
	sub := proxy.SubRequest(x, context.Background())
	sub.Request.Method, sub.Deadline = "GET", time.Time{}
	go func() {
		how := notKept
		defer func() {
			recover() // it is nobody's request; the origin has logged why it failed
			sub.Finish()
			h.flights.land(flight, how, h.now())
		}()
		r := &sub.Request
		for _, name := range conditions {
			r.Header.Del(name)
		}
		r.Header.Del("Cache-Control")
		e.ask(&r.Header)
		began := h.now()
		next.Serve(sub)
		now := h.now()
		status := statusOf(sub)
		if status == 304 && e.validates() {
			if h.validated(r, e, &sub.Response.Header, body, file, began, now) != nil {
				how = kept
			}
			return
		}
		v := h.judge(r, status, &sub.Response.Header, began, now)
		if !v.store {
			if status >= 500 {
				how = failed
			}
			return
		}
		fresh := h.entry(key, r, status, &sub.Response.Header, v, now)
		fresh.asked = began
		g := h.grow(fresh, length(&sub.Response), func(end landing) { how = end })
		if g == nil {
			return
		}
		h.flights.begin(flight, g)
		g.take(sub)
	}()
}

// answer describes a kept answer; false if its file has gone.
func (h *handler) answer(x *gateway.Exchange, next proxy.Next, asked *gateway.Header, e *entry, body []byte, file, how string) bool {
	var content proxy.File
	if body == nil && e.size > 0 {
		x.MayBlock()
		f, at, err := openBody(file)
		if err != nil {
			h.store.forget(e)
			return false
		}
		content = &bodyFile{f, at}
	}
	h.describe(x, e, how)
	r := &x.Response
	if e.status == 200 {
		next.AnswerStored(x, asked, e.content(body, content))
		return true
	}
	if content != nil {
		r.Reader(&bodyReader{File: content, left: e.size}, e.size)
		return true
	}
	r.Bytes(body)
	return true
}

// since is the time that If-Modified-Since is held against (RFC 9111, section 4.3.2).
func (e *entry) since() int64 {
	if e.lastModified != "" {
		return e.modified
	}
	return e.came
}

// describe describes the head of a kept answer.
func (h *handler) describe(x *gateway.Exchange, e *entry, how string) {
	now := h.now()
	age := e.age(now)
	r := &x.Response
	if e.status != 200 {
		r.Status = e.status
	}
	r.Header.AddBlock(e.block)
	if e.date != "" {
		r.Header.Add("Date", e.date)
	}
	if e.unkept {
		note(x, how+"; fwd-status="+strconv.Itoa(e.status))
		return
	}
	var number [20]byte
	r.Header.AddBytes("Age", strconv.AppendInt(number[:0], int64(age/time.Second), 10))
	var text [128]byte
	b := append(append(text[:0], "stackgen; "...), how...)
	b = append(b, "; ttl="...)
	r.Header.AddBytes("Cache-Status", strconv.AppendInt(b, int64((e.lifetime-age)/time.Second), 10))
}

// content is what conditional and range requests have to know.
func (e *entry) content(body []byte, file proxy.File) proxy.Stored {
	return proxy.Stored{MediaType: e.mediaType, ETag: e.etag, LastModified: e.lastModified, Modified: e.since(), Size: e.size, Bytes: body, File: file}
}

// bodyFile is the body within an entry's file.
type bodyFile struct {
	*os.File
	at int64
}

// ReadAt implements io.ReaderAt.
func (f *bodyFile) ReadAt(b []byte, at int64) (int, error) { return f.File.ReadAt(b, f.at+at) }

// bodyReader reads a body of known size from its beginning.
type bodyReader struct {
	proxy.File
	at, left int64
}

// Read implements io.Reader.
func (r *bodyReader) Read(b []byte) (int, error) {
	if int64(len(b)) > r.left {
		b = b[:r.left]
	}
	n, err := r.ReadAt(b, r.at)
	r.at += int64(n)
	if r.left -= int64(n); r.left > 0 && err == nil {
		return n, nil
	}
	return n, err
}

// note says in Cache-Status what the cache did (RFC 9211).
func note(x *gateway.Exchange, what string) {
	x.Response.Header.Add("Cache-Status", "stackgen; "+what)
}

func statusOf(x *gateway.Exchange) int {
	if x.Response.Status == 0 {
		return 200
	}
	return x.Response.Status
}

var (
	_ proxy.Layer        = Cache{}
	_ proxy.LayerHandler = (*handler)(nil)
	_ io.Closer          = (*handler)(nil)
)
