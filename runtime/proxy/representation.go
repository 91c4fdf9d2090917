package proxy

import (
	"io"
	"os"
	"strconv"

	"stackgen.dev/runtime/gateway"
)

// representation is what a GET for a file would send: one variant of it, with
// what conditional and range requests have to know. Assets and files share it,
// so both follow RFC 9110, sections 13 and 14, in the same way.
type representation struct {
	mediaType    string
	coding       coding
	etag         string // quoted, "" for none
	lastModified string // "" for none
	modified     int64  // seconds since 1970, 0 for none
	cacheControl string // "" for none
	varies       bool   // on Accept-Encoding
	size         int64

	// Exactly one of these holds the bytes.
	bytes  []byte
	file   *os.File // lent by owner, whom the response gives it back to
	reader io.ReaderAt

	owner gateway.FileOwner
	// head is the header of a 200 ready made; nil for none.
	head *gateway.HeaderBlock
}

// writeHead makes the head of a 200 ready, for what is answered more than once.
func (rep *representation) writeHead() {
	var h gateway.Header
	rep.describeWhole(&h)
	rep.head = gateway.NewHeaderBlock(&h)
}

// answer describes the response to a GET or HEAD.
func (rep *representation) answer(p *Proxy, x *gateway.Exchange, v visit) {
	h := &x.Request.Header
	switch evaluate(h, rep.etag, rep.modified, p.now()) {
	case preconditionFailed:
		rep.discard()
		p.fail(x, v, 412, nil)
		return
	case notModified:
		rep.discard()
		x.Response.Status = 304
		rep.describe(&x.Response.Header)
		return
	}
	if x.Request.Method == "GET" {
		if field := h.Get("Range"); field != nil && rangeWanted(h, rep.etag, rep.lastModified) {
			var few [maxRanges]byteRange
			ranges, verdict := parseRanges(few[:0], field, rep.size)
			switch verdict {
			case unsatisfiable:
				rep.discard()
				p.fail(x, v, 416, nil)
				x.Response.Header.Add("Content-Range", "bytes */"+strconv.FormatInt(rep.size, 10))
				return
			case someRanges:
				rep.part(x, ranges)
				return
			}
		}
	}
	if rep.head != nil {
		x.Response.Header.AddBlock(rep.head)
	} else {
		rep.describeWhole(&x.Response.Header)
	}
	rep.body(&x.Response, 0, rep.size)
}

// describeWhole adds the fields of a 200.
func (rep *representation) describeWhole(out *gateway.Header) {
	out.Add("Content-Type", rep.mediaType)
	rep.describe(out)
	rep.describeContent(out)
}

// part describes a 206 with one range or several.
func (rep *representation) part(x *gateway.Exchange, ranges []byteRange) {
	x.Response.Status = 206
	out := &x.Response.Header
	rep.describe(out)
	rep.describeContent(out)
	if len(ranges) == 1 {
		var value [64]byte
		out.Add("Content-Type", rep.mediaType)
		out.AddBytes("Content-Range", ranges[0].appendContentRange(value[:0], rep.size))
		rep.body(&x.Response, ranges[0].start, ranges[0].length)
		return
	}
	m := newMultipart(*rep, x.Request.ID, ranges)
	out.Add("Content-Type", "multipart/byteranges; boundary="+m.boundary)
	x.Response.Reader(m, m.length)
}

// describe adds the fields that a 304 has as well (RFC 9110, section 15.4.5).
func (rep *representation) describe(out *gateway.Header) {
	if rep.etag != "" {
		out.Add("ETag", rep.etag)
	}
	if rep.lastModified != "" {
		out.Add("Last-Modified", rep.lastModified)
	}
	if rep.cacheControl != "" {
		out.Add("Cache-Control", rep.cacheControl)
	}
	if rep.varies {
		out.Add("Vary", "Accept-Encoding")
	}
}

func (rep *representation) describeContent(out *gateway.Header) {
	out.Add("Accept-Ranges", "bytes")
	if rep.coding != identity {
		out.Add("Content-Encoding", codingNames[rep.coding])
	}
}

func (rep *representation) body(r *gateway.Response, start, length int64) {
	switch {
	case rep.file != nil:
		r.SharedFile(rep.file, start, length, rep.owner)
	case rep.reader != nil:
		r.Reader(io.NewSectionReader(rep.reader, start, length), length)
	default:
		r.Bytes(rep.bytes[start : start+length])
	}
}

// discard lets go of what no response will close.
func (rep *representation) discard() {
	if rep.file != nil {
		rep.owner.Close()
		rep.file = nil
	}
}

// wantsContent reports whether a method asks for a file. It answers the others:
// 405 with Allow.
func (p *Proxy) wantsContent(x *gateway.Exchange, v visit) bool {
	if x.Request.Method == "GET" || x.Request.Method == "HEAD" {
		return true
	}
	p.fail(x, v, 405, nil)
	x.Response.Header.Add("Allow", "GET, HEAD")
	return false
}
