package messages

import (
	"fmt"
	"sort"
	"strings"
)

// Used is a text that the site uses now.
type Used struct {
	Context, Text, Plural string
	// Comment is what the author says to translators.
	Comment string
	// Place is where it stands, "templates/home.html:3".
	Place string
}

// New is an empty file for a language.
func New(language string) *File {
	f, _ := Parse([]byte("msgid \"\"\nmsgstr \"\"\n\"Language: " + language + "\\n\"\n\"MIME-Version: 1.0\\n\"\n" +
		"\"Content-Type: text/plain; charset=UTF-8\\n\"\n\"Content-Transfer-Encoding: 8bit\\n\"\n\"Plural-Forms: " + pluralForms(language) + "\\n\"\n"))
	return f
}

// Merge brings the texts that a site uses into the file: new ones untranslated,
// in the order of the texts; those that it no longer has become obsolete, and
// come back with their translation where the site uses them again.
func (f *File) Merge(used []Used) (added, dropped int) {
	old := map[string]*Entry{}
	for _, e := range f.Entries {
		if first := old[e.Key()]; first == nil || first.Obsolete {
			old[e.Key()] = e
		}
	}
	var entries []*Entry
	kept := map[string]*Entry{}
	for _, u := range used {
		e := &Entry{Context: u.Context, Text: u.Text, Plural: u.Plural}
		if k := kept[e.Key()]; k != nil {
			e = k
		} else {
			if o := old[e.Key()]; o != nil {
				e.Comments, e.Flags, e.Forms, e.Fuzzy = o.Comments, o.Flags, o.Forms, o.Fuzzy
				if (o.Plural == "") != (u.Plural == "") && strings.Join(o.Forms, "") != "" {
					e.Fuzzy = true // somebody has to look at it, but need not write it again
				}
			} else {
				added++
			}
			kept[e.Key()] = e
			entries = append(entries, e)
		}
		if u.Comment != "" && !contains(e.Extracted, u.Comment) {
			e.Extracted = append(e.Extracted, u.Comment)
		}
		if u.Plural != "" {
			e.Plural = u.Plural
		}
		if !contains(e.References, u.Place) {
			e.References = append(e.References, u.Place)
		}
		e.Forms = resize(e.Forms, e.Plural, max(1, f.Forms))
	}
	for _, o := range f.Entries {
		if kept[o.Key()] != nil || old[o.Key()] != o {
			continue
		}
		if !o.Obsolete {
			dropped++
		}
		if strings.Join(o.Forms, "") == "" {
			continue // nothing is lost
		}
		o.Obsolete, o.References, o.Extracted = true, nil, nil
		entries = append(entries, o)
	}
	f.Entries = entries
	return added, dropped
}

// resize gives an entry as many forms as it needs.
func resize(forms []string, plural string, n int) []string {
	if plural == "" {
		n = 1
	}
	for len(forms) < n {
		forms = append(forms, "")
	}
	return forms[:n]
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}

// Format writes the file; the same file gives the same bytes.
func (f *File) Format() []byte {
	var b strings.Builder
	for _, c := range f.HeaderComments {
		b.WriteString(strings.TrimSpace("# "+c) + "\n")
	}
	b.WriteString("msgid \"\"\nmsgstr \"\"\n")
	for _, line := range f.Header {
		b.WriteString(quote(line+"\n") + "\n")
	}
	for _, e := range f.Entries {
		b.WriteByte('\n')
		e.format(&b)
	}
	return []byte(b.String())
}

func (e *Entry) format(b *strings.Builder) {
	for _, c := range e.Comments {
		b.WriteString(strings.TrimSpace("# "+c) + "\n")
	}
	for _, c := range e.Extracted {
		b.WriteString("#. " + strings.Join(strings.Fields(c), " ") + "\n")
	}
	sort.Strings(e.References)
	for _, r := range e.References {
		b.WriteString("#: " + r + "\n")
	}
	flags := e.Flags
	if e.Fuzzy {
		flags = append([]string{"fuzzy"}, flags...)
	}
	if len(flags) > 0 {
		b.WriteString("#, " + strings.Join(flags, ", ") + "\n")
	}
	mark := ""
	if e.Obsolete {
		mark = "#~ "
	}
	if e.Context != "" {
		formatText(b, mark, "msgctxt", e.Context)
	}
	formatText(b, mark, "msgid", e.Text)
	if e.Plural == "" {
		formatText(b, mark, "msgstr", strings.Join(e.Forms[:min(1, len(e.Forms))], ""))
		return
	}
	formatText(b, mark, "msgid_plural", e.Plural)
	for i, form := range e.Forms {
		formatText(b, mark, fmt.Sprintf("msgstr[%d]", i), form)
	}
}

// formatText writes a string, in several lines where it has some.
func formatText(b *strings.Builder, mark, word, text string) {
	if n := strings.Count(text, "\n"); n == 0 || n == 1 && strings.HasSuffix(text, "\n") {
		fmt.Fprintf(b, "%s%s %s\n", mark, word, quote(text))
		return
	}
	fmt.Fprintf(b, "%s%s \"\"\n", mark, word)
	for _, line := range strings.SplitAfter(text, "\n") {
		if line != "" {
			b.WriteString(mark + quote(line) + "\n")
		}
	}
}

var poEscapes = strings.NewReplacer(`\`, `\\`, `"`, `\"`, "\n", `\n`, "\t", `\t`, "\r", `\r`, "\a", `\a`, "\b", `\b`, "\f", `\f`, "\v", `\v`)

func quote(s string) string { return `"` + poEscapes.Replace(s) + `"` }
