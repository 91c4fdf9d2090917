package server

import (
	"bytes"
	"errors"
	"net/http"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/http1"
)

// The refusals of HTTP/2 requests that the frames' layer lets pass.
var (
	errH2Host     = &gateway.Error{Status: 400, Reason: "Host differs from :authority"}
	errH2Length   = &gateway.Error{Status: 400, Reason: "malformed Content-Length"}
	errH2Types    = &gateway.Error{Status: 400, Reason: "more than one Content-Type"}
	errH2Expect   = &gateway.Error{Status: 417, Reason: "expectation not supported"}
	errH2Value    = &gateway.Error{Status: 400, Reason: "white space around a header field value"}
	errH3Connect  = &gateway.Error{Status: 501, Reason: "no other protocol than that of WebSockets is spoken within HTTP/3"}
	errH2Rejected = &gateway.Error{Status: 400, Reason: "malformed request"}
)

// checkHTTP2 refuses what would be refused on HTTP/1.1. The pseudo-header
// fields of HTTP/2 can hold what no request line can (a space in the method, a
// path in the authority), and a proxy writes them into one.
func checkHTTP2(r *http.Request) *gateway.Error {
	if r.Method == http.MethodConnect && r.ProtoMajor == 3 && r.Proto != "HTTP/3.0" {
		return errH3Connect // quic-go offers it, and WebSockets are another thing when they come here
	}
	if err := http1.CheckMethod(r.Method); err != nil {
		return refusalOf(err)
	}
	if err := http1.CheckTarget(r.Method, []byte(r.RequestURI), []byte(r.Host)); err != nil {
		return refusalOf(err)
	}
	// RFC 9113, section 8.3.1: Host must say the same as :authority.
	for _, host := range r.Header["Host"] {
		if len(r.Header["Host"]) > 1 || !bytes.EqualFold([]byte(host), []byte(r.Host)) {
			return errH2Host
		}
	}
	delete(r.Header, "Host")
	if lengths := r.Header["Content-Length"]; len(lengths) > 0 {
		n, ok := http1.ParseContentLength([]byte(lengths[0]))
		for _, other := range lengths[1:] {
			ok = ok && other == lengths[0]
		}
		if !ok || n != max(r.ContentLength, 0) {
			return errH2Length // RFC 9113, section 8.1.1
		}
		r.Header["Content-Length"] = lengths[:1]
	}
	switch {
	case len(r.Header["Content-Type"]) > 1:
		return errH2Types
	case len(r.Header["Expect"]) > 0: // "100-continue" has been taken out
		return errH2Expect
	}
	for _, values := range r.Header {
		for _, v := range values {
			// RFC 9113, section 8.2.1.
			if v != "" && (space(v[0]) || space(v[len(v)-1])) {
				return errH2Value
			}
		}
	}
	return nil
}

func space(c byte) bool { return c == ' ' || c == '\t' }

func refusalOf(err error) *gateway.Error {
	var refusal *gateway.Error
	if errors.As(err, &refusal) {
		return refusal
	}
	return errH2Rejected
}
