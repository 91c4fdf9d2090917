package access

import (
	"slices"
	"strings"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
)

// Methods are the methods that a location takes (limit_except); HEAD comes with
// GET. Others get 405.
type Methods []string

// Start implements [proxy.Layer].
func (m Methods) Start(*proxy.Environment) (proxy.LayerHandler, error) {
	list := slices.Clone(m)
	if slices.Contains(list, "GET") && !slices.Contains(list, "HEAD") {
		list = append(list, "HEAD")
	}
	return &methodsHandler{list, strings.Join(list, ", ")}, nil
}

type methodsHandler struct {
	list  []string
	allow string
}

// Serve implements [proxy.LayerHandler].
func (h *methodsHandler) Serve(x *gateway.Exchange, next proxy.Next) {
	if !slices.Contains(h.list, x.Request.Method) {
		proxy.NoteRefusal(x, proxy.ByMethod)
		next.Fail(x, 405, nil)
		x.Response.Header.Set("Allow", h.allow)
		return
	}
	next.Serve(x)
}

var (
	_ proxy.Layer        = Methods{}
	_ proxy.LayerHandler = (*methodsHandler)(nil)
)
