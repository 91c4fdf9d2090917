package tmpl

// Safe is HTML that its maker answers for: it is not escaped in HTML text
// (Django's SafeString).
type Safe string

// AppendHTML appends s with & < > " ' replaced, byte for byte as Django does. It
// is not inlined: pages call it hundreds of times, compile three times as fast
// without its loop in each place, and run no slower.
//
//go:noinline
func AppendHTML(b []byte, s string) []byte {
	last := 0
	for i := 0; i < len(s); i++ {
		if !escapes[s[i]] {
			continue
		}
		b = append(b, s[last:i]...)
		b = append(b, entities[s[i]]...)
		last = i + 1
	}
	return append(b, s[last:]...)
}

// escapes are the five characters; a small table stays in the cache.
var escapes = [256]bool{'&': true, '<': true, '>': true, '"': true, '\'': true}

// entities are the replacements of the five characters.
var entities = [256]string{'&': "&amp;", '<': "&lt;", '>': "&gt;", '"': "&quot;", '\'': "&#x27;"}

// AppendEscaped appends s, escaped if escape.
func AppendEscaped(b []byte, s string, escape bool) []byte {
	if escape {
		return AppendHTML(b, s)
	}
	return append(b, s...)
}

// EscapeHTML escapes what b holds from mark on.
func EscapeHTML(b []byte, mark int) []byte {
	return escapeFrom(b, mark, func(c byte) string { return entities[c] })
}

// EscapeSrcdoc escapes what b holds from mark on as text of the HTML in a srcdoc attribute.
func EscapeSrcdoc(b []byte, mark int) []byte {
	return EscapeHTML(EscapeHTML(b, mark), mark)
}

// escapeFrom replaces bytes from mark on, from the end backwards, so that
// nothing is copied twice and nothing is allocated where the slice has room.
func escapeFrom(b []byte, mark int, replacement func(byte) string) []byte {
	grow := 0
	for _, c := range b[mark:] {
		if r := replacement(c); r != "" {
			grow += len(r) - 1
		}
	}
	if grow == 0 {
		for i := mark; i < len(b); i++ {
			if r := replacement(b[i]); r != "" {
				b[i] = r[0]
			}
		}
		return b
	}
	from, to := len(b), len(b)+grow
	for range grow {
		b = append(b, 0)
	}
	for from > mark {
		from--
		if r := replacement(b[from]); r != "" {
			to -= len(r)
			copy(b[to:], r)
		} else {
			to--
			b[to] = b[from]
		}
	}
	return b
}

// AppendCSRF appends the hidden field of a form that carries the token, or
// nothing where there is no token (csrf_token).
func AppendCSRF(b []byte, token string) []byte {
	if token == "" || token == "NOTPROVIDED" {
		return b
	}
	b = append(b, `<input type="hidden" name="csrfmiddlewaretoken" value="`...)
	b = AppendHTML(b, token)
	return append(b, `">`...)
}
