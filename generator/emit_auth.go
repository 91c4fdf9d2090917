package generator

import (
	"github.com/dave/jennifer/jen"

	"stackgen.dev/generator/emit"
	"stackgen.dev/generator/models"
	"stackgen.dev/schema"
)

// The import paths that sites with users or e-mail need.
const (
	pkgAuth      = "stackgen.dev/runtime/web/auth"
	pkgHashers   = "stackgen.dev/runtime/web/hashers"
	pkgPasswords = "stackgen.dev/runtime/web/passwords"
	pkgMail      = "stackgen.dev/runtime/web/mail"
	pkgSMTP      = "stackgen.dev/runtime/web/smtp"
	pkgRedis     = "stackgen.dev/runtime/web/redis"
)

// accountsPath is the package with the site's users.
func (p *project) accountsPath() string { return p.module + "/gen/accounts" }

// emitAuth writes gen/site/auth.gen.go, what the layer auth is told, and
// gen/accounts, how the site stores users. Nothing for a site without the layer.
func (p *project) emitAuth() []*emit.File {
	if !p.hasLayer("auth") {
		return nil
	}
	return []*emit.File{p.emitAuthLayer(), p.emitAccounts()}
}

func (p *project) emitAuthLayer() *emit.File {
	f := p.file("auth")
	var fs fields
	fs.add("Users", jen.Qual(p.accountsPath(), "Users"))
	if v := p.site.LoginView; v != nil {
		fs.add("LoginURL", jen.Qual(p.module+"/gen/urls", urlName(p.site.ReverseFor(v, nil))).Call())
	}
	if a := p.site.Auth; a != nil {
		if a.Hasher.V != "argon2" {
			fs.add("Hashers", jen.Qual(pkgHashers, "Preferring").Call(jen.Lit(a.Hasher.V)))
		}
		if a.MinLength.Set {
			fs.add("Rules", jen.Qual(pkgPasswords, "WithLength").Call(num(a.MinLength)))
		}
		fs.addIf(a.ResetTimeout.Set, "ResetTimeout", duration(a.ResetTimeout))
		fs.addIf(a.InvitationTimeout.Set, "InvitationTimeout", duration(a.InvitationTimeout))
		fs.addIf(a.Attempts.Set, "Attempts", num(a.Attempts))
		fs.addIf(a.AttemptsWithin.Set, "AttemptsWithin", duration(a.AttemptsWithin))
	}
	f.Doc("newAuth is how the site knows users.")
	f.Func().Id("newAuth").Params().Op("*").Qual(pkgAuth, "Layer").Block(
		jen.Return(jen.Qual(pkgAuth, "New").Call(jen.Qual(pkgAuth, "Layer").Add(emit.Rows(fs...)))),
	)
	f.Line()
	var rows []jen.Code
	for _, x := range p.site.Permissions {
		rows = append(rows, jen.Values(
			emit.Field("ContentType", jen.Lit(x.Model.Name)), emit.Field("Codename", jen.Lit(x.Codename)), emit.Field("Name", jen.Lit(x.Name))))
	}
	f.Doc("permissions are what users may be allowed; migrate makes those that the database lacks.")
	f.Func().Id("permissions").Params(jen.Id("src").Qual(pkgModel, "Source")).Error().Block(
		jen.Return(jen.Qual(pkgAuth, "Sync").Call(jen.Id("src"), jen.Index().Qual(pkgAuth, "Permission").Add(emit.Rows(rows...)))),
	)
	return f
}

// userFields are the fields of every user with those of auth.User.
var userFields = []string{"ID", "Username", "Password", "FirstName", "LastName", "Email", "IsStaff", "IsActive", "IsSuperuser", "LastLogin", "DateJoined"}

