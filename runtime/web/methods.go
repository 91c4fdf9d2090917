package web

import (
	"slices"
	"strings"
)

// Methods are the request methods that a view answers. HEAD goes with GET, and
// OPTIONS is answered with what is allowed.
type Methods struct {
	names []string
	allow string
}

// methodOrder is the order in which Allow names methods, Django's.
var methodOrder = []string{"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE"}

// NewMethods makes a set of methods.
func NewMethods(names ...string) *Methods {
	var allowed []string
	for _, m := range methodOrder {
		if slices.Contains(names, m) || m == "OPTIONS" || m == "HEAD" && slices.Contains(names, "GET") {
			allowed = append(allowed, m)
		}
	}
	for _, m := range names {
		if !slices.Contains(methodOrder, m) {
			allowed = append(allowed, m)
		}
	}
	return &Methods{names, strings.Join(allowed, ", ")}
}

// Allow reports whether the view is to be called.
func (m *Methods) Allow(method string) bool {
	for _, name := range m.names {
		if name == method || name == "GET" && method == "HEAD" {
			return true
		}
	}
	return false
}

// Refuse answers a method that is not the view's: OPTIONS with what is allowed, any
// other with 405.
func (m *Methods) Refuse(method string) *Response {
	p := Empty(405)
	if method == "OPTIONS" {
		p.Status = 200
	}
	p.AddHeader("Allow", m.allow)
	return p
}
