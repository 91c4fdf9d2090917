package generator

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
)

// emitSiteTest writes gen/sitetest: the site in memory, for the project's own tests.
func (p *project) emitSiteTest() *emit.File {
	f := emit.New("gen/sitetest/sitetest.gen.go", p.module+"/gen/sitetest", "sitetest")
	f.ImportAlias(pkgSiteTest, "inmemory")
	f.PackageDoc("Package sitetest has the whole site in memory, for the project's own tests.\n" +
		"They lie in packages of their own (package views_test), since the site imports the project's.")
	own := p.module + "/" + sitePackage
	siteType := jen.Op("*").Id("Site")
	self := jen.Id("s").Op("*").Id("Site")

	f.Doc("Site is the site with one visitor before it.")
	f.Type().Id("Site").Struct(jen.Op("*").Qual(pkgSiteTest, "Site"))
	f.Line()
	described := fields{}
	described.add("Variables", jen.Qual(own, "Variables"))
	described.add("New", jen.Qual(own, "New"))
	if c := p.site.CSRF; c != nil {
		described.addIf(c.CookieName.Set, "CSRFCookie", str(c.CookieName))
	}
	f.Doc("New brings the site up with an empty database, until the test ends. environment is\nnames and values of the site's variables in turn.")
	f.Func().Id("New").Params(jen.Id("t").Qual("testing", "TB"), jen.Id("environment").Op("...").String()).Add(siteType).Block(
		jen.Id("t").Dot("Helper").Call(),
		jen.Return(jen.Op("&").Id("Site").Values(jen.Qual(pkgSiteTest, "New").Call(
			jen.Id("t"), jen.Qual(pkgSiteTest, "Described").Add(emit.Rows(described...)), jen.Id("environment").Op("...")))),
	)
	f.Line()
	f.Doc("Visitor is another visitor of the same site.")
	f.Func().Params(self).Id("Visitor").Params().Add(siteType).Block(
		jen.Return(jen.Op("&").Id("Site").Values(jen.Id("s").Dot("Site").Dot("Visitor").Call())))
	if p.hasWebSockets() {
		p.emitSiteTestSocket(f)
	}
	if !p.hasLayer("auth") {
		return f
	}
	visit := func(body ...jen.Code) jen.Code {
		return jen.Id("s").Dot("Visit").Call(jen.Func().Params(request("r")).Error().Block(body...))
	}
	f.Line()
	f.Doc("Login has the visitor be that user from here on, whatever the password (force_login).")
	f.Func().Params(self).Id("Login").Params(jen.Id("user").Op("*").Qual(p.module+"/gen/models", "User")).Block(visit(
		jen.List(jen.Id("known"), jen.Err()).Op(":=").Qual(p.accountsPath(), "Users").Dot("Get").Call(jen.Id("r"), jen.Id("user").Dot("ID")),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Err())),
		jen.Return(jen.Qual(pkgAuth, "Login").Call(jen.Id("r"), jen.Id("known"))),
	))
	f.Line()
	f.Doc("Logout has the visitor be nobody.")
	f.Func().Params(self).Id("Logout").Params().Block(jen.Id("s").Dot("Visit").Call(jen.Qual(pkgAuth, "Logout")))
	return f
}
