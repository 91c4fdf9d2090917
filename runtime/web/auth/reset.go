package auth

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/forms"
	"stackgen.dev/runtime/web/mail"
	"stackgen.dev/runtime/web/tokens"
)

// mailTimeout bounds sending one message.
const mailTimeout = time.Minute

// The templates of the messages.
const (
	resetMail      = "registration/password_reset"
	invitationMail = "registration/invitation"
)

// compose renders a message: NAME_subject.txt, NAME_email.txt and NAME_email.html.
func compose(r *web.Request, name, to string, values map[string]any) (*mail.Message, error) {
	subject, err := web.RenderText(r, name+"_subject.txt", values)
	if err != nil {
		return nil, err
	}
	text, err := web.RenderText(r, name+"_email.txt", values)
	if err != nil {
		return nil, err
	}
	html, err := web.RenderText(r, name+"_email.html", values)
	if err != nil {
		return nil, err
	}
	return &mail.Message{To: []string{to}, Subject: strings.Join(strings.Fields(subject), " "), Text: text, HTML: html}, nil
}

func account(u *User) tokens.Account {
	return tokens.Account{ID: strconv.FormatInt(u.ID, 10), Password: u.Password, LastLogin: u.LastLogin.V, Email: u.Email}
}

// PasswordResetView sends a link to who has forgotten the password, and answers
// the same, and as fast, where no account has the address (PasswordResetView).
func PasswordResetView(v View) web.Handler {
	return only(formMethods, func(r *web.Request) (*web.Response, error) {
		l, err := layerOf(r)
		if err != nil {
			return nil, err
		}
		return v.form(r, emailForm, &Page{}, func(form *forms.Form) (*web.Response, error) {
			email := form.String("email")
			users, err := l.Users.WithEmail(r, email)
			if err != nil {
				return nil, fmt.Errorf("auth: %w", err)
			}
			var messages []*mail.Message
			for _, u := range users {
				// The address of the account and not what was typed: letters that look alike do not lead elsewhere.
				if !u.IsActive || !u.HasUsablePassword() {
					continue
				}
				id := account(u)
				link := v.Link(tokens.UID(id.ID), tokens.NewReset(r.App().Keys(), l.ResetTimeout, nil).Make(id))
				m, err := compose(r, resetMail, u.Email, map[string]any{
					"url": r.AbsoluteURL(link), "username": u.Username, "email": u.Email, "domain": r.Host(), "valid": l.ResetTimeout,
				})
				if err != nil {
					return nil, err
				}
				messages = append(messages, m)
			}
			if len(messages) > 0 {
				log, mailer, ctx := r.Log(), r.App().Mailer(), context.WithoutCancel(r.Context())
				go func() { // beside the request, whose duration would say that there is such an account
					ctx, cancel := context.WithTimeout(ctx, mailTimeout)
					defer cancel()
					for _, m := range messages {
						if err := mailer.Send(ctx, m); err != nil {
							log.Error("sending a link to reset a password failed", "error", err)
						}
					}
				}()
			}
			return nil, nil
		})
	})
}

// The link of the message leads to a path without the token, which is kept in the
// session meanwhile: a page of another site that the user goes to from here never learns it.
const (
	resetTokenKey = "_password_reset_token"
	setPassword   = "set-password"
)

// PasswordResetConfirmView takes a new password from who has the link. The
// link is good once (PasswordResetConfirmView).
func PasswordResetConfirmView(v View) web.Handler {
	return only(formMethods, func(r *web.Request) (*web.Response, error) {
		l, err := layerOf(r)
		if err != nil {
			return nil, err
		}
		token := r.Arg("token")
		u, err := l.userOf(r, r.Arg("uidb64"))
		if err != nil {
			return nil, err
		}
		valid := tokens.NewReset(r.App().Keys(), l.ResetTimeout, nil).Valid
		if token != setPassword {
			if !u.IsAuthenticated() || !valid(account(u), token) {
				return v.invalid(r, l.setForm(u))
			}
			r.Session().Set(resetTokenKey, token)
			return web.Redirect(strings.Replace(r.FullPath(), token, setPassword, 1)), nil
		}
		if !u.IsAuthenticated() || !valid(account(u), r.Session().String(resetTokenKey)) {
			return v.invalid(r, l.setForm(u))
		}
		return v.form(r, l.setForm(u), &Page{ValidLink: true}, func(form *forms.Form) (*web.Response, error) {
			r.Session().Delete(resetTokenKey)
			return nil, SetPassword(r, u, form.String("new_password1"))
		})
	})
}

// userOf is the user that a link names; nobody where there is none, or who may not log in.
func (l *Layer) userOf(r *web.Request, uid string) (*User, error) {
	text, err := tokens.ParseUID(uid)
	if err != nil {
		return &User{}, nil
	}
	id, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return &User{}, nil
	}
	u, err := l.Users.Get(r, id)
	switch {
	case errors.Is(err, model.ErrNotFound):
		return &User{}, nil
	case err != nil:
		return nil, fmt.Errorf("auth: %w", err)
	case !u.IsActive:
		return &User{}, nil
	}
	return u, nil
}

// invalid shows the page of a link that is not good.
func (v *View) invalid(r *web.Request, spec *forms.Spec) (*web.Response, error) {
	return v.page(r, &Page{Form: spec.Unbound(r, nil)})
}
