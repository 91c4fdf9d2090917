package web

import (
	"strings"
	"time"

	"stackgen.dev/runtime/web/conditional"
)

// Conditional answers a request whose conditions settle it (RFC 9110, section
// 13): 304 where the client has what there is, 412 where it wants to change
// what has changed since. It is nil where the view has to answer. etag is the
// entity tag of what is there now, quoted where it is not; empty for none. modified is when it last
// changed, zero where nobody knows (Django's condition decorator).
//
//	if p := r.Conditional(post.Version, post.Changed); p != nil {
//		return p, nil
//	}
func (r *Request) Conditional(etag string, modified time.Time) *Response {
	quoted := etag
	if etag != "" {
		quoted = conditional.QuoteETag(etag)
	}
	var p *Response
	switch r.condition(quoted, modified) {
	case conditional.NotModified:
		p = Empty(304)
	case conditional.Failed:
		p = preconditionFailed()
	default:
		return nil
	}
	p.Validators(r, etag, modified)
	return p
}

// condition evaluates the request's conditions. A request without any costs a look at its fields.
func (r *Request) condition(etag string, modified time.Time) conditional.Outcome {
	f := conditional.Fields{
		IfMatch: r.Header("If-Match"), IfUnmodifiedSince: r.Header("If-Unmodified-Since"),
		IfNoneMatch: r.Header("If-None-Match"), IfModifiedSince: r.Header("If-Modified-Since"),
	}
	if f == (conditional.Fields{}) {
		return conditional.Proceed
	}
	reading := r.Method() == "GET" || r.Method() == "HEAD"
	return conditional.Evaluate(f, reading, etag, modified, time.Now())
}

func preconditionFailed() *Response {
	p := newResponse(noBody, contentHTML)
	p.Status = 412
	return p
}

// Validators sets ETag and Last-Modified on the answer to a GET or HEAD, unless
// it has them. etag and modified are those of [Request.Conditional].
func (p *Response) Validators(r *Request, etag string, modified time.Time) {
	if m := r.Method(); m != "GET" && m != "HEAD" {
		return
	}
	if !modified.IsZero() {
		p.SetDefaultHeader("Last-Modified", conditional.FormatDate(modified))
	}
	if etag != "" {
		p.SetDefaultHeader("ETag", conditional.QuoteETag(etag))
	}
}

// keptByNotModified are the fields of an answer that a 304 in its place has too (RFC 9110, section 15.4.5).
var keptByNotModified = []string{"Cache-Control", "Content-Location", "Date", "ETag", "Expires", "Last-Modified", "Vary"}

// Settle returns what the conditions of the request make of an answer that has
// its ETag or Last-Modified set: the answer itself, 304 or 412. Only answers of
// status 2xx can change (django.utils.cache.get_conditional_response).
func (p *Response) Settle(r *Request) *Response {
	etag := p.Header("ETag")
	modified, _ := conditional.ParseDate(p.Header("Last-Modified"), time.Now())
	if status := p.code(); status < 200 || status > 299 || etag == "" && modified.IsZero() {
		return p
	}
	switch r.condition(etag, modified) {
	case conditional.NotModified:
		q := Empty(304)
		for _, name := range keptByNotModified {
			for _, f := range p.header {
				if strings.EqualFold(f.name, name) {
					q.AddHeader(name, f.value)
				}
			}
		}
		q.cookies = p.cookies
		p.discard()
		return q
	case conditional.Failed:
		p.discard()
		return preconditionFailed()
	}
	return p
}
