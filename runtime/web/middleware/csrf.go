package middleware

import (
	"fmt"
	"net/textproto"
	"strings"
	"time"

	"stackgen.dev/runtime/web"
	"stackgen.dev/runtime/web/csrf"
	"stackgen.dev/runtime/web/origin"
)

// CSRF is the layer "csrf" (CsrfViewMiddleware): a request that could change
// something (any method but GET, HEAD, OPTIONS and TRACE) has to come from a
// page of this site. Its Origin has to be this site's; over TLS, where there
// is no Origin, its Referer; and it has to carry the token of a form, in the
// field csrfmiddlewaretoken or the header X-CSRFToken, that belongs to the cookie.
//
//	middleware = [security, session, csrf, …]
//
// A view is taken out with csrf_exempt. Beyond Django, a request without TLS
// and Origin whose Sec-Fetch-Site says that it came from another site is refused.
type CSRF struct {
	// TrustedOrigins may send forms here too: "https://admin.example.com",
	// "https://*.example.com" for that name and all below (CSRF_TRUSTED_ORIGINS).
	TrustedOrigins []string
	// Header carries the token of scripts; "X-CSRFToken" where it is empty.
	Header string
	// Cookie has what differs from Django's defaults: the name csrftoken, a
	// year, readable by scripts.
	Cookie web.Cookie
	// HTTPOnly keeps the cookie from scripts (CSRF_COOKIE_HTTPONLY).
	HTTPOnly bool
	// Failure answers a refused request; nil is a plain 403 page.
	Failure func(r *web.Request, reason string) (*web.Response, error)

	trusted *origin.Trusted
}

// DefaultCSRFAge is how long the cookie is kept.
const DefaultCSRFAge = 364 * 24 * time.Hour

// tokenField is the form's field with the token.
const tokenField = "csrfmiddlewaretoken"

// The reasons for which a request is refused, in Django's words.
const (
	reasonOrigin    = "Origin checking failed - %s does not match any trusted origins."
	reasonNoReferer = "Referer checking failed - no Referer."
	reasonMalformed = "Referer checking failed - Referer is malformed."
	reasonInsecure  = "Referer checking failed - Referer is insecure while host is secure."
	reasonReferer   = "Referer checking failed - %s does not match any trusted origins."
	reasonSite      = "Sec-Fetch-Site checking failed - the request came from another site."
	reasonNoCookie  = "CSRF cookie not set."
	reasonNoToken   = "CSRF token missing."
)

// Wrap is the layer.
func (c CSRF) Wrap(next web.Handler) web.Handler {
	c.prepare()
	hook := c.check
	return func(r *web.Request) (*web.Response, error) {
		if sent, ok := r.LookupCookie(c.Cookie.Name); ok {
			secret, err := csrf.Secret(sent)
			if err != nil {
				r.CSRF().Rotate()
			} else {
				r.CSRF().Load(secret)
			}
		}
		r.ProcessView(hook)
		p, err := next(r)
		if err != nil {
			return nil, err
		}
		if secret, send := r.CSRF().Pending(); send {
			cookie := c.Cookie
			cookie.Value = secret
			p.SetCookie(cookie)
			p.Vary("Cookie")
		}
		return p, nil
	}
}

func (c *CSRF) prepare() {
	if c.Cookie.Name == "" {
		c.Cookie.Name = "csrftoken"
	}
	if c.Cookie.MaxAge == 0 {
		c.Cookie.MaxAge = DefaultCSRFAge
	}
	c.Cookie.Script = !c.HTTPOnly
	if c.Header == "" {
		c.Header = "X-CSRFToken"
	}
	c.trusted = origin.NewTrusted(c.TrustedOrigins)
}

// check is the hook before the view.
func (c *CSRF) check(r *web.Request) (*web.Response, error) {
	switch r.Method() {
	case "GET", "HEAD", "OPTIONS", "TRACE":
		return nil, nil
	}
	if r.View().CSRFExempt {
		return nil, nil
	}
	reason := c.source(r)
	if reason == "" {
		var err error
		if reason, err = c.token(r); err != nil {
			return nil, err
		}
	}
	if reason == "" {
		return nil, nil
	}
	r.Log().Warn("csrf: request refused", "reason", reason, "method", r.Method(), "path", r.Path())
	if c.Failure != nil {
		return c.Failure(r, reason)
	}
	return refused(r, reason), nil
}

// source checks where the request comes from and returns why it is refused.
func (c *CSRF) source(r *web.Request) string {
	switch {
	case r.HasHeader("Origin"):
		if from := r.Header("Origin"); from != r.Scheme()+"://"+r.Host() && !c.trusted.Allows(from) {
			return fmt.Sprintf(reasonOrigin, latin1(from))
		}
	case r.IsSecure():
		return c.referer(r)
	case r.Header("Sec-Fetch-Site") == "cross-site":
		return reasonSite
	}
	return ""
}

func (c *CSRF) referer(r *web.Request) string {
	if !r.HasHeader("Referer") {
		return reasonNoReferer
	}
	u, ok := origin.Split(r.Header("Referer"))
	if !ok || u.Scheme == "" || u.Netloc == "" {
		return reasonMalformed
	}
	if u.Scheme != "https" {
		return reasonInsecure
	}
	good := strings.ToLower(r.Host())
	if c.Cookie.Domain != "" {
		port := ""
		if at := strings.LastIndexByte(good, ':'); at > strings.LastIndexByte(good, ']') {
			port = good[at:]
		}
		good = strings.ToLower(c.Cookie.Domain)
		if port != ":443" && port != ":80" {
			good += port
		}
	}
	if !c.trusted.AllowsHost(u.Netloc) && !origin.SameDomain(u.Netloc, good) {
		return fmt.Sprintf(reasonReferer, latin1(u.String()))
	}
	return ""
}

// token checks the token and returns why it is refused.
func (c *CSRF) token(r *web.Request) (string, error) {
	sent, ok := r.LookupCookie(c.Cookie.Name)
	if !ok {
		return reasonNoCookie, nil
	}
	secret, err := csrf.Secret(sent)
	if err != nil {
		return "CSRF cookie " + err.Error() + ".", nil
	}
	token, from := "", "POST"
	if r.Method() == "POST" {
		form, err := r.Form()
		if err != nil {
			return "", err
		}
		token = form.Get(tokenField)
	}
	if token == "" {
		if !r.HasHeader(c.Header) {
			return reasonNoToken, nil
		}
		token = latin1(r.Header(c.Header))
		from = "the '" + textproto.CanonicalMIMEHeaderKey(c.Header) + "' HTTP header"
	}
	if err := csrf.Check(token); err != nil {
		return "CSRF token from " + from + " " + err.Error() + ".", nil
	}
	if !csrf.Match(token, secret) {
		return "CSRF token from " + from + " incorrect.", nil
	}
	return "", nil
}

// latin1 reads a header's bytes as characters, one for each: that is how
// Django counts them, and shows them in reasons.
func latin1(s string) string {
	for i := range len(s) {
		if s[i] >= 0x80 {
			runes := make([]rune, len(s))
			for j := range len(s) {
				runes[j] = rune(s[j])
			}
			return string(runes)
		}
	}
	return s
}
