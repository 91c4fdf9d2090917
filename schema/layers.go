package schema

import (
	"fmt"
	"net/url"
	"reflect"
	"strings"

	"github.com/hashicorp/hcl/v2"
)

// SecurityLayer is what the layer security is told (SECURE_* settings).
type SecurityLayer struct {
	HSTS                    Duration
	HSTSSubdomains          Bool
	HSTSPreload             Bool
	ReferrerPolicy          String
	CrossOriginOpenerPolicy String
	SSLRedirect             Bool
	SSLHost                 String
	RedirectExempt          []String
	DeclRange               hcl.Range
}

// SessionLayer is what the layer session is told (SESSION_* settings).
type SessionLayer struct {
	// Store is "signed_cookies", "file" or "cache".
	Store            String
	Age              Duration
	ExpireAtClose    Bool
	SaveEveryRequest Bool
	CookieName       String
	CookieDomain     String
	SameSite         String
	DeclRange        hcl.Range
}

// CSRFLayer is what the layer csrf is told (CSRF_* settings).
type CSRFLayer struct {
	TrustedOrigins []String
	HeaderName     String
	CookieName     String
	CookieDomain   String
	CookieAge      Duration
	HTTPOnly       Bool
	DeclRange      hcl.Range
}

// CommonLayer is what the layer common is told.
type CommonLayer struct {
	AppendSlash          Bool
	PrependWWW           Bool
	DisallowedUserAgents []String
	DeclRange            hcl.Range
}

// ClickjackingLayer is what the layer clickjacking is told.
type ClickjackingLayer struct {
	// FrameOptions is "DENY" or "SAMEORIGIN".
	FrameOptions String
	DeclRange    hcl.Range
}

// MessageLayer is what the layer message is told.
type MessageLayer struct {
	// Level is the lowest that counts.
	Level     String
	DeclRange hcl.Range
}

// CSPLayer is the content security policy.
type CSPLayer struct {
	Directives []*CSPDirective
	// ReportOnly says that browsers report what breaks the policy and let it pass.
	ReportOnly Bool
	DeclRange  hcl.Range
}

// CSPDirective is one line of the policy.
type CSPDirective struct {
	Name      string
	Sources   []String
	DeclRange hcl.Range
}

// PageCache is where the site keeps what it need not make again (CACHES).
type PageCache struct {
	// Store is "memory", "file" or "database", or the scheme of URL.
	Store String
	// URL is "memory:", "file:", "redis://…" or "rediss://…"; "" where Store says it.
	URL String
	// Size bounds the memory in bytes, MaxEntries the rows of the database.
	Size       Size
	MaxEntries Int
	// PageAge is how long whole pages are kept by update_cache.
	PageAge   Duration
	DeclRange hcl.Range
}

// Uploads bounds what forms may send (DATA_UPLOAD_*, FILE_UPLOAD_*).
type Uploads struct {
	FormMemory, FileMemory Size
	MaxFields, MaxFiles    Int
	// URL is where the site shows the files that rows have; "" for nowhere.
	URL       String
	DeclRange hcl.Range
}

func securityLayerBlock() *block {
	return &block{
		Type: "security", Once: true, Into: reflect.TypeFor[SecurityLayer](), Field: "Security",
		Doc: "What the layer security tells browsers, and whether it redirects to HTTPS.", Ancestor: "Django SECURE_* settings",
		Example: `security {
  hsts            = "365d"
  hsts_subdomains = true
}`,
		Attrs: []*attr{
			{Name: "hsts", Into: "HSTS", Type: durationType(), Ancestor: "Django SECURE_HSTS_SECONDS",
				Doc: "How long browsers are to come by HTTPS only, said over HTTPS; not said when not written."},
			{Name: "hsts_subdomains", Into: "HSTSSubdomains", Type: boolType(), Default: "false", Ancestor: "Django SECURE_HSTS_INCLUDE_SUBDOMAINS",
				Doc: "Whether that holds for every name below the site's, too."},
			{Name: "hsts_preload", Into: "HSTSPreload", Type: boolType(), Default: "false", Ancestor: "Django SECURE_HSTS_PRELOAD",
				Doc: "Whether browsers may put the site on the list that they come with."},
			{Name: "referrer_policy", Type: stringType(), Default: `"same-origin"`, Enum: referrerPolicies(), Ancestor: "Django SECURE_REFERRER_POLICY",
				Doc: "What browsers tell other sites of where a visitor came from; off says nothing about it."},
			{Name: "cross_origin_opener_policy", Type: stringType(), Default: `"same-origin"`, Enum: []string{"same-origin", "same-origin-allow-popups", "unsafe-none", "off"},
				Ancestor: "Django SECURE_CROSS_ORIGIN_OPENER_POLICY", Doc: "Whether a page shares its window's group with pages of other sites that open it; off says nothing about it."},
			{Name: "ssl_redirect", Into: "SSLRedirect", Type: boolType(), Default: "false", Ancestor: "Django SECURE_SSL_REDIRECT",
				Doc: "Whether a request without HTTPS is redirected to the same address with it; redirect_to_https of a listener does it earlier."},
			{Name: "ssl_host", Into: "SSLHost", Type: stringType(), Check: checkDomain, Ancestor: "Django SECURE_SSL_HOST",
				Doc: "The host to redirect to; the request's own when not written."},
			{Name: "redirect_exempt", Type: stringList{}, Check: checkExpression, Ancestor: "Django SECURE_REDIRECT_EXEMPT",
				Doc: "Regular expressions for paths, without their first slash, that are not redirected."},
		},
	}
}

