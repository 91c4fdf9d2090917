package schema

import (
	"reflect"
	"strconv"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// Auth is what the layer auth is told (AUTH_* and LOGIN_* settings).
type Auth struct {
	// Login is the view that asks who somebody is.
	Login Ref[View]
	// Hasher makes new password hashes; all of Django's are verified.
	Hasher String
	// MinLength is how short a password may be.
	MinLength Int
	// ResetTimeout and InvitationTimeout are how long the links in e-mails are good.
	ResetTimeout, InvitationTimeout Duration
	// Attempts is how often a login may fail within AttemptsWithin.
	Attempts       Int
	AttemptsWithin Duration
	DeclRange      hcl.Range
}

// AccountView is a view that deals with accounts: login, logout and their like.
type AccountView struct {
	// Success is the view to go to afterwards.
	Success   Ref[View]
	DeclRange hcl.Range
}

// Permission is something that users may be allowed.
type Permission struct {
	// Codename is "add_post", Name what people read.
	Codename, Name string
	Model          *Model
}

func authBlock() *block {
	return &block{
		Type: "auth", Once: true, Into: reflect.TypeFor[Auth](), Field: "Auth",
		Doc: "How the layer auth knows users, and how long what it sends them is good.", Ancestor: "Django AUTH_* and LOGIN_* settings",
		Example: `auth {
  login      = view.login
  min_length = 10
}`,
		Attrs: []*attr{
			{Name: "login", Type: viewRef(), Ancestor: "Django LOGIN_URL",
				Doc: "The view that asks who somebody is; the site's login view when not written."},
			{Name: "hasher", Type: wordType{}, Default: "argon2", Enum: []string{"argon2", "pbkdf2_sha256", "bcrypt_sha256", "scrypt"}, Ancestor: "Django PASSWORD_HASHERS",
				Doc: "How new passwords are stored; those stored in another of Django's formats are verified, and stored anew at the next login."},
			{Name: "min_length", Type: intType(), Default: strconv.Itoa(MinPassword), Check: checkPositive, Ancestor: "Django MinimumLengthValidator",
				Doc: "How many characters a password has at least."},
			{Name: "reset_timeout", Type: durationType(), Default: `"3d"`, Check: checkPositive, Ancestor: "Django PASSWORD_RESET_TIMEOUT",
				Doc: "How long the link that resets a password is good."},
			{Name: "invitation_timeout", Type: durationType(), Default: `"7d"`, Check: checkPositive,
				Doc: "How long the link that invites somebody is good."},
			{Name: "attempts", Type: intType(), Default: "10", Check: checkPositive,
				Doc: "How often a login may fail for one name from one address until the next is refused, counted in the site's cache; an address alone may fail ten times as often."},
			{Name: "attempts_within", Type: durationType(), Default: `"15m"`, Check: checkPositive,
				Doc: "How long a failed login counts."},
		},
	}
}

// MinPassword is how many characters a password has at least where the site says nothing.
const MinPassword = 8

// accountKind is a kind of AccountView, with its block.
type accountKind struct {
	word, field, doc, ancestor string
	// template is the page, captures what the routes to the view have to capture.
	template string
	captures []string
	of       func(v *View) **AccountView
}

// accountKinds is the table of the views that deal with accounts.
func accountKinds() []accountKind {
	return []accountKind{
		{"login", "Login", "The view asks for name and password, and goes where next says, or to success.", "Django LoginView",
			"registration/login.html", nil, func(v *View) **AccountView { return &v.Login }},
		{"logout", "Logout", "The view ends the visitor's session, on POST.", "Django LogoutView",
			"", nil, func(v *View) **AccountView { return &v.Logout }},
		{"password_change", "PasswordChange", "The view asks for the old password and a new one; other sessions of the user end.", "Django PasswordChangeView",
			"registration/password_change_form.html", nil, func(v *View) **AccountView { return &v.PasswordChange }},
		{"password_reset", "PasswordReset", "The view sends a link to the e-mail address that somebody types, if an account has it, and never says whether.", "Django PasswordResetView",
			"registration/password_reset_form.html", nil, func(v *View) **AccountView { return &v.PasswordReset }},
		{"password_reset_confirm", "PasswordResetConfirm", "The view takes a new password from who has the link; its route captures uidb64 and token.", "Django PasswordResetConfirmView",
			"registration/password_reset_confirm.html", []string{"uidb64", "token"}, func(v *View) **AccountView { return &v.PasswordResetConfirm }},
		{"invite", "Invite", "The view sends an invitation to an e-mail address.", "",
			"registration/invite.html", nil, func(v *View) **AccountView { return &v.Invite }},
		{"sign_up", "SignUp", "The view makes an account for who has an invitation; its route captures token.", "",
			"registration/sign_up.html", []string{"token"}, func(v *View) **AccountView { return &v.SignUp }},
	}
}

// Account is the block of a view that deals with accounts, and its word; nil for any other view.
func (v *View) Account() (word string, a *AccountView) {
	for _, k := range accountKinds() {
		if a := *k.of(v); a != nil {
			return k.word, a
		}
	}
	return "", nil
}

// BuiltinTemplates are the pages that a site with the layer auth has though it does not write them.
func BuiltinTemplates() []string {
	names := []string{"registration/base.html", "registration/password_change_done.html", "registration/password_reset_done.html", "registration/password_reset_complete.html"}
	for _, k := range accountKinds() {
		if k.template != "" {
			names = append(names, k.template)
		}
	}
	return names
}

func accountViewBlocks() []*block {
	var list []*block
	for _, k := range accountKinds() {
		list = append(list, &block{
			Type: k.word, Once: true, Field: k.field, Into: reflect.TypeFor[AccountView](), Doc: k.doc, Ancestor: k.ancestor,
			Attrs: []*attr{
				{Name: "success", Type: viewRef(), Required: true, Ancestor: "Django success_url",
					Doc: "The view to go to afterwards, whose route captures nothing."},
			},
		})
	}
	list[0].Example = `view "login" {
  login { success = view.home }
}`
	return list
}

func guardAttrs() []*attr {
	return []*attr{
		{Name: "login_required", Type: boolType(), Default: "false", Ancestor: "Django login_required",
			Doc: "Whether who is not logged in is sent to the login view first."},
		{Name: "login_not_required", Type: boolType(), Default: "false", Ancestor: "Django login_not_required",
			Doc: "Whether the layer login_required lets everybody see the view."},
		{Name: "permission_required", Type: permissionList{}, Ancestor: "Django permission_required",
			Doc: "Permissions that the user must have, all of them; who is not logged in is sent to the login view, others get 403."},
		{Name: "user_passes_test", Type: userTestType{}, Ancestor: "Django user_passes_test",
			Doc: "A Go function of the project that is func(*web.Request) (bool, error); who does not pass is sent to the login view, or gets 403 when logged in."},
	}
}

// permissionList is a list of permissions: [permission.add_post].
type permissionList struct{}

func (permissionList) word() string         { return "list of permissions" }
func (permissionList) json() any            { return jsonList(jsonString(`^permission\.[a-z0-9_]+$`)) }
func (permissionList) goType() reflect.Type { return reflect.TypeFor[[]*Ref[Permission]]() }
func (permissionList) symbolic() bool       { return true }

func (permissionList) decode(d *decoder, u *use) {
	list, ok := u.expr.(*hclsyntax.TupleConsExpr)
	if !ok {
		d.report(notAList(u, "permission_required = [permission.add_post]", u.expr.Range()))
		return
	}
	into := u.target.Addr().Interface().(*[]*Ref[Permission])
	for _, e := range list.Exprs {
		if t, ok := d.reference(u, e, "permission"); ok {
			ref := new(Ref[Permission])
			refType[Permission]{"permission"}.put(d, t, ref)
			*into = append(*into, ref)
		}
	}
}

// userTestType names a Go function that judges a request's user.
type userTestType struct{ goRefType }

func (userTestType) decode(d *decoder, u *use) {
	if ref, ok := d.goRef(u, u.expr); ok {
		*u.target.Addr().Interface().(*GoRef) = ref
		d.goes = append(d.goes, &goUse{ref: ref, shape: userTest})
	}
}
