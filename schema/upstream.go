package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
)

// Upstream is a group of servers that requests are forwarded to.
type Upstream struct {
	Name string
	// Balance is "round_robin", "least_conn", "ip_hash", "hash" by HashKey, or "random".
	Balance String
	HashKey RequestTemplate
	// SlowStart is how long a server that was out takes to its full share (slow_start).
	SlowStart Duration
	// Tries is how many servers a request may try (proxy_next_upstream_tries), RetryBudget how many requests in a
	// hundred may be sent again after a server had them.
	Tries, RetryBudget Int
	HealthCheck        *HealthCheck // nil without the block
	Sticky             *Sticky      // nil without the block
	Servers            []*Server    // at least one
	// Timeouts of connecting, of sending and of waiting for an answer.
	ConnectTimeout, SendTimeout, ReadTimeout Duration
	// Keepalive is how many idle connections are kept to each server (keepalive).
	Keepalive Int
	// KeepaliveTimeout is how long one may be idle, KeepaliveTime how old it may
	// get (keepalive_timeout, keepalive_time).
	KeepaliveTimeout, KeepaliveTime Duration
	// Queue is how many requests may wait for a server with max_conns, QueueTimeout how long.
	Queue        Int
	QueueTimeout Duration
	// ResolveValid is how long the addresses of a name are used (resolver valid); as long as DNS says when not written.
	ResolveValid Duration
	// Resolver are the name servers that are asked; those of the system when empty (resolver).
	Resolver []String
	// ProxyProtocol is "v1" or "v2" where connections begin with a PROXY header, "off" where they do not (proxy_protocol).
	ProxyProtocol String
	// HTTPVersion is "1.1" or "2" (proxy_http_version).
	HTTPVersion String
	// ResponseBuffering reads answers ahead of slow clients (proxy_buffering), into
	// ResponseBuffer bytes of memory (proxy_buffers) and then a file of up to MaxTempFileSize
	// bytes (proxy_max_temp_file_size).
	ResponseBuffering               Bool
	ResponseBuffer, MaxTempFileSize Size
	TLS                             *UpstreamTLS // nil without the block
	// MaxFails failures within FailTimeout take a server out for FailTimeout.
	MaxFails    Int
	FailTimeout Duration
	DeclRange   hcl.Range
}

// UpstreamTLS is how servers with an https address are spoken to.
type UpstreamTLS struct {
	// TrustedCertificate is a PEM file of authorities, "" for the system's (proxy_ssl_trusted_certificate).
	TrustedCertificate String
	// ServerName is the name that certificates are for, "" for the URL's host (proxy_ssl_name).
	ServerName String
	// Verify says whether certificates are verified (proxy_ssl_verify).
	Verify    Bool
	DeclRange hcl.Range
}

// Server is one server of an upstream.
type Server struct {
	Name string
	// URL is "http://host:port", "https://host:port" or "unix:/path".
	URL String
	// Service is what SRV records of the URL's host are asked for, "" for its addresses (service).
	Service String
	Weight  Int
	// MaxConns is how many connections the server gets at a time, 0 for any number (max_conns).
	MaxConns Int
	Backup   Bool
	// Down servers get nothing, Drain servers only clients that are stuck to them.
	Down, Drain Bool
	DeclRange   hcl.Range
}