func referrerPolicies() []string {
	return []string{"no-referrer", "no-referrer-when-downgrade", "origin", "origin-when-cross-origin", "same-origin",
		"strict-origin", "strict-origin-when-cross-origin", "unsafe-url", "off"}
}

func sessionLayerBlock() *block {
	return &block{
		Type: "session", Once: true, Into: reflect.TypeFor[SessionLayer](), Field: "Session",
		Doc: "Where the layer session keeps what it remembers of visitors, and for how long.", Ancestor: "Django SESSION_* settings",
		Example: `session {
  store = "file"
  age   = "30d"
}`,
		Attrs: []*attr{
			{Name: "store", Type: stringType(), Default: `"signed_cookies"`, Enum: []string{"signed_cookies", "file", "cache", "database"}, Ancestor: "Django SESSION_ENGINE",
				Doc: "Where sessions are kept: in the visitor's cookie, signed; in files of the data folder; in the site's cache; or in the database, in Django's table."},
			{Name: "age", Type: durationType(), Default: `"14d"`, Check: checkPositive, Ancestor: "Django SESSION_COOKIE_AGE",
				Doc: "How long a session lives."},
			{Name: "expire_at_close", Type: boolType(), Default: "false", Ancestor: "Django SESSION_EXPIRE_AT_BROWSER_CLOSE",
				Doc: "Whether the cookie ends with the browser."},
			{Name: "save_every_request", Type: boolType(), Default: "false", Ancestor: "Django SESSION_SAVE_EVERY_REQUEST",
				Doc: "Whether every answer begins the age anew."},
			{Name: "cookie_name", Type: stringType(), Default: `"sessionid"`, Check: checkToken, Ancestor: "Django SESSION_COOKIE_NAME",
				Doc: "The cookie's name."},
			{Name: "cookie_domain", Type: stringType(), Check: checkDomain, Ancestor: "Django SESSION_COOKIE_DOMAIN",
				Doc: "The domain whose hosts all get the cookie; the site's host alone when not written."},
			{Name: "same_site", Type: stringType(), Default: `"Lax"`, Enum: []string{"Lax", "Strict", "None"}, Ancestor: "Django SESSION_COOKIE_SAMESITE",
				Doc: "Whether browsers send the cookie with requests that begin on other sites."},
		},
	}
}

func csrfLayerBlock() *block {
	return &block{
		Type: "csrf", Once: true, Into: reflect.TypeFor[CSRFLayer](), Field: "CSRF",
		Doc: "Whom the layer csrf trusts, and how its cookie is called.", Ancestor: "Django CSRF_* settings",
		Example: `csrf {
  trusted_origins = ["https://admin.example.com"]
}`,
		Attrs: []*attr{
			{Name: "trusted_origins", Type: stringList{}, Check: checkOrigin, Ancestor: "Django CSRF_TRUSTED_ORIGINS",
				Doc: "Other sites that may send forms here, with their scheme; https://*.example.com is every name below."},
			{Name: "header_name", Type: stringType(), Default: `"X-CSRFToken"`, Check: checkToken, Ancestor: "Django CSRF_HEADER_NAME",
				Doc: "The header in which scripts send the token."},
			{Name: "cookie_name", Type: stringType(), Default: `"csrftoken"`, Check: checkToken, Ancestor: "Django CSRF_COOKIE_NAME",
				Doc: "The cookie's name."},
			{Name: "cookie_domain", Type: stringType(), Check: checkDomain, Ancestor: "Django CSRF_COOKIE_DOMAIN",
				Doc: "The domain whose hosts all get the cookie; the site's host alone when not written."},
			{Name: "cookie_age", Type: durationType(), Default: `"364d"`, Check: checkPositive, Ancestor: "Django CSRF_COOKIE_AGE",
				Doc: "How long the cookie is kept."},
			{Name: "http_only", Into: "HTTPOnly", Type: boolType(), Default: "false", Ancestor: "Django CSRF_COOKIE_HTTPONLY",
				Doc: "Whether scripts are kept from the cookie."},
		},
	}
}

