package gateway

// ErrPath is why a request's path was refused: a malformed percent-encoding,
// a NUL, or dot segments that climb above the root.
var ErrPath = &Error{400, "the path of the request target is malformed"}

// NormalizePath turns a path as it was sent into the form of [Request.Path],
// appending to dst only where the two differ; otherwise it returns raw itself
// and nothing is copied. It never makes a path longer.
//
//	/a%20b        /a b
//	/a/./b/../c   /a/c
//	/a/%2e%2e/c   /c          decoding comes first (RFC 3986, section 6.2.2)
//	/a%2fb        /a%2Fb      an encoded slash is not a slash
//	/100%25       /100%25     so that "%2F" above means one thing only
//	//a           //a         empty segments are segments
//	/..  /%zz  /%00  a        refused
func NormalizePath(dst, raw []byte) ([]byte, error) {
	if len(raw) == 0 || raw[0] != '/' {
		return nil, ErrPath
	}
	if plainPath(raw) {
		return raw, nil
	}
	start := len(dst)
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		if c == 0 {
			return nil, ErrPath
		}
		if c != '%' {
			dst = append(dst, c)
			continue
		}
		if i+2 >= len(raw) {
			return nil, ErrPath
		}
		hi, lo := unhex(raw[i+1]), unhex(raw[i+2])
		if hi < 0 || lo < 0 {
			return nil, ErrPath
		}
		i += 2
		switch c = byte(hi<<4 | lo); c {
		case 0:
			return nil, ErrPath
		case '/':
			dst = append(dst, "%2F"...)
		case '%':
			dst = append(dst, "%25"...)
		default:
			dst = append(dst, c)
		}
	}
	path, ok := removeDotSegments(dst[start:])
	if !ok {
		return nil, ErrPath
	}
	return path, nil
}

// plainPath reports whether raw is in normal form already: no percent sign, no
// NUL, and no segment that begins with a dot.
func plainPath(raw []byte) bool {
	slash := false
	for _, c := range raw {
		if c == '%' || c == 0 || slash && c == '.' {
			return false
		}
		slash = c == '/'
	}
	return true
}

// removeDotSegments is RFC 3986, section 5.2.4, in place. It reports false for
// a path that climbs above its root, which nginx refuses too: clamping it
// there would make two paths of what other parsers read as one.
func removeDotSegments(p []byte) ([]byte, bool) {
	out := p[:0]
	for i := 0; i < len(p); {
		// p[i] is the slash before a segment.
		end := i + 1
		for end < len(p) && p[end] != '/' {
			end++
		}
		switch segment := p[i+1 : end]; {
		case len(segment) == 1 && segment[0] == '.':
			if end == len(p) {
				out = append(out, '/')
			}
		case len(segment) == 2 && segment[0] == '.' && segment[1] == '.':
			if len(out) == 0 {
				return nil, false
			}
			for out[len(out)-1] != '/' {
				out = out[:len(out)-1]
			}
			out = out[:len(out)-1]
			if end == len(p) {
				out = append(out, '/')
			}
		default:
			out = append(out, p[i:end]...)
		}
		i = end
	}
	return out, true
}

// AppendPath encodes a path in the form of [Request.Path] again, for a request
// line or a redirect: what [NormalizePath] makes of the result is path itself.
// Bytes that may not stand in a path (RFC 3986, section 3.3) are percent-encoded,
// "%2F" and "%25" stay as they are, and any other percent sign, which no
// normalised path holds, is encoded.
func AppendPath(dst, path []byte) []byte {
	for i := 0; i < len(path); i++ {
		c := path[i]
		switch {
		case pathChar(c):
			dst = append(dst, c)
		case c == '%' && i+2 < len(path) && path[i+1] == '2' && (path[i+2] == 'F' || path[i+2] == '5'):
			dst = append(dst, c)
		default:
			dst = append(dst, '%', upperHex[c>>4], upperHex[c&15])
		}
	}
	return dst
}

// AppendSegment decodes what [NormalizePath] kept encoded, for whoever has split
// the path and wants one segment, or a file's name, as plain bytes.
func AppendSegment(dst, segment []byte) []byte {
	for i := 0; i < len(segment); i++ {
		c := segment[i]
		if c == '%' && i+2 < len(segment) && segment[i+1] == '2' {
			switch segment[i+2] {
			case 'F':
				dst, i = append(dst, '/'), i+2
				continue
			case '5':
				dst, i = append(dst, '%'), i+2
				continue
			}
		}
		dst = append(dst, c)
	}
	return dst
}

const upperHex = "0123456789ABCDEF"

// pathChar reports whether c stands for itself in a path: pchar and the slash.
func pathChar(c byte) bool {
	switch {
	case 'a' <= c && c <= 'z', 'A' <= c && c <= 'Z', '0' <= c && c <= '9':
		return true
	}
	switch c {
	case '/', '-', '.', '_', '~', '!', '$', '&', '\'', '(', ')', '*', '+', ',', ';', '=', ':', '@':
		return true
	}
	return false
}

func unhex(c byte) int {
	switch {
	case '0' <= c && c <= '9':
		return int(c - '0')
	case 'a' <= c && c <= 'f':
		return int(c-'a') + 10
	case 'A' <= c && c <= 'F':
		return int(c-'A') + 10
	}
	return -1
}
