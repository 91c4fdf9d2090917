package schema

import (
	"slices"

	"github.com/hashicorp/hcl/v2"
)

// checkAuth holds guards, views of accounts and uses of request.user against
// the layers and blocks that they need.
func (d *decoder) checkAuth() {
	s := d.site
	has := func(name string) bool {
		return slices.ContainsFunc(s.Middleware, func(m Middleware) bool { return m.Name == name })
	}
	layer := has("auth")
	var logins []*View
	for _, v := range s.Views {
		if v.Login != nil {
			logins = append(logins, v)
		}
	}
	for _, v := range s.Views {
		d.checkGuards(v, layer, has("login_required"))
		d.checkViewRate(v, layer)
		word, account := v.Account()
		if account == nil {
			continue
		}
		if !layer {
			d.report(accountWithoutLayer(word, account.DeclRange, d.tops["middleware"]))
		}
		if to := account.Success.Target; to != nil && s.ReverseFor(to, nil) == nil {
			d.report(accountLeadsToCaptures(word, account))
		}
		d.checkAccountRoutes(v, word)
		if (word == "password_reset" || word == "invite") && s.Email == nil {
			d.report(accountWithoutEmail(word, account))
		}
	}
	d.accountPairs()
	if layer {
		if !has("session") {
			d.report(authWithoutSession(s.Middleware[slices.IndexFunc(s.Middleware, func(m Middleware) bool { return m.Name == "auth" })]))
		}
		if s.Database == nil {
			d.report(authWithoutDatabase(s.Middleware[slices.IndexFunc(s.Middleware, func(m Middleware) bool { return m.Name == "auth" })]))
		}
	}
	d.site.LoginView = d.loginView(logins)
	if d.site.LoginView != nil && s.ReverseFor(d.site.LoginView, nil) == nil {
		d.report(loginWithCaptures(d.site.LoginView))
	}
	if d.site.LoginView == nil && len(logins) < 2 {
		for _, m := range s.Middleware {
			if m.Name == "login_required" {
				d.report(guardWithoutLogin("The layer login_required", m.Range))
			}
		}
	}
	for _, u := range d.userUses {
		if !layer {
			d.report(userWithoutLayer(u.at, d.tops["middleware"]))
			continue
		}
		if u.set && !u.field.Null.V && u.view != nil && !u.view.Guarded() && !has("login_required") {
			d.report(userMayBeNobody(u))
		}
	}
}

// Guarded reports whether only who is logged in reaches the view.
func (v *View) Guarded() bool {
	return v.LoginRequired.V || len(v.PermissionRequired) > 0
}

func (d *decoder) checkGuards(v *View, layer, everywhere bool) {
	for _, name := range []string{"login_required", "login_not_required", "permission_required", "user_passes_test"} {
		at := d.attrRange(v, name, v.DeclRange)
		if !d.isWritten(v, name) {
			continue
		}
		switch {
		case !layer:
			d.report(guardWithoutLayer(name, at, d.tops["middleware"]))
		case name == "login_not_required" && !everywhere:
			d.report(notRequiredOfNothing(at))
		case name == "login_not_required" && v.Guarded():
			d.report(requiredAndNot(at, v))
		case name != "login_not_required" && !slices.ContainsFunc(d.site.Views, func(v *View) bool { return v.Login != nil }) && (d.site.Auth == nil || !d.site.Auth.Login.Set()):
			d.report(guardWithoutLogin("The guard "+name, at))
		}
	}
}

// checkAccountRoutes reports routes that do not capture what the view needs.
func (d *decoder) checkAccountRoutes(v *View, word string) {
	for _, k := range accountKinds() {
		if k.word != word || len(k.captures) == 0 {
			continue
		}
		for _, r := range d.site.AllRoutes() {
			if r.View.Target != v {
				continue
			}
			for _, name := range k.captures {
				if !slices.ContainsFunc(r.Segments, func(s Segment) bool { return s.Name == name }) {
					d.report(accountCapture(word, name, r))
				}
			}
		}
	}
}

// accountPairs reports a view that sends links without the view that takes them.
func (d *decoder) accountPairs() {
	first := map[string]*View{}
	for _, v := range d.site.Views {
		if word, _ := v.Account(); word != "" && first[word] == nil {
			first[word] = v
		}
	}
	for _, pair := range [][2]string{{"password_reset", "password_reset_confirm"}, {"invite", "sign_up"}} {
		if v := first[pair[0]]; v != nil && first[pair[1]] == nil {
			_, a := v.Account()
			d.report(accountAlone(pair[0], pair[1], a))
		}
	}
}

// loginView is the view that people are sent to.
func (d *decoder) loginView(logins []*View) *View {
	if a := d.site.Auth; a != nil && a.Login.Set() {
		return a.Login.Target
	}
	if len(logins) > 1 {
		d.report(severalLogins(logins))
		return nil
	}
	if len(logins) == 1 {
		return logins[0]
	}
	return nil
}

// userUse is a use of request.user.
type userUse struct {
	view  *View
	field *Field
	set   bool
	at    hcl.Range
}
