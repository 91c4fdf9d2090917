package forms

// appendEscaped appends text for HTML, in attributes and between tags.
func appendEscaped(b []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; c {
		case '&':
			b = append(b, "&amp;"...)
		case '<':
			b = append(b, "&lt;"...)
		case '>':
			b = append(b, "&gt;"...)
		case '"':
			b = append(b, "&quot;"...)
		case '\'':
			b = append(b, "&#x27;"...)
		default:
			b = append(b, c)
		}
	}
	return b
}

func appendAttr(b []byte, name, value string) []byte {
	b = append(append(b, ' '), name...)
	b = append(b, `="`...)
	b = appendEscaped(b, value)
	return append(b, '"')
}

func appendAttrs(b []byte, attrs []Attr) []byte {
	for _, a := range attrs {
		if a.Bare {
			b = append(append(b, ' '), a.Name...)
		} else {
			b = appendAttr(b, a.Name, a.Value)
		}
	}
	return b
}

// hasAttr reports whether one of the attributes has the name.
func hasAttr(attrs []Attr, name string) bool {
	for _, a := range attrs {
		if a.Name == name {
			return true
		}
	}
	return false
}

// appendFlag appends a name that stands alone, unless one of the attributes says it already.
func appendFlag(b []byte, name string, attrs []Attr) []byte {
	if hasAttr(attrs, name) {
		return b
	}
	return append(append(b, ' '), name...)
}

// merge puts attributes over others: the same name keeps its place.
func merge(base, over []Attr) []Attr {
	if len(over) == 0 {
		return base
	}
	all := append(make([]Attr, 0, len(base)+len(over)), base...)
next:
	for _, a := range over {
		for i := range all {
			if all[i].Name == a.Name {
				all[i] = a
				continue next
			}
		}
		all = append(all, a)
	}
	return all
}
