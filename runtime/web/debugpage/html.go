package debugpage

import (
	"html"
	"strconv"
	"strings"
)

// Policy is the Content-Security-Policy of the page whose style carries the nonce: nothing is loaded but the
// script with which stackgen run has open pages reload themselves.
func Policy(nonce string) string {
	return "default-src 'none'; style-src 'nonce-" + nonce + "'; script-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}

// HTML is the page.
func (p *Report) HTML(nonce string) string {
	w := new(writer)
	w.raw("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n<meta name=\"robots\" content=\"noindex\">\n<title>")
	w.text(strconv.Itoa(p.Status) + " " + p.Title + ": " + firstLine(p.Error))
	w.raw("</title>\n<style nonce=\"")
	w.text(nonce)
	w.raw("\">\n" + style + "</style>\n</head>\n<body>\n<header>\n<p class=\"request\"><b class=\"status\">")
	w.text(strconv.Itoa(p.Status) + " " + p.Title)
	w.raw("</b> <code>")
	w.text(p.Method + " " + p.URL)
	w.raw("</code></p>\n<h1>")
	w.text(p.Error)
	w.raw("</h1>\n")
	if p.Kind != "" {
		w.raw("<p class=\"kind\">")
		w.text(p.Kind)
		w.raw("</p>\n")
	}
	w.raw("</header>\n<main>\n<div class=\"first\">")
	for _, e := range p.Excerpts {
		w.excerpt(e)
	}
	w.raw("</div>\n")
	w.way(p.Way)
	w.raw("<div class=\"rest\">\n")
	for _, t := range p.Tables {
		w.table(t)
	}
	if p.Stack != "" {
		w.raw("<details>\n<summary><h2>Stack</h2></summary>\n<pre class=\"stack\" tabindex=\"0\">")
		w.text(p.Stack)
		w.raw("</pre>\n</details>\n")
	}
	w.raw("</div>\n</main>\n<footer>You see this page because the site runs for development, and you are at the same machine. Visitors of the real site see its error page.</footer>\n</body>\n</html>\n")
	return w.String()
}

func firstLine(s string) string {
	line, _, _ := strings.Cut(s, "\n")
	return line
}

type writer struct{ strings.Builder }

func (w *writer) raw(s string)  { w.WriteString(s) }
func (w *writer) text(s string) { w.WriteString(html.EscapeString(s)) }

func (w *writer) excerpt(e Excerpt) {
	w.raw("<section class=\"excerpt\">\n<h2>")
	w.text(e.Title)
	w.raw("</h2>\n<p class=\"place\"><code>")
	w.text(e.Place)
	w.raw("</code></p>\n")
	if len(e.Lines) > 0 {
		w.raw("<pre class=\"code\" tabindex=\"0\">")
		for _, l := range e.Lines {
			if l.Here {
				w.raw("<span class=\"line here\">")
			} else {
				w.raw("<span class=\"line\">")
			}
			w.raw("<i>" + strconv.Itoa(l.Number) + "</i><span>")
			w.text(l.Text)
			if l.Marked != "" {
				w.raw("<mark>")
				w.text(l.Marked)
				w.raw("</mark>")
			}
			w.raw("\n</span></span>")
		}
		w.raw("</pre>\n")
	}
	w.raw("</section>\n")
}

func (w *writer) way(steps []Step) {
	if len(steps) == 0 {
		return
	}
	w.raw("<section class=\"way\">\n<h2>The way through the tiers</h2>\n<ol>\n")
	for _, s := range steps {
		if s.Failed {
			w.raw("<li class=\"failed\">")
		} else {
			w.raw("<li>")
		}
		w.raw("<span class=\"tier\">")
		w.text(s.Tier)
		w.raw("</span> <span class=\"what\">")
		w.text(s.Text)
		if s.Place != "" {
			w.raw(" <code>")
			w.text(s.Place)
			w.raw("</code>")
		}
		w.raw("</span></li>\n")
	}
	w.raw("</ol>\n</section>\n")
}

func (w *writer) table(t Table) {
	if len(t.Rows) == 0 && t.Empty == "" {
		return
	}
	open, end := "<section>\n<h2>", "</section>\n"
	if t.Folded {
		open, end = "<details>\n<summary><h2>", "</details>\n"
	}
	if len(t.Rows) == 0 && !t.Folded {
		open = "<section class=\"bare\">\n<h2>"
	}
	w.raw(open)
	w.text(t.Title)
	w.raw("</h2>")
	if t.Folded {
		w.raw("</summary>")
	}
	w.raw("\n")
	if len(t.Rows) == 0 {
		w.raw("<p class=\"none\">")
		w.text(t.Empty)
		w.raw("</p>\n" + end)
		return
	}
	w.raw("<table>\n")
	for _, r := range t.Rows {
		w.raw("<tr><th scope=\"row\">")
		w.text(r.Name)
		if r.Value == Redacted {
			w.raw("</th><td class=\"hidden\">")
		} else {
			w.raw("</th><td>")
		}
		w.text(r.Value)
		if r.Note != "" {
			w.raw(" <small>")
			w.text(r.Note)
			w.raw("</small>")
		}
		w.raw("</td></tr>\n")
	}
	w.raw("</table>\n" + end)
}

const style = `:root {
  color-scheme: light dark;
  --paper: #f6f5f2; --card: #fff; --ink: #22262c; --soft: #656b75; --line: #dedbd4;
  --red: #b3261e; --red-soft: #fbe9e7; --mark: #ffd9d4; --link: #1c5d99;
}
@media (prefers-color-scheme: dark) {
  :root {
    --paper: #16181c; --card: #1e2126; --ink: #e7e5e0; --soft: #9ba1ab; --line: #33373e;
    --red: #f2867f; --red-soft: #3a2122; --mark: #6d2f2c; --link: #86b7e6;
  }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 1rem/1.5 system-ui, sans-serif; }
header, main, footer { max-width: 84rem; margin: 0 auto; padding: 0 1.25rem; }
header { padding-top: 1.75rem; padding-bottom: .5rem; }
h1 { font: 600 1.35rem/1.4 ui-monospace, monospace; margin: .75rem 0 0; overflow-wrap: anywhere; white-space: pre-wrap; }
h2 { font-size: 1rem; font-weight: 600; margin: 0; }
code, pre, td { font-family: ui-monospace, monospace; font-size: .86rem; }
.request { margin: 0; display: flex; flex-wrap: wrap; gap: .5rem .9rem; align-items: baseline; }
.request code { overflow-wrap: anywhere; color: var(--soft); }
.status { background: var(--red); color: var(--card); border-radius: 99rem; padding: .1rem .8rem; font-size: .9rem; }
.kind { margin: .4rem 0 0; color: var(--soft); font: .86rem/1.5 ui-monospace, monospace; overflow-wrap: anywhere; }
main { display: grid; gap: 1.25rem; grid-template-columns: minmax(0, 1fr); padding-top: 1rem; }
section, details { background: var(--card); border: 1px solid var(--line); border-radius: .6rem; padding: 1rem 1.1rem; }
.first, .rest { display: grid; gap: 1.25rem; align-content: start; grid-template-columns: minmax(0, 1fr); }
.first:empty { display: none; }
.excerpt { border-top: 3px solid var(--red); }
.place { margin: .1rem 0 .7rem; color: var(--link); overflow-wrap: anywhere; }
.code, .stack { margin: 0; overflow-x: auto; line-height: 1.6; tab-size: 4; }
.code { margin: 0 -1.1rem -1rem; padding: .6rem 0; border-top: 1px solid var(--line); }
.line { display: flex; width: max-content; min-width: 100%; padding-right: 1.1rem; }
.line i { flex: none; width: 3.6rem; padding-right: 1rem; text-align: right; color: var(--soft); font-style: normal; user-select: none; }
.here { background: var(--red-soft); box-shadow: inset 3px 0 var(--red); }
.here i { color: var(--red); font-weight: 600; }
mark { background: var(--mark); color: inherit; border-radius: .2rem; }
.way ol { list-style: none; margin: .8rem 0 0; padding: 0; }
.way li { position: relative; display: flex; padding: 0 0 .75rem 1.4rem; line-height: 1.4; overflow-wrap: anywhere; }
.way li::before { content: ""; position: absolute; left: .15rem; top: .35rem; width: .6rem; height: .6rem; border-radius: 50%; background: var(--soft); }
.way li::after { content: ""; position: absolute; left: .41rem; top: 1rem; bottom: -.3rem; width: 1px; background: var(--line); }
.way li:last-child { padding-bottom: 0; }
.way li:last-child::after { content: none; }
.way .tier { flex: none; width: 4.4rem; color: var(--soft); font-size: .82rem; padding-top: .08rem; }
.way .failed code { font-weight: 400; }
.way code { display: block; color: var(--link); }
.way .failed::before { background: var(--red); box-shadow: 0 0 0 .2rem var(--red-soft); }
.way .failed .what { color: var(--red); font-weight: 600; }
table { border-collapse: collapse; width: 100%; margin-top: .6rem; table-layout: fixed; }
tr { border-top: 1px solid var(--line); }
th { text-align: left; font-weight: 500; font-size: .9rem; width: 14rem; vertical-align: top; padding: .4rem 1rem .4rem 0; overflow-wrap: anywhere; }
td { padding: .42rem 0; vertical-align: top; overflow-wrap: anywhere; white-space: pre-wrap; }
.hidden, .none { color: var(--soft); }
.none { margin: 0; font-size: .92rem; }
.bare { display: flex; flex-wrap: wrap; gap: .2rem 1rem; align-items: baseline; padding: .6rem 1.1rem; }
.bare h2 { width: 13rem; }
small { color: var(--soft); font-size: .8rem; }
summary { cursor: pointer; } summary h2 { display: inline; }
details[open] summary { margin-bottom: .6rem; }
footer { color: var(--soft); font-size: .85rem; padding-top: 1.5rem; padding-bottom: 2.5rem; }
@media (min-width: 66rem) {
  main { grid-template-columns: minmax(0, 1fr) 22rem; align-items: start; }
  .first, .rest { grid-column: 1; }
  .way { grid-column: 2; grid-row: 1 / span 2; position: sticky; top: 1.25rem; max-height: calc(100vh - 2.5rem); overflow-y: auto; }
}
@media (max-width: 40rem) {
  h1 { font-size: 1.1rem; }
  table, tbody, tr, th, td { display: block; width: auto; }
  tr { padding: .45rem 0; } th, td { padding: 0; } th { color: var(--soft); font-size: .82rem; }
  .line i { width: 2.6rem; padding-right: .7rem; }
}
`
