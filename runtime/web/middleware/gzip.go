package middleware

import (
	"bytes"
	"compress/gzip"
	"math/rand/v2"
	"strings"

	"stackgen.dev/runtime/web"
)

// GZip is the layer "gzip" (GZipMiddleware): it compresses answers for sites
// whose proxy does not. The name field of the format is filled at random, so
// that the size of a page says less about what is in it (BREACH).
//
//	middleware = [security, gzip, session, …]
//
// Short answers, those that are encoded already, and those that stream are left alone.
type GZip struct{}

// minGZip is from how many bytes on compressing is worth it; maxPadding bounds the random bytes.
const (
	minGZip    = 200
	maxPadding = 100
)

// Wrap is the layer.
func (GZip) Wrap(next web.Handler) web.Handler {
	return func(r *web.Request) (*web.Response, error) {
		p, err := next(r)
		if err != nil {
			return nil, err
		}
		body := p.Body()
		if len(body) < minGZip || p.HasHeader("Content-Encoding") {
			return p, nil
		}
		p.Vary("Accept-Encoding")
		if !acceptsGZip(r.Header("Accept-Encoding")) {
			return p, nil
		}
		var b bytes.Buffer
		w, err := gzip.NewWriterLevel(&b, 6)
		if err != nil {
			return nil, err
		}
		w.Name = strings.Repeat("a", rand.IntN(maxPadding+1))
		w.Write(body) // a bytes.Buffer takes everything
		w.Close()
		if b.Len() >= len(body) {
			return p, nil
		}
		p.SetBody(b.Bytes())
		p.SetHeader("Content-Encoding", "gzip")
		if etag := p.Header("ETag"); strings.HasPrefix(etag, `"`) {
			p.SetHeader("ETag", "W/"+etag)
		}
		return p, nil
	}
}

// acceptsGZip reads Accept-Encoding; a quality of 0 refuses (RFC 9110, section 12.5.3).
func acceptsGZip(field string) bool {
	for one := range strings.SplitSeq(field, ",") {
		name, quality, _ := strings.Cut(one, ";")
		if strings.EqualFold(strings.TrimSpace(name), "gzip") {
			q := strings.TrimSpace(quality)
			return q == "" || strings.Trim(strings.TrimPrefix(q, "q="), "0.") != ""
		}
	}
	return false
}
