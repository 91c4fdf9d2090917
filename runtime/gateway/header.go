package gateway

import "unsafe"

// Field is one header field line. Both slices may point into the engine's
// buffer: they are read only, and valid until the Exchange is reused.
type Field struct {
	Name, Value []byte
}

// Header is an ordered list of header fields (RFC 9110, section 5). It is a
// list and not a map: order and repeated fields are kept, and a reset list is
// filled again without allocating. The zero Header is empty and ready.
type Header struct {
	fields  []Field
	arena   []byte
	block   *HeaderBlock // whose fields stand unchanged from blockAt on; nil for none
	blockAt int
}

// Fields returns the fields in order. The slice is the header's own: it is
// valid until the next change.
func (h *Header) Fields() []Field { return h.fields }

// Len is the number of fields.
func (h *Header) Len() int { return len(h.fields) }

// Get returns the value of the first field of that name, compared without
// regard to case, or nil when there is none.
func (h *Header) Get(name string) []byte {
	for i := range h.fields {
		if EqualFold(h.fields[i].Name, name) {
			return h.fields[i].Value
		}
	}
	return nil
}

// Has reports whether a field of that name is present, even with an empty value.
func (h *Header) Has(name string) bool {
	for i := range h.fields {
		if EqualFold(h.fields[i].Name, name) {
			return true
		}
	}
	return false
}

// Count is the number of fields of that name.
func (h *Header) Count(name string) int {
	n := 0
	for i := range h.fields {
		if EqualFold(h.fields[i].Name, name) {
			n++
		}
	}
	return n
}

// Add appends a field. Strings never change, so nothing is copied.
func (h *Header) Add(name, value string) {
	h.fields = append(h.fields, Field{bytesOf(name), bytesOf(value)})
}

// AddBorrowed appends a field whose bytes stay the caller's: they must remain
// unchanged until the header is reset. Engines and the proxy use it to pass
// fields on without copying.
func (h *Header) AddBorrowed(name, value []byte) {
	h.fields = append(h.fields, Field{name, value})
}

// AddBytes appends a field and copies its value.
func (h *Header) AddBytes(name string, value []byte) {
	h.fields = append(h.fields, Field{bytesOf(name), h.keep(value)})
}

// AddCopy appends a field and copies both its name and its value.
func (h *Header) AddCopy(name, value []byte) {
	h.fields = append(h.fields, Field{h.keep(name), h.keep(value)})
}

// Set replaces all fields of that name by one, in the place of the first.
func (h *Header) Set(name, value string) { h.set(name, bytesOf(value)) }

// SetBytes is Set with a value that is copied.
func (h *Header) SetBytes(name string, value []byte) { h.set(name, h.keep(value)) }

// SetDefault adds the field unless one of that name is present.
func (h *Header) SetDefault(name, value string) {
	if !h.Has(name) {
		h.Add(name, value)
	}
}

func (h *Header) set(name string, value []byte) {
	for i := range h.fields {
		if EqualFold(h.fields[i].Name, name) {
			h.touch(i)
			h.fields[i].Value = value
			h.del(name, i+1)
			return
		}
	}
	h.fields = append(h.fields, Field{bytesOf(name), value})
}

// Del removes every field of that name.
func (h *Header) Del(name string) { h.del(name, 0) }

func (h *Header) del(name string, from int) {
	kept := h.fields[:from]
	for i := from; i < len(h.fields); i++ {
		f := h.fields[i]
		if EqualFold(f.Name, name) {
			h.touch(i)
			continue
		}
		kept = append(kept, f)
	}
	h.fields = kept
}

// Reset empties the header and keeps its memory for reuse.
func (h *Header) Reset() {
	h.fields = h.fields[:0]
	h.arena = h.arena[:0]
	h.block = nil
}

// keep copies b into memory that lives until Reset. Growing the arena leaves
// earlier copies where they are.
func (h *Header) keep(b []byte) []byte {
	start := len(h.arena)
	h.arena = append(h.arena, b...)
	return h.arena[start:len(h.arena):len(h.arena)]
}

// EqualFold reports whether a field name is the given one; ASCII letters are
// compared without regard to case (RFC 9110, section 5.1).
func EqualFold(a []byte, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] && lower(a[i]) != lower(b[i]) {
			return false
		}
	}
	return true
}

func lower(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		return c + ('a' - 'A')
	}
	return c
}

// bytesOf views a string as bytes that nobody may write.
func bytesOf(s string) []byte { return unsafe.Slice(unsafe.StringData(s), len(s)) }
