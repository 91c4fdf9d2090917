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
func (f Files) compile(_ *Proxy, l *location) (handler, error) {
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
	h := &filesHandler{
		root: root, prefix: len(l.path), exact: l.exact, index: f.Index, fallback: f.Fallback,
		cacheControl: "no-cache",
	}
	if f.Expires > 0 {
		h.cacheControl = "public, max-age=" + strconv.FormatInt(int64(f.Expires/time.Second), 10)
	}
	return h, nil
}

// filesHandler is a compiled Files.
type filesHandler struct {
	root            *os.Root
	prefix          int // length of the location's path
	exact           bool
	index, fallback string
	cacheControl    string
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
	name, dir, ok := fileName(rest)
	if !ok {
		p.fail(x, v, 404, nil)
		return
	}
	rep, err := h.find(x, name, dir)
	switch {
	case err == errIsFolder:
		p.redirectToSlash(x)
		return
	case err != nil && h.fallback != "" && errors.Is(err, fs.ErrNotExist):
		rep, err = h.open(x, h.fallback)
	}
	switch {
	case err == nil:
		rep.answer(p, x, v)
	case errors.Is(err, fs.ErrPermission):
		p.fail(x, v, 403, err)
	case errors.Is(err, syscall.EMFILE), errors.Is(err, syscall.ENFILE):
		p.fail(x, v, 503, err)
	default:
		// Not there, not a file, outside the root, a loop of links: nobody
		// outside has to know which.
		p.fail(x, v, 404, nil)
	}
}

// errIsFolder is why a name without a slash at its end was not opened.
var errIsFolder = errors.New("proxy: the name is that of a folder")

// find opens what a name means: the file, or the index of a folder.
func (h *filesHandler) find(x *gateway.Exchange, name string, dir bool) (*representation, error) {
	if !dir {
		return h.open(x, name)
	}
	if h.index == "" {
		return nil, fs.ErrNotExist
	}
	if name != "." {
		return h.open(x, name+"/"+h.index)
	}
	return h.open(x, h.index)
}

// open makes the representation of a file, in the variant that the client
// likes best of those beside it that are as new as the file.
func (h *filesHandler) open(x *gateway.Exchange, name string) (*representation, error) {
	f, info, err := h.openFile(name)
	if err != nil {
		return nil, err
	}
	mediaType := MediaType(name)
	rep := &representation{mediaType: mediaType, cacheControl: h.cacheControl, file: f}
	if compressible(mediaType) {
		rep.varies = true
		rep.coding = acceptedCodings(&x.Request.Header).choose(func(c coding) bool {
			v, variant, err := h.openFile(name + codingSuffixes[c])
			if err != nil {
				return false
			}
			if variant.ModTime().Before(info.ModTime()) {
				v.Close()
				return false
			}
			rep.file.Close()
			rep.file, info = v, variant
			return true
		})
	}
	rep.size = info.Size()
	rep.modified = info.ModTime().Unix()
	rep.lastModified = info.ModTime().UTC().Format(httpDate)
	rep.etag = fileETag(info, rep.coding)
	return rep, nil
}

// openFile opens a regular file beneath the root. O_NONBLOCK keeps a named
// pipe from holding the request until somebody writes to it.
func (h *filesHandler) openFile(name string) (*os.File, fs.FileInfo, error) {
	f, err := h.root.OpenFile(name, os.O_RDONLY|syscall.O_NONBLOCK, 0)
	if err != nil {
		if errors.Is(err, syscall.ENOTDIR) || errors.Is(err, syscall.ENAMETOOLONG) {
			err = fs.ErrNotExist // "/a.txt/b"
		}
		return nil, nil, err
	}
	info, err := f.Stat()
	switch {
	case err != nil:
	case info.IsDir():
		err = errIsFolder
	case !info.Mode().IsRegular():
		err = fs.ErrInvalid
	default:
		return f, info, nil
	}
	f.Close()
	return nil, nil, err
}

// fileETag is made of the time of the last change and the size, as nginx does.
func fileETag(info fs.FileInfo, c coding) string {
	b := make([]byte, 0, 48)
	b = strconv.AppendInt(append(b, '"'), info.ModTime().UnixNano(), 16)
	b = strconv.AppendInt(append(b, '-'), info.Size(), 16)
	return string(append(append(b, codingTags[c]...), '"'))
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
