package web

import (
	"slices"
	"strings"
)

// methodOrder is the order in which Allow names methods, Django's.
var methodOrder = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"}

// prepare computes what the dispatcher asks at every request.
func (v *View) prepare() {
	if len(v.Methods) == 0 {
		return
	}
	have := func(m string) bool {
		return slices.Contains(v.Methods, m) || m == "OPTIONS" || m == "HEAD" && slices.Contains(v.Methods, "GET")
	}
	var allowed []string
	for _, m := range methodOrder {
		if have(m) {
			allowed = append(allowed, m)
		}
	}
	for _, m := range v.Methods {
		if !slices.Contains(methodOrder, m) {
			allowed = append(allowed, m)
		}
	}
	v.allow = strings.Join(allowed, ", ")
}

// allows reports whether the handler is to be called.
func (v *View) allows(method string) bool {
	for _, m := range v.Methods {
		if m == method || m == "GET" && method == "HEAD" {
			return true
		}
	}
	return false
}

// refuse answers a method that is not the handler's: OPTIONS with what is
// allowed, any other with 405.
func (v *View) refuse(method string) (*Response, error) {
	status := 405
	if method == "OPTIONS" {
		status = 200
	}
	p := Empty(status)
	p.AddHeader("Allow", v.allow)
	return p, nil
}
