package web

import (
	"time"

	"stackgen.dev/runtime/web/signing"
)

// signedCookieSalt stands before the name in what the signatures of cookies are made for.
const signedCookieSalt = "django.http.cookies"

func (a *App) cookieSigner(name, salt string) *signing.TimestampSigner {
	return a.Signer(signedCookieSalt + ":" + name + ":" + salt)
}

// SignedCookie is the value of a cookie that SetSignedCookie set. It fails with
// signing.ErrBadSignature where it was changed or is not there, and with
// signing.ErrExpired where it is older than maxAge; 0 accepts every age (get_signed_cookie).
func (r *Request) SignedCookie(name, salt string, maxAge time.Duration) (string, error) {
	value, ok := r.LookupCookie(name)
	if !ok {
		return "", signing.ErrBadSignature
	}
	return r.app.cookieSigner(name, salt).Unsign(value, maxAge)
}

// SetSignedCookie sets a cookie that the client can read and cannot change
// (set_signed_cookie). The salt says what the value is for, so that another cookie's cannot take its place.
func (p *Response) SetSignedCookie(r *Request, c Cookie, salt string) {
	c.Value = r.app.cookieSigner(c.Name, salt).Sign(c.Value)
	p.SetCookie(c)
}
