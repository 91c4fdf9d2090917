package proxy

import (
	"bytes"
	"time"

	"stackgen.dev/runtime/gateway"
)

// verdict is what the preconditions of a request come to.
type verdict uint8

const (
	proceed            verdict = iota
	notModified                // 304
	preconditionFailed         // 412
)

// evaluate goes through the preconditions of a GET or HEAD in the order of RFC
// 9110, section 13.2.2. The representation that would be sent has the given entity tag ("" for
// none) and was last changed at modified (seconds since 1970, 0 if not known).
func evaluate(h *gateway.Header, etag string, modified int64, now time.Time) verdict {
	if h.Has("If-Match") {
		if !anyTag(h, "If-Match", etag, true) {
			return preconditionFailed
		}
	} else if since, ok := dateField(h, "If-Unmodified-Since", now); ok && modified != 0 && modified > since {
		return preconditionFailed
	}
	if h.Has("If-None-Match") {
		if anyTag(h, "If-None-Match", etag, false) {
			return notModified
		}
	} else if since, ok := dateField(h, "If-Modified-Since", now); ok && modified != 0 && modified <= since {
		return notModified
	}
	return proceed
}

// rangeWanted evaluates If-Range (RFC 9110, section 13.1.5): whether the range
// still applies to what would be sent now. Only a strong entity tag or exactly the date
// of the last change will do.
func rangeWanted(h *gateway.Header, etag, lastModified string) bool {
	value := h.Get("If-Range")
	if value == nil {
		return true
	}
	if len(value) > 0 && value[0] == '"' {
		return etag != "" && string(value) == etag
	}
	return lastModified != "" && string(value) == lastModified
}

func dateField(h *gateway.Header, name string, now time.Time) (int64, bool) {
	value := h.Get(name)
	if value == nil {
		return 0, false
	}
	return parseDate(value, now)
}

// anyTag reports whether one of the entity tags in a field matches: "*" matches
// whatever exists, and a strong comparison wants two strong tags (RFC 9110,
// section 8.8.3.2). What follows a malformed tag is not read.
func anyTag(h *gateway.Header, name, etag string, strong bool) bool {
	for _, f := range h.Fields() {
		if !gateway.EqualFold(f.Name, name) {
			continue
		}
		list := bytes.Trim(f.Value, " \t")
		if string(list) == "*" {
			return true
		}
		for len(list) > 0 {
			var tag []byte
			if tag, list = nextTag(list); tag == nil {
				break
			}
			if etag != "" && sameTag(tag, etag, strong) {
				return true
			}
		}
	}
	return false
}

// sameTag compares two entity tags.
func sameTag(tag []byte, etag string, strong bool) bool {
	weak := bytes.HasPrefix(tag, []byte("W/"))
	otherWeak := len(etag) > 1 && etag[0] == 'W'
	if strong && (weak || otherWeak) {
		return false
	}
	if weak {
		tag = tag[2:]
	}
	if otherWeak {
		etag = etag[2:]
	}
	return string(tag) == etag
}

// nextTag takes the first entity tag off a list, nil if there is none in
// proper form.
func nextTag(list []byte) (tag, rest []byte) {
	list = bytes.TrimLeft(list, " \t,")
	i := 0
	if bytes.HasPrefix(list, []byte("W/")) {
		i = 2
	}
	if i >= len(list) || list[i] != '"' {
		return nil, nil
	}
	for i++; i < len(list) && list[i] != '"'; i++ {
		if c := list[i]; c < 0x21 || c == 0x7f {
			return nil, nil
		}
	}
	if i == len(list) {
		return nil, nil
	}
	tag, rest = list[:i+1], bytes.TrimLeft(list[i+1:], " \t")
	if len(rest) > 0 && rest[0] != ',' {
		return nil, nil
	}
	return tag, rest
}
