package proxy

import (
	"bytes"
	"encoding/hex"

	"stackgen.dev/runtime/gateway"
)

// The fields of W3C Trace Context.
const (
	traceParentField = "traceparent"
	traceStateField  = "tracestate"
)

const (
	// traceParentLength is the length of version 00 in bytes: 00-TRACE-SPAN-FLAGS.
	traceParentLength = 2 + 1 + 32 + 1 + 16 + 1 + 2
	// spanIDAt is where the span's id begins in it.
	spanIDAt = 2 + 1 + 32 + 1
	// maxTraceState bounds the members of tracestate (section 3.3.1.1).
	maxTraceState = 32
)

// traceContext is where the sender of a request says that it stands: nothing where the
// fields are missing, malformed or said twice. A malformed tracestate alone is left out.
func traceContext(h *gateway.Header) gateway.TraceContext {
	if h.Count(traceParentField) != 1 {
		return gateway.TraceContext{}
	}
	c, ok := parseTraceParent(h.Get(traceParentField))
	if !ok {
		return gateway.TraceContext{}
	}
	if h.Has(traceStateField) {
		c.State, _ = parseTraceState(h)
	}
	return c
}

// dropTraceContext removes both fields: whoever reads them has read them.
func dropTraceContext(h *gateway.Header) {
	h.Del(traceParentField)
	h.Del(traceStateField)
}

// traceField reports whether a field is one of the two.
func traceField(name []byte) bool {
	return gateway.EqualFold(name, traceParentField) || gateway.EqualFold(name, traceStateField)
}

// parseTraceParent reads the field (section 3.2). Later versions may have more behind
// what version 00 has; "ff" is none.
func parseTraceParent(b []byte) (c gateway.TraceContext, ok bool) {
	b = bytes.Trim(b, " \t")
	if len(b) < traceParentLength || b[2] != '-' || b[35] != '-' || b[52] != '-' {
		return c, false
	}
	var version, flags [1]byte
	if !decodeHex(version[:], b[:2]) || version[0] == 0xff || !decodeHex(c.TraceID[:], b[3:35]) ||
		!decodeHex(c.SpanID[:], b[36:52]) || !decodeHex(flags[:], b[53:55]) {
		return gateway.TraceContext{}, false
	}
	if len(b) > traceParentLength && (version[0] == 0 || b[traceParentLength] != '-') || !c.Valid() {
		return gateway.TraceContext{}, false
	}
	c.Sampled = flags[0]&1 != 0
	return c, true
}

// decodeHex decodes digits and small letters.
func decodeHex(dst, src []byte) bool {
	for i := range dst {
		high, low := hexValue(src[2*i]), hexValue(src[2*i+1])
		if high < 0 || low < 0 {
			return false
		}
		dst[i] = byte(high<<4 | low)
	}
	return true
}

func hexValue(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	}
	return -1
}

// parseTraceState joins the fields of a header and checks their members (section 3.3).
func parseTraceState(h *gateway.Header) (string, bool) {
	var out []byte
	var keys [maxTraceState][]byte
	n := 0
	for _, f := range h.Fields() {
		if !gateway.EqualFold(f.Name, traceStateField) {
			continue
		}
		for list, more := f.Value, true; more; {
			var member []byte
			member, list, more = bytes.Cut(list, []byte(","))
			if member = bytes.Trim(member, " \t"); len(member) == 0 {
				continue
			}
			key, value, ok := bytes.Cut(member, []byte("="))
			if !ok || !validStateKey(key) || !validStateValue(value) || n == maxTraceState {
				return "", false
			}
			for _, other := range keys[:n] {
				if bytes.Equal(other, key) {
					return "", false
				}
			}
			keys[n] = key
			if n++; n > 1 {
				out = append(out, ',')
			}
			out = append(out, member...)
		}
	}
	return string(out), true
}

// validStateKey checks "vendor" or "tenant@vendor".
func validStateKey(key []byte) bool {
	tenant, system, several := bytes.Cut(key, []byte("@"))
	if !several {
		return len(key) <= 256 && stateWord(key) && key[0] >= 'a'
	}
	return len(tenant) <= 241 && stateWord(tenant) && len(system) <= 14 && stateWord(system) && system[0] >= 'a'
}

// stateWord checks a word of small letters, digits, "_", "-", "*" and "/" that begins with a letter or digit.
func stateWord(b []byte) bool {
	for i, c := range b {
		switch {
		case 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		case i > 0 && (c == '_' || c == '-' || c == '*' || c == '/'):
		default:
			return false
		}
	}
	return len(b) > 0
}

func validStateValue(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c > '~' || c == '=' {
			return false
		}
	}
	return len(b) > 0 && len(b) <= 256
}

// appendTraceParent appends the field's value in version 00.
func appendTraceParent(b []byte, c gateway.TraceContext) []byte {
	b = append(b, "00-"...)
	b = hex.AppendEncode(b, c.TraceID[:])
	b = append(b, '-')
	b = hex.AppendEncode(b, c.SpanID[:])
	if c.Sampled {
		return append(b, "-01"...)
	}
	return append(b, "-00"...)
}
