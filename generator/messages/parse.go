package messages

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"stackgen.dev/runtime/i18n"
)

// Problem is a mistake in a .po file.
type Problem struct {
	// Line counts from 1.
	Line    int
	Message string
}

// Parse reads a .po file. With problems the file is what could be read of it.
func Parse(text []byte) (*File, []Problem) {
	p := poParser{file: &File{}, seen: map[string]int{}}
	if !utf8.Valid(text) {
		return p.file, []Problem{{1, "The file is not UTF-8"}}
	}
	for i, line := range strings.Split(strings.TrimPrefix(string(text), "\ufeff"), "\n") {
		p.at = i + 1
		p.line(strings.TrimSpace(line))
	}
	p.finish()
	p.checkForms()
	return p.file, p.problems
}

type poParser struct {
	file     *File
	problems []Problem
	seen     map[string]int
	at       int
	entry    *Entry
	// into is the text that a line with nothing but a string continues.
	into *string
	// named says that the entry has its message, began that it has a translation.
	named, began bool
}

func (p *poParser) problem(format string, args ...any) {
	p.problems = append(p.problems, Problem{p.at, fmt.Sprintf(format, args...)})
}

func (p *poParser) current() *Entry {
	if p.entry == nil {
		p.entry = &Entry{Line: p.at}
	}
	return p.entry
}

func (p *poParser) line(line string) {
	obsolete := false
	if strings.HasPrefix(line, "#~") {
		obsolete = true
		line = strings.TrimSpace(line[2:])
	}
	switch {
	case line == "":
		if p.began {
			p.finish()
		}
		return
	case strings.HasPrefix(line, "#"):
		if p.began {
			p.finish()
		}
		p.comment(line)
		return
	case line[0] == '"':
		if p.into == nil {
			p.problem("A string that continues nothing")
			return
		}
		*p.into += p.text(line)
		return
	}
	word, rest, _ := strings.Cut(line, " ")
	rest = strings.TrimSpace(rest)
	if (p.began || p.named) && (word == "msgctxt" || word == "msgid") {
		p.finish()
	}
	e := p.current()
	e.Obsolete = e.Obsolete || obsolete
	switch {
	case word == "msgctxt":
		e.Context, p.into = p.text(rest), &e.Context
	case word == "msgid":
		p.named = true
		e.Text, p.into = p.text(rest), &e.Text
	case word == "msgid_plural":
		e.Plural, p.into = p.text(rest), &e.Plural
	case word == "msgstr":
		if e.Plural != "" || len(e.Forms) > 0 {
			p.problem("msgstr does not fit here; a text with a plural has msgstr[0] and so on")
			return
		}
		p.began = true
		e.Forms = []string{p.text(rest)}
		p.into = &e.Forms[0]
	case strings.HasPrefix(word, "msgstr[") && strings.HasSuffix(word, "]"):
		p.began = true
		n, err := strconv.Atoi(word[7 : len(word)-1])
		if err != nil || n != len(e.Forms) || n > 9 || e.Plural == "" {
			p.problem("%s is out of order", word)
			return
		}
		forms := append(e.Forms, p.text(rest))
		e.Forms, p.into = forms, &forms[n]
	default:
		p.problem("%q begins no line of a .po file", word)
	}
}

func (p *poParser) comment(line string) {
	e := p.current()
	kind, text := line[:1], strings.TrimSpace(line[1:])
	if len(line) > 1 && strings.IndexByte(".:,|", line[1]) >= 0 {
		kind, text = line[:2], strings.TrimSpace(line[2:])
	}
	switch kind {
	case "#.":
		e.Extracted = append(e.Extracted, text)
	case "#:":
		e.References = append(e.References, strings.Fields(text)...)
	case "#,":
		for _, flag := range strings.Split(text, ",") {
			switch flag = strings.TrimSpace(flag); flag {
			case "":
			case "fuzzy":
				e.Fuzzy = true
			default:
				e.Flags = append(e.Flags, flag)
			}
		}
	case "#":
		e.Comments = append(e.Comments, text)
	}
}

