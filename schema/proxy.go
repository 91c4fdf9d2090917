package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
)

// Proxy is the web server tier: where it listens and what answers which path.
type Proxy struct {
	Listens   []*Listen   // at least one
	Locations []*Location // at least one, in file order; the longest match wins
	// TrustedProxies are networks whose X-Forwarded-* headers are believed (set_real_ip_from).
	TrustedProxies []String
	// MaxBody is the largest request body in bytes (client_max_body_size).
	MaxBody Size
	// HeaderTimeout bounds reading a request's head (client_header_timeout).
	HeaderTimeout Duration
	// BodyTimeout bounds the time between two reads of a body (client_body_timeout).
	BodyTimeout Duration
	// SendTimeout bounds the time between two writes of an answer (send_timeout).
	SendTimeout Duration
	// KeepaliveTimeout is how long an idle connection is kept (keepalive_timeout).
	KeepaliveTimeout Duration
	// AccessLog switches the access log on stdout: "off", "combined" or "json".
	AccessLog String
	Log       *Log // nil without the block
	// HSTS is how long browsers keep to https (Strict-Transport-Security), for all names
	// below as well, and on the list that browsers come with.
	HSTS                        Duration
	HSTSSubdomains, HSTSPreload Bool
	Headers                     *Headers // nil without the block
	Maps                        []*Map
	// Access holds for every location, before its own; nil without the block.
	Access      *Access
	ErrorPages  []*ErrorPage
	Maintenance *Maintenance // nil without the block
	Health      *Probes      // nil without the block
	// Compression holds for every location that has none of its own; nil without the block.
	Compression *Compression
	DeclRange   hcl.Range
}

// Listen is one listening socket.
type Listen struct {
	Name string
	// Address is ":443", "127.0.0.1:8000" or "unix:/path".
	Address         String
	TLS             *TLS // nil for plain HTTP
	HTTP3           Bool
	RedirectToHTTPS Bool
	// ProxyProtocol are networks whose connections begin with a PROXY header (listen … proxy_protocol).
	ProxyProtocol []String
	// Mode, octal, and Owner are those of a unix socket.
	Mode, Owner String
	DeclRange   hcl.Range
}

// LocationKind says how a location's pattern is compared.
type LocationKind int

// The kinds of location.
const (
	PrefixLocation  LocationKind = iota // location "/static/"
	ExactLocation                       // location "= /favicon.ico"
	PatternLocation                     // location "~ ^/users/([0-9]+)$"
)

// Location says what answers the paths that match it. Exactly one of Static,
// Files, Forward, Redirect and Status is set.
type Location struct {
	// Pattern is the label as written, Path what is compared.
	Pattern, Path string
	Kind          LocationKind

	Static   *Static
	Files    *Files
	Forward  Forward
	Redirect *Redirect
	Status   *StatusPage

	// When has to hold for the location to answer.
	When RequestCondition
	// Rewrite is the path that the action gets in place of the request's (rewrite … break).
	Rewrite RequestTemplate
	// Methods are those that the location takes; empty for all (limit_except).
	Methods []String
	// LimitRate is how fast answers are sent, in bytes a second, LimitRateAfter how
	// many bytes go before that (limit_rate, limit_rate_after).
	LimitRate, LimitRateAfter Size
	// EarlyHints are Link fields that browsers get before the answer (early_hints).
	EarlyHints []String
	// Internal says that only an answer with X-Accel-Redirect leads here (internal).
	Internal Bool
	// InterceptErrors has errors of whoever answers get the error pages (proxy_intercept_errors).
	InterceptErrors Bool
	ErrorPages      []*ErrorPage
	// Each nil without its block.
	Access      *Access
	RateLimit   *RateLimit
	LimitConn   *LimitConn
	BasicAuth   *BasicAuth
	ForwardAuth *ForwardAuth
	Compression *Compression
	Cache       *ProxyCache

	// Splits are where shares of the requests go, SplitCookie and SplitKey who belongs to a share (split_clients).
	Splits      []*Split
	SplitCookie String
	SplitKey    RequestTemplate
	Mirror      *Mirror // nil without the block

	// StripPrefix takes the location's path off before forwarding.
	StripPrefix Bool
	// RequestBuffering has the body of a request wait until it is whole (proxy_request_buffering).
	RequestBuffering Bool
	// MaxBody overrides the proxy's.
	MaxBody Size
	// Timeouts towards the upstream (proxy_connect_timeout, proxy_send_timeout,
	// proxy_read_timeout); zero where not written: see Upstream and Workers.
	ConnectTimeout, SendTimeout, ReadTimeout Duration
	// Headers changes the response, RequestHeaders what is forwarded; nil without the block.
	Headers, RequestHeaders *Headers
	DeclRange               hcl.Range
}

