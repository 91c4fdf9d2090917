package cache

import (
	"bytes"
	"strconv"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
)

// invalidate has what is kept of an address go when a request may have changed it
// (RFC 9111, section 4.4): its own, and those that the answer names on the same host.
func (h *handler) invalidate(x *gateway.Exchange, next proxy.Next) {
	if status := statusOf(x); status < 200 || status >= 400 {
		return
	}
	if h.config.Disk > 0 {
		x.MayBlock()
	}
	var buf [512]byte
	h.store.purgeKey(escapeStar(string(next.Append(buf[:0], h.key, x))))
	for _, name := range [...]string{"Location", "Content-Location"} {
		target := x.Response.Header.Get(name)
		if target == nil {
			continue
		}
		if rest, ok := bytes.CutPrefix(target, []byte(x.Request.Scheme+"://")); ok {
			host, path, _ := bytes.Cut(rest, []byte("/"))
			if !bytes.EqualFold(host, x.Request.Host) {
				continue // not ours to judge
			}
			target = append([]byte("/"), path...)
		}
		if len(target) == 0 || target[0] != '/' || bytes.HasPrefix(target, []byte("//")) {
			continue
		}
		path, query, _ := bytes.Cut(target, []byte("?"))
		normal, err := gateway.NormalizePath(nil, path)
		if err != nil {
			continue
		}
		sub := proxy.SubRequest(x, x.Context())
		sub.Request.Path, sub.Request.Query = normal, query
		h.store.purgeKey(escapeStar(string(next.Append(nil, h.key, sub))))
		sub.Finish()
	}
}

// escapeStar keeps an address that ends in a star from meaning all that begin so.
func escapeStar(key string) string {
	if len(key) > 0 && key[len(key)-1] == '*' {
		return key[:len(key)-1] + "%2A"
	}
	return key
}

// purge follows a PURGE request: of one address, of all that begin so where it
// ends in a star, or of what is tagged where it has Cache-Tag.
func (h *handler) purge(x *gateway.Exchange, next proxy.Next) {
	client := x.Request.Client.Addr().Unmap().WithZone("")
	allowed := false
	for _, p := range h.config.Purge {
		allowed = allowed || client.IsValid() && p.Contains(client)
	}
	if !allowed {
		next.Fail(x, 403, nil)
		return
	}
	x.MayBlock()
	n := 0
	if x.Request.Header.Has("Cache-Tag") {
		elements(&x.Request.Header, "Cache-Tag", func(tag []byte) { n += h.store.purgeTag(string(tag)) })
	} else {
		n = h.store.purgeKey(string(next.Append(nil, h.key, x)))
	}
	x.Response.Header.Add("Content-Type", "text/plain; charset=utf-8")
	x.Response.Header.Add("Cache-Control", "no-store")
	x.Response.Text("purged " + strconv.Itoa(n) + "\n")
}

// PurgeTag implements [proxy.Purger].
func (h *handler) PurgeTag(tag string) int { return h.store.purgeTag(tag) }

// PurgeAddress implements [proxy.Purger].
func (h *handler) PurgeAddress(x *gateway.Exchange, next proxy.Next) int {
	return h.store.purgeKey(string(next.Append(nil, h.key, x)))
}

var _ proxy.Purger = (*handler)(nil)
