package proxy

import (
	"bytes"
	"fmt"

	"stackgen.dev/runtime/gateway"
)

// compile checks the status and the template.
func (r Redirect) compile(p *Proxy, _ *location) (handler, error) {
	if r.Status == 0 {
		r.Status = 302
	}
	switch r.Status {
	case 301, 302, 303, 307, 308:
	default:
		return nil, fmt.Errorf("%d is not the status of a redirect: 301, 302, 303, 307 or 308", r.Status)
	}
	if len(r.To) == 0 {
		return nil, fmt.Errorf("the redirect leads nowhere")
	}
	for _, part := range r.To {
		if part.Attr == "" && !validFieldValue(part.Text) {
			return nil, fmt.Errorf("the redirect's address holds a control character")
		}
	}
	to, err := r.To.compile(p.maps)
	if err != nil {
		return nil, fmt.Errorf("redirect: %w", err)
	}
	return &redirectHandler{to, r.Status}, nil
}

// redirectHandler is a compiled Redirect.
type redirectHandler struct {
	to     *Text
	status int
}

func (h *redirectHandler) serve(_ *Proxy, x *gateway.Exchange, v visit) {
	redirect(x, h.status, h.to.appendAddress(nil, x, &v))
}

// appendAddress fills the template in as an address: paths are encoded, and of
// everything else what cannot stand in one. A path that a client chose never
// becomes the name of a host.
func (t *Text) appendAddress(dst []byte, x *gateway.Exchange, v *visit) []byte {
	start := len(dst)
	for i := range t.parts {
		switch p := &t.parts[i]; p.value.kind {
		case "":
			dst = append(dst, p.text...)
		case RequestPath:
			dst = gateway.AppendPath(dst, x.Request.Path)
		case RequestURI:
			dst = appendURI(dst, &x.Request)
		case RequestHost:
			dst = append(dst, x.Request.Host...)
		case MatchGroup:
			dst = gateway.AppendPath(dst, v.group(p.value.name))
		default:
			from := len(dst)
			dst = appendQuery(dst, p.value.append(nil, x, v))
			if bytes.IndexByte(dst[from:], '\\') >= 0 { // browsers take it for a slash
				dst = append(dst[:from], bytes.ReplaceAll(dst[from:], []byte(`\`), []byte("%5C"))...)
			}
		}
	}
	if first := &t.parts[0]; first.value.kind != "" || first.text == "/" {
		dst = dst[:start+len(oneSlash(dst[start:]))]
	}
	return dst
}

// rewrite gives the action another path, and another query where the template
// has one. It answers 400 itself where the client's part makes no path of it.
func (p *Proxy) rewrite(x *gateway.Exchange, v *visit) bool {
	r := &x.Request
	path, query, hasQuery := bytes.Cut(v.location.rewrite.appendAddress(nil, x, v), []byte("?"))
	normal, err := gateway.NormalizePath(nil, path)
	if err != nil || len(normal) == 0 || normal[0] != '/' {
		p.fail(x, *v, 400, fmt.Errorf("proxy: %q is rewritten to what is no path: %q", r.Path, path))
		return false
	}
	r.Path = normal
	if hasQuery {
		r.Query = query
	}
	return true
}

// appendURI appends path and query as they go into a request line or an address.
func appendURI(dst []byte, r *gateway.Request) []byte {
	dst = gateway.AppendPath(dst, r.Path)
	if len(r.Query) > 0 {
		dst = appendQuery(append(dst, '?'), r.Query)
	}
	return dst
}

// appendQuery appends a query, which came undecoded: only bytes that cannot
// stand in a header field or a request line are encoded.
func appendQuery(dst, query []byte) []byte {
	const hex = "0123456789ABCDEF"
	for _, c := range query {
		if c <= ' ' || c >= 0x7f {
			dst = append(dst, '%', hex[c>>4], hex[c&15])
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

// oneSlash removes, in place, all but one of the slashes that a local address
// begins with: "//evil.example/" names another host (RFC 3986, section 4.2).
func oneSlash(address []byte) []byte {
	rest := bytes.TrimLeft(address, "/")
	if extra := len(address) - len(rest) - 1; extra > 0 {
		address = append(address[:1], rest...)
	}
	return address
}

// redirectToSlash answers "/old" with "/old/", query kept.
func (p *Proxy) redirectToSlash(x *gateway.Exchange) {
	to := append(gateway.AppendPath(nil, x.Request.Path), '/')
	to = oneSlash(to)
	if len(x.Request.Query) > 0 {
		to = appendQuery(append(to, '?'), x.Request.Query)
	}
	redirect(x, 301, to)
}

func redirect(x *gateway.Exchange, status int, to []byte) {
	x.Response.Status = status
	x.Response.Header.AddBytes("Location", to)
	x.Response.NoContent()
}
