package conditional

import "time"

// Fields are a request's conditions as they were sent; empty for a field that is not there.
type Fields struct {
	IfMatch, IfUnmodifiedSince, IfNoneMatch, IfModifiedSince string
}

// Outcome is what a request's conditions lead to.
type Outcome uint8

const (
	// Proceed answers as if there were no conditions.
	Proceed Outcome = iota
	// NotModified answers 304.
	NotModified
	// Failed answers 412.
	Failed
)

// Evaluate decides in the order of RFC 9110, section 13.2.2. reading says
// whether the method is GET or HEAD. etag is that of what is there now, quoted, empty where it has none;
// modified is when it changed, zero where nobody knows. now reads years of two digits.
func Evaluate(f Fields, reading bool, etag string, modified, now time.Time) Outcome {
	match, noneMatch := ParseETags(f.IfMatch), ParseETags(f.IfNoneMatch)
	modified = modified.Truncate(time.Second)
	if len(match) > 0 {
		if match[0] == "*" && etag == "" || match[0] != "*" && !strongIn(etag, match) {
			return Failed
		}
	} else if since, ok := ParseDate(f.IfUnmodifiedSince, now); ok && (modified.IsZero() || modified.After(since)) {
		return Failed
	}
	changed := true
	if len(noneMatch) > 0 {
		if etag != "" && (noneMatch[0] == "*" || weakIn(etag, noneMatch)) {
			if !reading {
				return Failed
			}
			changed = false
		}
	} else if since, ok := ParseDate(f.IfModifiedSince, now); ok && reading {
		changed = modified.IsZero() || modified.After(since)
	}
	if !changed {
		return NotModified
	}
	return Proceed
}
