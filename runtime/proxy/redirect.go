package proxy

import (
	"bytes"
	"fmt"

	"stackgen.dev/runtime/gateway"
)

// compile checks the status and the template.
func (r Redirect) compile(*Proxy, *location) (handler, error) {
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
		switch part.Attr {
		case "":
			if !validFieldValue(part.Text) {
				return nil, fmt.Errorf("the redirect's address holds a control character")
			}
		case RequestPath, RequestQuery, RequestURI, RequestHost, RequestScheme, RequestMethod:
		default:
			return nil, fmt.Errorf("a redirect knows no %q", part.Attr)
		}
	}
	return r, nil
}

func (r Redirect) serve(_ *Proxy, x *gateway.Exchange, _ visit) {
	redirect(x, r.Status, r.To.append(nil, &x.Request))
}

// append fills the template in.
func (t Template) append(dst []byte, r *gateway.Request) []byte {
	start := len(dst)
	for _, part := range t {
		switch part.Attr {
		case "":
			dst = append(dst, part.Text...)
		case RequestPath:
			dst = gateway.AppendPath(dst, r.Path)
		case RequestQuery:
			dst = appendQuery(dst, r.Query)
		case RequestURI:
			dst = appendURI(dst, r)
		case RequestHost:
			dst = append(dst, r.Host...)
		case RequestScheme:
			dst = append(dst, r.Scheme...)
		case RequestMethod:
			dst = append(dst, r.Method...)
		}
	}
	if t[0].Attr != "" || t[0].Text == "/" {
		dst = dst[:start+len(oneSlash(dst[start:]))]
	}
	return dst
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
