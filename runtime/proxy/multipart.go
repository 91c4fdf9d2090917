package proxy

import (
	"bytes"
	"io"
)

// multipart is the body of a 206 with several ranges (RFC 9110, section
// 14.6), read in order from the representation.
type multipart struct {
	boundary string
	length   int64 // of the whole body
	content  representation
	io.Reader
}

// newMultipart takes the representation over: closing the body closes it.
func newMultipart(rep representation, id string, ranges []byteRange) *multipart {
	m := &multipart{boundary: boundaryOf(id), content: rep}
	var source io.ReaderAt
	switch {
	case rep.file != nil:
		source = rep.file
	case rep.reader != nil:
		source = rep.reader
	default:
		source = bytes.NewReader(rep.bytes)
	}
	var readers []io.Reader
	text := func(b []byte) {
		m.length += int64(len(b))
		readers = append(readers, bytes.NewReader(b))
	}
	for i, r := range ranges {
		var head []byte
		if i > 0 {
			head = append(head, "\r\n"...)
		}
		head = append(append(append(head, "--"...), m.boundary...), "\r\n"...)
		head = append(append(append(head, "Content-Type: "...), rep.mediaType...), "\r\n"...)
		head = r.appendContentRange(append(head, "Content-Range: "...), rep.size)
		text(append(head, "\r\n\r\n"...))
		m.length += r.length
		readers = append(readers, io.NewSectionReader(source, r.start, r.length))
	}
	text([]byte("\r\n--" + m.boundary + "--\r\n"))
	m.Reader = io.MultiReader(readers...)
	return m
}

// Close closes the representation's file.
func (m *multipart) Close() error {
	m.content.discard()
	return nil
}

// boundaryOf makes a boundary of a request's id, which no content holds: of
// its letters and digits only, so that it needs no quotes (RFC 2046, section 5.1.1).
func boundaryOf(id string) string {
	b := []byte("part-")
	for i := 0; i < len(id) && len(b) < 70; i++ {
		if c := id[i]; '0' <= c && c <= '9' || 'a' <= c && c <= 'z' || 'A' <= c && c <= 'Z' {
			b = append(b, c)
		}
	}
	return string(b)
}
