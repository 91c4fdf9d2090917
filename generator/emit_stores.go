package generator

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/schema"
)

// envText is a text that the environment may say, where env is at hand.
func envText(v schema.String) jen.Code {
	if v.Bind == nil {
		return jen.Lit(v.V)
	}
	return jen.Id("env").Dot("Variables").Dot("String").Call(bindingParts(v.Bind)...)
}

// envTexts is a list of texts that the environment may say, where env is at hand.
func envTexts(values []schema.String) jen.Code {
	return textList(values, func(b *schema.Binding) jen.Code {
		return jen.Id("env").Dot("Variables").Dot("Strings").Call(bindingParts(b)...)
	})
}

// mayBe reports whether a URL has one of the schemes, or may have it when the site starts.
func mayBe(v schema.String, schemes ...string) bool {
	for _, s := range schemes {
		if v.Bind != nil || schema.SchemeOf(v.V) == s {
			return true
		}
	}
	return false
}

// openCache opens the cache of a URL. Redis is linked where the URL may name it.
func (p *project) openCache(c *schema.PageCache) []jen.Code {
	opener := jen.Code(jen.Nil())
	if mayBe(c.URL, "redis", "rediss") {
		opener = jen.Func().Params(jen.Id("url").String()).Params(jen.Qual(pkgCaches, "Cache"), jen.Error()).Block(
			jen.Return(jen.Qual(pkgRedis, "Open").Call(jen.Id("url"), jen.Lit(p.site.Name))))
	}
	shared := p.storedSessions() == "cache" && p.site.Workers.Mode.V == "process"
	return []jen.Code{
		jen.List(jen.Id("cache"), jen.Err()).Op(":=").Qual(pkgCaches, "Open").Call(
			envText(c.URL), size(c.Size), jen.Id("env").Dot("Folder").Call(jen.Lit("cache")), jen.Lit(shared), opener),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err())),
	}
}

// openMailer opens the way of e-mail. SMTP is linked where the URL may name it.
func (p *project) openMailer() []jen.Code {
	x := p.site.Email
	opener := jen.Code(jen.Nil())
	if mayBe(x.URL, "smtp", "smtps") {
		opener = jen.Qual(pkgSMTP, "Open")
	}
	return []jen.Code{
		jen.List(jen.Id("mailer"), jen.Err()).Op(":=").Id("env").Dot("Mailer").Call(envText(x.URL), opener),
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err())),
	}
}

// admins are who hears of the site's failures.
func (p *project) admins() jen.Code {
	x := p.site.Email
	var fs fields
	fs.add("To", envTexts(x.Admins))
	fs.addIf(x.ServerEmail.Set, "From", envText(x.ServerEmail))
	if x.SubjectPrefix.Set {
		fs.add("Prefix", envText(x.SubjectPrefix))
	} else {
		fs.add("Prefix", jen.Lit("["+p.site.Name+"] "))
	}
	return jen.Qual(pkgMail, "Admins").Values(fs...)
}