// Forward says where a location hands requests on.
type Forward struct {
	// App is the site's own application.
	App      bool
	Upstream Ref[Upstream]
	Range    hcl.Range
}

// Set reports whether the location forwards.
func (f Forward) Set() bool { return f.App || f.Upstream.Set() }

// Static serves a folder that becomes part of the binary.
type Static struct {
	// Dir is the folder in the project.
	Dir String
	// Expires is how long a hashed name may be cached (expires).
	Expires   Duration
	DeclRange hcl.Range
}

// Files serves a folder of the disk.
type Files struct {
	Root String
	// Index is the file that answers for a folder (index).
	Index String
	// Fallback is the file that answers for what does not exist, "" for 404 (try_files).
	Fallback String
	// Listing shows what is in folders without an index (autoindex).
	Listing Bool
	Expires Duration
	// OpenFileCache is how many files are kept open, OpenFileCacheValid how long
	// one is believed unchanged, OpenFileCacheMemory how many bytes of small ones are kept.
	OpenFileCache       Int
	OpenFileCacheValid  Duration
	OpenFileCacheMemory Size
	DeclRange           hcl.Range
}

// Redirect answers with another address.
type Redirect struct {
	// To is the address, with parts of the request in it.
	To        RequestTemplate
	Status    Int
	DeclRange hcl.Range
}

// RequestTemplate is text with attributes of the request in it.
type RequestTemplate struct {
	Parts []RequestPart
	Range hcl.Range
}

// RequestPart is literal text, or an attribute of the request where Attr is set:
// "request.path", "request.header.Accept", "client.address", "match.1".
type RequestPart struct {
	Literal string
	Attr    string
	// Bind says that Literal is read when the site starts.
	Bind *Binding
}

// Headers changes header fields.
type Headers struct {
	Set, Add  StringMap
	Remove    []String
	DeclRange hcl.Range
}

// proxyBlock describes the web server.
func proxyBlock() *block {
	return &block{
		Type: "proxy", Once: true, Into: reflect.TypeFor[Proxy](),
		Doc:      "The web server: where it listens, and what answers which path; the longest location that matches wins.",
		Ancestor: "nginx http and server",
		Example: `proxy {
  listen "public" { address = "127.0.0.1:8000" }
  location "/static/" {
    static { expires = "365d" }
  }
  location "/" { forward = app }
}`,
		Attrs: []*attr{
			{Name: "trusted_proxies", Type: stringList{}, Bindable: true, Check: checkNetwork, Ancestor: "nginx set_real_ip_from, gunicorn forwarded_allow_ips",
				Doc: "Networks of the proxies before this one, whose X-Forwarded headers are believed."},
			{Name: "max_body", Type: sizeType(), Default: `"32MB"`, Bindable: true, Ancestor: "nginx client_max_body_size",
				Doc: "The largest body of a request."},
			{Name: "header_timeout", Type: durationType(), Default: `"10s"`, Bindable: true, Check: checkPositive, Ancestor: "nginx client_header_timeout",
				Doc: "How long a client may take to send the head of a request."},
			{Name: "body_timeout", Type: durationType(), Default: `"30s"`, Bindable: true, Check: checkPositive, Ancestor: "nginx client_body_timeout",
				Doc: "How long may pass between two reads of a request's body."},
			{Name: "send_timeout", Type: durationType(), Default: `"60s"`, Bindable: true, Check: checkPositive, Ancestor: "nginx send_timeout",
				Doc: "How long may pass between two writes of an answer."},
			{Name: "keepalive_timeout", Type: durationType(), Default: `"75s"`, Bindable: true, Check: checkPositive, Ancestor: "nginx keepalive_timeout",
				Doc: "How long an idle connection is kept."},
			{Name: "access_log", Type: stringType(), Default: `"combined"`, Enum: []string{"off", "combined", "json"}, Ancestor: "nginx access_log",
				Doc: "The form of the access log; what else there is to say about it stands in a log block."},
			{Name: "hsts", Into: "HSTS", Type: durationType(), Bindable: true, Ancestor: "nginx add_header Strict-Transport-Security",
				Doc: "How long browsers keep to https, sent with every answer under https that does not say so itself."},
			{Name: "hsts_subdomains", Into: "HSTSSubdomains", Type: boolType(), Default: "false", Ancestor: "Django SECURE_HSTS_INCLUDE_SUBDOMAINS",
				Doc: "Whether hsts counts for every name below the domain as well."},
			{Name: "hsts_preload", Into: "HSTSPreload", Type: boolType(), Default: "false", Ancestor: "Django SECURE_HSTS_PRELOAD",
				Doc: "Whether hsts asks for the list that browsers come with."},
		},
		Blocks: []*block{
			listenBlock(), locationBlock(), headersBlock("headers", "Changes to the header of every response, answers of the application included."),
			mapBlock(), accessBlock(), errorPageBlock(), maintenanceBlock(), probesBlock(), logBlock(),
			compressionBlock("Compresses answers of every location that forwards or serves files of the disk; static files are compressed when the site is built."),
		},
		Check: checkProxy,
	}
}

