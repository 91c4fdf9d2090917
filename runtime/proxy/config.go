package proxy

import (
	"context"
	"io"
	"log/slog"
	"net/netip"
	"time"

	"stackgen.dev/runtime/gateway"
	"stackgen.dev/runtime/netpoll"
)

// Config describes the web server tier. It is plain data: generated code
// writes it as a literal in the order of the site file.
type Config struct {
	// Hosts are the names that the site answers to (server_name): a name,
	// "*.example.com" for every name below it, or "*" for every name. A port
	// in the request does not count. Without any, only the names that Local adds are
	// answered.
	Hosts []string
	// Local adds localhost, names below it and loopback addresses to Hosts:
	// what "serve --listen" sets.
	Local bool
	// Maps make texts of others, for templates and conditions.
	Maps []Map
	// Locations say what answers which path. Their order does not matter.
	Locations []Location
	// Pollers drive the connections to upstreams; nil leaves them to Go's own poller.
	Pollers *netpoll.Group
	// App is the site's application: a function in the same process, or an
	// *Upstream whose servers are worker processes. Needed when a location
	// forwards to it.
	App gateway.Handler
	// Upstreams are the groups of servers that locations forward to.
	Upstreams []UpstreamConfig
	// Closing is closed when the process has to end what goes on for ever:
	// WebSockets get a close frame with the code 1001. May be nil.
	Closing <-chan struct{}
	// TrustedProxies are the networks whose X-Forwarded-*, Forwarded and
	// X-Request-ID fields are believed (set_real_ip_from). Everybody else's
	// are replaced.
	TrustedProxies []netip.Prefix
	// MaxBody is the largest request body in bytes (client_max_body_size); 0
	// leaves what the engine set.
	MaxBody int64
	// Headers changes every response (add_header), RequestHeaders every
	// request that is forwarded (proxy_set_header). Both merge with those of the
	// location, which come second.
	Headers, RequestHeaders Headers
	// HSTS is the Strict-Transport-Security of answers under https that have none (RFC
	// 6797); "" adds nothing.
	HSTS string
	// Log takes what operators have to know; nil discards it.
	Log *slog.Logger
	// AccessLog takes one line a request (access_log) in the given format. It
	// is written in batches, at least once a second. Nil switches it off.
	AccessLog       io.Writer
	AccessLogFormat LogFormat
	AccessLogRules  LogRules
	// DurationBounds are the upper ends of the buckets that durations are counted in. With
	// them the proxy keeps figures of what it does, [Proxy.Figures]; without it keeps none.
	DurationBounds []time.Duration
	// Tracer follows requests, and TraceFrom says whose traces they continue; nil follows none, and passes
	// traceparent on as any other field.
	Tracer    gateway.Tracer
	TraceFrom TraceFrom
	// SpoolDir is where request bodies that do not fit in memory wait
	// (client_body_temp_path); "" is the system's folder for temporary files.
	SpoolDir string
	// Data is the folder for what layers keep beyond the process: the state of
	// limits, a cache. "" keeps nothing.
	Data string
	// ErrorPages answer errors in place of the pages that come with the proxy.
	ErrorPages []ErrorPage
	// Health are paths for whoever watches over the process; nil for none.
	Health *Health
	// Maintenance closes the site as long as a file exists; nil never does.
	Maintenance *Maintenance
	// Status says how the site is, for a page that shows it; nil knows nothing.
	Status func(ctx context.Context) SiteStatus
	// Now is the clock; nil is the system's.
	Now func() time.Time
}

// Location says what answers the paths that match it.
type Location struct {
	// Path is the label in the site file:
	//
	//	"/old/"          "/old/" and everything below it; "/old" is redirected to it
	//	"/old"           "/old" and everything below it, but not "/older"
	//	"= /favicon.ico" that path alone
	//	"~ ^/u/(\d+)$"    a regular expression; "~*" ignores case
	//
	// It is compared with the decoded path of the request. The exact location wins,
	// then the first pattern, then the longest prefix.
	Path string
	// When has to hold for the location to answer; otherwise it is as good as not there.
	When Condition
	// Rewrite is the path, with a query or not, that the action gets in place of
	// the request's own (rewrite … break); empty leaves it.
	Rewrite Template
	// Action is a Static, Files, Redirect, Forward or Endpoint.
	Action Action
	// MaxBody overrides the proxy's; 0 keeps it.
	MaxBody int64
	// Headers changes responses, RequestHeaders what is forwarded, after the
	// proxy's own.
	Headers, RequestHeaders Headers
	// ErrorPages answer errors in place of the proxy's, of those statuses.
	ErrorPages []ErrorPage
	// InterceptErrors has errors of the application or upstream answered with them
	// as well (proxy_intercept_errors).
	InterceptErrors bool
	// EarlyHints are Link fields that browsers are sent before the answer is made (early_hints, RFC 8297).
	EarlyHints []string
	// Internal says that no request comes here, only an answer that names a path in
	// the field X-Accel-Redirect.
	Internal bool
	// Layers stand before the action, the outermost first.
	Layers []Layer
}

