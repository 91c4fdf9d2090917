package template

import (
	"regexp"
	"strconv"
	"strings"

	"stackgen.dev/schema"
)

// Message is a text of a template that is to be translated, as .po files have
// it: percent signs doubled, values as %(name)s.
type Message struct {
	// Context tells texts apart that are the same (msgctxt); empty for most.
	Context string
	// Text is the message, Plural its form for several, empty for what is not counted.
	Text, Plural string
	// Comment is what the template says to translators: a comment that begins
	// with Translators, right before the tag.
	Comment string
	// File and Line are where it stands.
	File string
	Line int
}

// Place is where the message stands: "home.html:3".
func (m Message) Place() string { return m.File + ":" + strconv.Itoa(m.Line) }

// Messages are the texts of templates that are to be translated, in the order
// of the names and of each template. Templates that do not parse are left out,
// and reported.
func Messages(opts Options, names []string) ([]Message, schema.Diagnostics) {
	s := &site{opts: &opts, cache: map[string]*parsed{}, spans: map[node]span{}}
	var all []Message
	for _, name := range names {
		if t, status := s.parsed(name); status == isRead {
			all = append(all, t.messages...)
		}
	}
	return all, s.diags.Sorted()
}

// message notes a text to translate.
func (p *parser) message(at span, context, text, plural string) Message {
	return Message{Context: context, Text: text, Plural: plural, Comment: p.comment(at), File: at.src.name, Line: at.line()}
}

// comment is a translators' comment in the line of a tag or the one above: of
// either kind, {# Translators: … #} or that of the tag comment.
func (p *parser) comment(at span) string {
	before := at.src.text[max(0, at.start-maxComment):at.start]
	if open := max(strings.LastIndex(before, "{{"), strings.LastIndex(before, "{%")); open > max(strings.LastIndex(before, "}}"), strings.LastIndex(before, "%}")) {
		before = before[:open] // the text stands inside of a tag: {{ _("…") }}
	}
	if m := blockComment.FindStringSubmatch(before); m != nil {
		return translators(m[1])
	}
	end := strings.LastIndex(before, "#}")
	if end < 0 || strings.Count(before[end:], "\n") > 1 || strings.Contains(before[end:], "{%") || strings.Contains(before[end:], "{{") {
		return ""
	}
	start := strings.LastIndex(before[:end], "{#")
	if start < 0 {
		return ""
	}
	return translators(before[start+2 : end])
}

// maxComment is how far before a tag its comment may begin, in bytes.
const maxComment = 4096

// blockComment is a comment tag right before another tag, perhaps in the line above.
var blockComment = regexp.MustCompile(`(?s)\{%\s*comment(?:\s[^%]*)?%\}([^{]*)\{%\s*endcomment\s*%\}[^\n{]*(?:\n[^\n{]*)?\z`)

// translators is a comment that is for them, "" for any other.
func translators(text string) string {
	text = strings.Trim(text, space)
	if !strings.HasPrefix(text, "Translators") {
		return ""
	}
	return text
}
