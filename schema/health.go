package schema

import (
	"reflect"

	"github.com/hashicorp/hcl/v2"
)

// HealthCheck asks the servers of an upstream whether they are well.
type HealthCheck struct {
	// Path is asked for, of Host where that is set.
	Path, Host String
	// Status and Body are what a server is well with; 0 and "" where not written.
	Status            Int
	Body              String
	Interval, Timeout Duration
	Fails, Passes     Int
	DeclRange         hcl.Range
}

// Sticky has the requests of a client go to one server of an upstream.
type Sticky struct {
	Cookie    String
	MaxAge    Duration
	DeclRange hcl.Range
}

func healthCheckBlock() *block {
	return &block{
		Type: "health_check", Once: true, Into: reflect.TypeFor[HealthCheck](),
		Doc:      "Every server is asked again and again whether it is well, and gets no requests while it is not.",
		Ancestor: "nginx health_check, HAProxy option httpchk",
		Example: `health_check {
  path     = "/healthz"
  interval = "2s"
  fails    = 2
}`,
		Attrs: []*attr{
			{Name: "path", Type: stringType(), Required: true, Check: checkProbePath, Ancestor: "nginx health_check uri",
				Doc: "What is asked for, with GET."},
			{Name: "host", Type: stringType(), Bindable: true, Check: checkNotEmpty,
				Doc: "The Host that is asked for; the one of the server's url when not written."},
			{Name: "status", Type: intType(), Check: checkProbeStatus, Ancestor: "nginx match status",
				Doc: "The status that a server is well with; any from 200 to 399 when not written."},
			{Name: "body_contains", Into: "Body", Type: stringType(), Check: checkNotEmpty, Ancestor: "nginx match body",
				Doc: "What has to stand in the first 64 KB of the answer."},
			{Name: "interval", Type: durationType(), Default: `"5s"`, Bindable: true, Check: checkPositive, Ancestor: "nginx health_check interval",
				Doc: "The time between two checks."},
			{Name: "timeout", Type: durationType(), Default: `"2s"`, Bindable: true, Check: checkPositive,
				Doc: "How long one may take."},
			{Name: "fails", Type: intType(), Default: "1", Bindable: true, Check: checkPositive, Ancestor: "nginx health_check fails",
				Doc: "How many checks have to fail, one after the other, until the server is out."},
			{Name: "passes", Type: intType(), Default: "1", Bindable: true, Check: checkPositive, Ancestor: "nginx health_check passes",
				Doc: "How many have to pass, one after the other, until it is back."},
		},
	}
}

func stickyBlock() *block {
	return &block{
		Type: "sticky", Once: true, Into: reflect.TypeFor[Sticky](),
		Doc:      "A cookie has the requests of a client go to one server, as long as that is there.",
		Ancestor: "nginx sticky cookie",
		Example:  `sticky { cookie = "server" }`,
		Attrs: []*attr{
			{Name: "cookie", Type: stringType(), Required: true, Check: checkCookieName,
				Doc: "The name of the cookie; its value tells nothing of the server."},
			{Name: "max_age", Type: durationType(), Bindable: true, Check: checkPositive,
				Doc: "How long clients keep it; until the browser is closed when not written."},
		},
	}
}

// checkBalance reports a key without a hash, and a hash without a key.
func checkBalance(d *decoder, u *Upstream) {
	written := d.isWritten(u, "hash_key")
	switch {
	case u.Balance.V == "hash" && !written:
		d.report(hashWithoutKey(u))
	case u.Balance.V != "hash" && written:
		d.report(keyWithoutHash(u, d.attrRange(u, "hash_key", u.DeclRange)))
	}
	out := 0
	for _, s := range u.Servers {
		if s.Down.V || s.Drain.V {
			out++
		}
		if s.Drain.V && u.Sticky == nil {
			d.report(drainWithoutSticky(s, u))
		}
	}
	if out > 0 && out == len(u.Servers) {
		d.report(allDown(u))
	}
}
