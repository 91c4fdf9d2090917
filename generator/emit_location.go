package generator

import (
	"strings"
	"time"

	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/runtime/proxy"
	"stackgen.dev/schema"
)

// layers are what stands before a location's action, the outermost first: who
// may ask at all, how often, who it is, and how the answer goes out. docs/proxy.md
// has the order for people.
func (p *project) layers(l *schema.Location) []jen.Code {
	var rows []jen.Code
	for _, a := range []*schema.Access{p.site.Proxy.Access, l.Access} {
		if a != nil {
			var fs fields
			fs.addIf(len(a.Allow) > 0, "Allow", networks(a.Allow))
			fs.addIf(len(a.Deny) > 0, "Deny", networks(a.Deny))
			rows = append(rows, jen.Qual(pkgAccess, "Networks").Values(fs...))
		}
	}
	if len(l.Methods) > 0 {
		var names []jen.Code
		for _, m := range l.Methods {
			names = append(names, jen.Lit(m.V))
		}
		rows = append(rows, jen.Qual(pkgAccess, "Methods").Values(names...))
	}
	if r := l.RateLimit; r != nil {
		var fs fields
		fs.add("Name", jen.Lit(p.limitName(l)))
		fs.add("Requests", jen.Lit(r.Rate.V.Requests))
		fs.add("Per", durationLit(r.Rate.V.Per))
		fs.addIf(wanted(r.Burst), "Burst", num(r.Burst))
		fs.addIf(r.Delay.V, "Delay", jen.True())
		fs.add("Key", requestTemplate(r.Key))
		fs.addIf(differs(r.Keys, 1<<16), "Keys", num(r.Keys))
		fs.addIf(r.DryRun.V, "DryRun", jen.True())
		rows = append(rows, jen.Qual(pkgLimit, "Rate").Values(fs...))
	}
	if c := l.LimitConn; c != nil {
		rows = append(rows, jen.Qual(pkgLimit, "Conn").Values(
			emit.Field("Connections", num(c.Connections)), emit.Field("Key", requestTemplate(c.Key))))
	}
	if b := l.BasicAuth; b != nil {
		var fs fields
		fs.add("Realm", str(b.Realm))
		if len(b.Users) > 0 {
			var users []jen.Code
			for _, u := range b.Users {
				users = append(users, jen.Values(emit.Field("Name", jen.Lit(u.Key)), emit.Field("Hash", str(u.Value))))
			}
			fs.add("Users", jen.Index().Qual(pkgBasicAuth, "User").Add(emit.Rows(users...)))
		}
		fs.addIf(wanted(b.UserFile), "UserFile", str(b.UserFile))
		rows = append(rows, jen.Qual(pkgBasicAuth, "Basic").Values(fs...))
	}
	if f := l.ForwardAuth; f != nil {
		var fs fields
		fs.add("Upstream", jen.Lit(f.Upstream.Name))
		fs.add("URI", str(f.URI))
		fs.addIf(len(f.CopyHeaders) > 0, "CopyHeaders", stringList(f.CopyHeaders))
		rows = append(rows, jen.Qual(pkgAccess, "ForwardAuth").Values(fs...))
	}
	if wanted(l.LimitRate) {
		var fs fields
		fs.add("Rate", size(l.LimitRate))
		fs.addIf(wanted(l.LimitRateAfter), "After", size(l.LimitRateAfter))
		rows = append(rows, jen.Qual(pkgLimit, "Bandwidth").Values(fs...))
	}
	if c := p.compression(l); c != nil {
		var fs fields
		fs.addIf(c.Types != nil, "Types", strs(texts(c.Types)))
		fs.addIf(differs(c.MinSize, 1<<10), "MinSize", size(c.MinSize))
		fs.add("Encodings", strs(texts(c.Encodings)))
		fs.addIf(c.WithSecrets.V != "pad", "Secrets", str(c.WithSecrets))
		rows = append(rows, jen.Qual(pkgCompress, "Compress").Values(fs...))
	}
	if c := l.Cache; c != nil {
		rows = append(rows, p.cache(l, c))
	}
	return rows
}

// compression is what compresses a location's answers: its own block, else the
// proxy's, which static files, compressed when the site is built, have no use for.
func (p *project) compression(l *schema.Location) *schema.Compression {
	if l.Compression != nil || l.Static != nil || l.Redirect != nil || l.Status != nil {
		return l.Compression
	}
	return p.site.Proxy.Compression
}

