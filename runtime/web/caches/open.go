package caches

import (
	"fmt"
	"strings"
)

// Open is the cache of a URL: "memory:" of at most size bytes, or "file:" in
// the folder. Others are opener's, which is nil where the site links none.
// shared says that processes share what they keep there, which a memory cannot do.
func Open(url string, size int64, folder string, shared bool, opener func(url string) (Cache, error)) (Cache, error) {
	scheme, _, _ := strings.Cut(url, ":")
	switch scheme {
	case "memory":
		if shared {
			return nil, fmt.Errorf("caches: the cache is in memory, which worker processes do not share, and sessions are kept in it: use file: or redis://")
		}
		return NewMemory(size, nil), nil
	case "file":
		return OpenFiles(folder, nil)
	}
	if opener == nil {
		return nil, fmt.Errorf("caches: this binary has no cache %q", scheme)
	}
	return opener(url)
}
