package cache

import (
	"bytes"

	"stackgen.dev/runtime/gateway"
)

// keep has the body of an answer kept while the client gets it. It reports
// whether it will try, and has land called when it is over. What is still to come others may read along from
// begun on, which is called before anything can land.
func (h *handler) keep(x *gateway.Exchange, e *entry, begun func(*growing), land func(landing)) (g *growing, taken bool) {
	r := &x.Response
	switch r.Kind() {
	case gateway.NoBody, gateway.BytesBody:
		if r.Length() > h.config.MaxObject {
			return nil, false
		}
		x.MayBlock()
		b := r.Body().Bytes
		e.size = int64(len(b))
		if e.unkept {
			return h.share(e, b, begun, land)
		}
		land(h.commit(e, bytes.Clone(b)))
		return nil, true
	case gateway.ReaderBody, gateway.StreamBody:
		x.MayBlock()
		if g = h.grow(e, length(r), land); g == nil {
			return nil, false
		}
		begun(g)
		g.begin(x)
		return g, true
	}
	return nil, false // files are the system's to cache
}

// share has those who wait for an answer that is not kept have it, whole as it is.
func (h *handler) share(e *entry, body []byte, begun func(*growing), land func(landing)) (*growing, bool) {
	g := h.grow(e, int64(len(body)), land)
	if g == nil {
		return nil, false
	}
	begun(g)
	g.fill(func(w gateway.BodyWriter) error {
		_, err := w.Write(body)
		return err
	})
	return g, true
}

// length is how long a body will be, -1 where its end will tell.
func length(r *gateway.Response) int64 {
	if r.Kind() == gateway.StreamBody {
		return -1
	}
	return r.Length()
}

// commit keeps an entry whose body is whole.
func (h *handler) commit(e *entry, body []byte) landing {
	file := ""
	if h.config.Disk > 0 {
		if name, err := h.store.write(e, body); err == nil {
			file = name
		}
		if e.size > keptInMemory && file != "" {
			body = nil
		}
	}
	return h.store.add(e, body, file)
}