func listenBlock() *block {
	return &block{
		Type: "listen", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[Listen](),
		Doc:      "One address that the site listens on; without any, 127.0.0.1:8000.",
		Ancestor: "nginx listen, gunicorn bind",
		Example: `listen "public" {
  address = ":443"
  tls {
    certificate = "cert.pem"
    key         = "key.pem"
  }
}`,
		Attrs: []*attr{
			{Name: "address", Type: stringType(), Required: true, Bindable: true, Check: checkAddress,
				Doc: "HOST:PORT, :PORT for all addresses of the machine, or unix: and the path of a socket."},
			{Name: "redirect_to_https", Type: boolType(), Default: "false", Ancestor: "Django SECURE_SSL_REDIRECT",
				Doc: "Whether every request is answered with a redirect to the same address under https."},
			{Name: "http3", Into: "HTTP3", Type: boolType(), Default: "false", Ancestor: "nginx http3, listen quic",
				Doc: "Whether HTTP/3 is spoken too, on the UDP port of the same number, with the same certificates; answers by HTTP/1.1 and HTTP/2 say so with Alt-Svc, unless headers set another."},
			{Name: "proxy_protocol", Type: stringList{}, Bindable: true, Check: checkClientNetwork, Ancestor: "nginx listen proxy_protocol, set_real_ip_from",
				Doc: "Networks of load balancers whose connections have to begin with a PROXY header of version 1 or 2, which says who the client is; those of everybody else are taken as they come, and a header of theirs is not believed."},
			{Name: "mode", Type: stringType(), Check: checkOctal, Ancestor: "gunicorn umask",
				Doc: "The file mode of a unix socket, in octal: \"0660\"."},
			{Name: "owner", Type: stringType(), Bindable: true, Check: checkNotEmpty,
				Doc: "Who a unix socket belongs to, \"user\" or \"user:group\"; only a site that is started by root can give it away."},
		},
		Check:  checkListen,
		Blocks: []*block{tlsBlock()},
	}
}