// emitAccounts writes gen/accounts: the users of the site for the runtime, and for the user's Go code.
func (p *project) emitAccounts() *emit.File {
	f := emit.New("gen/accounts/accounts.gen.go", p.accountsPath(), "accounts")
	f.PackageDoc("Package accounts has the site's users: Of is who sends a request.")
	pkg := p.module + "/gen/models"
	row := jen.Op("*").Qual(pkg, "User")
	src := jen.Id("src").Qual(pkgModel, "Source")
	user := jen.Id("u").Op("*").Qual(pkgAuth, "User")
	field := func(name string) *jen.Statement { return jen.Qual(pkg, "UserField").Dot(name) }
	users := func() *jen.Statement { return jen.Qual(pkg, "Users").Call(jen.Id("src")) }
	found := []jen.Code{jen.Op("*").Qual(pkgAuth, "User"), jen.Error()}

	f.Doc("Of is who sends the request: a row of zeroes for a visitor who is not logged in.")
	f.Func().Id("Of").Params(request("r")).Params(jen.Add(row), jen.Error()).Block(
		jen.Return(jen.Qual(pkgAuth, "Row").Index(jen.Qual(pkg, "User")).Call(jen.Id("r"))))
	f.Line()
	f.Doc("Perms are what who sends the request is allowed.")
	f.Func().Id("Perms").Params(request("r")).Qual(pkgAuth, "Perms").Block(jen.Return(jen.Qual(pkgAuth, "PermsOf").Call(jen.Id("r"))))
	f.Line()
	save := func(columns ...string) jen.Code {
		body := []jen.Code{jen.Id("row").Op(":=").Id("u").Dot("Row").Assert(jen.Add(row))}
		args := []jen.Code{jen.Id("src")}
		for _, c := range columns {
			body = append(body, jen.Id("row").Dot(c).Op("=").Id("u").Dot(c))
			args = append(args, field(c))
		}
		body = append(body, jen.Return(jen.Id("row").Dot("Save").Call(args...)))
		return jen.Func().Params(jen.Add(src), jen.Add(user)).Error().Block(body...)
	}
	create := []jen.Code{jen.Id("row").Op(":=").Qual(pkg, "NewUser").Call(jen.Id("src"))}
	for _, name := range userFields {
		if name != "ID" && name != "DateJoined" {
			create = append(create, jen.Id("row").Dot(name).Op("=").Id("u").Dot(name))
		}
	}
	create = append(create,
		unlessFailed(jen.Id("row").Dot("Create").Call(jen.Id("src"))),
		jen.Op("*").Id("u").Op("=").Op("*").Id("user").Call(jen.Id("row")), jen.Return(jen.Nil()))

	f.Doc("Users is how the runtime reads and stores users.")
	f.Var().Id("Users").Op("=").Qual(pkgAuth, "Users").Add(emit.Rows(
		emit.Field("Table", jen.Lit(models.TableName(p.site.User))),
		emit.Field("Get", jen.Func().Params(jen.Add(src), jen.Id("id").Int64()).Params(found...).Block(
			jen.Return(jen.Id("one").Call(jen.Qual(pkg, "GetUser").Call(jen.Id("src"), jen.Id("id")))))),
		emit.Field("Find", jen.Func().Params(jen.Add(src), jen.Id("username").String()).Params(found...).Block(
			jen.Return(jen.Id("one").Call(users().Dot("Filter").Call(field("Username").Dot("Eq").Call(jen.Id("username"))).Dot("Get").Call())))),
		emit.Field("Taken", jen.Func().Params(jen.Add(src), jen.Id("username").String()).Params(jen.Bool(), jen.Error()).Block(
			jen.Return(users().Dot("Filter").Call(field("Username").Dot("IEq").Call(jen.Id("username"))).Dot("Exists").Call()))),
		emit.Field("WithEmail", jen.Func().Params(jen.Add(src), jen.Id("email").String()).Params(jen.Index().Op("*").Qual(pkgAuth, "User"), jen.Error()).Block(
			jen.List(jen.Id("rows"), jen.Err()).Op(":=").Add(users().Dot("Filter").Call(field("Email").Dot("IEq").Call(jen.Id("email"))).Dot("All").Call()),
			jen.Id("list").Op(":=").Make(jen.Index().Op("*").Qual(pkgAuth, "User"), jen.Len(jen.Id("rows"))),
			jen.For(jen.List(jen.Id("i"), jen.Id("row")).Op(":=").Range().Id("rows")).Block(jen.Id("list").Index(jen.Id("i")).Op("=").Id("user").Call(jen.Id("row"))),
			jen.Return(jen.Id("list"), jen.Err()))),
		emit.Field("Create", jen.Func().Params(jen.Add(src), jen.Add(user)).Error().Block(create...)),
		emit.Field("SavePassword", save("Password")),
		emit.Field("SaveLastLogin", save("LastLogin")),
	))
	f.Line()
	f.Func().Id("one").Params(jen.Id("row").Add(row), jen.Err().Error()).Params(found...).Block(
		jen.If(jen.Err().Op("!=").Nil()).Block(jen.Return(jen.Nil(), jen.Err())),
		jen.Return(jen.Id("user").Call(jen.Id("row")), jen.Nil()))
	f.Line()
	var values []jen.Code
	for _, name := range userFields {
		values = append(values, emit.Field(name, jen.Id("row").Dot(name)))
	}
	f.Doc("user is what the runtime knows of a row.")
	f.Func().Id("user").Params(jen.Id("row").Add(row)).Op("*").Qual(pkgAuth, "User").Block(
		jen.Return(jen.Op("&").Qual(pkgAuth, "User").Add(emit.Rows(append(values, emit.Field("Row", jen.Id("row")))...))))
	return f
}

