package proxy

import (
	"encoding/hex"
	"fmt"
	"net"
	"strconv"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
)

// TraceFrom says whose traces are continued; requests of others begin a trace of their
// own, and what those said of theirs goes to nobody.
type TraceFrom string

// Whose. The zero TraceFrom is the trusted proxies'.
const (
	TraceFromTrusted  TraceFrom = "trusted_proxies"
	TraceFromEveryone TraceFrom = "everyone"
	TraceFromNobody   TraceFrom = "nobody"
)

// checkTracing refuses what says of nobody whose traces are continued.
func (p *Proxy) checkTracing() error {
	switch p.config.TraceFrom {
	case "", TraceFromTrusted, TraceFromEveryone, TraceFromNobody:
	default:
		return fmt.Errorf("proxy: tracing: %q is not \"trusted_proxies\", \"everyone\" or \"nobody\"", p.config.TraceFrom)
	}
	return nil
}

// beginTrace begins the span of a request, and takes the fields away that it continues.
func (p *Proxy) beginTrace(x *gateway.Exchange, trusted bool) {
	r := &x.Request
	var parent gateway.TraceContext
	if trusted && p.config.TraceFrom != TraceFromNobody || p.config.TraceFrom == TraceFromEveryone {
		parent = traceContext(&r.Header)
	}
	dropTraceContext(&r.Header)
	x.SetSpan(p.config.Tracer.Start(gateway.ServerSpan, traceMethod(r.Method), parent, x.Start))
}

// endTrace notes what a request was and what became of it, under the names of OpenTelemetry's conventions.
func (p *Proxy) endTrace(x *gateway.Exchange, v *record) {
	s := x.Span()
	if s == nil {
		return
	}
	defer s.End()
	if !s.Recording() {
		return
	}
	r := &x.Request
	place := x.Route
	if place == "" && v.location != nil {
		place = v.location.pattern
	}
	describeRequest(s, x, place)
	path := gateway.AppendPath(nil, v.path)
	s.SetString("url.path", string(path))
	if len(v.query) > 0 {
		s.SetString("url.query", string(p.secrets.appendQuery(nil, v.query)))
	}
	host, portText, err := net.SplitHostPort(string(r.Host))
	if err != nil {
		host = string(r.Host)
	} else if n, err := strconv.Atoi(portText); err == nil {
		s.SetInt("server.port", n)
	}
	if host != "" {
		s.SetString("server.address", host)
	}
	if r.Client.IsValid() {
		s.SetString("client.address", string(appendAddress(nil, r.Client)))
	}
	if v.peer.IsValid() {
		s.SetString("network.peer.address", string(appendAddress(nil, v.peer)))
		s.SetInt("network.peer.port", int(v.peer.Port()))
	}
	s.SetString("network.protocol.version", protocolVersion(r.Proto))
	if agent := r.Header.Get("User-Agent"); agent != nil {
		s.SetString("user_agent.original", string(agent))
	}
	s.SetInt("http.response.body.size", int(x.Sent))
	s.SetString("stackgen.request.id", r.ID)
	if v.cache != NoCache {
		s.SetString("stackgen.cache", v.cache.String())
	}
	if v.refusal != NotRefused {
		s.SetString("stackgen.refused_by", v.refusal.String())
	}
	noteStatus(s, status(x), 500)
}

// describeRequest notes method and place, and names the span by them: what the site file declares, and
// nothing that a client can make up.
func describeRequest(s gateway.Span, x *gateway.Exchange, place string) {
	r := &x.Request
	method := traceMethod(r.Method)
	name := method
	if method == otherMethod {
		s.SetString("http.request.method_original", r.Method)
		name = "HTTP"
	}
	s.SetString("http.request.method", method)
	s.SetString("url.scheme", r.Scheme)
	if place != "" {
		s.SetString("http.route", place)
		name += " " + place
	}
	s.SetName(name)
}

// noteStatus notes the status of an answer, which is an error from a number on.
func noteStatus(s gateway.Span, status, failed int) {
	s.SetInt("http.response.status_code", status)
	if status >= failed {
		s.SetString("error.type", strconv.Itoa(status))
		s.Fail("")
	}
}

// otherMethod stands for methods that nobody knows, of which clients could make any number.
const otherMethod = "_OTHER"

func traceMethod(method string) string {
	switch method {
	case "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "QUERY":
		return method
	}
	return otherMethod
}

func protocolVersion(p gateway.Proto) string {
	switch p {
	case gateway.HTTP10:
		return "1.0"
	case gateway.HTTP2:
		return "2"
	case gateway.HTTP3:
		return "3"
	}
	return "1.1"
}

// appendTrace continues the trace to a server; what stands for the span is filled in at each attempt.
func (t *trip) appendTrace(b []byte) []byte {
	t.traceAt = 0
	s := t.x.Span()
	if s == nil {
		return b
	}
	c := s.Trace()
	b = append(b, traceParentField+": "...)
	t.traceAt = len(b) + spanIDAt
	b = append(appendTraceParent(b, c), '\r', '\n')
	if c.State != "" {
		b = http1.AppendFieldString(b, traceStateField, c.State)
	}
	return b
}

// beginAttempt begins the span of an attempt to have a server answer.
func (t *trip) beginAttempt(b *backend, tries int) {
	s := t.x.Span()
	if s == nil || !s.Recording() {
		return
	}
	r := &t.x.Request
	method := traceMethod(r.Method)
	t.span = s.Start(gateway.ClientSpan, method)
	id := t.span.Trace().SpanID
	if t.traceAt > 0 {
		hex.Encode(t.out[t.traceAt:], id[:])
	}
	t.span.SetString("http.request.method", method)
	t.span.SetString("stackgen.upstream", t.u.config.Name)
	t.span.SetString("stackgen.server", b.label)
	host := "localhost"
	if b.at.network == "unix" {
		t.span.SetString("server.address", b.at.address)
		t.span.SetString("network.transport", "unix")
	} else {
		t.span.SetString("server.address", b.at.host)
		t.span.SetInt("server.port", int(b.at.port))
		host = b.at.address
	}
	full := append([]byte(b.scheme()+"://"), host...)
	full = gateway.AppendPath(full, t.f.path(r.Path))
	if len(r.Query) > 0 {
		full = t.p.secrets.appendQuery(append(full, '?'), r.Query)
	}
	t.span.SetString("url.full", string(full))
	if tries > 0 {
		t.span.SetInt("http.request.resend_count", tries)
	}
}

// judgeAttempt notes what came of the attempt so far.
func (t *trip) judgeAttempt(err error) {
	switch {
	case t.span == nil:
	case err == nil:
		noteStatus(t.span, t.resp.Status, 400)
	default:
		kind := "client_gone"
		if !is(err, errClientGone) && !is(err, errClientBody) {
			kind = failureWords[failureOf(err)]
		}
		t.span.SetString("error.type", kind)
		t.span.Fail(err.Error())
	}
}

// endAttempt ends the span of an attempt, if there is one.
func (t *trip) endAttempt() {
	if t.span != nil {
		t.span.End()
		t.span = nil
	}
}