func locationBlock() *block {
	return &block{
		Type: "location", Label: "pattern", LabelInto: "Pattern", Into: reflect.TypeFor[Location](),
		Doc:      "What answers the paths that begin with the label, with \"= /path\" that path alone, or with \"~ ^/a\" those that match a regular expression (\"~*\" ignores case): the exact path comes first, then the first pattern, then the longest prefix; without any location, / is forwarded to the application and /static/ is served.",
		Ancestor: "nginx location",
		Example: `location "/old/" {
  strip_prefix = true
  forward      = upstream.legacy
}`,
		Attrs: []*attr{
			{Name: "forward", Type: forwardType{}, Ancestor: "nginx proxy_pass",
				Doc: "Who answers: the application (app), or an upstream."},
			{Name: "when", Type: whenType{}, Ancestor: "nginx if",
				Doc: "What has to hold of a request for the location to answer it, such as request.method == \"POST\" && request.header.X-Beta != \"\"; where it does not, the location is as good as not there."},
			{Name: "rewrite", Type: requestTemplate{}, Ancestor: "nginx rewrite",
				Doc: "The path, with a query or not, that is answered in place of the request's own; the groups of the location's pattern are match[1] or match.NAME."},
			{Name: "methods", Type: stringList{}, Enum: methods(), Ancestor: "nginx limit_except",
				Doc: "The methods that are taken, HEAD with GET; others get 405 with Allow."},
			{Name: "early_hints", Type: stringList{}, Bindable: true, Check: checkLink, Ancestor: "nginx early_hints",
				Doc: "What browsers can load while the answer is made, as Link fields: \"</site.css>; rel=preload; as=style\"; sent with 103 to browsers that go to a page over HTTP/2 or later."},
			{Name: "internal", Type: boolType(), Default: "false", Ancestor: "nginx internal",
				Doc: "Whether no request leads here, only an answer of the application or an upstream that names a path in X-Accel-Redirect: a file that not everybody may have."},
			{Name: "intercept_errors", Type: boolType(), Default: "false", Ancestor: "nginx proxy_intercept_errors",
				Doc: "Whether errors of the application or upstream are answered with the error pages of their status too."},
			{Name: "limit_rate", Type: sizeType(), Bindable: true, Check: checkPositive, Ancestor: "nginx limit_rate",
				Doc: "How much of an answer is sent each second; as much as goes when not written."},
			{Name: "limit_rate_after", Type: sizeType(), Default: `"0B"`, Bindable: true, Ancestor: "nginx limit_rate_after",
				Doc: "How much of an answer is sent as fast as it goes before limit_rate counts."},
			{Name: "split_cookie", Type: stringType(), Check: checkCookieName, Ancestor: "Traefik sticky",
				Doc: "The cookie that has clients stay with the share of a split block where they first came to, or with main; without it each request goes by itself."},
			{Name: "split_key", Type: requestTemplate{}, Ancestor: "nginx split_clients",
				Doc: "What requests have in common that go to the same share: \"${client.address}\"; chance decides when not written."},
			{Name: "strip_prefix", Type: boolType(), Default: "false", Ancestor: "nginx proxy_pass with a path",
				Doc: "Whether the location's path is taken off before forwarding, but for its slash."},
			{Name: "request_buffering", Type: boolType(), Default: "true", Ancestor: "nginx proxy_request_buffering",
				Doc: "Whether a request waits until its body is whole, so that slow clients keep no server busy, or is passed on as it comes."},
			{Name: "max_body", Type: sizeType(), Bindable: true, Ancestor: "nginx client_max_body_size",
				Doc: "The largest body of a request; the proxy's when not written."},
			{Name: "connect_timeout", Type: durationType(), Bindable: true, Check: checkPositive, Ancestor: "nginx proxy_connect_timeout",
				Doc: "How long connecting may take; the upstream's when not written."},
			{Name: "send_timeout", Type: durationType(), Bindable: true, Check: checkPositive, Ancestor: "nginx proxy_send_timeout",
				Doc: "How long may pass between two writes; the upstream's when not written."},
			{Name: "read_timeout", Type: durationType(), Bindable: true, Check: checkPositive, Ancestor: "nginx proxy_read_timeout",
				Doc: "How long may pass between two reads; the upstream's when not written, for app what workers.timeout needs."},
		},
		Blocks: []*block{
			staticBlock(), filesBlock(), proxyRedirectBlock(), statusBlock(),
			headersBlock("headers", "Changes to the header of responses, on top of the proxy's."),
			headersBlock("request_headers", "Changes to the header of requests that are forwarded."),
			splitBlock(), mirrorBlock(),
			accessBlock(), rateLimitBlock(), limitConnBlock(), basicAuthBlock(), forwardAuthBlock(), errorPageBlock(),
			compressionBlock("Compresses the location's answers, in place of what the proxy block says."), proxyCacheBlock(),
		},
		Check: checkLocation,
	}
}

