package schema

import "github.com/hashicorp/hcl/v2"

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
	Headers   *Headers // nil without the block
	DeclRange hcl.Range
}

// Listen is one listening socket.
type Listen struct {
	Name string
	// Address is ":443", "127.0.0.1:8000" or "unix:/path".
	Address         String
	TLS             *TLS // nil for plain HTTP
	RedirectToHTTPS Bool
	DeclRange       hcl.Range
}

// TLS is how a listener speaks TLS.
type TLS struct {
	// Certificate and Key are PEM files, relative to the project unless absolute.
	Certificate, Key String
	DeclRange        hcl.Range
}

// LocationKind says how a location's pattern is compared.
type LocationKind int

// The kinds of location.
const (
	PrefixLocation LocationKind = iota // location "/static/"
	ExactLocation                      // location "= /favicon.ico"
)

// Location says what answers the paths that match it. Exactly one of Static,
// Files, Forward and Redirect is set.
type Location struct {
	// Pattern is the label as written, Path what is compared.
	Pattern, Path string
	Kind          LocationKind

	Static   *Static
	Files    *Files
	Forward  Forward
	Redirect *Redirect

	// StripPrefix takes the location's path off before forwarding.
	StripPrefix Bool
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
	Fallback  String
	Expires   Duration
	DeclRange hcl.Range
}

// Redirect answers with another address.
type Redirect struct {
	// To is the address; ${request.path}, ${request.query} (without its question
	// mark), ${request.uri} (both) and ${request.host} may stand in it.
	To        RequestTemplate
	Status    Int
	DeclRange hcl.Range
}

// RequestTemplate is text with attributes of the request in it.
type RequestTemplate struct {
	Parts []RequestPart
	Range hcl.Range
}

// RequestPart is literal text, or an attribute of the request where Attr is set.
type RequestPart struct {
	Literal string
	Attr    string
}

// Headers changes header fields.
type Headers struct {
	Set, Add  StringMap
	Remove    []String
	DeclRange hcl.Range
}
