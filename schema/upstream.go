package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
)

// Upstream is a group of servers that requests are forwarded to.
type Upstream struct {
	Name string
	// Balance is "round_robin" or "least_conn".
	Balance String
	Servers []*Server // at least one
	// Timeouts of connecting, of sending and of waiting for an answer.
	ConnectTimeout, SendTimeout, ReadTimeout Duration
	// Keepalive is how many idle connections are kept to each server (keepalive).
	Keepalive Int
	// MaxFails failures within FailTimeout take a server out for FailTimeout.
	MaxFails    Int
	FailTimeout Duration
	DeclRange   hcl.Range
}

// Server is one server of an upstream.
type Server struct {
	Name string
	// URL is "http://host:port" or "unix:/path".
	URL       String
	Weight    Int
	Backup    Bool
	DeclRange hcl.Range
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
			{Name: "balance", Type: stringType(), Default: `"round_robin"`, Enum: []string{"round_robin", "least_conn"}, Ancestor: "nginx least_conn",
				Doc: "How a server is chosen: in turn by weight, or the one with the fewest requests by weight."},
			{Name: "connect_timeout", Type: durationType(), Default: `"5s"`, Bindable: true, Check: checkPositive, Ancestor: "nginx proxy_connect_timeout",
				Doc: "How long connecting to a server may take."},
			{Name: "send_timeout", Type: durationType(), Default: `"60s"`, Bindable: true, Check: checkPositive, Ancestor: "nginx proxy_send_timeout",
				Doc: "How long may pass between two writes to a server."},
			{Name: "read_timeout", Type: durationType(), Default: `"60s"`, Bindable: true, Check: checkPositive, Ancestor: "nginx proxy_read_timeout",
				Doc: "How long may pass between two reads from a server."},
			{Name: "keepalive", Type: intType(), Default: "32", Bindable: true, Check: checkNotNegative, Ancestor: "nginx keepalive",
				Doc: "How many idle connections are kept to each server; 0 keeps none."},
			{Name: "max_fails", Type: intType(), Default: "1", Bindable: true, Check: checkNotNegative, Ancestor: "nginx max_fails",
				Doc: "How many failures within fail_timeout take a server out; 0 never does."},
			{Name: "fail_timeout", Type: durationType(), Default: `"10s"`, Bindable: true, Check: checkPositive, Ancestor: "nginx fail_timeout",
				Doc: "The time in which failures count, and for which a server is then left alone."},
		},
		Blocks: []*block{{
			Type: "server", Label: "name", LabelInto: "Name", Into: reflect.TypeFor[Server](), Required: true,
			Doc:      "One server of the group.",
			Ancestor: "nginx server in upstream",
			Attrs: []*attr{
				{Name: "url", Type: stringType(), Required: true, Bindable: true, Check: checkServerURL,
					Doc: "Where the server listens: http://HOST:PORT, or unix: and the path of a socket."},
				{Name: "weight", Type: intType(), Default: "1", Bindable: true, Check: checkPositive, Ancestor: "nginx weight",
					Doc: "The server's share of requests against that of the others."},
				{Name: "backup", Type: boolType(), Default: "false", Ancestor: "nginx backup",
					Doc: "Whether the server gets requests only while all others are out."},
			},
		}},
		Check: checkUpstream,
	}
}
