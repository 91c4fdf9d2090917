package web

import (
	"log/slog"
	"time"

	"stackgen.dev/runtime/model"
	"stackgen.dev/runtime/web/caches"
	"stackgen.dev/runtime/web/debugpage"
	"stackgen.dev/runtime/web/mail"
	"stackgen.dev/runtime/web/route"
	"stackgen.dev/runtime/web/signing"
)

// Config is a site's application tier as generated code writes it down.
type Config struct {
	// Routes are tried in order, groups in place.
	Routes []Route
	// Converters are path converters beside the built-in ones.
	Converters []*route.Converter
	// Middleware is the onion, outermost first.
	Middleware []Middleware

	// Keys are the site's secrets, the one that signs first (SECRET_KEY,
	// SECRET_KEY_FALLBACKS).
	Keys signing.Keys
	// Hosts are the names answered to; any other host is a 400. Empty where the
	// proxy tier in front has checked. "*.example.com" is every name below, "*" every name.
	Hosts []string
	// AllowLoopback also answers to localhost and loopback addresses.
	AllowLoopback bool

	// Database is what queries of a request go to; nil where the site has none.
	Database *model.DB

	// Cache keeps what views and layers want kept; nil is one in memory (CACHES).
	Cache caches.Cache

	// Mailer takes e-mail away; nil where the site sends none.
	Mailer mail.Mailer
	// Admins hear by it of failures that are the site's own.
	Admins mail.Admins

	// Templates are those that Render finds by name.
	Templates map[string]Template
	// Texts is a message in a language of the site; the key is as .po files have it,
	// percent signs doubled. nil for a site in English alone.
	Texts func(language, context, key string) string
	// Plurals is the form of a message for n of something, likewise.
	Plurals func(language, context, singular, plural string, n int64) string
	// ErrorViews answer failures, by status; 0 is for every status without its
	// own. Where none answers, or it fails itself, a plain page does.
	ErrorViews map[int]ErrorView

	// Debug shows failures to clients at the same machine, and has the log say which queries a request
	// repeats: for development only.
	Debug bool
	// StrictQueries makes such queries errors, where Debug is set.
	StrictQueries bool
	// Settings are the values that the environment gave, for the debug page, secrets redacted.
	Settings []Setting
	// Log receives failures; nil is slog.Default().
	Log *slog.Logger
	// TimeZone is the zone in which times are shown and read; nil is UTC.
	TimeZone *time.Location

	// FormMemory is the largest form or JSON body in bytes, FormFields the
	// number of its fields, and of a query string's; 0 is the default.
	FormMemory int64
	FormFields int
	// UploadMemory is up to which size in bytes an uploaded file is kept in
	// memory, UploadFiles how many one form may have; 0 is the default.
	UploadMemory int64
	UploadFiles  int
	// UploadDir is where larger ones are spooled; the system's folder for
	// temporary files where it is empty (FILE_UPLOAD_TEMP_DIR).
	UploadDir string
	// StorageDir is where uploads are kept for good (MEDIA_ROOT); "" for a site that keeps none.
	StorageDir string
}

// Route binds a pattern to a view, or puts a prefix before others where Include is set:
//
//	{Pattern: "/posts/<slug:slug>/", Name: "post_detail", View: postDetail},
//	{Pattern: "/shop/", Namespace: "shop", Include: []web.Route{
//		{Pattern: "cart/", Name: "cart", View: cart},
//	}},
type Route struct {
	// Pattern is in Django's path() syntax, with the slash in front.
	Pattern string
	// Regex says that Pattern is a regular expression for the path without its
	// first slash: "^articles/(?P<year>[0-9]{4})/$" (re_path). Groups without a
	// name are called "0", "1" and so on.
	Regex bool
	// Host binds the route, or those of a group, to hosts: "api.example.com", "*.example.com", or
	// "<team>.example.com", which captures a label; "" is every host.
	Host string
	// Name is what reverse and the url tag use.
	Name string
	// View answers; nil for a group.
	View *View
	// Extra are constants that the view gets like captures.
	Extra map[string]any

	// Include are the routes of a group.
	Include []Route
	// Namespace stands before the names of a group, AppName is its application namespace.
	Namespace, AppName string
}

// ErrorView answers a failure. The status of its response is the failure's
// unless it sets one.
type ErrorView func(r *Request, err error) (*Response, error)

// Setting is a line of the debug page.
type Setting = debugpage.Setting
