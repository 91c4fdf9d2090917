package proxy

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"strconv"
	"strings"
	"syscall"
	"time"

	"stackgen.dev/runtime/gateway"
)

// compile opens the root.
func (f Files) compile(p *Proxy, l *location) (handler, error) {
	root, err := os.OpenRoot(f.Root)
	if err != nil {
		return nil, fmt.Errorf("files: %w", err)
	}
	for _, name := range []string{f.Index, f.Fallback} {
		if name != "" && !fs.ValidPath(name) {
			root.Close()
			return nil, fmt.Errorf("files: %q is not the path of a file beneath %s", name, f.Root)
		}
	}
	if f.Expires < 0 {
		root.Close()
		return nil, fmt.Errorf("files: expires is negative")
	}
	if f.OpenFileCacheValid < 0 {
		root.Close()
		return nil, fmt.Errorf("files: open_file_cache_valid is negative")
	}
	h := &filesHandler{
		prefix: len(l.path), exact: l.exact, index: f.Index, fallback: f.Fallback, listing: f.Listing,
		cache: fileCache{
			root: root, inactive: fileInactive, now: p.now,
			valid: orDefault(f.OpenFileCacheValid, time.Second),
			most:  max(orDefault(f.OpenFileCache, 1000), 0), memory: max(orDefault(f.OpenFileCacheMemory, 32<<20), 0),
		},
	}
	cacheControl := "no-cache"
	if f.Expires > 0 {
		cacheControl = "public, max-age=" + strconv.FormatInt(int64(f.Expires/time.Second), 10)
	}
	h.cache.describe = func(c *fileContent) {
		c.answer.cacheControl = cacheControl
		c.answer.writeHead()
	}
	p.closers = append(p.closers, &h.cache)
	return h, nil
}

// orDefault is value, or standard where it is not set.
func orDefault[T comparable](value, standard T) T {
	var zero T
	if value == zero {
		return standard
	}
	return value
}

// filesHandler is a compiled Files.
type filesHandler struct {
	prefix          int // length of the location's path
	exact           bool
	index, fallback string
	listing         bool
	cache           fileCache
}

func (h *filesHandler) serve(p *Proxy, x *gateway.Exchange, v visit) {
	if !p.wantsContent(x, v) {
		return
	}
	rest := below(x.Request.Path, h.prefix, h.exact)
	if len(rest) == 0 && x.Request.Path[len(x.Request.Path)-1] != '/' {
		p.redirectToSlash(x) // "/media" itself, of location "/media"
		return
	}
	now := p.now()
	f := h.cache.get(x, rest, now)
	for tries := 0; ; tries++ {
		if f == nil {
			var err error
			if f, err = h.find(x, rest, now); err != nil {
				if err == errListing {
					err = h.list(x, rest)
				}
				if err != nil {
					h.refuse(p, x, v, err)
				}
				return
			}
		}
		c := f.choose(&x.Request.Header)
		if c.file == nil {
			f.release() // the bytes stay
		} else if !c.same() {
			// It is being written to just now; what is described must be what is sent.
			h.cache.forget(f)
			f.release()
			f = nil
			if tries == 3 {
				h.refuse(p, x, v, errUnsteady)
				return
			}
			continue
		}
		rep := c.answer
		rep.answer(p, x, v)
		return
	}
}

// errUnsteady is why a file that is being written to is not sent.
var errUnsteady = errors.New("proxy: the file changes faster than it can be opened")

// refuse answers where there is no file to send.
func (h *filesHandler) refuse(p *Proxy, x *gateway.Exchange, v visit, err error) {
	switch {
	case err == errIsFolder:
		p.redirectToSlash(x)
	case errors.Is(err, fs.ErrPermission):
		p.fail(x, v, 403, err)
	case err == errUnsteady, errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		p.fail(x, v, 503, err)
	default:
		// Not there, not a file, outside the root, a loop of links: nobody
		// outside has to know which.
		p.fail(x, v, 404, nil)
	}
}

// find opens what a path means: the file, the index of a folder, or else the
// fallback. Files are kept under the path that asked for them, so that the next
// request need not be taken apart again; the fallback, which any path may ask for, under its own.
func (h *filesHandler) find(x *gateway.Exchange, rest []byte, now time.Time) (*openFile, error) {
	name, dir, ok := fileName(rest)
	if !ok {
		return nil, fs.ErrNotExist
	}
	x.MayBlock()
	f, err := (*openFile)(nil), fs.ErrNotExist
	switch {
	case !dir:
		f, err = h.cache.open(string(rest), name, now)
	case h.index != "" && name != ".":
		f, err = h.cache.open(string(rest), name+"/"+h.index, now)
	case h.index != "":
		f, err = h.cache.open(string(rest), h.index, now)
	}
	if dir && h.listing && errors.Is(err, fs.ErrNotExist) {
		if info, serr := h.cache.root.Stat(name); serr == nil && info.IsDir() {
			return nil, errListing
		}
	}
	if err == nil || h.fallback == "" || !errors.Is(err, fs.ErrNotExist) {
		return f, err
	}
	if f = h.cache.get(x, []byte(h.fallback), now); f != nil {
		return f, nil
	}
	return h.cache.open(h.fallback, h.fallback, now)
}

// fileName turns what a path has below its location into a name for os.Root.
// It refuses hidden names (but for .well-known, RFC 8615), empty segments, and what
// no file's name can hold. Dir says that the path ended in a slash.
func fileName(path []byte) (name string, dir, ok bool) {
	if len(path) == 0 {
		return ".", true, true
	}
	if dir = path[len(path)-1] == '/'; dir {
		path = path[:len(path)-1]
	}
	for rest, more := path, true; more; {
		var segment []byte
		segment, rest, more = bytes.Cut(rest, []byte("/"))
		if len(segment) == 0 || segment[0] == '.' && string(segment) != ".well-known" {
			return "", false, false
		}
		if bytes.IndexByte(segment, 0) >= 0 || bytes.IndexByte(segment, '\\') >= 0 || bytes.Contains(segment, []byte("%2F")) {
			return "", false, false
		}
	}
	if bytes.IndexByte(path, '%') >= 0 {
		path = gateway.AppendSegment(nil, path)
	}
	return string(path), dir, true
}

// compressible reports whether files of a type may lie there precompressed.
// Others are not worth looking for.
func compressible(mediaType string) bool {
	base, _, _ := strings.Cut(mediaType, ";")
	switch {
	case strings.HasPrefix(base, "text/"), strings.HasSuffix(base, "+xml"), strings.HasSuffix(base, "json"):
		return true
	}
	switch base {
	case "application/wasm", "application/yaml", "application/toml", "image/vnd.microsoft.icon", "image/bmp",
		"font/ttf", "font/otf", "application/vnd.ms-fontobject", "application/vnd.apple.mpegurl", "application/postscript":
		return true
	}
	return false
}
