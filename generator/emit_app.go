package generator

import (
	"fmt"
	"sync"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/generator/models"
	"stackgen.dev/generator/template"
	"stackgen.dev/schema"
)

// emitApp writes the application tier: middleware, routes and views, and the
// packages that they use.
func (p *project) emitApp(set *FileSet) {
	views := p.emitViews() // first, as it finds out which views read variables
	files := []*emit.File{p.emitApplication(), p.emitRoutes(), views, p.emitURLs()}
	if own := p.emitConverters(); own != nil {
		files = append(files, own)
	}
	if sets := p.emitFormSets(); sets != nil {
		files = append(files, sets)
	}
	files = append(files, models.Emit(p.site, p.module)...)
	files = append(files, p.emitAuth()...)
	files = append(files, p.emitCommands()...)
	files = append(files, p.emitSiteTest())
	files = append(files, p.compileTemplates()...)
	if p.site.Database != nil {
		files = append(files, p.emitDatabase(set))
	}
	p.addOpenAPI(set)
	p.addClients(set)
	// Formatting is most of the work, and a file does not depend on another.
	contents := make([][]byte, len(files))
	var formatting sync.WaitGroup
	for i, file := range files {
		formatting.Go(func() { contents[i] = file.Bytes() })
	}
	formatting.Wait()
	for i, file := range files {
		set.Add(file.Path, contents[i])
	}
}

// emitApplication writes gen/site/app.gen.go.
func (p *project) emitApplication() *emit.File {
	f := p.file("app")
	var config fields
	prelude := append(p.storeStatements(), p.purges()...)
	config.add("Routes", jen.Id("routes").Call(p.env(p.anyReadsVariables())...))
	config.addIf(len(p.site.Converters) > 0, "Converters", p.convertersConfig())
	if len(p.site.Middleware) > 0 {
		config.add("Middleware", jen.Id("middlewares").Call(p.storeArguments()...))
	}
	config.add("Keys", jen.Id("env").Dot("SecretKeys"))
	if p.site.Database != nil {
		config.add("Database", jen.Id("env").Dot("DB"))
	}
	if len(p.dynamicTemplates()) > 0 {
		config.add("Templates", jen.Qual(p.module+"/gen/templates", template.IndexName(p.pages())))
	}
	if p.speaks() {
		config.add("Texts", jen.Qual(p.module+"/gen/templates", template.TextName(p.pages())))
		config.add("Plurals", jen.Qual(p.module+"/gen/templates", template.PluralName(p.pages())))
	}
	if pages := p.errorPages(); len(pages) > 0 {
		var rows []jen.Code
		for _, e := range pages {
			rows = append(rows, jen.Lit(e.status).Op(":").Qual(pkgWeb, "ErrorTemplate").Call(jen.Lit(e.template)))
		}
		config.add("ErrorViews", jen.Map(jen.Int()).Qual(pkgWeb, "ErrorView").Add(emit.Rows(rows...)))
	}
	if p.site.TimeZone.V != "UTC" {
		config.add("TimeZone", jen.Id("env").Dot("Zone").Call(str(p.site.TimeZone)))
	}
	p.storeConfig(&config)
	if p.site.Email != nil {
		config.add("Mailer", jen.Qual(pkgMail, "From").Call(envText(p.site.Email.From), jen.Id("mailer")))
		config.addIf(len(p.site.Email.Admins) > 0, "Admins", p.admins())
	}
	config.add("Debug", jen.Id("env").Dot("Debug"))
	config.addIf(p.bindsVariables(), "Settings", jen.Id("env").Dot("Settings").Call())
	config.addIf(p.site.Database != nil && p.site.Database.Strict.V, "StrictQueries", jen.True())
	config.add("Log", jen.Id("env").Dot("Log"))
	if p.site.TimeZone.V != "UTC" {
		f.Anon("time/tzdata") // the binary needs nothing beside it
	}
	f.Doc("newApp is the application server's tier.")
	f.Func().Id("newApp").Params(jen.Id("env").Op("*").Qual(pkgSite, "Env")).
		Params(jen.Qual(pkgGateway, "Handler"), jen.Error()).Block(append(prelude,
		jen.Return(jen.Qual(pkgWeb, "New").Call(jen.Qual(pkgWeb, "Config").Add(emit.Rows(config...)))))...,
	)
	if len(p.site.Middleware) > 0 {
		p.emitMiddleware(f)
	}
	return f
}

// goFunc names a function of the user's.
func (p *project) goFunc(ref schema.GoRef) jen.Code {
	return jen.Qual(p.module+"/"+ref.Package, ref.Name)
}

