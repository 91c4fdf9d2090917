package generator

import (
	"bytes"
	"compress/gzip"
	"os"
	"path"
	"path/filepath"
	"strings"

	"github.com/andybalholm/brotli"
	"github.com/klauspost/compress/zstd"
)

// compressible lists the endings of files that get smaller; images, fonts in
// woff2 and archives are compressed already.
var compressible = map[string]bool{
	".css": true, ".js": true, ".mjs": true, ".html": true, ".htm": true, ".svg": true, ".txt": true, ".xml": true,
	".json": true, ".map": true, ".webmanifest": true, ".wasm": true, ".md": true, ".csv": true, ".ttf": true,
	".otf": true, ".ico": true,
}

// minPrecompressed is the smallest file that is precompressed, in bytes: below,
// a response takes one packet anyway.
const minPrecompressed = 256

// Precompress adds variants of the static files to the set: Zstandard, Brotli
// and gzip at their highest levels. What an earlier run left in dir for the
// same file is taken from there, since the highest levels take their time.
func Precompress(dir string, set *FileSet) error {
	manifest, err := readManifest(dir)
	if err != nil {
		return err
	}
	for _, name := range set.Paths() {
		content := set.Content(name)
		if !strings.HasPrefix(name, assetRoot) || !compressible[path.Ext(name)] || len(content) < minPrecompressed {
			continue
		}
		known := manifest.Files[name] == hashOf(content)
		for _, v := range []struct {
			suffix   string
			compress func([]byte) []byte
		}{{".zst", zstandard}, {".br", brotliBest}, {".gz", gzipBest}} {
			if set.Has(name + v.suffix) {
				continue
			}
			var variant []byte
			if known {
				variant = earlier(dir, name+v.suffix, manifest)
			}
			if variant == nil {
				variant = v.compress(content)
			}
			if len(variant) < len(content) {
				set.Add(name+v.suffix, variant)
			}
		}
	}
	return nil
}

// earlier is a variant as an earlier run wrote it, nil when it is not that any more.
func earlier(dir, name string, manifest *Manifest) []byte {
	b, err := os.ReadFile(filepath.Join(dir, filepath.FromSlash(name)))
	if err != nil || manifest.Files[name] != hashOf(b) {
		return nil
	}
	return b
}

func brotliBest(content []byte) []byte {
	var b bytes.Buffer
	w := brotli.NewWriterLevel(&b, brotli.BestCompression)
	w.Write(content) // a bytes.Buffer takes everything
	w.Close()
	return b.Bytes()
}

func gzipBest(content []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		bug("gzip: %v", err)
	}
	w.Write(content)
	w.Close()
	return b.Bytes()
}

// zstandard keeps the window small enough for browsers (RFC 9659).
func zstandard(content []byte) []byte {
	w, err := zstd.NewWriter(nil, zstd.WithEncoderLevel(zstd.SpeedBestCompression), zstd.WithWindowSize(8<<20), zstd.WithEncoderConcurrency(1))
	if err != nil {
		bug("zstandard: %v", err)
	}
	defer w.Close()
	return w.EncodeAll(content, nil)
}
