package web

import (
	"fmt"
	"mime"
	"os"
	"path"
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/web/conditional"
)

// Download is how a file is answered with.
type Download struct {
	// Name is the file's name for the client and what the content type follows
	// from; the file's own where it is empty.
	Name string
	// Attachment has browsers save the file and not show it. Do so for what visitors sent.
	Attachment bool
	// ContentType is the answer's; made from the name where it is empty.
	ContentType string
}

// File answers with a file, as a download manager and a media player want it:
// with ETag, Last-Modified and ranges (RFC 9110, section 14), and closes it. A
// range that cannot be had is 416. Several ranges at once are answered with the whole file.
func (r *Request) File(f *os.File, d Download) (*Response, error) {
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, fmt.Errorf("web: file response: %w", err)
	}
	if d.Name == "" {
		d.Name = info.Name()
	}
	size, modified := info.Size(), info.ModTime()
	etag := `"` + strconv.FormatInt(modified.UnixNano(), 36) + "-" + strconv.FormatInt(size, 36) + `"`
	if p := r.Conditional(etag, modified); p != nil {
		f.Close()
		return p, nil
	}
	kind := d.ContentType
	if kind == "" {
		if kind = mime.TypeByExtension(path.Ext(d.Name)); kind == "" {
			kind = "application/octet-stream"
		}
	}
	p := newResponse(fileBody, kind)
	p.AddHeader("Accept-Ranges", "bytes")
	p.Validators(r, etag, modified)
	if disposition := contentDisposition(d.Attachment, d.Name); disposition != "" {
		p.AddHeader("Content-Disposition", disposition)
	}
	p.file, p.length = f, size
	if r.Method() != "GET" || !r.rangeHolds(etag, modified) {
		return p, nil
	}
	first, length, state := parseRange(r.Header("Range"), size)
	switch state {
	case rangePart:
		p.Status, p.offset, p.length = 206, first, length
		p.AddHeader("Content-Range", fmt.Sprintf("bytes %d-%d/%d", first, first+length-1, size))
	case rangeNone:
		f.Close()
		q := Empty(416)
		q.AddHeader("Content-Range", fmt.Sprintf("bytes */%d", size))
		return q, nil
	}
	return p, nil
}

// rangeHolds evaluates If-Range: only a strong tag or the exact date will do (RFC 9110, section 13.1.5).
func (r *Request) rangeHolds(etag string, modified time.Time) bool {
	field := strings.TrimSpace(r.Header("If-Range"))
	if field == "" || field == etag {
		return true
	}
	since, ok := conditional.ParseDate(field, time.Now())
	return ok && since.Equal(modified.Truncate(time.Second))
}

const (
	rangeWhole = iota // no range, or one that is not understood
	rangePart
	rangeNone // not satisfiable
)

// parseRange reads a Range field with one range of bytes.
func parseRange(field string, size int64) (first, length int64, state int) {
	spec, ok := strings.CutPrefix(strings.TrimSpace(field), "bytes=")
	if !ok || strings.Contains(spec, ",") {
		return 0, 0, rangeWhole
	}
	from, to, found := strings.Cut(strings.TrimSpace(spec), "-")
	if !found {
		return 0, 0, rangeWhole
	}
	if from == "" { // the last bytes
		n, ok := digits(to)
		switch {
		case !ok:
			return 0, 0, rangeWhole
		case n == 0 || size == 0:
			return 0, 0, rangeNone
		}
		n = min(n, size)
		return size - n, n, rangePart
	}
	first, ok = digits(from)
	if !ok {
		return 0, 0, rangeWhole
	}
	last := size - 1
	if to != "" {
		n, ok := digits(to)
		if !ok || n < first {
			return 0, 0, rangeWhole
		}
		last = min(last, n)
	}
	if first >= size {
		return 0, 0, rangeNone
	}
	return first, last - first + 1, rangePart
}

// digits reads a number; what is beyond an int64 is its largest.
func digits(s string) (int64, bool) {
	if s == "" || strings.Trim(s, "0123456789") != "" {
		return 0, false
	}
	n, _ := strconv.ParseInt(s, 10, 64) // on overflow the largest
	return n, true
}

// contentDisposition is how the client is to treat a file, and what it is
// called (RFC 6266; content_disposition_header). It is empty for what is shown without a name.
func contentDisposition(attachment bool, name string) string {
	kind := "inline"
	if attachment {
		kind = "attachment"
	}
	plain := true
	for i := range len(name) {
		plain = plain && name[i] >= ' ' && name[i] < 0x7f
	}
	switch {
	case name == "" && attachment:
		return kind
	case name == "":
		return ""
	case plain:
		return kind + `; filename="` + strings.NewReplacer(`\`, `\\`, `"`, `\"`).Replace(name) + `"`
	}
	var b []byte
	for i := range len(name) {
		if c := name[i]; uriChar(c, "-._~") {
			b = append(b, c)
		} else {
			b = append(b, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return kind + "; filename*=utf-8''" + string(b)
}