func commonLayerBlock() *block {
	return &block{
		Type: "common", Once: true, Into: reflect.TypeFor[CommonLayer](), Field: "Common",
		Doc: "What the layer common does to URLs, and whom it turns away.", Ancestor: "Django APPEND_SLASH, PREPEND_WWW, DISALLOWED_USER_AGENTS",
		Example: `common {
  prepend_www = true
}`,
		Attrs: []*attr{
			{Name: "append_slash", Type: boolType(), Default: "true", Ancestor: "Django APPEND_SLASH",
				Doc: "Whether a path that no route matches, but one does with a slash behind it, is redirected there."},
			{Name: "prepend_www", Into: "PrependWWW", Type: boolType(), Default: "false", Ancestor: "Django PREPEND_WWW",
				Doc: "Whether requests are redirected to the same host with www in front."},
			{Name: "disallowed_user_agents", Type: stringList{}, Check: checkExpression, Ancestor: "Django DISALLOWED_USER_AGENTS",
				Doc: "Regular expressions for User-Agent fields that are answered 403."},
		},
	}
}

func clickjackingLayerBlock() *block {
	return &block{
		Type: "clickjacking", Once: true, Into: reflect.TypeFor[ClickjackingLayer](), Field: "Clickjacking",
		Doc: "Who may show the site's pages in a frame.", Ancestor: "Django X_FRAME_OPTIONS",
		Attrs: []*attr{
			{Name: "frame_options", Type: stringType(), Default: `"DENY"`, Enum: []string{"DENY", "SAMEORIGIN"}, Ancestor: "Django X_FRAME_OPTIONS",
				Doc: "DENY for nobody, SAMEORIGIN for the site itself."},
		},
	}
}

func messageLayerBlock() *block {
	return &block{
		Type: "message", Once: true, Into: reflect.TypeFor[MessageLayer](), Field: "Message",
		Doc: "Which messages the layer message keeps.", Ancestor: "Django MESSAGE_* settings",
		Attrs: []*attr{
			{Name: "level", Type: stringType(), Default: `"info"`, Enum: []string{"debug", "info", "success", "warning", "error"}, Ancestor: "Django MESSAGE_LEVEL",
				Doc: "The lowest level that counts."},
		},
	}
}

func cspLayerBlock() *block {
	return &block{
		Type: "csp", Once: true, Into: reflect.TypeFor[CSPLayer](), Field: "CSP",
		Doc: "The content security policy that the layer csp sends: where scripts, styles and the rest of a page may come from.", Ancestor: "Django SECURE_CSP",
		Example: `csp {
  directive "default-src" { sources = ["self"] }
  directive "script-src"  { sources = ["self", "nonce"] }
}`,
		Attrs: []*attr{
			{Name: "report_only", Type: boolType(), Default: "false", Ancestor: "Django SECURE_CSP_REPORT_ONLY",
				Doc: "Whether browsers only report what breaks the policy."},
		},
		Blocks: []*block{{
			Type: "directive", Label: "directive", LabelInto: "Name", Into: reflect.TypeFor[CSPDirective](), Required: true,
			Doc: "One line of the policy; the label is the directive's name.",
			Attrs: []*attr{
				{Name: "sources", Type: stringList{}, Check: checkSource,
					Doc: "What is allowed: self, none, nonce (of the page), unsafe-inline and the other words without their quotes, schemes such as https:, and hosts; none at all for a directive that is a switch."},
			},
			Check: checkDirective,
		}},
	}
}

