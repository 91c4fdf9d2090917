package middleware

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"stackgen.dev/runtime/web"
)

// CORS is the layer "cors" (django-cors-headers): pages of other origins may ask
// this site with scripts and read the answers.
//
//	middleware = [security, cors, common]
//	cors { allowed_origins = ["https://app.example.com"] }
//
// A preflight, which is OPTIONS with Access-Control-Request-Method, is answered by the layer.
type CORS struct {
	// Origins may ask: scheme and host, or "null" (CORS_ALLOWED_ORIGINS).
	Origins []string
	// OriginExpressions match whole origins from their beginning (CORS_ALLOWED_ORIGIN_REGEXES).
	OriginExpressions []*regexp.Regexp
	// AllOrigins lets every origin ask (CORS_ALLOW_ALL_ORIGINS).
	AllOrigins bool
	// Paths are those that the layer is for; nil is all (CORS_URLS_REGEX).
	Paths *regexp.Regexp
	// Methods and Headers may be used; empty are those of django-cors-headers.
	Methods, Headers []string
	// Expose are fields of answers that scripts may read (CORS_EXPOSE_HEADERS).
	Expose []string
	// Credentials lets cookies come along (CORS_ALLOW_CREDENTIALS).
	Credentials bool
	// PreflightAge is how long browsers remember a preflight; a day where it is 0, negative says nothing.
	PreflightAge time.Duration
	// PrivateNetwork lets public pages ask a site of a private network.
	PrivateNetwork bool
}

// What may be used where nothing is said (corsheaders.defaults).
var (
	corsMethods = []string{"DELETE", "GET", "OPTIONS", "PATCH", "POST", "PUT"}
	corsHeaders = []string{"accept", "authorization", "content-type", "user-agent", "x-csrftoken", "x-requested-with"}
)

// Wrap is the layer.
func (c CORS) Wrap(next web.Handler) web.Handler {
	if len(c.Methods) == 0 {
		c.Methods = corsMethods
	}
	if len(c.Headers) == 0 {
		c.Headers = corsHeaders
	}
	if c.PreflightAge == 0 {
		c.PreflightAge = 24 * time.Hour
	}
	methods, headers, expose := strings.Join(c.Methods, ", "), strings.Join(c.Headers, ", "), strings.Join(c.Expose, ", ")
	return func(r *web.Request) (*web.Response, error) {
		if c.Paths != nil && !c.Paths.MatchString(r.Path()) {
			return next(r)
		}
		var p *web.Response
		if r.Method() == "OPTIONS" && r.Header("Access-Control-Request-Method") != "" {
			p = web.Empty(200)
		} else {
			var err error
			if p, err = next(r); err != nil {
				return nil, err
			}
		}
		p.Vary("Origin")
		origin := r.Header("Origin")
		if origin == "" {
			return p, nil
		}
		if c.Credentials {
			p.SetHeader("Access-Control-Allow-Credentials", "true")
		}
		if !c.AllOrigins && !c.allows(origin) {
			return p, nil
		}
		if c.AllOrigins && !c.Credentials {
			origin = "*"
		}
		p.SetHeader("Access-Control-Allow-Origin", origin)
		if expose != "" {
			p.SetHeader("Access-Control-Expose-Headers", expose)
		}
		if r.Method() != "OPTIONS" {
			return p, nil
		}
		p.SetHeader("Access-Control-Allow-Headers", headers)
		p.SetHeader("Access-Control-Allow-Methods", methods)
		if c.PreflightAge > 0 {
			p.SetHeader("Access-Control-Max-Age", strconv.Itoa(int(c.PreflightAge/time.Second)))
		}
		if c.PrivateNetwork && r.Header("Access-Control-Request-Private-Network") == "true" {
			p.SetHeader("Access-Control-Allow-Private-Network", "true")
		}
		return p, nil
	}
}

// allows reports whether an origin is one of those named.
func (c *CORS) allows(origin string) bool {
	return slices.Contains(c.Origins, strings.ToLower(origin)) || slices.ContainsFunc(c.OriginExpressions, func(e *regexp.Regexp) bool {
		at := e.FindStringIndex(origin)
		return at != nil && at[0] == 0 && at[1] == len(origin)
	})
}
