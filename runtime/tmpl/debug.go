package tmpl

import (
	"fmt"
	"sort"
)

// AppendDebug appends what a page knows, escaped, where the site runs for
// development, which the request says; else nothing (the tag debug).
func AppendDebug(b []byte, request any, names map[string]any) []byte {
	if r, ok := request.(interface{ Debug() bool }); !ok || !r.Debug() {
		return b
	}
	var sorted []string
	for name := range names {
		sorted = append(sorted, name)
	}
	sort.Strings(sorted)
	for _, name := range sorted {
		b = AppendHTML(b, fmt.Sprintf("%s = %+v\n", name, names[name]))
	}
	return b
}

// AppendNonceAttr appends the attribute nonce of a script or style element,
// with a space before it where there is none; nothing where there is no nonce
// (the tag csp_nonce_attr).
func AppendNonceAttr(b []byte, nonce string) []byte {
	if nonce == "" {
		return b
	}
	if n := len(b); n > 0 && b[n-1] != ' ' && b[n-1] != '\n' && b[n-1] != '\t' {
		b = append(b, ' ')
	}
	b = append(b, `nonce="`...)
	return append(AppendHTML(b, nonce), '"')
}

// NonceText is a nonce of any type as text; what is nothing is "".
func NonceText(v any) string {
	if v = simplify(v); !True(v) {
		return ""
	}
	return text(v)
}
