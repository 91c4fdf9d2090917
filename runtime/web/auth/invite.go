package auth

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"golang.org/x/text/unicode/norm"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
	"stackgen.dev/runtime/web/messages"
)

// invitationSalt is what the tokens of invitations are signed for.
const invitationSalt = "stackgen.auth.invitation"

// invitation is what the token of an invitation says.
type invitation struct {
	Email string `json:"e"`
}

// InviteView sends an invitation to an address that no account has.
func InviteView(v View) web.Handler {
	return only(formMethods, func(r *web.Request) (*web.Response, error) {
		l, err := layerOf(r)
		if err != nil {
			return nil, err
		}
		u, err := Of(r)
		if err != nil {
			return nil, err
		}
		return v.form(r, emailForm, &Page{}, func(form *forms.Form) (*web.Response, error) {
			email := form.String("email")
			known, err := l.Users.WithEmail(r, email)
			if err != nil {
				return nil, fmt.Errorf("auth: %w", err)
			}
			if len(known) > 0 {
				form.AddError("email", "A user with that email address already exists.", "unique")
				return nil, nil
			}
			token, err := r.App().Signer(invitationSalt).Dumps(invitation{email}, false)
			if err != nil {
				return nil, fmt.Errorf("auth: %w", err)
			}
			m, err := compose(r, invitationMail, email, map[string]any{
				"url": r.AbsoluteURL(v.Link("", token)), "by": u.FullName(), "email": email, "domain": r.Host(), "valid": l.InvitationTimeout,
			})
			if err != nil {
				return nil, err
			}
			if err := r.App().Mailer().Send(r.Context(), m); err != nil {
				r.Log().Error("sending an invitation failed", "error", err)
				form.AddError("", "The invitation could not be sent. Please try again later.", "mail")
				return nil, nil
			}
			r.Messages().Add(messages.Success, "An invitation is on its way to "+email+".")
			return nil, nil
		})
	})
}

// SignUpView makes an account for who has an invitation, and logs in. An
// invitation is good once, and only while no account has its address.
func SignUpView(v View) web.Handler {
	return only(formMethods, func(r *web.Request) (*web.Response, error) {
		l, err := layerOf(r)
		if err != nil {
			return nil, err
		}
		token := r.Arg("token")
		var to invitation
		if r.App().Signer(invitationSalt).Loads(token, l.InvitationTimeout, &to) != nil || to.Email == "" {
			return v.invalid(r, l.signUpForm(""))
		}
		known, err := l.Users.WithEmail(r, to.Email)
		if err != nil {
			return nil, fmt.Errorf("auth: %w", err)
		}
		if len(known) > 0 {
			return v.invalid(r, l.signUpForm(""))
		}
		return v.form(r, l.signUpForm(to.Email), &Page{ValidLink: true, Email: to.Email}, func(form *forms.Form) (*web.Response, error) {
			return nil, l.signUp(r, form, to.Email, token)
		})
	})
}

// signUp makes the account.
func (l *Layer) signUp(r *web.Request, form *forms.Form, email, token string) error {
	// Whoever is first with a token goes on: two at the same moment are one account.
	sum := sha256.Sum256([]byte(token))
	key := "invitation:" + hex.EncodeToString(sum[:16])
	first, err := r.App().Cache().Add(r.Context(), key, []byte("1"), l.InvitationTimeout)
	if err != nil {
		return fmt.Errorf("auth: %w", err)
	}
	if !first {
		form.AddError("", "This invitation has been used.", "used")
		return nil
	}
	release := func(err error) error { return errors.Join(err, r.App().Cache().Delete(r.Context(), key)) }
	u := &User{Username: norm.NFKC.String(form.String("username")), Email: email, IsActive: true}
	taken, err := l.Users.Taken(r, u.Username)
	if err != nil {
		return release(fmt.Errorf("auth: %w", err))
	}
	if !taken {
		if u.Password, err = l.Hashers.Make(r.Context(), form.String("password1")); err != nil {
			return release(fmt.Errorf("auth: %w", err))
		}
		var twice *model.UniqueError
		if err = l.Users.Create(r, u); errors.As(err, &twice) {
			taken, err = true, nil
		}
	}
	switch {
	case err != nil:
		return release(fmt.Errorf("auth: %w", err))
	case taken:
		form.AddError("username", "A user with that username already exists.", "unique")
		return release(nil)
	}
	return Login(r, u)
}
