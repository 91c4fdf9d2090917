package middleware

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/web"
)

// Security is the layer "security" (django.middleware.security): it sets the
// headers that tell browsers to be careful, unless the view set them.
//
//	middleware = [security, …]
//
//	X-Content-Type-Options: nosniff
//	Referrer-Policy: same-origin
//	Cross-Origin-Opener-Policy: same-origin
type Security struct {
	// HSTS is how long browsers are to use TLS only, sent over TLS; 0 sends
	// nothing (SECURE_HSTS_SECONDS).
	HSTS time.Duration
	// HSTSSubdomains extends HSTS to every name below, HSTSPreload asks for the browsers' list.
	HSTSSubdomains, HSTSPreload bool
	// ReferrerPolicy is "same-origin" where it is empty; "off" sends none.
	ReferrerPolicy string
	// SniffContentType leaves X-Content-Type-Options away (SECURE_CONTENT_TYPE_NOSNIFF = False).
	SniffContentType bool
	// SSLRedirect sends requests without TLS to the same address with it, or to
	// SSLHost where that is set (SECURE_SSL_REDIRECT, SECURE_SSL_HOST).
	SSLRedirect bool
	SSLHost     string
	// RedirectExempt are expressions for paths, without their first slash, that
	// are not redirected (SECURE_REDIRECT_EXEMPT).
	RedirectExempt []*regexp.Regexp
	// OpenerPolicy is "same-origin" where it is empty; "off" sends none.
	OpenerPolicy string
}

// Wrap is the layer.
func (s Security) Wrap(next web.Handler) web.Handler {
	if s.ReferrerPolicy == "" {
		s.ReferrerPolicy = "same-origin"
	}
	if s.OpenerPolicy == "" {
		s.OpenerPolicy = "same-origin"
	}
	hsts := "max-age=" + strconv.FormatInt(int64(s.HSTS/time.Second), 10)
	if s.HSTSSubdomains {
		hsts += "; includeSubDomains"
	}
	if s.HSTSPreload {
		hsts += "; preload"
	}
	return func(r *web.Request) (*web.Response, error) {
		if s.SSLRedirect && !r.IsSecure() && !s.exempt(r.Path()) {
			host := s.SSLHost
			if host == "" {
				host = r.Host()
			}
			return web.RedirectPermanent("https://" + host + r.FullPath()), nil
		}
		p, err := next(r)
		if err != nil {
			return nil, err
		}
		if s.HSTS > 0 && r.IsSecure() {
			p.SetDefaultHeader("Strict-Transport-Security", hsts)
		}
		if !s.SniffContentType {
			p.SetDefaultHeader("X-Content-Type-Options", "nosniff")
		}
		if s.ReferrerPolicy != "off" {
			p.SetDefaultHeader("Referrer-Policy", s.ReferrerPolicy)
		}
		if s.OpenerPolicy != "off" {
			p.SetDefaultHeader("Cross-Origin-Opener-Policy", s.OpenerPolicy)
		}
		return p, nil
	}
}

func (s *Security) exempt(path string) bool {
	path = strings.TrimLeft(path, "/")
	for _, e := range s.RedirectExempt {
		if e.MatchString(path) {
			return true
		}
	}
	return false
}
