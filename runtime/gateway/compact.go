package gateway

// Compact moves what the request is known by, but for its trailer, into memory of its own and of
// just that size: an exchange may last for hours (a WebSocket), and what it was read into holds
// more than that. Slices that were taken before stay as they are.
func (r *Request) Compact() {
	size := len(r.Target) + len(r.Path) + len(r.Query) + len(r.Host)
	a := arena{make([]byte, 0, size)}
	a.move(&r.Target)
	a.move(&r.Path)
	a.move(&r.Query)
	a.move(&r.Host)
	r.buffer = nil
	r.Header.Compact()
}

// Compact moves the fields into memory of just their size.
func (h *Header) Compact() {
	size := 0
	for _, f := range h.fields {
		size += len(f.Name) + len(f.Value)
	}
	a := arena{make([]byte, 0, size)}
	fields := make([]Field, len(h.fields))
	for i, f := range h.fields {
		a.move(&f.Name)
		a.move(&f.Value)
		fields[i] = f
	}
	h.fields, h.arena = fields, nil
}

// arena is memory that is filled once.
type arena struct{ memory []byte }

// move copies b, for which there is room, and has it be the copy.
func (a *arena) move(b *[]byte) {
	if *b == nil {
		return
	}
	start := len(a.memory)
	a.memory = append(a.memory, *b...)
	*b = a.memory[start:len(a.memory):len(a.memory)]
}
