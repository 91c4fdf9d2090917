package auth

import (
	"errors"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
)

// View is a view of this package as the site file describes it.
type View struct {
	// Template is the page's name, Render appends it.
	Template string
	Render   func(b []byte, r *web.Request, page *Page) ([]byte, error)
	// Success is the path to go to afterwards.
	Success string
	// Link is the path of the view that takes a link: of a reset by uid and token,
	// of an invitation by the token alone.
	Link func(uid, token string) string
}

// Page is what the templates are told.
type Page struct {
	Form *forms.Form
	// ValidLink says that the link of the e-mail is good.
	ValidLink bool
	// Email is the address that was invited.
	Email string
}

func (v *View) page(r *web.Request, page *Page) (*web.Response, error) {
	if err := page.Form.Err(); err != nil {
		return nil, err
	}
	return r.Page(v.Template, page, func(b []byte, r *web.Request) ([]byte, error) { return v.Render(b, r, page) })
}

// form shows a form, and hands one that is valid to save, which may add errors.
// It answers with save's response, and goes to Success where that is nil.
func (v *View) form(r *web.Request, spec *forms.Spec, page *Page, save func(form *forms.Form) (*web.Response, error)) (*web.Response, error) {
	if reading(r) {
		page.Form = spec.Unbound(r, nil)
		return v.page(r, page)
	}
	form, err := spec.Bind(r, nil)
	if err != nil {
		return nil, err
	}
	if page.Form = form; form.Valid() {
		p, err := save(form)
		if err != nil || p != nil {
			return p, err
		}
		if form.Valid() {
			return web.Redirect(v.Success), nil
		}
	}
	return v.page(r, page)
}

func reading(r *web.Request) bool { return r.Method() == "GET" || r.Method() == "HEAD" }

// formMethods are those of a page with a form.
var formMethods, postOnly = web.NewMethods("GET", "POST"), web.NewMethods("POST")

func only(m *web.Methods, h web.Handler) web.Handler {
	return func(r *web.Request) (*web.Response, error) {
		if !m.Allow(r.Method()) {
			return m.Refuse(r.Method()), nil
		}
		return h(r)
	}
}

// LoginView asks for name and password, begins a session and goes where next
// says, if that is on this site (LoginView).
func LoginView(v View) web.Handler {
	return only(formMethods, func(r *web.Request) (*web.Response, error) {
		throttled := false
		p, err := v.form(r, loginForm, &Page{}, func(form *forms.Form) (*web.Response, error) {
			u, err := Authenticate(r, form.String("username"), form.String("password"))
			switch {
			case errors.Is(err, ErrThrottled):
				throttled = true
				r.Log().Warn("too many logins have failed", "client", r.Client().Addr())
				form.AddError("", "Too many attempts to log in have failed. Please try again later.", "throttled")
				return nil, nil
			case errors.Is(err, ErrInvalid):
				r.Log().Info("a login failed", "client", r.Client().Addr())
				form.AddError("", "Please enter a correct username and password. Note that both fields may be case-sensitive.", "invalid_login")
				return nil, nil
			case err != nil:
				return nil, err
			}
			if err := Login(r, u); err != nil {
				return nil, err
			}
			return web.Redirect(v.next(r)), nil
		})
		if throttled && p != nil {
			p.Status = 429
		}
		return p, err
	})
}

// next is where to go after a login.
func (v *View) next(r *web.Request) string {
	next := r.Query().Get("next")
	if form, err := r.Form(); err == nil && form.Get("next") != "" {
		next = form.Get("next")
	}
	if next != "" && r.SafeRedirect(next) {
		return next
	}
	return v.Success
}

// LogoutView ends the session, on POST alone: a link or an image of another site
// must not log anybody out (LogoutView).
func LogoutView(v View) web.Handler {
	return only(postOnly, func(r *web.Request) (*web.Response, error) {
		if err := Logout(r); err != nil {
			return nil, err
		}
		return web.Redirect(v.next(r)), nil
	})
}

// PasswordChangeView asks for the old password and a new one. The user's other
// sessions end (PasswordChangeView).
func PasswordChangeView(v View) web.Handler {
	return only(formMethods, LoginRequired(func(r *web.Request) (*web.Response, error) {
		l, err := layerOf(r)
		if err != nil {
			return nil, err
		}
		u, err := Of(r)
		if err != nil {
			return nil, err
		}
		return v.form(r, l.changeForm(u), &Page{}, func(form *forms.Form) (*web.Response, error) {
			// As often as a login, or a session that was left open would be a way to find the password out.
			_, err := Authenticate(r, u.Username, form.String("old_password"))
			switch {
			case errors.Is(err, ErrThrottled):
				form.AddError("", "Too many attempts have failed. Please try again later.", "throttled")
				return nil, nil
			case errors.Is(err, ErrInvalid):
				form.AddError("old_password", "Your old password was entered incorrectly. Please enter it again.", "password_incorrect")
				return nil, nil
			case err != nil:
				return nil, err
			}
			return nil, SetPassword(r, u, form.String("new_password1"))
		})
	}))
}
