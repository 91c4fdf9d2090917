package generator

import (
	"embed"
	"io/fs"
	"path"
	"slices"

	"stackgen.dev/generator/template"
	"stackgen.dev/schema"
)

// registration are the pages of accounts and the texts of their e-mails, for
// sites that have none of their own. A file of the same name in the project's
// templates takes the place of one; registration/base.html is what all pages extend.
//
//go:embed registration
var registration embed.FS

// builtinTemplate is a template that stackgen brings.
func builtinTemplate(name string) ([]byte, error) {
	if path.Dir(name) != "registration" {
		return nil, fs.ErrNotExist
	}
	return registration.ReadFile(name)
}

// builtinTemplates are those that a site with users has beside its own.
func (p *project) builtinTemplates() []string {
	if !p.hasLayer("auth") {
		return nil
	}
	names := schema.BuiltinTemplates()
	for _, mail := range mailTemplates {
		names = append(names, mail...)
	}
	return names
}

// mailTemplates are the texts of the e-mails that views send.
var mailTemplates = map[string][]string{
	"password_reset": {"registration/password_reset_subject.txt", "registration/password_reset_email.txt", "registration/password_reset_email.html"},
	"invite":         {"registration/invitation_subject.txt", "registration/invitation_email.txt", "registration/invitation_email.html"},
}

// mails are the texts of the e-mails that the site's views send, each once.
func (p *project) mails() []string {
	var names []string
	for _, v := range p.site.Views {
		word, _ := v.Account()
		for _, name := range mailTemplates[word] {
			if !slices.Contains(names, name) {
				names = append(names, name)
			}
		}
	}
	return names
}

// userValues are the names that every template of a site with users knows.
func (p *project) userValues() []template.Value {
	if !p.hasLayer("auth") {
		return nil
	}
	return []template.Value{{Name: "user", Func: p.userFunction()}, {Name: "perms", Func: p.permsFunction()}}
}

func (p *project) userFunction() template.Function {
	return template.Function{Path: p.accountsPath(), Name: "Of", Request: true, Error: true, Result: p.userType()}
}

func (p *project) permsFunction() template.Function {
	t := &template.Type{Kind: template.Struct, Name: "perms", Go: template.GoType{Path: pkgAuth, Name: "Perms"}, Members: map[string]*template.Member{}}
	for _, x := range p.site.Permissions {
		t.Members[x.Codename] = &template.Member{Method: "Has", Argument: x.Codename, Error: true, Type: boolType}
	}
	return template.Function{Path: p.accountsPath(), Name: "Perms", Request: true, Result: t}
}

// userType is who sends a request: a row of model.user, of zeroes for nobody.
func (p *project) userType() *template.Type {
	t := p.modelType(p.site.User, nil)
	t.Members["is_authenticated"] = &template.Member{Method: "IsAuthenticated", Type: boolType}
	t.Members["is_anonymous"] = &template.Member{Method: "IsAnonymous", Type: boolType}
	t.Members["get_full_name"] = &template.Member{Method: "FullName", Type: textType}
	t.Members["get_short_name"] = &template.Member{Field: "FirstName", Type: textType}
	t.Members["get_username"] = &template.Member{Field: "Username", Type: textType}
	return t
}

// request is the type of the request: it knows its user where the site has users.
func (p *project) requestType() *template.Type {
	if !p.hasLayer("auth") {
		return requestType
	}
	if p.withUser == nil {
		own := *requestType
		own.Members = map[string]*template.Member{}
		for name, m := range requestType.Members {
			own.Members[name] = m
		}
		fn := p.userFunction()
		own.Members["user"] = &template.Member{Call: &fn, Type: fn.Result}
		p.withUser = &own
	}
	return p.withUser
}
