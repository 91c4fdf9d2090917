package generator

import (
	"slices"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/schema"
)

// hasLayer reports whether the site's middleware names a built-in layer.
func (p *project) hasLayer(name string) bool {
	return slices.ContainsFunc(p.site.Middleware, func(m schema.Middleware) bool { return m.Name == name })
}

// emitMiddleware writes the onion: a line for each layer, with its settings.
func (p *project) emitMiddleware(f *emit.File) {
	var rows []jen.Code
	for _, m := range p.site.Middleware {
		switch {
		case m.HTTP:
			rows = append(rows, jen.Qual(pkgWeb, "HTTPMiddleware").Call(p.goFunc(m.Go)))
		case m.Go.Set():
			rows = append(rows, p.goFunc(m.Go))
		case m.Name == "auth":
			rows = append(rows, jen.Id("newAuth").Call().Dot("Wrap"))
		case m.Name == "login_required":
			rows = append(rows, jen.Qual(pkgAuth, "RequireLogin"))
		default:
			rows = append(rows, p.layer(m.Name))
		}
	}
	f.Line()
	f.Doc("middlewares are the layers of the onion, outermost first.")
	var params []jen.Code
	if p.storedSessions() != "" {
		params = append(params, jen.Id("kept").Qual(pkgSessions, "Keeper"))
	}
	f.Func().Id("middlewares").Params(params...).Index().Qual(pkgWeb, "Middleware").Block(
		jen.Return(jen.Index().Qual(pkgWeb, "Middleware").Add(emit.Rows(rows...))),
	)
}

// layer is a built-in layer with what the site file tells it.
func (p *project) layer(name string) jen.Code {
	s := p.site
	var fs fields
	kind, method := "", "Wrap"
	switch name {
	case "security":
		kind = "Security"
		if x := s.Security; x != nil {
			fs.addIf(wanted(x.HSTS), "HSTS", duration(x.HSTS))
			fs.addIf(x.HSTSSubdomains.V, "HSTSSubdomains", jen.True())
			fs.addIf(x.HSTSPreload.V, "HSTSPreload", jen.True())
			fs.addIf(x.ReferrerPolicy.Set, "ReferrerPolicy", str(x.ReferrerPolicy))
			fs.addIf(x.CrossOriginOpenerPolicy.Set, "OpenerPolicy", str(x.CrossOriginOpenerPolicy))
			fs.addIf(x.SSLRedirect.V, "SSLRedirect", jen.True())
			fs.addIf(x.SSLHost.Set, "SSLHost", str(x.SSLHost))
			fs.addIf(len(x.RedirectExempt) > 0, "RedirectExempt", expressions(x.RedirectExempt))
		}
	case "session":
		kind = "Session"
		p.sessionLayer(&fs)
	case "csrf":
		kind = "CSRF"
		if x := s.CSRF; x != nil {
			fs.addIf(len(x.TrustedOrigins) > 0, "TrustedOrigins", stringList(x.TrustedOrigins))
			fs.addIf(x.HeaderName.Set, "Header", str(x.HeaderName))
			fs.addIf(x.HTTPOnly.V, "HTTPOnly", jen.True())
			var c fields
			c.addIf(x.CookieName.Set, "Name", str(x.CookieName))
			c.addIf(x.CookieAge.Set, "MaxAge", duration(x.CookieAge))
			c.addIf(x.CookieDomain.Set, "Domain", str(x.CookieDomain))
			fs.addIf(len(c) > 0, "Cookie", jen.Qual(pkgWeb, "Cookie").Values(c...))
		}
	case "common":
		kind = "Common"
		if x := s.Common; x != nil {
			fs.addIf(!x.AppendSlash.V, "NoAppendSlash", jen.True())
			fs.addIf(x.PrependWWW.V, "PrependWWW", jen.True())
			fs.addIf(len(x.DisallowedUserAgents) > 0, "DisallowedUserAgents", expressions(x.DisallowedUserAgents))
		}
	case "clickjacking":
		kind = "Clickjacking"
		if x := s.Clickjacking; x != nil && x.FrameOptions.Set {
			fs.add("Value", str(x.FrameOptions))
		}
	case "message":
		kind = "Message"
		if x := s.Message; x != nil && x.Level.Set {
			fs.add("MinLevel", jen.Qual(pkgMessages, schema.GoName(x.Level.V)))
		}
	case "csp":
		kind = "CSP"
		p.cspLayer(&fs)
	case "cors":
		kind = "CORS"
		p.corsLayer(&fs)
	case "locale":
		kind = "Locale"
		fs.add("Languages", p.languageSet())
		fs.addIf(slices.ContainsFunc(p.site.Views, func(v *schema.View) bool { return v.SetLanguage != nil }), "Chosen", jen.True())
	case "gzip":
		kind = "GZip"
	case "conditional_get":
		kind = "ConditionalGet"
	case "update_cache", "fetch_from_cache":
		kind, method = "PageCache", "Update"
		if name == "fetch_from_cache" {
			method = "Fetch"
		}
		if s.Cache != nil && s.Cache.PageAge.Set {
			fs.add("TTL", duration(s.Cache.PageAge))
		}
	default:
		bug("middleware %s has no type", name)
	}
	return jen.Qual(pkgMiddleware, kind).Values(fs...).Dot(method)
}

