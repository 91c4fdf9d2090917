package cache

import (
	"testing"

	"stackgen.dev/runtime/gateway"
)

// FuzzTargeted holds the reader of CDN-Cache-Control to what it promises: it ends, and what it
// takes it takes again when it is written once more.
func FuzzTargeted(f *testing.F) {
	for _, s := range []string{"max-age=60", `a="b\"c", no-store;x=1, e=(1 "b" c);d`, "max-age=60,,", "f=:YQ==:, g=-1.5", "*a=?0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var h, twice gateway.Header
		h.Add("CDN-Cache-Control", s)
		d, ok := parseTargeted(&h)
		if !ok {
			return
		}
		twice.Add("CDN-Cache-Control", s)
		twice.Add("CDN-Cache-Control", s)
		again, ok := parseTargeted(&twice)
		if !ok || again.maxAge != d.maxAge || again.noStore != d.noStore || again.private != d.private {
			t.Errorf("%q twice is %+v, once %+v", s, again, d)
		}
	})
}
