package proxy

import "stackgen.dev/runtime/gateway"

// ChooseCoding returns which of some content codings a client likes best by its
// Accept-Encoding, "" where it likes none better than the plain content. Of several
// that it likes equally the first in the list is taken.
func ChooseCoding(h *gateway.Header, offered []string) string {
	weights := acceptedCodings(h)
	best, liked := "", weights[identity]
	for _, name := range offered {
		for c := gzipCoding; int(c) < codings; c++ {
			if w := weights[c]; codingNames[c] == name && w > 0 && (w > liked || w == liked && best == "") {
				best, liked = name, w
			}
		}
	}
	return best
}