// upstreamBlock describes servers behind the site.
func upstreamBlock() *block {
	return &block{
		Type: "upstream", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[Upstream](), Kind: "upstream",
		Doc:      "A group of servers that locations forward requests to, as upstream.NAME.",
		Ancestor: "nginx upstream",
		Example: `upstream "legacy" {
  balance = "least_conn"
  server "a" { url = "http://127.0.0.1:9000" }
  server "b" {
    url    = "unix:/run/legacy.sock"
    weight = 2
  }
}`,
		Attrs: []*attr{
			{Name: "balance", Type: stringType(), Default: `"round_robin"`, Enum: []string{"round_robin", "least_conn", "ip_hash", "hash", "random"}, Ancestor: "nginx least_conn, ip_hash, hash, random",
				Doc: "How a server is chosen, always by weight: in turn, the one with the fewest requests, the same one for a client's network, the same one for hash_key, or the less busy of two by chance."},
			{Name: "hash_key", Type: requestTemplate{}, Ancestor: "nginx hash consistent",
				Doc: "What requests have in common that go to the same server: \"${request.uri}\"; when a server goes, only its requests move."},
			{Name: "slow_start", Type: durationType(), Bindable: true, Check: checkPositive, Ancestor: "nginx slow_start",
				Doc: "How long the share of a server that was out takes to grow to its full size."},
			{Name: "tries", Type: intType(), Default: "0", Bindable: true, Check: checkNotNegative, Ancestor: "nginx proxy_next_upstream_tries",
				Doc: "How many servers a request may try, where it can do no harm to send it again; 0 sets no limit."},
			{Name: "retry_budget", Type: intType(), Default: "20", Check: checkNotNegative, Ancestor: "Envoy retry_budget",
				Doc: "How many requests in a hundred, beside ten a second, may be sent to another server after one had them and did not answer."},
			{Name: "connect_timeout", Type: durationType(), Default: `"5s"`, Bindable: true, Check: checkPositive, Ancestor: "nginx proxy_connect_timeout",
				Doc: "How long connecting to a server may take."},
			{Name: "send_timeout", Type: durationType(), Default: `"60s"`, Bindable: true, Check: checkPositive, Ancestor: "nginx proxy_send_timeout",
				Doc: "How long may pass between two writes to a server."},
			{Name: "read_timeout", Type: durationType(), Default: `"60s"`, Bindable: true, Check: checkPositive, Ancestor: "nginx proxy_read_timeout",
				Doc: "How long may pass between two reads from a server."},
			{Name: "keepalive", Type: intType(), Default: "32", Bindable: true, Check: checkNotNegative, Ancestor: "nginx keepalive",
				Doc: "How many idle connections are kept to each server, for all cores together; 0 keeps none."},
			{Name: "keepalive_timeout", Type: durationType(), Default: `"60s"`, Bindable: true, Check: checkPositive, Ancestor: "nginx keepalive_timeout",
				Doc: "How long a connection to a server may be idle; a server's own Keep-Alive header shortens it."},
			{Name: "keepalive_time", Type: durationType(), Default: `"1h"`, Bindable: true, Check: checkPositive, Ancestor: "nginx keepalive_time",
				Doc: "How old a connection to a server may get."},
			{Name: "queue", Type: intType(), Default: "100", Bindable: true, Check: checkNotNegative, Ancestor: "nginx queue",
				Doc: "How many requests may wait while every server has as many connections as its max_conns allows; others get 503."},
			{Name: "queue_timeout", Type: durationType(), Default: `"60s"`, Bindable: true, Check: checkPositive, Ancestor: "nginx queue",
				Doc: "How long a request may wait for a server, before it gets 503."},
			{Name: "resolver", Type: stringList{}, Bindable: true, Check: checkNameServer, Ancestor: "nginx resolver",
				Doc: "The name servers that are asked for the addresses of servers, such as \"10.0.0.2\" or \"10.0.0.2:53\"; those of the system when not written."},
			{Name: "resolve_valid", Type: durationType(), Bindable: true, Check: checkPositive, Ancestor: "nginx resolver valid",
				Doc: "How long the addresses of a server's name are used before it is looked up again; as long as DNS says (TTL) when not written, and on while DNS does not answer."},
			{Name: "http_version", Into: "HTTPVersion", Type: stringType(), Default: `"1.1"`, Enum: []string{"1.1", "2"}, Ancestor: "nginx proxy_http_version, grpc_pass",
				Doc: "The version of HTTP that servers are spoken to by: \"2\" is for gRPC, over TLS where the URL begins with https, by prior knowledge (h2c) otherwise; WebSockets need \"1.1\"."},
			{Name: "proxy_protocol", Type: stringType(), Default: `"off"`, Enum: []string{"off", "v1", "v2"}, Ancestor: "nginx proxy_protocol, HAProxy send-proxy",
				Doc: "The version of the PROXY header that connections to servers begin with, for those that take the client's address from there; each request then has a connection of its own."},
			{Name: "response_buffering", Type: boolType(), Default: "true", Ancestor: "nginx proxy_buffering",
				Doc: "Whether answers are read ahead of clients that take them slowly, so that these keep no server busy; event streams never are."},
			{Name: "response_buffer", Type: sizeType(), Default: `"64KB"`, Bindable: true, Check: checkPositive, Ancestor: "nginx proxy_buffers",
				Doc: "How much of an answer that is read ahead is held in memory."},
			{Name: "max_temp_file_size", Type: sizeType(), Default: `"1GB"`, Ancestor: "nginx proxy_max_temp_file_size",
				Doc: "How much more of it a temporary file holds; 0 holds none."},
			{Name: "max_fails", Type: intType(), Default: "1", Bindable: true, Check: checkNotNegative, Ancestor: "nginx max_fails",
				Doc: "How many failures within fail_timeout take a server out; 0 never does."},
			{Name: "fail_timeout", Type: durationType(), Default: `"10s"`, Bindable: true, Check: checkPositive, Ancestor: "nginx fail_timeout",
				Doc: "The time in which failures count, and for which a server is then left alone."},
		},
		Blocks: []*block{healthCheckBlock(), stickyBlock(), {
			Type: "tls", Once: true, Into: reflect.TypeFor[UpstreamTLS](),
			Doc:      "How servers with an https address are spoken to: without the block, by certificates that the system believes.",
			Ancestor: "nginx proxy_ssl",
			Example: `tls {
  trusted_certificate = "inner-ca.pem"
  server_name         = "app.internal"
}`,
			Attrs: []*attr{
				{Name: "trusted_certificate", Type: stringType(), Bindable: true, Check: checkNotEmpty, Ancestor: "nginx proxy_ssl_trusted_certificate",
					Doc: "The PEM file of the authorities that are believed; the system's when not written."},
				{Name: "server_name", Type: stringType(), Bindable: true, Check: checkNotEmpty, Ancestor: "nginx proxy_ssl_name",
					Doc: "The name that certificates have to be for; the host of the server's URL when not written."},
				{Name: "verify", Type: boolType(), Default: "true", Ancestor: "nginx proxy_ssl_verify",
					Doc: "Whether certificates are verified at all."},
			},
		}, {
			Type: "server", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[Server](), Required: true,
			Doc:      "One server of the group.",
			Ancestor: "nginx server in upstream",
			Attrs: []*attr{
				{Name: "url", Type: stringType(), Required: true, Bindable: true, Check: checkServerURL,
					Doc: "Where the server listens: http://HOST:PORT, https://HOST:PORT, or unix: and the path of a socket."},
				{Name: "service", Type: stringType(), Check: checkService, Ancestor: "nginx service",
					Doc: "The service of which DNS says by SRV records where in the URL's domain it is, with ports, weights and backups: \"http\", or the whole \"_api._udp\"; without it the addresses of the host are taken, each as a server of its own."},
				{Name: "weight", Type: intType(), Default: "1", Bindable: true, Check: checkPositive, Ancestor: "nginx weight",
					Doc: "The server's share of requests against that of the others."},
				{Name: "max_conns", Type: intType(), Default: "0", Bindable: true, Check: checkNotNegative, Ancestor: "nginx max_conns",
					Doc: "How many connections the server gets at a time; 0 sets no limit."},
				{Name: "backup", Type: boolType(), Default: "false", Ancestor: "nginx backup",
					Doc: "Whether the server gets requests only while all others are out."},
				{Name: "down", Type: boolType(), Default: "false", Bindable: true, Ancestor: "nginx down",
					Doc: "Whether the server gets no requests at all."},
				{Name: "drain", Type: boolType(), Default: "false", Bindable: true, Ancestor: "nginx drain",
					Doc: "Whether the server gets only the requests of clients that are stuck to it."},
			},
		}},
		Check: checkUpstream,
	}
}
