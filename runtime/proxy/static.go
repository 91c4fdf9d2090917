package proxy

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/gateway"
)

// Asset is one file of a static folder, as generated code lists it.
type Asset struct {
	// Name is the path beneath the location, "css/site.css".
	Name string
	// Hashed is the name that holds the content's hash and may be cached for
	// ever, "css/site.3f29ac01.css"; "" for none.
	Hashed string
	// File is the path in the file system; Hashed where it is empty.
	File string
	// Type is the Content-Type; MediaType(Name) where it is empty.
	Type string
	// Size is the file's size in bytes.
	Size int64
	// Hash is a hash of the content in characters that may stand in an entity tag.
	Hash string
}

// Assets are files that are part of the binary. index.html also answers for its
// folder. They are read once, at start;
// serving one allocates nothing. It is safe for concurrent use.
type Assets struct {
	assets map[string]*asset // under plain and hashed names, an index also under its folder's
	dirs   map[string]bool   // folders with an index, without their slash
	hashed map[string]string // plain name to hashed name
}

// asset is a file under one of its names.
type asset struct {
	variants [codings]*content // identity is always there
	hashed   bool
}

// content is one variant of a file.
type content struct {
	mediaType string
	etag      string
	size      int64
	bytes     []byte
	reader    io.ReaderAt // instead of bytes, where it is large
}

// indexName is the file that answers for its folder (nginx index).
const indexName = "index.html"

// maxAssetInMemory is the size in bytes up to which a file is held in memory.
const maxAssetInMemory = 1 << 20

// NewAssets reads the files of a table from a file system, an embed.FS as a
// rule. A file's precompressed variants lie beside it with the suffixes .zst,
// .br and .gz; where they are missing, as in a clean clone, the file is served
// as it is. A file that is missing or has another size than the table says is an error.
func NewAssets(files fs.FS, table []Asset) (*Assets, error) {
	a := &Assets{assets: make(map[string]*asset, 2*len(table)), hashed: make(map[string]string, len(table)), dirs: map[string]bool{}}
	for _, t := range table {
		if t.File == "" {
			t.File = t.Hashed
		}
		if t.Type == "" {
			t.Type = MediaType(t.Name)
		}
		if t.Hash == "" || !validETag(t.Hash) {
			return nil, fmt.Errorf("proxy: asset %s: %q cannot stand in an entity tag", t.Name, t.Hash)
		}
		var plain asset
		for c := range plain.variants {
			v, err := readContent(files, t, coding(c))
			if errors.Is(err, fs.ErrNotExist) && coding(c) != identity {
				continue
			}
			if err != nil {
				return nil, fmt.Errorf("proxy: asset %s: %w", t.Name, err)
			}
			plain.variants[c] = v
		}
		if a.assets[t.Name] != nil || t.Hashed != "" && a.assets[t.Hashed] != nil {
			return nil, fmt.Errorf("proxy: asset %s is listed twice", t.Name)
		}
		a.assets[t.Name] = &plain
		if folder, isIndex := strings.CutSuffix("/"+t.Name, "/"+indexName); isIndex {
			folder = strings.TrimPrefix(folder, "/")
			if folder == "" {
				a.assets[""] = &plain
			} else {
				a.assets[folder+"/"], a.dirs[folder] = &plain, true
			}
		}
		if t.Hashed != "" && t.Hashed != t.Name {
			a.assets[t.Hashed] = &asset{variants: plain.variants, hashed: true}
			a.hashed[t.Name] = t.Hashed
		}
	}
	return a, nil
}

// Hashed returns the hashed name of a file, or name itself where it has none:
// what {% static %} puts into pages.
func (a *Assets) Hashed(name string) string {
	if h, ok := a.hashed[name]; ok {
		return h
	}
	return name
}

