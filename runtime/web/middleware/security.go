package middleware

import (
	"strconv"
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
		p, err := next(r)
		if err != nil {
			return nil, err
		}
		if s.HSTS > 0 && r.IsSecure() {
			p.SetDefaultHeader("Strict-Transport-Security", hsts)
		}
		p.SetDefaultHeader("X-Content-Type-Options", "nosniff")
		if s.ReferrerPolicy != "off" {
			p.SetDefaultHeader("Referrer-Policy", s.ReferrerPolicy)
		}
		if s.OpenerPolicy != "off" {
			p.SetDefaultHeader("Cross-Origin-Opener-Policy", s.OpenerPolicy)
		}
		return p, nil
	}
}
