package proxy

import (
	"io"
	"strconv"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Stored is the content of an answer that is kept, and what conditional and range
// requests have to know of it. Bytes or File hold it.
type Stored struct {
	MediaType, ETag, LastModified string
	// Modified is LastModified in seconds since 1970, 0 for none.
	Modified int64
	Size     int64
	Bytes    []byte
	// File is closed when the exchange is over.
	File File
}

// File is a file with content.
type File interface {
	io.ReaderAt
	io.Closer
}

// AnswerStored answers a GET or HEAD with kept content of status 200, as RFC
// 9110, sections 13 and 14, wants it: 304, 412, a part or the whole. The fields of
// the 200 stand in the response already; asked holds the client's own conditions.
func (n Next) AnswerStored(x *gateway.Exchange, asked *gateway.Header, s Stored) {
	r := &x.Response
	if s.File != nil {
		x.After(func(*gateway.Exchange) { s.File.Close() })
	}
	switch evaluate(asked, s.ETag, s.Modified, n.proxy.now()) {
	case preconditionFailed:
		n.proxy.fail(x, n.visit, 412, nil)
		return
	case notModified:
		r.Status = 304
		for _, name := range [...]string{"Content-Type", "Content-Encoding", "Content-Language", "Content-Range", "Accept-Ranges"} {
			r.Header.Del(name)
		}
		r.NoContent()
		return
	}
	rep := representation{mediaType: s.MediaType, etag: s.ETag, lastModified: s.LastModified, size: s.Size, bytes: s.Bytes}
	if s.File != nil {
		rep.reader = s.File
	}
	if x.Request.Method == "GET" {
		if field := asked.Get("Range"); field != nil && rangeWanted(asked, s.ETag, s.LastModified) {
			var few [maxRanges]byteRange
			ranges, verdict := parseRanges(few[:0], field, s.Size)
			switch {
			case verdict == unsatisfiable:
				n.proxy.fail(x, n.visit, 416, nil)
				r.Header.Add("Content-Range", "bytes */"+strconv.FormatInt(s.Size, 10))
				return
			case verdict == someRanges && len(ranges) == 1:
				var value [64]byte
				r.Status = 206
				r.Header.SetBytes("Content-Range", ranges[0].appendContentRange(value[:0], s.Size))
				rep.body(r, ranges[0].start, ranges[0].length)
				return
			case verdict == someRanges:
				m := newMultipart(rep, x.Request.ID, ranges)
				r.Status = 206
				r.Header.Set("Content-Type", "multipart/byteranges; boundary="+m.boundary)
				r.Reader(io.NopCloser(m), m.length)
				return
			}
		}
	}
	rep.body(r, 0, s.Size)
}

// ParseDate reads a date of RFC 9110, section 5.6.7, in its three forms, as
// seconds since 1970.
func ParseDate(b []byte, now time.Time) (seconds int64, ok bool) { return parseDate(b, now) }

// AppendURI appends path and query of a request as they go into a request line.
func AppendURI(dst []byte, r *gateway.Request) []byte { return appendURI(dst, r) }
