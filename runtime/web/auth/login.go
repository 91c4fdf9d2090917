package auth

import (
	"errors"
	"fmt"
	"strconv"

	"golang.org/x/text/unicode/norm"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
)

// ErrInvalid says that there is no such user, or that the password is another:
// which of them is nobody's to know.
var ErrInvalid = errors.New("auth: user name or password are wrong")

// ErrThrottled says that too many logins have failed of late.
var ErrThrottled = errors.New("auth: too many logins have failed")

// Authenticate is the user of that name with that password, ErrInvalid where
// there is none or the user may not log in, and ErrThrottled after too many of
// those (authenticate). It takes as long for a name that nobody has. A password
// that is stored in another format than the site's is stored anew.
func Authenticate(r *web.Request, username, password string) (*User, error) {
	l, err := layerOf(r)
	if err != nil {
		return nil, err
	}
	username = norm.NFKC.String(username)
	t := l.throttle(r, username)
	if err := t.begin(); err != nil {
		return nil, err
	}
	u, err := l.verify(r, username, password)
	switch {
	case errors.Is(err, ErrInvalid):
		return nil, errors.Join(err, t.failed())
	case err != nil:
		return nil, err
	}
	return u, t.passed()
}

func (l *Layer) verify(r *web.Request, username, password string) (*User, error) {
	ctx := r.Context()
	u, err := l.Users.Find(r, username)
	if errors.Is(err, model.ErrNotFound) || errors.Is(err, model.ErrInvalid) {
		u, err = &User{}, nil // whose password is checked for as long as another's
	}
	if err != nil {
		return nil, fmt.Errorf("auth: %w", err)
	}
	valid, update, err := l.Hashers.Check(ctx, password, u.Password)
	if err != nil {
		if ctx.Err() != nil {
			return nil, fmt.Errorf("auth: %w", err)
		}
		r.Log().Error("a stored password cannot be read", "user", u.ID, "error", err)
		return nil, ErrInvalid
	}
	if !valid || !u.IsActive || !u.IsAuthenticated() {
		return nil, ErrInvalid
	}
	if update {
		if err := l.setPassword(r, u, password); err != nil {
			return nil, err
		}
	}
	return u, nil
}

// setPassword stores a password.
func (l *Layer) setPassword(r *web.Request, u *User, password string) error {
	encoded, err := l.Hashers.Make(r.Context(), password)
	if err != nil {
		return fmt.Errorf("auth: %w", err)
	}
	u.Password = encoded
	if err := l.Users.SavePassword(r, u); err != nil {
		return fmt.Errorf("auth: %w", err)
	}
	return nil
}

// SetPassword stores a new password of a user. Sessions that began with the old one
// end, but for that of the request where the user is its own
// (update_session_auth_hash).
func SetPassword(r *web.Request, u *User, password string) error {
	l, err := layerOf(r)
	if err != nil {
		return err
	}
	of, err := Of(r)
	if err != nil {
		return err
	}
	if err := l.setPassword(r, u, password); err != nil {
		return err
	}
	if of.ID != u.ID {
		return nil
	}
	if err := r.Session().CycleKey(); err != nil {
		return err
	}
	r.Session().Set(hashKey, sessionHash(r.App().Keys()[0], u.Password))
	return nil
}

// Login begins a user's session: under a new key, so that one that somebody planted
// is worth nothing, and with a new secret for forms. What an anonymous visitor
// had in the session stays; what was another user's does not (login).
func Login(r *web.Request, u *User) error {
	l, err := layerOf(r)
	if err != nil {
		return err
	}
	session, keys := r.Session(), r.App().Keys()
	id := strconv.FormatInt(u.ID, 10)
	if fits, _ := sessionHashFits(keys, u.Password, session.String(hashKey)); session.Has(userKey) && (session.String(userKey) != id || !fits) {
		err = session.Flush()
	} else {
		err = session.CycleKey()
	}
	if err != nil {
		return err
	}
	session.Set(userKey, id)
	session.Set(backendKey, backend)
	session.Set(hashKey, sessionHash(keys[0], u.Password))
	r.SetValue(stateKey{}, &state{user: u})
	r.CSRF().Rotate()
	u.LastLogin = model.Some(model.Now(r))
	if err := l.Users.SaveLastLogin(r, u); err != nil {
		return fmt.Errorf("auth: %w", err)
	}
	return nil
}

// Logout ends the visitor's session and forgets everything in it (logout).
func Logout(r *web.Request) error {
	r.SetValue(stateKey{}, nobody())
	return r.Session().Flush()
}
