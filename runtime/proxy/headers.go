package proxy

import (
	"fmt"
	"strings"

	"stackgen.dev/runtime/gateway"
)

// rules is what several levels of Headers come to: one list, applied in order.
type rules []rule

type rule struct {
	op    ruleOp
	name  string
	value string
	text  *Text // makes the value from the request; nil for value
}

type ruleOp uint8

const (
	removeField ruleOp = iota
	setField
	addField
)

// apply changes a header. Nothing is allocated once the header has grown.
func (r rules) apply(h *gateway.Header) {
	for i := range r {
		switch r[i].op {
		case removeField:
			h.Del(r[i].name)
		case setField:
			h.Set(r[i].name, r[i].value)
		case addField:
			h.Add(r[i].name, r[i].value)
		}
	}
}

// takeHost takes the rules about Host out and returns the last value: the
// request's authority is no ordinary field.
func (r rules) takeHost() (kept rules, host string, made *Text) {
	kept = make(rules, 0, len(r))
	for _, rule := range r {
		if !strings.EqualFold(rule.name, "Host") {
			kept = append(kept, rule)
			continue
		}
		host, made = rule.value, rule.text
	}
	return kept, host, made
}

// framing are the fields that say where a message ends or belong to one
// connection: a rule that changed one would break the protocol.
var framing = [...]string{
	"Connection", "Content-Length", "Keep-Alive", "Proxy-Connection", "TE", "Trailer", "Transfer-Encoding", "Upgrade",
}

// check says what is wrong with rules, nil if nothing.
func (h Headers) check(where string, reserved ...string) error {
	fields := append(append([]Field(nil), h.Set...), h.Add...)
	for _, name := range h.Remove {
		fields = append(fields, Field{Name: name})
	}
	for _, list := range [][]MadeField{h.SetMade, h.AddMade} {
		for _, f := range list {
			for _, part := range f.Value {
				fields = append(fields, Field{Name: f.Name, Value: part.Text})
			}
		}
	}
	for _, f := range fields {
		switch {
		case !validToken(f.Name):
			return fmt.Errorf("proxy: %s: %q is not a header field's name", where, f.Name)
		case !validFieldValue(f.Value):
			return fmt.Errorf("proxy: %s: the value of %s holds a control character", where, f.Name)
		}
		for _, name := range framing {
			if strings.EqualFold(name, f.Name) {
				return fmt.Errorf("proxy: %s: %s frames the message and cannot be changed", where, name)
			}
		}
		for _, name := range reserved {
			if strings.EqualFold(name, f.Name) {
				return fmt.Errorf("proxy: %s: %s is written by the proxy itself", where, name)
			}
		}
	}
	return nil
}

func validToken(s string) bool {
	for i := 0; i < len(s); i++ {
		if !tokenChar(s[i]) {
			return false
		}
	}
	return s != ""
}

// validFieldValue reports whether a value may stand in a field (RFC 9110,
// section 5.5).
func validFieldValue(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c < ' ' && c != '\t' || c == 0x7f {
			return false
		}
	}
	return true
}
