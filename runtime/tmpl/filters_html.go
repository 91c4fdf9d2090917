package tmpl

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
)

// hasToEscape reports whether a filter that is told to escape has to, for that value.
func hasToEscape(escape bool, v any) bool {
	_, safe := simplify(v).(Safe)
	return escape && !safe
}

// newlines makes every line end a line feed.
func newlines(s string) string {
	if strings.IndexByte(s, '\r') < 0 {
		return s
	}
	return strings.ReplaceAll(strings.ReplaceAll(s, "\r\n", "\n"), "\r", "\n")
}

// AppendLinebreaks appends s as paragraphs: an empty line ends one, a line end is <br>.
func AppendLinebreaks(b []byte, s string, escape bool) []byte {
	s = newlines(s)
	for first := true; ; first = false {
		if !first {
			b = append(b, "\n\n"...)
		}
		para, rest, more := cutParagraph(s)
		b = append(b, "<p>"...)
		b = AppendLinebreaksbr(b, para, escape)
		b = append(b, "</p>"...)
		if !more {
			return b
		}
		s = rest
	}
}

func cutParagraph(s string) (para, rest string, more bool) {
	i := strings.Index(s, "\n\n")
	if i < 0 {
		return s, "", false
	}
	return s[:i], strings.TrimLeft(s[i:], "\n"), true
}

// FilterLinebreaks is the filter linebreaks.
func FilterLinebreaks(s *State, escape bool, v any, args ...any) any {
	return Safe(AppendLinebreaks(nil, text(v), hasToEscape(escape, v)))
}

// AppendLinebreaksbr appends s with <br> for line ends.
func AppendLinebreaksbr(b []byte, s string, escape bool) []byte {
	for {
		i := strings.IndexAny(s, "\r\n")
		if i < 0 {
			return AppendEscaped(b, s, escape)
		}
		b = AppendEscaped(b, s[:i], escape)
		b = append(b, "<br>"...)
		if strings.HasPrefix(s[i:], "\r\n") {
			i++
		}
		s = s[i+1:]
	}
}

// FilterLinebreaksbr is the filter linebreaksbr.
func FilterLinebreaksbr(s *State, escape bool, v any, args ...any) any {
	return Safe(AppendLinebreaksbr(nil, text(v), hasToEscape(escape, v)))
}

// AppendLinenumbers appends s with the number of each line.
func AppendLinenumbers(b []byte, s string, escape bool) []byte {
	lines := strings.Split(s, "\n")
	width := len(strconv.Itoa(len(lines)))
	for i, line := range lines {
		if i > 0 {
			b = append(b, '\n')
		}
		b = fmt.Appendf(b, "%0*d. ", width, i+1)
		b = AppendEscaped(b, line, escape)
	}
	return b
}

// FilterLinenumbers is the filter linenumbers.
func FilterLinenumbers(s *State, escape bool, v any, args ...any) any {
	return Safe(AppendLinenumbers(nil, text(v), hasToEscape(escape, v)))
}

// betweenTags is space that spaceless removes.
var betweenTags = regexp.MustCompile(`>[\s\v\x{1c}-\x{1f}\x{85}\p{Z}]+<`)

// Spaceless removes the space between tags from what b holds from mark on, and
// at both ends (the tag spaceless).
func Spaceless(b []byte, mark int) []byte {
	s := strings.TrimFunc(string(b[mark:]), isSpace)
	return append(b[:mark], betweenTags.ReplaceAllString(s, "><")...)
}

// FilterUnorderedList is the filter unordered_list.
func FilterUnorderedList(s *State, escape bool, v any, args ...any) any {
	list, ok := items(simplify(v))
	if !ok || v == nil {
		s.failf("%s is not a list", repr(v))
		return ""
	}
	return Safe(appendList(nil, list, 1, escape))
}

// maxDepth bounds lists in lists, and whatever else a value can nest.
const maxDepth = 100

func appendList(b []byte, list []any, tabs int, escape bool) []byte {
	if tabs > maxDepth {
		return b
	}
	indent := strings.Repeat("\t", tabs)
	for i := 0; i < len(list); i++ {
		if len(b) > 0 && b[len(b)-1] == '>' {
			b = append(b, '\n')
		}
		b = append(b, indent...)
		b = append(b, "<li>"...)
		item := simplify(list[i])
		_, safe := item.(Safe)
		b = AppendEscaped(b, text(item), escape && !safe)
		if i+1 < len(list) {
			if children, ok := simplify(list[i+1]).([]any); ok {
				i++
				if len(children) > 0 {
					b = append(b, "\n"+indent+"<ul>\n"...)
					b = append(b, appendList(nil, children, tabs+1, escape)...)
					b = append(b, "\n"+indent+"</ul>\n"+indent...)
				}
			}
		}
		b = append(b, "</li>"...)
	}
	return b
}
