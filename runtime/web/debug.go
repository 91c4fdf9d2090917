package web

import (
	"errors"
	"fmt"
	"html"
	"strings"
)

// debugPage shows a failure to the developer: what was raised and where, the
// request, the routes that were tried and the settings without secrets. It is
// nil for failures that are nobody's mistake.
func (a *App) debugPage(r *Request, status int, err error) *Response {
	var missing *unresolved
	if status < 500 && !errors.As(err, &missing) {
		return nil
	}
	d := &debugWriter{}
	title := StatusText(status)
	d.printf(debugHead, title, fmt.Sprintf("%d %s", status, title), err.Error())
	d.template(err)
	var p *panicError
	if errors.As(err, &p) {
		d.code(string(p.stack))
	}
	d.table("Request", [][2]string{
		{"Method", r.Method()},
		{"URL", r.Scheme() + "://" + r.Host() + r.Path()},
		{"View", viewName(r)},
		{"Route", r.x.Route},
		{"Request id", r.ID()},
	})
	d.causes(err)
	if p != nil {
		d.printf("<section>\n<h2>Stack</h2>\n<pre>%s</pre>\n</section>\n", string(p.stack))
	}
	if missing != nil {
		var rows [][2]string
		for i := range a.table.Len() {
			e := a.table.Entry(i)
			rows = append(rows, [2]string{e.Pattern, e.Name})
		}
		d.table("Routes, in the order they were tried", rows)
	}
	var rows [][2]string
	for _, f := range r.x.Request.Header.Fields() {
		rows = append(rows, [2]string{string(f.Name), redact(string(f.Name), string(f.Value))})
	}
	d.table("Header", rows)
	rows = nil
	if r.match.Route >= 0 {
		for _, name := range r.match.Entry().Captures {
			rows = append(rows, [2]string{name, r.Arg(name)})
		}
	}
	d.table("Captures", rows)
	rows = nil
	for _, name := range r.Query().Names() {
		rows = append(rows, [2]string{name, redact(name, strings.Join(r.Query().All(name), ", "))})
	}
	d.table("Query", rows)
	d.table("Form", r.sentForm())
	d.table("Cookies", r.sentCookies())
	rows = nil
	for _, s := range a.config.Settings {
		rows = append(rows, [2]string{s.Name, redact(s.Name, s.Value)})
	}
	d.table("Settings", rows)
	d.b.WriteString("<footer>This page is shown because the site runs for development.</footer>\n</body>\n</html>\n")
	page := HTML(d.b.String())
	page.Status = status
	return page
}

// sentForm are the fields of the form, where somebody has read it: a page about a
// failure does not begin to.
func (r *Request) sentForm() (rows [][2]string) {
	if !r.formRead {
		return nil
	}
	for _, name := range r.form.Names() {
		rows = append(rows, [2]string{name, redact(name, strings.Join(r.form.All(name), ", "))})
	}
	return rows
}

// sentCookies are the cookies; those that let somebody in are hidden.
func (r *Request) sentCookies() (rows [][2]string) {
	for _, f := range r.x.Request.Header.Fields() {
		if !strings.EqualFold(string(f.Name), "Cookie") {
			continue
		}
		for pair := range strings.SplitSeq(string(f.Value), ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			rows = append(rows, [2]string{name, redact(name, value)})
		}
	}
	return rows
}

func viewName(r *Request) string {
	if r.view == nil {
		return ""
	}
	return r.view.Name
}

type debugWriter struct{ b strings.Builder }

// printf escapes every argument.
func (d *debugWriter) printf(format string, args ...string) {
	escaped := make([]any, len(args))
	for i, a := range args {
		escaped[i] = html.EscapeString(a)
	}
	fmt.Fprintf(&d.b, format, escaped...)
}

// table writes a section with rows that have a value, or nothing.
func (d *debugWriter) table(title string, rows [][2]string) {
	begun := false
	for _, row := range rows {
		if row[0] == "" && row[1] == "" {
			continue
		}
		if !begun {
			d.printf("<section>\n<h2>%s</h2>\n<table>\n", title)
			begun = true
		}
		d.printf("<tr><th scope=\"row\">%s</th><td>%s</td></tr>\n", row[0], row[1])
	}
	if begun {
		d.b.WriteString("</table>\n</section>\n")
	}
}

// causes lists what is wrapped in an error, outermost first.
func (d *debugWriter) causes(err error) {
	var rows [][2]string
	for e := err; e != nil; e = errors.Unwrap(e) {
		rows = append(rows, [2]string{fmt.Sprintf("%T", e), e.Error()})
	}
	if len(rows) > 1 {
		d.table("Error, outermost first", rows)
	}
}

// redacted takes the place of a secret.
const redacted = "********************"

// redact hides the values of names that sound secret (Django's
// HIDDEN_SETTINGS), and passwords in URLs.
func redact(name, value string) string {
	upper := strings.ToUpper(name)
	for _, word := range []string{"API", "AUTH", "COOKIE", "CSRF", "TOKEN", "KEY", "SECRET", "PASS", "SIGNATURE", "SESSION"} {
		if strings.Contains(upper, word) {
			return redacted
		}
	}
	scheme, rest, found := strings.Cut(value, "://")
	if at := strings.LastIndexByte(rest, '@'); found && at >= 0 {
		user, _, _ := strings.Cut(rest[:at], ":")
		return scheme + "://" + user + ":" + redacted + rest[at:]
	}
	return value
}

const debugHead = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>%s</title>
<style>
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 70rem; margin: 0 auto; padding: 1.5rem; }
header { border-left: .4rem solid #b3261e; padding-left: 1rem; }
h1 { font-size: 1.4rem; margin: 0; } h2 { font-size: 1rem; margin: 1.5rem 0 .5rem; }
header p { font: 1rem/1.5 ui-monospace, monospace; margin: .5rem 0 0; overflow-wrap: anywhere; }
table { border-collapse: collapse; width: 100%%; } tr { border-top: 1px solid #8886; }
th { text-align: left; font-weight: 500; width: 16rem; vertical-align: top; padding: .3rem 1rem .3rem 0; }
td { font-family: ui-monospace, monospace; padding: .3rem 0; overflow-wrap: anywhere; }
pre { overflow-x: auto; padding: 1rem; border: 1px solid #8886; border-radius: .3rem; font-size: .85rem; }
footer { margin-top: 2rem; opacity: .7; }
</style>
</head>
<body>
<header>
<h1>%s</h1>
<p>%s</p>
</header>
`