func (p *project) sessionLayer(fs *fields) {
	if p.storedSessions() != "" {
		fs.add("Store", jen.Qual(pkgSessions, "NewStored").Call(jen.Id("kept")))
	}
	x := p.site.Session
	if x == nil {
		return
	}
	fs.addIf(x.Age.Set, "Age", duration(x.Age))
	fs.addIf(x.ExpireAtClose.V, "ExpireAtClose", jen.True())
	fs.addIf(x.SaveEveryRequest.V, "SaveEveryRequest", jen.True())
	var c fields
	c.addIf(x.CookieName.Set, "Name", str(x.CookieName))
	c.addIf(x.CookieDomain.Set, "Domain", str(x.CookieDomain))
	c.addIf(x.SameSite.Set, "SameSite", str(x.SameSite))
	fs.addIf(len(c) > 0, "Cookie", jen.Qual(pkgWeb, "Cookie").Values(c...))
}

func (p *project) cspLayer(fs *fields) {
	var rows []jen.Code
	for _, d := range p.site.CSP.Directives {
		var sources []string
		for _, s := range d.Sources {
			sources = append(sources, schema.CSPSource(s.V))
		}
		var row fields
		row.add("Name", jen.Lit(d.Name))
		row.addIf(len(sources) > 0, "Sources", strs(sources))
		rows = append(rows, jen.Values(row...))
	}
	field := "Policy"
	if p.site.CSP.ReportOnly.V {
		field = "ReportOnly"
	}
	fs.add(field, jen.Index().Qual(pkgMiddleware, "CSPDirective").Add(emit.Rows(rows...)))
}

func (p *project) corsLayer(fs *fields) {
	x := p.site.CORS
	fs.addIf(len(x.AllowedOrigins) > 0, "Origins", stringList(x.AllowedOrigins))
	fs.addIf(len(x.AllowedOriginExpressions) > 0, "OriginExpressions", expressions(x.AllowedOriginExpressions))
	fs.addIf(x.AllowAllOrigins.V, "AllOrigins", jen.True())
	fs.addIf(x.Paths.Set, "Paths", jen.Qual("regexp", "MustCompile").Call(str(x.Paths)))
	fs.addIf(len(x.AllowMethods) > 0, "Methods", stringList(x.AllowMethods))
	fs.addIf(len(x.AllowHeaders) > 0, "Headers", stringList(x.AllowHeaders))
	fs.addIf(len(x.ExposeHeaders) > 0, "Expose", stringList(x.ExposeHeaders))
	fs.addIf(x.AllowCredentials.V, "Credentials", jen.True())
	fs.addIf(x.AllowPrivateNetwork.V, "PrivateNetwork", jen.True())
	fs.addIf(x.PreflightMaxAge.Set, "PreflightAge", duration(x.PreflightMaxAge))
}

