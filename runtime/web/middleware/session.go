package middleware

import (
	"errors"
	"sync"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/sessions"
)

// Session is the layer "session" (django.contrib.sessions): it gives every
// request a session that is loaded when a view first looks at it, and saved
// when it was changed and the answer is no failure of the server. Answers of
// views that looked vary by cookie.
//
//	middleware = [security, session, …]
type Session struct {
	// Store keeps the data; nil keeps it in the cookie, signed with the site's keys.
	Store sessions.Store
	// Age is how long a session lives; 0 is two weeks (SESSION_COOKIE_AGE).
	Age time.Duration
	// ExpireAtClose ends sessions with the browser (SESSION_EXPIRE_AT_BROWSER_CLOSE).
	ExpireAtClose bool
	// SaveEveryRequest begins the age anew with every answer (SESSION_SAVE_EVERY_REQUEST).
	SaveEveryRequest bool
	// Cookie has what differs from a cookie's safe defaults; its name is
	// "sessionid" where it is empty.
	Cookie web.Cookie
}

// DefaultSessionAge is two weeks.
const DefaultSessionAge = 14 * 24 * time.Hour

// Wrap is the layer.
func (s Session) Wrap(next web.Handler) web.Handler {
	if s.Age == 0 {
		s.Age = DefaultSessionAge
	}
	if s.Cookie.Name == "" {
		s.Cookie.Name = "sessionid"
	}
	var once sync.Once
	return func(r *web.Request) (*web.Response, error) {
		once.Do(func() {
			if s.Store == nil {
				s.Store = sessions.NewSignedCookie(r.App().Keys(), s.Age)
			}
		})
		key, sent := r.LookupCookie(s.Cookie.Name)
		session := sessions.New(r, s.Store, key, s.Age)
		r.SetSession(session)
		p, err := next(r)
		if err != nil {
			return nil, err
		}
		return s.respond(r, session, sent, p)
	}
}

func (s *Session) respond(r *web.Request, session *sessions.Session, sent bool, p *web.Response) (*web.Response, error) {
	if err := session.Err(); err != nil && p.Status < 500 {
		return nil, err
	}
	if sent && s.SaveEveryRequest {
		session.Found() // a key that is nobody's is not kept
	}
	if sent && session.Empty() {
		p.DeleteCookie(s.Cookie.Name, s.Cookie.Path, s.Cookie.Domain)
		p.Vary("Cookie")
		return p, nil
	}
	if session.Accessed() {
		p.Vary("Cookie")
	}
	if !session.Modified() && !s.SaveEveryRequest || session.Empty() || p.Status >= 500 {
		return p, nil
	}
	age, atClose := session.Expiry()
	key, err := session.Save()
	if errors.Is(err, sessions.ErrGone) {
		return nil, web.BadRequest.With("The session was ended while this request was made.").Because(err)
	}
	if errors.Is(err, sessions.ErrTooLarge) { // the browser goes on with the one it has, as it would anyhow
		r.Log().Error("the session is not kept", "error", err.Error())
		return p, nil
	}
	if err != nil {
		return nil, err
	}
	cookie := s.Cookie
	cookie.Value = key
	if !atClose && (!s.ExpireAtClose || session.HasExpiry()) {
		cookie.MaxAge = age
	}
	p.SetCookie(cookie)
	return p, nil
}