// Action is what a location does: a [Static], [Files], [Redirect], [Forward] or [Endpoint].
type Action interface {
	// compile checks the action and makes it ready to serve.
	compile(p *Proxy, l *location) (handler, error)
}

// handler is a compiled action.
type handler interface {
	serve(p *Proxy, x *gateway.Exchange, v visit)
}

// Forward hands requests on to the application or to an upstream (proxy_pass).
// Exactly one of App and Upstream is set.
type Forward struct {
	// App forwards to Config.App.
	App bool
	// Upstream is the name of one of Config.Upstreams.
	Upstream string
	// StripPrefix takes the location's path off what is forwarded: with "/old/",
	// "/old/x" arrives as "/x".
	StripPrefix bool
	// Unbuffered passes the request's body on as it arrives, instead of
	// spooling it first (proxy_request_buffering off). It changes nothing for an
	// application in the same process, which always streams.
	Unbuffered bool
	// ConnectTimeout, SendTimeout and ReadTimeout override the upstream's
	// where they are not zero (proxy_connect_timeout, proxy_send_timeout,
	// proxy_read_timeout).
	ConnectTimeout, SendTimeout, ReadTimeout time.Duration
	// Split sends a share of the requests elsewhere, Mirror a copy of them; nil does not.
	Split  *Split
	Mirror *Mirror
}

// Static serves files that are part of the binary.
type Static struct {
	Assets *Assets
	// Expires is how long a hashed name may be cached (expires); 0 means a year.
	Expires time.Duration
}

// Files serves a folder of the disk. The location's path is taken off, the
// rest is looked up beneath Root (nginx: alias), and nothing outside it is
// ever opened, through symbolic links neither.
type Files struct {
	// Root is the folder.
	Root string
	// Index is the file that answers for a folder (index); "" for none.
	Index string
	// Fallback is the file beneath Root that answers, with 200, for what does not
	// exist (try_files $uri /index.html); "" answers 404.
	Fallback string
	// Listing shows what is in folders that have no index (autoindex): as a page, or as JSON to who likes
	// that better.
	Listing bool
	// Expires is how long answers may be cached without asking (expires); 0
	// has caches ask every time.
	Expires time.Duration
	// OpenFileCache is how many files, and how many descriptors at most, are kept
	// open between requests (open_file_cache max); 0 means 1000, a negative number none.
	OpenFileCache int
	// OpenFileCacheValid is how long a kept file is believed unchanged before
	// its name is looked up again (open_file_cache_valid); 0 means a second.
	OpenFileCacheValid time.Duration
	// OpenFileCacheMemory bounds the memory for the content of kept files of up to
	// 64 KiB, in bytes; 0 means 32 MiB.
	OpenFileCacheMemory int64
}

// Redirect answers with another address (return 301).
type Redirect struct {
	// To is the address.
	To Template
	// Status is 301, 302, 303, 307 or 308; 0 means 302.
	Status int
}

// Template is text with attributes of the request in it.
type Template []Part

// Part is literal text or, where Attr is set, an attribute of the request.
type Part struct {
	Text string
	Attr Attribute
}

// Attribute names something of the request that a template may hold.
type Attribute string

// The attributes of a request, under the names that the site file uses.
const (
	RequestPath   Attribute = "request.path"   // the path, percent-encoded
	RequestQuery  Attribute = "request.query"  // the query without its question mark
	RequestURI    Attribute = "request.uri"    // path and query ($request_uri)
	RequestHost   Attribute = "request.host"   // the host with its port ($http_host)
	RequestScheme Attribute = "request.scheme" // "http" or "https" ($scheme)
	RequestMethod Attribute = "request.method" // "GET" and so on ($request_method)
)

// Headers changes header fields: first Remove, then Set, then Add. Rules of
// several levels all count, the outer level's first.
type Headers struct {
	// Remove takes fields away.
	Remove []string
	// Set replaces fields, or adds them where there are none.
	Set []Field
	// Add adds fields beside those that are there.
	Add []Field
	// SetMade and AddMade do so with values that are made from the request, each after the other one. All
	// values are made before anything changes.
	SetMade, AddMade []MadeField
}

// Field is one header field.
type Field struct {
	Name, Value string
}

// MadeField is a header field whose value is made from the request. One that comes out empty is no
// field: as if it were removed where it is set, and not there where it is added.
type MadeField struct {
	Name  string
	Value Template
}

// LogFormat is the form of access log lines.
type LogFormat string

// The access log's forms. The zero LogFormat is combined.
const (
	LogOff      LogFormat = "off"
	LogCombined LogFormat = "combined" // nginx's and Apache's
	LogJSON     LogFormat = "json"     // one object a line
)
