package middleware

import (
	"fmt"
	"regexp"
	"strings"

	"stackgen.dev/runtime/web"
)

// Common is the layer "common" (CommonMiddleware): a path that no route
// matches, but one does with a slash behind it, is redirected there (append_slash).
//
//	middleware = [security, session, common, …]
//
//	GET /posts?page=2  ->  301 /posts/?page=2
//
// The redirect never leads to another host: "//evil.example" becomes
// "/%2Fevil.example/". In development a POST is refused with an error instead,
// as the form's data would be lost. Content-Length, which Django's layer sets, is the
// engine's to send.
type Common struct {
	// NoAppendSlash leaves paths as they are (APPEND_SLASH = False).
	NoAppendSlash bool
	// PrependWWW redirects to the host with "www." before it (PREPEND_WWW).
	PrependWWW bool
	// DisallowedUserAgents are answered 403 (DISALLOWED_USER_AGENTS).
	DisallowedUserAgents []*regexp.Regexp
}

// Wrap is the layer.
func (c Common) Wrap(next web.Handler) web.Handler {
	return func(r *web.Request) (*web.Response, error) {
		if len(c.DisallowedUserAgents) > 0 {
			agent := r.Header("User-Agent")
			for _, e := range c.DisallowedUserAgents {
				if e.MatchString(agent) {
					return nil, web.Forbidden.With("Forbidden user agent")
				}
			}
		}
		if host := r.Host(); c.PrependWWW && host != "" && !strings.HasPrefix(host, "www.") {
			path, err := r.FullPath(), error(nil)
			if c.wantsSlash(r) {
				path, err = withSlash(r)
			}
			if err != nil {
				return nil, err
			}
			return web.RedirectPermanent(r.Scheme() + "://www." + host + path), nil
		}
		p, err := next(r)
		if err != nil || p.Status != 404 || !c.wantsSlash(r) {
			return p, err
		}
		path, err := withSlash(r)
		if err != nil {
			return nil, err
		}
		return web.RedirectPermanent(path), nil
	}
}

// wantsSlash reports whether a slash would make the path one of the site's.
func (c *Common) wantsSlash(r *web.Request) bool {
	path := r.Path()
	if c.NoAppendSlash || strings.HasSuffix(path, "/") {
		return false
	}
	if _, known := r.Resolve(path); known {
		return false
	}
	view, found := r.Resolve(path + "/")
	return found && !view.NoAppendSlash
}

func withSlash(r *web.Request) (string, error) {
	path := r.FullPathWithSlash()
	switch r.Method() {
	case "POST", "PUT", "PATCH", "DELETE":
		if r.Debug() {
			return "", fmt.Errorf("%s %s: the route ends with a slash, and a redirect there would lose the data; send the request to %s%s",
				r.Method(), r.Path(), r.Host(), path)
		}
	}
	return path, nil
}
