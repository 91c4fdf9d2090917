package access

import (
	"fmt"
	"strings"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
)

// ForwardAuth asks another server whether a request may pass (auth_request): with
// a GET for URI, the request's own header fields, and its method and address in
// X-Original-Method and X-Original-URI. An answer of 2xx lets it pass; any other
// below 500 is what the client gets, a redirect to a page for logging in for
// example. A server that fails or cannot be reached lets nobody pass: 502.
type ForwardAuth struct {
	// Upstream is the name of the upstream that is asked.
	Upstream string
	// URI is the path, with a query or not, that is asked for.
	URI string
	// CopyHeaders are fields of the answer that the request gets, for whoever
	// answers it (auth_request_set). What the client sent under these names is
	// removed always, under names with underscores in the place of dashes too.
	CopyHeaders []string
}

// maxAuthAnswer bounds the answer that a client gets from the server that refuses it.
const maxAuthAnswer = 1 << 20

// Start implements [proxy.Layer].
func (f ForwardAuth) Start(e *proxy.Environment) (proxy.LayerHandler, error) {
	h := &forwardAuthHandler{upstream: e.Upstream(f.Upstream), copied: f.CopyHeaders}
	if h.upstream == nil {
		return nil, fmt.Errorf("forward_auth: there is no upstream %q", f.Upstream)
	}
	path, query, _ := strings.Cut(f.URI, "?")
	normal, err := gateway.NormalizePath(nil, []byte(path))
	if err != nil || !strings.HasPrefix(path, "/") {
		return nil, fmt.Errorf("forward_auth: %q is not a path", f.URI)
	}
	h.path, h.query = normal, []byte(query)
	return h, nil
}

type forwardAuthHandler struct {
	upstream    *proxy.Upstream
	path, query []byte
	copied      []string
}

// Serve implements [proxy.LayerHandler].
func (h *forwardAuthHandler) Serve(x *gateway.Exchange, next proxy.Next) {
	x.MayBlock()
	for _, name := range h.copied {
		removeLike(&x.Request.Header, name)
	}
	sub := proxy.SubRequest(x, x.Context())
	defer sub.Finish()
	r := &sub.Request
	r.Method, r.Path, r.Query = "GET", h.path, h.query
	for _, name := range [...]string{"X-Original-Method", "X-Original-URI", "Range", "If-None-Match", "If-Modified-Since", "If-Match", "If-Unmodified-Since"} {
		removeLike(&r.Header, name)
	}
	r.Header.Add("X-Original-Method", x.Request.Method)
	r.Header.AddBytes("X-Original-URI", x.Request.Target)
	h.upstream.Serve(sub)
	status := sub.Response.Status
	if status == 0 {
		status = 200
	}
	body, err := proxy.Collect(sub, maxAuthAnswer)
	switch {
	case err != nil:
		next.Fail(x, 502, fmt.Errorf("access: the server that is asked: %w", err))
	case 200 <= status && status < 300:
		for _, name := range h.copied {
			for _, f := range sub.Response.Header.Fields() {
				if gateway.EqualFold(f.Name, name) {
					x.Request.Header.AddBytes(name, f.Value)
				}
			}
		}
		next.Serve(x)
	case status >= 500 || status < 300:
		next.Fail(x, 502, fmt.Errorf("access: the server that is asked answers %d", status))
	default:
		proxy.NoteRefusal(x, proxy.ByForwardAuth)
		x.Response.Status = status
		for _, f := range sub.Response.Header.Fields() {
			if !gateway.EqualFold(f.Name, "Content-Length") {
				x.Response.Header.AddCopy(f.Name, f.Value)
			}
		}
		x.Response.Header.Set("Cache-Control", "no-store")
		x.Response.Bytes(body)
	}
}

// removeLike removes fields of a name, and those that a server which turns
// dashes into underscores could take for it.
func removeLike(h *gateway.Header, name string) {
	for i := 0; i < h.Len(); {
		if f := h.Fields()[i]; alike(f.Name, name) {
			h.Del(string(f.Name))
			continue
		}
		i++
	}
}

func alike(a []byte, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i, c := range a {
		if fold(c) != fold(b[i]) {
			return false
		}
	}
	return true
}

func fold(c byte) byte {
	switch {
	case 'A' <= c && c <= 'Z':
		return c + ('a' - 'A')
	case c == '_':
		return '-'
	}
	return c
}

var (
	_ proxy.Layer        = ForwardAuth{}
	_ proxy.LayerHandler = (*forwardAuthHandler)(nil)
)
