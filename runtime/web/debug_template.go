package web

import (
	"errors"
	"fmt"
	"html"
	"os"
	"path/filepath"
	"strings"
)

// around is how many lines of a file are shown before and behind the one
// that an error is about.
const around = 5

// placed is an error of a compiled template, which knows its place: a
// *tmpl.Error. Sites without templates do not link that package.
type placed interface {
	error
	TemplatePlace() (template string, line, column int)
}

// template shows the line of the template that an error comes from, with those
// around it. A site that runs for development does so in its project's folder.
func (d *debugWriter) template(err error) {
	var at placed
	if !errors.As(err, &at) {
		return
	}
	name, number, column := at.TemplatePlace()
	if name == "" {
		return
	}
	d.excerpt(fmt.Sprintf("templates/%s, line %d, column %d", name, number, column), "templates", name, number, column-1)
}

// excerpt shows a line of a file beneath a folder with those around it; what
// stands behind the first characters of it is marked.
func (d *debugWriter) excerpt(title, folder, name string, number, behind int) {
	d.printf("<section>\n<h2>%s</h2>\n", title)
	defer d.b.WriteString("</section>\n")
	root, err := os.OpenRoot(folder)
	if err != nil {
		return
	}
	defer root.Close()
	text, err := root.ReadFile(filepath.FromSlash(name))
	if err != nil {
		return
	}
	lines := strings.Split(string(text), "\n")
	d.b.WriteString("<pre>")
	for i := max(0, number-1-around); i < min(len(lines), number+around); i++ {
		line := strings.TrimRight(lines[i], "\r")
		if i != number-1 {
			d.printf("%s %s\n", fmt.Sprintf("%5d", i+1), line)
			continue
		}
		before, rest := cutRunes(line, behind)
		fmt.Fprintf(&d.b, "<b>%5d %s<mark>%s</mark></b>\n", i+1, html.EscapeString(before), html.EscapeString(rest))
	}
	d.b.WriteString("</pre>\n")
}

// cutRunes cuts a text behind n characters, or at its end.
func cutRunes(s string, n int) (before, rest string) {
	for i := range s {
		if n == 0 {
			return s[:i], s[i:]
		}
		n--
	}
	return s, ""
}
