package web

import (
	"time"

	"stackgen.dev/runtime/gateway"
)

// write describes the response to the engine. It copies nothing but small
// slices of strings: the Response itself may be used again.
func (p *Response) write(r *Request) {
	out := &r.x.Response
	if p.kind != describedBody {
		out.Reset()
		out.Status = p.code()
	}
	for _, f := range p.header {
		out.Header.Add(f.name, f.value)
	}
	if len(p.cookies) > 0 {
		now, tls := time.Now(), r.IsSecure()
		for i := range p.cookies {
			out.Header.Add("Set-Cookie", string(p.cookies[i].append(make([]byte, 0, 192), tls, now)))
		}
	}
	switch p.kind {
	case textBody:
		out.Text(p.text)
	case bytesBody:
		if p.buffered {
			out.KeepBuffer(p.bytes)
		} else {
			out.Bytes(p.bytes)
		}
	case fileBody:
		out.File(p.file, p.offset, p.length)
	case readerBody:
		out.Reader(p.reader, p.length)
	case streamBody:
		out.Stream(p.stream)
	}
}

// late reports whether something of the request may be used after Serve has returned.
func (p *Response) late() bool {
	return p.kind == streamBody || p.kind == readerBody || p.kind == describedBody
}

// iriToURI encodes what may not stand in a URL and leaves the rest alone, percent signs
// too (Django's iri_to_uri).
func iriToURI(iri string) string {
	const safe = "/#%[]=:;$&()+,!?*@'~-._"
	clean := true
	for i := range len(iri) {
		clean = clean && uriChar(iri[i], safe)
	}
	if clean {
		return iri
	}
	var b []byte
	for i := range len(iri) {
		if c := iri[i]; uriChar(c, safe) {
			b = append(b, c)
		} else {
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return string(b)
}

func uriChar(c byte, others string) bool {
	if 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' || '0' <= c && c <= '9' {
		return true
	}
	for i := range len(others) {
		if others[i] == c {
			return true
		}
	}
	return false
}

var _ gateway.Cooperative = (*App)(nil)
