package gateway

import (
	"bytes"
	"io"
)

// Detach takes the body out of the response, for a tier that puts another one
// made of it in its place: what it yields is the body, which the caller closes. It is nil
// where there is no body that can be read (a stream, a takeover, none), and
// nothing has changed then. The bytes stay valid as long as the exchange.
func (r *Response) Detach() io.ReadCloser {
	var body io.ReadCloser
	switch r.kind {
	case BytesBody:
		body = io.NopCloser(bytes.NewReader(r.bytes))
	case FileBody:
		f := &detachedFile{SectionReader: io.NewSectionReader(r.file, r.offset, r.length), close: r.file.Close}
		if r.owner != nil {
			f.close, f.intact = r.owner.Close, r.owner.Intact
		}
		body = f
	case ReaderBody:
		c, ok := r.reader.(io.ReadCloser)
		if !ok {
			c = io.NopCloser(r.reader)
		}
		body = c
	default:
		return nil
	}
	r.kind, r.bytes, r.file, r.owner, r.offset, r.length, r.reader = NoBody, nil, nil, nil, 0, 0, nil
	return body
}

// detachedFile reads a file that was described as a body, and notices at its
// end where it has changed meanwhile: better no file than parts of two.
type detachedFile struct {
	*io.SectionReader
	close  func() error
	intact func() bool
}

// Read implements io.Reader.
func (f *detachedFile) Read(p []byte) (int, error) {
	n, err := f.SectionReader.Read(p)
	if err == io.EOF && f.intact != nil && !f.intact() {
		err = io.ErrUnexpectedEOF
	}
	return n, err
}

// Close implements io.Closer.
func (f *detachedFile) Close() error { return f.close() }
