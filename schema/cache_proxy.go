package schema

import (
	"fmt"
	"mime"
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// Compression compresses answers on their way out (gzip).
type Compression struct {
	Encodings []String
	Types     []String
	MinSize   Size
	// WithSecrets is "pad", "skip" or "compress".
	WithSecrets String
	DeclRange   hcl.Range
}

// ProxyCache keeps answers for others who ask the same (proxy_cache).
type ProxyCache struct {
	Memory, Disk, MaxObject            Size
	Key                                RequestTemplate
	Bypass                             RequestCondition
	TTL                                Duration
	StaleWhileRevalidate, StaleIfError Duration
	LockTimeout                        Duration
	Tags                               []Tag
	Purge                              []String
	DeclRange                          hcl.Range
}

func compressionBlock(doc string) *block {
	return &block{
		Type: "compression", Once: true, Into: reflect.TypeFor[Compression](),
		Doc:      doc,
		Ancestor: "nginx gzip",
		Example: `compression {
  encodings = ["zstd", "br", "gzip"]
  min_size  = "1KB"
}`,
		Attrs: []*attr{
			{Name: "encodings", Type: stringList{}, Default: `["zstd", "br", "gzip"]`, Enum: []string{"zstd", "br", "gzip"},
				Doc: "The codings in the order in which they are preferred where a client likes several equally."},
			{Name: "types", Type: stringList{}, Check: checkMediaRange, Ancestor: "nginx gzip_types",
				Doc: "The media types that are compressed, such as \"text/*\"; what is text, data or code when not written."},
			{Name: "min_size", Type: sizeType(), Default: `"1KB"`, Bindable: true, Check: checkPositive, Ancestor: "nginx gzip_min_length",
				Doc: "The smallest body that is compressed."},
			{Name: "with_secrets", Type: stringType(), Default: `"pad"`, Enum: []string{"pad", "skip", "compress"}, Ancestor: "Django GZipMiddleware",
				Doc: "What happens to answers to requests with a cookie or a password, whose length could give a secret in them away (BREACH): gzip with a random length, no compression, or compression as usual."},
		},
	}
}

func proxyCacheBlock() *block {
	return &block{
		Type: "cache", Once: true, Into: reflect.TypeFor[ProxyCache](),
		Doc:      "Keeps answers of the application or upstream for others who ask the same, as long as the origin allows it to a shared cache (RFC 9111).",
		Ancestor: "nginx proxy_cache",
		Example: `cache {
  memory         = "256MB"
  disk           = "10GB"
  stale_if_error = "1h"
}`,
		Attrs: []*attr{
			{Name: "memory", Type: sizeType(), Default: `"64MB"`, Bindable: true, Check: checkPositive, Ancestor: "nginx proxy_cache_path keys_zone",
				Doc: "How much is kept in memory; then goes what was not used for longest."},
			{Name: "disk", Type: sizeType(), Default: `"0B"`, Bindable: true, Ancestor: "nginx proxy_cache_path max_size",
				Doc: "How much is kept in the data folder beside that, where it outlives the process; 0B keeps nothing there."},
			{Name: "max_object", Type: sizeType(), Default: `"8MB"`, Bindable: true, Check: checkPositive,
				Doc: "The largest body that is kept."},
			{Name: "key", Type: requestTemplate{}, Default: `"${request.scheme}://${request.host}${request.uri}"`, Ancestor: "nginx proxy_cache_key",
				Doc: "What tells answers apart, beside the fields that their Vary names and those that forward_auth copies."},
			{Name: "bypass", Type: whenType{}, Ancestor: "nginx proxy_cache_bypass, proxy_no_cache",
				Doc: "Requests that are passed by the cache and whose answers are not kept, such as request.cookie.sessionid != \"\"."},
			{Name: "ttl", Type: durationType(), Bindable: true, Ancestor: "nginx proxy_cache_valid",
				Doc: "How long answers are fresh that do not say so themselves, of requests without a cookie; a tenth of the time since their Last-Modified when not written."},
			{Name: "stale_while_revalidate", Type: durationType(), Bindable: true, Ancestor: "nginx proxy_cache_background_update",
				Doc: "How long beyond its time an answer is given while a newer one is fetched, unless it says so itself."},
			{Name: "stale_if_error", Type: durationType(), Bindable: true, Ancestor: "nginx proxy_cache_use_stale",
				Doc: "How long beyond its time an answer stands in for an error, unless it says so itself."},
			{Name: "lock_timeout", Type: durationType(), Default: `"5s"`, Bindable: true, Check: checkPositive, Ancestor: "nginx proxy_cache_lock_timeout",
				Doc: "How long a request waits for another one that asks the origin for the same."},
			{Name: "tags", Type: tagList{}, Check: checkTag,
				Doc: "Tags of all that is kept, beside those of the answer's own Cache-Tag, to purge by; where one is a model, model.post, what is kept goes whenever a row of it is saved or deleted."},
			{Name: "purge", Type: stringList{}, Bindable: true, Check: checkClientNetwork, Ancestor: "nginx proxy_cache_purge",
				Doc: "Networks whose PURGE requests are followed: of an address, of all that begin with it where it ends in a star, or of what has a tag, in the field Cache-Tag."},
		},
	}
}

func checkMediaRange(v any) *problem {
	text := v.(string)
	if kind, ok := strings.CutSuffix(text, "/*"); ok && kind != "" && !strings.ContainsAny(kind, "/* ;") {
		return nil
	}
	if kind, params, err := mime.ParseMediaType(text); err != nil || !strings.Contains(kind, "/") || len(params) > 0 {
		return &problem{"Invalid media type", fmt.Sprintf("%q is not a media type. Write one such as \"text/html\", or \"text/*\" for all of a kind.", text)}
	}
	return nil
}

func checkTag(v any) *problem {
	if text := v.(string); !headerPattern.MatchString(text) {
		return &problem{"Invalid tag", fmt.Sprintf("%q cannot stand in the field Cache-Tag. Write letters, digits, dashes and dots.", text)}
	}
	return nil
}

// checkCache reports a cache where nobody's answers can be kept.
func (d *decoder) checkCache(l *Location, forwards bool) {
	if l.Cache != nil && !forwards {
		d.report(errorAt(l.Cache.DeclRange, "Cache without an origin", "Only what is forwarded is kept, and files are the system's to keep. Take the block away."))
	}
}
