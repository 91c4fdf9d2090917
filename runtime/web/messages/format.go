package messages

import "strings"

// Format puts values into a text: each name of pairs, a name and then its
// value, stands in the text as "%(name)s"; "%%" is a percent sign.
func Format(text string, pairs ...string) string {
	var b strings.Builder
	for {
		before, after, found := strings.Cut(text, "%")
		b.WriteString(before)
		if !found {
			return b.String()
		}
		text = after
		name, rest, closed := strings.Cut(strings.TrimPrefix(after, "("), ")s")
		switch {
		case strings.HasPrefix(after, "%"):
			b.WriteByte('%')
			text = after[1:]
		case closed && strings.HasPrefix(after, "("):
			b.WriteString(valueOf(name, pairs))
			text = rest
		default:
			b.WriteByte('%')
		}
	}
}

func valueOf(name string, pairs []string) string {
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i] == name {
			return pairs[i+1]
		}
	}
	return "%(" + name + ")s"
}
