package web

import (
	"errors"
	"fmt"
	"strings"

	"stackgen.dev/runtime/web/debugpage"
)

// mostShown bounds how much of one value is shown, in bytes.
const mostShown = 4 << 10

func shown(name, value string) string {
	value = debugpage.Redact(name, value)
	if len(value) > mostShown {
		return strings.ToValidUTF8(value[:mostShown], "") + fmt.Sprintf("… (%d bytes)", len(value))
	}
	return value
}

// debugTables are what the client sent, and how the site is set up.
func (a *App) debugTables(r *Request, err error, info *debugpage.Info) []debugpage.Table {
	var missing *unresolved
	var tables []debugpage.Table
	add := func(title, empty string, folded bool, rows []debugpage.Row) {
		tables = append(tables, debugpage.Table{Title: title, Empty: empty, Folded: folded, Rows: rows})
	}
	if !errors.As(err, &missing) {
		add("Errors, outermost first", "", false, causes(err))
	} else {
		add("Routes, in the order they were tried", "The site has none.", false, a.tried(info))
	}
	add("GET", "No parameters.", false, sent(r.Query()))
	add("POST", postEmpty(r), false, r.sentForm())
	add("Cookies", "No cookies.", false, r.sentCookies())
	add("Session", sessionEmpty(r), false, r.keptInSession())
	var fields []debugpage.Row
	for _, f := range r.x.Request.Header.Fields() {
		fields = append(fields, debugpage.Row{Name: string(f.Name), Value: shown(string(f.Name), string(f.Value))})
	}
	add("Header", "No fields.", false, fields)
	if r.queries != nil {
		add("Queries of this request", "None.", true, r.queries.rows())
	}
	rows := []debugpage.Row{{Name: "request id", Value: r.ID()}}
	if c := r.Client(); c.IsValid() {
		rows = append(rows, debugpage.Row{Name: "client", Value: c.String()})
	}
	if r.Language() != "" {
		rows = append(rows, debugpage.Row{Name: "language", Value: r.Language()})
	}
	add("Request", "", true, rows)
	var variables, settings []debugpage.Row
	for _, s := range a.config.Settings {
		variables = append(variables, debugpage.Row{Name: s.Name, Value: debugpage.RedactSetting(s.Name, s.Value)})
	}
	for _, s := range info.Settings {
		note := ""
		if s.Default {
			note = "default"
		}
		settings = append(settings, debugpage.Row{Name: s.Name, Value: debugpage.RedactSetting(s.Name, s.Value), Note: note})
	}
	add("Variables", "", true, variables)
	add("Settings", "", true, settings)
	return tables
}

// causes lists what is wrapped in an error, outermost first; one alone says nothing that the page does not say.
func causes(err error) []debugpage.Row {
	var rows []debugpage.Row
	var walk func(e error)
	walk = func(e error) {
		for e != nil && len(rows) < 50 {
			rows = append(rows, debugpage.Row{Name: fmt.Sprintf("%T", e), Value: e.Error()})
			if several, ok := e.(interface{ Unwrap() []error }); ok {
				for _, inner := range several.Unwrap() {
					walk(inner)
				}
				return
			}
			e = errors.Unwrap(e)
		}
	}
	walk(err)
	if len(rows) < 2 {
		return nil
	}
	return rows
}

// tried are the routes in their order.
func (a *App) tried(info *debugpage.Info) (rows []debugpage.Row) {
	for i := range a.table.Len() {
		e := a.table.Entry(i)
		value := e.Name
		if value == "" {
			value = "view." + a.views[i].Name
		}
		rows = append(rows, debugpage.Row{Name: e.Address, Value: value, Note: info.Place("route." + e.Address)})
	}
	return rows
}

func sent(values Values) (rows []debugpage.Row) {
	for _, name := range values.Names() {
		rows = append(rows, debugpage.Row{Name: name, Value: shown(name, strings.Join(values.All(name), ", "))})
	}
	return rows
}

// sentForm are the fields of the form and its files, where somebody has read it: a page about a
// failure does not begin to.
func (r *Request) sentForm() []debugpage.Row {
	if !r.formRead {
		return nil
	}
	rows := sent(r.form)
	for _, f := range r.files.files {
		rows = append(rows, debugpage.Row{Name: f.Field, Value: shown(f.Field, f.Name), Note: fmt.Sprintf("a file of %d bytes", f.Size)})
	}
	return rows
}

func postEmpty(r *Request) string {
	if r.formRead {
		return "No fields."
	}
	return "The form was not read."
}

// sentCookies are the cookies; those that let somebody in are hidden.
func (r *Request) sentCookies() (rows []debugpage.Row) {
	for _, f := range r.x.Request.Header.Fields() {
		if !strings.EqualFold(string(f.Name), "Cookie") {
			continue
		}
		for pair := range strings.SplitSeq(string(f.Value), ";") {
			name, value, _ := strings.Cut(strings.TrimSpace(pair), "=")
			rows = append(rows, debugpage.Row{Name: name, Value: shown(name, value)})
		}
	}
	return rows
}

// keptInSession is what the session holds, where the request has read it already.
func (r *Request) keptInSession() (rows []debugpage.Row) {
	if r.session == nil || !r.session.Accessed() {
		return nil
	}
	for _, name := range r.session.Names() {
		rows = append(rows, debugpage.Row{Name: name, Value: shown(name, fmt.Sprint(r.session.Get(name)))})
	}
	return rows
}

func sessionEmpty(r *Request) string {
	switch {
	case r.session == nil:
		return "There is none: no layer session has run."
	case !r.session.Accessed():
		return "The request has not read it."
	}
	return "It is empty."
}
