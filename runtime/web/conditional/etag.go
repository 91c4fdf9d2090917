package conditional

import "strings"

// ParseETags lists the entity tags of an If-Match or If-None-Match field: each
// with its quotes and, where it is weak, its "W/". "*" alone is the list of
// "*". What is no entity tag is left out (django.utils.http.parse_etags).
func ParseETags(field string) []string {
	if strings.TrimSpace(field) == "*" {
		return []string{"*"}
	}
	var tags []string
	for one := range strings.SplitSeq(field, ",") {
		if one = strings.TrimSpace(one); isETag(one) {
			tags = append(tags, one)
		}
	}
	return tags
}

// QuoteETag returns the text as a strong entity tag, or unchanged where it is
// one already (django.utils.http.quote_etag).
func QuoteETag(text string) string {
	if isETag(text) {
		return text
	}
	return `"` + text + `"`
}

func isETag(s string) bool {
	s = strings.TrimPrefix(s, "W/")
	return len(s) >= 2 && s[0] == '"' && s[len(s)-1] == '"' && strings.IndexByte(s[1:len(s)-1], '"') < 0
}

// strongIn compares as If-Match does: both tags have to be strong (RFC 9110, section 8.8.3.2).
func strongIn(tag string, list []string) bool {
	if tag == "" || strings.HasPrefix(tag, "W/") {
		return false
	}
	for _, have := range list {
		if have == tag {
			return true
		}
	}
	return false
}

// weakIn compares as If-None-Match does: the weak mark does not count.
func weakIn(tag string, list []string) bool {
	tag = strings.TrimPrefix(tag, "W/")
	for _, have := range list {
		if strings.TrimPrefix(have, "W/") == tag {
			return true
		}
	}
	return false
}