// cache is a cache.Cache. What forward_auth says of a client is part of the key.
func (p *project) cache(l *schema.Location, c *schema.ProxyCache) jen.Code {
	key := c.Key
	if l.ForwardAuth != nil {
		key.Parts = append([]schema.RequestPart(nil), key.Parts...)
		for _, h := range l.ForwardAuth.CopyHeaders {
			key.Parts = append(key.Parts, schema.RequestPart{Literal: " "}, schema.RequestPart{Attr: "request.header." + h.V})
		}
	}
	var fs fields
	fs.add("Name", jen.Lit(p.limitName(l)))
	fs.add("Memory", size(c.Memory))
	fs.addIf(wanted(c.Disk), "Disk", size(c.Disk))
	fs.addIf(differs(c.MaxObject, 8<<20), "MaxObject", size(c.MaxObject))
	fs.add("Key", requestTemplate(key))
	if c.Bypass.Op != "" {
		fs.add("Bypass", condition(c.Bypass))
	}
	fs.addIf(wanted(c.TTL), "TTL", duration(c.TTL))
	fs.addIf(wanted(c.StaleWhileRevalidate), "StaleWhileRevalidate", duration(c.StaleWhileRevalidate))
	fs.addIf(wanted(c.StaleIfError), "StaleIfError", duration(c.StaleIfError))
	fs.addIf(differs(c.LockTimeout, 5*time.Second), "LockTimeout", duration(c.LockTimeout))
	var tags []string
	for _, t := range c.Tags {
		tags = append(tags, t.Word.V)
	}
	fs.addIf(len(tags) > 0, "Tags", strs(tags))
	fs.addIf(len(c.Purge) > 0, "Purge", networks(c.Purge))
	return jen.Qual(pkgCache, "Cache").Add(emit.Rows(fs...))
}

// texts are the texts of values that nothing binds.
func texts(list []schema.String) []string {
	var out []string
	for _, s := range list {
		out = append(out, s.V)
	}
	return out
}

// limitName tells a location's limit from those of others: by its label, and where
// several have one label, by which of them it is.
func (p *project) limitName(l *schema.Location) string {
	name := l.Pattern
	for _, other := range p.site.Proxy.Locations {
		if other == l {
			break
		}
		if other.Pattern == l.Pattern {
			name += "+"
		}
	}
	return name
}

// networks is a list of netip.Prefix.
func networks(list []schema.String) jen.Code {
	return jen.Index().Qual("net/netip", "Prefix").Values(prefixes(list)...)
}

// condition is a proxy.Condition.
func condition(c schema.RequestCondition) jen.Code {
	return jen.Qual(pkgProxy, "Condition").Add(conditionFields(c))
}

func conditionFields(c schema.RequestCondition) jen.Code {
	var fs fields
	fs.add("Op", jen.Qual(pkgProxy, strings.ToUpper(c.Op[:1])+c.Op[1:]))
	if len(c.Of) == 0 {
		fs.add("Attr", jen.Lit(c.Attr))
		fs.add("Values", strs(c.Values))
		return jen.Values(fs...)
	}
	var inner []jen.Code
	for _, i := range c.Of {
		inner = append(inner, conditionFields(i))
	}
	fs.add("Of", jen.Index().Qual(pkgProxy, "Condition").Add(emit.Rows(inner...)))
	return jen.Values(fs...)
}

// pagesDir is where the binary's error pages lie below gen/site.
const pagesDir = "pages"

// allErrorPages are the site's and those of its locations.
func (p *project) allErrorPages() []*schema.ErrorPage {
	all := p.site.Proxy.ErrorPages
	for _, l := range p.site.Proxy.Locations {
		all = append(all[:len(all):len(all)], l.ErrorPages...)
	}
	return all
}

// addErrorPages copies the files of error pages to what the binary embeds.
func (p *project) addErrorPages(set *FileSet) {
	seen := map[string]bool{}
	for _, e := range p.allErrorPages() {
		if !seen[e.File.V] {
			seen[e.File.V] = true
			set.Add(sitePackage+"/"+pagesDir+"/"+e.File.V, p.read(e.File.V))
		}
	}
}

// errorPages is a list of proxy.ErrorPage.
func (p *project) proxyErrorPages(pages []*schema.ErrorPage) jen.Code {
	var rows []jen.Code
	for _, e := range pages {
		var statuses []jen.Code
		for _, s := range e.Statuses {
			statuses = append(statuses, jen.Lit(s))
		}
		rows = append(rows, jen.Values(
			emit.Field("Statuses", jen.Index().Int().Values(statuses...)), emit.Field("Type", jen.Lit(proxy.MediaType(e.File.V))),
			emit.Field("Body", jen.Id("errorPage").Call(jen.Lit(e.File.V)))))
	}
	return jen.Index().Qual(pkgProxy, "ErrorPage").Add(emit.Rows(rows...))
}

// emitErrorPages writes what reads the files of error pages.
func (p *project) emitErrorPages(f *emit.File) {
	if len(p.allErrorPages()) == 0 {
		return
	}
	f.Line()
	f.Doc("errorPages are the pages that answer errors.")
	f.Comment("//go:embed all:" + pagesDir)
	f.Var().Id("errorPages").Qual("embed", "FS")
	f.Line()
	f.Doc("errorPage is one of them, by its name in the project.")
	f.Func().Id("errorPage").Params(jen.Id("name").String()).Index().Byte().Block(
		jen.Return(jen.Qual(pkgSite, "ErrorPage").Call(jen.Id("errorPages"), jen.Lit(pagesDir+"/").Op("+").Id("name"))),
	)
}

func maintenance(m *schema.Maintenance) jen.Code {
	var fs fields
	fs.add("File", str(m.File))
	fs.addIf(len(m.Allow) > 0, "Allow", networks(m.Allow))
	fs.add("RetryAfter", duration(m.RetryAfter))
	return jen.Op("&").Qual(pkgProxy, "Maintenance").Values(fs...)
}
