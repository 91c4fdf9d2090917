package web

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"
	"strconv"
	"strings"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/web/debugpage"
)

// Debug reports whether the client may see the insides of the site: it runs for
// development, and the client is at the same machine, or comes by a unix socket.
func (r *Request) Debug() bool {
	if !r.app.config.Debug {
		return false
	}
	client := r.x.Request.Client
	return !client.IsValid() || client.Addr().Unmap().IsLoopback()
}

// placed is an error of a compiled template, which knows its place: a
// *tmpl.Error. Sites without templates do not link that package.
type placed interface {
	error
	TemplatePlace() (template string, line, column int)
}

// debugPage shows a failure to the developer: as HTML, or as text to who does not take that. It is nil
// for failures that are nobody's mistake.
func (a *App) debugPage(r *Request, status int, err error) *Response {
	if status < 500 && status != 404 && saidByStatus(err) {
		return nil
	}
	report := a.report(r, status, err)
	var p *Response
	if r.Accepts("text/html") {
		nonce := r.CSPNonce()
		p = HTML(report.HTML(nonce))
		p.SetHeader("Content-Security-Policy", debugpage.Policy(nonce))
	} else {
		p = Text(report.Text())
	}
	p.SetHeader("Cache-Control", "no-store")
	p.SetHeader("X-Content-Type-Options", "nosniff")
	p.Vary("Accept")
	p.Status = status
	return p
}

// saidByStatus reports whether an error is an answer: it was given its status by whoever raised it.
func saidByStatus(err error) bool {
	var own *Error
	var body *gateway.Error
	return errors.As(err, &own) || errors.As(err, &body)
}

// report collects what there is to know.
func (a *App) report(r *Request, status int, err error) *debugpage.Report {
	// A site that runs for development does so in its project's folder.
	project, _ := os.Getwd()
	info := debugpage.Read(project)
	report := &debugpage.Report{
		Status: status, Title: StatusText(status),
		Method: r.Method(), URL: redactURL(r),
		Error: err.Error(), Kind: kindOf(err),
		Way: a.way(r, info),
	}
	view := debugpage.Part{}
	if r.view != nil {
		view = info.View(r.view.Name)
	}
	var p *panicError
	panicked := errors.As(err, &p)
	var at placed
	if errors.As(err, &at) {
		if name, line, column := at.TemplatePlace(); name != "" {
			report.Excerpts = append(report.Excerpts, debugpage.ReadExcerpt("In the template", project, "templates/"+name, line, column-1))
		}
	}
	switch {
	case panicked:
		report.Stack = string(p.stack)
		if file, line := debugpage.OwnFrame(report.Stack, modulePath(), project); file != "" {
			report.Excerpts = append(report.Excerpts, debugpage.ReadExcerpt("It panicked on the way through this line", project, file, line, 0))
		}
	case r.raisedIn >= 0 && r.raisedIn < len(info.Layers):
		addOrigin(report, project, info.Layers[r.raisedIn])
	default:
		if e, found := lastQuery(r, err, project); found {
			report.Excerpts = append(report.Excerpts, e)
		} else {
			addOrigin(report, project, view)
		}
	}
	report.Tables = a.debugTables(r, err, info)
	return report
}

// addOrigin adds where a function of the project may have returned the error.
func addOrigin(report *debugpage.Report, project string, part debugpage.Part) {
	if e, found := debugpage.Origin(project, debugpage.Functions(part), report.Error); found {
		report.Excerpts = append(report.Excerpts, e)
	}
}

// modulePath is the project's, as files of its build are named.
func modulePath() string {
	if info, ok := debug.ReadBuildInfo(); ok {
		return info.Main.Path
	}
	return ""
}

// kindOf is the Go type of what was raised, without wrappers that only add words.
func kindOf(err error) string {
	var p *panicError
	if errors.As(err, &p) {
		return fmt.Sprintf("panic with a %T", p.value)
	}
	var own *Error
	if errors.As(err, &own) {
		return "*web.Error, status " + strconv.Itoa(own.Status)
	}
	return fmt.Sprintf("%T", err)
}

// lastQuery is where the project sent the query that the database refused.
func lastQuery(r *Request, err error, project string) (debugpage.Excerpt, bool) {
	if r.queries == nil {
		return debugpage.Excerpt{}, false
	}
	file, line := r.queries.origin(err, project)
	if file == "" {
		return debugpage.Excerpt{}, false
	}
	return debugpage.ReadExcerpt("The query was sent from here", project, file, line, 0), true
}

// way lists the tiers that the request passed.
func (a *App) way(r *Request, info *debugpage.Info) []debugpage.Step {
	var steps []debugpage.Step
	for _, l := range info.Listeners {
		steps = append(steps, debugpage.Step{Tier: "listener", Text: strings.TrimPrefix(l.Address, "listen.") + " on " + l.Text, Place: info.Place(l.Address)})
	}
	if len(steps) > 0 {
		// stackgen run serves on an address of its own.
		steps = []debugpage.Step{{Tier: "listener", Text: "that of development, in place of " + stepTexts(steps), Place: steps[0].Place}}
	}
	if pattern := r.x.Location; pattern != "" {
		l := info.Location(pattern)
		steps = append(steps, debugpage.Step{Tier: "location", Text: strings.TrimSpace(pattern + ": " + l.Text), Place: info.Place(l.Address)})
	}
	for i := range min(r.entered, len(info.Layers)) {
		l := info.Layers[i]
		steps = append(steps, debugpage.Step{
			Tier: "layer", Text: strings.TrimPrefix(l.Address, "middleware."), Place: info.Place(l.Address), Failed: r.raisedIn == i,
		})
	}
	if r.raisedIn >= 0 {
		return steps
	}
	if r.match.Route < 0 {
		return append(steps, debugpage.Step{Tier: "route", Text: "none matches " + r.Path(), Failed: true})
	}
	e := r.match.Entry()
	text := e.Address
	for _, name := range e.Captures {
		text += fmt.Sprintf(" %s=%q", name, r.Arg(name))
	}
	steps = append(steps, debugpage.Step{Tier: "route", Text: text, Place: info.Place("route." + e.Address)})
	view := info.View(r.view.Name)
	text = "view." + r.view.Name
	if view.Text != "" {
		text += ", " + view.Text
	}
	if len(view.Functions) > 0 {
		text += " (" + strings.Join(view.Functions, ", ") + ")"
	}
	return append(steps, debugpage.Step{Tier: "view", Text: text, Place: info.Place(view.Address), Failed: true})
}

func stepTexts(steps []debugpage.Step) string {
	var texts []string
	for _, s := range steps {
		texts = append(texts, s.Text)
	}
	return strings.Join(texts, ", ")
}

// redactURL is the URL with what is secret in its query hidden.
func redactURL(r *Request) string {
	url := r.Scheme() + "://" + r.Host() + r.Path()
	sep := "?"
	for _, name := range r.Query().Names() {
		for _, value := range r.Query().All(name) {
			url += sep + name + "=" + debugpage.Redact(name, value)
			sep = "&"
		}
	}
	return url
}