// siteCommands are the commands that the site has beside those of every site.
func (p *project) siteCommands() []jen.Code {
	var rows []jen.Code
	add := func(name, usage, doc string, run jen.Code) {
		rows = append(rows, jen.Values(emit.Field("Name", jen.Lit(name)), emit.Field("Usage", jen.Lit(usage)), emit.Field("Doc", jen.Lit(doc)), emit.Field("Run", run)))
	}
	if p.hasLayer("auth") {
		add("createsuperuser", "createsuperuser [--username NAME] [--email ADDRESS] [--no-input]", "Make a user who may do everything.", jen.Id("newAuth").Call().Dot("CreateSuperuser"))
		add("changepassword", "changepassword USERNAME", "Give a user another password.", jen.Id("newAuth").Call().Dot("ChangePassword"))
	}
	if p.storedSessions() == "database" {
		add("clearsessions", "clearsessions", "Delete the sessions that are over.", jen.Qual(pkgSessions, "Clear"))
	}
	if p.site.Email != nil {
		test := jen.Qual(pkgCommand, "SendTestEmail")
		rows = append(rows, jen.Values(emit.Field("Name", jen.Lit("sendtestemail")), emit.Field("Usage", test.Clone().Dot("Usage").Call()),
			emit.Field("Doc", test.Clone().Dot("Doc")), emit.Field("Own", jen.Id("ownCommand").Call(test.Clone()))))
	}
	for _, c := range p.site.Commands {
		rows = append(rows, jen.Values(emit.Field("Name", jen.Lit(c.Name)), emit.Field("Usage", jen.Id(commandVar(c)).Dot("Usage").Call()),
			emit.Field("Doc", str(c.Doc)), emit.Field("Own", jen.Id("ownCommand").Call(jen.Id(commandVar(c))))))
	}
	return rows
}

// accountFunctions are the functions of package auth for the views that deal with accounts.
var accountFunctions = map[string]string{
	"login": "LoginView", "logout": "LogoutView", "password_change": "PasswordChangeView", "password_reset": "PasswordResetView",
	"password_reset_confirm": "PasswordResetConfirmView", "invite": "InviteView", "sign_up": "SignUpView",
}

// linksTo are the views whose addresses stand in the e-mails of others.
var linksTo = map[string]string{"password_reset": "password_reset_confirm", "invite": "sign_up"}

// accountView is auth.LoginView(auth.View{…}), never kept by browsers.
func (e *viewEmitter) accountView() jen.Code {
	word, a := e.v.Account()
	var rows []jen.Code
	if e.v.Template.V != "" {
		rows = append(rows, e.template(), e.render(nil))
	}
	rows = append(rows, emit.Field("Success", jen.Qual(e.module+"/gen/urls", urlName(e.site.ReverseFor(a.Success.Target, nil))).Call()))
	if to := linksTo[word]; to != "" {
		rows = append(rows, emit.Field("Link", e.link(to)))
	}
	return jen.Qual(pkgMiddleware, "NeverCache").Call(jen.Qual(pkgAuth, accountFunctions[word]).Call(jen.Qual(pkgAuth, "View").Add(emit.Rows(rows...))))
}

// accountFields are the fields of a view's form.
func accountFields(v *schema.View) []string {
	switch word, _ := v.Account(); word {
	case "login":
		return []string{"username", "password"}
	case "password_change":
		return []string{"old_password", "new_password1", "new_password2"}
	case "password_reset_confirm":
		return []string{"new_password1", "new_password2"}
	case "sign_up":
		return []string{"username", "password1", "password2"}
	}
	return []string{"email"}
}

// isAccount reports whether the view deals with accounts.
func isAccount(v *schema.View) bool {
	_, a := v.Account()
	return a != nil
}

// link is the path of the first route to a view of that kind.
func (e *viewEmitter) link(to string) jen.Code {
	for _, r := range e.site.AllRoutes() {
		if word, _ := r.View.Target.Account(); word != to {
			continue
		}
		uid := "_"
		path := e.reverse(r, func(s schema.Segment) jen.Code {
			if s.Name == "uidb64" {
				uid = "uid"
				return jen.Id("uid")
			}
			return jen.Id("token")
		})
		return jen.Func().Params(jen.List(jen.Id(uid), jen.Id("token")).String()).String().Block(jen.Return(path))
	}
	bug("no route to a %s view", to)
	return nil
}

// guarded puts the view's guards around its handler, that of the login outermost.
func (e *viewEmitter) guarded(handler jen.Code) jen.Code {
	v := e.v
	if v.UserPassesTest.Set() {
		handler = jen.Qual(pkgAuth, "PassesTest").Call(handler, e.goFunc(v.UserPassesTest))
	}
	if len(v.PermissionRequired) > 0 {
		args := []jen.Code{handler}
		for _, p := range v.PermissionRequired {
			args = append(args, jen.Lit(p.Name))
		}
		handler = jen.Qual(pkgAuth, "PermissionRequired").Call(args...)
	}
	if v.LoginRequired.V {
		handler = jen.Qual(pkgAuth, "LoginRequired").Call(handler)
	}
	return handler
}

// loginNotRequired reports whether the layer login_required lets everybody see the view.
func (e *viewEmitter) loginNotRequired() bool {
	if !e.hasLayer("login_required") {
		return false
	}
	switch word, _ := e.v.Account(); word {
	case "login", "logout", "password_reset", "password_reset_confirm", "sign_up":
		return true
	}
	return e.v.LoginNotRequired.V
}
