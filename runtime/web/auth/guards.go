package auth

import (
	"net/url"
	"strings"

	"stackgen.dev/runtime/web"
)

// RedirectToLogin sends the visitor to the login view, which leads back here (redirect_to_login).
// Where the site has no login view the answer is 403.
func RedirectToLogin(r *web.Request) (*web.Response, error) {
	l, err := layerOf(r)
	if err != nil {
		return nil, err
	}
	if l.LoginURL == "" {
		return nil, web.Forbidden
	}
	next := strings.ReplaceAll(url.QueryEscape(r.FullPath()), "%2F", "/")
	return web.Redirect(l.LoginURL + "?next=" + next), nil
}

// LoginRequired guards a view: who is not logged in is sent to the login view.
func LoginRequired(view web.Handler) web.Handler {
	return func(r *web.Request) (*web.Response, error) {
		u, err := Of(r)
		if err != nil {
			return nil, err
		}
		if !u.IsAuthenticated() {
			return RedirectToLogin(r)
		}
		return view(r)
	}
}

// PermissionRequired guards a view: who is not logged in is sent to the login
// view, and who lacks one of the permissions gets 403.
func PermissionRequired(view web.Handler, codenames ...string) web.Handler {
	return PassesTest(view, func(r *web.Request) (bool, error) { return HasPerm(r, codenames...) })
}

// PassesTest guards a view by a function: who does not pass is sent to the login view, or
// gets 403 where that would not help (user_passes_test).
func PassesTest(view web.Handler, test func(*web.Request) (bool, error)) web.Handler {
	return func(r *web.Request) (*web.Response, error) {
		passes, err := test(r)
		if err != nil {
			return nil, err
		}
		if passes {
			return view(r)
		}
		u, err := Of(r)
		if err != nil {
			return nil, err
		}
		if !u.IsAuthenticated() {
			return RedirectToLogin(r)
		}
		return nil, web.Forbidden
	}
}

// RequireLogin is the layer "login_required" (LoginRequiredMiddleware): every
// view asks for a login but those that say they do not.
func RequireLogin(next web.Handler) web.Handler {
	return func(r *web.Request) (*web.Response, error) {
		r.ProcessView(requireLogin)
		return next(r)
	}
}

func requireLogin(r *web.Request) (*web.Response, error) {
	if v := r.View(); v != nil && v.LoginNotRequired {
		return nil, nil
	}
	u, err := Of(r)
	if err != nil {
		return nil, err
	}
	if u.IsAuthenticated() {
		return nil, nil
	}
	return RedirectToLogin(r)
}
