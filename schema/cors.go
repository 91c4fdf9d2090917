package schema

import (
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// CORSLayer is what the layer cors is told (CORS_* settings of django-cors-headers).
type CORSLayer struct {
	AllowedOrigins, AllowedOriginExpressions []String
	AllowAllOrigins                          Bool
	Paths                                    String
	AllowMethods, AllowHeaders               []String
	ExposeHeaders                            []String
	AllowCredentials, AllowPrivateNetwork    Bool
	PreflightMaxAge                          Duration
	DeclRange                                hcl.Range
}

func corsLayerBlock() *block {
	return &block{
		Type: "cors", Once: true, Into: reflect.TypeFor[CORSLayer](), Field: "CORS",
		Doc: "Which other origins' pages may ask the site with scripts, and read what the layer cors lets them.", Ancestor: "django-cors-headers",
		Example: `cors {
  allowed_origins = ["https://app.example.com"]
  paths           = "^/api/"
}`,
		Attrs: []*attr{
			{Name: "allowed_origins", Type: stringList{}, Check: checkCORSOrigin, Ancestor: "CORS_ALLOWED_ORIGINS",
				Doc: "Origins that may ask, with their scheme, and \"null\"."},
			{Name: "allowed_origin_expressions", Type: stringList{}, Check: checkExpression, Ancestor: "CORS_ALLOWED_ORIGIN_REGEXES",
				Doc: "Regular expressions for whole origins that may ask."},
			{Name: "allow_all_origins", Type: boolType(), Default: "false", Ancestor: "CORS_ALLOW_ALL_ORIGINS",
				Doc: "Whether every origin may ask."},
			{Name: "paths", Type: stringType(), Check: checkExpression, Ancestor: "CORS_URLS_REGEX",
				Doc: "A regular expression for the paths that this holds for; all when not written."},
			{Name: "allow_methods", Type: stringList{}, Enum: methods(), Ancestor: "CORS_ALLOW_METHODS",
				Doc: "The methods that may be used: DELETE, GET, OPTIONS, PATCH, POST and PUT when not written."},
			{Name: "allow_headers", Type: stringList{}, Check: checkToken, Ancestor: "CORS_ALLOW_HEADERS",
				Doc: "The request fields that may be sent: accept, authorization, content-type, user-agent, x-csrftoken and x-requested-with when not written."},
			{Name: "expose_headers", Type: stringList{}, Check: checkToken, Ancestor: "CORS_EXPOSE_HEADERS",
				Doc: "The fields of answers that scripts may read."},
			{Name: "allow_credentials", Type: boolType(), Default: "false", Ancestor: "CORS_ALLOW_CREDENTIALS",
				Doc: "Whether cookies may come along; the session's needs same_site = \"none\" for that."},
			{Name: "allow_private_network", Type: boolType(), Default: "false", Ancestor: "CORS_ALLOW_PRIVATE_NETWORK",
				Doc: "Whether public pages may ask a site of a private network."},
			{Name: "preflight_max_age", Type: durationType(), Default: `"24h"`, Check: checkPositive, Ancestor: "CORS_PREFLIGHT_MAX_AGE",
				Doc: "How long browsers remember what they may."},
		},
	}
}

// checkCORSOrigin checks an origin that may ask; a star would stand for nothing.
func checkCORSOrigin(v any) *problem {
	if v.(string) == "null" {
		return nil
	}
	if p := checkOrigin(v); p != nil || strings.Contains(v.(string), "*") || strings.ToLower(v.(string)) != v.(string) {
		return &problem{"Origin that is none", "An origin is scheme and host in small letters, as in \"https://app.example.com\". For several hosts write allowed_origin_expressions."}
	}
	return nil
}

// checkCORS reports a layer that lets nobody in, and lists that nobody looks at.
func (d *decoder) checkCORS(m Middleware, used bool) {
	c := d.site.CORS
	if c == nil {
		if used {
			d.report(errorAt(m.Range, "Layer that lets nobody in", "The layer cors needs to know which origins may ask. Write cors { allowed_origins = [\"https://app.example.com\"] }."))
		}
		return
	}
	named := len(c.AllowedOrigins) > 0 || len(c.AllowedOriginExpressions) > 0
	switch {
	case !named && !c.AllowAllOrigins.V:
		d.report(errorAt(c.DeclRange, "Layer that lets nobody in", "The block cors names no origin. Write allowed_origins, allowed_origin_expressions or allow_all_origins."))
	case named && c.AllowAllOrigins.V:
		d.report(errorAt(c.AllowAllOrigins.Range, "Every origin, and some", "With allow_all_origins nobody looks at the origins that are named. Take one of them away.").and(c.DeclRange, "the block is here"))
	}
}
