package web

import (
	"mime"
	"strconv"
	"strings"
)

// mediaRange is one element of an Accept field (RFC 9110, section 12.5.1).
type mediaRange struct {
	main, sub string
	params    map[string]string
	quality   float64
}

// maxAccept bounds how many elements of an Accept field are read.
const maxAccept = 100

// accepted reads the Accept field; without one everything is accepted.
func (r *Request) accepted() []mediaRange {
	field := r.Header("Accept")
	if strings.TrimSpace(field) == "" {
		field = "*/*"
	}
	var all []mediaRange
	for one := range strings.SplitSeq(field, ",") {
		kind, params, err := mime.ParseMediaType(one)
		main, sub, found := strings.Cut(kind, "/")
		if err != nil || !found || main == "" || sub == "" || main == "*" && sub != "*" {
			continue
		}
		m := mediaRange{main, sub, params, 1}
		if q, ok := params["q"]; ok {
			delete(params, "q")
			n, err := strconv.ParseFloat(q, 64)
			if err != nil || n != n || n < 0 || n > 1 {
				continue
			}
			m.quality = n
		}
		if all = append(all, m); len(all) == maxAccept {
			break
		}
	}
	return all
}

// specificity orders ranges that match the same type.
func (m *mediaRange) specificity() int {
	switch {
	case m.main == "*":
		return 0
	case m.sub == "*":
		return 1
	}
	return 2 + len(m.params)
}

func (m *mediaRange) match(main, sub string, params map[string]string) bool {
	if m.main != "*" && m.main != main || m.sub != "*" && m.sub != sub {
		return false
	}
	for name, value := range m.params {
		if params[name] != value {
			return false
		}
	}
	return true
}

// quality is how much the client wants a media type: that of the most specific
// range that matches it, 0 where none does.
func quality(all []mediaRange, mediaType string) float64 {
	kind, params, err := mime.ParseMediaType(mediaType)
	if err != nil {
		return 0
	}
	main, sub, _ := strings.Cut(kind, "/")
	q, best := 0.0, -1
	for i := range all {
		if m := &all[i]; m.match(main, sub, params) && m.specificity() > best {
			q, best = m.quality, m.specificity()
		}
	}
	return q
}

// Accepts reports whether the client takes a media type (HttpRequest.accepts).
func (r *Request) Accepts(mediaType string) bool { return quality(r.accepted(), mediaType) > 0 }

// PreferredType is the one of these media types that the client likes best, the
// first of them where it likes several alike, "" where it takes none (get_preferred_type).
func (r *Request) PreferredType(mediaTypes ...string) string {
	accepted := r.accepted()
	best, most := "", 0.0
	for _, t := range mediaTypes {
		if q := quality(accepted, t); q > most {
			best, most = t, q
		}
	}
	return best
}
