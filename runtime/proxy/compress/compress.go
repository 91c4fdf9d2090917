// Package compress compresses answers on their way out with Zstandard, Brotli
// or gzip, whichever the client likes best (nginx gzip). What is compressed
// already, is asked for in part, or says no-transform stays as it is.
//
// An answer that has a secret of its client's in it beside something that an
// attacker chose gives the secret away by its length (BREACH). So answers to requests
// with a cookie or a password are given a random length: gzip with up to a
// hundred bytes in its header, as Django does it, and none of the other codings, which
// have no place for that.
package compress

import (
	"bytes"
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zstd"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/proxy"
)

// Compress compresses the answers of a location.
type Compress struct {
	// Types are the media types that are compressed; "text/*" stands for all that
	// begin so (gzip_types). Nil means Types.
	Types []string
	// MinSize is the smallest body that is compressed, in bytes, where its length
	// is known (gzip_min_length); 0 means 1 KiB.
	MinSize int64
	// Encodings are the codings in the order in which they are preferred where the
	// client likes several equally; nil means zstd, br, gzip.
	Encodings []string
	// Secrets says what happens to answers that may hold a secret of the client's:
	// "pad" (also where empty), "skip" or "compress".
	Secrets string
}

// Types are what is worth compressing.
var Types = []string{"text/html", "text/css", "text/plain", "text/javascript", "text/csv", "text/xml", "text/markdown",
	"application/json", "application/javascript", "application/xml", "application/wasm", "application/manifest+json",
	"application/ld+json", "application/problem+json", "application/rss+xml", "application/atom+xml", "application/xhtml+xml",
	"image/svg+xml", "font/ttf", "font/otf"}

// Start implements [proxy.Layer].
func (c Compress) Start(*proxy.Environment) (proxy.LayerHandler, error) {
	h := &handler{types: map[string]bool{}, min: c.MinSize, secrets: c.Secrets}
	types := c.Types
	if types == nil {
		types = Types
	}
	for _, t := range types {
		t = strings.ToLower(t)
		if prefix, ok := strings.CutSuffix(t, "*"); ok {
			h.prefixes = append(h.prefixes, prefix)
			continue
		}
		h.types[t] = true
	}
	if h.min == 0 {
		h.min = 1 << 10
	}
	h.codings = c.Encodings
	if h.codings == nil {
		h.codings = []string{"zstd", "br", "gzip"}
	}
	for _, coding := range h.codings {
		if pools[coding] == nil {
			return nil, fmt.Errorf("compression: %q is not zstd, br or gzip", coding)
		}
	}
	switch h.secrets {
	case "":
		h.secrets = "pad"
	case "pad", "skip", "compress":
	default:
		return nil, fmt.Errorf("compression: %q is not pad, skip or compress", h.secrets)
	}
	return h, nil
}

type handler struct {
	types    map[string]bool
	prefixes []string
	min      int64
	codings  []string
	secrets  string
}

// Serve implements [proxy.LayerHandler].
func (h *handler) Serve(x *gateway.Exchange, next proxy.Next) {
	next.Serve(x)
	r := &x.Response
	if r.Kind() == gateway.TakeoverBody || !h.worth(r) {
		return
	}
	varyOnEncoding(&r.Header)
	coding, padded := h.choose(x)
	if coding == "" || h.tooSmall(r, x.Request.Method) {
		return
	}
	if r.Status == 304 || x.Request.Method == "HEAD" {
		weaken(&r.Header)
		if r.Status != 304 {
			r.Header.Del("Content-Length")
			r.Header.Del("Accept-Ranges")
			r.Header.Add("Content-Encoding", coding)
		}
		return
	}
	if r.Kind() == gateway.NoBody {
		return
	}
	x.MayBlock()
	if r.Kind() == gateway.BytesBody {
		if !h.atOnce(x, coding, padded) {
			return
		}
	} else {
		h.stream(x, coding, padded)
	}
	weaken(&r.Header)
	r.Header.Del("Accept-Ranges")
	r.Header.Del("Content-Length")
	r.Header.Add("Content-Encoding", coding)
}

// worth reports whether an answer is one that compression may change.
func (h *handler) worth(r *gateway.Response) bool {
	switch {
	case r.Status == 206 || r.Status == 204 || r.Status != 0 && r.Status < 200:
		return false
	case r.Header.Has("Content-Encoding") || r.Header.Has("Content-Range"):
		return false
	case says(&r.Header, "Cache-Control", "no-transform"):
		return false
	case r.Status == 304:
		return r.Header.Has("ETag")
	}
	kind, _, _ := strings.Cut(string(r.Header.Get("Content-Type")), ";")
	kind = strings.ToLower(strings.TrimSpace(kind))
	if h.types[kind] {
		return true
	}
	for _, p := range h.prefixes {
		if strings.HasPrefix(kind, p) {
			return true
		}
	}
	return false
}

// tooSmall reports whether a body is known to be smaller than what is compressed.
func (h *handler) tooSmall(r *gateway.Response, method string) bool {
	switch r.Kind() {
	case gateway.StreamBody:
		return false
	case gateway.NoBody:
		return false // of HEAD or 304; what GET would get is not known
	}
	return r.Length() >= 0 && r.Length() < h.min
}

