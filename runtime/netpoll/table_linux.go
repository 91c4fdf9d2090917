package netpoll

import "sync/atomic"

// table finds connections by their descriptors. Descriptors are small numbers
// that the kernel gives anew as soon as one is closed; an event of the old
// connection that is still in a batch is then taken for the new one's, which tries to
// read and finds nothing.
type table struct {
	pages [1 << 12]atomic.Pointer[page]
}

const pageSize = 1 << 10

type page [pageSize]atomic.Pointer[Conn]

// maxDescriptor bounds the descriptors that have a place in a table.
const maxDescriptor = pageSize << 12

func (t *table) at(fd int) *Conn {
	p := t.pages[fd/pageSize].Load()
	if p == nil {
		return nil
	}
	return p[fd%pageSize].Load()
}

func (t *table) put(fd int, c *Conn) {
	slot := &t.pages[fd/pageSize]
	p := slot.Load()
	if p == nil {
		slot.CompareAndSwap(nil, new(page))
		p = slot.Load()
	}
	p[fd%pageSize].Store(c)
}
