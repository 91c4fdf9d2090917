package proxy

import (
	"bytes"
	"fmt"
	"strconv"
	"strings"

	"stackgen.dev/runtime/gateway"
)

// More attributes of a request. RequestHeader, RequestCookie and RequestParameter
// are prefixes: a name stands behind them. So does a number or a group's name
// behind MatchGroup.
const (
	// ClientAddress is the client's address without its port ($remote_addr).
	ClientAddress Attribute = "client.address"
	// ClientNetwork is the client's address where it is IPv4, and its /64 where it is
	// IPv6: what one subscriber has, so what limits count by.
	ClientNetwork Attribute = "client.network"
	// RequestID is the request's id ($request_id).
	RequestID Attribute = "request.id"
	// RequestHeader and a field's name is the field's value ($http_NAME).
	RequestHeader Attribute = "request.header."
	// RequestCookie and a name is a cookie's value ($cookie_NAME).
	RequestCookie Attribute = "request.cookie."
	// RequestParameter and a name is the first value in the query, as it is written there ($arg_NAME).
	RequestParameter Attribute = "request.query."
	// MatchGroup and a number or a name is what a group of the location's pattern matched ($1).
	MatchGroup Attribute = "match."
)

// Text is a Template that has been compiled.
type Text struct{ parts []textPart }

type textPart struct {
	text  string
	fixed []byte // the same, for who takes bytes
	value attribute
}

// attribute is an Attribute split into what is looked at and its name.
type attribute struct {
	kind Attribute
	name string
	// mapping is that of a MapValue.
	mapping *mapping
}

// compile readies a template for requests.
func (t Template) compile(m maps) (*Text, error) { return t.compileWith(m.compile) }

func (t Template) compileWith(compile func(Attribute) (attribute, error)) (*Text, error) {
	out := new(Text)
	for _, part := range t {
		if part.Attr == "" {
			out.parts = append(out.parts, textPart{text: part.Text, fixed: []byte(part.Text)})
			continue
		}
		a, err := compile(part.Attr)
		if err != nil {
			return nil, err
		}
		out.parts = append(out.parts, textPart{value: a})
	}
	return out, nil
}

func compileAttribute(a Attribute) (attribute, error) {
	switch a {
	case RequestPath, RequestQuery, RequestURI, RequestHost, RequestScheme, RequestMethod, RequestID, ClientAddress, ClientNetwork,
		ClientUser, ClientCertSubject, ClientCertIssuer, ClientCertSerial, ClientCertFingerprint:
		return attribute{kind: a}, nil
	}
	for _, kind := range [...]Attribute{RequestHeader, RequestCookie, RequestParameter, MatchGroup} {
		if name, ok := strings.CutPrefix(string(a), string(kind)); ok && name != "" {
			return attribute{kind: kind, name: name}, nil
		}
	}
	return attribute{}, fmt.Errorf("a request has no %q", a)
}

// append fills the template in.
func (t *Text) append(dst []byte, x *gateway.Exchange, v *visit) []byte {
	for i := range t.parts {
		if p := &t.parts[i]; p.value.kind == "" {
			dst = append(dst, p.text...)
		} else {
			dst = p.value.append(dst, x, v)
		}
	}
	return dst
}

// append appends the attribute as the proxy compares it: the path in the form
// of gateway.Request.Path, everything else as the client sent it.
func (a *attribute) append(dst []byte, x *gateway.Exchange, v *visit) []byte {
	r := &x.Request
	switch a.kind {
	case ClientAddress:
		return appendAddress(dst, r.Client)
	case ClientNetwork:
		return appendNetwork(dst, r)
	case RequestPath:
		return append(dst, r.Path...)
	case RequestQuery:
		return append(dst, r.Query...)
	case RequestURI:
		return appendURI(dst, r)
	case RequestHost:
		name, _ := hostname(r.Host)
		for _, c := range name {
			dst = append(dst, lower(c))
		}
		return dst
	case RequestScheme:
		return append(dst, r.Scheme...)
	case RequestMethod:
		return append(dst, r.Method...)
	case RequestID:
		return append(dst, r.ID...)
	case RequestHeader:
		return append(dst, r.Header.Get(a.name)...)
	case RequestCookie:
		return append(dst, cookie(&r.Header, a.name)...)
	case RequestParameter:
		return append(dst, parameter(r.Query, a.name)...)
	case MatchGroup:
		return append(dst, v.group(a.name)...)
	case MapValue:
		return append(dst, a.mapping.made(x, *v)...)
	case ClientUser, ClientCertSubject, ClientCertIssuer, ClientCertSerial, ClientCertFingerprint:
		return a.appendClient(dst, r)
	}
	return a.appendLogged(dst, x, v)
}

// appendNetwork appends what a subscriber has: an IPv4 address, or the first
// 64 bits of an IPv6 address. A connection over a unix socket has none.
func appendNetwork(dst []byte, r *gateway.Request) []byte {
	a := r.Client.Addr().Unmap().WithZone("")
	if a.Is6() {
		prefix, _ := a.Prefix(64)
		return prefix.AppendTo(dst)
	}
	return appendAddress(dst, r.Client)
}

// cookie is the value of the first cookie of that name (RFC 6265, section 5.4), nil
// without one.
func cookie(h *gateway.Header, name string) []byte {
	for _, f := range h.Fields() {
		if !gateway.EqualFold(f.Name, "Cookie") {
			continue
		}
		for list, more := f.Value, true; more; {
			var pair []byte
			pair, list, more = bytes.Cut(list, []byte(";"))
			n, value, ok := bytes.Cut(bytes.Trim(pair, " \t"), []byte("="))
			if ok && string(n) == name {
				return value
			}
		}
	}
	return nil
}

// parameter is the first value of that name in a query, undecoded.
func parameter(query []byte, name string) []byte {
	for more := len(query) > 0; more; {
		var pair []byte
		pair, query, more = bytes.Cut(query, []byte("&"))
		if n, value, _ := bytes.Cut(pair, []byte("=")); string(n) == name {
			return value
		}
	}
	return nil
}

// group is what a group of the location's pattern matched.
func (v *visit) group(name string) []byte {
	if v.groups == nil {
		return nil
	}
	i, err := strconv.Atoi(name)
	if err != nil {
		i = v.location.regex.SubexpIndex(name)
	}
	if i < 0 || 2*i+1 >= len(v.groups.at) || v.groups.at[2*i] < 0 {
		return nil
	}
	return v.groups.path[v.groups.at[2*i]:v.groups.at[2*i+1]]
}

// groups is what a pattern matched in a path.
type groups struct {
	path []byte
	at   []int
}
