package proxy

import (
	"bytes"
	"fmt"
	"strings"

	"stackgen.dev/runtime/gateway"
)

// answerField is what a header rule sees of the answer's fields: as they are before the rules.
const answerField Attribute = "response.header"

// compileHeaderAttribute readies what a value of a response's header may hold: attributes of the request, and
// of the answer those that are known before it is sent.
func (m maps) compileHeaderAttribute(a Attribute) (attribute, error) {
	if a == ResponseBytes {
		return attribute{}, fmt.Errorf("nobody knows %q before the answer has been sent", a)
	}
	if strings.HasPrefix(string(a), string(MatchGroup)) {
		return m.compile(a)
	}
	c, err := m.compileLogged(a)
	if c.kind == ResponseHeader {
		c.kind = answerField
	}
	return c, err
}

// with returns the rules followed by those of an inner level, which compile readies the values of.
func (r rules) with(h Headers, compile func(Attribute) (attribute, error)) (rules, error) {
	all := r[:len(r):len(r)]
	for _, name := range h.Remove {
		all = append(all, rule{op: removeField, name: name})
	}
	for _, list := range []struct {
		op    ruleOp
		fixed []Field
		made  []MadeField
	}{{setField, h.Set, h.SetMade}, {addField, h.Add, h.AddMade}} {
		for _, f := range list.fixed {
			all = append(all, rule{op: list.op, name: f.Name, value: f.Value})
		}
		for _, f := range list.made {
			text, err := f.Value.compileWith(compile)
			if err != nil {
				return nil, fmt.Errorf("the value of %s: %w", f.Name, err)
			}
			all = append(all, rule{op: list.op, name: f.Name, text: text})
		}
	}
	return all, nil
}

// vary reports whether a value is made from the request.
func (r rules) vary() bool {
	for i := range r {
		if r[i].text != nil {
			return true
		}
	}
	return false
}

// applyTo changes a header by values that are made from the request. All values are made before
// the first rule is applied, so that their order does not matter. One that comes out empty is no field:
// set takes those of the name away, add adds none.
func (r rules) applyTo(h *gateway.Header, x *gateway.Exchange, v *visit) {
	var few [8][]byte
	var some [512]byte
	values, b := few[:0], some[:0]
	for i := range r {
		if r[i].text == nil {
			continue
		}
		start := len(b)
		b = r[i].text.appendValue(b, x, v)
		values = append(values, b[start:len(b):len(b)])
	}
	for i := range r {
		rule := &r[i]
		if rule.text == nil {
			r[i : i+1].apply(h)
			continue
		}
		value := values[0]
		values = values[1:]
		switch {
		case len(value) > 0 && rule.op == setField:
			h.SetBytes(rule.name, value)
		case len(value) > 0:
			h.AddBytes(rule.name, value)
		case rule.op == setField:
			h.Del(rule.name)
		}
	}
}

// appendValue fills a template in as the value of a field. No part can end the field: the path is
// encoded as in an address, and so is every control character of anything else; blanks at the
// ends go (RFC 9110, section 5.5).
func (t *Text) appendValue(dst []byte, x *gateway.Exchange, v *visit) []byte {
	start := len(dst)
	for i := range t.parts {
		p := &t.parts[i]
		switch p.value.kind {
		case "":
			dst = append(dst, p.text...)
			continue
		case RequestPath:
			dst = gateway.AppendPath(dst, x.Request.Path)
			continue
		case answerField:
			dst = append(dst, x.Response.Header.Get(p.value.name)...)
			continue
		}
		from := len(dst)
		dst = p.value.append(dst, x, v)
		dst = sanitized(dst, from)
	}
	value := bytes.Trim(dst[start:], " \t")
	n := copy(dst[start:], value)
	return dst[:start+n]
}

// sanitized encodes the control characters from a place on.
func sanitized(b []byte, from int) []byte {
	for i := from; i < len(b); i++ {
		if c := b[i]; c < ' ' || c == 0x7f {
			raw := bytes.Clone(b[i:])
			b = b[:i]
			for _, c := range raw {
				if c < ' ' || c == 0x7f {
					b = append(b, '%', hexDigits[c>>4], hexDigits[c&15])
				} else {
					b = append(b, c)
				}
			}
			return b
		}
	}
	return b
}

// respondWith applies the rules about the answer. Path and query are those that the client asked for.
func (r rules) respondWith(x *gateway.Exchange, v *visit) {
	q := &x.Request
	path, query := q.Path, q.Query
	q.Path, q.Query = v.record.path, v.record.query
	r.applyTo(&x.Response.Header, x, v)
	q.Path, q.Query = path, query
}

// validAuthority reports whether a Host that was made from the request may be one.
func validAuthority(b []byte) bool {
	for _, c := range b {
		switch {
		case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		case c == '.', c == '-', c == '_', c == ':', c == '[', c == ']':
		default:
			return false
		}
	}
	return len(b) > 0 && len(b) <= 255
}
