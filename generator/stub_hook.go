package generator

import (
	"fmt"
	"go/types"
	"strings"

	"stackgen.dev/generator/models"
	"stackgen.dev/schema"
)

// hookStubs are the functions that take part in views, and those of converters and
// commands, each with what to write for it.
func hookStubs(site *schema.Site) []namedStub {
	var list []namedStub
	add := func(ref schema.GoRef, doc, signature, body string) {
		if ref.Set() {
			list = append(list, namedStub{ref, fmt.Sprintf("// %s %s\nfunc %s%s {\n%s}\n", ref.Name, doc, ref.Name, signature, body)})
		}
	}
	for _, v := range site.Views {
		m, _ := viewModel(v)
		row := "T"
		if m != nil {
			row = models.TypeName(m)
		}
		view := "view." + v.Name
		narrow := func(ref schema.GoRef, row string) {
			add(ref, "leaves the rows that there are for a request ("+view+").",
				fmt.Sprintf("(r *web.Request, rows model.Query[models.%s]) (model.Query[models.%s], error)", row, row), "\treturn rows, nil\n")
		}
		queryset := func(ref schema.GoRef) { narrow(ref, row) }
		valid := func(ref schema.GoRef) {
			add(ref, "gets a row before it is stored ("+view+").", fmt.Sprintf("(r *web.Request, form *forms.Form, row *models.%s) error", row), "\treturn nil\n")
		}
		invalid := func(ref schema.GoRef) {
			add(ref, "is told of a form that is not valid ("+view+"); nil shows it again.", "(r *web.Request, form *forms.Form) (*web.Response, error)", "\treturn nil, nil\n")
		}
		switch {
		case v.List != nil:
			queryset(v.List.Queryset)
		case v.Detail != nil:
			queryset(v.Detail.Queryset)
		case v.Archive != nil:
			queryset(v.Archive.Queryset)
		case v.DateDetail != nil:
			queryset(v.DateDetail.Queryset)
		case v.Create != nil:
			valid(v.Create.FormValid)
			invalid(v.Create.FormInvalid)
		case v.Update != nil:
			queryset(v.Update.Queryset)
			valid(v.Update.FormValid)
			invalid(v.Update.FormInvalid)
		case v.Delete != nil:
			queryset(v.Delete.Queryset)
		case v.Resource != nil:
			for _, p := range v.Resource.Parents() {
				if p.Model() != nil {
					narrow(p.Queryset, models.TypeName(p.Model()))
				}
			}
			queryset(v.Resource.Queryset)
			valid(v.Resource.FormValid)
		case v.WebSocket != nil:
			add(v.WebSocket.Handler, "has a connection of "+view+" until it returns.", "(r *web.Request, c *websocket.Conn) error",
				"\tfor {\n\t\ttext, err := c.ReadText()\n\t\tif err != nil {\n\t\t\treturn err\n\t\t}\n\t\tif err := c.WriteText(text); err != nil {\n\t\t\treturn err\n\t\t}\n\t}\n")
		case v.Form != nil:
			add(v.Form.Handler, "gets a valid form ("+view+").", "(r *web.Request, form *forms.Form) error", "\treturn nil\n")
			invalid(v.Form.FormInvalid)
		}
		for _, pair := range v.Context {
			add(pair.Go, "is "+pair.Key+" of "+view+".", "(r *web.Request) (string, error)", fmt.Sprintf("\treturn %q, nil\n", pair.Key))
		}
		add(v.UserPassesTest, "says who may see "+view+".", "(r *web.Request) (bool, error)", "\treturn false, nil\n")
	}
	for _, c := range site.Converters {
		value := "string"
		p := &project{site: site, module: site.Module.V}
		if _, result, ok := p.resultType(c.ToValue); ok {
			value = types.ExprString(result)
		}
		add(c.ToValue, "reads the text of <"+c.Name+":…>; an error says that the path does not match.", "(text string) (string, error)", "\treturn text, nil\n")
		add(c.ToURL, "writes a value of <"+c.Name+":…> into a URL.", "(value "+value+") string", "\treturn fmt.Sprint(value)\n")
	}
	for _, c := range site.Commands {
		add(c.Handler, "is the command "+c.Name+".", "(c *command.Call) error", "\treturn nil\n")
	}
	return list
}

// namedStub is a function that the site names, and its text.
type namedStub struct {
	ref  schema.GoRef
	body string
}

// stubImports are the packages that the text of a function needs, those of the project last.
func stubImports(site *schema.Site, body string) []string {
	var paths []string
	for _, p := range []struct{ mark, path string }{
		{"fmt.Sprint", "fmt"}, {"time.Time", "time"}, {"model.Date", pkgModel}, {"model.Query", pkgModel}, {"*site.", pkgSite}, {"*web.", pkgWeb}, {"command.Call", pkgCommand}, {"forms.Form", pkgForms}, {"websocket.Conn", pkgWebSocket},
		{"models.", site.Module.V + "/gen/models"},
	} {
		if strings.Contains(body, p.mark) {
			paths = append(paths, p.path)
		}
	}
	return paths
}
