package http1

import (
	"sync/atomic"
	"time"
)

// DateCache renders the Date field (RFC 9110, section 6.6.1) once a second
// instead of once a response. The zero DateCache is ready; it is safe for
// concurrent use.
type DateCache struct {
	now atomic.Pointer[dateLine]
}

type dateLine struct {
	second int64
	text   [len("Date: Mon, 02 Jan 2006 15:04:05 GMT\r\n")]byte
}

// AppendDate appends the whole field line for the time now.
func (c *DateCache) AppendDate(dst []byte, now time.Time) []byte {
	second := now.Unix()
	l := c.now.Load()
	if l == nil || l.second != second {
		l = &dateLine{second: second}
		now.UTC().AppendFormat(l.text[:0], "Date: Mon, 02 Jan 2006 15:04:05 GMT\r\n")
		c.now.Store(l)
	}
	return append(dst, l.text[:]...)
}
