package generator

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
)

// emitMain writes gen/main.gen.go: the program.
func (p *project) emitMain() *emit.File {
	f := emit.New("gen/main.gen.go", p.module+"/gen", "main")
	f.ImportAlias(pkgSite, "stackgen")
	own := p.module + "/" + sitePackage
	f.PackageDoc("Command " + p.site.Name + " is the site that " + p.sourceName(p.site.File) + " describes.")
	f.Func().Id("main").Params().Block(
		jen.Qual(pkgSite, "Main").Call(jen.Qual(own, "Variables"), jen.Qual(own, "New")),
	)
	return f
}

// emitSite writes gen/site/site.gen.go: variables, listeners, workers, and who
// brings in the other tiers. unescaped says that there is gen/site/unescaped.gen.go.
func (p *project) emitSite(unescaped bool) *emit.File {
	f := p.file("site")
	s := p.site

	f.PackageDoc("Package site brings together what " + p.sourceName(s.File) + " describes.")
	f.Doc("Variables are read from the environment when the site starts.")
	var vars []jen.Code
	for _, v := range s.Variables {
		if v.Env.V == "" {
			continue
		}
		var fs fields
		fs.add("Name", jen.Lit(v.Name))
		fs.add("Env", jen.Lit(v.Env.V))
		if text, ok := variableDefault(v); ok {
			fs.addIf(text != "", "Default", jen.Lit(text))
		} else {
			fs.add("Required", jen.True())
		}
		fs.addIf(v.Sensitive.V, "Sensitive", jen.True())
		vars = append(vars, jen.Values(fs...))
	}
	f.Var().Id("Variables").Op("=").Index().Qual(pkgSite, "Variable").Add(emit.Rows(vars...))
	f.Line()

	f.Doc("New brings the tiers together.")
	var def fields
	def.add("Name", jen.Lit(s.Name))
	def.add("DataDir", str(s.DataDir))
	def.addIf(p.takesFiles(), "Folders", strs([]string{uploadFolder}))
	def.add("Listeners", jen.Index().Qual(pkgSite, "Listener").Add(emit.Rows(p.listeners()...)))
	def.add("Workers", jen.Qual(pkgSite, "Workers").Add(emit.Rows(p.workers()...)))
	def.add("Limits", jen.Qual(pkgSite, "Limits").Add(emit.Rows(p.limits()...)))
	def.add("Proxy", jen.Id("newProxy").Call(jen.Id("v")))
	if s.Proxy.AccessLog.V != "" {
		def.add("AccessLog", str(s.Proxy.AccessLog))
	}
	if l := s.Proxy.Log; l != nil {
		var fs fields
		fs.addIf(wanted(l.File), "Access", str(l.File))
		fs.addIf(wanted(l.ErrorFile), "Errors", str(l.ErrorFile))
		def.addIf(len(fs) > 0, "Logs", jen.Qual(pkgSite, "LogFiles").Values(fs...))
	}
	if s.Database != nil {
		rows := []jen.Code{
			emit.Field("URL", str(s.Database.URL)),
			emit.Field("Engines", jen.Id("engines").Call()),
			emit.Field("Tables", jen.Id("tables").Call()),
		}
		if len(s.SQL) > 0 {
			rows = append(rows, emit.Field("Statements", jen.Qual(p.module+"/gen/models", "NamedStatements").Call()))
		}
		if p.hasApp() && p.hasLayer("auth") {
			rows = append(rows, emit.Field("Settle", jen.Id("permissions")))
		}
		def.add("Database", jen.Op("&").Qual(pkgSite, "Database").Add(emit.Rows(rows...)))
	}
	if p.hasApp() {
		def.add("App", jen.Id("newApp"))
		def.add("Routes", jen.Id("routeTable").Call())
		if commands := p.siteCommands(); len(commands) > 0 {
			def.add("Commands", jen.Index().Qual(pkgSite, "Command").Add(emit.Rows(commands...)))
		}
	}
	if deploy := p.deploy(); len(deploy) > 0 {
		def.add("Deploy", jen.Qual(pkgSite, "Deploy").Add(emit.Rows(deploy...)))
	}
	if s.Tracing != nil {
		def.add("Tracing", p.tracing(s.Tracing))
	}
	def.addIf(s.Proxy.ShowsStatus(), "ShowsStatus", jen.True())
	def.addIf(unescaped, "Unescaped", jen.Id("unescaped"))
	f.Func().Id("New").Params(jen.Id("v").Op("*").Qual(pkgSite, "Variables")).Qual(pkgSite, "Definition").Block(
		jen.Return(jen.Qual(pkgSite, "Definition").Add(emit.Rows(def...))),
	)
	return f
}

func (p *project) listeners() []jen.Code {
	var rows []jen.Code
	for _, l := range p.site.Proxy.Listens {
		var fs fields
		fs.add("Name", jen.Lit(l.Name))
		fs.add("Address", str(l.Address))
		if l.TLS != nil {
			fs.add("TLS", p.tls(l.TLS))
		}
		fs.addIf(l.HTTP3.V, "HTTP3", jen.Qual(pkgHTTP3, "Protocol").Values())
		fs.addIf(len(l.ProxyProtocol) > 0, "ProxyProtocol", networks(l.ProxyProtocol))
		fs.addIf(wanted(l.RedirectToHTTPS), "RedirectToHTTPS", boolean(l.RedirectToHTTPS))
		fs.addIf(l.Mode.Set, "Mode", str(l.Mode))
		fs.addIf(l.Owner.Set, "Owner", str(l.Owner))
		rows = append(rows, jen.Values(fs...))
	}
	return rows
}

func (p *project) limits() []jen.Code {
	x := p.site.Proxy
	var fs fields
	fs.add("MaxBody", size(x.MaxBody))
	fs.add("HeaderTimeout", duration(x.HeaderTimeout))
	fs.add("BodyTimeout", duration(x.BodyTimeout))
	fs.add("SendTimeout", duration(x.SendTimeout))
	fs.add("KeepaliveTimeout", duration(x.KeepaliveTimeout))
	return fs
}