func staticBlock() *block {
	return &block{
		Type: "static", Once: true, Into: reflect.TypeFor[Static](),
		Doc:      "A folder of the project that becomes part of the binary, under hashed names.",
		Ancestor: "Django staticfiles",
		Attrs: []*attr{
			{Name: "dir", Type: stringType(), Default: `"static"`, Check: checkLocalPath, Ancestor: "Django STATICFILES_DIRS",
				Doc: "The folder in the project."},
			{Name: "expires", Type: durationType(), Default: `"365d"`, Bindable: true, Ancestor: "nginx expires",
				Doc: "How long browsers may keep a file under its hashed name."},
		},
	}
}

func filesBlock() *block {
	return &block{
		Type: "files", Once: true, Into: reflect.TypeFor[Files](),
		Doc:      "A folder of the disk, read while the site runs.",
		Ancestor: "nginx root",
		Example: `files {
  root    = "/var/lib/blog/media"
  expires = "1h"
}`,
		Attrs: []*attr{
			{Name: "root", Type: stringType(), Required: true, Bindable: true, Check: checkNotEmpty, Ancestor: "nginx alias",
				Doc: "The folder; what follows the location's path is looked up in it."},
			{Name: "index", Type: stringType(), Default: `"index.html"`, Check: checkFileName, Ancestor: "nginx index",
				Doc: "The file that answers for a folder."},
			{Name: "fallback", Type: stringType(), Check: checkLocalPath, Ancestor: "nginx try_files",
				Doc: "The file beneath root that answers for what does not exist, instead of 404."},
			{Name: "listing", Type: boolType(), Default: "false", Ancestor: "nginx autoindex",
				Doc: "Whether a folder without an index shows what is in it: as a page, or as JSON to clients that ask for application/json and no page."},
			{Name: "expires", Type: durationType(), Bindable: true, Ancestor: "nginx expires",
				Doc: "How long browsers may keep a file; no such header when not written."},
			{Name: "open_file_cache", Type: intType(), Default: "1000", Bindable: true, Check: checkPositive, Ancestor: "nginx open_file_cache",
				Doc: "How many files are kept open between requests."},
			{Name: "open_file_cache_valid", Type: durationType(), Default: `"1s"`, Bindable: true, Check: checkPositive, Ancestor: "nginx open_file_cache_valid",
				Doc: "How long a file that is kept open is believed unchanged before its name is looked up again."},
			{Name: "open_file_cache_memory", Type: sizeType(), Default: `"32MB"`, Bindable: true, Check: checkPositive,
				Doc: "How much memory holds files of up to 64 KB that are kept open."},
		},
	}
}

func proxyRedirectBlock() *block {
	return &block{
		Type: "redirect", Once: true, Into: reflect.TypeFor[Redirect](),
		Doc:      "An answer that sends the client to another address.",
		Ancestor: "nginx return",
		Example:  `redirect { to = "https://old.example.com${request.uri}" }`,
		Attrs: []*attr{
			{Name: "to", Type: requestTemplate{}, Required: true,
				Doc: "The address; ${request.host}, ${request.path}, ${request.query} without its question mark, ${request.uri} with both, ${request.scheme} and groups of the location's pattern, ${match[1]}, may stand in it."},
			{Name: "status", Type: intType(), Default: "302", Check: checkRedirectStatus,
				Doc: "The status: 301, 302, 303, 307 or 308."},
		},
	}
}

func headersBlock(name, doc string) *block {
	sees := "and what stands in other templates"
	if name == "headers" {
		sees += ", and of the answer what a log's format may hold but for response.bytes, such as response.status and response.upstream"
	}
	return &block{
		Type: name, Once: true, Into: reflect.TypeFor[Headers](), Doc: doc,
		Ancestor: map[string]string{"headers": "nginx add_header", "request_headers": "nginx proxy_set_header"}[name],
		Attrs: []*attr{
			{Name: "set", Type: headerMap{}, Bindable: true, Check: checkHeaderValue,
				Doc: "Fields to set, in the place of those of the same name; values may hold \"${request.host}\" " + sees + ", and one that comes out empty is no field."},
			{Name: "add", Type: headerMap{}, Bindable: true, Check: checkHeaderValue,
				Doc: "Fields to add to those of the same name, with values as in set."},
			{Name: "remove", Type: stringList{}, Check: checkHeaderName, Ancestor: "nginx proxy_hide_header",
				Doc: "Fields to take away."},
		},
		Check: checkHeaders,
	}
}