// choose finds the coding for a client, "" for none, and whether the answer has
// to have a random length.
func (h *handler) choose(x *gateway.Exchange) (coding string, padded bool) {
	codings := h.codings
	if h.secrets != "compress" && bearsSecrets(x) {
		if h.secrets == "skip" {
			return "", false
		}
		if !slices.Contains(codings, "gzip") {
			return "", false
		}
		codings, padded = []string{"gzip"}, true
	}
	return proxy.ChooseCoding(&x.Request.Header, codings), padded
}

// bearsSecrets reports whether an answer may hold what only its client may know.
func bearsSecrets(x *gateway.Exchange) bool {
	if says(&x.Response.Header, "Cache-Control", "public") {
		return false
	}
	return x.Request.Header.Has("Cookie") || x.Request.Header.Has("Authorization") || x.Response.Header.Has("Set-Cookie")
}

// atOnce compresses bytes, unless they do not get smaller.
func (h *handler) atOnce(x *gateway.Exchange, coding string, padded bool) bool {
	b := x.Response.Body().Bytes
	var out bytes.Buffer
	out.Grow(len(b)/3 + 256)
	e := take(coding, &out, padded)
	_, err := e.Write(b)
	if err == nil {
		err = e.Close()
	}
	give(coding, e)
	if err != nil || out.Len() >= len(b) {
		return false
	}
	x.Response.Bytes(out.Bytes())
	return true
}

// stream puts a compressed stream in the place of the body.
func (h *handler) stream(x *gateway.Exchange, coding string, padded bool) {
	r := &x.Response
	var write func(gateway.BodyWriter) error
	if r.Kind() == gateway.StreamBody {
		write = r.Body().Stream
	} else {
		body := r.Detach()
		// The engine does not call a stream that nobody wants.
		x.After(func(*gateway.Exchange) { body.Close() })
		write = func(w gateway.BodyWriter) error {
			_, err := io.Copy(struct{ io.Writer }{w}, struct{ io.Reader }{body})
			return err
		}
	}
	r.Stream(func(w gateway.BodyWriter) error {
		e := take(coding, w, padded)
		defer give(coding, e)
		if err := write(&compressed{BodyWriter: w, e: e}); err != nil {
			return err
		}
		return e.Close()
	})
}

// compressed is the client as whoever streams sees it.
type compressed struct {
	gateway.BodyWriter
	e encoder
}

func (c *compressed) Write(b []byte) (int, error) { return c.e.Write(b) }

// Flush sends what has been written so far in a form that the client can decode.
func (c *compressed) Flush() error {
	if err := c.e.Flush(); err != nil {
		return err
	}
	return c.BodyWriter.Flush()
}

// encoder is what the libraries have in common.
type encoder interface {
	io.WriteCloser
	Flush() error
	Reset(io.Writer)
}

// The levels cost about what nginx's default does.
const (
	gzipLevel   = 1
	brotliLevel = 3
	window      = 128 << 10
)

var pools = map[string]*sync.Pool{
	"gzip": {New: func() any {
		w, err := gzip.NewWriterLevel(nil, gzipLevel)
		must(err)
		return w
	}},
	"br": {New: func() any { return brotli.NewWriterOptions(nil, brotli.WriterOptions{Quality: brotliLevel, LGWin: 17}) }},
	"zstd": {New: func() any {
		w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedFastest), zstd.WithEncoderConcurrency(1), zstd.WithWindowSize(window), zstd.WithLowerEncoderMem(true))
		must(err)
		return w
	}},
}

func must(err error) {
	if err != nil {
		panic("stackgen: unreachable: " + err.Error())
	}
}

func take(coding string, w io.Writer, padded bool) encoder {
	e := pools[coding].Get().(encoder)
	e.Reset(w)
	if g, ok := e.(*gzip.Writer); ok && padded {
		// A file's name in the header (RFC 1952, section 2.3.1), which nobody reads.
		g.Name = strings.Repeat("a", 1+rand.IntN(100))
	}
	return e
}

func give(coding string, e encoder) {
	e.Reset(io.Discard)
	pools[coding].Put(e)
}

// weaken makes a strong entity tag a weak one: what is sent is no longer the
// same byte for byte (RFC 9110, section 8.8.1).
func weaken(h *gateway.Header) {
	if tag := h.Get("ETag"); len(tag) > 0 && tag[0] == '"' {
		h.SetBytes("ETag", append([]byte("W/"), tag...))
	}
}

// varyOnEncoding says that the answer depends on Accept-Encoding.
func varyOnEncoding(h *gateway.Header) {
	if says(h, "Vary", "*") || says(h, "Vary", "Accept-Encoding") {
		return
	}
	h.Add("Vary", "Accept-Encoding")
}

// says reports whether a list field has an element, compared without regard to case.
func says(h *gateway.Header, field, element string) bool {
	for _, f := range h.Fields() {
		if !gateway.EqualFold(f.Name, field) {
			continue
		}
		for list, more := f.Value, true; more; {
			var e []byte
			e, list, more = bytes.Cut(list, []byte(","))
			if gateway.EqualFold(bytes.Trim(e, " \t"), element) {
				return true
			}
		}
	}
	return false
}

var (
	_ proxy.Layer        = Compress{}
	_ proxy.LayerHandler = (*handler)(nil)
	_ gateway.BodyWriter = (*compressed)(nil)
)
