package auth

import (
	"errors"
	"fmt"
	"strconv"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/hashers"
	"stackgen.dev/runtime/web/passwords"
)

// Layer is the layer "auth" (AuthenticationMiddleware): it knows who sends a
// request, and reads the user when somebody asks.
//
//	middleware = [security, session, common, csrf, auth, …]
type Layer struct {
	// Users is how users are stored.
	Users Users
	// LoginURL is the path of the login view; "" where the site has none (LOGIN_URL).
	LoginURL string
	// Hashers store passwords; nil is hashers.Default.
	Hashers *hashers.Set
	// Rules are what new passwords have to meet; nil is passwords.Default.
	Rules []passwords.Validator
	// ResetTimeout and InvitationTimeout are how long links in e-mails are good; 0 is three and seven days.
	ResetTimeout, InvitationTimeout time.Duration
	// Attempts is how often a login may fail for a name from an address
	// within AttemptsWithin; 0 is 10 and 15 minutes.
	Attempts       int
	AttemptsWithin time.Duration
}

// layerKey and stateKey are what a request keeps of this package.
type (
	layerKey struct{}
	stateKey struct{}
)

// state is what a request has found out.
type state struct {
	user  *User
	perms map[string]bool
	all   bool // of a superuser
	known bool // perms are read
}

// New is the layer with what was left out.
func New(l Layer) *Layer {
	if l.Hashers == nil {
		l.Hashers = hashers.Default()
	}
	if l.Rules == nil {
		l.Rules = passwords.Default()
	}
	if l.ResetTimeout == 0 {
		l.ResetTimeout = 3 * 24 * time.Hour
	}
	if l.InvitationTimeout == 0 {
		l.InvitationTimeout = 7 * 24 * time.Hour
	}
	if l.Attempts == 0 {
		l.Attempts = 10
	}
	if l.AttemptsWithin == 0 {
		l.AttemptsWithin = 15 * time.Minute
	}
	return &l
}

// Wrap is the layer. It does nothing but make itself known, so that a page that
// asks for no user pays for none.
func (l *Layer) Wrap(next web.Handler) web.Handler {
	return func(r *web.Request) (*web.Response, error) {
		r.SetValue(layerKey{}, l)
		return next(r)
	}
}

// errNoLayer is a mistake of the site's author.
var errNoLayer = errors.New("auth: the layer auth has to stand in middleware before this place")

func layerOf(r *web.Request) (*Layer, error) {
	l, _ := r.Value(layerKey{}).(*Layer)
	if l == nil {
		return nil, errNoLayer
	}
	return l, nil
}

// nobody is the state of a visitor who is not logged in.
func nobody() *state { return &state{user: &User{}, known: true} }

// Of is the request's user, and never nil: nobody is a User without a key (request.user).
func Of(r *web.Request) (*User, error) {
	s, err := stateOf(r)
	if err != nil {
		return nil, err
	}
	return s.user, nil
}

// IDOf is the key of the request's user, 0 for nobody.
func IDOf(r *web.Request) (int64, error) {
	u, err := Of(r)
	if err != nil {
		return 0, err
	}
	return u.ID, nil
}

// Row is the request's user as the site's model has it; a row of zeroes for nobody.
func Row[T any](r *web.Request) (*T, error) {
	u, err := Of(r)
	if err != nil {
		return nil, err
	}
	if row, ok := u.Row.(*T); ok {
		return row, nil
	}
	return new(T), nil
}

func stateOf(r *web.Request) (*state, error) {
	if s, _ := r.Value(stateKey{}).(*state); s != nil {
		return s, nil
	}
	l, err := layerOf(r)
	if err != nil {
		return nil, err
	}
	s, err := l.load(r)
	if err != nil {
		return nil, err
	}
	r.SetValue(stateKey{}, s)
	return s, nil
}

// load reads the user of the session. The session ends where the user is gone,
// may not log in any more, or has another password than when the session began (get_user).
func (l *Layer) load(r *web.Request) (*state, error) {
	session := r.Session()
	id, err := strconv.ParseInt(session.String(userKey), 10, 64)
	if err != nil {
		return nobody(), nil
	}
	u, err := l.Users.Get(r, id)
	switch {
	case errors.Is(err, model.ErrNotFound):
		return nobody(), nil
	case err != nil:
		return nil, fmt.Errorf("auth: %w", err)
	case !u.IsActive:
		return nobody(), nil
	}
	fits, old := sessionHashFits(r.App().Keys(), u.Password, session.String(hashKey))
	if !fits {
		return nobody(), session.Flush()
	}
	if old {
		if err := session.CycleKey(); err != nil {
			return nil, err
		}
		session.Set(hashKey, sessionHash(r.App().Keys()[0], u.Password))
	}
	return &state{user: u}, nil
}
