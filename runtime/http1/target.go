package http1

import (
	"bytes"

	"stackgen.dev/runtime/gateway"
)

// fillTarget reads the request target by its form (RFC 9112, section 3.2) and
// decides which host was asked for.
func fillTarget(r *gateway.Request, s *significant) error {
	if err := checkHost(r.Proto, s); err != nil {
		return err
	}
	r.Host, r.Path, r.Query = s.host, nil, nil
	target := r.Target
	switch {
	case r.Method == "CONNECT": // authority-form
		if !validAuthority(target, true) {
			return errTargetForm
		}
		if s.hosts == 1 && !equalFold(s.host, target) {
			return errHostDiffers
		}
		r.Host = target
		return nil
	case target[0] == '/': // origin-form
	case len(target) == 1 && target[0] == '*': // asterisk-form
		if r.Method != "OPTIONS" {
			return errTargetForm
		}
		r.Path = target
		return nil
	default: // absolute-form
		rest, ok := cutScheme(target)
		if !ok {
			return errTargetForm
		}
		i := bytes.IndexAny(rest, "/?")
		if i < 0 {
			i = len(rest)
		}
		if !validAuthority(rest[:i], false) {
			return errTarget
		}
		// RFC 9112 lets the target win; a Host that says otherwise is not a
		// mistake but an attempt.
		if s.hosts == 1 && !equalFold(s.host, rest[:i]) {
			return errHostDiffers
		}
		r.Host, target = rest[:i], rest[i:]
		if len(target) == 0 || target[0] == '?' {
			r.Path = slash
			if len(target) > 0 {
				r.Query = target[1:]
			}
			return nil
		}
	}
	if i := bytes.IndexByte(target, '?'); i >= 0 {
		target, r.Query = target[:i:i], target[i+1:]
	}
	memory := r.Buffer()
	path, err := gateway.NormalizePath(memory, target)
	if err != nil {
		return err
	}
	if len(path) > 0 && &path[0] != &target[0] {
		r.KeepBuffer(path)
	}
	r.Path = path
	return nil
}

// targetChars reports whether a target holds only what may stand in a request
// line, and no fragment.
func targetChars(b []byte) bool {
	for _, c := range b {
		if c <= ' ' || c == 0x7f || c == '#' {
			return false
		}
	}
	return true
}

// CheckTarget refuses a target and an authority that this package would not
// have read, of a protocol that sends the two apart (RFC 9113, section 8.3.1).
func CheckTarget(method string, target, authority []byte) error {
	switch {
	case method == "CONNECT":
		if !validAuthority(authority, true) {
			return errTargetForm
		}
		return nil
	case !validAuthority(authority, false):
		return errHost
	case !targetChars(target) || len(target) == 0:
		return errTarget
	case target[0] == '/' || string(target) == "*" && method == "OPTIONS":
		return nil
	}
	return errTargetForm
}

var slash = []byte{'/'}

// checkHost is RFC 9112, section 3.2: exactly one valid Host on HTTP/1.1, at
// most one on HTTP/1.0.
func checkHost(proto gateway.Proto, s *significant) error {
	switch {
	case s.hosts > 1:
		return errHostRepeated
	case s.hosts == 0 && proto == gateway.HTTP10:
		return nil
	case s.hosts == 0:
		return errHostMissing
	case !validAuthority(s.host, false):
		return errHost
	}
	return nil
}

// validAuthority reports whether b is a host with an optional port, which
// needPort demands. User information is refused, and so is everything that no
// name in use holds, though RFC 3986 would let it pass.
func validAuthority(b []byte, needPort bool) bool {
	host, port := b, []byte(nil)
	if len(b) > 0 && b[0] == '[' {
		end := bytes.IndexByte(b, ']')
		if end < 3 || !validIPv6(b[1:end]) {
			return false
		}
		host, port = nil, b[end+1:]
		if len(port) > 0 && port[0] != ':' {
			return false
		}
	} else if i := bytes.IndexByte(b, ':'); i >= 0 {
		host, port = b[:i], b[i:]
		if i == 0 {
			return false
		}
	} else if len(b) == 0 {
		return false
	}
	for _, c := range host {
		if !hostChar(c) {
			return false
		}
	}
	if len(port) == 0 {
		return !needPort
	}
	return validPort(port[1:])
}

func validPort(b []byte) bool {
	if len(b) == 0 || len(b) > 5 {
		return false
	}
	n := 0
	for _, c := range b {
		if !digit(c) {
			return false
		}
		n = n*10 + int(c-'0')
	}
	return n <= 65535
}

// validIPv6 looks at characters only; whether it is an address is for whoever
// connects to it. A zone is refused, it means nothing to another machine.
func validIPv6(b []byte) bool {
	for _, c := range b {
		if c != ':' && c != '.' && !(digit(c) || 'a' <= c|0x20 && c|0x20 <= 'f') {
			return false
		}
	}
	return len(b) <= 45
}

func hostChar(c byte) bool {
	return digit(c) || 'a' <= c|0x20 && c|0x20 <= 'z' || c == '-' || c == '.' || c == '_' || c == '~'
}

// cutScheme takes "http://" or "https://" off an absolute-form target. The
// scheme itself is not believed: the connection tells it.
func cutScheme(b []byte) (rest []byte, ok bool) {
	for _, scheme := range [...]string{"http://", "https://"} {
		if len(b) > len(scheme) && gateway.EqualFold(b[:len(scheme)], scheme) {
			return b[len(scheme):], true
		}
	}
	return nil, false
}

// equalFold compares ASCII without regard to case.
func equalFold(a, b []byte) bool { return bytes.EqualFold(a, b) }
