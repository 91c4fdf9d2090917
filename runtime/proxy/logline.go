package proxy

import (
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Attributes of a request that has been answered, for the access log alone. ResponseHeader
// is a prefix: a field's name stands behind it.
const (
	RequestProtocol Attribute = "request.protocol"       // "HTTP/1.1" ($server_protocol)
	RequestTraceID  Attribute = "request.trace_id"       // of the trace that it is followed in
	RequestSpanID   Attribute = "request.span_id"        // of its piece of that
	RequestTime     Attribute = "request.time"           // when it was answered, in ISO 8601 ($time_iso8601)
	RequestLocal    Attribute = "request.time_local"     // the same as the combined format has it ($time_local)
	ResponseStatus  Attribute = "response.status"        // $status
	ResponseBytes   Attribute = "response.bytes"         // of the body ($body_bytes_sent)
	ResponseTime    Attribute = "response.duration"      // in seconds with milliseconds ($request_time)
	ResponseFrom    Attribute = "response.upstream"      // the upstream's name
	ResponseServer  Attribute = "response.server"        // the server's ($upstream_addr)
	ResponseTries   Attribute = "response.tries"         // how many servers were asked
	ResponseWait    Attribute = "response.upstream_time" // until a server's answer began ($upstream_header_time)
	ResponseCache   Attribute = "response.cache"         // "hit", "miss" and so on ($upstream_cache_status)
	ResponseRefusal Attribute = "response.refused_by"    // the limit or check that turned it away
	ResponsePlace   Attribute = "response.location"      // the location's label
	ResponseRoute   Attribute = "response.route"         // what the application matched
	ResponseHeader  Attribute = "response.header."       // $sent_http_NAME
)

// loggedAttributes are those of them that are whole names.
var loggedAttributes = []Attribute{RequestProtocol, RequestTraceID, RequestSpanID, RequestTime, RequestLocal, ResponseStatus, ResponseBytes, ResponseTime, ResponseFrom,
	ResponseServer, ResponseTries, ResponseWait, ResponseCache, ResponseRefusal, ResponsePlace, ResponseRoute}

func (m maps) compileLogged(a Attribute) (attribute, error) {
	if slices.Contains(loggedAttributes, a) {
		return attribute{kind: a}, nil
	}
	if name, ok := strings.CutPrefix(string(a), string(ResponseHeader)); ok && validToken(name) {
		return attribute{kind: ResponseHeader, name: name}, nil
	}
	if strings.HasPrefix(string(a), string(MatchGroup)) {
		return attribute{}, fmt.Errorf("a log has no %q", a)
	}
	return m.compile(a)
}

// compileLogged readies a template that may hold attributes of the answer.
func (t Template) compileLogged(m maps) (*Text, error) { return t.compileWith(m.compileLogged) }

// compileLogged readies a condition that may look at the answer.
func (c Condition) compileLogged(m maps) (*test, error) { return c.compileWith(m.compileLogged) }

// fieldsOf are the fields of answers that a template and a condition look at.
func fieldsOf(line *Text, when *test) (names []string) {
	add := func(a attribute) {
		if a.kind == ResponseHeader {
			names = append(names, a.name)
		}
	}
	if line != nil {
		for _, p := range line.parts {
			add(p.value)
		}
	}
	var walk func(t *test)
	walk = func(t *test) {
		if t == nil {
			return
		}
		add(t.attr)
		for _, inner := range t.of {
			walk(inner)
		}
	}
	walk(when)
	slices.Sort(names)
	return slices.Compact(names)
}

// keep copies fields of the answer, which is gone when the log is written: those of names, in their order.
func (r *record) keep(x *gateway.Exchange, names []string) {
	if cap(r.kept) < len(names) {
		r.kept = make([][]byte, len(names))
	}
	r.kept = r.kept[:len(names)]
	for i, name := range names {
		r.kept[i] = append(r.kept[i][:0], x.Response.Header.Get(name)...)
	}
}

// asAsked calls f while the request has the path and the query again with which it came.
func asAsked(x *gateway.Exchange, f func(v *visit)) {
	v, r := visit{record: recordOf(x)}, &x.Request
	if v.record == nil {
		v.record = &record{path: r.Path, query: r.Query}
	}
	v.location = v.record.location
	path, query := r.Path, r.Query
	r.Path, r.Query = v.record.path, v.record.query
	f(&v)
	r.Path, r.Query = path, query
}

// holds reports whether an exchange is to be logged.
func (a *accessLog) holds(x *gateway.Exchange, now time.Time) (yes bool) {
	asAsked(x, func(v *visit) {
		v.record.now, v.keeps = now, a.keeps
		yes = a.when.holds(x, v)
	})
	return yes
}

// appendTemplate fills the site's own line in. What stands between its texts cannot end a line or
// a quotation, and secrets are not among it.
func (a *accessLog) appendTemplate(b []byte, x *gateway.Exchange, now time.Time) []byte {
	var value [256]byte
	asAsked(x, func(v *visit) {
		v.record.now, v.keeps = now, a.keeps
		for i := range a.line.parts {
			p := &a.line.parts[i]
			if p.value.kind == "" {
				b = append(b, p.text...)
				continue
			}
			b = appendEscaped(b, orDash(a.discreet(&p.value, p.value.append(value[:0], x, v))))
		}
	})
	return append(b, '\n')
}

// discreet is the value of an attribute without secrets.
func (a *accessLog) discreet(of *attribute, value []byte) []byte {
	hidden := false
	switch of.kind {
	case RequestCookie:
		hidden = true
	case RequestHeader, ResponseHeader:
		if hidden = a.secrets[strings.ToLower(of.name)]; !hidden {
			return a.redacted(value)
		}
	case RequestParameter:
		a.scratch = append(append(append(a.scratch[:0], of.name...), '='), value...)
		hidden = len(a.secrets.withoutSecret(a.scratch)) < len(a.scratch)
	case RequestURI:
		return a.redacted(value)
	case RequestQuery:
		a.scratch = a.secrets.appendQuery(a.scratch[:0], value)
		return a.scratch
	}
	if hidden && len(value) > 0 {
		return []byte(redactedText)
	}
	return value
}

// appendLogged appends an attribute that only the log has.
func (a *attribute) appendLogged(dst []byte, x *gateway.Exchange, v *visit) []byte {
	r := v.record
	switch a.kind {
	case RequestProtocol:
		return append(dst, x.Request.Proto.String()...)
	case RequestTraceID, RequestSpanID:
		if s := x.Span(); s == nil {
			return dst
		} else if c := s.Trace(); a.kind == RequestTraceID {
			return hex.AppendEncode(dst, c.TraceID[:])
		} else {
			return hex.AppendEncode(dst, c.SpanID[:])
		}
	case RequestTime:
		return r.now.UTC().AppendFormat(dst, "2006-01-02T15:04:05.000Z07:00")
	case RequestLocal:
		return r.now.UTC().AppendFormat(dst, "02/Jan/2006:15:04:05 -0700")
	case ResponseStatus:
		return strconv.AppendInt(dst, int64(status(x)), 10)
	case ResponseBytes:
		return strconv.AppendInt(dst, x.Sent, 10)
	case ResponseTime:
		if x.Start.IsZero() {
			return dst
		}
		return appendSeconds(dst, r.now.Sub(x.Start))
	case ResponseFrom:
		if r.upstream != nil {
			dst = append(dst, r.upstream.config.Name...)
		}
		return dst
	case ResponseServer:
		return append(dst, r.server...)
	case ResponseTries:
		return strconv.AppendInt(dst, int64(r.tries), 10)
	case ResponseWait:
		if r.tries == 0 {
			return dst
		}
		return appendSeconds(dst, r.waited)
	case ResponseCache:
		return append(dst, r.cache.String()...)
	case ResponseRefusal:
		return append(dst, r.refusal.String()...)
	case ResponsePlace:
		if r.location != nil {
			dst = append(dst, r.location.pattern...)
		}
		return dst
	case ResponseRoute:
		return append(dst, x.Route...)
	case ResponseHeader:
		if i := slices.Index(v.keeps, a.name); i >= 0 && i < len(r.kept) {
			dst = append(dst, r.kept[i]...)
		}
		return dst
	}
	panic("stackgen: unreachable: attribute " + string(a.kind))
}

// appendSeconds appends a duration as nginx does: seconds with milliseconds.
func appendSeconds(dst []byte, d time.Duration) []byte {
	return strconv.AppendFloat(dst, max(d, 0).Seconds(), 'f', 3, 64)
}
