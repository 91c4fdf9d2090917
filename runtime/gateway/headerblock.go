package gateway

// HeaderBlock is header fields that stand in many responses, written out once:
// HTTP/1 engines copy its text, and only the others look at the fields one by one.
// It never changes, so any number of headers may hold it.
type HeaderBlock struct {
	fields []Field
	text   []byte
}

// NewHeaderBlock makes a block of the fields of h, which are copied. It panics where
// a field frames the message or belongs to the connection: engines write those.
func NewHeaderBlock(h *Header) *HeaderBlock {
	b := new(HeaderBlock)
	for _, f := range h.fields {
		for _, name := range [...]string{"Connection", "Content-Length", "Date", "Keep-Alive", "Proxy-Connection",
			"TE", "Trailer", "Transfer-Encoding", "Upgrade"} {
			if EqualFold(f.Name, name) {
				panic("stackgen: unreachable: " + name + " in a header block")
			}
		}
		for _, c := range f.Value {
			if c < ' ' && c != '\t' || c == 0x7f {
				panic("stackgen: unreachable: a control character in a header block")
			}
		}
		start := len(b.text)
		b.text = append(append(b.text, f.Name...), ": "...)
		name, value := [2]int{start, start + len(f.Name)}, [2]int{len(b.text), len(b.text) + len(f.Value)}
		b.text = append(append(b.text, f.Value...), "\r\n"...)
		b.fields = append(b.fields, Field{b.text[name[0]:name[1]:name[1]], b.text[value[0]:value[1]:value[1]]})
	}
	return b
}

// AddBlock appends the fields of a block. A header holds one block at most: of
// a second one the fields are added one by one.
func (h *Header) AddBlock(b *HeaderBlock) {
	if h.block == nil {
		h.block, h.blockAt = b, len(h.fields)
	}
	h.fields = append(h.fields, b.fields...)
}

// Block returns the text of the block that the header holds, field lines with
// CRLF each, and which of Fields it stands for: n of them from the first on.
// The text is nil where there is no block, or where one of its fields has been changed since.
func (h *Header) Block() (text []byte, first, n int) {
	if h.block == nil {
		return nil, 0, 0
	}
	return h.block.text, h.blockAt, len(h.block.fields)
}

// touch notes that the field at i is about to change or go.
func (h *Header) touch(i int) {
	if h.block == nil || i >= h.blockAt+len(h.block.fields) {
		return
	}
	h.block = nil // its fields have moved, or are no longer what its text says
}
