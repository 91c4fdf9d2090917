package middleware

import (
	"encoding/binary"
	"strconv"
	"time"

	"stackgen.dev/runtime/web"
)

// A kept answer is the moment when it was made, the number of its fields, the
// fields and the body, each text with its length before it.

func encodePage(p *web.Response) []byte {
	body := p.Body()
	n := uint64(0)
	size := len(body) + 32
	for name, value := range p.Fields() {
		n++
		size += len(name) + len(value) + 4
	}
	b := binary.BigEndian.AppendUint64(make([]byte, 0, size), uint64(time.Now().Unix()))
	b = binary.AppendUvarint(b, n)
	for name, value := range p.Fields() {
		b = appendText(appendText(b, name), value)
	}
	return append(b, body...)
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// decodePage reads what encodePage wrote; nil for anything else, which other
// versions of a site may have left.
func decodePage(b []byte) *web.Response {
	if len(b) < 8 {
		return nil
	}
	made := time.Unix(int64(binary.BigEndian.Uint64(b)), 0)
	b = b[8:]
	n, size := binary.Uvarint(b)
	if size <= 0 || n > 1000 {
		return nil
	}
	b = b[size:]
	p := web.Empty(200)
	for range n {
		var name, value string
		var ok bool
		if name, b, ok = cutText(b); !ok {
			return nil
		}
		if value, b, ok = cutText(b); !ok {
			return nil
		}
		p.AddHeader(name, value)
	}
	p.SetBody(b)
	if age := time.Since(made); age > 0 {
		p.SetHeader("Age", strconv.FormatInt(int64(age/time.Second), 10))
	}
	return p
}

func cutText(b []byte) (text string, rest []byte, ok bool) {
	n, size := binary.Uvarint(b)
	if size <= 0 || n > uint64(len(b)-size) {
		return "", nil, false
	}
	end := size + int(n)
	return string(b[size:end]), b[end:], true
}