// expressions is []*regexp.Regexp{…}; the schema has compiled each once.
func expressions(list []schema.String) jen.Code {
	var items []jen.Code
	for _, s := range list {
		items = append(items, jen.Qual("regexp", "MustCompile").Call(str(s)))
	}
	return jen.Index().Op("*").Qual("regexp", "Regexp").Values(items...)
}

// storedSessions is where sessions are kept on the server: "file", "cache", or "" for not at all.
func (p *project) storedSessions() string {
	if x := p.site.Session; x != nil && p.hasLayer("session") && x.Store.V != "signed_cookies" {
		return x.Store.V
	}
	return ""
}

// storeStatements open what newApp needs before it makes the application.
func (p *project) storeStatements() []jen.Code {
	var out []jen.Code
	open := func(name, folder string) {
		out = append(out,
			jen.List(jen.Id(name), jen.Err()).Op(":=").Qual(pkgCaches, "OpenFiles").Call(jen.Id("env").Dot("Folder").Call(jen.Lit(folder)), jen.Nil()),
			jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err())))
	}
	if c := p.site.Cache; c != nil && c.URL.Set {
		out = append(out, p.openCache(c)...)
	} else {
		out = append(out, p.openStore(open)...)
	}
	if p.storedSessions() == "file" {
		open("kept", "sessions")
	}
	if p.site.Email != nil {
		out = append(out, p.openMailer()...)
	}
	return out
}

// openStore opens the cache that the block says by its kind.
func (p *project) openStore(open func(name, folder string)) (out []jen.Code) {
	switch c := p.site.Cache; {
	case c != nil && c.Store.V == "file":
		open("cache", "cache")
	case c != nil && c.Store.V == "database":
		out = append(out, jen.Id("cache").Op(":=").Qual(pkgCaches, "NewTable").Call(jen.Id("env").Dot("DB"), num(c.MaxEntries)))
	case c != nil, p.storedSessions() == "cache":
		limit := jen.Code(jen.Lit(0))
		if c != nil {
			limit = size(c.Size)
		}
		out = append(out, jen.Id("cache").Op(":=").Qual(pkgCaches, "NewMemory").Call(limit, jen.Nil()))
	}
	return out
}

// storeArguments are what middlewares gets of them.
func (p *project) storeArguments() []jen.Code {
	switch p.storedSessions() {
	case "file":
		return []jen.Code{jen.Id("kept")}
	case "cache":
		return []jen.Code{jen.Id("cache")}
	case "database":
		return []jen.Code{jen.Qual(pkgSessions, "NewTable").Call(jen.Id("env").Dot("DB"))}
	}
	return nil
}

// uploadFolder is the folder of the site's storage, beneath its data folder.
const uploadFolder = "uploads"

// takesFiles reports whether a form of the site has files.
func (p *project) takesFiles() bool {
	return slices.ContainsFunc(p.site.Views, (*schema.View).TakesFiles)
}

// storeConfig adds the cache, and the limits of forms.
func (p *project) storeConfig(config *fields) {
	config.addIf(p.site.Cache != nil || p.storedSessions() == "cache", "Cache", jen.Id("cache"))
	config.addIf(p.takesFiles(), "StorageDir", jen.Id("env").Dot("Folder").Call(jen.Lit(uploadFolder)))
	if x := p.site.Uploads; x != nil {
		config.addIf(x.FormMemory.Set, "FormMemory", size(x.FormMemory))
		config.addIf(x.MaxFields.Set, "FormFields", num(x.MaxFields))
		config.addIf(x.FileMemory.Set, "UploadMemory", size(x.FileMemory))
		config.addIf(x.MaxFiles.Set, "UploadFiles", num(x.MaxFiles))
	}
}