// emitRoutes writes gen/site/routes.gen.go: one line a route, in the order of the site file.
func (p *project) emitRoutes() *emit.File {
	f := p.file("routes")
	f.Doc("routes are tried in order; the first match wins.")
	f.Func().Id("routes").Params(p.envParam(p.anyReadsVariables())...).Index().Qual(pkgWeb, "Route").Block(
		jen.Return(jen.Index().Qual(pkgWeb, "Route").Add(emit.Rows(p.routeRows(p.site.Routes)...))),
	)
	f.Line()
	f.Doc("routeTable is what the routes command prints.")
	var rows []jen.Code
	for _, r := range p.site.AllRoutes() {
		rows = append(rows, jen.Values(
			emit.Field("Pattern", jen.Lit(r.Address())), emit.Field("Name", jen.Lit(r.FullName)), emit.Field("View", jen.Lit("view."+r.View.Name)),
		))
	}
	f.Func().Id("routeTable").Params().Index().Qual(pkgSite, "Route").Block(
		jen.Return(jen.Index().Qual(pkgSite, "Route").Add(emit.Rows(rows...))),
	)
	return f
}

func (p *project) routeRows(nodes []schema.RouteNode) []jen.Code {
	var rows []jen.Code
	for _, n := range nodes {
		switch n := n.(type) {
		case *schema.Route:
			var fs fields
			fs.add("Pattern", jen.Lit(n.Pattern))
			fs.addIf(n.Regex, "Regex", jen.True())
			fs.addIf(n.Host.V != "", "Host", jen.Lit(n.Host.V))
			fs.add("Name", jen.Lit(n.Name.V))
			fs.add("View", jen.Id(viewFunc(n.View.Target)).Call(p.env(p.readsVariables[n.View.Target])...))
			rows = append(rows, jen.Values(fs...))
		case *schema.Group:
			var fs fields
			fs.add("Pattern", jen.Lit(n.Prefix))
			fs.addIf(n.Host.V != "", "Host", jen.Lit(n.Host.V))
			fs.addIf(n.Namespace.V != "", "Namespace", jen.Lit(n.Namespace.V))
			fs.add("Include", jen.Index().Qual(pkgWeb, "Route").Add(emit.Rows(p.routeRows(n.Nodes)...)))
			rows = append(rows, jen.Values(fs...))
		default:
			bug("route node %T", n)
		}
	}
	return rows
}

// viewFunc is the generated function that makes a view.
func viewFunc(v *schema.View) string { return lowerFirst(schema.GoName(v.Name)) + "View" }

// envParam is the parameter of a function that reads variables, and env the
// argument for it; nothing for a function that reads none.
func (p *project) envParam(reads bool) []jen.Code {
	if !reads {
		return nil
	}
	return []jen.Code{jen.Id("env").Op("*").Qual(pkgSite, "Env")}
}

func (p *project) env(reads bool) []jen.Code {
	if !reads {
		return nil
	}
	return []jen.Code{jen.Id("env")}
}

// anyReadsVariables reports whether the view of a route does.
func (p *project) anyReadsVariables() bool {
	for _, r := range p.site.AllRoutes() {
		if p.readsVariables[r.View.Target] {
			return true
		}
	}
	return false
}

// describe is the comment above a generated view.
func describe(v *schema.View) string {
	return fmt.Sprintf("%s is view.%s: %s.", viewFunc(v), v.Name, answerOf(v))
}

// answerOf says what a view answers.
func answerOf(v *schema.View) string {
	page, data := "", ""
	if v.JSON != nil {
		page, data = " from JSON", " as JSON"
	}
	m, _ := viewModel(v)
	switch {
	case v.Handler.Set():
		return "a Go function"
	case v.HTTP.Set():
		return "a handler of net/http"
	case v.WebSocket != nil:
		return "a WebSocket for go." + v.WebSocket.Handler.Package + "." + v.WebSocket.Handler.Name
	case v.Text.Set:
		return "a fixed text"
	case v.Redirect != nil:
		return "a redirect"
	case v.SetLanguage != nil:
		return "the choice of a language"
	case v.Form != nil:
		return "a form for go." + v.Form.Handler.Package + "." + v.Form.Handler.Name
	case v.Login != nil:
		return "the login"
	case v.Logout != nil:
		return "the logout"
	case v.PasswordChange != nil:
		return "a change of password"
	case v.PasswordReset != nil:
		return "a link to reset a password"
	case v.PasswordResetConfirm != nil:
		return "a new password for who has the link"
	case v.Invite != nil:
		return "an invitation"
	case v.SignUp != nil:
		return "an account for who is invited"
	case v.List != nil:
		return "a list of model." + m.Name + data
	case v.Detail != nil:
		return "a row of model." + m.Name + data
	case v.Archive != nil && v.Archive.Period.V == "":
		return "an archive of model." + m.Name
	case v.Archive != nil && v.Archive.Period.V == "today":
		return "today's archive of model." + m.Name
	case v.Archive != nil:
		return "an archive of model." + m.Name + " by " + v.Archive.Period.V
	case v.DateDetail != nil:
		return "a row of model." + m.Name + " by its day" + data
	case v.Create != nil:
		return "a new row of model." + m.Name + page
	case v.Update != nil:
		return "changes to a row of model." + m.Name + page
	case v.Delete != nil:
		return "the end of a row of model." + m.Name
	case v.Resource != nil:
		return "the resource model." + m.Name
	case v.OpenAPI != nil:
		return "the description of the site's resources"
	case v.JSON != nil:
		return "rows as JSON"
	}
	return "the page " + v.Template.V
}