// text reads a string in quotes.
func (p *poParser) text(s string) string {
	if len(s) < 2 || s[0] != '"' || s[len(s)-1] != '"' {
		p.problem("A string in quotes is missing")
		return ""
	}
	s = s[1 : len(s)-1]
	if strings.IndexByte(s, '\\') < 0 {
		if strings.IndexByte(s, '"') >= 0 {
			p.problem(`A quote inside of a string is written \"`)
		}
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); i++ {
		switch {
		case s[i] == '"':
			p.problem(`A quote inside of a string is written \"`)
		case s[i] != '\\':
			b.WriteByte(s[i])
			continue
		case i+1 == len(s):
			p.problem("A string in quotes is missing its end")
			continue
		default:
			i++
		}
		switch s[i] {
		case 'a':
			b.WriteByte('\a')
		case 'b':
			b.WriteByte('\b')
		case 'f':
			b.WriteByte('\f')
		case 'v':
			b.WriteByte('\v')
		case 'n':
			b.WriteByte('\n')
		case 't':
			b.WriteByte('\t')
		case 'r':
			b.WriteByte('\r')
		case '\\', '"':
			b.WriteByte(s[i])
		default:
			p.problem(`\%c is no escape`, s[i])
		}
	}
	return b.String()
}

// finish takes the entry that has been read.
func (p *poParser) finish() {
	e := p.entry
	named, began := p.named, p.began
	p.entry, p.into, p.named, p.began = nil, nil, false, false
	if e != nil && named && !began {
		p.problems = append(p.problems, Problem{e.Line, fmt.Sprintf("The text %q has no msgstr", e.Text)})
	}
	if e == nil || !began || len(e.Forms) == 0 {
		return
	}
	if e.Text == "" && e.Context == "" && !e.Obsolete {
		p.header(e)
		return
	}
	if first := p.seen[e.Key()]; first > 0 && !e.Obsolete {
		p.problems = append(p.problems, Problem{e.Line, fmt.Sprintf("The text %q stands in line %d already", e.Text, first)})
		return
	}
	if !e.Obsolete {
		p.seen[e.Key()] = e.Line
	}
	p.file.Entries = append(p.file.Entries, e)
}

// checkForms reports plurals whose translation has not the forms that the header says.
func (p *poParser) checkForms() {
	for _, e := range p.file.Entries {
		switch {
		case e.Plural == "" || !e.Translated():
		case p.file.Forms == 0:
			p.problems = append(p.problems, Problem{e.Line, "A plural, but the header has no Plural-Forms: add one, as \"Plural-Forms: nplurals=2; plural=(n != 1);\\n\""})
			return // once is enough
		case len(e.Forms) != p.file.Forms:
			p.problems = append(p.problems, Problem{e.Line, fmt.Sprintf("%d forms, but the header's Plural-Forms says %d", len(e.Forms), p.file.Forms)})
		}
	}
}

func (p *poParser) header(e *Entry) {
	if p.file.Header != nil {
		p.problems = append(p.problems, Problem{e.Line, "The header, the translation of an empty text, stands in the file already"})
		return
	}
	p.file.HeaderComments = e.Comments
	for _, line := range strings.Split(strings.TrimSuffix(e.Forms[0], "\n"), "\n") {
		p.file.Header = append(p.file.Header, line)
		name, value, _ := strings.Cut(line, ":")
		switch strings.ToLower(name) {
		case "plural-forms":
			p.plural(e, value)
		case "content-type":
			if _, set, ok := strings.Cut(strings.ToLower(value), "charset="); ok && strings.TrimSpace(set) != "utf-8" {
				p.problems = append(p.problems, Problem{e.Line, "The charset has to be UTF-8"})
			}
		}
	}
}

// plural reads nplurals=2; plural=(n != 1);
func (p *poParser) plural(e *Entry, value string) {
	for _, part := range strings.Split(value, ";") {
		name, v, _ := strings.Cut(strings.TrimSpace(part), "=")
		switch strings.TrimSpace(name) {
		case "nplurals":
			n, err := strconv.Atoi(strings.TrimSpace(v))
			if err != nil || n < 1 || n > 9 {
				p.problems = append(p.problems, Problem{e.Line, "nplurals is no number from 1 to 9"})
				continue
			}
			p.file.Forms = n
		case "plural":
			p.file.PluralForms = strings.TrimSpace(v)
		}
	}
	if p.file.PluralForms == "" || p.file.Forms == 0 {
		p.problems = append(p.problems, Problem{e.Line, "Plural-Forms says nplurals and plural, as nplurals=2; plural=(n != 1);"})
		p.file.PluralForms = ""
		return
	}
	rule, err := i18n.ParsePlural(p.file.PluralForms)
	if err != nil {
		p.problems = append(p.problems, Problem{e.Line, err.Error()})
		p.file.PluralForms = ""
		return
	}
	for n := range int64(1000) {
		if f := rule.Form(n); p.file.Forms > 0 && (f < 0 || f >= p.file.Forms) {
			p.problems = append(p.problems, Problem{e.Line, fmt.Sprintf("The plural of %d would be form %d, but there are %d", n, f, p.file.Forms)})
			return
		}
	}
}
