package web

import (
	"fmt"
	"net/url"
	"strings"

	"stackgen.dev/runtime/web/origin"
)

// AbsoluteURL makes a location absolute: scheme and host of the request before
// a path, the path of the request before a relative one (build_absolute_uri).
func (r *Request) AbsoluteURL(location string) string {
	switch {
	case strings.HasPrefix(location, "//"):
		return r.Scheme() + ":" + iriToURI(location)
	case strings.HasPrefix(location, "/"):
		return r.Scheme() + "://" + r.Host() + iriToURI(location)
	}
	target, err := url.Parse(iriToURI(location))
	if err != nil || target.Scheme != "" {
		return iriToURI(location)
	}
	base, err := url.Parse(r.Scheme() + "://" + r.Host() + string(appendPath(nil, r.x.Request.Path)))
	if err != nil {
		return iriToURI(location)
	}
	return base.ResolveReference(target).String()
}

// SafeRedirect reports whether a redirect to target stays on this host, so that it may come
// from a parameter like "next".
func (r *Request) SafeRedirect(target string) bool {
	return origin.SafeRedirect(target, []string{r.Host()}, r.IsSecure())
}

// sprint writes a route's constant as text.
func sprint(v any) string {
	if s, ok := v.(string); ok {
		return s
	}
	return fmt.Sprint(v)
}