func pageCacheBlock() *block {
	return &block{
		Type: "cache", Once: true, Into: reflect.TypeFor[PageCache](), Field: "Cache",
		Doc: "Where the site keeps what it need not make again: pages, pieces of pages (the tag cache), sessions, and what Go code puts there.", Ancestor: "Django CACHES",
		Example: `cache {
  store = "memory"
  size  = "128MB"
}`,
		Attrs: []*attr{
			{Name: "store", Type: stringType(), Default: `"memory"`, Enum: []string{"memory", "file", "database"}, Ancestor: "Django BACKEND",
				Doc: "Whether each process keeps its own in memory, or all share files in the data folder, or a table of the database, which the next migration makes."},
			{Name: "url", Into: "URL", Type: stringType(), Bindable: true, Check: checkCacheURL, Ancestor: "Django LOCATION",
				Doc: "The cache as a URL, in the place of store: memory:, file:, redis://user:password@host:6379/0, or rediss:// for Redis with TLS."},
			{Name: "size", Type: sizeType(), Default: `"64MB"`, Check: checkPositive, Ancestor: "Django MAX_ENTRIES",
				Doc: "How much the memory holds; what was not used for longest makes room."},
			{Name: "max_entries", Type: intType(), Default: "10000", Check: checkPositive, Ancestor: "Django MAX_ENTRIES",
				Doc: "How many values the table of the database holds; of more, those that end soonest go."},
			{Name: "page_age", Type: durationType(), Default: `"10m"`, Check: checkPositive, Ancestor: "Django CACHE_MIDDLEWARE_SECONDS",
				Doc: "How long the layer update_cache keeps a page that does not say itself."},
		},
		Check: func(d *decoder, s *scope) {
			c := s.owner.(*PageCache)
			if !d.isWritten(c, "url") {
				return
			}
			if d.isWritten(c, "store") {
				d.report(cacheTwice(d.attrRange(c, "url", c.DeclRange), c.Store.Range))
			}
			c.Store = String{V: SchemeOf(c.URL.V), Range: c.URL.Range, Bind: c.URL.Bind}
		},
	}
}

func uploadsBlock() *block {
	return &block{
		Type: "uploads", Once: true, Into: reflect.TypeFor[Uploads](), Field: "Uploads",
		Doc: "What a form may send; the whole body is bounded by the proxy's max_body.", Ancestor: "Django DATA_UPLOAD_* and FILE_UPLOAD_* settings",
		Example: `uploads {
  file_memory = "1MB"
  max_files   = 10
}`,
		Attrs: []*attr{
			{Name: "form_memory", Type: sizeType(), Default: `"2560KB"`, Check: checkPositive, Ancestor: "Django DATA_UPLOAD_MAX_MEMORY_SIZE",
				Doc: "How large a form may be without its files, or a JSON body."},
			{Name: "file_memory", Type: sizeType(), Default: `"2560KB"`, Check: checkPositive, Ancestor: "Django FILE_UPLOAD_MAX_MEMORY_SIZE",
				Doc: "Up to which size a file is kept in memory; larger ones go to a temporary file."},
			{Name: "max_fields", Type: intType(), Default: "1000", Check: checkPositive, Ancestor: "Django DATA_UPLOAD_MAX_NUMBER_FIELDS",
				Doc: "How many fields a form, or a query string, may have."},
			{Name: "max_files", Type: intType(), Default: "100", Check: checkPositive, Ancestor: "Django DATA_UPLOAD_MAX_NUMBER_FILES",
				Doc: "How many files a form may have."},
			{Name: "url", Into: "URL", Type: stringType(), Check: checkMediaURL, Ancestor: "Django MEDIA_URL",
				Doc: "Where the files of rows are shown, such as \"/media/\": what photo.image.url in templates begins with, and links in forms, while a location with files { root = \"data/uploads\" } sends them, or a view that asks who may have them."},
		},
	}
}

// checkMediaURL wants a path, or a whole URL, that ends with a slash.
func checkMediaURL(v any) *problem {
	text := v.(string)
	u, err := url.Parse(text)
	if err != nil || u.RawQuery != "" || u.Fragment != "" || !strings.HasSuffix(text, "/") || u.Scheme == "" && text[0] != '/' || u.Scheme != "" && (u.Scheme != "https" && u.Scheme != "http" || u.Host == "") {
		return &problem{"Invalid address of files", fmt.Sprintf("%q is neither a path nor a URL that ends with a slash. Write it as in url = \"/media/\".", text)}
	}
	return nil
}
