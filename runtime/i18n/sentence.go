package i18n

import "strings"

// Sentence is a text that was put together before anybody knew its language: what a
// form says is wrong. It is looked up as it is, then with # in place of each number,
// then with * in place of what somebody typed, and these come back into the
// translation in their order:
//
//	Ensure this value has at most 5 characters (it has 9).
//	Ensure this value has at most # characters (it has #).
func (l *Language) Sentence(text string) string {
	if t := l.Text("", text); t != text || l == nil {
		return t
	}
	if pattern, numbers := withoutNumbers(text); len(numbers) > 0 {
		if t := l.Text("", pattern); t != pattern {
			return fill(t, '#', numbers)
		}
	}
	for _, pattern := range &around {
		values := matchStars(pattern, text)
		if values == nil {
			continue
		}
		if t := l.Text("", pattern); t != pattern {
			for i, v := range values {
				values[i] = l.Text("", v) // a name of the site's, or what was typed
			}
			return fill(t, '*', values)
		}
	}
	return text
}

// around are the sentences that hold more than numbers.
var around = [...]string{
	"Select a valid choice. * is not one of the available choices.",
	"* with this * already exists.",
	"File extension “*” is not allowed. Allowed extensions are: *.",
}

// withoutNumbers puts # in place of each number, and returns those.
func withoutNumbers(text string) (pattern string, numbers []string) {
	var b strings.Builder
	for i := 0; i < len(text); {
		end := numberEnd(text, i)
		if end == i {
			b.WriteByte(text[i])
			i++
			continue
		}
		numbers = append(numbers, text[i:end])
		b.WriteByte('#')
		i = end
	}
	return b.String(), numbers
}

// numberEnd is where a number that begins at i ends, i where none does.
func numberEnd(text string, i int) int {
	digit := func(i int) bool { return i < len(text) && text[i] >= '0' && text[i] <= '9' }
	end := i
	if text[i] == '-' && (i == 0 || text[i-1] == ' ') {
		end++
	}
	if !digit(end) {
		return i
	}
	for digit(end) || text[min(end, len(text)-1)] == '.' && digit(end+1) {
		end++
	}
	return end
}

// matchStars returns what stands for the stars of a pattern, nil where the text is another.
func matchStars(pattern, text string) []string {
	parts := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(text, parts[0])
	if !ok {
		return nil
	}
	var values []string
	for i, part := range parts[1:] {
		at := strings.Index(rest, part)
		if i == len(parts)-2 {
			at = len(rest) - len(part)
			if at < 0 || rest[at:] != part {
				return nil
			}
		}
		if at <= 0 {
			return nil
		}
		values = append(values, rest[:at])
		rest = rest[at+len(part):]
	}
	return values
}

// fill puts values in the place of a mark, in their order. A translation with fewer marks shows fewer.
func fill(text string, mark byte, values []string) string {
	var b strings.Builder
	for _, v := range values {
		at := strings.IndexByte(text, mark)
		if at < 0 {
			break
		}
		b.WriteString(text[:at] + v)
		text = text[at+1:]
	}
	return b.String() + text
}
