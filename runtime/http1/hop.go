package http1

import "stackgen.dev/runtime/gateway"

// HopByHop reports whether a field is about one connection only, and so is
// never forwarded (RFC 9110, section 7.6.1, with the names older software uses).
// Fields named by Connection are hop-by-hop as well: see [ConnectionListed].
func HopByHop(name []byte) bool {
	switch len(name) {
	case 2:
		return gateway.EqualFold(name, "TE")
	case 7:
		return gateway.EqualFold(name, "Upgrade")
	case 10:
		return gateway.EqualFold(name, "Connection") || gateway.EqualFold(name, "Keep-Alive")
	case 16:
		return gateway.EqualFold(name, "Proxy-Connection")
	case 17:
		return gateway.EqualFold(name, "Transfer-Encoding")
	case 18:
		return gateway.EqualFold(name, "Proxy-Authenticate")
	case 19:
		return gateway.EqualFold(name, "Proxy-Authorization")
	}
	return false
}

// ConnectionListed reports whether a Connection field of h names the field, or
// holds the option ("close", "upgrade").
func ConnectionListed(h *gateway.Header, name []byte) bool {
	for _, f := range h.Fields() {
		if len(f.Name) != 10 || !gateway.EqualFold(f.Name, "Connection") {
			continue
		}
		for item := range listItems(f.Value) {
			if equalFold(item, name) {
				return true
			}
		}
	}
	return false
}

// Underscored reports whether a name holds an underscore: CGI and WSGI cannot
// tell it from a hyphen, so such fields are not forwarded (nginx
// underscores_in_headers off, gunicorn header_map drop).
func Underscored(name []byte) bool {
	for _, c := range name {
		if c == '_' {
			return true
		}
	}
	return false
}

var (
	optionClose     = []byte("close")
	optionKeepAlive = []byte("keep-alive")
)

// Persistent reports whether a client of the given version wants the
// connection kept after the response (RFC 9112, section 9.3).
func Persistent(proto gateway.Proto, h *gateway.Header) bool {
	if proto == gateway.HTTP10 {
		return ConnectionListed(h, optionKeepAlive) && !ConnectionListed(h, optionClose)
	}
	return !ConnectionListed(h, optionClose)
}

// ExpectsContinue reports whether the client waits for 100 Continue before it
// sends the body (RFC 9110, section 10.1.1). HTTP/1.0 clients never do.
func ExpectsContinue(r *gateway.Request) bool {
	return r.Proto != gateway.HTTP10 && r.ContentLength != 0 && r.Header.Has("Expect")
}

// forbiddenTrailer reports whether a field may not stand in a trailer (RFC
// 9110, section 6.5.1): what frames the message, routes it, authenticates
// it, or says how to treat its content.
func forbiddenTrailer(name []byte) bool {
	if HopByHop(name) {
		return true
	}
	for _, n := range [...]string{"Host", "Content-Length", "Trailer", "Authorization", "Content-Type",
		"Content-Encoding", "Content-Range", "Cookie", "Set-Cookie", "Expect", "Cache-Control",
		"Max-Forwards", "Location", "Range", "If-Match", "If-None-Match", "If-Modified-Since",
		"If-Unmodified-Since", "If-Range", "Pragma", "TE", "WWW-Authenticate", "Proxy-Authenticate",
		"Proxy-Authorization", "Age", "Date", "Expires", "Vary", "Retry-After"} {
		if gateway.EqualFold(name, n) {
			return true
		}
	}
	return false
}