func readContent(files fs.FS, t Asset, c coding) (*content, error) {
	f, err := files.Open(t.File + codingSuffixes[c])
	if err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		f.Close()
		return nil, err
	}
	v := &content{mediaType: t.Type, etag: `"` + t.Hash + codingTags[c] + `"`, size: info.Size()}
	if c == identity && v.size != t.Size {
		f.Close()
		return nil, fmt.Errorf("%s has %d bytes, the table says %d", t.File, v.size, t.Size)
	}
	if at, ok := f.(io.ReaderAt); ok && v.size > maxAssetInMemory {
		v.reader = at // stays open as long as the program runs
		return v, nil
	}
	defer f.Close()
	v.bytes, err = io.ReadAll(f)
	v.size = int64(len(v.bytes))
	return v, err
}

// compile prepares the Cache-Control of hashed names.
func (s Static) compile(_ *Proxy, l *location) (handler, error) {
	if s.Assets == nil {
		return nil, fmt.Errorf("static: there are no assets")
	}
	if s.Expires < 0 {
		return nil, fmt.Errorf("static: expires is negative")
	}
	if s.Expires == 0 {
		s.Expires = 365 * 24 * time.Hour
	}
	h := &staticHandler{files: make(map[string]*servedAsset, len(s.Assets.assets)), dirs: s.Assets.dirs, prefix: len(l.path), exact: l.exact}
	immutable := "public, max-age=" + strconv.FormatInt(int64(s.Expires/time.Second), 10) + ", immutable"
	made := make(map[*asset]*servedAsset, len(s.Assets.assets))
	for name, a := range s.Assets.assets {
		if made[a] == nil {
			made[a] = serveAsset(a, immutable)
		}
		h.files[name] = made[a]
	}
	return h, nil
}

// staticHandler is a compiled Static.
type staticHandler struct {
	files  map[string]*servedAsset
	dirs   map[string]bool
	prefix int // length of the location's path
	exact  bool
}

// servedAsset is an asset with its answers ready made.
type servedAsset struct {
	answers [codings]*representation // nil where there is no such variant
	varies  bool
}

func serveAsset(a *asset, immutable string) *servedAsset {
	s := new(servedAsset)
	for _, variant := range a.variants[1:] {
		s.varies = s.varies || variant != nil
	}
	for i, c := range a.variants {
		if c == nil {
			continue
		}
		rep := &representation{mediaType: c.mediaType, coding: coding(i), etag: c.etag, cacheControl: "no-cache",
			varies: s.varies, size: c.size, bytes: c.bytes, reader: c.reader}
		if a.hashed {
			rep.cacheControl = immutable
		}
		rep.writeHead()
		s.answers[i] = rep
	}
	return s
}

func (s *staticHandler) serve(p *Proxy, x *gateway.Exchange, v visit) {
	if !p.wantsContent(x, v) {
		return
	}
	name := below(x.Request.Path, s.prefix, s.exact)
	a := s.files[string(name)]
	if a == nil && s.dirs[string(name)] {
		p.redirectToSlash(x)
		return
	}
	if a == nil {
		p.fail(x, v, 404, nil)
		return
	}
	best := identity
	if a.varies {
		best = acceptedCodings(&x.Request.Header).choose(func(c coding) bool { return a.answers[c] != nil })
	}
	rep := *a.answers[best]
	rep.answer(p, x, v)
}

// below is what a path has beyond its location's, without the slash in
// between. An exact location names its file by the last segment.
func below(path []byte, prefix int, exact bool) []byte {
	if exact {
		for prefix = len(path); path[prefix-1] != '/'; prefix-- {
		}
	}
	rest := path[prefix:]
	if len(rest) > 0 && rest[0] == '/' && prefix > 0 && path[prefix-1] != '/' {
		rest = rest[1:]
	}
	return rest
}

// validETag reports whether s may stand between the quotes of an entity tag
// (RFC 9110, section 8.8.3).
func validETag(s string) bool {
	for i := 0; i < len(s); i++ {
		if c := s[i]; c <= ' ' || c == '"' || c == 0x7f {
			return false
		}
	}
	return true
}
