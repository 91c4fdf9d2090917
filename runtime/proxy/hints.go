package proxy

import (
	"fmt"

	"stackgen.dev/runtime/gateway"
)

// compileHints readies what is sent before answers; nil for nothing.
func compileHints(links []string) (*gateway.Header, error) {
	if len(links) == 0 {
		return nil, nil
	}
	h := new(gateway.Header)
	for _, l := range links {
		if len(l) == 0 || l[0] != '<' || !validFieldValue(l) {
			return nil, fmt.Errorf("early hints: %q is no Link", l)
		}
		h.Add("Link", l)
	}
	return h, nil
}

// hint tells a browser what the page will need (103 Early Hints), while that is made. Browsers take it with
// pages that they go to, over HTTP/2 and later; others may not even know that there are interim responses.
func (l *location) hint(x *gateway.Exchange) {
	r := &x.Request
	if r.Method != "GET" || r.Proto < gateway.HTTP2 {
		return
	}
	if mode := r.Header.Get("Sec-Fetch-Mode"); mode != nil && string(mode) != "navigate" {
		return
	}
	x.Inform(103, l.hints) // a client that has left is noticed later
}
