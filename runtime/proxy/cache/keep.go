package cache

import (
	"bytes"
	"io"

	"stackgen.dev/runtime/gateway"
)

// keep has the body of an answer kept while the client gets it. It reports
// whether it will try; then land is called when it is over.
func (h *handler) keep(x *gateway.Exchange, e *entry, land func(kept bool)) bool {
	r := &x.Response
	if length := r.Length(); length > h.config.MaxObject {
		return false
	}
	if h.config.Disk > 0 {
		x.MayBlock()
	}
	b := r.Body()
	switch r.Kind() {
	case gateway.NoBody:
		e.size = 0
		h.commit(e, nil)
		land(true)
	case gateway.BytesBody:
		x.MayBlock()
		e.size = int64(len(b.Bytes))
		h.commit(e, bytes.Clone(b.Bytes))
		land(true)
	case gateway.ReaderBody:
		f := &filling{h: h, e: e, land: land, length: b.Length}
		r.Reader(&keptReader{r.Detach(), f}, b.Length)
		x.After(func(*gateway.Exchange) { f.abandon() })
	case gateway.StreamBody:
		f := &filling{h: h, e: e, land: land, length: -1}
		x.After(func(*gateway.Exchange) { f.abandon() })
		r.Stream(func(w gateway.BodyWriter) error {
			err := b.Stream(&keptWriter{w, f})
			if err == nil {
				f.complete()
			}
			return err
		})
	default:
		return false // files are the system's to cache
	}
	return true
}

// commit keeps an entry whose body is whole.
func (h *handler) commit(e *entry, body []byte) {
	file := ""
	if h.config.Disk > 0 {
		name, err := h.store.write(e, bytes.NewReader(body))
		if err == nil {
			file = name
		}
		if e.size > keptInMemory && file != "" {
			body = nil
		}
	}
	if body == nil && e.size > 0 && file == "" {
		return
	}
	h.store.add(e, body, file)
}

// filling is a body on its way to a client that is kept on the way.
type filling struct {
	h      *handler
	e      *entry
	land   func(bool)
	length int64 // announced, -1 where the end will tell
	bytes  []byte
	over   bool
}

// add notes a part. What gets too large is given up.
func (f *filling) add(b []byte) {
	if f.over || len(b) == 0 {
		return
	}
	most := max(f.h.config.Memory, f.h.config.MaxObject)
	if f.h.filling.Add(int64(len(b))) > most || int64(len(f.bytes)+len(b)) > f.h.config.MaxObject {
		f.abandonWith(int64(len(b)))
		return
	}
	f.bytes = append(f.bytes, b...)
}

// complete keeps the whole.
func (f *filling) complete() {
	if f.over {
		return
	}
	if f.length >= 0 && int64(len(f.bytes)) != f.length {
		f.abandon()
		return
	}
	f.over = true
	f.e.size = int64(len(f.bytes))
	f.h.commit(f.e, f.bytes)
	f.h.filling.Add(-f.e.size)
	f.bytes = nil
	f.land(true)
}

// abandon lets those go on who wait for what will not come.
func (f *filling) abandon() { f.abandonWith(0) }

func (f *filling) abandonWith(more int64) {
	if f.over {
		return
	}
	f.over = true
	f.h.filling.Add(-int64(len(f.bytes)) - more)
	f.bytes = nil
	f.land(false)
}

type keptReader struct {
	io.ReadCloser
	f *filling
}

// Read implements io.Reader.
func (r *keptReader) Read(b []byte) (int, error) {
	n, err := r.ReadCloser.Read(b)
	r.f.add(b[:n])
	if err == io.EOF || err == nil && r.f.length >= 0 && int64(len(r.f.bytes)) == r.f.length {
		// Who knows the length does not read until the end is said.
		r.f.complete()
	} else if err != nil {
		r.f.abandon()
	}
	return n, err
}

type keptWriter struct {
	gateway.BodyWriter
	f *filling
}

// Write implements io.Writer.
func (w *keptWriter) Write(b []byte) (int, error) {
	n, err := w.BodyWriter.Write(b)
	if err != nil {
		w.f.abandon()
		return n, err
	}
	w.f.add(b)
	return n, nil
}

var _ gateway.BodyWriter = (*keptWriter)(nil)
